//! The store against a simple model, under generated actions: crashes, a full disk, a full outbox, and commands
//! beside it among them.

mod expected;

use std::time::Duration;

use chrono::TimeDelta;
use game_model::{Game, GameStatus, ObservationLog, Preferences, TeamPreferences};
use influx_schema::nanoseconds;
use outbox::{EntryId, Outbox, Rejection};
use proptest::prelude::*;
use proptest::sample::select;

use super::support::{ON, Place, Run, game, scored, totals, until, waiting};
use crate::writer::Batch;
use crate::{DeadLetterFilter, DeadLetters, Store, StoreConfig};
use expected::{HISTORY_CLOCK, Model};

/// Bytes of a small outbox: a few lines.
const SMALL: u64 = 2_200;

/// Games of a poll for which a full disk has no room.
const MANY: u32 = 40;

/// Pages that a database has at most without a limit of its own.
const NO_LIMIT: u32 = 1_000_000;

/// A game as it is seen: its id, status, home score, and what its clock shows.
type Seen = (u32, GameStatus, u32, u32);

/// How the service is started.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// Whether InfluxDB is on.
    on: bool,
    /// Whether the outbox is small.
    small: bool,
}

#[derive(Debug, Clone)]
enum Action {
    /// So many seconds pass, or the clock is set back; then one poll sees these games.
    Observe { seconds: i64, seen: Vec<Seen> },
    /// The entries at these places of the queue are delivered.
    Acknowledge(Vec<usize>),
    /// The entry at this place of the queue is refused.
    SetAside(usize),
    /// A command puts the dead letter at this place back into the queue.
    Retry(usize),
    /// A command throws the dead letter at this place away.
    Discard(usize),
    /// The disk is full while a poll sees these games, and many more.
    FullDisk(Vec<Seen>),
    /// The store is closed and opened again.
    Reopen(Start),
    /// The power fails; it is opened again.
    Crash(Start),
}

fn action() -> impl Strategy<Value = Action> {
    let seen = || prop::collection::vec((0..3_u32, select(&GameStatus::ALL[..]), 0..2_u32, 0..3_u32), 0..4);
    let start = || (prop::bool::weighted(0.75), any::<bool>()).prop_map(|(on, small)| Start { on, small });
    prop_oneof![
        8 => (-20..60_i64, seen()).prop_map(|(seconds, seen)| Action::Observe { seconds, seen }),
        3 => prop::collection::vec(0..8_usize, 0..5).prop_map(Action::Acknowledge),
        2 => (0..8_usize).prop_map(Action::SetAside),
        1 => (0..3_usize).prop_map(Action::Retry),
        1 => (0..3_usize).prop_map(Action::Discard),
        1 => seen().prop_map(Action::FullDisk),
        1 => start().prop_map(Action::Reopen),
        1 => start().prop_map(Action::Crash),
    ]
}

/// An id that no entry has.
const NOBODY: EntryId = EntryId(1_000_000);

fn games(seen: &[Seen]) -> Vec<Game> {
    let seen = seen.iter().map(|(id, status, score, clock)| {
        let mut game = scored(game(*id, *status), *score);
        game.clock.display = format!("{clock}:00");
        game
    });
    seen.collect()
}

fn open(place: &Place, model: &mut Model, start: Start) -> Store {
    let max_bytes = if start.small { SMALL } else { place.config().outbox_max_bytes };
    (model.on, model.max_bytes) = (start.on, max_bytes);
    let config = StoreConfig {
        queue: if start.on { ON } else { None },
        outbox_max_bytes: max_bytes,
        history_clock: Duration::from_nanos(HISTORY_CLOCK.unsigned_abs()),
        ..place.config()
    };
    place.open_as(config).expect("the store opens")
}

/// Polls and tells the model where the poll was committed.
async fn observe(place: &Place, store: &Store, model: &mut Model, seen: &[Seen]) -> bool {
    let games = games(seen);
    let observation = place.observation(&games);
    let now = nanoseconds(observation.observed_at);
    let committed = store.commit(observation).await.is_ok();
    if committed {
        for ((id, ..), game) in seen.iter().zip(&games) {
            model.observe(*id, game, now);
        }
    }
    committed
}

/// Lets the database grow to so many pages and no further.
async fn limit(store: &Store, pages: u32) {
    let limit = move |batch: &mut Batch<'_>| {
        batch.db.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, u32>(0))
    };
    store.write(Run(limit)).await.unwrap();
}

/// What a command does to the dead letter at a place, and which one it was.
async fn command(
    place: &Place,
    store: &Store,
    model: &Model,
    at: usize,
    does: impl Fn(&mut DeadLetters, &DeadLetterFilter) -> u64,
) -> EntryId {
    let id = model.dead.keys().nth(at).copied().unwrap_or(NOBODY);
    let filter = DeadLetterFilter { ids: Some(vec![id.0]), ..DeadLetterFilter::default() };
    let changed = does(&mut DeadLetters::open(&place.dir()).unwrap(), &filter);
    assert_eq!(changed, u64::from(id != NOBODY));
    // The running service notices at its next write at the latest.
    store.write(Run(|_: &mut Batch<'_>| Ok(()))).await.unwrap();
    id
}

async fn full_disk(place: &Place, store: &Store, model: &mut Model, seen: &[Seen]) {
    let pages = place.read("PRAGMA page_count");
    limit(store, pages).await;
    let many = (100..100 + MANY).map(|id| (id, GameStatus::Scheduled, 0, 0));
    let seen: Vec<_> = seen.iter().copied().chain(many).collect();
    if !observe(place, store, model, &seen).await {
        assert!(store.report().reasons.iter().any(|reason| reason.contains("is full: make room")));
        assert_eq!(totals(store), model.expected(), "nothing of it was accepted");
    }
    limit(store, NO_LIMIT).await;
    // Whatever is written next shows that there is room.
    store.save_teams("anybody", TeamPreferences::default()).await.unwrap();
}

async fn run(actions: Vec<Action>) {
    let mut place = Place::in_memory();
    let mut model = Model::default();
    let mut store = open(&place, &mut model, Start { on: true, small: true });
    for action in actions {
        match action {
            Action::Observe { seconds, seen } => {
                place.clock.pass(TimeDelta::seconds(seconds));
                assert!(observe(&place, &store, &mut model, &seen).await);
            }
            Action::Acknowledge(places) => {
                let id = |place: &usize| model.pending.keys().nth(*place).copied().unwrap_or(NOBODY);
                let ids: Vec<_> = places.iter().map(id).collect();
                store.acknowledge(&ids).await.unwrap();
                model.acknowledge(&ids);
            }
            Action::SetAside(at) => {
                let id = model.pending.keys().nth(at).copied().unwrap_or(NOBODY);
                let rejection = Rejection { id, reason: "reason".into(), server: "server".into() };
                store.set_aside(&[rejection]).await.unwrap();
                model.set_aside(id);
            }
            Action::Retry(at) => {
                let retry = |letters: &mut DeadLetters, filter: &_| letters.retry(filter).unwrap();
                let id = command(&place, &store, &model, at, retry).await;
                model.retry(id);
            }
            Action::Discard(at) => {
                let discard = |letters: &mut DeadLetters, filter: &_| letters.discard(filter).unwrap();
                let id = command(&place, &store, &model, at, discard).await;
                model.discard(id);
            }
            Action::FullDisk(seen) => full_disk(&place, &store, &mut model, &seen).await,
            Action::Reopen(start) => {
                store.close().await;
                store = open(&place, &mut model, start);
            }
            Action::Crash(start) => {
                let after = place.crash();
                store.close().await;
                place = after;
                store = open(&place, &mut model, start);
            }
        }
        model.work_in_background();
        let expected = model.expected();
        until(&store, &format!("{expected:?}"), || totals(&store) == expected).await;
        model.agrees(&place, &store, &waiting(&store).await);
    }
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_simple_model(actions in prop::collection::vec(action(), 1..40)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(actions));
    }
}
