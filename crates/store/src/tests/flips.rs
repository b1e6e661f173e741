//! A random byte of the database flipped: the store opens, says what it found, and goes on.

use std::fs;

use game_model::{
    Attempted, Deliveries, DeliveryId, EventFilter, Game, GameStatus, ObservationLog, Pregames, SealedSecret,
    Webhook, WebhookId, WebhookRegistrations,
};
use outbox::{EntryId, Outbox, Rejection};

use super::support::{Dice, ON, Place, game, scored};
use crate::{Store, StoreConfig};

/// Flips at random places; the header of the file gets one at each of its bytes besides.
const FLIPS: usize = 200;

/// Bytes of the header: <https://sqlite.org/fileformat2.html#the_database_header>.
const HEADER: usize = 100;

fn config(place: &Place) -> StoreConfig {
    StoreConfig { queue: ON, retention: Some(super::support::DAY * 10_000), ..place.config() }
}

fn seen(round: u32) -> Vec<Game> {
    let live = (0..8).map(|id| scored(game(id, GameStatus::Live), round));
    live.chain((8..16).map(|id| scored(game(id, GameStatus::Finished), round))).collect()
}

fn webhook(id: &str) -> Webhook {
    Webhook {
        id: WebhookId(id.into()),
        url: "http://127.0.0.1:1/".into(),
        filter: EventFilter::default(),
        delay: std::time::Duration::ZERO,
        paused: false,
        held: false,
        secret: SealedSecret(vec![7; 32]),
        created_at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// The bytes of a closed database with a bit of everything in it.
async fn database() -> Vec<u8> {
    let place = Place::new();
    let store = place.open_as(StoreConfig { outbox_max_bytes: 12_000, ..config(&place) }).unwrap();
    for id in ["a", "b"] {
        store.register(webhook(id)).await.unwrap();
    }
    for round in 0..4 {
        place.observe(&store, &seen(round)).await;
    }
    let first = store.peek(EntryId::START, 10).await.unwrap();
    let rejection = Rejection { id: first[9].id, reason: "no".into(), server: "x".into() };
    store.set_aside(&[rejection]).await.unwrap();
    store.acknowledge(&[first[0].id, first[1].id]).await.unwrap();
    store.close().await;
    fs::read(place.database()).unwrap()
}

/// Does what a service does, and returns what it was told to be damaged.
async fn use_it(place: &Place, store: &Store, round: u32) -> Vec<String> {
    let mut said = store.report().reasons;
    said.extend(
        store
            .commit(place.observation(&seen(round)))
            .await
            .err()
            .map(|error| format!("commit {}", error.message)),
    );
    let waiting = store.peek(EntryId::START, 5).await;
    match &waiting {
        Ok(entries) if entries.len() > 1 => {
            let rejection = Rejection { id: entries[1].id, reason: "no".into(), server: "x".into() };
            said.extend(
                store.set_aside(&[rejection]).await.err().map(|error| format!("set_aside {}", error.message)),
            );
            said.extend(
                store
                    .acknowledge(&[entries[0].id])
                    .await
                    .err()
                    .map(|error| format!("acknowledge {}", error.message)),
            );
        }
        Ok(_) => {}
        Err(error) => said.push(error.message.clone()),
    }
    let league = "nfl".parse().unwrap();
    let since = place.observation(&[]).observed_at - chrono::TimeDelta::days(1);
    said.extend(
        store.remembered(league, since).await.err().map(|error| format!("remembered {}", error.message)),
    );
    said.extend(
        store.tell_pregames(&[15]).await.err().map(|error| format!("tell_pregames {}", error.message)),
    );
    said.extend(store.webhooks().await.err().map(|error| format!("webhooks {}", error.message)));
    let deliveries = store.pending(DeliveryId::START, 1_000).await;
    let settled = deliveries.iter().flatten().take(2).map(|it| (it.id, Attempted::Delivered)).collect();
    said.extend(store.settle(settled).await.err().map(|error| format!("settle {}", error.message)));
    said.extend(deliveries.err().map(|error| format!("pending {}", error.message)));
    said
}

/// Flips bits of one byte, and tells whether that was noticed.
async fn flip(bytes: &[u8], at: usize, bits: u8) -> bool {
    let place = Place::in_memory();
    fs::create_dir(place.dir()).unwrap();
    let mut flipped = bytes.to_owned();
    flipped[at] ^= bits;
    fs::write(place.database(), &flipped).unwrap();

    let what = format!("byte {at} ^ {bits:#04x}");
    let store = place.open_as(config(&place)).unwrap_or_else(|error| panic!("{what}: {error}: {error:?}"));
    let said = use_it(&place, &store, 5).await;
    let noticed = said.iter().any(|said| said.contains("damaged") || said.contains("do not balance"));
    store.close().await;
    for sentence in &said {
        let is_told = ["damaged", "do not balance", "is deferred", "are deferred"];
        assert!(is_told.iter().any(|words| sentence.contains(words)), "{what}: {sentence}");
    }
    let set_aside = place.files(".corrupt-");
    assert!(set_aside.is_empty() || said.iter().any(|said| said.contains("is kept as")), "{what}: {said:?}");

    // What only showed while it ran is mended by the next start.
    let store = place.open_as(config(&place)).unwrap_or_else(|error| panic!("{what}, again: {error}"));
    let said = use_it(&place, &store, 6).await;
    assert!(!said.iter().any(|said| said.contains("restart the service")), "{what}, again: {said:?}");
    let committed = store.commit(place.observation(&seen(7))).await;
    assert!(committed.is_ok(), "{what}: it goes on: {committed:?}");
    store.close().await;
    noticed
}

#[tokio::test]
async fn the_store_opens_says_what_it_found_and_goes_on() {
    let bytes = database().await;
    let mut noticed = 0;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for at in 0..HEADER {
        noticed += u32::from(flip(&bytes, at, 1 << dice.below(8)).await);
    }
    for _ in 0..FLIPS {
        let at = dice.below(bytes.len());
        let bits = u8::try_from(1 + dice.below(255)).unwrap();
        noticed += u32::from(flip(&bytes, at, bits).await);
    }
    println!("{noticed} of {} flips were noticed; the others changed values, or nothing", HEADER + FLIPS);
    assert!(noticed > 0);
}
