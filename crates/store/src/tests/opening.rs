//! Opening, closing, and who else may look.

use std::sync::Arc;

use game_model::{GameStatus, ObservationLog, SystemClock};
use outbox::{EntryId, Outbox};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::support::{ON, Place, game, totals, waiting};
use crate::{OpenError, Store, StoreConfig};

fn open_in(dir: &str) -> OpenError {
    let config = StoreConfig { dir: dir.into(), ..StoreConfig::default() };
    Store::open(config, Arc::new(SystemClock)).expect_err("no store can be there")
}

#[tokio::test]
async fn a_second_service_is_refused_with_a_sentence() {
    let place = Place::new();
    let store = place.open(None);
    let error = place.try_open(None).unwrap_err();
    let pid = std::process::id();
    assert!(matches!(error, OpenError::InUse { holder: Some(holder), .. } if holder == pid), "{error:?}");
    let expected = format!("another service (process {pid}) already uses the data directory");
    assert!(error.to_string().starts_with(&expected), "{error}");
    store.close().await;
    place.open(None).close().await;
}

#[tokio::test]
async fn a_path_that_can_not_be_a_directory_is_refused() {
    let place = Place::new();
    std::fs::write(place.dir(), "a file").unwrap();
    let error = place.try_open(None).unwrap_err();
    assert!(matches!(error, OpenError::NotADirectory { .. }), "{error:?}");
    let below = place.dir().join("below");
    let error = open_in(below.to_str().unwrap());
    assert!(matches!(error, OpenError::NotADirectory { .. }), "{error:?}");
}

#[tokio::test]
async fn a_directory_that_can_not_be_written_is_refused() {
    // Nobody, not even root, makes directories or files there.
    for dir in ["/proc/sports-data", "/proc/self"] {
        let error = open_in(dir);
        assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&format!("{dir} can not be written: ")), "{error}");
    }
    let place = Place::new();
    std::fs::create_dir_all(place.database()).unwrap();
    let error = place.try_open(None).unwrap_err();
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let place = Place::new();
    place.open(None).close().await;
    let newer = "PRAGMA user_version = 2000; UPDATE about SET version = 2000";
    Connection::open(place.database()).unwrap().execute_batch(newer).unwrap();
    let error = place.try_open(None).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 2_000, .. }), "{error:?}");
    assert!(error.to_string().contains("version 2000"), "{error}");
    assert!(place.files("corrupt").is_empty());
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.dir()).unwrap();
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("CREATE TABLE games (name TEXT)").unwrap();
    drop(other);
    let error = place.try_open(None).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    assert!(place.files("corrupt").is_empty());
}

#[tokio::test]
async fn settings_of_the_writer_are_durable() {
    let place = Place::new();
    let store = place.open(None);
    let settings = store
        .write(super::support::Run(|batch: &mut crate::writer::Batch<'_>| {
            let journal: String = batch.db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            let synchronous: i32 = batch.db.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            let keeps_plans = batch.db.db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG)?;
            Ok((journal, synchronous, keeps_plans))
        }))
        .await
        .unwrap();
    assert_eq!(settings, ("wal".to_owned(), 2, true), "2 is FULL");
}

#[tokio::test]
async fn other_programs_read_while_the_service_writes() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let other = Connection::open(place.database()).unwrap();
    let count = || other.query_row("SELECT count(*) FROM outbox", [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!(count(), 1);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    assert_eq!(count(), 2);
}

#[tokio::test]
async fn what_was_committed_survives_a_crash() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Finished)]).await;
    store.acknowledge(&[EntryId(1)]).await.unwrap();
    let (before, lines) = (totals(&store), waiting(&store).await);
    let crashed = place.crash();
    // Never closed: the writer has no chance to tidy up.
    std::mem::forget(store);

    let store = crashed.open(ON);
    assert!(store.report().reasons.is_empty(), "{:?}", store.report().reasons);
    assert_eq!(totals(&store), before);
    assert_eq!(waiting(&store).await, lines);
    assert_eq!(store.report().observations, 2);
    assert_eq!(crashed.observe(&store, &[game(2, GameStatus::Finished)]).await.unchanged, 1);
}

#[tokio::test]
async fn closing_commits_what_waits_and_leaves_one_file() {
    let place = Place::new();
    let store = place.open(ON);
    let live = [game(1, GameStatus::Live)];
    let commits = futures::future::join_all((0..100).map(|_| store.commit(place.observation(&live))));
    let (outcomes, ()) = futures::future::join(commits, store.clone().close()).await;
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
    assert!(refused.is_none_or(|error| error.message.starts_with("the store is closed")), "{refused:?}");
    assert_eq!(place.files("-wal"), Vec::<std::path::PathBuf>::new(), "the log is in the database");
    assert_eq!(place.read::<usize>("SELECT count(*) FROM observations"), kept);

    assert!(store.report().reasons[0].starts_with("the store is closed"));
    assert!(store.peek(EntryId::START, 1).await.unwrap_err().message.starts_with("the store is closed"));
    store.clone().close().await;
    assert!(format!("{store:?}").contains("sports.db"));
}
