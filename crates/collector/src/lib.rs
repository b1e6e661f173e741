//! Decides when a league is asked, publishes what came to the cache, commits it to the store.
