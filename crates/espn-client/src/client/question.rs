//! The addresses of scoreboards.

#[cfg(test)]
mod tests;

use game_model::{League, Slate, SlateId};
use url::Url;

use crate::ConfigError;

/// How many events one answer may hold. ESPN answers 50 to 500 completely and truncates from 600 on; without a
/// limit it stops at 100.
const LIMIT: &str = "500";

/// The address below which all scoreboards lie.
#[derive(Debug, Clone)]
pub(super) struct Base(Url);

impl Base {
    pub(super) fn new(url: &Url) -> Result<Self, ConfigError> {
        let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
        if !is_http || !url.username().is_empty() || url.password().is_some() {
            return Err(ConfigError::BaseUrl { url: without_password(url) });
        }
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self(base))
    }

    /// The host, as errors name it.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The address of one scoreboard. Ranges of dates are never asked for: ESPN answers 400 to them.
    pub(super) fn scoreboard(&self, league: League, slate: Slate) -> Url {
        let mut url = self.0.clone();
        let path =
            format!("{}/apis/site/v2/sports/{}/scoreboard", self.0.path().trim_end_matches('/'), league.path);
        url.set_path(&path);
        match slate {
            Slate::Current => {}
            Slate::Named(SlateId::Day(day)) => {
                url.query_pairs_mut().append_pair("dates", &day.format("%Y%m%d").to_string());
            }
            Slate::Named(SlateId::Week { year, phase, number }) => {
                url.query_pairs_mut()
                    .append_pair("dates", &year.to_string())
                    .append_pair("seasontype", &phase.to_string())
                    .append_pair("week", &number.to_string());
            }
        }
        // Leagues whose teams are all known are too small to fill an answer.
        if league.teams.is_empty() {
            url.query_pairs_mut().append_pair("limit", LIMIT);
        }
        url
    }
}

fn without_password(url: &Url) -> String {
    let mut shown = url.clone();
    if url.password().is_some() && shown.set_password(Some("***")).is_err() {
        return format!("{}:...", url.scheme());
    }
    shown.to_string()
}
