//! Answers of one line per game or look, sent as they are read: however many there are, few are in memory.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use game_model::{GameHistory, HistoryPage, HistoryQuery, HistorySource, PastGame, Timeline, Told};
use serde::Serialize;

use super::ask::{ask, tell_source};
use super::pages;
use crate::app::App;
use crate::error::ApiError;
use crate::query::history::{Format, HistoryParameters};
use crate::wire::past::{ENTRY_COLUMNS, GAME_COLUMNS, PastGameBody, TimelineBody, csv_line};

/// So many games are read at once.
const CHUNK: u64 = 500;

/// Games that are still to be read.
struct Rest {
    history: Arc<dyn GameHistory>,
    query: HistoryQuery,
    /// All that are read already; none at the end.
    page: Option<Vec<PastGame>>,
    /// How many may still be read after these.
    left: u64,
    format: Format,
    begun: bool,
    /// Whether everybody answered who should have, as the header of the answer says.
    is_complete: bool,
}

/// The games of the page that was asked for, or of all pages.
pub(super) async fn games(app: &App, parameters: HistoryParameters) -> Result<Response, ApiError> {
    let HistoryParameters { games: mut query, is_paged, format, .. } = parameters;
    let limit = if is_paged { query.limit } else { u64::MAX };
    query.limit = limit.min(CHUNK);
    let history = Arc::clone(&app.api.history);
    // The first games are waited for, so that an answer without any can say so.
    let Told { source, found } = ask(history.games(query.clone())).await?;
    if found.games.is_empty() {
        return Err(ApiError::NotFound(pages::nothing_found(&query)));
    }
    let left = limit - query.limit;
    let rest = Rest {
        history,
        query,
        page: Some(found.games),
        left,
        format,
        begun: false,
        is_complete: source.is_complete(),
    };
    let body = Body::from_stream(stream::try_unfold(rest, next));
    Ok(response(body, source, format))
}

/// The lines of the games that are read, after reading the games that come next.
async fn next(mut rest: Rest) -> Result<Option<(Bytes, Rest)>, io::Error> {
    let Some(games) = rest.page.take() else { return Ok(None) };
    let mut lines = Vec::new();
    if !std::mem::replace(&mut rest.begun, true) && rest.format == Format::Csv {
        csv_line(&mut lines, &GAME_COLUMNS);
    }
    for game in &games {
        let body = PastGameBody::new(game);
        match rest.format {
            Format::Csv => csv_line(&mut lines, &body.values()),
            Format::Json | Format::Ndjson => json_line(&mut lines, &body),
        }
    }
    // A page that is not full may lack a game that can not be read: only an empty one is the end.
    if let Some(last) = games.last().filter(|_| rest.left > 0) {
        rest.query.after = Some((last.start, last.league, last.id.clone()));
        rest.query.skip = 0;
        rest.query.limit = rest.left.min(CHUNK);
        rest.left -= rest.query.limit;
        let HistoryPage { games, .. } = match ask(rest.history.games(rest.query.clone())).await {
            Ok(told) if rest.is_complete && !told.source.is_complete() => {
                tracing::warn!("an answer of history ends early: InfluxDB, which was a part of it, is away");
                return Err(io::Error::other("InfluxDB does not answer any more"));
            }
            Ok(told) => told.found,
            Err(error) => {
                // The answer has begun: all that is left is to end it so that the client notices.
                tracing::warn!(%error, "an answer of history ends early");
                return Err(io::Error::other(error));
            }
        };
        rest.page = Some(games).filter(|games| !games.is_empty());
    }
    Ok(Some((lines.into(), rest)))
}

/// The course of a game. It is short enough to be made at once.
pub(super) fn timeline(
    timeline: &Timeline,
    source: HistorySource,
    parameters: &HistoryParameters,
) -> Response {
    let mut lines = Vec::new();
    if parameters.format == Format::Csv {
        csv_line(&mut lines, &ENTRY_COLUMNS);
    }
    for entry in &TimelineBody::new(timeline, parameters.every_poll).timeline {
        match parameters.format {
            Format::Csv => csv_line(&mut lines, &entry.values()),
            Format::Json | Format::Ndjson => json_line(&mut lines, entry),
        }
    }
    response(lines.into(), source, parameters.format)
}

fn json_line(out: &mut Vec<u8>, value: &impl Serialize) {
    // Writing into memory does not fail, and none of our keys and values does.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}

fn response(body: Body, source: HistorySource, format: Format) -> Response {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Json | Format::Ndjson => "application/x-ndjson",
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    tell_source(response.headers_mut(), source);
    response
}
