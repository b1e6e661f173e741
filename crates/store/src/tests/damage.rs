//! Damaged files: the service starts, says what it found, and keeps them.

use std::fs;
use std::io::{Seek, SeekFrom, Write};

use game_model::{GameStatus, ObservationLog};

use super::support::{ON, Place, Run, game, totals, until, waiting};
use crate::open::mark_damaged;
use crate::writer::Batch;

/// A closed store with some history.
async fn filled() -> Place {
    let place = Place::new();
    let store = place.open(ON);
    let games: Vec<_> = (0..200).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&store, &games).await;
    store.close().await;
    place
}

/// Opens after the damage: a new store was begun, the old file is kept, and both are said.
async fn begins_anew(place: &Place) {
    let store = place.open(ON);
    let report = store.report();
    assert_eq!(report.observations, 0);
    assert_eq!(report.reasons.len(), 1, "{:?}", report.reasons);
    assert!(report.reasons[0].contains("was damaged"), "{:?}", report.reasons);
    assert!(report.reasons[0].contains("sports.db.corrupt-20261124T150000Z"), "{:?}", report.reasons);
    assert!(place.dir().join("sports.db.corrupt-20261124T150000Z").exists());
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    assert_eq!(waiting(&store).await.len(), 1);
    assert!(!store.report().reasons.is_empty(), "it stays said");
    store.close().await;
    let again = place.open(ON);
    let reasons = again.report().reasons;
    assert!(
        reasons.len() == 1 && reasons[0].contains("of an earlier start"),
        "also after another: {reasons:?}"
    );
    assert!(reasons[0].contains("sports.db.corrupt-20261124T150000Z"), "{reasons:?}");
    again.close().await;
    for file in place.files(".corrupt-") {
        fs::remove_file(file).unwrap();
    }
    assert!(place.open(ON).report().reasons.is_empty(), "until a person saw to it");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside() {
    let place = filled().await;
    fs::write(place.database(), "no database at all, but longer than the header of one".repeat(100)).unwrap();
    begins_anew(&place).await;
}

#[tokio::test]
async fn a_truncated_file_is_set_aside() {
    let place = filled().await;
    let file = fs::OpenOptions::new().write(true).open(place.database()).unwrap();
    file.set_len(3 * 4096 + 17).unwrap();
    begins_anew(&place).await;
}

#[tokio::test]
async fn a_page_of_garbage_is_set_aside_with_the_log() {
    let place = filled().await;
    let mut file = fs::OpenOptions::new().write(true).open(place.database()).unwrap();
    file.seek(SeekFrom::Start(5 * 4096)).unwrap();
    file.write_all(&[0x5a; 4096]).unwrap();
    drop(file);
    begins_anew(&place).await;
}

#[tokio::test]
async fn files_set_aside_in_one_second_have_names_of_their_own() {
    let place = filled().await;
    for _ in 0..3 {
        fs::write(place.database(), [0x5a; 5000]).unwrap();
        place.open(None).close().await;
    }
    let names: Vec<_> = place.files(".corrupt-").iter().map(|path| path.display().to_string()).collect();
    assert_eq!(names.len(), 3);
    assert!(names[1].ends_with("Z-2") && names[2].ends_with("Z-3"), "{names:?}");
}

#[tokio::test]
async fn a_log_of_garbage_is_set_aside_and_the_database_goes_on() {
    let place = filled().await;
    fs::write(place.dir().join("sports.db-wal"), [0x5a; 9000]).unwrap();
    fs::write(place.dir().join("sports.db-shm"), vec![0x5a; 32_768]).unwrap();
    let store = place.open(ON);
    let report = store.report();
    assert_eq!(report.observations, 200);
    assert!(report.reasons[0].contains("write-ahead log"), "{:?}", report.reasons);
    assert_eq!(place.files(".corrupt-20261124T150000Z-wal").len(), 1);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    assert_eq!(totals(&store).accepted, 201);
}

#[tokio::test]
async fn a_torn_end_of_the_log_is_no_damage() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let crashed = place.crash();
    let mut log = fs::OpenOptions::new().append(true).open(crashed.dir().join("sports.db-wal")).unwrap();
    log.write_all(&[0x5a; 4000]).unwrap();
    let store = crashed.open(ON);
    assert!(store.report().reasons.is_empty(), "{:?}", store.report().reasons);
    assert_eq!(totals(&store).pending, 1);
}

#[tokio::test]
async fn damage_found_while_running_is_said_and_mended_by_the_next_start() {
    let place = filled().await;
    let store = place.open(ON);
    // The log was written into the file: what the writer reads next comes from there.
    let size = fs::metadata(place.database()).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(place.database()).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&vec![0x5a; usize::try_from(size).unwrap() - 4096]).unwrap();
    drop(file);
    store.write(Run(|batch: &mut Batch<'_>| batch.db.release_memory())).await.unwrap();
    let games: Vec<_> = (0..200).map(|id| game(id, GameStatus::Finished)).collect();
    let error = store.commit(place.observation(&games)).await.unwrap_err();
    assert!(error.message.contains("is damaged"), "{error}");
    assert!(error.message.contains("restart the service"), "{error}");
    assert_eq!(store.report().reasons, [error.message]);
    let error = store.commit(place.observation(&games)).await.unwrap_err();
    assert!(error.message.contains("is damaged"), "again, and no panic: {error}");
    store.close().await;
    assert!(place.dir().join("sports.db.damaged").exists());
    begins_anew(&place).await;
    assert!(!place.dir().join("sports.db.damaged").exists());
}

#[tokio::test]
async fn damage_that_was_passing_is_forgotten() {
    let place = filled().await;
    mark_damaged(&place.database());
    let store = place.open(ON);
    assert_eq!((store.report().observations, store.report().reasons), (200, vec![]));
    assert!(!place.dir().join("sports.db.damaged").exists());
}

#[tokio::test]
async fn a_damaged_row_does_not_stop_the_others() {
    let place = Place::new();
    let off = place.open(None);
    let games: Vec<_> = (0..3).map(|id| game(id, GameStatus::Finished)).collect();
    place.observe(&off, &games).await;
    off.write(Run(|batch: &mut Batch<'_>| {
        batch.db.execute_batch(
            "UPDATE games SET game = CAST(x'7bff7d' AS TEXT) WHERE espn_id = '1';
             UPDATE series SET text = CAST(x'6eff' AS TEXT) WHERE id = 2",
        )
    }))
    .await
    .unwrap();
    assert_eq!(off.remembered("nfl".parse().unwrap(), games[0].start).await.unwrap().len(), 2);
    off.close().await;

    let on = place.open(ON);
    until(&on, "what can be read is queued", || totals(&on).accepted == 2).await;
    let committed = place.observe(&on, &games).await;
    assert_eq!((committed.recorded, committed.unchanged), (1, 2), "the damaged one is recorded anew");
    assert!(on.report().reasons.is_empty());
    assert_eq!(on.remembered("nfl".parse().unwrap(), games[0].start).await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_index_that_lost_its_row_is_made_anew_after_damage_was_seen() {
    let place = filled().await;
    let file = rusqlite::Connection::open(place.database()).unwrap();
    // An index of a table that says the opposite of the table: a quick check does not see it.
    file.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE INDEX observations_by_time ON observations (timestamp + 1)'
         WHERE name = 'observations_by_time'",
    )
    .unwrap();
    drop(file);
    place.open(ON).close().await;
    mark_damaged(&place.database());
    let store = place.open(ON);
    let reasons = store.report().reasons;
    assert!(reasons[0].contains("are made anew: nothing is lost"), "{reasons:?}");
    assert_eq!((store.report().observations, totals(&store).pending), (200, 200));
    assert!(!place.dir().join("sports.db.damaged").exists());
    assert_eq!(place.read::<String>("PRAGMA integrity_check"), "ok");
}

/// A change of the header by another hand.
fn header(place: &Place, pragma: &str, value: i32) {
    let db = rusqlite::Connection::open(place.database()).unwrap();
    db.pragma_update(None, pragma, value).unwrap();
}

#[tokio::test]
async fn a_header_that_contradicts_the_tables_is_mended() {
    for (pragma, value) in
        [("application_id", 7), ("user_version", 130), ("user_version", 0), ("user_version", -2)]
    {
        let place = filled().await;
        header(&place, pragma, value);
        let store = place.open(ON);
        let reasons = store.report().reasons;
        assert!(reasons[0].contains("header") && reasons[0].contains("is mended"), "{pragma}: {reasons:?}");
        assert_eq!(totals(&store).pending, 200);
        store.close().await;
        assert!(place.open(ON).report().reasons.is_empty());
    }
}
