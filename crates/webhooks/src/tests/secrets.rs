//! Secrets that are lost, and those that must not be seen.

use std::fs;

use game_model::{DeliveryState, DeskError, WebhookDesk, WebhookEdit, WebhookSecret};

use super::house::{House, SECRET, seconds};
use super::support::touchdown;

#[tokio::test(start_paused = true)]
async fn a_lost_key_pauses_its_webhooks_and_is_said() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    let key = house.folder.path().join("webhooks.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let house = house.restart_with(|_| {}).await;
    house.store.tell(touchdown(1));
    seconds(60).await;
    assert!(house.sent().is_empty() && house.store.states(&id.0).is_empty(), "nothing is queued for it");
    let report = house.desk.report();
    assert_eq!((report.paused, report.failing), (1, 1));
    let reason = &report.reasons[0];
    assert!(reason.contains("webhooks.key is missing") && reason.contains("register it again"), "{reason}");
    let state = house.desk.find(&id).await.unwrap().unwrap();
    assert!(state.webhook.held && state.broken.unwrap().contains("webhooks.key is missing"));

    let resume = WebhookEdit { paused: Some(false), ..WebhookEdit::default() };
    let Err(DeskError::Refused(said)) = house.desk.edit(&id, resume.clone()).await else { panic!("resumed") };
    assert!(said.contains("give another secret"), "{said}");
    // Either the file is put back ...
    fs::write(&key, kept).unwrap();
    let house = house.restart_with(|_| {}).await;
    assert!(house.desk.report().reasons.is_empty());
    house.store.tell(touchdown(2));
    seconds(1).await;
    assert_eq!(house.store.states(&id.0), [(DeliveryState::Delivered, 1)]);
    // ... or another secret is given.
    fs::remove_file(&key).unwrap();
    let house = house.restart_with(|_| {}).await;
    let other = "another secret of sixteen";
    let edit = WebhookEdit { secret: Some(WebhookSecret::new(other.into())), ..resume };
    house.desk.edit(&id, edit).await.unwrap();
    house.store.tell(touchdown(3));
    seconds(1).await;
    let last = house.sent().pop().unwrap();
    assert_eq!(last.header("x-webhook-signature"), crate::signature(other, &last.post.body));
    assert!(house.desk.report().reasons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_was_paused_by_a_person_stays_so_when_the_key_is_back() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    let pause = WebhookEdit { paused: Some(true), ..WebhookEdit::default() };
    house.desk.edit(&id, pause).await.unwrap();
    let key = house.folder.path().join("webhooks.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let house = house.restart_with(|_| {}).await;
    fs::write(&key, kept).unwrap();
    let house = house.restart_with(|_| {}).await;
    house.store.tell(touchdown(1));
    seconds(60).await;
    assert!(house.store.states(&id.0).is_empty());
    let webhook = house.desk.find(&id).await.unwrap().unwrap().webhook;
    assert!(webhook.paused && !webhook.held);
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_seen_nowhere() {
    let house = House::new().await;
    let id = house.register("ha.local").await;
    house.store.tell(touchdown(1));
    seconds(1).await;
    let state = house.desk.find(&id).await.unwrap().unwrap();
    let shown = format!("{state:?} {:?} {:?}", house.desk.list().await.unwrap(), house.desk.report());
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(!format!("{:?}", house.sent()).contains(SECRET));
}
