//! The headers of answers. Handlers name those of theirs; what they mean stands here.

use serde_json::json;
use utoipa::openapi::Header;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::parameters::words;
use crate::error::RETRY_AFTER_SECONDS;

/// The header with this name; none where nothing is known of it.
pub(super) fn header(name: &str) -> Option<Header> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let number = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let one_of = |names: [&str; 2], others: &[&str]| {
        let words = words(names.into_iter().chain(others.iter().copied()));
        ObjectBuilder::from(words).examples([json!(names[0])])
    };
    let (schema, description) = match name {
        "X-Request-Id" => (
            text().max_length(Some(64)).examples([json!("4f1d09c2a7e35b68")]),
            "The request's id, which the service's log names too.",
        ),
        "X-Cache" => (
            one_of(["hit", "miss"], &["stale"]),
            "Whether the answer was kept, made now, or older than it should be.",
        ),
        "Age" => {
            (number().examples([json!(7)]), "Seconds since the scoreboard was seen; none where none was.")
        }
        "X-History-Source" => (one_of(["store", "influxdb"], &[]), "Where the answer comes from."),
        "Link" => (
            text().examples([json!("</api/v1/games/history?team=ne&page=2>; rel=\"next\"")]),
            "The first, the previous, the next and the last page (RFC 8288), where there are several.",
        ),
        "Retry-After" => {
            (number().examples([json!(RETRY_AFTER_SECONDS)]), "Seconds after which to ask again.")
        }
        "WWW-Authenticate" => (text().examples([json!("Bearer")]), "How to say who asks."),
        _ => return None,
    };
    Some(HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build())
}
