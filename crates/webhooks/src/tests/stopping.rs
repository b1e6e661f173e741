//! The end, in good order and in none.

use std::time::Duration;

use game_model::DeliveryState;

use super::house::{Does, House, seconds, within};
use super::support::touchdown;

#[tokio::test(start_paused = true)]
async fn what_is_due_goes_out_before_the_end() {
    let house = House::new().await;
    let (id, delayed) =
        (house.register("ha.local").await, house.register_delayed("later", Duration::from_mins(1)).await);
    let failing = house.register("fails").await;
    house.does("ha.local", Does::TakesAfter(Duration::from_millis(500)));
    house.does("fails", Does::Fails);
    (1..=3).for_each(|n| house.store.tell(touchdown(n)));
    let (store, took) = (house.store.clone(), house.stop().await);
    assert!(took >= Duration::from_millis(1_500) && took < Duration::from_secs(2), "{took:?}");
    assert_eq!(store.states(&id.0), [(DeliveryState::Delivered, 1); 3]);
    assert_eq!(store.states(&delayed.0), [(DeliveryState::Pending, 0); 3], "its time has not come");
    assert_eq!(store.states(&failing.0)[0], (DeliveryState::Pending, 1), "it is tried again after the start");
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_does_not_hold_up_the_end() {
    let house = House::new().await;
    let (id, fine) = (house.register("hangs").await, house.register("fine").await);
    house.does("hangs", Does::Hangs);
    house.store.tell(touchdown(1));
    within(Duration::from_millis(100)).await;
    let (store, took) = (house.store.clone(), house.stop().await);
    assert!(took <= Duration::from_secs(5), "{took:?}");
    assert_eq!(store.states(&id.0), [(DeliveryState::Pending, 0)]);
    assert_eq!(store.states(&fine.0), [(DeliveryState::Delivered, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_kill_before_an_outcome_is_kept_sends_it_again_with_the_same_id() {
    let house = House::new().await;
    house.register("ha.local").await;
    *house.store.full.lock().unwrap() = true;
    house.store.tell(touchdown(1));
    seconds(1).await;
    let house = house.restart_with(|_| {}).await;
    *house.store.full.lock().unwrap() = false;
    house.store.tell(touchdown(2));
    seconds(1).await;
    let ids: Vec<String> =
        house.sent().iter().map(|sent| sent.header("x-webhook-delivery").to_owned()).collect();
    let touchdown = |n: u32| format!("nfl-401-score_changed-{n}");
    assert_eq!(ids, [touchdown(1), touchdown(1), touchdown(2)]);
}
