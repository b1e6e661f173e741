//! How long games take, and how points are scored in them.

use fastrand::Rng;
use game_model::{League, SeasonPhase};

/// What differs between the games of two leagues. Steps are polls.
#[derive(Debug)]
pub(super) struct Rules {
    /// Seconds on the clock at the begin of a period.
    pub period: u32,
    /// Seconds that pass on the clock in a step, at least and at most.
    pub pace: (u32, u32),
    /// Steps of the break after each period but the last.
    pub breaks: &'static [u32],
    /// The break after this period is called half-time.
    pub halftime_after: Option<u32>,
    /// Seconds of an overtime of the regular season.
    pub overtime: u32,
    /// The chance that somebody scores in a step.
    pub scoring: f64,
    /// What a score is worth, and how often of a hundred.
    pub worth: &'static [(u32, u32)],
}

/// Four quarters of about 40 minutes, 13 minutes of half-time: three hours and eight or nine scores.
static NFL: Rules = Rules {
    period: 900,
    pace: (3, 12),
    breaks: &[6, 39, 6],
    halftime_after: Some(2),
    overtime: 600,
    scoring: 0.0185,
    worth: &[(3, 38), (7, 52), (6, 5), (8, 3), (2, 2)],
};

/// Three periods of about 38 minutes, intermissions of 17: two and a half hours and six goals.
static NHL: Rules = Rules {
    period: 1200,
    pace: (7, 14),
    breaks: &[51, 51],
    halftime_after: None,
    overtime: 300,
    scoring: 0.018,
    worth: &[(1, 100)],
};

/// The rules of a league.
pub(super) fn of(league: League) -> &'static Rules {
    if league.key == "nfl" { &NFL } else { &NHL }
}

/// What follows a period that ends a game level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    /// Nothing: it is a tie.
    Tie,
    /// An overtime of so many seconds, which the first score ends.
    Overtime(u32),
    /// A shootout.
    Shootout,
}

impl Rules {
    /// What one score is worth.
    pub fn worth(&self, random: &mut Rng) -> u32 {
        let mut rest = random.u32(0..100);
        for &(points, of_hundred) in self.worth {
            if rest < of_hundred {
                return points;
            }
            rest -= of_hundred;
        }
        1
    }

    /// What follows a period that ends level, after so many periods beyond regulation.
    pub fn extra(&self, league: League, phase: SeasonPhase, overtimes: u32) -> Extra {
        let football = league.key == "nfl";
        match (phase, overtimes) {
            (SeasonPhase::Postseason, _) => Extra::Overtime(self.period),
            (SeasonPhase::Preseason, _) if football => Extra::Tie,
            (_, 0) => Extra::Overtime(self.overtime),
            _ if football => Extra::Tie,
            _ => Extra::Shootout,
        }
    }
}
