//! The parameters of the stream of events as the description of the interface tells them.

use game_model::EventKind;
use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{Object, Schema};

use super::EventsQuery;
use crate::openapi::parameters::{or_blank, query, words};

/// The number of an event.
fn number() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
}

/// What may be given several times, or once with commas between.
fn list(name: &str, description: &str, items: Object, example: &str) -> Parameter {
    let schema = ArrayBuilder::new().items(items).build();
    let mut parameter = query(name, description, Schema::from(schema), json!([example]));
    parameter.explode = Some(false);
    parameter
}

impl IntoParams for EventsQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let leagues =
            "Leagues, separated by commas, in any letter case; none for all of them. `sport` means the same.";
        let teams = "Teams of which one has to play, separated by commas, by any of their names: `nfl-ne`, `ne`, \
                     ESPN's number, name or nickname; none for every team. `team_ids` means the same.";
        let kinds = "Kinds of events, separated by commas; none for all of them. Of `pregame` those are told that come \
                     15 minutes before a start.";
        let last = "The event that the client had last: those after it come first, without a gap. 0 is before every \
                    event that is kept (30 days); none: those from now on. Browsers send it as the header \
                    `Last-Event-ID`, which counts before this.";
        let mut header = query("Last-Event-ID", "As `last_event_id`.", or_blank(number()), 41);
        header.parameter_in = ParameterIn::Header;
        vec![
            list("league", leagues, ObjectBuilder::new().schema_type(Type::String).build(), "nfl"),
            list("team", teams, ObjectBuilder::new().schema_type(Type::String).build(), "nfl-ne"),
            list("kind", kinds, words(EventKind::ALL.map(EventKind::as_str)), "score_changed"),
            query("last_event_id", last, or_blank(number()), 41),
            header,
        ]
    }
}
