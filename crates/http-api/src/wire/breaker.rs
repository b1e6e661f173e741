//! What a person wants of the circuit breaker, and what was done.

use game_model::BreakerHold;
use serde::Serialize;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::schemas::breaker_status;
use crate::openapi::parameters::words;

/// What can be wanted.
pub(crate) const STATES: [BreakerHold; 3] = [BreakerHold::Closed, BreakerHold::Open, BreakerHold::Auto];

/// What a person wants of the circuit breaker.
pub(crate) enum Wanted {}

impl PartialSchema for Wanted {
    fn schema() -> RefOr<Schema> {
        let states = words(STATES.map(BreakerHold::as_str));
        ObjectBuilder::new().property("state", states).required("state").into()
    }
}

impl ToSchema for Wanted {}

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Held {
    pub(crate) held: &'static str,
    /// The state of the breaker now.
    #[schema(schema_with = breaker_status, required)]
    pub(crate) circuit_breaker_status: Option<&'static str>,
}
