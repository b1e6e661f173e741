//! Connections: made again, and ended well.

use std::time::Duration;

use game_model::Game;

use super::broker::Broker;
use super::house::{CONFIG, House};
use super::support::{History, game, noon, touchdown};

#[tokio::test(start_paused = true)]
async fn a_broker_that_lost_everything_is_told_everything_again_and_the_newest_alone() {
    let house = House::with(vec![game("401")]).await;
    house.broker.refuses(Some("it is away"));
    house.broker.restarts();
    for score in 15..20 {
        house.show(vec![Game { home: game_model::Side { score, ..game("401").home }, ..game("401") }]);
        house.pass(1).await;
    }
    let report = house.report();
    assert!(!report.connected && report.reasons[0].contains("it is away"), "{report:?}");
    house.broker.published();
    house.broker.refuses(None);
    house.pass(60).await;
    assert_eq!((house.value("score").as_deref(), house.broker.topics().len()), (Some("19"), 9));
    assert_eq!(house.broker.published().len(), 9, "each topic once");
    let report = house.report();
    assert!(report.connected && report.reasons.is_empty() && report.connections == 2, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn tries_grow_rarer_and_begin_anew_after_a_good_connection() {
    let broker = Broker::default();
    broker.refuses(Some("it is away"));
    let house = House::on(broker, History::default(), &["nfl-ne"], Vec::new()).await;
    house.pass(600).await;
    // Three quarters of 1, 2, 4, 8, 16 and 32 s, then of a minute.
    let dials = house.broker.dials();
    assert!((14..=22).contains(&dials), "{dials} tries in ten minutes");
    house.broker.refuses(None);
    house.pass(120).await;
    assert!(house.report().connected);
    let before = house.broker.dials();
    house.broker.cuts();
    house.pass(1).await;
    assert_eq!(house.broker.dials(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn home_assistants_start_has_everything_sent_again_after_a_while_of_chance() {
    let house = House::with(vec![game("401")]).await;
    house.pass(15).await;
    house.broker.published();
    house.broker.sends("homeassistant/status", "offline", false);
    house.broker.sends("homeassistant/status", "online", true);
    house.pass(10).await;
    assert_eq!(house.broker.published(), [], "it was not started now");
    house.broker.sends("homeassistant/status", "online", false);
    house.pass(2).await;
    assert_eq!(house.broker.published(), [], "half of five seconds have not passed");
    house.pass(1).await;
    let sent = house.broker.published();
    assert_eq!((sent.len(), sent[0].0.as_str()), (9, CONFIG));
}

#[tokio::test(start_paused = true)]
async fn what_the_broker_refuses_is_said_and_not_tried_again_and_again() {
    let house = House::with(vec![game("401")]).await;
    house.broker.published();
    house.broker.forbids(Some("score"));
    house.show(vec![Game { home: game_model::Side { score: 21, ..game("401").home }, ..game("401") }]);
    house.pass(120).await;
    assert_eq!(house.broker.published().len(), 2);
    let report = house.report();
    assert!(
        report.refused == 1 && report.reasons[0].contains("sports-data/nfl-ne/score (not authorized)"),
        "{report:?}"
    );
    house.broker.forbids(None);
    house.show(vec![game("401")]);
    house.settle().await;
    assert_eq!(house.report().reasons, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_stop_sends_what_waits_and_says_that_the_service_is_gone() {
    let house = House::with(vec![game("401")]).await;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), false));
    let (broker, took) = house.stop().await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    let published = broker.published();
    assert!(published[0].0.ends_with("/event"), "{published:?}");
    assert_eq!(
        published.last().map(|(topic, payload, _)| (topic.as_str(), payload.as_str())),
        Some(("sports-data/status", "offline"))
    );
    assert_eq!((broker.retained("sports-data/status").as_deref(), broker.closed()), (Some("offline"), 1));
    assert!(broker.retained(CONFIG).is_some(), "the device stays, and is unavailable");
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_broker_that_says_nothing() {
    let house = House::with(vec![game("401")]).await;
    house.broker.is_silent(true);
    house.log.tell(touchdown(1, noon(), false));
    house.settle().await;
    let (broker, took) = house.stop().await;
    assert!(took <= Duration::from_secs(3), "{took:?}");
    assert_eq!(broker.closed(), 1);

    let away = Broker::default();
    away.refuses(Some("it is away"));
    let house = House::on(away, History::default(), &["nfl-ne"], Vec::new()).await;
    house.pass(5).await;
    let (_, took) = house.stop().await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_broker_is_not_flooded() {
    let broker = Broker::default();
    broker.is_silent(true);
    let names: Vec<String> = super::support::nfl()
        .teams
        .iter()
        .map(|team| format!("nfl-{}", team.abbreviation.to_lowercase()))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let house = House::on(broker, History::default(), &names, Vec::new()).await;
    house.pass(60).await;
    assert_eq!(house.broker.published().len(), 64);
}
