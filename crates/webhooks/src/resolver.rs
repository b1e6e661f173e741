//! Names of hosts, looked up so that one that takes long holds up no other.
//!
//! The system's resolver blocks a thread for as long as a name server is silent. At most [`AT_ONCE`] names are looked
//! up at the same time, each once however many ask, and a name that was found before is answered at once and looked
//! up again meanwhile.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

/// Names that are looked up at the same time.
const AT_ONCE: usize = 4;

/// What was found is looked up again after this.
const FRESH_FOR: Duration = Duration::from_mins(1);

/// What was found is not used after this.
const USABLE_FOR: Duration = Duration::from_hours(1);

/// Names that are remembered at most.
const MAX_NAMES: usize = 4_096;

type Found = Result<Vec<SocketAddr>, String>;

/// Looks names up.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    names: Arc<Mutex<HashMap<String, Entry>>>,
    at_once: Arc<Semaphore>,
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
}

#[derive(Debug, Default)]
struct Entry {
    found: Option<(Vec<SocketAddr>, Instant)>,
    /// Tells what is found, while it is being looked up.
    under_way: Option<watch::Receiver<Option<Found>>>,
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new(|name| Ok((name, 0).to_socket_addrs()?.collect()))
    }
}

impl Resolver {
    fn new(look_up: fn(&str) -> io::Result<Vec<SocketAddr>>) -> Self {
        Self { names: Arc::default(), at_once: Arc::new(Semaphore::new(AT_ONCE)), look_up }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn addresses(self, name: String) -> Found {
        let mut waiting = {
            let mut names = self.lock();
            if names.len() >= MAX_NAMES && !names.contains_key(&name) {
                names.retain(|_, entry| entry.under_way.is_some());
            }
            let entry = names.entry(name.clone()).or_default();
            let known = entry.found.clone().filter(|(_, at)| at.elapsed() < USABLE_FOR);
            let is_fresh = known.as_ref().is_some_and(|(_, at)| at.elapsed() < FRESH_FOR);
            if !is_fresh && entry.under_way.is_none() {
                let (tell, told) = watch::channel(None);
                entry.under_way = Some(told);
                // A task of its own, as whoever asks may stop waiting.
                tokio::spawn(self.clone().look_up(name, tell));
            }
            match (known, entry.under_way.clone()) {
                (Some((addresses, _)), _) => return Ok(addresses),
                (None, Some(waiting)) => waiting,
                (None, None) => return Err("it could not be looked up".into()),
            }
        };
        let found = waiting.wait_for(Option::is_some).await;
        found.ok().and_then(|found| found.clone()).unwrap_or_else(|| Err("it could not be looked up".into()))
    }

    async fn look_up(self, name: String, tell: watch::Sender<Option<Found>>) {
        let permit = self.at_once.clone().acquire_owned().await;
        let (look_up, asked) = (self.look_up, name.clone());
        let found = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            look_up(&asked).map_err(|error| error.to_string())
        });
        let found = found.await.unwrap_or_else(|error| Err(error.to_string()));
        if let Some(entry) = self.lock().get_mut(&name) {
            entry.under_way = None;
            if let Ok(addresses) = &found {
                entry.found = Some((addresses.clone(), Instant::now()));
            }
        }
        tell.send_replace(Some(found));
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str().to_owned()).await?;
            Ok::<Addrs, _>(Box::new(found.into_iter()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);

    fn fake(name: &str) -> io::Result<Vec<SocketAddr>> {
        let asked = ASKED.fetch_add(1, Ordering::SeqCst);
        match name {
            "gone.example" => Err(io::Error::other("no such name")),
            // Another address each time.
            _ => Ok(vec![SocketAddr::from(([10, 0, 0, 1], u16::try_from(asked).unwrap_or(0)))]),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_is_looked_up_once_and_again_when_it_is_old() {
        let resolver = Resolver::new(fake);
        let ask = |name: &str| resolver.clone().addresses(name.to_owned());
        let (one, other) = tokio::join!(ask("ha.local"), ask("ha.local"));
        assert_eq!((&one, ASKED.load(Ordering::SeqCst)), (&other, 1), "both waited for the same answer");
        assert_eq!(ask("ha.local").await, one);
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
        tokio::time::advance(FRESH_FOR).await;
        assert_eq!(ask("ha.local").await, one, "answered at once, and looked up meanwhile");
        while ASKED.load(Ordering::SeqCst) < 2 || ask("ha.local").await == one {
            tokio::task::yield_now().await;
        }
        assert_eq!(ASKED.load(Ordering::SeqCst), 2);
        assert_eq!(ask("gone.example").await.unwrap_err(), "no such name");
        ask("gone.example").await.unwrap_err();
        assert_eq!(ASKED.load(Ordering::SeqCst), 4, "what was not found is looked up each time");
    }
}
