//! Tells starts that are near, when they are.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use game_model::{DEFAULT_PREGAME_MINUTES, Pregames, WallClock};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Starts that are new, and webhooks that want to hear of them earlier, are noticed within this time.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Tells every start once for each number of minutes that is wanted, until it is told to stop. What was missed
/// while nothing ran is told late, if the game has not begun.
pub async fn tell_starts(pregames: Arc<dyn Pregames>, clock: Arc<dyn WallClock>, stop: CancellationToken) {
    let mut said = None;
    loop {
        let next = pregames.tell_pregames(&[DEFAULT_PREGAME_MINUTES]).await;
        let wait = match next {
            Ok(next) => {
                said = None;
                let left = next.map(|at| (at - clock.now()).to_std().unwrap_or_default());
                left.map_or(LOOK_EVERY, |left| left.min(LOOK_EVERY))
            }
            Err(error) => {
                if said.as_ref() != Some(&error.message) {
                    tracing::warn!("starts that are near can not be told: {error}");
                    said = Some(error.message);
                }
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            // A clock that is a little behind the timer must not make this a busy loop.
            () = sleep(wait.max(Duration::from_millis(1))) => {}
        }
    }
}
