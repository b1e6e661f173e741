//! What registrations and their changes hold, described.

use game_model::EventKind;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::given::{MAX_DELAY, MAX_MINUTES, MAX_NAME, MAX_SECRET, MAX_TEAMS, MIN_SECRET};
use crate::openapi::leagues::TrackedLeague;
use crate::openapi::parameters::{number, text, words};

/// What somebody wants to be registered.
pub(crate) enum NewRegistration {}

impl PartialSchema for NewRegistration {
    fn schema() -> RefOr<Schema> {
        fields(one_of).required("url").required("events").required("secret").into()
    }
}

impl ToSchema for NewRegistration {}

/// What is to change of a webhook: fields that are left out, or null, stay as they are, but for `team` and `sport`, of
/// which null ends the restriction.
pub(crate) enum RegistrationChange {}

impl PartialSchema for RegistrationChange {
    fn schema() -> RefOr<Schema> {
        let paused = one_of(Type::Boolean).description(Some("Nothing is queued while it is paused."));
        fields(or_null).property("paused", paused).into()
    }
}

impl ToSchema for RegistrationChange {}

fn one_of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn or_null(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type([kind, Type::Null].into_iter().collect::<SchemaType>())
}

/// The fields of a registration; `kind` makes a type of what may, or may not, be null.
fn fields(kind: fn(Type) -> ObjectBuilder) -> ObjectBuilder {
    let url = kind(Type::String)
        .format(Some(SchemaFormat::Custom("uri".into())))
        .pattern(Some("^https?://"))
        .description(Some("An http or https address. WEBHOOK_ALLOWED_HOSTS may restrict it."));
    let kinds = words(EventKind::ALL.map(EventKind::as_str).into_iter().chain(["*"]));
    let events = ArrayBuilder::new()
        .schema_type(kind(Type::Array).build().schema_type)
        .items(kinds)
        .min_items(Some(1))
        .description(Some("Kinds of events; * means every one."));
    let secret = kind(Type::String)
        .min_length(Some(MIN_SECRET))
        .max_length(Some(MAX_SECRET))
        .description(Some("What deliveries are signed with. It is never shown again."));
    let names = ArrayBuilder::new().items(text(MAX_NAME)).max_items(Some(MAX_TEAMS));
    let team = AnyOfBuilder::new().item(or_null(Type::String)).item(names).description(Some(
        "A team by any of its names (nfl-ne, Patriots), several with commas between, or a list; none for every team. \
         Without sport a name means every team that is called so, in each league.",
    ));
    let league = || {
        let tracked = Ref::from_schema_name(TrackedLeague::name());
        AnyOfBuilder::new().item(tracked).item(ObjectBuilder::new().schema_type(Type::Null))
    };
    let delay = or_null(Type::Number)
        .minimum(Some(0.0))
        .maximum(Some(MAX_DELAY))
        .description(Some("Seconds that every event is held back, for those whose stream lags."));
    let mut minutes = number(MAX_MINUTES).build();
    minutes.schema_type = or_null(Type::Integer).build().schema_type;
    minutes.description = Some("Minutes before a start at which its pregame comes.".into());
    ObjectBuilder::new()
        .property("url", url)
        .property("events", events)
        .property("secret", secret)
        .property("team", team)
        .property(
            "sport",
            league().description(Some("A league that the service tracks; none for all of them.")),
        )
        .property("league", league().description(Some("The same as sport, which goes before it.")))
        .property("delay_seconds", delay)
        .property("pregame_minutes", minutes)
}
