//! A queue in memory: for tests, and for a service that needs no durability.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use crate::{Entry, EntryId, Outbox, OutboxError, Rejection, Totals};

/// A queue in memory. It forgets everything when it is dropped, and is bounded by nothing.
#[derive(Debug)]
pub struct MemoryOutbox {
    state: Mutex<State>,
    totals: watch::Sender<Totals>,
}

#[derive(Debug, Default)]
struct State {
    pending: BTreeMap<EntryId, Bytes>,
    set_aside: Vec<(Bytes, Rejection)>,
    totals: Totals,
}

impl Default for MemoryOutbox {
    fn default() -> Self {
        Self { state: Mutex::default(), totals: watch::Sender::new(Totals::default()) }
    }
}

impl MemoryOutbox {
    /// Queues entries, in their order.
    pub fn queue<B: Into<Bytes>>(&self, entries: impl IntoIterator<Item = B>) {
        self.change(|state| {
            for bytes in entries {
                let id = EntryId(state.totals.newest.0 + 1);
                state.pending.insert(id, bytes.into());
                state.totals.newest = id;
                state.totals.accepted += 1;
            }
        });
    }

    /// What was set aside, with the reason.
    pub fn dead_letters(&self) -> Vec<(Bytes, Rejection)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).set_aside.clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state);
        state.totals.pending = state.pending.len() as u64;
        self.totals.send_replace(state.totals);
        result
    }
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let later = state.pending.range(EntryId(after.0.saturating_add(1))..).take(limit);
        Ok(later.map(|(&id, bytes)| Entry { id, bytes: bytes.clone() }).collect())
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
        self.change(|state| {
            for id in delivered.iter().collect::<HashSet<_>>() {
                if let Some(bytes) = state.pending.remove(id) {
                    state.totals.delivered += 1;
                    state.totals.delivered_bytes += bytes.len() as u64;
                }
            }
        });
        Ok(())
    }

    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError> {
        self.change(|state| {
            for rejection in rejected {
                if let Some(bytes) = state.pending.remove(&rejection.id) {
                    state.totals.set_aside += 1;
                    state.set_aside.push((bytes, rejection.clone()));
                }
            }
        });
        Ok(())
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        self.totals.subscribe()
    }
}
