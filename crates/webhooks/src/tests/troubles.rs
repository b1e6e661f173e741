//! Receivers that fail, hang, refuse and are slow.

use std::time::Duration;

use game_model::{DeliveryState, WebhookDesk, WebhookEdit};

use super::house::{Does, House, seconds, within};
use super::support::touchdown;

/// A tenth on top at most: the jitter of the breaker.
fn is_about(seconds: u64, wanted: u64) -> bool {
    (wanted..=wanted + wanted / 10 + 1).contains(&seconds)
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_after_1_2_and_4_s_then_slower() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::Fails);
    house.store.tell(touchdown(1));
    seconds(20 * 60).await;
    let sent = house.sent_to("ha.local");
    let attempts: Vec<u32> = sent.iter().map(|(_, _, attempt)| *attempt).collect();
    assert_eq!(attempts, (1..=10).collect::<Vec<_>>());
    let times: Vec<u64> = sent.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times[..5], [0, 1, 3, 7, 22]);
    let waits: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (wait, wanted) in waits[3..].iter().zip([15, 30, 60, 120, 240, 480]) {
        assert!(is_about(*wait, wanted), "{waits:?}");
    }
    assert_eq!(house.store.states(&id.0)[0].0, DeliveryState::Pending);
    house.does("ha.local", Does::Takes);
    seconds(11 * 60).await;
    assert_eq!(house.store.states(&id.0), [(DeliveryState::Delivered, 11)]);
    assert_eq!(house.desk.report().failing, 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_given_up_after_24_h_with_what_is_as_old() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::Fails);
    (1..=50).for_each(|n| house.store.tell(touchdown(n)));
    seconds(12 * 3600).await;
    house.store.tell(touchdown(51));
    seconds(12 * 3600 - 700).await;
    assert!(house.store.states(&id.0).iter().all(|(state, _)| *state == DeliveryState::Pending));
    assert!(house.sent_to("ha.local").iter().all(|(_, number, _)| *number == 1), "the order stays");
    seconds(1_500).await;
    let states = house.store.states(&id.0);
    assert!(states[..50].iter().all(|(state, _)| *state == DeliveryState::Failed), "{states:?}");
    assert_eq!(states[50].0, DeliveryState::Pending, "it is younger");
    assert_eq!(house.desk.report().given_up, 50);
    house.does("ha.local", Does::Takes);
    seconds(11 * 60).await;
    assert_eq!(house.store.states(&id.0)[50].0, DeliveryState::Delivered);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_given_up_and_the_next_is_sent() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::Refuses);
    house.store.tell(touchdown(1));
    house.store.tell(touchdown(2));
    within(Duration::from_millis(6_900)).await;
    house.does("ha.local", Does::Takes);
    assert_eq!(house.sent_to("ha.local").len(), 3);
    house.does("ha.local", Does::Refuses);
    within(Duration::from_millis(200)).await;
    house.does("ha.local", Does::Takes);
    seconds(5).await;
    let states: Vec<DeliveryState> = house.store.states(&id.0).iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [DeliveryState::Failed, DeliveryState::Delivered]);
}

#[tokio::test(start_paused = true)]
async fn who_asks_to_wait_is_left_alone_but_not_for_ever() {
    let house = House::new().await;
    house.register("ha.local").await;
    house.does("ha.local", Does::AsksToWait(Duration::from_secs(90)));
    house.store.tell(touchdown(1));
    seconds(1).await;
    house.does("ha.local", Does::AsksToWait(Duration::from_secs(1_000_000)));
    seconds(2 * 3600).await;
    let times: Vec<u64> = house.sent_to("ha.local").iter().map(|(at, ..)| *at).collect();
    assert_eq!(times, [0, 90, 3690]);
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_delays_nobody() {
    let house = House::with(|config| (config.at_once, config.troubled_at_once) = (50, 5)).await;
    for n in 0..40 {
        let host = format!("hangs{n}");
        house.register(&host).await;
        house.does(&host, Does::Hangs);
    }
    for n in 0..20 {
        house.register(&format!("fine{n}")).await;
    }
    // Once each that hangs is known to, the others have all places.
    house.store.tell(touchdown(1));
    seconds(11).await;
    for n in 2..=20 {
        house.store.tell(touchdown(n));
        within(Duration::from_millis(10)).await;
        let late = (0..20).filter(|fine| house.sent_to(&format!("fine{fine}")).len() < n as usize);
        assert_eq!(late.count(), 0, "touchdown {n}");
        seconds(3).await;
    }
    assert!(house.desk.report().in_flight <= 5, "{:?}", house.desk.report());
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_its_breaker_takes_no_place() {
    let house = House::with(|config| config.troubled_at_once = 1).await;
    house.register("gone.local").await;
    house.does("gone.local", Does::Fails);
    house.store.tell(touchdown(1));
    // Its breaker is open for minutes, and the clock of the wall is set on: by it, the delivery is due.
    seconds(300).await;
    house.clock.set_on(1_800);
    seconds(31).await;
    let id = house.register("fine.local").await;
    house.does("fine.local", Does::TakesAfter(Duration::from_secs(3)));
    house.store.tell(touchdown(2));
    seconds(4).await;
    // It was slow: from now on it takes one of the places of the troubled.
    house.store.tell(touchdown(3));
    seconds(4).await;
    assert_eq!(house.store.states(&id.0), [(DeliveryState::Delivered, 1); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_keeps_away_from_who_is_gone_and_says_so() {
    let house = House::new().await;
    let id = house.register("gone.local").await;
    house.does("gone.local", Does::Fails);
    (1..=10).for_each(|n| house.store.tell(touchdown(n)));
    seconds(3600).await;
    let sent = house.sent_to("gone.local").len();
    assert!(sent <= 16, "{sent} attempts in an hour");
    let report = house.desk.report();
    assert_eq!((report.registered, report.failing), (1, 1));
    let reason = &report.reasons[0];
    assert!(
        reason
            .starts_with(&format!("webhook {id} at http://gone.local does not take events, tried again in ")),
        "{reason}"
    );
    assert!(reason.contains("it answers 500") && !reason.contains("/hook"), "{reason}");
    let state = house.desk.find(&id).await.unwrap().unwrap();
    assert_eq!(state.last_error.as_deref(), Some("it answers 500"));
    assert_eq!(state.consecutive_failures as usize, sent);
    // A person mends it, and tries.
    house.does("gone.local", Does::Takes);
    let outcome = house.desk.test(&id).await.unwrap().unwrap();
    assert!(outcome.delivered && outcome.id.starts_with("test-"), "{outcome:?}");
    seconds(1).await;
    assert!(house.store.states(&id.0).iter().all(|(state, _)| *state == DeliveryState::Delivered));
    assert!(house.desk.report().reasons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_address_is_tried_at_once() {
    let house = House::new().await;
    let id = house.register("old.local").await;
    house.does("old.local", Does::Fails);
    house.store.tell(touchdown(1));
    seconds(3600).await;
    let edit = WebhookEdit { url: Some("http://new.local/".into()), ..WebhookEdit::default() };
    house.desk.edit(&id, edit).await.unwrap();
    within(Duration::from_millis(100)).await;
    assert_eq!(house.sent_to("new.local").len(), 1);
    assert_eq!(house.store.states(&id.0).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_go_on_where_they_were_after_a_restart() {
    let house = House::new().await;
    house.register("ha.local").await;
    house.does("ha.local", Does::Fails);
    house.store.tell(touchdown(1));
    seconds(8).await;
    let house = house.restart_with(|_| {}).await;
    seconds(50).await;
    let sent = house.sent_to("ha.local");
    assert_eq!(sent[4], (22, 1, 5), "the fifth when it would have been: {sent:?}");
    assert!(sent.len() == 6 && is_about(sent[5].0 - 22, 30), "{sent:?}");
}
