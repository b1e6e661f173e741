//! What goes wrong, as kinds and sentences.

use std::io::Write;
use std::time::{Duration, Instant};

use espn_client::{EspnClient, EspnConfig};
use flate2::Compression;
use flate2::write::GzEncoder;
use game_model::{SourceError, SourceErrorKind};
use tokio::net::TcpListener;

use crate::server::{Reply, Server};
use crate::{LONG, board, client, config, fetch};

async fn failure(reply: Reply) -> SourceError {
    let server = Server::start([reply]).await;
    fetch(&client(&server)).await.unwrap_err()
}

fn says(error: &SourceError, kind: SourceErrorKind, parts: &[&str]) {
    assert_eq!(error.kind, kind, "{error}");
    for part in parts {
        assert!(error.message.contains(part), "{part:?} is not in {:?}", error.message);
    }
}

#[tokio::test]
async fn statuses_are_told_apart() {
    let error = failure(Reply::status("403 Forbidden")).await;
    says(&error, SourceErrorKind::Blocked, &["403", "ESPN_USER_AGENT"]);
    let error = failure(Reply::status("429 Too Many Requests")).await;
    says(&error, SourceErrorKind::RateLimited, &["429", "LIVE_POLL_SECONDS"]);
    let error = failure(Reply::status("503 Service Unavailable")).await;
    says(&error, SourceErrorKind::Unavailable, &["503"]);
    assert!(error.retry_after >= LONG);
    let body = br#"{"code":400,"message":"Failed to get events endpoint."}"#;
    let error = failure(Reply::answer("400 Bad Request", &[], body)).await;
    says(
        &error,
        SourceErrorKind::Rejected,
        &["400", "hockey/nhl/scoreboard", "Failed to get events endpoint."],
    );
}

#[tokio::test]
async fn a_refusal_is_quoted_only_so_far() {
    let error = failure(Reply::answer("404 Not Found", &[], "no\n".repeat(100_000).as_bytes())).await;
    says(&error, SourceErrorKind::Rejected, &["saying \"no no no"]);
    assert!(error.message.len() < 600, "{} bytes", error.message.len());
    let page = Reply::answer("502 Bad Gateway", &[("Content-Type", "text/html")], b"<html></html>");
    let error = failure(page).await;
    assert!(!error.message.contains("html"), "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_times_out() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"events\":".to_vec();
    for reply in [Reply::Silence(Vec::new()), Reply::Silence(head)] {
        let server = Server::start([reply]).await;
        let config = EspnConfig { timeout: Duration::from_millis(250), ..config(&server) };
        let started = Instant::now();
        let error = fetch(&EspnClient::new(config).unwrap()).await.unwrap_err();
        says(&error, SourceErrorKind::TimedOut, &["within 0.25 s"]);
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test]
async fn nobody_listening_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = EspnConfig::new(url.parse().unwrap(), "Scores/1.0");
    let error = fetch(&EspnClient::new(config).unwrap()).await.unwrap_err();
    says(&error, SourceErrorKind::Network, &["127.0.0.1", "refused", "ESPN_BASE_URL"]);
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_a_failure_of_the_network() {
    let error = failure(Reply::Broken(Vec::new())).await;
    says(&error, SourceErrorKind::Network, &["127.0.0.1"]);
}

#[tokio::test]
async fn half_an_answer_is_malformed() {
    let board = board();
    let half = &board[..board.len() / 2];
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{half}", board.len());
    let error = failure(Reply::Broken(head.into_bytes())).await;
    says(&error, SourceErrorKind::Malformed, &[&format!("breaks off after {} bytes", half.len())]);
    // Something on the way cut it and calls it whole.
    let error = failure(Reply::scoreboard(half)).await;
    says(&error, SourceErrorKind::Malformed, &[&format!("breaks off after {} bytes", half.len())]);
}

#[tokio::test]
async fn what_is_no_scoreboard_is_malformed() {
    let error = failure(Reply::scoreboard("<html>Welcome to the hotel</html>")).await;
    says(&error, SourceErrorKind::Malformed, &["is not JSON", "Welcome to the hotel", "ESPN_BASE_URL"]);
    let error = failure(Reply::scoreboard(r#"{"items":[]}"#)).await;
    says(&error, SourceErrorKind::Malformed, &["no list `events`"]);
    let error = failure(Reply::answer("200 OK", &[("Content-Encoding", "gzip")], b"no gzip")).await;
    says(&error, SourceErrorKind::Malformed, &["breaks off after 0 bytes"]);
}

#[tokio::test]
async fn a_redirect_in_circles_ends() {
    let server = Server::start([Reply::answer("302 Found", &[("Location", "/again")], b"")]).await;
    let error = fetch(&client(&server)).await.unwrap_err();
    says(&error, SourceErrorKind::Network, &["redirects"]);
    assert_eq!(server.targets().len(), 3);
}

/// 1 KB on the wire becomes 1 MB: what counts is what comes out.
#[tokio::test]
async fn the_size_is_limited_after_decompression() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 1_000_000]).unwrap();
    encoder.write_all(br#"{"events":[]}"#).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 10_000);
    let server = Server::start([Reply::answer("200 OK", &[("Content-Encoding", "gzip")], &bomb)]).await;
    let limited = |max_body| EspnClient::new(EspnConfig { max_body, ..config(&server) }).unwrap();
    let error = fetch(&limited(1_000_012)).await.unwrap_err();
    says(&error, SourceErrorKind::Malformed, &["more than 1000012 bytes"]);
    assert_eq!(fetch(&limited(1_000_013)).await.unwrap().bytes, 1_000_013);
}
