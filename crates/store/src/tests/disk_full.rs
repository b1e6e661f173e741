//! A disk that is full: nothing breaks, reads go on, and writing resumes by itself. On a small file system in
//! memory, where this process may mount one; elsewhere these tests say that they were skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use game_model::{Game, GameStatus, ObservationLog};
use outbox::{EntryId, Outbox};
use tempfile::TempDir;

use super::support::{ON, Place, balances, game, scored, totals, waiting};
use crate::{OpenError, Store, StoreConfig};

/// A file system of a fixed size.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={bytes}");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        match mount {
            Ok(mount) if mount.status.success() => Some(Self(folder)),
            other => {
                println!("skipped: a small file system can not be mounted here: {other:?}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file that takes so many bytes.
    fn fill(&self, bytes: u64) -> PathBuf {
        let ballast = self.path().join("ballast");
        fs::write(&ballast, vec![0x5a; usize::try_from(bytes).unwrap()]).unwrap();
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "{} stays mounted", self.path().display());
    }
}

fn poll(round: u32) -> Vec<Game> {
    (0..16).map(|id| scored(game(id, GameStatus::Live), round)).collect()
}

/// Observes until the disk is full, and tells how many polls were committed and what the refusal said.
async fn observe_until_refused(place: &Place, store: &Store) -> (u64, String) {
    for round in 0..2000 {
        if let Err(refused) = store.commit(place.observation(&poll(round))).await {
            return (round.into(), refused.message);
        }
    }
    panic!("the disk does not become full: {:?}", store.report());
}

/// What must hold of a store on a full disk of which so many polls were committed.
async fn still_sound(place: &Place, store: &Store, committed: u64) {
    let now = totals(store);
    assert_eq!((now.accepted, store.report().observations), (16 * committed, 16 * committed));
    assert_eq!(waiting(store).await.len() as u64, now.pending - now.deferred, "reads go on");
    let league = "nfl".parse().unwrap();
    let since = place.observation(&[]).observed_at - chrono::TimeDelta::days(1);
    assert_eq!(store.remembered(league, since).await.unwrap().len(), if committed > 0 { 16 } else { 0 });
    balances(place);
}

#[tokio::test]
async fn wherever_the_disk_becomes_full_nothing_breaks_and_writing_resumes() {
    // While the log grows, and while it is written into the database.
    let small = (0..40).map(|step| 1_200_000 + step * 4096);
    let large = (0..20).map(|step| 4_300_000 + step * 65_536);
    for size in small.chain(large) {
        let Some(disk) = SmallDisk::mount(size) else {
            return;
        };
        let ballast = disk.fill(400_000);
        let place = Place::within(disk.path().to_str().unwrap());
        let store = place.open(ON);
        let (committed, refused) = observe_until_refused(&place, &store).await;
        assert!(refused.contains("is full: make room") || refused.contains("failed"), "{refused}");
        assert!(store.report().reasons.contains(&refused), "{:?}", store.report().reasons);
        for round in 0..3 {
            assert!(store.commit(place.observation(&poll(round))).await.is_err(), "refused, and no panic");
        }
        still_sound(&place, &store, committed).await;

        fs::remove_file(ballast).unwrap();
        let again = place.observe(&store, &poll(5000)).await;
        assert_eq!(again.recorded, 16, "it resumes by itself");
        assert!(store.report().reasons.is_empty(), "{:?}", store.report().reasons);
        still_sound(&place, &store, committed + 1).await;
        assert_eq!(place.read::<String>("PRAGMA integrity_check"), "ok");
        store.close().await;
        let store = place.open(ON);
        still_sound(&place, &store, committed + 1).await;
        store.close().await;
    }
}

#[tokio::test]
async fn what_was_written_in_full_leaves_room_when_it_is_acknowledged() {
    let Some(disk) = SmallDisk::mount(2_000_000) else {
        return;
    };
    let ballast = disk.fill(300_000);
    let place = Place::within(disk.path().to_str().unwrap());
    let store = place.open(ON);
    let (committed, _) = observe_until_refused(&place, &store).await;
    let ids: Vec<EntryId> =
        store.peek(EntryId::START, 100).await.unwrap().into_iter().map(|entry| entry.id).collect();
    // Acknowledging needs room for a moment. What is refused can be said again.
    let at_once = store.acknowledge(&ids).await;
    fs::remove_file(ballast).unwrap();
    store.acknowledge(&ids).await.unwrap();
    let now = totals(&store);
    assert_eq!((now.accepted, now.delivered), (16 * committed, 100), "counted once: {at_once:?}");
    balances(&place);
    store.close().await;
}

#[tokio::test]
async fn a_service_that_starts_on_a_full_disk_says_so_and_starts_once_there_is_room() {
    let Some(disk) = SmallDisk::mount(1_500_000) else {
        return;
    };
    let place = Place::within(disk.path().to_str().unwrap());
    let store = place.open(ON);
    place.observe(&store, &poll(0)).await;
    store.close().await;
    let free = crate::room::disk_free(disk.path()).unwrap();
    let ballast = disk.fill(free);
    match place.try_open(ON) {
        Ok(store) => {
            assert!(store.commit(place.observation(&poll(1))).await.is_err());
            still_sound(&place, &store, 1).await;
            store.close().await;
        }
        Err(error) => assert!(matches!(error, OpenError::Database { .. }), "{error:?}"),
    }
    assert!(place.files(".corrupt-").is_empty(), "a full disk is no damage");
    fs::remove_file(ballast).unwrap();
    let store = place.open(ON);
    still_sound(&place, &store, 1).await;
    store.close().await;
}

#[tokio::test]
async fn a_disk_below_its_floor_defers_and_queues_by_itself_once_there_is_room() {
    let Some(disk) = SmallDisk::mount(8_000_000) else {
        return;
    };
    let place = Place::within(disk.path().to_str().unwrap());
    let config = StoreConfig { queue: ON, disk_free_min_bytes: 4_000_000, ..place.config() };
    let store = place.open_as(config).unwrap();
    assert_eq!(place.observe(&store, &poll(0)).await.queued, 16);
    let ballast = disk.fill(4_000_000);
    let committed = place.observe(&store, &poll(1)).await;
    assert_eq!((committed.recorded, committed.queued, committed.deferred), (16, 0, 16));
    assert!(store.report().reasons[0].contains("DISK_FREE_MIN_BYTES"), "{:?}", store.report().reasons);

    fs::remove_file(ballast).unwrap();
    // Nobody writes meanwhile: the store looks by itself.
    let mut watched = store.totals();
    let queued =
        tokio::time::timeout(Duration::from_secs(30), watched.wait_for(|now| now.deferred == 0)).await;
    assert!(queued.is_ok(), "{:?}, {:?}", totals(&store), store.report());
    drop(queued);
    assert_eq!(totals(&store).accepted, 32);
    let lines: Vec<_> = place.history().iter().map(|row| row.point.encode()).collect();
    assert_eq!(waiting(&store).await, lines);
    balances(&place);
    store.close().await;
    assert!(place.open(ON).report().reasons.is_empty());
}
