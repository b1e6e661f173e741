//! Power loss: what was called accepted is on the disk, whatever of the rest is.
//!
//! The store runs in a process of its own under `strace`, which writes down every write, truncation and fsync of
//! its files in their order, and when the store answered. A model of a disk then plays that list up to any instant
//! and forgets what was not fsynced: all of it, or any part of it, with a write torn in two. What is left is opened
//! as after a power loss. It holds exactly what was answered by then, or one answer more: the one whose fsync was
//! done and whose answer was on its way.
//!
//! It proves that the store, SQLite's settings in it and SQLite's own file layer order their writes and fsyncs
//! rightly. It trusts the kernel and the disk to keep what was fsynced.

mod disk;
mod trace;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use game_model::GameStatus;
use outbox::{EntryId, Outbox, Rejection};

use super::support::{Dice, ON, Place, balances, game, scored, totals};
use crate::Store;
use disk::{Disk, Kept};
use trace::Event;

/// Names the folder that the traced process works in.
const FOLDER: &str = "STORE_POWER_LOSS_FOLDER";

/// Answers of each of the two runs of the service, between which it is closed in order.
const ROUNDS: u32 = 25;

/// Instants at which the power fails, besides the one before and the one after each answer.
const INSTANTS: usize = 150;

/// What the store answered: accepted, delivered, set aside, rows of history.
type Answer = [u64; 4];

fn answer(store: &Store) -> Answer {
    let now = totals(store);
    [now.accepted, now.delivered, now.set_aside, store.report().observations]
}

/// What the traced process does. It tells each answer once it came.
async fn serve(place: &Place, mut tell: impl FnMut(Answer)) {
    for run in 0..2 {
        let store = place.open(ON);
        for round in 0..ROUNDS {
            let games: Vec<_> = (0..16)
                .map(|id| {
                    let status = if id < 12 { GameStatus::Live } else { GameStatus::Finished };
                    scored(game(id, status), run * ROUNDS + round)
                })
                .collect();
            place.observe(&store, &games).await;
            tell(answer(&store));
            place.clock.pass(chrono::TimeDelta::seconds(15));
            let waiting = store.peek(EntryId::START, 9).await.unwrap();
            let reject = |id| Rejection { id, reason: "no".into(), server: "x".into() };
            store.set_aside(&[reject(waiting[0].id)]).await.unwrap();
            tell(answer(&store));
            let ids: Vec<_> = waiting[1..].iter().map(|entry| entry.id).collect();
            store.acknowledge(&ids).await.unwrap();
            tell(answer(&store));
        }
        // Written into the database and closed the first time, left as it is the second.
        if run == 0 {
            store.close().await;
        } else {
            std::mem::forget(store);
        }
    }
}

#[tokio::test]
#[ignore = "runs under strace, started by what_was_accepted_survives_a_power_loss"]
async fn traced() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let mut answers = std::fs::File::create(Path::new(&folder).join(trace::ANSWERS)).unwrap();
    let place = Place::within(&folder);
    serve(&place, |answer| {
        let line = answer.iter().fold(String::new(), |mut line, figure| {
            let _ = write!(line, "{figure} ");
            line
        });
        answers.write_all(line.as_bytes()).unwrap();
    })
    .await;
}

/// Runs [`traced`] and reads what it did; none where that is not possible here.
fn events() -> Option<Vec<Event>> {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("trace");
    // A copy, because a build that goes on meanwhile may take the program's name away.
    let program = folder.path().join("program");
    std::fs::copy("/proc/self/exe", &program)
        .or_else(|_| std::fs::copy(std::env::current_exe()?, &program))
        .unwrap();
    let ran = Command::new("strace")
        .args(["-f", "-y", "-xx", "-s", "1000000", "-e", trace::CALLS, "-o"])
        .arg(&list)
        .arg(&program)
        .args(["--ignored", "--exact", "tests::power_loss::traced"])
        .env(FOLDER, folder.path())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => Some(trace::read(&std::fs::read_to_string(list).unwrap())),
        Ok(ran) if String::from_utf8_lossy(&ran.stderr).contains("ptrace") => {
            println!("skipped: strace may not trace here: {}", String::from_utf8_lossy(&ran.stderr));
            None
        }
        Ok(ran) => panic!("the traced process failed: {ran:?}"),
        Err(error) => {
            println!("skipped: there is no strace ({error}); Debian has it as the package strace");
            None
        }
    }
}

/// Opens what the disk is left with, and compares it with what was answered.
async fn after_power_loss(disk: &Disk, kept: Kept, dice: &mut Dice, answers: &[Answer], what: &str) {
    let place = Place::in_memory();
    std::fs::create_dir(place.dir()).unwrap();
    disk.after_power_loss(kept, dice, &place.dir());
    let store = place.open(ON);
    let found = answer(&store);
    assert!(answers.contains(&found), "{what}: found {found:?} where the answers were {answers:?}");
    assert!(store.report().reasons.is_empty(), "{what}: {:?}", store.report().reasons);
    balances(&place);
    assert_eq!(place.read::<String>("PRAGMA integrity_check"), "ok", "{what}");
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    store.close().await;
}

#[tokio::test]
async fn what_was_accepted_survives_a_power_loss() {
    let Some(events) = events() else {
        return;
    };
    let mut all: Vec<Answer> = vec![[0; 4]];
    all.extend(events.iter().filter_map(|event| match event {
        Event::Answered(answer) => Some(*answer),
        _ => None,
    }));
    assert_eq!(all.len(), 1 + 2 * 3 * ROUNDS as usize, "each answer was traced");
    assert!(events.iter().any(|event| matches!(event, Event::Synced(file) if file == "sports.db")));

    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let random: Vec<_> = (0..INSTANTS).map(|_| dice.below(events.len())).collect();
    let mut disk = Disk::default();
    let (mut answered, mut lost) = (0, 0);
    for (instant, event) in events.iter().enumerate() {
        let is_answer = matches!(event, Event::Answered(_));
        if is_answer || random.contains(&instant) {
            for kept in [Kept::Nothing, Kept::Some] {
                let what = format!("before event {instant} of {}, kept: {kept:?}", events.len());
                after_power_loss(
                    &disk,
                    kept,
                    &mut dice,
                    &all[answered..(answered + 2).min(all.len())],
                    &what,
                )
                .await;
                lost += 1;
            }
        }
        disk.play(event);
        answered += usize::from(is_answer);
    }
    println!("{lost} power losses during {} events", events.len());
}
