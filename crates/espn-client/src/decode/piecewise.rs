//! The slow reading: each event alone, so that one that cannot even be parsed costs only itself.

use std::collections::HashMap;

use game_model::{League, Slate};
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::leaf::Object;
use super::wire::{WireEvent, WireScoreboard};
use super::{DecodeError, Decoded, assemble, excerpt, no_events};

/// Reads a scoreboard that the fast reading gave up on for the reason `gave_up`.
pub(super) fn decode(
    league: League,
    asked: Slate,
    body: &[u8],
    gave_up: &serde_json::Error,
) -> Result<Decoded, DecodeError> {
    let text = String::from_utf8_lossy(body);
    // A map and not a struct: of a field given twice the last counts.
    let parts: HashMap<String, &RawValue> =
        serde_json::from_str(&text).map_err(|error| unparsable(body, &text, gave_up, &error))?;
    let events: Vec<&RawValue> = part(&parts, "events").ok_or_else(|| no_events(body))?;
    let wire = WireScoreboard {
        leagues: part(&parts, "leagues").unwrap_or_default(),
        season: part(&parts, "season").unwrap_or_default(),
        week: part(&parts, "week").unwrap_or_default(),
        day: part(&parts, "day").unwrap_or_default(),
        ..WireScoreboard::default()
    };
    let events: Vec<Result<Object<WireEvent<'_>>, String>> = events
        .iter()
        .map(|raw| {
            serde_json::from_str(raw.get()).map_err(|error| format!("the event cannot be parsed: {error}"))
        })
        .collect();
    Ok(assemble(league, asked, &wire, events.iter().map(|event| event.as_ref().map_err(Clone::clone))))
}

fn part<'a, T: Deserialize<'a>>(parts: &HashMap<String, &'a RawValue>, name: &str) -> Option<T> {
    serde_json::from_str(parts.get(name)?.get()).ok()
}

fn unparsable(
    body: &[u8],
    text: &str,
    gave_up: &serde_json::Error,
    error: &serde_json::Error,
) -> DecodeError {
    if error.classify() == Category::Eof || text.starts_with('{') && is_at_end(text, error) {
        return DecodeError::Truncated { bytes: body.len() };
    }
    DecodeError::NotJson { reason: gave_up.to_string(), excerpt: excerpt(body) }
}

/// Whether the parser came to the end: a number cut after its point is a syntax error, not an early end.
fn is_at_end(text: &str, error: &serde_json::Error) -> bool {
    let lines_before =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    lines_before + error.column() >= text.len()
}
