//! How a server is reached.

#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::header::HeaderValue;
use url::Url;

use crate::{ApiChoice, Secret};

/// How a server is reached, and what is written to there.
#[derive(Debug, Clone)]
pub struct InfluxConfig {
    /// The server; a path before InfluxDB's own is kept.
    pub url: Url,
    /// The token (InfluxDB 2 and 3) or `user:password` (InfluxDB 1); none where the server wants none.
    pub token: Option<Secret>,
    /// The organisation (InfluxDB 2 alone).
    pub org: String,
    /// The bucket, or database.
    pub bucket: String,
    /// Which interface the server has.
    pub api: ApiChoice,
    /// The longest wait for a whole answer.
    pub timeout: Duration,
    /// The retention that `prepare` gives a database of InfluxDB 3, in days; 0 keeps for ever.
    pub retention_days: u32,
}

impl InfluxConfig {
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.check_url()?;
        if self.bucket.trim().is_empty() {
            return Err(ConfigError::NoBucket);
        }
        if self.timeout.is_zero() {
            return Err(ConfigError::NoTime);
        }
        let token = self.token.as_ref().map(Secret::expose).unwrap_or_default();
        if HeaderValue::from_bytes(token.as_bytes()).is_err() {
            return Err(ConfigError::Token);
        }
        if self.api == ApiChoice::V1 && !token.is_empty() && !token.contains(':') {
            return Err(ConfigError::NoPassword);
        }
        Ok(())
    }

    fn check_url(&self) -> Result<(), ConfigError> {
        let needed = if !matches!(self.url.scheme(), "http" | "https") {
            "which begins with http:// or https://"
        } else if !self.url.username().is_empty() || self.url.password().is_some() {
            "without a user or password in it: INFLUXDB_TOKEN holds those"
        } else if self.url.query().is_some() || self.url.fragment().is_some() {
            "without ? or # in it"
        } else {
            return Ok(());
        };
        let origin = self.url.origin();
        // Other schemes than the web's have no origin that one could show.
        let url = if origin.is_tuple() {
            origin.ascii_serialization()
        } else {
            format!("{}:...", self.url.scheme())
        };
        Err(ConfigError::Url { url, needed })
    }
}

/// Why a client can not be made of its settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not a server's address.
    #[error("INFLUXDB_URL is {url:?}; an address such as http://influxdb:8086 is needed, {needed}")]
    Url {
        /// The address, without what may be secret in it.
        url: String,
        /// What is wrong with it.
        needed: &'static str,
    },
    /// Nothing can be written without a name.
    #[error("INFLUXDB_BUCKET is empty; the name of a bucket or database is needed, such as sports_data")]
    NoBucket,
    /// No answer could ever come.
    #[error("the time-out for answers of InfluxDB is 0 s; at least 1 ms is needed")]
    NoTime,
    /// The token can not stand in a header.
    #[error("INFLUXDB_TOKEN holds a character that cannot be sent, such as a line break; copy it again")]
    Token,
    /// InfluxDB 1 has users.
    #[error("INFLUXDB_TOKEN has no colon; InfluxDB 1 (INFLUXDB_API=v1) needs user:password there")]
    NoPassword,
    /// The HTTP client could not be made.
    #[error("the HTTP client for InfluxDB could not be made")]
    Http(#[from] reqwest::Error),
}
