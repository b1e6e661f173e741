//! `GET /openapi.json`, and `GET /docs` with a viewer of it. All that the viewer needs comes with the service.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::Response;

use crate::app::App;
use crate::body::json;
use crate::error::{ApiError, shown};
use crate::openapi;

/// The page of the viewer. Its addresses are relative, so that it works behind a proxy with a path of its own.
const PAGE: &str = include_str!("docs/page.html");

/// Starts the viewer.
const START: &str = include_str!("docs/start.js");

/// Holds browsers to what the service itself serves: nothing that the viewer holds asks anyone else.
const FROM_HERE_ALONE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// Files change with the service alone: kept for a day.
const A_DAY: HeaderValue = HeaderValue::from_static("max-age=86400");

/// The files of Swagger UI that the page loads.
const FILES: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/// This description
///
/// Every route with its parameters, answers and errors, in `OpenAPI` 3.1.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "docs",
    responses((
        status = 200,
        description = "The description.",
        body = serde_json::Value,
        example = json!({"openapi": "3.1.0", "info": {"title": "sports-data", "version": "0.1.0"}, "paths": {}}),
    )),
)]
pub(crate) async fn document(State(app): State<Arc<App>>) -> Response {
    json(&openapi::document(app.api.config.version, app.leagues()))
}

/// A page that shows this description
///
/// Swagger UI, with everything that it needs: it takes no network but the way to this service.
#[utoipa::path(
    get,
    path = "/docs",
    tag = "docs",
    responses((
        status = 200,
        description = "The page.",
        body = String,
        content_type = "text/html",
        example = json!("<!doctype html>"),
    )),
)]
pub(crate) async fn page() -> Response {
    let mut response = file_of("text/html; charset=utf-8", Body::from(PAGE));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, FROM_HERE_ALONE);
    response
}

/// A file of that page
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "docs",
    params(FileParameter),
    responses(
        (
            status = 200,
            description = "The file.",
            content(
                (String = "text/css", example = json!(".swagger-ui{}")),
                (String = "text/javascript", example = json!("SwaggerUIBundle({})")),
                (String = "image/png", example = json!("\u{89}PNG")),
            ),
        ),
        (
            status = 404,
            description = "There is no such file.",
            body = crate::wire::problem::Problem,
            example = json!({"detail": "there is no file \"a.js\" here; /docs is the page"}),
        ),
    ),
)]
pub(crate) async fn file(uri: Uri) -> Result<Response, ApiError> {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let unknown = || ApiError::NotFound(format!("there is no file {} here; /docs is the page", shown(name)));
    let mut response = if name == "start.js" {
        file_of("text/javascript", Body::from(START))
    } else {
        let known = FILES.contains(&name).then(|| utoipa_swagger_ui::serve(name, Arc::default()));
        let found = known.and_then(Result::ok).flatten().ok_or_else(unknown)?;
        let mut response = file_of(&found.content_type, Body::from(found.bytes.into_owned()));
        if found.gzpipped {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    };
    response.headers_mut().insert(CACHE_CONTROL, A_DAY);
    Ok(response)
}

fn file_of(kind: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

/// The file that the path names.
pub(crate) enum FileParameter {}

impl utoipa::IntoParams for FileParameter {
    fn into_params(
        _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        let files = openapi::parameters::words(FILES.into_iter().chain(["start.js"]));
        vec![openapi::parameters::path("file", "The file's name.", files, "swagger-ui.css")]
    }
}
