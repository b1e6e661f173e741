//! Schemas of values that are texts in answers, but not any text.

use game_model::{BreakerState, DeliveryState, EventKind, GameStatus};
use serde_json::json;
use utoipa::openapi::Object;
use utoipa::openapi::schema::{Array, ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};

use crate::openapi::parameters::words;

/// A time: `2026-11-23T11:16:25.625Z`.
pub(crate) fn time() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples([json!("2026-11-23T11:16:25.625Z")])
        .build()
}

/// A time, or none that is known.
pub(crate) fn time_or_none() -> Object {
    let mut time = time();
    time.schema_type = [Type::String, Type::Null].into_iter().collect();
    time
}

/// Nothing.
pub(crate) fn nothing() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

/// A game's status in history.
pub(crate) fn past_status() -> Object {
    words(GameStatus::ALL.map(GameStatus::as_str))
}

/// A game's status in the lists of games.
pub(crate) fn status() -> Object {
    words(GameStatus::ALL.map(super::game::status_word))
}

/// Whether there is something to mend.
pub(crate) fn healthy_or_not() -> Object {
    words(["healthy", "degraded"])
}

/// The state of the circuit breaker, where there is one.
pub(crate) fn breaker_status() -> Object {
    let mut state =
        words([BreakerState::Closed, BreakerState::Open, BreakerState::HalfOpen].map(BreakerState::as_str));
    state.schema_type = [Type::String, Type::Null].into_iter().collect();
    state
}

/// The kind of an event.
pub(crate) fn event() -> Object {
    words(EventKind::ALL.map(EventKind::as_str))
}

/// Kinds of events, or `*` alone for every one.
pub(crate) fn event_or_all() -> Array {
    let kinds = words(EventKind::ALL.map(EventKind::as_str).into_iter().chain(["*"]));
    ArrayBuilder::new().items(kinds).min_items(Some(1)).build()
}

/// How a delivery stands.
pub(crate) fn delivery_state() -> Object {
    words(
        [DeliveryState::Pending, DeliveryState::Delivered, DeliveryState::Failed].map(DeliveryState::as_str),
    )
}

/// What a team is doing.
pub(crate) fn team_state() -> Object {
    words(["playing", "upcoming", "none"])
}

/// A game's status in the lists of games, or none where there is no game.
pub(crate) fn status_or_none() -> Object {
    or_none(status())
}

/// Where a team plays, or none where there is no game.
pub(crate) fn home_away_or_none() -> Object {
    or_none(words(["home", "away"]))
}

/// One of the words, or null.
fn or_none(mut words: Object) -> Object {
    words.schema_type = [Type::String, Type::Null].into_iter().collect();
    words.enum_values.get_or_insert_default().push(serde_json::Value::Null);
    words
}
