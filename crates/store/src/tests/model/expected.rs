//! What the store should be: everything in plain lists.

use std::collections::BTreeMap;

use bytes::Bytes;
use game_model::{Game, GameStatus};
use influx_schema::{Point, RUN_OF_CORRECTIONS, nanoseconds};
use outbox::{EntryId, Totals};

use crate::tests::support::{Place, balances, totals};
use crate::{DeadLetterFilter, DeadLetters, Store};

/// How often a moving clock alone adds to the history, in nanoseconds.
pub const HISTORY_CLOCK: i64 = 60_000_000_000;

/// Where the line of a row is.
#[derive(PartialEq)]
enum Line {
    /// Nobody considered it: InfluxDB was off.
    Unqueued,
    Deferred,
    /// In the outbox, or gone from there.
    Queued,
}

struct Row {
    game: u32,
    status: GameStatus,
    point: Point,
    line: Line,
}

#[derive(Default)]
pub struct Model {
    history: Vec<Row>,
    /// Each game as it was last seen to change, and when.
    seen: BTreeMap<u32, (i64, Game)>,
    pub pending: BTreeMap<EntryId, Bytes>,
    pub dead: BTreeMap<EntryId, Bytes>,
    pub totals: Totals,
    /// Whether InfluxDB is on, and how many bytes may wait for it.
    pub on: bool,
    pub max_bytes: u64,
}

impl Model {
    fn pending_bytes(&self) -> u64 {
        self.pending.values().map(|line| line.len() as u64).sum()
    }

    fn push(&mut self, line: Bytes) {
        self.totals.newest.0 += 1;
        self.pending.insert(self.totals.newest, line);
    }

    pub fn observe(&mut self, id: u32, game: &Game, now: i64) {
        let rows = || self.history.iter().filter(|row| row.game == id);
        let last = rows().next_back().map(|row| row.point.clone());
        let observed_at = self.seen.get(&id).map_or(now, |seen| now.max(seen.0 + 1));
        let base = Point::base_timestamp(game, observed_at);
        let run = base..base + RUN_OF_CORRECTIONS;
        let taken = rows()
            .filter(|row| row.status == game.status && run.contains(&row.point.timestamp))
            .map(|row| row.point.timestamp)
            .max();
        let point = Point::observe(game, observed_at, taken);
        let moving = game.status == GameStatus::Live;
        if !moving && last.as_ref().is_some_and(|last| last.same_but_for_time(&point)) {
            // What shows in no point is remembered all the same.
            if self.seen[&id].1 != *game {
                self.seen.insert(id, (observed_at, game.clone()));
            }
            return;
        }
        self.seen.insert(id, (observed_at, game.clone()));
        let line = Bytes::from(point.encode());
        let fits = self.pending_bytes() + line.len() as u64 <= self.max_bytes;
        let thin = moving
            && last.is_some_and(|last| {
                let clock_aside = |point: &Point| Point { time_remaining: String::new(), ..point.clone() };
                clock_aside(&last).same_but_for_time(&clock_aside(&point))
                    && observed_at - last.observed_at < HISTORY_CLOCK
            });
        self.totals.accepted += u64::from(self.on);
        if self.on && fits {
            self.push(line);
        }
        if thin && (fits || !self.on) {
            return;
        }
        let line = match (self.on, fits) {
            (false, _) => Line::Unqueued,
            (true, false) => Line::Deferred,
            (true, true) => Line::Queued,
        };
        self.history.push(Row { game: id, status: game.status, point, line });
    }

    /// What the store does in the background while nobody writes.
    pub fn work_in_background(&mut self) {
        let share = self.max_bytes - self.max_bytes / 4;
        while self.on && (self.pending.is_empty() || self.pending_bytes() < share) {
            let waits = |line: Line| self.history.iter().position(|row| row.line == line);
            let deferred = waits(Line::Deferred);
            let Some(next) = deferred.or_else(|| waits(Line::Unqueued)) else {
                break;
            };
            self.totals.accepted += u64::from(deferred.is_none());
            self.history[next].line = Line::Queued;
            let line = self.history[next].point.encode();
            self.push(line.into());
        }
    }

    pub fn acknowledge(&mut self, ids: &[EntryId]) {
        for line in ids.iter().filter_map(|id| self.pending.remove(id)) {
            self.totals.delivered += 1;
            self.totals.delivered_bytes += line.len() as u64;
        }
    }

    pub fn set_aside(&mut self, id: EntryId) {
        if let Some(line) = self.pending.remove(&id) {
            self.dead.insert(id, line);
            self.totals.set_aside += 1;
        }
    }

    pub fn retry(&mut self, id: EntryId) {
        if let Some(line) = self.dead.remove(&id) {
            self.totals.set_aside -= 1;
            self.push(line);
        }
    }

    pub fn discard(&mut self, id: EntryId) {
        self.totals.discarded += u64::from(self.dead.remove(&id).is_some());
    }

    pub fn expected(&self) -> Totals {
        let deferred = self.history.iter().filter(|row| row.line == Line::Deferred).count() as u64;
        Totals { deferred, pending: self.pending.len() as u64 + deferred, ..self.totals }
    }

    pub fn agrees(&self, place: &Place, store: &Store, waiting: &[Bytes]) {
        assert_eq!(waiting, self.pending.values().cloned().collect::<Vec<_>>());
        let expected = self.expected();
        assert_eq!(totals(store), expected);
        assert_eq!(expected.accepted, expected.delivered + expected.pending + expected.set_aside);
        let kept: Vec<_> = place.history().into_iter().map(|row| row.point).collect();
        assert_eq!(kept, self.history.iter().map(|row| row.point.clone()).collect::<Vec<_>>());
        let report = store.report();
        let oldest = self.history.iter().map(|row| row.point.observed_at).min();
        assert_eq!(report.oldest.map(nanoseconds), oldest);
        assert_eq!(report.observations, self.history.len() as u64);
        assert_eq!(report.outbox_bytes, self.pending_bytes());
        assert_eq!(report.reasons.len(), usize::from(expected.deferred > 0), "{:?}", report.reasons);
        let dead =
            DeadLetters::open(&place.dir()).unwrap().list(&DeadLetterFilter::default(), 0, 1000).unwrap();
        let dead: BTreeMap<_, _> = dead.into_iter().map(|dead| (EntryId(dead.id), dead.line)).collect();
        assert_eq!(dead, self.dead);
        balances(place);
    }
}
