//! Tests of the slates of a league.

mod answers;
mod due;
mod laws;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameStatus, League, RememberedGame, Slate, SlateId, SourceError, SourceErrorKind};
use tokio::time::Instant;

use super::answer::Sight;
use super::*;
use crate::test_support::{board, day, game, nfl, nfl_game, nhl, utc, week};

/// The slates of a league with a clock of their own.
pub(super) struct Bench {
    slates: Slates,
    now: DateTime<Utc>,
    at: Instant,
}

impl Bench {
    fn new(league: League, now: &str) -> Self {
        let at = Instant::now();
        Self { slates: Slates::new(league, CollectorConfig::default(), at), now: utc(now), at }
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.at += time;
    }

    fn answer(&mut self, asked: Slate, slate: Option<SlateId>, games: Vec<Game>) -> Sight {
        let board = board(self.slates.league, asked, slate, games);
        self.slates.answered(asked, &board, self.now, self.at, 0.0)
    }

    fn next(&mut self) -> Next {
        self.slates.next(self.now, self.at, false)
    }

    /// Lets time pass until a slate is due; which, and after how long.
    fn due(&mut self) -> (Slate, Duration) {
        let began = self.at;
        loop {
            match self.next() {
                Next::Ask(slate) => return (slate, self.at - began),
                Next::Wait { until, .. } => self.pass(until - self.at),
            }
        }
    }

    /// Answers every slate but these with nothing, until one of these is due.
    fn due_among(&mut self, kept: &[Slate]) -> Slate {
        loop {
            let (slate, _) = self.due();
            if kept.contains(&slate) {
                return slate;
            }
            let id = self.slates.key(slate);
            self.answer(slate, id, Vec::new());
        }
    }

    fn served(&self) -> Vec<(String, GameStatus)> {
        self.slates.games(self.now).iter().map(|game| (game.id.0.clone(), game.status)).collect()
    }

    fn ids(&self) -> Vec<String> {
        self.served().into_iter().map(|(id, _)| id).collect()
    }
}

fn named(date: &str) -> Slate {
    Slate::Named(day(date))
}

fn scheduled(id: &str, start: &str) -> Game {
    game(nhl(), id, start, GameStatus::Scheduled)
}

fn live(id: &str, start: &str) -> Game {
    game(nhl(), id, start, GameStatus::Live)
}

fn remembered(game: Game, observed_at: &str) -> RememberedGame {
    RememberedGame { game, observed_at: utc(observed_at) }
}

fn error(kind: SourceErrorKind, retry_after: u64) -> SourceError {
    SourceError { kind, message: "no.".into(), retry_after: Duration::from_secs(retry_after) }
}
