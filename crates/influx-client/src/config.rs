//! How a server is reached.

use std::time::Duration;

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
