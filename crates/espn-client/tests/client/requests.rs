//! What is sent, and what an answer becomes.

use std::io::Write;

use espn_client::{ConfigError, DEFAULT_USER_AGENT, EspnClient, EspnConfig};
use flate2::Compression;
use flate2::write::GzEncoder;
use game_model::{ScoreboardSource, SeasonPhase, Slate, SlateId};

use crate::server::{Reply, Server};
use crate::{HandClock, board, client, config, fetch, league};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_answer_becomes_a_scoreboard() {
    let headers = [("Cache-Control", "max-age=7"), ("Date", "Sun, 11 Sep 2022 20:05:00 GMT")];
    let server = Server::start([Reply::answer("200 OK", &headers, board().as_bytes())]).await;
    let scoreboard = fetch(&client(&server)).await.unwrap();
    assert_eq!(scoreboard.league, league("nhl"));
    assert_eq!(scoreboard.asked, Slate::Current);
    assert_eq!(scoreboard.slate, Some(SlateId::Day("2025-10-05".parse().unwrap())));
    assert_eq!(scoreboard.games.len(), 1);
    assert_eq!(scoreboard.games[0].home.score, 2);
    assert_eq!(scoreboard.max_age.as_secs(), 7);
    assert_eq!(scoreboard.server_time, Some("2022-09-11T20:05:00Z".parse().unwrap()));
    assert_eq!(scoreboard.bytes, board().len());
}

#[tokio::test]
async fn each_slate_is_asked_by_its_name() {
    let server = Server::start([Reply::scoreboard(&board())]).await;
    let client = client(&server);
    let day = Slate::Named(SlateId::Day("2026-01-09".parse().unwrap()));
    let week = Slate::Named(SlateId::week(2025, SeasonPhase::Regular, 18));
    client.fetch(league("nhl"), Slate::Current).await.unwrap();
    client.fetch(league("nhl"), day).await.unwrap();
    client.fetch(league("nfl"), week).await.unwrap();
    assert_eq!(
        server.targets(),
        [
            "/apis/site/v2/sports/hockey/nhl/scoreboard",
            "/apis/site/v2/sports/hockey/nhl/scoreboard?dates=20260109",
            "/apis/site/v2/sports/football/nfl/scoreboard?dates=2025&seasontype=2&week=18",
        ]
    );
    assert_eq!(server.connections(), 1, "connections are kept open");
}

#[tokio::test]
async fn the_client_says_who_it_is_and_asks_for_gzip() {
    let headers = [("Content-Encoding", "gzip")];
    let server = Server::start([Reply::answer("200 OK", &headers, &gzip(board().as_bytes()))]).await;
    let scoreboard = fetch(&client(&server)).await.unwrap();
    assert_eq!(scoreboard.bytes, board().len(), "the size after decompression");
    let head = server.last_head();
    assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
    assert!(head.contains(&format!("user-agent: {DEFAULT_USER_AGENT}\r\n").to_lowercase()), "{head}");
    assert!(DEFAULT_USER_AGENT.starts_with("sports-data/0") && DEFAULT_USER_AGENT.contains(" (+https://"));

    let other = EspnConfig { user_agent: "Scores/2.0 (+https://scores.test)".into(), ..config(&server) };
    fetch(&EspnClient::new(other).unwrap()).await.unwrap();
    assert!(server.last_head().contains("user-agent: scores/2.0 (+https://scores.test)\r\n"));
}

#[tokio::test]
async fn a_moved_scoreboard_is_followed() {
    let moved = Reply::answer("301 Moved Permanently", &[("Location", "/new/scoreboard")], b"");
    let server = Server::start([moved, Reply::scoreboard(&board())]).await;
    assert_eq!(fetch(&client(&server)).await.unwrap().games.len(), 1);
    assert_eq!(server.targets().last().unwrap(), "/new/scoreboard");
}

#[tokio::test]
async fn requests_are_counted_by_league_and_day() {
    let server = Server::start([Reply::scoreboard(&board()), Reply::status("500 Oh no")]).await;
    let clock = HandClock::at("2026-01-10T23:59:00Z");
    let client = EspnClient::with_clock(config(&server), clock.clone()).unwrap();
    assert_eq!(client.requests_today(league("nhl")), 0);
    fetch(&client).await.unwrap();
    fetch(&client).await.unwrap_err();
    fetch(&client).await.unwrap_err();
    assert_eq!(client.requests_today(league("nhl")), 2, "during backoff nothing is asked");
    assert_eq!(client.requests_today(league("nfl")), 0);
    clock.set("2026-01-11T00:00:00Z");
    assert_eq!(client.requests_today(league("nhl")), 0);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let config = EspnConfig { base_url: "ftp://espn.test".parse().unwrap(), ..EspnConfig::default() };
    assert!(matches!(EspnClient::new(config), Err(ConfigError::BaseUrl { .. })));
    for user_agent in ["", "  ", "Scores\n/1.0", "Sp\u{f6}rts/1.0"] {
        let config = EspnConfig { user_agent: user_agent.into(), ..EspnConfig::default() };
        let error = EspnClient::new(config).unwrap_err();
        assert!(error.to_string().contains("sports-data/1.0 (+https://"), "{error}");
    }
}

#[test]
fn debug_names_the_host() {
    let client = EspnClient::new(EspnConfig::default()).unwrap();
    assert_eq!(format!("{client:?}"), "EspnClient { host: \"site.api.espn.com\", .. }");
}
