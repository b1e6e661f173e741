//! The interfaces that InfluxDB has had, and the choice among them.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

/// The interface a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// `/write` and databases: InfluxDB 1.
    V1,
    /// `/api/v2/write`, organisations and buckets: InfluxDB 2.
    V2,
    /// `/api/v3/write_lp` and databases: InfluxDB 3.
    V3,
}

impl Api {
    /// The interface of a server that calls its version so: `1.8.10`, `v2.7.11`, `3.6.0`.
    pub(crate) fn of_version(version: &str) -> Option<Self> {
        let number = version.strip_prefix('v').unwrap_or(version);
        match number.split_once('.')?.0 {
            "1" => Some(Self::V1),
            "2" => Some(Self::V2),
            "3" => Some(Self::V3),
            _ => None,
        }
    }

    /// What the server calls the place that points are written to.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::V2 => "bucket",
            Self::V1 | Self::V3 => "database",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
        })
    }
}

/// Which interface to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApiChoice {
    /// The one of the version that the server gives when it is asked at `/ping`.
    #[default]
    Auto,
    /// InfluxDB 1, without asking.
    V1,
    /// InfluxDB 2, without asking.
    V2,
    /// InfluxDB 3, without asking.
    V3,
}

impl ApiChoice {
    /// The interface chosen; none where the server is to be asked.
    pub(crate) fn fixed(self) -> Option<Api> {
        match self {
            Self::Auto => None,
            Self::V1 => Some(Api::V1),
            Self::V2 => Some(Api::V2),
            Self::V3 => Some(Api::V3),
        }
    }
}

impl fmt::Display for ApiChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fixed() {
            None => f.write_str("auto"),
            Some(api) => api.fmt(f),
        }
    }
}

/// A text that names no interface.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the interface of InfluxDB is auto, v1, v2 or v3, not {0:?}")]
pub struct UnknownApi(pub String);

impl FromStr for ApiChoice {
    type Err = UnknownApi;

    fn from_str(text: &str) -> Result<Self, UnknownApi> {
        match text {
            "auto" => Ok(Self::Auto),
            "v1" => Ok(Self::V1),
            "v2" => Ok(Self::V2),
            "v3" => Ok(Self::V3),
            _ => Err(UnknownApi(text.to_owned())),
        }
    }
}
