//! Turns: what concerns one webhook is done one after the other.

use std::hash::{BuildHasher, Hash, RandomState};

use tokio::sync::{Mutex, MutexGuard};

/// Two things share a turn by chance, seldom, and then wait for each other.
const PLACES: usize = 64;

/// Turns of things that are told apart by a key. Bounded, however many there are.
#[derive(Debug)]
pub(crate) struct Turns {
    places: [Mutex<()>; PLACES],
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { places: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits until nobody else has the key's turn.
    pub(crate) async fn turn(&self, key: &impl Hash) -> MutexGuard<'_, ()> {
        let hash = self.hasher.hash_one(key) % PLACES as u64;
        self.places[usize::try_from(hash).unwrap_or_default()].lock().await
    }
}
