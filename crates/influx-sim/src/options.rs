//! What the server is, and what it knows at its start.

/// Which InfluxDB it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// InfluxDB 2.
    V2,
    /// InfluxDB 3.
    V3,
}

/// What the server knows at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The token that may do everything.
    pub token: String,
    /// The organisation (InfluxDB 2).
    pub org: String,
    /// The bucket that exists on InfluxDB 2, for ever. InfluxDB 3 has no database at its start.
    pub bucket: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { token: "test-token".into(), org: "homeiq".into(), bucket: "sports_data".into() }
    }
}
