//! Reads what is new in the log, and wakes everybody who follows it.

use std::sync::Arc;
use std::time::Duration;

use game_model::{EventError, EventFilter, EventNumber, LoggedEvent};

use super::ring::{Frame, HELD};
use super::{EventStream, Shared, frame};

/// Events that are read at once.
const PAGE: usize = 64;

/// After a failure the log is read again in this time.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads the log for as long as it is let.
pub(super) async fn run(shared: Arc<Shared>) {
    let log = &shared.source.log;
    let mut at = shared.ring.range().1;
    if let Err(error) = fill(&shared, at).await {
        // Whoever comes back reads the log itself, then.
        tracing::warn!("the newest events can not be read: {error}");
    }
    loop {
        log.wait_beyond(at).await;
        match read(&shared.source, at, PAGE).await {
            Ok((frames, through)) => {
                at = through;
                shared.ring.add(frames, through);
                shared.progress.send_modify(|progress| progress.through = through);
            }
            Err(error) => {
                tracing::warn!("new events can not be streamed, and are read again: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Holds what was told last before the start: those who followed come back all at once, and most of them lack none of
/// it or little.
async fn fill(shared: &Shared, newest: EventNumber) -> Result<(), EventError> {
    // What is not kept any more can not be held: who lacks it is told so.
    let oldest = shared.source.log.oldest().await?;
    let begin = newest.0.saturating_sub(HELD as u64).max(oldest.0.saturating_sub(1));
    let begin = EventNumber(begin.min(newest.0));
    let mut frames = Vec::new();
    let mut at = begin;
    while at < newest {
        let (page, through) = read(&shared.source, at, PAGE).await?;
        frames.extend(page);
        at = through;
    }
    shared.ring.put_before(begin, frames);
    Ok(())
}

/// What comes after a place, and up to where it was looked at: always further.
async fn read(
    source: &EventStream,
    after: EventNumber,
    limit: usize,
) -> Result<(Vec<Frame>, EventNumber), EventError> {
    // What was committed before the question is in its answer: numbers up to here that are not were left out.
    let newest = source.log.newest();
    let page = source.log.events(after, &EventFilter::default(), limit).await?;
    let through = if page.more { page.through } else { page.through.max(newest) };
    Ok((page.events.into_iter().map(|event| written(source, event)).collect(), through))
}

/// An event with its bytes.
pub(super) fn written(source: &EventStream, event: LoggedEvent) -> Frame {
    let LoggedEvent { number, event } = event;
    let bytes = frame::event(number, event.kind(), &(source.body)(&event)).into();
    Frame { number, event, bytes }
}
