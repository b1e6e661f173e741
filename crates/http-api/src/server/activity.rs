//! What a connection is doing, noted without looking at a clock.
//!
//! A timer for each head, as hyper sets one, costs more than the rest of the way to an answer. So the connection
//! only notes what it does, and a look at it every now and then tells what has not changed for too long.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::ServerConfig;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request arrives.
    Head = 0,
    /// The request is being answered.
    Answering = 1,
    /// The last bytes of the answer are being sent.
    Sending = 2,
    /// No request is under way.
    Idle = 3,
    /// The answer is being sent, and there is more of it to come.
    Streaming = 4,
    /// The same of an answer that goes on for as long as the client stays.
    Following = 5,
    /// The last bytes of such an answer are being sent.
    Parting = 6,
}

const PHASE_BITS: u32 = 3;
const PHASE_MASK: u32 = (1 << PHASE_BITS) - 1;

/// What a connection is doing: the phase, and a number that changes with each step.
#[derive(Debug, Default)]
pub(super) struct Activity(AtomicU32);

impl Activity {
    /// The phase now.
    pub(super) fn phase(&self) -> Phase {
        match self.0.load(Ordering::Relaxed) & PHASE_MASK {
            0 => Phase::Head,
            1 => Phase::Answering,
            2 => Phase::Sending,
            3 => Phase::Idle,
            4 => Phase::Streaming,
            5 => Phase::Following,
            _ => Phase::Parting,
        }
    }

    /// Enters a phase, or goes a step further in it. Only the task of the connection does this.
    pub(super) fn step(&self, phase: Phase) {
        let steps = (self.0.load(Ordering::Relaxed) >> PHASE_BITS).wrapping_add(1);
        self.0.store((steps << PHASE_BITS) | phase as u32, Ordering::Relaxed);
    }

    /// Bytes came.
    pub(super) fn received(&self) {
        if self.phase() == Phase::Idle {
            self.step(Phase::Head);
        }
    }

    /// Bytes went.
    pub(super) fn sent(&self) {
        let phase = self.phase();
        if matches!(phase, Phase::Sending | Phase::Streaming | Phase::Following | Phase::Parting) {
            self.step(phase);
        }
    }

    /// The last part of a streamed answer was handed over.
    pub(super) fn streamed(&self) {
        match self.phase() {
            Phase::Streaming => self.step(Phase::Sending),
            Phase::Following => self.step(Phase::Parting),
            _ => {}
        }
    }

    /// All that was handed over went. Of a streamed answer that says nothing: there is more to come.
    pub(super) fn flushed(&self) {
        if matches!(self.phase(), Phase::Sending | Phase::Parting) {
            self.step(Phase::Idle);
        }
    }

    /// Ends when a phase lasts too long. Answering has its limit elsewhere.
    pub(super) async fn overdue(&self, config: &ServerConfig) -> Phase {
        let (mut seen, mut unchanged) = (self.0.load(Ordering::Relaxed), Duration::ZERO);
        loop {
            let interval = config.look_interval(self.phase());
            tokio::time::sleep(interval).await;
            let now = self.0.load(Ordering::Relaxed);
            unchanged = if now == seen { unchanged + interval } else { Duration::ZERO };
            seen = now;
            let phase = self.phase();
            if limit(phase, config).is_some_and(|limit| unchanged >= limit) {
                return phase;
            }
        }
    }
}

fn limit(phase: Phase, config: &ServerConfig) -> Option<Duration> {
    match phase {
        Phase::Head => Some(config.header_read_timeout),
        Phase::Answering => None,
        Phase::Sending | Phase::Streaming | Phase::Following | Phase::Parting => Some(config.write_timeout),
        Phase::Idle => Some(config.idle_timeout),
    }
}
