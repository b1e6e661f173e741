//! One readable line for each change of a game, for the log.

#[cfg(test)]
mod tests;

use game_model::{Change, Game};

/// `NFL 401437650 NO at ATL 24-26: score_changed ATL 23 to 26`. Scores stand in the order of the teams.
pub(crate) fn describe(game: &Game, change: &Change) -> String {
    let kind = change.kind();
    match details(game, change) {
        Some(details) => format!("{}: {kind} {details}", title(game)),
        None => format!("{}: {kind}", title(game)),
    }
}

/// `NFL 401437650 NO at ATL 24-26`
pub(crate) fn title(game: &Game) -> String {
    let Game { league, id, away, home, .. } = game;
    let (visitors, hosts) = (&away.team.abbreviation, &home.team.abbreviation);
    format!("{league} {id} {visitors} at {hosts} {}-{}", away.score, home.score)
}

fn details(game: &Game, change: &Change) -> Option<String> {
    let side = |home: bool| {
        let side = if home { &game.home } else { &game.away };
        side.team.abbreviation.as_str()
    };
    match change {
        Change::GameScheduled { start } => Some(format!("for {start}")),
        Change::GameRescheduled { before, after } => Some(format!("from {before} to {after}")),
        Change::PeriodEnded { period }
        | Change::PeriodStarted { period }
        | Change::OvertimeStarted { period } => Some(period.to_string()),
        Change::ScoreChanged { home, before, after } | Change::ScoreCorrected { home, before, after } => {
            Some(format!("{} {before} to {after}", side(*home)))
        }
        Change::LeadChanged { home_leads } => {
            Some(home_leads.map_or_else(|| "level".to_owned(), |home| format!("{} leads", side(home))))
        }
        Change::Pregame { start, .. } => Some(format!("starts at {start}")),
        Change::CloseGame { difference } => Some(format!("{difference} apart")),
        Change::GameEnded { home_won, .. } => {
            Some(home_won.map_or_else(|| "tied".to_owned(), |home| format!("{} won", side(home))))
        }
        Change::GamePostponed
        | Change::GameCanceled
        | Change::GameStarted
        | Change::GameDelayed
        | Change::GameResumed => None,
    }
}
