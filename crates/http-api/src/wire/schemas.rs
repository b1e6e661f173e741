//! Schemas of values that are texts in answers, but not any text.

use game_model::{BreakerState, GameStatus};
use serde_json::json;
use utoipa::openapi::Object;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

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
