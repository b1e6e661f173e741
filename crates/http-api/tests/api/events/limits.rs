//! How many may follow, and what a client that does not read costs the others: nothing.

use std::time::{Duration, Instant};

use game_model::{Change, Game};
use http_api::ServerConfig;

use super::{patriots, score};
use crate::server::{DEADLINE, Server};
use crate::sse::Sse;
use crate::support::Ports;

/// A limit that is to be reached.
const SHORT: Duration = Duration::from_millis(300);

/// A number on `/health`.
async fn told(server: &Server, name: &str) -> u64 {
    let health = server.fixture.get("/health").await.json();
    health["event_stream"][name].as_u64().unwrap_or_else(|| panic!("{name} in {health}"))
}

async fn wait_for(server: &Server, name: &str, wanted: u64) {
    let begun = Instant::now();
    while told(server, name).await != wanted {
        assert!(begun.elapsed() < DEADLINE, "{name} is {}, not {wanted}", told(server, name).await);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_too_many_is_told_so_until_another_ends() {
    let ports = Ports { max_clients: Some(2), ..Ports::default() };
    let server = Server::with(ports, ServerConfig::default()).await;
    let first = Sse::given(server.address, "", None).await;
    let _second = Sse::given(server.address, "", None).await;
    let mut third = server.connect().await;
    third.send(b"GET /api/v1/events HTTP/1.1\r\n\r\n").await;
    let (status, head, body) = third.answer().await;
    assert_eq!(status, 503);
    assert!(head.contains("retry-after: 5"), "{head}");
    assert!(
        body.contains("2 clients follow the events already") && body.contains("EVENT_STREAM_MAX_CLIENTS")
    );
    let health = server.fixture.get("/health").await.json();
    assert!(
        health["reasons"][0].as_str().unwrap().starts_with("event stream: 2 clients follow it"),
        "{health}"
    );
    let metrics = server.fixture.get("/metrics").await.text;
    for line in ["event_stream_clients 2\n", "event_stream_clients_turned_away_total 1\n"] {
        assert!(metrics.contains(&format!("sports_data_{line}")), "{metrics}");
    }
    drop(first);
    wait_for(&server, "clients", 1).await;
    // On the same connection.
    third.send(b"GET /api/v1/events HTTP/1.1\r\n\r\n").await;
    wait_for(&server, "clients", 2).await;
    server.end().await;
}

#[tokio::test]
async fn those_who_follow_take_no_place_from_others() {
    let server =
        Server::with(Ports::default(), ServerConfig { max_connections: 1, ..ServerConfig::default() }).await;
    let mut reader = server.connect().await;
    reader.send(b"GET /api/v1/teams HTTP/1.1\r\n\r\n").await;
    assert_eq!(reader.answer().await.0, 200);
    // The one place of those who ask is taken: whoever follows needs none.
    let mut clients = Vec::new();
    for count in 1..=20 {
        clients.push(Sse::given(server.address, "", None).await);
        assert_eq!(told(&server, "clients").await, count);
    }
    let mut other = server.connect().await;
    other.send(b"GET /api/v1/teams HTTP/1.1\r\n\r\n").await;
    let (status, head, body) = other.answer().await;
    assert_eq!(status, 503);
    assert!(body.contains("too many connections") && head.contains("retry-after: 5"), "{head}{body}");
    assert_eq!(other.rest().await, "");
    reader.send(b"GET /api/v1/teams HTTP/1.1\r\nconnection: close\r\n\r\n").await;
    assert!(reader.rest().await.starts_with("HTTP/1.1 200"));
    server.fixture.ports.log.tell(patriots(), score());
    for client in &mut clients {
        assert_eq!(client.ids(1).await, [1]);
    }
    assert_eq!(told(&server, "events_sent").await, 20);
    drop(clients);
    wait_for(&server, "clients", 0).await;
    server.end().await;
}

#[tokio::test]
async fn a_quiet_stream_is_neither_idle_nor_late() {
    let config = ServerConfig {
        idle_timeout: SHORT,
        header_read_timeout: SHORT,
        request_timeout: SHORT,
        ..ServerConfig::default()
    };
    let server = Server::with(Ports::default(), config).await;
    let mut client = Sse::given(server.address, "", None).await;
    let mut idle = server.connect().await;
    idle.send(b"GET /health HTTP/1.1\r\n\r\n").await;
    idle.answer().await;
    // Another that is quiet for longer than the limits is closed.
    assert_eq!(idle.rest().await, "");
    assert_eq!(server.connect().await.rest().await, "");
    server.fixture.ports.log.tell(patriots(), score());
    assert_eq!(client.ids(1).await, [1]);
    server.end().await;
}

/// A game with so many bytes that no buffer holds a few thousand of it.
fn large() -> Game {
    Game { venue: Some("x".repeat(16 * 1024)), ..patriots() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_delays_nobody_and_holds_nothing() {
    const EVENTS: u64 = 3_000;
    let config = ServerConfig { write_timeout: DEADLINE * 10, ..ServerConfig::default() };
    let server = Server::with(Ports::default(), config).await;
    let log = &server.fixture.ports.log;
    let mut slow = Sse::given(server.address, "", None).await;
    let mut quick = Sse::given(server.address, "", None).await;
    for _ in 0..EVENTS / 10 {
        let newest = log.tell_all((0..10).map(|_| (large(), Change::GameResumed)));
        assert_eq!(quick.ids(10).await.last(), Some(&newest));
    }
    // It was handed no more than sockets hold: some megabytes of 48.
    let handed = told(&server, "events_sent").await - EVENTS;
    assert!(handed < EVENTS / 2, "{handed} events were handed to a client that does not read");
    // Once it reads it gets all of them, from the log.
    assert_eq!(slow.ids(usize::try_from(EVENTS).unwrap()).await, (1..=EVENTS).collect::<Vec<u64>>());
    server.end().await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_for_long_is_given_up() {
    let ports = Ports { heartbeat: Some(SHORT / 10), ..Ports::default() };
    let server = Server::with(ports, ServerConfig { write_timeout: SHORT, ..ServerConfig::default() }).await;
    let mut slow = Sse::given(server.address, "", None).await;
    let mut quiet = Sse::given(server.address, "?league=nhl", None).await;
    server.fixture.ports.log.tell_all((0..3_000).map(|_| (large(), Change::GameResumed)));
    wait_for(&server, "clients", 1).await;
    assert!(!slow.ends().await, "it was cut off");
    assert_eq!(quiet.line().await.unwrap(), "retry: 3000");
    server.end().await;
}

#[tokio::test]
async fn the_stop_does_not_wait_for_a_client_that_does_not_read() {
    let server = Server::with(Ports::default(), ServerConfig::default()).await;
    let _slow = Sse::given(server.address, "", None).await;
    let mut quick = Sse::given(server.address, "", None).await;
    server.fixture.ports.log.tell_all((0..3_000).map(|_| (large(), Change::GameResumed)));
    quick.ids(3_000).await;
    let stopping = Instant::now();
    server.end().await;
    let took = stopping.elapsed();
    assert!(took < Duration::from_secs(5), "the end took {took:?}");
}
