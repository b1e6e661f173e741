//! A season while it is drawn up.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use game_model::{League, SeasonPhase, TeamFacts};

use super::Fixture;
use super::rounds::Pair;

/// How often the home team scores of a hundred scores in a game of equals.
const HOME_SHARE: f64 = 0.53;

/// By so much of the scores a team can be better or worse than the average.
const STRENGTH: f64 = 0.1;

/// A season while it is drawn up.
pub(super) struct Draft {
    pub fixtures: Vec<Fixture>,
    pub random: Rng,
    league: League,
    /// The teams in the order in which their numbers stand for them.
    teams: Vec<&'static TeamFacts>,
    strengths: Vec<f64>,
    /// How much more often each team was at home than not.
    at_home: Vec<i32>,
    /// The results of the games.
    results: Vec<(u32, u32)>,
    begins: i32,
}

/// When and where in the season a game is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Date {
    pub start: DateTime<Utc>,
    pub phase: SeasonPhase,
    pub week: u32,
}

impl Draft {
    pub fn new(league: League, begins: i32, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed ^ u64::from(begins.unsigned_abs()).rotate_left(32));
        let mut teams: Vec<_> = league.teams.iter().collect();
        random.shuffle(&mut teams);
        let strengths = teams.iter().map(|_| (random.f64() * 2.0 - 1.0) * STRENGTH).collect();
        let at_home = vec![0; teams.len()];
        Self { fixtures: Vec::new(), random, league, teams, strengths, at_home, results: Vec::new(), begins }
    }

    /// The number of teams.
    pub fn teams(&self) -> usize {
        self.teams.len()
    }

    /// The conference of a team.
    pub fn conference(&self, team: usize) -> &'static str {
        self.teams[team].conference
    }

    /// The two teams, that one at home which was so less often.
    pub fn fairly(&self, (one, other): Pair) -> Pair {
        if self.at_home[one] > self.at_home[other] { (other, one) } else { (one, other) }
    }

    /// Adds a game, and says whether the home team wins it: a tie is no win.
    pub fn add(&mut self, (home, away): Pair, date: Date) -> bool {
        let number = self.fixtures.len();
        // The league, the year, and the game: no season has ten thousand.
        let league = if self.league.key == "nfl" { 701 } else { 801 };
        let fixture = Fixture {
            id: format!("{league}{:04}{number:04}", self.begins),
            home: self.teams[home],
            away: self.teams[away],
            start: date.start,
            phase: date.phase,
            week: date.week,
            league: self.league,
            seed: self.random.u64(..),
            home_share: HOME_SHARE + self.strengths[home] - self.strengths[away],
        };
        let result = fixture.result();
        self.fixtures.push(fixture);
        self.results.push(result);
        self.at_home[home] += 1;
        self.at_home[away] -= 1;
        result.0 > result.1
    }

    /// The teams of a conference that finished the regular season best, the best first.
    pub fn best(&self, conference: &str, count: usize) -> Vec<usize> {
        let mut worth = vec![0_u32; self.teams.len()];
        for (fixture, &(home, away)) in self.fixtures.iter().zip(&self.results) {
            if fixture.phase != SeasonPhase::Regular {
                continue;
            }
            for (team, ours, theirs) in [(fixture.home, home, away), (fixture.away, away, home)] {
                let number = self.teams.iter().position(|of| of.espn_id == team.espn_id).unwrap_or_default();
                worth[number] += if ours > theirs { 2 } else { u32::from(ours == theirs) };
            }
        }
        let mut best: Vec<usize> =
            (0..self.teams.len()).filter(|team| self.conference(*team) == conference).collect();
        best.sort_by_key(|team| Reverse(worth[*team]));
        best.truncate(count);
        best
    }
}
