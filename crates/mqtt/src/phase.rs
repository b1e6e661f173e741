//! How far we are with the broker: apart, dialing, or joined.

use futures::future::BoxFuture;
use tokio::time::{Instant, sleep_until};

use crate::link::{Incoming, Link, LinkError};

pub(crate) type Dialed = Result<Box<dyn Link>, LinkError>;

/// How far we are with the broker.
pub(crate) enum Phase {
    /// There is no connection, and none is made before this.
    Apart { until: Instant },
    /// One is being made.
    Dialing(BoxFuture<'static, Dialed>),
    /// There is one.
    Joined(Joined),
}

/// A connection, and what is under way on it.
pub(crate) struct Joined {
    pub link: Box<dyn Link>,
    pub since: Instant,
    /// Whether everything that is to be retained was sent once: events come after it.
    pub is_synced: bool,
    /// Announcements of devices are listened to until then.
    pub sweep_until: Option<Instant>,
    /// Everything is sent again then.
    pub again_at: Option<Instant>,
}

/// What happened.
pub(crate) enum Step {
    Dial,
    Dialed(Dialed),
    Told(Incoming),
    SweepIsOver,
    SendAgain,
}

impl Phase {
    /// Waits for what happens next. Nothing is lost where the wait is given up.
    pub async fn step(&mut self) -> Step {
        match self {
            Self::Apart { until } => {
                sleep_until(*until).await;
                Step::Dial
            }
            Self::Dialing(dialing) => Step::Dialed(dialing.await),
            Self::Joined(Joined { link, sweep_until, again_at, .. }) => {
                tokio::select! {
                    incoming = link.next() => Step::Told(incoming),
                    () = at(*sweep_until) => Step::SweepIsOver,
                    () = at(*again_at) => Step::SendAgain,
                }
            }
        }
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
