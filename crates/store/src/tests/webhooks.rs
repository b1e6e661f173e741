//! Webhooks are registered, and events queued for them in the transaction that commits the event.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Attempted, Deliveries, DeliveryId, DeliveryState, EventFilter, EventKind, Game, GameStatus, MAX_WEBHOOKS,
    ObservationLog, RegisterError, SealedSecret, TeamFilter, Webhook, WebhookChange, WebhookId,
    WebhookRegistrations,
};

use super::support::{Place, Run, game, scored, until};
use crate::Store;
use crate::events::EVENTS_KEPT;
use crate::writer::Batch;

fn now() -> DateTime<Utc> {
    "2026-11-24T15:00:00Z".parse().unwrap()
}

fn hook(id: &str) -> Webhook {
    Webhook {
        id: WebhookId(id.into()),
        url: format!("http://127.0.0.1:1/{id}"),
        filter: EventFilter::default(),
        delay: Duration::ZERO,
        paused: false,
        held: false,
        secret: SealedSecret(b"sealed".to_vec()),
        created_at: now(),
    }
}

fn live(score: u32) -> Game {
    scored(game(1, GameStatus::Live), score)
}

/// A goal: a score and, the first time, a lead.
async fn score(place: &Place, store: &Store, points: u32) {
    place.clock.pass(TimeDelta::seconds(5));
    place.observe(store, &[live(points)]).await;
}

async fn pending(store: &Store) -> Vec<(u64, String, String)> {
    let pending = store.pending(DeliveryId::START, 100).await.unwrap();
    let row = |delivery: &game_model::Delivery| {
        (delivery.id.0, delivery.webhook.0.clone(), delivery.event.event.id.0.clone())
    };
    pending.iter().map(row).collect()
}

#[tokio::test]
async fn webhooks_are_registered_changed_and_deleted() {
    let place = Place::new();
    let store = place.open(None);
    let full = Webhook {
        filter: EventFilter {
            leagues: vec!["nfl".parse().unwrap(), "nhl".parse().unwrap()],
            teams: TeamFilter::parse("NFL-NE, bos"),
            kinds: vec![EventKind::ScoreChanged, EventKind::GameEnded],
            pregame_minutes: 45,
        },
        delay: Duration::from_millis(30_500),
        ..hook("a")
    };
    store.register(full.clone()).await.unwrap();
    let revision = store.webhooks_revision();
    store.register(hook("b")).await.unwrap();
    assert!(store.webhooks_revision() > revision);
    let exists = store.register(hook("a")).await.unwrap_err();
    assert_eq!(exists, RegisterError::Exists(WebhookId("a".into())));
    assert!(!format!("{full:?}").contains("115"), "{full:?}");
    store.close().await;

    let store = place.open(None);
    assert_eq!(store.webhooks().await.unwrap(), [full.clone(), hook("b")]);
    let (a, b) = (WebhookId("a".into()), WebhookId("b".into()));
    let pause = WebhookChange { paused: Some(true), ..WebhookChange::default() };
    let paused = Webhook { paused: true, ..full };
    assert_eq!(store.change_webhook(&a, pause).await.unwrap(), Some(paused.clone()));
    assert_eq!(store.webhook(&a).await.unwrap(), Some(paused));
    // The service holds it as well: that is neither the person's to end, nor ended by the person.
    let hold = |held| WebhookChange { held: Some(held), ..WebhookChange::default() };
    for held in [true, false] {
        let webhook = store.change_webhook(&a, hold(held)).await.unwrap().unwrap();
        assert_eq!((webhook.paused, webhook.held, webhook.is_paused()), (true, held, true));
        assert_eq!(store.webhook(&a).await.unwrap(), Some(webhook));
    }
    let other = WebhookChange {
        url: Some("http://127.0.0.1:2/".into()),
        filter: Some(EventFilter::default()),
        delay: Some(Duration::from_secs(1)),
        paused: Some(false),
        held: Some(false),
        secret: Some(SealedSecret(vec![1])),
    };
    let changed = store.change_webhook(&a, other.clone()).await.unwrap();
    assert_eq!(changed, Some(other.apply(hook("a"))));
    assert!(store.delete_webhook(&b).await.unwrap());
    assert!(!store.delete_webhook(&b).await.unwrap());
    assert_eq!(store.webhook(&b).await.unwrap(), None);
    assert_eq!(store.change_webhook(&b, WebhookChange::default()).await.unwrap(), None);
}

#[tokio::test]
async fn so_many_may_be_registered_and_no_more() {
    let place = Place::in_memory();
    let store = place.open(None);
    let registering = (0..=MAX_WEBHOOKS).map(|number| store.register(hook(&number.to_string())));
    let outcomes = futures::future::join_all(registering).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), MAX_WEBHOOKS);
    assert!(outcomes.contains(&Err(RegisterError::TooMany)));
    store.delete_webhook(&WebhookId("7".into())).await.unwrap();
    store.register(hook("another")).await.unwrap();
}

#[tokio::test]
async fn an_event_is_queued_for_those_who_want_it_in_order() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    score(&place, &store, 3).await;
    assert_eq!(pending(&store).await, [], "nobody was registered");
    let only = |id: &str, filter: EventFilter| Webhook { filter, ..hook(id) };
    let nothing = EventFilter::default;
    store.register(hook("all")).await.unwrap();
    let scores = EventFilter { kinds: vec![EventKind::ScoreChanged], ..nothing() };
    store.register(only("scores", scores)).await.unwrap();
    store
        .register(only("nhl", EventFilter { leagues: vec!["nhl".parse().unwrap()], ..nothing() }))
        .await
        .unwrap();
    store
        .register(only("mia", EventFilter { teams: TeamFilter::parse("nfl-mia"), ..nothing() }))
        .await
        .unwrap();
    store.register(Webhook { delay: Duration::from_secs(30), ..hook("slow") }).await.unwrap();
    store.register(Webhook { paused: true, ..hook("paused") }).await.unwrap();
    score(&place, &store, 0).await;
    score(&place, &store, 7).await;

    let expected = [
        (1, "all", "score_corrected-1"),
        (2, "slow", "score_corrected-1"),
        (3, "all", "lead_changed-2"),
        (4, "slow", "lead_changed-2"),
        (5, "all", "score_changed-2"),
        (6, "scores", "score_changed-2"),
        (7, "slow", "score_changed-2"),
        (8, "all", "lead_changed-3"),
        (9, "slow", "lead_changed-3"),
    ];
    let expected = expected.map(|(id, hook, event)| (id, hook.to_owned(), format!("nfl-1-{event}")));
    assert_eq!(pending(&store).await, expected);
    let (all, slow) = (WebhookId("all".into()), WebhookId("slow".into()));
    let of_all = store.pending_of(&all, DeliveryId(1), 2).await.unwrap();
    assert_eq!(of_all.iter().map(|delivery| delivery.id.0).collect::<Vec<_>>(), [3, 5]);
    let delayed = store.pending_of(&slow, DeliveryId::START, 1).await.unwrap();
    assert_eq!(delayed[0].next_attempt_at - delayed[0].queued_at, TimeDelta::seconds(30));
    assert_eq!(store.pending_of(&WebhookId("none".into()), DeliveryId::START, 9).await.unwrap(), []);
}

#[tokio::test]
async fn deliveries_survive_a_crash_and_are_queued_once() {
    let place = Place::new();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    score(&place, &store, 3).await;
    let before = pending(&store).await;
    assert_eq!(before.len(), 2);

    let crashed = place.crash();
    let store = crashed.open(None);
    score(&crashed, &store, 3).await;
    assert_eq!(pending(&store).await, before);
    store.settle(vec![(DeliveryId(1), Attempted::Delivered)]).await.unwrap();
    let crashed = crashed.crash();
    assert_eq!(pending(&crashed.open(None)).await, before[1..]);
}

#[tokio::test]
async fn neither_event_nor_delivery_is_kept_without_the_other() {
    let place = Place::new();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    let refuse =
        "CREATE TEMP TRIGGER refuse BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'no'); END";
    store.write(Run(move |batch: &mut Batch<'_>| batch.db.execute_batch(refuse))).await.unwrap();
    assert!(store.commit(place.observation(&[live(3)])).await.is_err());
    for table in ["events", "deliveries"] {
        assert_eq!(place.read::<u32>(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(place.read::<u32>("SELECT count(*) FROM observations"), 1);
}

#[tokio::test]
async fn what_became_of_attempts_is_kept() {
    let place = Place::new();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    score(&place, &store, 3).await;
    score(&place, &store, 6).await;
    let a = WebhookId("a".into());
    let later = now() + TimeDelta::minutes(2);
    let retry = |error: &str| Attempted::Retry { at: later, error: error.into() };
    let given_up = Attempted::GivenUp { error: "it is gone".into() };
    store
        .settle(vec![
            (DeliveryId(1), retry("it answered 500")),
            (DeliveryId(2), given_up),
            (DeliveryId(9), retry("?")),
        ])
        .await
        .unwrap();
    let listed = store.deliveries(&a, None, 10).await.unwrap();
    let states: Vec<_> = listed
        .iter()
        .map(|it| (it.id.0, it.state, it.attempts, it.last_error.as_deref(), it.settled_at.is_some()))
        .collect();
    assert_eq!(
        states,
        [
            (3, DeliveryState::Pending, 0, None, false),
            (2, DeliveryState::Failed, 1, Some("it is gone"), true),
            (1, DeliveryState::Pending, 1, Some("it answered 500"), false),
        ]
    );
    assert_eq!(listed[2].next_attempt_at, later);

    store
        .settle(vec![(DeliveryId(1), Attempted::Delivered), (DeliveryId(2), Attempted::Delivered)])
        .await
        .unwrap();
    let listed = store.deliveries(&a, Some(DeliveryId(3)), 1).await.unwrap();
    assert_eq!(
        (listed.len(), listed[0].id.0, listed[0].state),
        (1, 2, DeliveryState::Failed),
        "it stays given up"
    );
    let first = &store.deliveries(&a, Some(DeliveryId(2)), 1).await.unwrap()[0];
    assert_eq!((first.state, first.attempts), (DeliveryState::Delivered, 2));
    assert_eq!(first.last_error.as_deref(), Some("it answered 500"));
    assert_eq!(pending(&store).await.len(), 1);
}

#[tokio::test]
async fn a_deleted_webhook_takes_its_deliveries_along() {
    let place = Place::new();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    store.register(hook("b")).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    score(&place, &store, 3).await;
    store.delete_webhook(&WebhookId("a".into())).await.unwrap();
    assert!(pending(&store).await.iter().all(|(_, hook, _)| hook == "b"));
    assert_eq!(place.read::<u32>("SELECT count(*) FROM deliveries"), 2);
    store.register(hook("a")).await.unwrap();
    assert_eq!(store.deliveries(&WebhookId("a".into()), None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn settled_deliveries_are_bounded_and_what_waits_stays() {
    let place = Place::in_memory();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    for points in 1..=300 {
        place.observe(&store, &[live(points)]).await;
    }
    let all = store.pending(DeliveryId::START, 1_000).await.unwrap();
    assert_eq!(all.len(), 301);
    let delivered = all[1..].iter().map(|delivery| (delivery.id, Attempted::Delivered));
    store.settle(delivered.collect()).await.unwrap();
    let kept = store.deliveries(&WebhookId("a".into()), None, 1_000).await.unwrap();
    assert_eq!((kept.len(), kept.last().unwrap().id), (201, DeliveryId(1)));

    place.clock.pass(TimeDelta::from_std(EVENTS_KEPT + Duration::from_hours(2)).unwrap());
    let gone = || place.read::<u32>("SELECT count(*) FROM deliveries") == 0;
    until(&store, "deliveries go with their events", gone).await;
}

#[tokio::test]
async fn a_webhook_that_can_not_be_read_stops_no_other() {
    let place = Place::new();
    let store = place.open(None);
    store.register(hook("a")).await.unwrap();
    store.register(hook("b")).await.unwrap();
    let spoil = "UPDATE webhooks SET filter = json_set(filter, '$.kinds', json('[\"goal\"]')) WHERE id = 'a'";
    store.write(Run(move |batch: &mut Batch<'_>| batch.db.execute(spoil, []))).await.unwrap();
    place.observe(&store, &[live(0)]).await;
    score(&place, &store, 3).await;
    assert!(pending(&store).await.iter().all(|(_, hook, _)| hook == "b"));
    assert_eq!(store.webhooks().await.unwrap(), [hook("b")]);
    assert!(store.report().reasons.is_empty());
}
