//! Deliveries over real sockets, to receivers that fail, hang, redirect, and answer too much or too little.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use webhooks::{Answer, HttpTransport, Post, Transport, WebhooksConfig};

/// What a receiver answers; the connection is held open for `holds` afterwards.
struct Receiver {
    answer: String,
    holds: Duration,
}

fn receiver(answer: &str) -> Receiver {
    Receiver { answer: answer.into(), holds: Duration::ZERO }
}

fn status(line: &str) -> Receiver {
    receiver(&format!("HTTP/1.1 {line}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno"))
}

async fn send_to(receiver: Receiver) -> (Answer, String, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook/with-a-long-secret?a=b", listener.local_addr().unwrap());
    let got = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; 4_096];
        let read = stream.read(&mut bytes).await.unwrap();
        stream.write_all(receiver.answer.as_bytes()).await.unwrap();
        tokio::time::sleep(receiver.holds).await;
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    });
    let begun = Instant::now();
    let answer = transport().post(post(&url)).await;
    let took = begun.elapsed();
    got.abort();
    (answer, got.await.unwrap_or_default(), took)
}

fn transport() -> HttpTransport {
    let mut config = WebhooksConfig::new("unused".into());
    config.connect_timeout = Duration::from_millis(500);
    HttpTransport::new(&config).unwrap()
}

fn post(url: &str) -> Post {
    let mut headers = HeaderMap::new();
    headers.insert("x-webhook-id", HeaderValue::from_static("wh_1"));
    let body = Bytes::from_static(b"{}");
    Post { url: url.parse().unwrap(), headers, body, timeout: Duration::from_millis(700) }
}

fn error(answer: &Answer) -> &str {
    &answer.outcome.as_ref().expect_err("it failed").error
}

#[tokio::test]
async fn what_is_taken_is_taken() {
    for line in ["200 OK", "201 Created", "202 Accepted"] {
        let (answer, ..) = send_to(status(line)).await;
        assert_eq!((answer.outcome, &*answer.excerpt), (Ok(()), "no"), "{line}");
    }
    let (answer, ..) = send_to(receiver("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")).await;
    assert_eq!((answer.status, answer.outcome), (Some(204), Ok(())));
}

#[tokio::test]
async fn what_fails_is_told_with_its_status_and_what_was_said() {
    for (line, this_one_alone) in
        [("500 X", false), ("404 X", false), ("400 X", false), ("413 X", true), ("422 X", true)]
    {
        let (answer, ..) = send_to(status(line)).await;
        let failure = answer.outcome.unwrap_err();
        assert_eq!(failure.this_one_alone, this_one_alone, "{line}");
        assert!(failure.error.contains(&format!("answers {}: no", &line[..3])), "{failure:?}");
        assert!(!failure.error.contains("hook"), "what follows the host may be secret: {failure:?}");
    }
}

#[tokio::test]
async fn what_an_address_hides_is_not_repeated_though_the_receiver_does() {
    let body = "Cannot POST /hook/with-a-long-secret";
    let said = format!("HTTP/1.1 404 X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let (answer, ..) = send_to(receiver(&said)).await;
    assert!(!error(&answer).contains("with-a-long-secret"), "{answer:?}");
    assert!(error(&answer).contains("Cannot POST /hook/***"), "{answer:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let aim = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("http://{}", aim.local_addr().unwrap());
    let moved =
        format!("HTTP/1.1 307 X\r\nlocation: {to}/secret\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let (answer, ..) = send_to(receiver(&moved)).await;
    assert_eq!(answer.status, Some(307));
    assert!(error(&answer).contains(&format!("redirects to {to}, which is not followed")), "{answer:?}");
    let reached = tokio::time::timeout(Duration::from_millis(100), aim.accept()).await;
    assert!(reached.is_err(), "nobody came to where it redirects");
}

#[tokio::test]
async fn one_that_hangs_is_left_in_time() {
    let silent = Receiver { answer: String::new(), holds: Duration::from_secs(20) };
    let (answer, _, took) = send_to(silent).await;
    assert_eq!(answer.status, None);
    assert!(error(&answer).contains("does not answer within"), "{answer:?}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    // Its status came, its body never does: that is enough.
    let half = Receiver {
        answer: "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf".into(),
        holds: Duration::from_secs(20),
    };
    let (answer, _, took) = send_to(half).await;
    assert_eq!(answer.outcome, Ok(()));
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let body = "x".repeat(1_000_000);
    let long = format!("HTTP/1.1 500 X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let (answer, ..) = send_to(receiver(&long)).await;
    assert_eq!(answer.excerpt.len(), 303);
    let odd = "HTTP/1.1 500 X\r\ncontent-length: 9\r\nconnection: close\r\n\r\na\u{1b}[1m\r\nb\t";
    let (answer, ..) = send_to(receiver(odd)).await;
    assert_eq!(answer.excerpt, "a[1m b", "no control character reaches a log");
}

#[tokio::test]
async fn an_answer_that_asks_to_wait_is_understood() {
    let later = "HTTP/1.1 429 X\r\nretry-after: 120\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (answer, ..) = send_to(receiver(later)).await;
    assert_eq!(answer.outcome.unwrap_err().retry_after, Some(Duration::from_mins(2)));
}

#[tokio::test]
async fn garbage_and_nobody_are_failures_in_a_sentence() {
    let (answer, ..) = send_to(receiver("\u{0}\u{1}garbage\r\n\r\n")).await;
    assert_eq!(answer.status, None);
    assert!(error(&answer).contains("does not answer: "), "{answer:?}");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", closed.local_addr().unwrap());
    drop(closed);
    let answer = transport().post(post(&url)).await;
    assert!(error(&answer).starts_with("there is no connection to http://127.0.0.1:"), "{answer:?}");
}
