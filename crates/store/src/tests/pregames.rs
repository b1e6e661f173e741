//! Starts that are near are told once for each number of minutes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Deliveries, DeliveryId, EventFilter, EventKind, EventLog, EventNumber, Game, GameStatus, LoggedEvent,
    Pregames, SealedSecret, Webhook, WebhookId, WebhookRegistrations,
};

use super::events::all;
use super::support::{Place, game};
use crate::Store;

/// The clock's beginning.
fn noon() -> DateTime<Utc> {
    "2026-11-24T15:00:00Z".parse().unwrap()
}

fn starting(id: u32, minutes: i64) -> Game {
    Game { start: noon() + TimeDelta::minutes(minutes), ..game(id, GameStatus::Scheduled) }
}

async fn pregames(store: &Store) -> Vec<(String, u32, bool)> {
    let mut told = Vec::new();
    for pregame_minutes in [60, 40, 15] {
        let kinds = vec![EventKind::Pregame];
        let filter = EventFilter { kinds, pregame_minutes, ..EventFilter::default() };
        for LoggedEvent { event, .. } in store.events(EventNumber::START, &filter, 100).await.unwrap().events
        {
            told.push((event.game.id.0.clone(), pregame_minutes, event.late));
        }
    }
    told
}

#[tokio::test]
async fn a_start_is_told_once_when_it_is_near_and_again_where_it_moved() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[starting(1, 60), starting(2, 90)]).await;
    assert_eq!(store.tell_pregames(&[15]).await.unwrap(), Some(noon() + TimeDelta::minutes(45)));
    assert!(pregames(&store).await.is_empty());

    place.clock.pass(TimeDelta::minutes(45));
    for _ in 0..3 {
        assert_eq!(store.tell_pregames(&[15]).await.unwrap(), Some(noon() + TimeDelta::minutes(75)));
    }
    assert_eq!(pregames(&store).await, [("1".into(), 15, false)]);
    store.close().await;

    let store = place.open(None);
    assert_eq!(store.tell_pregames(&[15]).await.unwrap(), Some(noon() + TimeDelta::minutes(75)));
    place.observe(&store, &[starting(1, 120), starting(2, 90)]).await;
    store.tell_pregames(&[15]).await.unwrap();
    assert_eq!(pregames(&store).await.len(), 1);
    place.clock.pass(TimeDelta::minutes(62));
    assert_eq!(store.tell_pregames(&[15]).await.unwrap(), None);
    let found = pregames(&store).await;
    assert_eq!(found[1..], [("1".into(), 15, true)], "the other one has begun");
    let last = all(&store).await.pop().unwrap().event;
    assert_eq!((last.id.0.as_str(), last.sequence), ("nfl-1-pregame-15-202611241700", 2));
}

#[tokio::test]
async fn a_start_is_not_told_before_the_source_was_asked_after_a_restart() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[starting(1, 60), starting(2, 60)]).await;
    store.close().await;
    place.clock.pass(TimeDelta::minutes(50));

    let store = place.open(None);
    store.tell_pregames(&[15]).await.unwrap();
    assert!(pregames(&store).await.is_empty(), "they may have been put off meanwhile");
    let put_off = Game { status: GameStatus::Postponed, ..starting(1, 60) };
    place.observe(&store, &[put_off, starting(2, 60)]).await;
    store.tell_pregames(&[15]).await.unwrap();
    assert_eq!(pregames(&store).await, [("2".into(), 15, true)]);
}

#[tokio::test]
async fn what_nobody_looked_at_for_long_is_not_told() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[starting(1, 840), starting(2, 840)]).await;
    place.clock.pass(TimeDelta::minutes(830));
    store.tell_pregames(&[15]).await.unwrap();
    assert!(pregames(&store).await.is_empty());
    place.observe(&store, &[starting(2, 840)]).await;
    store.tell_pregames(&[15]).await.unwrap();
    assert_eq!(pregames(&store).await, [("2".into(), 15, true)]);
}

#[tokio::test]
async fn what_is_not_to_begin_is_not_told() {
    let place = Place::new();
    let store = place.open(None);
    let mut games: Vec<_> =
        (1..).zip(GameStatus::ALL).map(|(id, status)| Game { status, ..starting(id, 10) }).collect();
    games.push(Game { start_confirmed: false, ..starting(20, 10) });
    games.push(starting(21, -1));
    place.observe(&store, &games).await;
    assert_eq!(store.tell_pregames(&[15]).await.unwrap(), None);
    assert_eq!(pregames(&store).await, [("1".into(), 15, true)]);
}

#[tokio::test]
async fn each_subscriber_is_told_when_it_wants_to_be() {
    let place = Place::new();
    let store = place.open(None);
    let hook = |id: &str, minutes| Webhook {
        id: WebhookId(id.into()),
        url: "http://127.0.0.1:1/".into(),
        filter: EventFilter { pregame_minutes: minutes, ..EventFilter::default() },
        delay: Duration::ZERO,
        paused: false,
        held: false,
        secret: SealedSecret(Vec::new()),
        created_at: noon(),
    };
    store.register(hook("early", 60)).await.unwrap();
    store.register(hook("late", 15)).await.unwrap();
    store.register(Webhook { paused: true, ..hook("paused", 40) }).await.unwrap();
    place.observe(&store, &[starting(1, 61)]).await;
    assert_eq!(store.tell_pregames(&[]).await.unwrap(), Some(noon() + TimeDelta::minutes(1)));
    for (passes, next) in [(1, Some(46)), (45, None)] {
        place.clock.pass(TimeDelta::minutes(passes));
        let next = next.map(|minutes| noon() + TimeDelta::minutes(minutes));
        assert_eq!(store.tell_pregames(&[]).await.unwrap(), next);
    }
    assert_eq!(pregames(&store).await, [("1".into(), 60, false), ("1".into(), 15, false)]);
    let queued = store.pending(DeliveryId::START, 10).await.unwrap();
    let queued: Vec<_> = queued
        .iter()
        .filter(|delivery| delivery.event.event.kind() == EventKind::Pregame)
        .map(|delivery| (delivery.webhook.0.as_str(), delivery.event.event.id.0.as_str()))
        .collect();
    assert_eq!(
        queued,
        [("early", "nfl-1-pregame-60-202611241601"), ("late", "nfl-1-pregame-15-202611241601")]
    );
}
