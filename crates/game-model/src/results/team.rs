//! What a team's season comes to.

use super::{Outcome, Tally, is_regular};
use crate::{PastGame, PastSide, SeasonPhase};

/// How many outcomes the newest ones are.
const NEWEST: usize = 5;

/// The same outcome in so many games up to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// How they ended.
    pub outcome: Outcome,
    /// How many there are.
    pub games: u32,
}

/// What a team's season comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamResults {
    /// The record: finished games of the regular season.
    pub overall: Tally,
    /// Those at home.
    pub home: Tally,
    /// Those away.
    pub away: Tally,
    /// Finished games of the postseason.
    pub postseason: Tally,
    /// The streak that the record ends with; losses in overtime go on a streak of losses.
    pub streak: Option<Streak>,
    /// The outcomes of the last five games of the record, the newest last.
    pub last_five: Vec<Outcome>,
}

/// What the finished games come to for the team with this [`franchise`](crate::PastTeam::franchise), in any order.
pub fn team_results(games: &[PastGame], franchise: &str) -> TeamResults {
    let mut results = TeamResults::default();
    let mut outcomes = Vec::new();
    let mut by_start: Vec<&PastGame> = games.iter().collect();
    by_start.sort_by_key(|game| (game.start, &game.id));
    for game in by_start {
        let at_home = game.home.team.franchise == franchise;
        let Some((ours, theirs)) = sides(game, franchise) else { continue };
        let Some(outcome) = Outcome::of(game, ours, theirs) else { continue };
        if is_regular(game) {
            for tally in [&mut results.overall, if at_home { &mut results.home } else { &mut results.away }] {
                tally.add(outcome, ours.score, theirs.score);
            }
            outcomes.push(outcome);
        } else if super::phase(game) == Some(SeasonPhase::Postseason) {
            results.postseason.add(outcome, ours.score, theirs.score);
        }
    }
    results.streak = streak(&outcomes);
    results.last_five = outcomes.split_off(outcomes.len().saturating_sub(NEWEST));
    results
}

/// The team's side and the other; none where it does not play.
fn sides<'a>(game: &'a PastGame, franchise: &str) -> Option<(&'a PastSide, &'a PastSide)> {
    if game.home.team.franchise == franchise {
        Some((&game.home, &game.away))
    } else {
        (game.away.team.franchise == franchise).then_some((&game.away, &game.home))
    }
}

fn streak(outcomes: &[Outcome]) -> Option<Streak> {
    let kind = |outcome: Outcome| match outcome {
        Outcome::OvertimeLoss => Outcome::Loss,
        other => other,
    };
    let outcome = kind(*outcomes.last()?);
    let games = outcomes.iter().rev().take_while(|&&before| kind(before) == outcome).count();
    Some(Streak { outcome, games: u32::try_from(games).unwrap_or(u32::MAX) })
}
