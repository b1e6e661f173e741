//! The leagues that the service tracks, which are a setting.

use game_model::League;
use serde_json::json;
use utoipa::openapi::{Components, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::parameters::{or_blank, words};

/// The name of a league that the service tracks, or nothing for all of them.
pub(crate) enum TrackedLeague {}

impl PartialSchema for TrackedLeague {
    /// Every league that there is: [`put`] leaves those that are tracked.
    fn schema() -> RefOr<Schema> {
        of(&League::all().collect::<Vec<_>>()).into()
    }
}

impl ToSchema for TrackedLeague {}

/// Names the leagues that are tracked.
pub(super) fn put(components: &mut Components, tracked: &[League]) {
    components.schemas.insert(TrackedLeague::name().into_owned(), of(tracked).into());
}

fn of(leagues: &[League]) -> Schema {
    let keys: Vec<&str> = leagues.iter().map(|league| league.key).collect();
    let mut schema = words(keys.iter().copied());
    schema.description = Some("A league that the service tracks; empty for all of them.".into());
    schema.examples = keys.first().map(|key| json!(key)).into_iter().collect();
    or_blank(schema)
}
