//! A period of a game: quarter, period, half or inning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A period of a game. Ordered as they are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The n-th period, from 1.
    Regulation(u32),
    /// The n-th overtime, from 1.
    Overtime(u32),
    /// A shootout.
    Shootout,
}

impl fmt::Display for Period {
    /// `1` ... `4`, `OT`, `2OT`, ..., `SO`: the value of the period's field in InfluxDB.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Regulation(n) => write!(f, "{n}"),
            Self::Overtime(1) => f.write_str("OT"),
            Self::Overtime(n) => write!(f, "{n}OT"),
            Self::Shootout => f.write_str("SO"),
        }
    }
}
