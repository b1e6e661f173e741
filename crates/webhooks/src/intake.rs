//! Reads what waits, and hands it to the webhooks.

use std::sync::Arc;
use std::time::Duration;

use game_model::{DeliveryId, EventLog};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// Deliveries that are read at once.
const PAGE: usize = 2_000;

/// After a failure it is read again so much later.
const AGAIN: Duration = Duration::from_secs(2);

/// Hands out what waits, and then what comes, until it is told to stop: then once more.
pub(crate) async fn run(shared: &Arc<Shared>, log: Arc<dyn EventLog>, stop: CancellationToken) {
    let mut after = DeliveryId::START;
    let mut said = None;
    loop {
        let stopped = stop.is_cancelled();
        let newest = log.newest();
        match read_on(shared, &mut after).await {
            Ok(()) => said = None,
            Err(message) => {
                if said.as_ref() != Some(&message) {
                    tracing::warn!("the deliveries that wait for webhooks can not be read: {message}");
                    said = Some(message);
                }
            }
        }
        if stopped {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(AGAIN), if said.is_some() => {}
            _ = log.wait_beyond(newest), if said.is_none() => {}
        }
    }
}

/// Reads everything that waits beyond the newest that is known.
async fn read_on(shared: &Arc<Shared>, after: &mut DeliveryId) -> Result<(), String> {
    loop {
        let page = shared.deliveries.pending(*after, PAGE).await.map_err(|error| error.message)?;
        let Some(last) = page.last().map(|delivery| delivery.id) else { return Ok(()) };
        let hooks = shared.hooks.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        for delivery in page {
            // One that was registered just now reads what waits for it itself.
            if let Some(hook) = hooks.get(&delivery.webhook) {
                hook.inbox.put(delivery);
                hook.wake.notify_one();
            }
        }
        drop(hooks);
        *after = last;
    }
}
