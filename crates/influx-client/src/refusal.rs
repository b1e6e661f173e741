//! Whether a refused write is about what is in the lines: only where the body is InfluxDB's own and says so.

#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::Value;

use crate::answer::shorten;
use crate::{DataRefusal, LineRefusal, WriteError};

/// The body of a refusal, as the three of them word it.
#[derive(Deserialize)]
struct Body {
    /// InfluxDB 1 and 3.
    error: Option<String>,
    /// InfluxDB 2: `invalid` or `unprocessable entity`.
    code: Option<String>,
    /// InfluxDB 2.
    message: Option<String>,
    /// InfluxDB 2 in the cloud: the first line that was refused.
    line: Option<u64>,
    /// InfluxDB 3: the lines that were refused; a single one where nothing was stored.
    #[serde(default)]
    data: Value,
}

/// One line, as InfluxDB 3 refuses it.
#[derive(Deserialize)]
struct Line {
    line_number: usize,
    error_message: String,
}

/// What the body of a refused write says is wrong with the lines, of which so many were sent; none where something
/// else is wrong. [`InfluxClient`](crate::InfluxClient) asks it about 400, 413 and 422.
pub fn read(body: &[u8], sent: usize) -> Option<WriteError> {
    let body: Body = serde_json::from_slice(body).ok()?;
    if let Ok(lines) = Vec::<Line>::deserialize(&body.data) {
        return lines_refused(&lines, sent);
    }
    if let Ok(line) = Line::deserialize(&body.data) {
        // Nothing is stored, so that no line is known to be well.
        return refused_for(&line.error_message, Some(DataRefusal::Malformed));
    }
    match (body.error, body.code.as_deref(), body.message) {
        (Some(error), ..) => refused_for(&error, None),
        (None, Some("invalid" | "unprocessable entity"), Some(message)) => {
            refused_for(&message, body.line.map(|_| DataRefusal::Malformed))
        }
        _ => None,
    }
}

/// Whether a body that is too large was refused as one of the three does it.
pub fn is_of_influxdb(body: &[u8]) -> bool {
    let is_json =
        serde_json::from_slice::<Body>(body).is_ok_and(|body| body.error.is_some() || body.code.is_some());
    // InfluxDB 3.
    is_json || body.starts_with(b"max request size (")
}

/// The lines that InfluxDB 3 did not store of a batch.
fn lines_refused(lines: &[Line], sent: usize) -> Option<WriteError> {
    let mut error = refused_for(&lines.first()?.error_message, Some(DataRefusal::Malformed))?;
    if lines.iter().any(|line| is_limit(&line.error_message)) {
        return None;
    }
    // Where a number makes no sense, none is relied upon.
    if lines.iter().all(|line| (1..=sent).contains(&line.line_number))
        && let WriteError::Data { lines: refusals, .. } = &mut error
    {
        let refusal =
            |line: &Line| LineRefusal { line: line.line_number, reason: shorten(&line.error_message) };
        refusals.extend(lines.iter().map(refusal));
    }
    Some(error)
}

fn refused_for(words: &str, otherwise: Option<DataRefusal>) -> Option<WriteError> {
    if is_limit(words) {
        return None;
    }
    let kind = kind(words).or(otherwise)?;
    Some(WriteError::Data { kind, reason: shorten(words), lines: Vec::new() })
}

/// What words about lines say. What cannot be parsed is repeated in them, and is looked for first for that reason.
fn kind(words: &str) -> Option<DataRefusal> {
    let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
    if has(&["unable to parse '", "failed to parse line protocol", "errors encountered on line"]) {
        Some(DataRefusal::Malformed)
    } else if has(&["type conflict", "invalid column type", "already exists as type"]) {
        Some(DataRefusal::TypeConflict)
    } else if has(&["beyond retention", "outside retention"]) {
        Some(DataRefusal::BeyondRetention)
    } else if has(&["partial write"]) {
        Some(DataRefusal::Malformed)
    } else {
        None
    }
}

/// A limit of the server, such as `max-series-per-database limit exceeded`, hits lines that are well.
fn is_limit(words: &str) -> bool {
    !words.contains("unable to parse '")
        && (words.contains("limit exceeded") || words.contains("would exceed number of"))
}
