//! Connections that end, and brokers that are away.

use std::time::{Duration, Instant};

use crate::house::{CONFIG, House, STATUS, game, topic};
use crate::server::{Mosquitto, is_there};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_dies_is_said_to_be_gone_by_the_broker() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(14, 7)).await;
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    house.kill().await;
    broker.wait_for(STATUS, |seen| seen == Some("offline"));
    assert_eq!(broker.retained(&topic("score")).as_deref(), Some("14"), "the last state stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_says_goodbye_and_is_quick() {
    if !is_there() {
        return;
    }
    let mut broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(14, 7)).await;
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    let listener = broker.listen(STATUS);
    let took = house.stop().await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    listener.wait_for(|heard| heard.payload == "offline").await;
    assert_eq!(broker.retained(STATUS).as_deref(), Some("offline"));
    let offline = listener.heard().iter().filter(|heard| heard.payload == "offline").count();
    assert_eq!(offline, 1, "the will is not told beside the goodbye");

    let house = House::start(&broker.url());
    house.wait_for(|report| report.connected).await;
    broker.stop();
    house.wait_for(|report| !report.connected).await;
    assert!(house.stop().await < Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_restarted_gets_the_newest_state_and_what_happened_just_before() {
    if !is_there() {
        return;
    }
    let mut broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(0, 0)).await;
    broker.wait_for(&topic("score"), |seen| seen == Some("0"));
    broker.stop();
    let report = house.wait_for(|report| !report.connected).await;
    assert!(report.reasons[0].contains("nothing is published"), "{report:?}");
    house.look(game(7, 0)).await;
    house.look(game(14, 0)).await;
    broker.start_again();
    // What is not retained is heard by those alone that were there first.
    let listener = broker.listen(&topic("event"));
    broker.wait_for(&topic("score"), |seen| seen == Some("14"));
    assert!(broker.retained(CONFIG).is_some());
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    let report = house.wait_for(|report| report.connected && report.reasons.is_empty()).await;
    assert_eq!((report.connections, report.events_dropped), (2, 0));
    house.wait_for(|report| report.events >= 2).await;
    drop(listener);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_not_there_is_said_and_costs_nothing() {
    if !is_there() {
        return;
    }
    let mut broker = Mosquitto::start();
    broker.stop();
    let house = House::start(&broker.url());
    let begun = Instant::now();
    house.look(game(14, 7)).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let report = house.wait_for(|report| report.last_error.is_some()).await;
    assert!(report.reasons[0].contains(&format!("127.0.0.1:{}", broker.port)), "{report:?}");
    broker.start_again();
    broker.wait_for(&topic("score"), |seen| seen == Some("14"));
    house.stop().await;
}
