//! What the event entity of a team is told.

use bytes::Bytes;
use game_model::{Change, EventKind, GameEvent};
use serde_json::{Map, Value, json};

use crate::attributes::{side_word, status_word, timestamp};
use crate::team::KnownTeam;

/// Whether an event is worth telling though it was found late: what it says still holds. A light that flashes for a
/// goal of an hour ago is worse than none.
pub(crate) fn holds_when_late(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::GameScheduled
            | EventKind::GameRescheduled
            | EventKind::GamePostponed
            | EventKind::GameCanceled
            | EventKind::GameEnded
    )
}

/// The payload, seen from the team: `side` says `team` or `opponent`.
pub(crate) fn payload(event: &GameEvent, team: &KnownTeam) -> Bytes {
    let game = &*event.game;
    let is_home = team.is(&game.home.team);
    let (ours, theirs) = if is_home { (&game.home, &game.away) } else { (&game.away, &game.home) };
    let mut payload = json!({
        "event_type": event.kind().as_str(),
        "id": event.id,
        "observed_at": timestamp(event.observed_at),
        "late": event.late,
        "league": game.league.code,
        "game_id": game.id,
        "game_status": status_word(game.status),
        "date": timestamp(game.start),
        "team_id": team.id,
        "team_abbr": ours.team.abbreviation,
        "team_name": ours.team.nickname,
        "team_homeaway": side_word(is_home),
        "team_score": ours.score,
        "opponent_id": theirs.team.id,
        "opponent_abbr": theirs.team.abbreviation,
        "opponent_name": theirs.team.nickname,
        "opponent_score": theirs.score,
        "period": game.clock.period.map(|period| period.to_string()),
        "clock": game.time_remaining(),
    });
    if let (Some(payload), Value::Object(more)) = (payload.as_object_mut(), details(event, is_home)) {
        payload.extend(more);
    }
    payload.to_string().into()
}

/// What the change itself says.
fn details(event: &GameEvent, is_home: bool) -> Value {
    let side = |home: Option<bool>| home.map(|home| if home == is_home { "team" } else { "opponent" });
    match &event.change {
        Change::GameRescheduled { before, .. } => json!({"previous_date": timestamp(*before)}),
        Change::Pregame { minutes, .. } => json!({"minutes": minutes}),
        Change::PeriodEnded { period }
        | Change::PeriodStarted { period }
        | Change::OvertimeStarted { period } => {
            json!({"period": period.to_string()})
        }
        Change::ScoreChanged { home, before, after } | Change::ScoreCorrected { home, before, after } => {
            let mut details = Map::new();
            details.insert("side".into(), json!(side(Some(*home))));
            details.insert("points".into(), json!(i64::from(*after) - i64::from(*before)));
            if let Some(previous) = event.previous_score {
                let (ours, theirs) =
                    if is_home { (previous.home, previous.away) } else { (previous.away, previous.home) };
                details.insert("previous_team_score".into(), json!(ours));
                details.insert("previous_opponent_score".into(), json!(theirs));
            }
            Value::Object(details)
        }
        Change::LeadChanged { home_leads } => json!({"side": side(*home_leads)}),
        Change::CloseGame { difference } => json!({"difference": difference}),
        Change::GameEnded { home_won, .. } => {
            json!({"side": side(*home_won), "won": *home_won == Some(is_home)})
        }
        Change::GameScheduled { .. }
        | Change::GamePostponed
        | Change::GameCanceled
        | Change::GameStarted
        | Change::GameDelayed
        | Change::GameResumed => json!({}),
    }
}
