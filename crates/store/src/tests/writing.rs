//! One writer: what waits is committed together, and what fails fails alone.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use game_model::{GameStatus, ObservationLog, Preferences, TeamPreferences};
use outbox::{EntryId, Outbox};
use rusqlite::Connection;

use super::support::{ON, Place, Run, commits_in_log, game, totals, until, waiting};
use crate::writer::{Batch, WAITING_WRITES, Work};

#[tokio::test]
async fn what_waits_is_committed_together() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(0, GameStatus::Live)]).await;
    let before = commits_in_log(&place.database());

    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let blocked = store.write(Run(move |_: &mut Batch<'_>| {
        let _ = held.lock().unwrap().recv();
        Ok(())
    }));
    let games: Vec<_> = (0..WAITING_WRITES).map(|_| [game(0, GameStatus::Live)]).collect();
    let commits = futures::future::join_all(games.iter().map(|game| store.commit(place.observation(game))));
    // Polled in order: the writer is let go once all the others wait.
    let let_go = async { drop(release) };
    let (_, outcomes, ()) = futures::join!(blocked, commits, let_go);
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(totals(&store).accepted, 1 + WAITING_WRITES as u64);
    let commits = commits_in_log(&place.database()) - before;
    assert!(commits <= 3, "{WAITING_WRITES} writes took {commits} commits");
    let times: Vec<_> = place.history().iter().map(|row| row.point.observed_at).collect();
    assert!(times.is_sorted_by(|a, b| a < b), "in the order in which they came");
}

/// Holds the writer until it is let go, and is not urgent.
struct Hold(Mutex<mpsc::Receiver<()>>);

impl Work for Hold {
    type Output = ();
    const IS_URGENT: bool = false;

    fn apply(&self, _: &mut Batch<'_>) -> rusqlite::Result<()> {
        let _ = self.0.lock().unwrap().recv();
        Ok(())
    }
}

#[tokio::test]
async fn a_drain_gives_way_while_nobody_waits_for_a_commit() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(0, GameStatus::Live)]).await;
    let (release, held) = mpsc::channel::<()>();
    let mut holding = Box::pin(store.write(Hold(Mutex::new(held))));
    let mut acknowledging = store.acknowledge(&[EntryId(1)]);
    assert!(futures::poll!(&mut holding).is_pending() && futures::poll!(&mut acknowledging).is_pending());
    assert!(store.awaited().by_nobody());
    let mut commit = store.commit(place.observation(&[game(0, GameStatus::Live)]));
    assert!(futures::poll!(&mut commit).is_pending() && !store.awaited().by_nobody());
    drop(release);
    let (held, acknowledged, committed) = futures::join!(holding, acknowledging, commit);
    assert!(held.is_ok() && acknowledged.is_ok() && committed.is_ok());
    assert!(store.awaited().by_nobody());
}

#[tokio::test]
async fn what_fails_fails_alone_and_leaves_nothing_behind() {
    let place = Place::new();
    let store = place.open(ON);
    let fails = Run(|batch: &mut Batch<'_>| {
        batch.counters.accepted += 100;
        batch.db.execute("INSERT INTO preferences VALUES ('half', '{}')", [])?;
        batch.db.execute("INSERT INTO nowhere VALUES (1)", [])
    });
    let live = [game(1, GameStatus::Live)];
    let (first, failed, last) = futures::join!(
        store.commit(place.observation(&live)),
        store.write(fails),
        store.commit(place.observation(&live)),
    );
    assert!(first.is_ok() && last.is_ok());
    assert!(failed.unwrap_err().message.contains("no such table"));
    assert_eq!(totals(&store).accepted, 2);
    assert_eq!(place.read::<u32>("SELECT count(*) FROM preferences"), 0);
    assert_eq!(place.read::<u32>("SELECT accepted FROM counters"), 2);
}

#[tokio::test]
async fn a_full_disk_is_said_and_writing_resumes_by_itself() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let limit = |pages: u32| {
        Run(move |batch: &mut Batch<'_>| {
            batch.db.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, u32>(0))
        })
    };
    let pages = place.read::<u32>("PRAGMA page_count");
    store.write(limit(pages)).await.unwrap();
    let many: Vec<_> = (0..200).map(|id| game(id, GameStatus::Live)).collect();
    let error = store.commit(place.observation(&many)).await.unwrap_err();
    assert!(error.message.contains("is full: make room"), "{error}");
    assert_eq!(store.report().reasons, [error.message]);
    assert_eq!((totals(&store).accepted, store.report().observations), (1, 1), "nothing half-written");
    assert_eq!(place.history().len(), 1);
    assert_eq!(waiting(&store).await.len(), 1, "reads go on");

    store.write(limit(1_000_000)).await.unwrap();
    assert_eq!(place.observe(&store, &many).await.recorded, 200);
    assert!(store.report().reasons.is_empty(), "and it is no longer said");
    assert_eq!(place.read::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test]
async fn a_command_beside_the_service_may_change_what_waits() {
    let place = Place::new();
    let store = place.open(ON);
    let live = [game(1, GameStatus::Live)];
    place.observe(&store, &live).await;
    let other = Connection::open(place.database()).unwrap();
    other
        .execute_batch(
            "BEGIN; INSERT INTO outbox (line) VALUES (x'6161');
             UPDATE counters SET accepted = accepted + 1, pending_bytes = pending_bytes + 2; COMMIT",
        )
        .unwrap();
    place.observe(&store, &live).await;
    let after = totals(&store);
    assert_eq!((after.accepted, after.pending, after.newest), (3, 3, EntryId(3)));
    assert_eq!(waiting(&store).await.len(), 3);
}

#[tokio::test]
async fn another_programs_lock_is_said_and_waited_for_once() {
    let place = Place::new();
    let store = place.open(ON);
    store.write(Run(|batch: &mut Batch<'_>| batch.db.busy_timeout(Duration::ZERO))).await.unwrap();
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let live = [game(1, GameStatus::Live)];
    let commits = (0..10).map(|_| store.commit(place.observation(&live)));
    for outcome in futures::future::join_all(commits).await {
        let error = outcome.unwrap_err();
        assert!(error.message.contains("is locked by another program"), "{error}");
    }
    assert_eq!(store.report().reasons.len(), 1);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(place.observe(&store, &live).await.recorded, 1);
    assert!(store.report().reasons.is_empty());
}

#[tokio::test]
async fn work_in_the_background_rests_on_a_full_disk_and_goes_on_afterwards() {
    let place = Place::new();
    let off = place.open(None);
    let live: Vec<_> = (0..300).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&off, &live).await;
    off.close().await;
    // What the fill does fails.
    let other = Connection::open(place.database()).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER no_room BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END",
        )
        .unwrap();
    let on = place.open(ON);
    until(&on, "the failure is said", || !on.report().reasons.is_empty()).await;
    let looks = place.clock.looks();
    for _ in 0..100 {
        on.write(Run(|_: &mut Batch<'_>| Ok(()))).await.unwrap();
    }
    // The writer looks once when it begins a transaction, once before it waits, and once in a while besides.
    let looks = place.clock.looks() - looks;
    assert!(looks <= 250, "it does not try again and again: {looks}");
    other.execute_batch("DROP TRIGGER no_room").unwrap();
    on.save_teams("anybody", TeamPreferences::default()).await.unwrap();
    until(&on, "history is queued", || totals(&on).accepted == 300).await;
    assert!(on.report().reasons.is_empty());
}

#[tokio::test]
async fn a_writer_that_died_is_an_error_and_never_a_wait() {
    let place = Place::new();
    let store = place.open(ON);
    let panic = store.write(Run(|_: &mut Batch<'_>| -> rusqlite::Result<()> { panic!("a test's panic") }));
    assert!(panic.await.unwrap_err().message.starts_with("the store is closed"));
    let live = [game(1, GameStatus::Live)];
    let limit = Duration::from_secs(10);
    let commit = tokio::time::timeout(limit, store.commit(place.observation(&live))).await;
    assert!(commit.expect("no hang").is_err());
    assert!(store.acknowledge(&[EntryId(1)]).await.is_err());
    assert!(store.report().reasons[0].starts_with("the store is closed"));
    tokio::time::timeout(limit, store.close()).await.expect("no hang");
}

#[tokio::test]
async fn a_question_that_fails_does_not_spoil_the_next() {
    let place = Place::new();
    let store = place.open(ON);
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("ALTER TABLE outbox RENAME TO hidden").unwrap();
    let error = store.peek(EntryId::START, 1).await.unwrap_err();
    assert!(error.message.contains("no such table"), "{error}");
    other.execute_batch("ALTER TABLE hidden RENAME TO outbox").unwrap();
    assert!(store.peek(EntryId::START, 1).await.is_ok());
}

#[tokio::test]
async fn many_ask_at_once() {
    let place = Place::new();
    let store = Arc::new(place.open(ON));
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let answers = futures::future::join_all((0..50).map(|_| store.peek(EntryId::START, 1))).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().len() == 1));
}
