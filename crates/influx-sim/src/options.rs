//! What the server is, and what it knows at its start.

/// Which InfluxDB it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// InfluxDB 2.
    V2,
    /// InfluxDB 3.
    V3,
}

/// What the header `X-Influxdb-Version` of `/ping` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ping {
    /// `v2.7.11` or `3.6.0`.
    #[default]
    Usual,
    /// This.
    Version(String),
    /// Nothing.
    Silent,
}

/// What the server knows at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The token that may do everything.
    pub token: String,
    /// The token that may write, and nothing else.
    pub write_token: String,
    /// The organisation (InfluxDB 2).
    pub org: String,
    /// The bucket that exists on InfluxDB 2, for ever. InfluxDB 3 has no database at its start.
    pub bucket: String,
    /// What `/ping` says of the version.
    pub ping: Ping,
    /// The most bytes of line protocol in one request; 10 MiB, which is InfluxDB 3's own limit.
    pub max_body: usize,
    /// InfluxDB 3 refuses a query that touches more files than this; 432, which is its own limit. It has a file of each
    /// measurement for every ten minutes that have points.
    pub max_files: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "test-token".into(),
            write_token: "write-token".into(),
            org: "homeiq".into(),
            bucket: "sports_data".into(),
            ping: Ping::Usual,
            max_body: 10 * 1024 * 1024,
            max_files: 432,
        }
    }
}
