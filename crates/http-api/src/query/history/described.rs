//! The parameters of history as the description of the interface tells them.

use game_model::{GameStatus, League};
use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Object, Required, Schema};

use super::{DEFAULT_PAGE_SIZE, MAX_NAME, MAX_PAGE_SIZE};
use crate::openapi::parameters::{number, or_blank, path, query, text, words};
use crate::query::described;

/// Every league that there is: history knows those too that are not tracked any more.
fn leagues() -> Object {
    words(League::all().map(|league| league.key))
}

fn league() -> Parameter {
    described::league(or_blank(leagues()))
}

fn name() -> ObjectBuilder {
    text(MAX_NAME)
}

fn season() -> Parameter {
    let description = "The year in which the season begins. The league's own names of seasons are taken too: \
                       `2025-26`, `2025-2026`.";
    let schema =
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{4}(-([0-9]{2}){1,2})?$"));
    query("season", description, or_blank(schema), "2025")
}

fn format() -> Parameter {
    let description = "The form of the answer: one JSON object, or a line per row, with values separated by commas or \
                       as a JSON object each.";
    let mut schema = words(["json", "csv", "ndjson"]);
    schema.default = Some(json!("json"));
    query("format", description, or_blank(schema), "csv")
}

/// A day or a time.
fn moment() -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    AnyOfBuilder::new()
        .item(text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))))
        .item(text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))))
        .build()
        .into()
}

/// What the path of a team's season names.
fn team() -> Parameter {
    let description = "A team by its nickname, full name, abbreviation or id, in any letter case.";
    path("team", description, name().min_length(Some(1)).pattern(Some(r"\S")), "Patriots")
}

/// The parameters of `/api/v1/games/history`.
pub(crate) enum GamesParameters {}

impl IntoParams for GamesParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let statuses = GameStatus::ALL.map(GameStatus::as_str).into_iter().chain(["final"]);
        let page_size = number(MAX_PAGE_SIZE).default(Some(json!(DEFAULT_PAGE_SIZE)));
        let mut order = words(["newest", "oldest"]);
        order.default = Some(json!("newest"));
        let page = number(u32::MAX.into()).default(Some(json!(1)));
        let team = "Games of a team, by its nickname, full name, abbreviation or id, in any letter case.";
        vec![
            league(),
            query("team", team, name(), "Patriots"),
            query("opponent", "Of these, games against this team. It takes `team`.", name(), "buf"),
            query(
                "home_away",
                "Where `team` plays. It takes `team`.",
                or_blank(words(["home", "away"])),
                "home",
            ),
            season(),
            query(
                "status",
                "The games' status; `final` means `finished`.",
                or_blank(words(statuses)),
                "finished",
            ),
            query(
                "from",
                "Games that start at this time, or from this day (UTC) on.",
                or_blank(moment()),
                "2025-09-04",
            ),
            query(
                "to",
                "Games that start up to this time, or on this day (UTC) at the latest.",
                or_blank(moment()),
                "2026-02-08T23:30:00Z",
            ),
            query("order", "Which games come first, by their start.", or_blank(order), "oldest"),
            query(
                "page",
                "The page. Lines hold all games, unless `page` or `page_size` is given.",
                or_blank(page),
                1,
            ),
            query("page_size", "Games on a page.", or_blank(page_size), 50),
            format(),
        ]
    }
}

/// The parameters of `/api/v1/games/timeline/{game_id}`.
pub(crate) enum TimelineParameters {}

impl IntoParams for TimelineParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let id = name().min_length(Some(1)).pattern(Some(r"\S"));
        let mut every = words(["change", "poll"]);
        every.default = Some(json!("change"));
        let description = "An entry per change of score, period or status, or per poll.";
        vec![
            path("game_id", "ESPN's id of the game, as history tells it.", id, "401772510"),
            league(),
            query("every", description, or_blank(every), "poll"),
            format(),
        ]
    }
}

/// The parameters of routes that tell of a team's season.
pub(crate) enum TeamSeasonParameters {}

impl IntoParams for TeamSeasonParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![team(), league(), season()]
    }
}

/// The parameters of `/api/v1/standings`.
pub(crate) enum StandingsParameters {}

impl IntoParams for StandingsParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The league, in any letter case. It may be left out where the service tracks only one. \
                           `sport` is its older name, and means the same.";
        let mut league = query("league", description, leagues(), "nhl");
        league.required = Required::True;
        vec![league, season()]
    }
}
