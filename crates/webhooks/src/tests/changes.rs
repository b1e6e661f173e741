//! Webhooks that are paused, resumed and deleted.

use std::time::Duration;

use game_model::{DeliveryState, DeskError, WebhookDesk, WebhookEdit, WebhookId};

use super::house::{Does, House, seconds, within};
use super::support::touchdown;

fn paused(paused: bool) -> WebhookEdit {
    WebhookEdit { paused: Some(paused), ..WebhookEdit::default() }
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_what_waits_and_its_end_sends_it() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::Fails);
    house.store.tell(touchdown(1));
    seconds(2).await;
    assert!(house.desk.edit(&id, paused(true)).await.unwrap().unwrap().webhook.paused);
    house.store.tell(touchdown(2));
    let sent = house.sent().len();
    seconds(3600).await;
    assert_eq!(house.sent().len(), sent);
    assert_eq!((house.desk.report().paused, house.desk.report().failing), (1, 0));
    house.does("ha.local", Does::Takes);
    house.desk.edit(&id, paused(false)).await.unwrap();
    house.store.tell(touchdown(3));
    within(Duration::from_millis(200)).await;
    let numbers: Vec<u32> = house.sent_to("ha.local")[sent..].iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, [1, 3], "the second was not wanted when it happened");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_pause_does_not_hurry_a_delayed_event() {
    let house = House::new().await;
    let id = house.register_delayed("ha.local", Duration::from_mins(1)).await;
    house.store.tell(touchdown(1));
    house.desk.edit(&id, paused(true)).await.unwrap();
    house.desk.edit(&id, paused(false)).await.unwrap();
    seconds(59).await;
    assert!(house.sent().is_empty());
    seconds(2).await;
    assert_eq!(house.sent_to("ha.local"), [(60, 1, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_webhook_gets_nothing_more_even_under_way() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.does("ha.local", Does::Hangs);
    house.store.tell(touchdown(1));
    seconds(1).await;
    assert_eq!(house.desk.report().in_flight, 1);
    assert!(house.desk.delete(&id).await.unwrap());
    within(Duration::from_millis(10)).await;
    assert_eq!((house.desk.report().in_flight, house.desk.report().registered), (0, 0));
    house.store.tell(touchdown(2));
    seconds(100).await;
    assert_eq!(house.sent().len(), 1);
    assert!(!house.desk.delete(&id).await.unwrap());
    for none in [house.desk.find(&id).await.unwrap().is_none(), house.desk.test(&id).await.unwrap().is_none()]
    {
        assert!(none);
    }
    assert!(house.desk.deliveries(&id, None, 10).await.unwrap().is_none());
    assert!(house.desk.edit(&id, paused(true)).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_event_between_the_registration_and_the_first_look_is_sent() {
    let house = House::new().await;
    // As a commit that comes between the registration's and its answer.
    let id = house.register("ha.local").await;
    house.store.tell(touchdown(1));
    let state = house.desk.find(&id).await.unwrap().unwrap();
    let mut twin = state.webhook.clone();
    (twin.id, twin.url) = (WebhookId("wh_twin".into()), "http://twin/".into());
    twin.secret =
        house.desk.shared.vault.seal(&twin.id, &game_model::WebhookSecret::new("x".repeat(16))).unwrap();
    game_model::WebhookRegistrations::register(&*house.store, twin.clone()).await.unwrap();
    house.store.tell(touchdown(2));
    seconds(1).await;
    house.desk.shared.add(&twin, true);
    house.store.tell(touchdown(3));
    seconds(1).await;
    let numbers: Vec<u32> = house.sent_to("twin").iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_allowed_any_more_gets_nothing_and_that_is_said() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    let house = house.restart_with(|config| config.allowed_hosts = "other.local".parse().unwrap()).await;
    house.store.tell(touchdown(1));
    seconds(3600).await;
    assert!(house.sent().is_empty());
    let report = house.desk.report();
    assert!(report.failing == 1 && report.reasons[0].contains("WEBHOOK_ALLOWED_HOSTS"), "{report:?}");
    let Err(DeskError::Refused(said)) = house.desk.test(&id).await else { panic!("sent") };
    assert!(said.contains("WEBHOOK_ALLOWED_HOSTS allows other.local"), "{said}");
    let edit = WebhookEdit { url: Some("http://other.local/".into()), ..WebhookEdit::default() };
    house.desk.edit(&id, edit).await.unwrap();
    seconds(1).await;
    assert_eq!(house.store.states(&id.0), [(DeliveryState::Delivered, 1)]);
}
