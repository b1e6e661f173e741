//! Why a question to InfluxDB was not answered.

use std::time::Duration;

use crate::WriteError;

/// Why a question to InfluxDB was not answered. Each is a sentence that says what to do; none holds a secret.
///
/// `server` is the server's address, `status` that of its answer, `message` its own words, shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields that all of them have are described once")]
pub enum InfluxError {
    /// No answer, or only a part of one.
    #[error("InfluxDB at {server} cannot be reached: {reason}; check INFLUXDB_URL, and that the server runs")]
    Unreachable {
        server: String,
        /// What happened.
        reason: String,
    },
    /// The server is in trouble of its own (408, 429, 5xx).
    #[error("InfluxDB at {server} cannot answer now ({status}): {message}")]
    Busy {
        server: String,
        status: u16,
        message: String,
        /// How long it asks to wait.
        after: Option<Duration>,
    },
    /// The server does not know the token, or the user and password.
    #[error("InfluxDB at {server} does not accept INFLUXDB_TOKEN (401): {message}; check it")]
    Unauthorized { server: String, message: String },
    /// The token is known, and may not do this.
    #[error(
        "InfluxDB at {server} does not allow this to INFLUXDB_TOKEN ({status}): {message}; use one that is allowed to"
    )]
    Forbidden { server: String, status: u16, message: String },
    /// InfluxDB 1 has users.
    #[error("InfluxDB 1 at {server} needs user:password in INFLUXDB_TOKEN, which has no colon")]
    NoPassword { server: String },
    /// The server does not say what it is.
    #[error(
        "the server at {server} does not say at /ping which InfluxDB it is ({said}); set INFLUXDB_API to v1, v2 or \
         v3, or check INFLUXDB_URL"
    )]
    NoVersion {
        server: String,
        /// What it says instead.
        said: String,
    },
    /// The server wants to be asked elsewhere.
    #[error("InfluxDB at {server} redirects to {to} ({status}); set INFLUXDB_URL to where it is")]
    Redirect {
        server: String,
        status: u16,
        /// Where.
        to: String,
    },
    /// The server does not have this.
    #[error(
        "InfluxDB at {server} does not have what was asked for (404): {message}; check INFLUXDB_BUCKET, \
         INFLUXDB_URL and INFLUXDB_API"
    )]
    Missing { server: String, message: String },
    /// There is no such bucket or database.
    #[error(
        "InfluxDB at {server} has no {place} {bucket:?} (404): {message}; check INFLUXDB_BUCKET and INFLUXDB_API, or \
         make it with sports-data setup-retention"
    )]
    NoBucket {
        server: String,
        /// Bucket or database.
        place: &'static str,
        /// Its name.
        bucket: String,
        message: String,
    },
    /// There is no such organisation, or the token may not see it.
    #[error(
        "InfluxDB at {server} shows no organisation {org:?}: {message}; check INFLUXDB_ORG, and that INFLUXDB_TOKEN \
         may read it"
    )]
    NoOrganisation {
        server: String,
        /// Its name.
        org: String,
        message: String,
    },
    /// The server answers what InfluxDB would not, or refuses for a reason of its own.
    #[error(
        "InfluxDB at {server} refuses a request ({status}): {message}; check INFLUXDB_URL, INFLUXDB_API, INFLUXDB_ORG \
         and INFLUXDB_BUCKET"
    )]
    Refused { server: String, status: u16, message: String },
    /// A statement failed.
    #[error("InfluxDB at {server} cannot do a statement: {message}")]
    Statement { server: String, message: String },
    /// A retention was set, and is not in force.
    #[error(
        "InfluxDB at {server} was told to keep {bucket:?} for {wanted} s (0: for ever), and then says {found}; check \
         INFLUXDB_RETENTION_DAYS"
    )]
    NotInForce {
        server: String,
        /// The bucket or database.
        bucket: String,
        /// The retention set, in seconds.
        wanted: u64,
        /// What is in force.
        found: String,
    },
}

impl InfluxError {
    /// Whether a server that answers so to a question about retention may still take lines: those that may write
    /// may not always look.
    pub(crate) fn is_of_the_question(&self) -> bool {
        match self {
            Self::Forbidden { .. } | Self::Missing { .. } | Self::Refused { .. } | Self::Statement { .. } => {
                true
            }
            // InfluxDB 3 answers so to questions that it does not understand.
            Self::Busy { status, .. } => *status == 500,
            _ => false,
        }
    }
}

impl From<InfluxError> for WriteError {
    fn from(error: InfluxError) -> Self {
        let reason = error.to_string();
        match error {
            InfluxError::Unreachable { .. } => Self::Retry { after: None, reason },
            InfluxError::Busy { after, .. } => Self::Retry { after, reason },
            _ => Self::Setting { reason },
        }
    }
}
