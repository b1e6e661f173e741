//! Bytes of the stream, what the ring holds, and heartbeats.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use game_model::{
    Change, Clock, Colors, EventError, EventFilter, EventKind, EventLog, EventNumber, EventPage, Game,
    GameEvent, GameId, GameStatus, League, Side, Team,
};

use super::ring::{Frame, HELD, Next, Ring};
use super::{EventStream, HEARTBEAT, Streams, frame};
use crate::ServerConfig;

fn event(league: &str) -> Arc<GameEvent> {
    let league: League = league.parse().unwrap();
    let side = |abbreviation: &str| Side {
        team: Team {
            id: league.team_id(abbreviation),
            espn_id: "1".into(),
            name: abbreviation.into(),
            nickname: abbreviation.into(),
            abbreviation: abbreviation.into(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score: 3,
        record: None,
    };
    let game = Game {
        id: GameId("401".into()),
        league,
        season: None,
        week: None,
        status: GameStatus::Live,
        start: DateTime::UNIX_EPOCH,
        start_text: String::new(),
        start_confirmed: true,
        home: side("A"),
        away: side("B"),
        clock: Clock { number: 1, period: None, ..Clock::default() },
        venue: None,
    };
    Arc::new(GameEvent::new(
        &Arc::new(game),
        Change::GameStarted,
        1,
        DateTime::<Utc>::UNIX_EPOCH,
        false,
        None,
    ))
}

fn frame_of(number: u64, league: &str) -> Frame {
    let bytes = Bytes::from(number.to_string());
    Frame { number: EventNumber(number), event: event(league), bytes }
}

fn of(league: &str) -> EventFilter {
    EventFilter { leagues: vec![league.parse().unwrap()], ..EventFilter::default() }
}

/// A log in which nothing ever happens.
struct Silent;

#[async_trait::async_trait]
impl EventLog for Silent {
    async fn events(&self, after: EventNumber, _: &EventFilter, _: usize) -> Result<EventPage, EventError> {
        Ok(EventPage { through: after, ..EventPage::default() })
    }
    fn newest(&self) -> EventNumber {
        EventNumber(7)
    }
    async fn oldest(&self) -> Result<EventNumber, EventError> {
        Ok(EventNumber(8))
    }
    async fn wait_beyond(&self, _: EventNumber) -> EventNumber {
        std::future::pending().await
    }
}

/// A log whose events can not be read.
struct Unreadable;

#[async_trait::async_trait]
impl EventLog for Unreadable {
    async fn events(&self, _: EventNumber, _: &EventFilter, _: usize) -> Result<EventPage, EventError> {
        Err(EventError { message: "the disk is gone".into() })
    }
    fn newest(&self) -> EventNumber {
        EventNumber(7)
    }
    async fn oldest(&self) -> Result<EventNumber, EventError> {
        Ok(EventNumber(1))
    }
    async fn wait_beyond(&self, _: EventNumber) -> EventNumber {
        std::future::pending().await
    }
}

fn body(event: &GameEvent) -> Bytes {
    event.id.0.clone().into()
}

async fn next(stream: &mut axum::body::BodyDataStream) -> String {
    let bytes = stream.next().await.expect("not the end").expect("no error");
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn data(body: Body) -> axum::body::BodyDataStream {
    body.into_data_stream()
}

#[test]
fn an_event_is_a_block_of_lines() {
    let bytes = frame::event(EventNumber(42), EventKind::ScoreChanged, br#"{"a":1}"#);
    assert_eq!(String::from_utf8(bytes).unwrap(), "id: 42\nevent: score_changed\ndata: {\"a\":1}\n\n");
    // No body can begin another event.
    let bytes = frame::event(EventNumber(1), EventKind::Pregame, b"1\n\nid: 9\r2");
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text, "id: 1\nevent: pregame\ndata: 1\ndata: \ndata: id: 9\ndata: 2\n\n");
    assert_eq!(frame::farewell("a\nb"), ": a b\n\n");
}

#[test]
fn the_ring_gives_what_passes_and_tells_what_is_gone() {
    let ring = Ring::new(EventNumber(10));
    assert_eq!(ring.next(EventNumber(9), &of("nfl")), Next::Gone);
    assert_eq!(ring.next(EventNumber(10), &of("nfl")), Next::Nothing(EventNumber(10)));
    // Numbers may be left out.
    ring.add([frame_of(12, "nhl"), frame_of(15, "nfl"), frame_of(16, "nhl")], EventNumber(17));
    assert_eq!(ring.next(EventNumber(10), &of("nfl")), Next::Event(EventNumber(15), "15".into()));
    assert_eq!(ring.next(EventNumber(15), &of("nfl")), Next::Nothing(EventNumber(17)));
    assert_eq!(ring.next(EventNumber(20), &of("nfl")), Next::Nothing(EventNumber(20)), "read beyond it");
    ring.put_before(EventNumber(4), vec![frame_of(5, "nfl"), frame_of(9, "nfl"), frame_of(12, "nhl")]);
    assert_eq!(ring.range(), (EventNumber(4), EventNumber(17)));
    assert_eq!(ring.next(EventNumber(5), &of("nfl")), Next::Event(EventNumber(9), "9".into()));
    assert_eq!(ring.next(EventNumber(3), &of("nfl")), Next::Gone);
    let many = HELD as u64;
    ring.add((20..20 + many).map(|number| frame_of(number, "nfl")), EventNumber(19 + many));
    assert_eq!(ring.range().0, EventNumber(16), "no more than the newest is held");
}

#[tokio::test(start_paused = true)]
async fn a_client_hears_something_now_and_then() {
    let streams = Streams::start(EventStream::new(Arc::new(Silent), body));
    let mut stream = data(streams.follow(EventFilter::default(), None).await.unwrap());
    assert_eq!(next(&mut stream).await, "retry: 3000\nid: 7\n\n");
    let begun = tokio::time::Instant::now();
    for beat in 1..=3 {
        assert_eq!(next(&mut stream).await, ": still here\n");
        assert_eq!(begun.elapsed(), HEARTBEAT * beat);
    }
    // Where more than that passed meanwhile, once.
    tokio::time::advance(HEARTBEAT * 5).await;
    assert_eq!(next(&mut stream).await, ": still here\n");
    let begun = tokio::time::Instant::now();
    assert_eq!(next(&mut stream).await, ": still here\n");
    assert!(begun.elapsed() + Duration::from_secs(1) > HEARTBEAT, "{:?}", begun.elapsed());
    streams.end();
    assert!(stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_events_can_not_be_read_is_told_so_and_comes_back() {
    let streams = Streams::start(EventStream::new(Arc::new(Unreadable), body));
    let mut stream = data(streams.follow(EventFilter::default(), Some(EventNumber(3))).await.unwrap());
    assert_eq!(next(&mut stream).await, "retry: 3000\nid: 3\n\n");
    assert_eq!(next(&mut stream).await, ": the disk is gone\n\n");
    assert!(stream.next().await.is_none(), "it asks again from its place over another connection");
}

#[test]
fn heartbeats_keep_a_healthy_client_within_the_servers_limits() {
    let config = ServerConfig::default();
    assert!(HEARTBEAT * 2 <= config.write_timeout && HEARTBEAT < config.idle_timeout);
}

#[tokio::test]
async fn places_are_given_back() {
    let source = EventStream { max_clients: 1, ..EventStream::new(Arc::new(Silent), body) };
    let streams = Streams::start(source);
    let first = streams.follow(EventFilter::default(), None).await.unwrap();
    let refused = streams.follow(EventFilter::default(), None).await.unwrap_err().to_string();
    assert!(refused.starts_with("1 clients follow the events already"), "{refused}");
    assert!(streams.report().reason().unwrap().contains("EVENT_STREAM_MAX_CLIENTS"));
    drop(first);
    assert!(streams.follow(EventFilter::default(), None).await.is_ok());
    let report = streams.report();
    assert_eq!((report.clients, report.turned_away, report.reason()), (0, 1, None));
}
