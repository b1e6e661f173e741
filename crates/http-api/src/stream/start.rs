//! Where a stream begins.

use game_model::{EventError, EventNumber};

use super::Shared;
use super::frame::{self, Gap};
use crate::error::ApiError;

/// The beginning of a stream.
#[derive(Debug)]
pub(super) struct Start {
    /// What follows comes after this one.
    pub(super) after: EventNumber,
    /// What is sent first.
    pub(super) beginning: Vec<u8>,
}

/// Finds the beginning for a client that had this event last, or none.
pub(super) async fn find(shared: &Shared, last: Option<EventNumber>) -> Result<Start, ApiError> {
    let (held_after, through) = shared.ring.range();
    let Some(last) = last else {
        return Ok(Start { after: through, beginning: frame::beginning(through) });
    };
    let log = &shared.source.log;
    let newest = log.newest();
    let (after, detail) = if last > newest {
        let detail = format!(
            "the last event id is {}, which is beyond the newest event, {}: what comes from now on follows",
            last.0, newest.0
        );
        (newest, Some(detail))
    } else if last >= held_after {
        (last, None)
    } else {
        let oldest = log.oldest().await.map_err(|EventError { message }| ApiError::Unavailable(message))?;
        let before_oldest = EventNumber(oldest.0.saturating_sub(1));
        let detail = format!(
            "events after {} and before {} are not kept any more: what is kept follows",
            last.0, oldest.0
        );
        (last.max(before_oldest), (last < before_oldest).then_some(detail))
    };
    let mut beginning = frame::beginning(after);
    if let Some(detail) = &detail {
        let gap = Gap { detail, last_event_id: last.0, continues_after: after.0 };
        beginning.extend_from_slice(&gap.frame());
    }
    Ok(Start { after, beginning })
}
