//! How long a server keeps points.

mod v1;
mod v2;
mod v3;

#[cfg(test)]
mod tests;

pub(crate) use v3::create as create_v3;

use crate::transport::Transport;
use crate::{Api, InfluxConfig, InfluxError};

const SECONDS_OF_A_DAY: u64 = 86_400;

/// How long a bucket or database keeps points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Whole days; none: for ever.
    pub days: Option<u32>,
    /// Seconds; 0: for ever.
    pub seconds: u64,
}

impl Retention {
    fn of_seconds(seconds: u64) -> Self {
        let days = u32::try_from(seconds / SECONDS_OF_A_DAY).unwrap_or(u32::MAX);
        Self { days: (seconds > 0).then_some(days), seconds }
    }
}

/// What became of a retention that was to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionChange {
    /// Before; none: there was no such bucket or database.
    pub before: Option<Retention>,
    /// Now, as the server gives it when it is asked.
    pub after: Retention,
    /// The bucket or database was made.
    pub created: bool,
    /// Something was changed at all.
    pub changed: bool,
}

/// The bucket or database as the server shows it; none where there is none.
#[derive(Debug)]
struct Place {
    retention: Retention,
    /// What a change needs to name it: the default policy (InfluxDB 1), the bucket's id (2).
    id: String,
}

/// How long points are kept; none where the bucket or database does not exist.
pub(crate) async fn get(
    transport: &Transport,
    config: &InfluxConfig,
    api: Api,
) -> Result<Option<Retention>, InfluxError> {
    Ok(find(transport, config, api).await?.map(|place| place.retention))
}

/// Sets a retention in days (0: for ever), and reads it back. Where all is well, nothing is changed.
pub(crate) async fn set(
    transport: &Transport,
    config: &InfluxConfig,
    api: Api,
    days: u32,
) -> Result<RetentionChange, InfluxError> {
    let wanted = u64::from(days) * SECONDS_OF_A_DAY;
    let place = find(transport, config, api).await?;
    let before = place.as_ref().map(|place| place.retention);
    if let Some(after) = before.filter(|before| before.seconds == wanted) {
        return Ok(RetentionChange { before, after, created: false, changed: false });
    }
    match (&place, api) {
        (None, Api::V1) => v1::create(transport, config, days).await?,
        (None, Api::V2) => v2::create(transport, config, days).await?,
        // Where it was made by someone else in the meantime, it has another retention.
        (None, Api::V3) if create_v3(transport, config, days).await? => {}
        (_, Api::V3) => v3::change(transport, config, days).await?,
        (Some(place), Api::V1) => v1::change(transport, config, &place.id, days).await?,
        (Some(place), Api::V2) => v2::change(transport, &place.id, days).await?,
    }
    let after = get(transport, config, api).await?;
    match after.filter(|after| after.seconds == wanted) {
        Some(after) => Ok(RetentionChange { before, after, created: before.is_none(), changed: true }),
        None => Err(InfluxError::NotInForce {
            server: transport.server(),
            bucket: config.bucket.clone(),
            wanted,
            found: after.map_or_else(|| "there is none".into(), |after| format!("{} s", after.seconds)),
        }),
    }
}

async fn find(transport: &Transport, config: &InfluxConfig, api: Api) -> Result<Option<Place>, InfluxError> {
    match api {
        Api::V1 => v1::find(transport, config).await,
        Api::V2 => v2::find(transport, config).await,
        Api::V3 => v3::find(transport, config).await,
    }
}

/// How much time one file of the server holds, in hours, where that has to be said: InfluxDB 1 and 2 keep points at
/// least as long as the files that they have, a week by default.
fn shard_hours(days: u32) -> Option<u32> {
    match days {
        1 => Some(1),
        2..=6 => Some(24),
        _ => None,
    }
}
