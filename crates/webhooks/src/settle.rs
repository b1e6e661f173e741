//! Keeps what became of attempts: many in one commit, and none before its delivery goes out.

use std::sync::Arc;
use std::time::Duration;

use game_model::{Attempted, Deliveries, DeliveryId};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Outcomes that are kept in one commit at most.
const GROUP: usize = 500;

/// So long others are waited for.
const GATHER: Duration = Duration::from_millis(50);

/// The waits between attempts to keep them.
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// Outcomes that wait for the store; those who have more wait with them.
pub(crate) const WAITING: usize = 4_096;

/// Keeps what it is sent, until it is done and nothing is left. What can not be kept now is kept later: until then the
/// events may be delivered twice, should the process die.
pub(crate) async fn run(
    deliveries: Arc<dyn Deliveries>,
    mut attempted: mpsc::Receiver<(DeliveryId, Attempted)>,
    done: CancellationToken,
) {
    let mut group = Vec::new();
    loop {
        tokio::select! {
            biased;
            got = attempted.recv_many(&mut group, GROUP) => if got == 0 { return },
            () = done.cancelled() => return,
        }
        tokio::select! {
            () = sleep(GATHER) => {}
            () = done.cancelled() => {}
        }
        while group.len() < GROUP
            && let Ok(more) = attempted.try_recv()
        {
            group.push(more);
        }
        keep(&*deliveries, std::mem::take(&mut group)).await;
    }
}

async fn keep(deliveries: &dyn Deliveries, group: Vec<(DeliveryId, Attempted)>) {
    let mut wait = FIRST_RETRY;
    while let Err(error) = deliveries.settle(group.clone()).await {
        if wait == FIRST_RETRY {
            tracing::warn!("what became of {} deliveries can not be kept yet: {error}", group.len());
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_RETRY);
    }
}
