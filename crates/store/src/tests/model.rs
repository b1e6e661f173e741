//! The store against a simple model, under generated actions, a crash among them.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::TimeDelta;
use game_model::{Game, GameStatus, ObservationLog};
use influx_schema::{Point, RUN_OF_CORRECTIONS, nanoseconds};
use outbox::{EntryId, Outbox, Rejection, Totals};
use proptest::prelude::*;
use proptest::sample::select;

use super::support::{ON, Place, game, scored, totals, until, waiting};
use crate::Store;

#[derive(Debug, Clone)]
enum Action {
    /// So many seconds pass, or the clock is set back; then one poll sees these games.
    Observe { seconds: i64, seen: Vec<(u32, GameStatus, u32)> },
    /// The entries at these places of the queue are delivered.
    Acknowledge(Vec<usize>),
    /// The entry at this place of the queue is refused.
    SetAside(usize),
    /// The store is closed and opened again, with InfluxDB on or off.
    Reopen { on: bool },
    /// The power fails; it is opened again with InfluxDB on or off.
    Crash { on: bool },
}

fn action() -> impl Strategy<Value = Action> {
    let seen = (0..3_u32, select(&GameStatus::ALL[..]), 0..2_u32);
    let seen = prop::collection::vec(seen, 0..4);
    prop_oneof![
        6 => (-20..60_i64, seen).prop_map(|(seconds, seen)| Action::Observe { seconds, seen }),
        2 => prop::collection::vec(0..8_usize, 0..5).prop_map(Action::Acknowledge),
        1 => (0..8_usize).prop_map(Action::SetAside),
        1 => any::<bool>().prop_map(|on| Action::Reopen { on }),
        1 => any::<bool>().prop_map(|on| Action::Crash { on }),
    ]
}

/// What the store should be: everything in plain lists.
#[derive(Default)]
struct Model {
    /// Each point with its game and status, and whether it was queued.
    history: Vec<(u32, GameStatus, Point, bool)>,
    pending: BTreeMap<EntryId, Bytes>,
    totals: Totals,
    on: bool,
}

impl Model {
    fn observe(&mut self, id: u32, game: &Game, now: i64) {
        let rows = || self.history.iter().filter(|row| row.0 == id);
        let last = rows().next_back().map(|row| row.2.clone());
        let observed_at = last.as_ref().map_or(now, |last| now.max(last.observed_at + 1));
        let base = Point::base_timestamp(game, observed_at);
        let run = base..base + RUN_OF_CORRECTIONS;
        let taken = rows()
            .filter(|row| row.1 == game.status && run.contains(&row.2.timestamp))
            .map(|row| row.2.timestamp)
            .max();
        let point = Point::observe(game, observed_at, taken);
        if game.status == GameStatus::Live || !last.is_some_and(|last| last.same_but_for_time(&point)) {
            self.history.push((id, game.status, point, false));
            if self.on {
                self.queue_all();
            }
        }
    }

    fn queue_all(&mut self) {
        for (.., point, queued) in self.history.iter_mut().filter(|row| !row.3) {
            self.totals.newest.0 += 1;
            self.totals.accepted += 1;
            self.pending.insert(self.totals.newest, point.encode().into());
            *queued = true;
        }
    }

    fn place(&self, place: usize) -> EntryId {
        self.pending.keys().nth(place).copied().unwrap_or(EntryId(1_000_000))
    }

    fn agrees(&self, place: &Place, store: &Store, waiting: &[Bytes]) {
        assert_eq!(waiting, self.pending.values().cloned().collect::<Vec<_>>());
        let expected = Totals { pending: self.pending.len() as u64, ..self.totals };
        assert_eq!(totals(store), expected);
        assert_eq!(expected.accepted, expected.delivered + expected.pending + expected.set_aside);
        let kept: Vec<_> = place.history().into_iter().map(|row| row.point).collect();
        assert_eq!(kept, self.history.iter().map(|row| row.2.clone()).collect::<Vec<_>>());
        let oldest = self.history.iter().map(|row| row.2.observed_at).min();
        assert_eq!(store.report().oldest.map(nanoseconds), oldest);
        assert_eq!(store.report().observations, self.history.len() as u64);
        assert!(store.report().reasons.is_empty());
    }
}

async fn open(place: &Place, model: &mut Model, on: bool) -> Store {
    model.on = on;
    let store = place.open(if on { ON } else { None });
    if on {
        model.queue_all();
        let accepted = model.totals.accepted;
        until(&store, "history is queued", || totals(&store).accepted == accepted).await;
    }
    store
}

async fn run(actions: Vec<Action>) {
    let mut place = Place::new();
    let mut model = Model::default();
    let mut store = open(&place, &mut model, true).await;
    for action in actions {
        match action {
            Action::Observe { seconds, seen } => {
                place.clock.pass(TimeDelta::seconds(seconds));
                let games: Vec<_> =
                    seen.iter().map(|(id, status, score)| scored(game(*id, *status), *score)).collect();
                let observation = place.observation(&games);
                let now = nanoseconds(observation.observed_at);
                store.commit(observation).await.unwrap();
                for ((id, ..), game) in seen.iter().zip(&games) {
                    model.observe(*id, game, now);
                }
            }
            Action::Acknowledge(places) => {
                let ids: Vec<_> = places.into_iter().map(|place| model.place(place)).collect();
                store.acknowledge(&ids).await.unwrap();
                for line in ids.iter().filter_map(|id| model.pending.remove(id)) {
                    model.totals.delivered += 1;
                    model.totals.delivered_bytes += line.len() as u64;
                }
            }
            Action::SetAside(place) => {
                let id = model.place(place);
                let rejection = Rejection { id, reason: "reason".into(), server: "server".into() };
                store.set_aside(&[rejection]).await.unwrap();
                model.totals.set_aside += u64::from(model.pending.remove(&id).is_some());
            }
            Action::Reopen { on } => {
                store.close().await;
                store = open(&place, &mut model, on).await;
            }
            Action::Crash { on } => {
                let after = place.crash();
                store.close().await;
                place = after;
                store = open(&place, &mut model, on).await;
            }
        }
        model.agrees(&place, &store, &waiting(&store).await);
    }
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_simple_model(actions in prop::collection::vec(action(), 1..25)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(actions));
    }
}
