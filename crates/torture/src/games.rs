//! Games that never stand still, on scoreboards in ESPN's shape.

mod play;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
use fastrand::Rng;
use game_model::League;
use serde_json::Value;

use play::Play;

/// Games of a league that are played at the same time.
pub(crate) const GAMES: usize = 15;

/// The last game of each scoreboard was over so long ago: longer than the server of this test keeps points.
const LONG_AGO: TimeDelta = TimeDelta::days(60);

/// Each step corrects the score of that game with this chance.
const CORRECTION: f64 = 0.005;

/// Leagues, each with a slate of games. The same seed plays the same games.
#[derive(Debug)]
pub struct World {
    random: Rng,
    slates: Vec<Slate>,
    begin: DateTime<Utc>,
}

#[derive(Debug)]
struct Slate {
    league: League,
    plays: Vec<Play>,
    next_id: u32,
    /// The score of the game that was over long ago.
    old_score: u32,
}

impl World {
    /// Leagues whose games began around this moment.
    pub fn new(seed: u64, leagues: &[League], begin: DateTime<Utc>) -> Self {
        let mut random = Rng::with_seed(seed);
        let slates = leagues.iter().zip(1_u32..).map(|(&league, number)| {
            let mut slate = Slate { league, plays: Vec::new(), next_id: number * 1_000_000, old_score: 3 };
            for _ in 0..GAMES {
                slate.kick_off(&mut random);
            }
            // They are not all at the same point.
            for play in &mut slate.plays {
                for _ in 0..random.u32(0..200) {
                    play.step(&mut random);
                }
            }
            slate
        });
        Self { slates: slates.collect(), random, begin }
    }

    /// Moves every game on.
    pub fn step(&mut self) {
        for slate in &mut self.slates {
            slate.step(&mut self.random);
        }
    }

    /// The scoreboards as they are now.
    pub fn boards(&self) -> Vec<(League, Value)> {
        self.slates.iter().map(|slate| (slate.league, slate.board(self.begin))).collect()
    }
}

impl Slate {
    fn kick_off(&mut self, random: &mut Rng) {
        self.next_id += 1;
        let place = self.plays.len();
        self.plays.push(Play::new(self.next_id, place, self.league, random));
    }

    fn step(&mut self, random: &mut Rng) {
        for (place, play) in self.plays.iter_mut().enumerate() {
            play.step(random);
            if play.is_gone() {
                self.next_id += 1;
                *play = Play::new(self.next_id, place, self.league, random);
            }
        }
        if random.f64() < CORRECTION {
            self.old_score += 1;
        }
    }

    fn board(&self, begin: DateTime<Utc>) -> Value {
        let plays = self.plays.iter();
        let board = plays.fold(scoreboard(self.league), |board, play| board.event(play.event(begin)));
        let old = event(format!("{}", self.next_id / 1_000_000 * 1_000_000))
            .home("OLD", self.old_score)
            .away("NEW", 1)
            .status("STATUS_FINAL")
            .period(4)
            .starts(begin - LONG_AGO);
        board.event(old).to_json()
    }
}
