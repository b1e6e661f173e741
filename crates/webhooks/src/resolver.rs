//! Names of hosts, looked up so that one that takes long holds up no other.
//!
//! The system's resolver blocks a thread for as long as a name server is silent. Names are looked up beside each other,
//! [`AT_ONCE`] at most and each once however many ask, on threads of their own. A name whose look-up took long goes
//! through [`SLOW_AT_ONCE`] places of its kind from then on, so that it never holds up those that are found at once. A
//! name that was found before is answered at once and looked up again meanwhile.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::Instant;

/// Names that are looked up at the same time.
const AT_ONCE: usize = 32;

/// Names that are looked up at the same time, of those whose look-up took long the last time.
const SLOW_AT_ONCE: usize = 8;

/// A look-up that took longer than this took long.
const SLOW: Duration = Duration::from_secs(1);

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
    slow_at_once: Arc<Semaphore>,
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
}

#[derive(Debug, Default)]
struct Entry {
    /// Whether the newest look-up took long.
    slow: bool,
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
        Self {
            names: Arc::default(),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            slow_at_once: Arc::new(Semaphore::new(SLOW_AT_ONCE)),
            look_up,
        }
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
        let slow = self.lock().get(&name).is_some_and(|entry| entry.slow);
        let places = if slow { &self.slow_at_once } else { &self.at_once };
        let place = places.clone().acquire_owned().await;
        let begun = std::time::Instant::now();
        let found = on_its_own(self.look_up, name.clone()).await;
        drop(place);
        if let Some(entry) = self.lock().get_mut(&name) {
            entry.under_way = None;
            entry.slow = begun.elapsed() > SLOW;
            if let Ok(addresses) = &found {
                entry.found = Some((addresses.clone(), Instant::now()));
            }
        }
        tell.send_replace(Some(found));
    }
}

/// Looks up on a thread of its own: the runtime's have other things to do, and are few.
async fn on_its_own(look_up: fn(&str) -> io::Result<Vec<SocketAddr>>, name: String) -> Found {
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("look-up".into()).spawn(move || {
        // Whoever asked may be gone.
        let _ = tell.send(look_up(&name).map_err(|error| error.to_string()));
    });
    thread.map_err(|error| error.to_string())?;
    told.await.unwrap_or_else(|_| Err("it could not be looked up".into()))
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
    use std::sync::Condvar;
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

    /// Names that take long are let go when the gate opens.
    static GATE: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

    fn silent(name: &str) -> io::Result<Vec<SocketAddr>> {
        if name.starts_with("silent") {
            let broken = |_| io::Error::other("the gate is broken");
            let closed = GATE.0.lock().map_err(broken)?;
            drop(GATE.1.wait_while(closed, |open| !*open).map_err(broken)?);
        }
        Ok(vec![SocketAddr::from(([10, 0, 0, 1], 0))])
    }

    #[tokio::test]
    async fn names_that_take_long_hold_up_no_other() {
        let resolver = Resolver::new(silent);
        for n in 0..40 {
            let name = format!("silent{n}");
            // As they were found to be.
            resolver.lock().entry(name.clone()).or_default().slow = n >= 20;
            tokio::spawn(resolver.clone().addresses(name));
        }
        tokio::task::yield_now().await;
        for n in 0..100 {
            let asked = resolver.clone().addresses(format!("fine{n}"));
            let found = tokio::time::timeout(Duration::from_secs(10), asked).await;
            assert!(found.is_ok_and(|found| found.is_ok()), "fine{n}");
        }
        assert_eq!(resolver.slow_at_once.available_permits(), 0);
        *GATE.0.lock().unwrap() = true;
        GATE.1.notify_all();
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
