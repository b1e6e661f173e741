//! What all routes have in common: headers, and the errors that any request may meet.

use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response};

use super::headers::header;
use crate::error::ApiError;
use crate::wire::problem::Problem;

/// What is answered where not even the head of a request can be read: without a body.
const REFUSED_UNREAD: [(&str, &str); 2] = [
    ("414", "The address is too long. There is no body."),
    ("431", "The head of the request is too large. There is no body."),
];

/// The operations of a path.
pub(super) fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.delete, &mut path.patch].into_iter().flatten()
}

/// Adds what every answer has, and the answers that every route may give.
pub(super) fn complete(operation: &mut Operation) {
    let may_be_anywhere = [
        (
            &ApiError::Defect("4f1d09c2a7e35b68".into()),
            "A defect; the service's log tells more of the request.",
        ),
        (&ApiError::TimedOut { seconds: 10 }, "A part of the service can not do it now, or not in time."),
    ];
    let responses = &mut operation.responses.responses;
    for (error, description) in may_be_anywhere {
        responses
            .entry(error.status().as_str().to_owned())
            .or_insert_with(|| problem(description, error).into());
    }
    for (status, description) in REFUSED_UNREAD {
        let response = ResponseBuilder::new().description(description).build();
        responses.insert(status.to_owned(), response.into());
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response {
            let named = response.headers.keys().cloned().chain(always(status).map(str::to_owned));
            let described: Vec<_> = named.filter_map(|name| Some((header(&name)?, name))).collect();
            response.headers.extend(described.into_iter().map(|(header, name)| (name, header.into())));
            if status.starts_with(['4', '5'])
                && let Some(RefOr::T(content)) = response.content.get_mut("application/json")
            {
                content.schema.get_or_insert_with(|| Ref::from_schema_name(Problem::name()).into());
            }
        }
    }
}

fn problem(description: &str, error: &ApiError) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .example(Some(json!({ "detail": error.to_string() })))
        .build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

/// The headers that all answers with a status have.
fn always(status: &str) -> impl Iterator<Item = &'static str> {
    let is_ours = REFUSED_UNREAD.iter().all(|(unread, _)| *unread != status);
    let more = match status {
        "401" => Some("WWW-Authenticate"),
        "429" | "503" => Some("Retry-After"),
        _ => None,
    };
    is_ours.then_some("X-Request-Id").into_iter().chain(more)
}
