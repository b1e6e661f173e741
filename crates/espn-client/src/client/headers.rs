//! The headers of an answer that matter: how long to keep it, ESPN's clock, how long to stay away.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::header::{CACHE_CONTROL, DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// An answer is kept for at most so long, whatever it says. ESPN says 2 to 9 seconds.
const LONGEST_MAX_AGE: Duration = Duration::from_hours(1);
/// A `Retry-After` is honoured up to here; a longer one is taken for a mistake.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);

/// How long the answer may be kept: 0 where it does not say.
pub(super) fn max_age(headers: &HeaderMap) -> Duration {
    let directives: Vec<String> = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives.iter().any(|directive| directive == "no-store" || directive == "no-cache") {
        return Duration::ZERO;
    }
    directives
        .iter()
        .filter_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse().ok())
        .map(Duration::from_secs)
        .min()
        .unwrap_or_default()
        .min(LONGEST_MAX_AGE)
}

/// ESPN's clock when it answered.
pub(super) fn server_time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text(headers, &DATE)?).ok().map(DateTime::from)
}

/// How long ESPN asks to be left alone. A date counts from ESPN's own clock, else from `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = text(headers, &RETRY_AFTER)?;
    let wait = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a very long time.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        let until = httpdate::parse_http_date(text).ok()?;
        let now: SystemTime = server_time(headers).unwrap_or(now).into();
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}
