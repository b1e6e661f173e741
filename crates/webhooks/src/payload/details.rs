//! What an event has to say beside the game.

use game_model::{Change, Game, GameEvent};
use serde_json::{Value, json};

use super::timestamp;

/// Which side, or neither.
fn side(home: Option<bool>) -> Option<&'static str> {
    home.map(|home| if home { "home" } else { "away" })
}

/// The abbreviation of a side's team.
fn team(game: &Game, home: Option<bool>) -> Option<&str> {
    home.map(|home| if home { &*game.home.team.abbreviation } else { &*game.away.team.abbreviation })
}

/// The fields of the change, with the team that it is about.
pub(super) fn of(event: &GameEvent) -> Value {
    let game = &*event.game;
    match &event.change {
        Change::GameScheduled { start } => json!({"start_time": timestamp(*start)}),
        Change::GameRescheduled { before, after } => {
            json!({"start_time": timestamp(*after), "previous_start_time": timestamp(*before)})
        }
        Change::Pregame { start, minutes } => json!({"start_time": timestamp(*start), "minutes": minutes}),
        Change::PeriodEnded { period }
        | Change::PeriodStarted { period }
        | Change::OvertimeStarted { period } => json!({"period": period.to_string()}),
        Change::ScoreChanged { home, before, after } | Change::ScoreCorrected { home, before, after } => {
            json!({
                "side": side(Some(*home)), "team": team(game, Some(*home)),
                "points": i64::from(*after) - i64::from(*before), "before": before, "after": after,
            })
        }
        Change::LeadChanged { home_leads } => {
            json!({"leader": side(*home_leads), "team": team(game, *home_leads)})
        }
        Change::CloseGame { difference } => json!({"difference": difference}),
        Change::GameEnded { home_won, home, away } => json!({
            "winner": side(*home_won), "team": team(game, *home_won), "final_score": {"home": home, "away": away},
        }),
        Change::GamePostponed
        | Change::GameCanceled
        | Change::GameStarted
        | Change::GameDelayed
        | Change::GameResumed => json!({}),
    }
}
