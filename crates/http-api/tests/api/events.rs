//! The stream of events on real sockets.

mod limits;
mod property;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Method;
use game_model::{Change, EventFilter, Game};
use http_api::ServerConfig;

use crate::log::Log;
use crate::server::{Server, in_time};
use crate::sse::Sse;
use crate::support::{Fixture, Ports, game};

pub fn patriots() -> Game {
    game("nfl", "401", "NE", "BUF")
}

pub fn bruins() -> Game {
    game("nhl", "501", "BOS", "TB")
}

/// A score of the home side.
pub fn score() -> Change {
    Change::ScoreChanged { home: true, before: 7, after: 14 }
}

async fn server() -> Server {
    Server::with(Ports::default(), ServerConfig::default()).await
}

#[tokio::test]
async fn an_event_comes_with_its_number_its_kind_and_its_json() {
    let server = server().await;
    let log = server.fixture.ports.log.clone();
    log.tell(patriots(), Change::GameStarted);
    let mut client = Sse::given(server.address, "", None).await;
    for header in [
        "content-type: text/event-stream\r\n",
        "cache-control: no-store\r\n",
        "x-accel-buffering: no\r\n",
        "transfer-encoding: chunked\r\n",
        "x-request-id: ",
    ] {
        assert!(client.head.contains(header), "{header} in {}", client.head);
    }
    assert_eq!(client.line().await.unwrap(), "retry: 3000");
    let begins_at = client.line().await.unwrap();
    assert!(["id: 0", "id: 1"].contains(&&*begins_at), "{begins_at}");
    // What was before it came is not its concern, unless the stream had not read it yet.
    let number = log.tell(patriots(), score());
    let mut event = client.next().await.unwrap();
    if event.id == 1 {
        event = client.next().await.unwrap();
    }
    assert_eq!((event.id, &*event.kind), (number, "score_changed"));
    assert_eq!(event.data["id"], "nfl-401-score_changed-2");
    assert_eq!((&event.data["after"], &event.data["game"]["id"]), (&14.into(), &"401".into()));
    server.end().await;
}

#[tokio::test]
async fn a_client_gets_what_it_asked_for() {
    let server = server().await;
    let log = &server.fixture.ports.log;
    let mut clients = Vec::new();
    for (query, wanted) in [
        ("?league=nhl&last_event_id=0", &[2, 4][..]),
        ("?sport=NFL,nhl&kind=game_started&last_event_id=0", &[1, 2]),
        ("?team=Lightning,nfl-kc&last_event_id=0", &[2, 4]),
        ("?team=pit&kind=score_changed,game_resumed&last_event_id=0", &[]),
        ("?last_event_id=0", &[1, 2, 3, 4]),
    ] {
        clients.push((Sse::given(server.address, query, None).await, query, wanted));
    }
    for (game, change) in [
        (patriots(), Change::GameStarted),
        (bruins(), Change::GameStarted),
        (patriots(), score()),
        (bruins(), score()),
        // The last one passes every filter: nothing comes before it that should not.
        (game("nfl", "402", "PIT", "KC"), Change::GameResumed),
    ] {
        log.tell(game, change);
    }
    let all = log.numbers(0, &EventFilter::default());
    assert_eq!(all, [1, 2, 3, 4, 5]);
    for (client, query, wanted) in &mut clients {
        let got = client.ids(wanted.len()).await;
        assert_eq!(got, *wanted, "{query}");
    }
    assert_eq!(clients[3].0.ids(1).await, [5]);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_comes_back_gets_each_event_once_also_from_another_server() {
    let log = Arc::new(Log::default());
    let ports = || Ports { log: log.clone(), ..Ports::default() };
    let first = Server::with(ports(), ServerConfig::default()).await;
    let mut client = Sse::given(first.address, "?team=ne", None).await;
    assert_eq!(client.line().await.unwrap(), "retry: 3000");
    for _ in 0..3 {
        log.tell(patriots(), score());
        log.tell(bruins(), score());
    }
    assert_eq!(client.ids(2).await, [1, 3]);
    let last = client.last;
    first.end().await;
    // More than any server holds in memory, while none runs.
    log.tell_all((0..1_000).map(|_| (patriots(), score())));
    let second = Server::with(ports(), ServerConfig::default()).await;
    let mut client = Sse::given(second.address, "?team=ne", last).await;
    let missed: Vec<u64> = [5].into_iter().chain(7..=1_006).collect();
    assert_eq!(client.ids(missed.len()).await, missed);
    assert_eq!(log.tell(patriots(), score()), 1_007);
    assert_eq!(client.ids(1).await, [1_007]);
    // The header, which a browser sends by itself, is newer than the address it has had from the start.
    let mut other = Sse::given(second.address, "?last_event_id=3", Some(1_005)).await;
    assert_eq!(other.ids(2).await, [1_006, 1_007]);
    let mut other = Sse::given(second.address, "?last_event_id=1006", None).await;
    assert_eq!(other.ids(1).await, [1_007]);
    second.end().await;
}

#[tokio::test]
async fn what_can_not_follow_is_said() {
    let server = server().await;
    let log = &server.fixture.ports.log;
    log.tell_all((0..700).map(|_| (patriots(), score())));
    // They come once the stream has read all that is older than what it holds.
    let mut first = Sse::given(server.address, "", Some(690)).await;
    assert_eq!(first.ids(10).await, (691..=700).collect::<Vec<u64>>());
    log.forget(300);
    let mut client = Sse::given(server.address, "", Some(100)).await;
    let gap = client.next().await.unwrap();
    assert_eq!((gap.id, &*gap.kind), (300, "gap"));
    assert_eq!(
        gap.data["detail"],
        "events after 100 and before 301 are not kept any more: what is kept follows"
    );
    assert_eq!((&gap.data["last_event_id"], &gap.data["continues_after"]), (&100.into(), &300.into()));
    assert_eq!(client.ids(400).await, (301..=700).collect::<Vec<u64>>());
    // Right before the oldest nothing is missing.
    assert_eq!(Sse::given(server.address, "", Some(300)).await.ids(1).await, [301]);

    let mut early = Sse::given(server.address, "?kind=game_started", Some(9_000)).await;
    let gap = early.next().await.unwrap();
    assert_eq!((gap.id, &*gap.kind), (700, "gap"));
    assert_eq!(
        gap.data["detail"],
        "the last event id is 9000, which is beyond the newest event, 700: what comes from now on follows"
    );
    let number = log.tell(patriots(), Change::GameStarted);
    assert_eq!(early.ids(1).await, [number]);
    server.end().await;
}

#[tokio::test]
async fn numbers_that_are_left_out_hold_nobody_up() {
    let log = Arc::new(Log::default());
    log.skip(5_000);
    let server = Server::with(Ports { log: log.clone(), ..Ports::default() }, ServerConfig::default()).await;
    let mut client = Sse::given(server.address, "", Some(0)).await;
    assert_eq!(client.next().await.unwrap().kind, "gap");
    let number = log.tell(patriots(), score());
    assert_eq!((number, client.ids(1).await), (5_001, vec![5_001]));
    log.skip(10);
    let number = log.tell(patriots(), score());
    assert_eq!(client.ids(1).await, [number]);
    server.end().await;
}

#[tokio::test]
async fn heartbeats_move_the_place_past_what_is_not_wanted() {
    let ports = Ports { heartbeat: Some(Duration::from_millis(20)), ..Ports::default() };
    let server = Server::with(ports, ServerConfig::default()).await;
    let mut client = Sse::given(server.address, "?league=nhl&last_event_id=0", None).await;
    for line in ["retry: 3000", "id: 0", "", ": still here", ": still here"] {
        assert_eq!(client.line().await.unwrap(), line);
    }
    let number = server.fixture.ports.log.tell(patriots(), score());
    let place = format!("id: {number}");
    loop {
        match &*client.line().await.unwrap() {
            ": still here" => {}
            line => {
                assert_eq!(line, place);
                break;
            }
        }
    }
    assert_eq!(client.line().await.unwrap(), "");
    server.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_the_connection_goes_on() {
    let server = server().await;
    let mut client = server.connect().await;
    client.send(b"GET /api/v1/events?kind=goal HTTP/1.1\r\nlast-event-id: x\r\n\r\n").await;
    let (status, head, body) = client.answer().await;
    assert_eq!(status, 400, "{body}");
    assert!(!head.contains("connection: close"), "{head}");
    for part in
        ["kind is \\\"goal\\\"; allowed are ", "Last-Event-ID is \\\"x\\\"; allowed is the id of an event"]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
    client.send(b"GET /health HTTP/1.1\r\n\r\n").await;
    assert_eq!(client.answer().await.0, 200);
    server.end().await;
}

#[tokio::test]
async fn a_log_that_can_not_be_read_is_said_and_read_again_later() {
    let server = server().await;
    let log = &server.fixture.ports.log;
    log.tell_all((0..400).map(|_| (patriots(), score())));
    Sse::given(server.address, "", Some(399)).await.ids(1).await;
    log.broken.store(true, Ordering::Relaxed);
    let refused = server.fixture.send(Method::GET, "/api/v1/events?last_event_id=1", &[], "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    assert_eq!(refused.detail(), "the disk is away; try again later");
    // What is in memory needs no disk.
    assert_eq!(Sse::given(server.address, "", Some(398)).await.ids(2).await, [399, 400]);
    log.tell(patriots(), score());
    let mut client = Sse::given(server.address, "", None).await;
    assert_eq!(client.line().await.unwrap(), "retry: 3000");
    log.broken.store(false, Ordering::Relaxed);
    assert_eq!(client.ids(1).await, [401]);
    server.end().await;
}

#[tokio::test]
async fn it_ends_well_and_at_once_when_the_server_stops() {
    let server = server().await;
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(Sse::given(server.address, "", None).await);
    }
    let stopping = std::time::Instant::now();
    server.stop.cancel();
    for client in &mut clients {
        assert!(client.ends().await, "with the last chunk");
    }
    in_time("the server ends", server.task).await.expect("no panic");
    let took = stopping.elapsed();
    assert!(took < Duration::from_secs(5), "it waited {took:?} for those who follow");
}

#[tokio::test]
async fn it_is_asked_for_as_the_other_routes_are() {
    let fixture = Fixture::new(&["nfl"]).await;
    let head = fixture.send(Method::HEAD, "/api/v1/events", &[], "").await;
    assert_eq!((head.status, head.header("content-type"), &*head.text), (200, "text/event-stream", ""));
    assert_eq!(fixture.send(Method::POST, "/api/v1/events", &[], "{}").await.status, 405);
    let from = ("origin", "http://localhost:3000");
    let head = fixture.send(Method::HEAD, "/api/v1/events", &[from], "").await;
    assert_eq!(head.header("access-control-allow-origin"), from.1);
    let asked =
        [from, ("access-control-request-method", "GET"), ("access-control-request-headers", "last-event-id")];
    let allowed = fixture.send(Method::OPTIONS, "/api/v1/events", &asked, "").await;
    assert_eq!(allowed.header("access-control-allow-headers"), "last-event-id");
}
