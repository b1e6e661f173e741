//! How a person decides on the circuit breaker before InfluxDB.

/// Who decides on a circuit breaker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum BreakerHold {
    /// The breaker itself.
    #[default]
    Auto,
    /// A person, who holds it closed: every write is tried.
    Closed,
    /// A person, who holds it open: nothing is written.
    Open,
}

impl BreakerHold {
    /// `auto`, `closed` or `open`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }
}

/// Lets a person decide on a circuit breaker. It takes effect at once and never waits.
pub trait BreakerSwitch: Send + Sync {
    /// Holds the breaker, or lets it decide again.
    fn hold(&self, hold: BreakerHold);
}
