//! Bodies and headers of deliveries.

mod details;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use game_model::{Change, EventNumber, GameEvent, GameStatus, LoggedEvent, Score, Side, WebhookId};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::signature::Signer;

/// Bodies that are kept: an event goes to many webhooks at the same time.
const KEPT: usize = 32;

/// A body. The contract's keys come first.
#[derive(Debug, Serialize)]
struct Body<'a> {
    event: &'a str,
    event_type: &'a str,
    game_id: &'a str,
    league: &'a str,
    home_team: &'a str,
    away_team: &'a str,
    score: Score,
    status: &'a str,
    timestamp: String,
    #[serde(flatten)]
    scores: Option<Scores>,
    id: &'a str,
    sequence: u32,
    late: bool,
    details: Value,
    game: GameBody<'a>,
}

/// What a change of a score adds.
#[derive(Debug, Serialize)]
struct Scores {
    home_diff: i64,
    away_diff: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_score: Option<Score>,
    current_score: Score,
}

#[derive(Debug, Serialize)]
struct GameBody<'a> {
    start_time: String,
    period: u32,
    periods: u32,
    time_remaining: &'a str,
    home: TeamBody<'a>,
    away: TeamBody<'a>,
}

#[derive(Debug, Serialize)]
struct TeamBody<'a> {
    id: &'a str,
    name: &'a str,
    nickname: &'a str,
    abbreviation: &'a str,
}

impl<'a> TeamBody<'a> {
    fn new(side: &'a Side) -> Self {
        let team = &side.team;
        Self { id: &team.id, name: &team.name, nickname: &team.nickname, abbreviation: &team.abbreviation }
    }
}

/// A time as clients get it: `2026-11-23T11:16:25.625Z`.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The status in the words of the HTTP interface.
fn status_word(status: GameStatus) -> &'static str {
    match status {
        GameStatus::Finished => "final",
        other => other.as_str(),
    }
}

/// The body of an event, on one line: what webhooks get, and those who follow the stream of events.
pub fn body(event: &GameEvent) -> Bytes {
    let game = &*event.game;
    let kind = event.kind().as_str();
    let body = Body {
        event: kind,
        event_type: kind,
        game_id: &game.id.0,
        league: game.league.code,
        home_team: &game.home.team.abbreviation,
        away_team: &game.away.team.abbreviation,
        score: event.score(),
        status: status_word(game.status),
        timestamp: timestamp(event.observed_at),
        scores: scores(event),
        id: &event.id.0,
        sequence: event.sequence,
        late: event.late,
        details: details::of(event),
        game: GameBody {
            start_time: timestamp(game.start),
            period: game.clock.number,
            periods: game.league.regulation_periods,
            time_remaining: &game.clock.display,
            home: TeamBody::new(&game.home),
            away: TeamBody::new(&game.away),
        },
    };
    // Its keys are strings and nothing in it fails.
    serde_json::to_vec(&body).unwrap_or_default().into()
}

/// The difference is that of the side that this event is about: where both scored between two looks, there is an event
/// for each, and whoever adds the differences up must not count one twice.
fn scores(event: &GameEvent) -> Option<Scores> {
    let (Change::ScoreChanged { home, before, after } | Change::ScoreCorrected { home, before, after }) =
        event.change
    else {
        return None;
    };
    let difference = i64::from(after) - i64::from(before);
    Some(Scores {
        home_diff: if home { difference } else { 0 },
        away_diff: if home { 0 } else { difference },
        previous_score: event.previous_score,
        current_score: event.score(),
    })
}

/// The body of a test.
pub(crate) fn test_body(id: &str, now: DateTime<Utc>) -> Bytes {
    let body = serde_json::json!({
        "event": "test", "event_type": "test", "game_id": "test", "league": "NFL", "home_team": "HOME",
        "away_team": "AWAY", "score": {"home": 0, "away": 0}, "status": "scheduled", "timestamp": timestamp(now),
        "id": id, "sequence": 1, "late": false,
        "details": {"message": "a test of this webhook: no game is behind it"},
    });
    body.to_string().into()
}

/// The newest bodies.
#[derive(Debug, Default)]
pub(crate) struct Bodies(Mutex<VecDeque<(EventNumber, Bytes)>>);

impl Bodies {
    /// The body of an event, made once for all webhooks.
    pub fn of(&self, event: &LoggedEvent) -> Bytes {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, body)) = kept.iter().rev().find(|(number, _)| *number == event.number) {
            return body.clone();
        }
        let body = body(&event.event);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((event.number, body.clone()));
        body
    }
}

/// What of a delivery stands in headers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub webhook: &'a WebhookId,
    /// The kind of the event.
    pub event: &'a str,
    /// The id of the event, the same at each attempt.
    pub delivery: &'a str,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// When it is sent.
    pub now: DateTime<Utc>,
}

/// The headers of a delivery, signed.
pub(crate) fn headers(head: Head<'_>, signer: &Signer, body: &[u8]) -> HeaderMap {
    let time = head.now.timestamp().to_string();
    let named = [
        ("x-webhook-id", head.webhook.0.clone()),
        ("x-webhook-event", head.event.to_owned()),
        ("x-webhook-delivery", head.delivery.to_owned()),
        ("x-webhook-attempt", head.attempt.to_string()),
        ("x-webhook-signature", signer.plain(body)),
        ("x-webhook-signature-256", signer.with_time(&time, body)),
        ("x-webhook-timestamp", time),
    ];
    let mut headers = HeaderMap::with_capacity(named.len() + 1);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in named {
        // An id that ESPN made of other characters can not stand in a header; the body has it.
        if let Ok(value) = HeaderValue::from_maybe_shared(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}
