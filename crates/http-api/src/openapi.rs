//! The description of the interface, in `OpenAPI` 3.1. Each handler describes itself in its `#[utoipa::path]`; what all
//! of them have in common is added here.
//!
//! A new route: describe it at its handler, and add the handler to `paths` below. A test holds both against the router.

mod common;
mod headers;
pub(crate) mod leagues;
pub(crate) mod parameters;

use game_model::League;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::routes;

/// All handlers that describe themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "sports-data",
        description = "Live scores, and a history that is not lost.\n\n\
            Teams are named as `nfl-ne`, `ne` or ESPN's number, in any letter case. A parameter that nobody knows is \
            ignored, an empty one is as none. Every error is `{\"detail\": \"a sentence that says what to do\"}`. \
            Each answer carries `X-Request-Id`: the request's own, where it has one of up to 64 letters, digits and \
            `-_.:`, or a new one."
    ),
    paths(
        routes::root::root,
        routes::docs::document,
        routes::docs::page,
        routes::docs::file,
        routes::health::health,
        routes::health::ready,
        routes::metrics::metrics,
        routes::games::live,
        routes::games::upcoming,
        routes::teams::teams,
        routes::preferences::read,
        routes::preferences::save,
        routes::usage::api_usage,
        routes::usage::cache_stats,
        routes::history::games,
        routes::history::timeline,
        routes::history::schedule,
        routes::history::team_stats,
        routes::history::standings,
        routes::events::events,
        routes::admin::breaker,
        routes::home_assistant::status,
        routes::home_assistant::context,
        routes::webhooks::register::register,
        routes::webhooks::read::list,
        routes::webhooks::read::one,
        routes::webhooks::change::change,
        routes::webhooks::change::delete,
        routes::webhooks::test::test,
        routes::webhooks::read::deliveries,
    ),
    components(schemas(leagues::TrackedLeague)),
    tags(
        (name = "games", description = "Games of now, from memory."),
        (name = "history", description = "Everything that was ever observed."),
        (name = "teams", description = "Teams, and who follows them."),
        (name = "home assistant", description = "What sensors of Home Assistant read."),
        (name = "events", description = "What happens in games, as it happens."),
        (name = "webhooks", description = "Who is told what happens in games."),
        (name = "service", description = "How the service does."),
        (name = "docs", description = "What this is."),
    ),
)]
struct Described;

/// The name of the security scheme of the administrative routes.
pub(crate) const ADMIN_TOKEN: &str = "admin_token";

/// The description of an interface that tracks these leagues.
pub(crate) fn document(version: &str, tracked: &[League]) -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    version.clone_into(&mut document.info.version);
    document.info.license = None;
    let components = document.components.get_or_insert_default();
    leagues::put(components, tracked);
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The service's setting ADMIN_TOKEN."))
        .build();
    components.add_security_scheme(ADMIN_TOKEN, SecurityScheme::Http(token));
    for operation in document.paths.paths.values_mut().flat_map(common::operations) {
        common::complete(operation);
    }
    document
}
