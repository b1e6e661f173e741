//! Games won, lost and neither, counted.

use super::Outcome;
use crate::{League, RecordForm};

/// Games won, lost and neither, and the points scored in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Games won.
    pub wins: u32,
    /// Games lost; in hockey those lost in regulation.
    pub losses: u32,
    /// Games tied.
    pub ties: u32,
    /// Games lost in overtime or a shootout, where the league counts them apart.
    pub overtime_losses: u32,
    /// Points or goals scored.
    pub points_for: u32,
    /// Points or goals of the opponents.
    pub points_against: u32,
}

/// Points of a table of standings, and how many there were to win.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Points won.
    pub won: u32,
    /// Points of a team that won every game.
    pub of: u32,
}

impl Tally {
    /// Adds a game.
    pub fn add(&mut self, outcome: Outcome, points_for: u32, points_against: u32) {
        match outcome {
            Outcome::Win => self.wins += 1,
            Outcome::Loss => self.losses += 1,
            Outcome::OvertimeLoss => self.overtime_losses += 1,
            Outcome::Tie => self.ties += 1,
        }
        self.points_for = self.points_for.saturating_add(points_for);
        self.points_against = self.points_against.saturating_add(points_against);
    }

    /// Games counted.
    pub fn games(&self) -> u32 {
        self.wins + self.losses + self.ties + self.overtime_losses
    }

    /// Points scored less those of the opponents.
    pub fn differential(&self) -> i64 {
        i64::from(self.points_for) - i64::from(self.points_against)
    }

    /// The share of games won, a tie counting half; 0 before the first game.
    pub fn win_percentage(&self) -> f64 {
        share(2 * self.wins + self.ties, 2 * self.games())
    }

    /// The points of the league's standings: hockey gives 2 for a win and 1 for a tie or a loss in overtime,
    /// soccer 3 for a win and 1 for a tie; none in leagues that go by percentage.
    pub fn points(&self, league: League) -> Option<Points> {
        let (win, tie) = match league.record_form {
            RecordForm::WinsLossesOvertimeLosses => (2, 1),
            RecordForm::WinsTiesLosses => (3, 1),
            RecordForm::WinsLosses | RecordForm::WinsLossesTies => return None,
        };
        Some(Points {
            won: win * self.wins + tie * (self.ties + self.overtime_losses),
            of: win * self.games(),
        })
    }
}

impl Points {
    /// The share of the points that there were to win; 0 before the first game.
    pub fn percentage(&self) -> f64 {
        share(self.won, self.of)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}
