//! What goes well.

use std::sync::atomic::Ordering;
use std::time::Duration;

use game_model::{DeliveryState, EventFilter, NewWebhook, WebhookDesk, WebhookEdit, WebhookSecret};

use super::house::{Does, House, SECRET, seconds, within};
use super::support::touchdown;

#[tokio::test(start_paused = true)]
async fn an_event_is_sent_once_signed_and_settled() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.store.tell(touchdown(1));
    seconds(1).await;
    let sent = house.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].post.url.as_str(), "http://ha.local/hook");
    assert_eq!(sent[0].header("x-webhook-id"), id.0);
    assert_eq!(sent[0].header("x-webhook-delivery"), "nfl-401-score_changed-1");
    assert_eq!(sent[0].header("x-webhook-signature"), crate::signature(SECRET, &sent[0].post.body));
    let time = sent[0].header("x-webhook-timestamp");
    assert_eq!(
        sent[0].header("x-webhook-signature-256"),
        crate::signature_with_time(SECRET, time, &sent[0].post.body)
    );
    assert_eq!(house.store.states(&id.0), [(DeliveryState::Delivered, 1)]);
    let report = house.desk.report();
    assert_eq!((report.delivered, report.failed_attempts, report.in_flight), (1, 0, 0));
    assert_eq!(report.durations.iter().map(|(_, count)| count).sum::<u64>(), 1);
    assert!(report.reasons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn deliveries_of_a_webhook_keep_their_order_however_many_wait() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::TakesAfter(Duration::from_millis(10)));
    // Far more than are held in memory, some of them before it looks.
    for n in 1..=500 {
        house.store.tell(touchdown(n));
        if n % 50 == 0 {
            within(Duration::from_millis(100)).await;
        }
    }
    seconds(20).await;
    let numbers: Vec<u32> = house.sent_to("ha.local").iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, (1..=500).collect::<Vec<_>>());
    assert!(house.store.states(&id.0).iter().all(|state| *state == (DeliveryState::Delivered, 1)));
}

#[tokio::test(start_paused = true)]
async fn what_happened_before_the_start_is_sent() {
    let house = House::new().await;
    house.register("ha.local").await;
    house.does("ha.local", Does::Hangs);
    (1..=300).for_each(|n| house.store.tell(touchdown(n)));
    seconds(1).await;
    let house = house.restart_with(|_| {}).await;
    house.does("ha.local", Does::Takes);
    seconds(5).await;
    let numbers: Vec<u32> = house.sent_to("ha.local").iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers[0], 1, "it was under way");
    assert_eq!(numbers[1..], (1..=300).collect::<Vec<_>>(), "nothing of it was kept, so it is sent again");
}

#[tokio::test(start_paused = true)]
async fn a_delayed_webhook_gets_its_events_later_and_others_at_once() {
    let house = House::new().await;
    house.register_delayed("slow-stream", Duration::from_secs(30)).await;
    house.register("ha.local").await;
    house.store.tell(touchdown(1));
    seconds(7).await;
    house.store.tell(touchdown(2));
    within(Duration::from_millis(22_900)).await;
    assert_eq!(house.sent_to("ha.local"), [(0, 1, 1), (7, 2, 1)]);
    assert_eq!(house.sent_to("slow-stream"), []);
    seconds(10).await;
    assert_eq!(house.sent_to("slow-stream"), [(30, 1, 1), (37, 2, 1)]);
    let counts = house.desk.report().durations;
    assert_eq!(counts[0].1, 4, "the delay is no part of the duration: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn only_what_is_wanted_is_sent() {
    let house = House::new().await;
    let filter = EventFilter { kinds: vec!["game_ended".parse().unwrap()], ..EventFilter::default() };
    let secret = WebhookSecret::new(SECRET.into());
    let wanted = NewWebhook { url: "http://end/".into(), filter, delay: Duration::ZERO, secret };
    let id = house.desk.register(wanted).await.unwrap().id;
    house.store.tell(touchdown(1));
    seconds(1).await;
    assert!(house.sent().is_empty());
    let edit = WebhookEdit { filter: Some(EventFilter::default()), ..WebhookEdit::default() };
    house.desk.edit(&id, edit).await.unwrap();
    house.store.tell(touchdown(2));
    seconds(1).await;
    assert_eq!(house.sent_to("end"), [(1, 2, 1)]);
}

#[tokio::test(start_paused = true)]
async fn outcomes_are_kept_in_groups_and_after_a_full_disk() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for n in 0..1_000 {
        ids.push(house.register(&format!("host{n}")).await);
    }
    *house.store.full.lock().unwrap() = true;
    house.store.tell(touchdown(1));
    seconds(2).await;
    assert_eq!(house.sent().len(), 1_000, "none waits for a disk");
    *house.store.full.lock().unwrap() = false;
    seconds(31).await;
    assert!(ids.iter().all(|id| house.store.states(&id.0) == [(DeliveryState::Delivered, 1)]));
    let settles = house.store.settles.load(Ordering::SeqCst);
    assert!(settles <= 5, "{settles} commits");
}
