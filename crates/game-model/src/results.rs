//! What finished games come to: records, streaks, standings. Pure computations on rows of history.

mod standings;
mod tally;
mod team;
#[cfg(test)]
pub(crate) mod tests;

pub use standings::{Standing, standings};
pub use tally::{Points, Tally};
pub use team::{Streak, TeamResults, team_results};

use crate::{GameStatus, PastGame, PastSide, Period, RecordForm, SeasonPhase};

/// How a finished game ended for a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Won.
    Win,
    /// Lost; in hockey in regulation.
    Loss,
    /// Lost in overtime or a shootout, where the league counts that apart.
    OvertimeLoss,
    /// Neither won nor lost.
    Tie,
}

impl Outcome {
    /// `W`, `L`, `OTL` or `T`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Win => "W",
            Self::Loss => "L",
            Self::OvertimeLoss => "OTL",
            Self::Tie => "T",
        }
    }

    /// The outcome of a finished game for its side of `ours`; none before its end.
    fn of(game: &PastGame, ours: &PastSide, theirs: &PastSide) -> Option<Self> {
        if game.status != GameStatus::Finished {
            return None;
        }
        Some(match ours.score.cmp(&theirs.score) {
            std::cmp::Ordering::Greater => Self::Win,
            std::cmp::Ordering::Equal => Self::Tie,
            std::cmp::Ordering::Less if is_overtime_loss(game) => Self::OvertimeLoss,
            std::cmp::Ordering::Less => Self::Loss,
        })
    }
}

/// Whether the loser of a game is counted apart: hockey does, the postseason aside.
fn is_overtime_loss(game: &PastGame) -> bool {
    game.league.record_form == RecordForm::WinsLossesOvertimeLosses
        && phase(game) != Some(SeasonPhase::Postseason)
        && !went_by_regulation(game)
}

fn went_by_regulation(game: &PastGame) -> bool {
    !matches!(game.period, Some(Period::Overtime(_) | Period::Shootout))
}

fn phase(game: &PastGame) -> Option<SeasonPhase> {
    game.season.as_ref().map(|season| season.phase)
}

/// Whether a game counts for records and standings: those of the preseason, the postseason and the time between
/// do not. Soccer numbers its seasons otherwise; there all count.
fn is_regular(game: &PastGame) -> bool {
    !matches!(phase(game), Some(SeasonPhase::Preseason | SeasonPhase::Postseason | SeasonPhase::Off))
}
