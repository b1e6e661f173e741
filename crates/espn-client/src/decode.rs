//! From bytes to games.
//!
//! One pass over the bytes reads what is needed and skips the rest. Every field may be of any type, so that
//! almost no event can spoil the pass; one that still does (a field given twice, half of a surrogate pair)
//! sends the scoreboard through a second, slower reading in which each event is read alone.

mod calendar;
mod entry;
mod event;
mod leaf;
mod piecewise;
mod slate;
mod status;
mod team;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use game_model::{EventProblem, Game, League, SeasonDays, Slate, SlateId};
use serde_json::error::Category;

use leaf::Object;
use slate::Frame;
use wire::{WireEvent, WireScoreboard};

/// How much of an answer that is no scoreboard its error shows, in characters.
const EXCERPT: usize = 80;

/// What a scoreboard's bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The games, in ESPN's order.
    pub games: Vec<Game>,
    /// The events that are no games.
    pub problems: Vec<EventProblem>,
    /// Which slate the scoreboard says it is: a day, or a week in leagues that have weeks; none where it does
    /// not say.
    pub slate: Option<SlateId>,
    /// The weeks of the season, in their order, with the moment each ends; empty in leagues without weeks.
    pub weeks: Vec<(SlateId, DateTime<Utc>)>,
    /// The days of the season on which games are played, in leagues without weeks.
    pub days: Option<SeasonDays>,
}

/// Why bytes are no scoreboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end in the middle.
    #[error(
        "ESPN's answer breaks off after {bytes} bytes, in the middle of its JSON; it is asked again later"
    )]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The bytes are something else, such as the page of a proxy.
    #[error(
        "ESPN's answer is not JSON ({reason}) and begins with {excerpt:?}; check that ESPN_BASE_URL leads to ESPN and that no proxy or captive portal answers in its place"
    )]
    NotJson {
        /// What the parser met.
        reason: String,
        /// How the answer begins.
        excerpt: String,
    },
    /// It is JSON, but has no list of events.
    #[error(
        "ESPN's answer has no list `events` and begins with {excerpt:?}; check that ESPN_BASE_URL leads to ESPN's scoreboards, else ESPN has changed their form"
    )]
    NoEvents {
        /// How the answer begins.
        excerpt: String,
    },
}

/// Reads the scoreboard of a league. An event that is no game becomes a problem and affects no other; of two
/// events with one id the first counts and the second is a problem.
///
/// What neither an event nor the answer says of season and week is taken from the slate that was `asked` for.
pub fn decode(league: League, asked: Slate, body: &[u8]) -> Result<Decoded, DecodeError> {
    match serde_json::from_slice::<Object<WireScoreboard<'_>>>(body) {
        Ok(wire) => {
            let wire = wire.get().ok_or_else(|| no_events(body))?;
            let events = wire.events.elements().ok_or_else(|| no_events(body))?;
            Ok(assemble(league, asked, wire, events.iter().map(Ok)))
        }
        Err(error) if error.classify() == Category::Eof => Err(DecodeError::Truncated { bytes: body.len() }),
        Err(error) => piecewise::decode(league, asked, body, &error),
    }
}

/// Puts the answer together; an event that could not be read at all comes with the reason.
fn assemble<'w, 'a: 'w>(
    league: League,
    asked: Slate,
    wire: &WireScoreboard<'a>,
    events: impl ExactSizeIterator<Item = Result<&'w Object<WireEvent<'a>>, String>>,
) -> Decoded {
    let frame = Frame::new(league, asked, wire);
    let mut games: Vec<Game> = Vec::with_capacity(events.len());
    let mut seen = HashSet::with_capacity(events.len());
    let mut problems = Vec::new();
    for (position, event) in events.enumerate() {
        let wire = event.as_ref().ok().and_then(|event| event.get());
        let read = event.and_then(|event| {
            let event =
                event.get().ok_or("the event is not an object; it must be one with an id and a date")?;
            event::read(league, &frame, event)
        });
        match read {
            Ok(game) if seen.insert(game.id.clone()) => games.push(game),
            Ok(game) => problems.push(EventProblem {
                event: Some(game.id.0),
                position,
                reason: "the id is on the scoreboard twice; the first event with it counts".to_owned(),
            }),
            Err(reason) => {
                let event = wire.and_then(|event| event.id.id()).map(Into::into);
                problems.push(EventProblem { event, position, reason });
            }
        }
    }
    let (weeks, days) = (calendar::weeks(league, wire), calendar::days(league, wire));
    Decoded { games, problems, slate: frame.slate(), weeks, days }
}

fn no_events(body: &[u8]) -> DecodeError {
    DecodeError::NoEvents { excerpt: excerpt(body) }
}

fn excerpt(body: &[u8]) -> String {
    // No character has more than four bytes.
    let start = &body[..body.len().min(4 * EXCERPT)];
    String::from_utf8_lossy(start).chars().take(EXCERPT).collect()
}

/// The sentence of a problem: which field, what it holds, what is allowed.
fn problem(field: &str, value: impl std::fmt::Display, allowed: &str) -> String {
    format!("{field} is {value}; it must be {allowed}")
}
