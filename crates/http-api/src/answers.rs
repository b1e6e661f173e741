//! Answers of history that are kept: for five minutes at most, and no longer than the games in them stay as they are.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderValue;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{HistorySource, League};

/// An answer is kept so long: 5 min.
pub(crate) const KEPT_FOR: TimeDelta = TimeDelta::minutes(5);

/// Bytes of answers that are kept together: 4 MiB. The oldest make room.
const MAX_BYTES: usize = 4 << 20;

/// An answer that takes more than this is not kept: 512 KiB.
const MAX_ANSWER: usize = 512 << 10;

/// The games that an answer may hold: those of a league and of the season that begins in a year; none for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) league: Option<League>,
    pub(crate) begins: Option<i32>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) source: HistorySource,
    pub(crate) json: Bytes,
    /// The header that names other pages.
    pub(crate) link: Option<HeaderValue>,
}

/// Answers by the address that they were given for.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<String, Entry>,
    /// Addresses, the oldest first.
    order: VecDeque<String>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    body: Body,
    scope: Scope,
    revision: u64,
    made: DateTime<Utc>,
}

impl Answers {
    /// The answer for an address, if it still is what would be answered now. `revision` tells that of a scope.
    pub(crate) fn get(
        &self,
        address: &str,
        now: DateTime<Utc>,
        revision: impl FnOnce(Scope) -> u64,
    ) -> Option<Body> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.answers.get(address)?;
        let age = now - entry.made;
        if (TimeDelta::zero()..KEPT_FOR).contains(&age) && entry.revision == revision(entry.scope) {
            return Some(entry.body.clone());
        }
        kept.forget(address);
        None
    }

    /// Keeps an answer made of what had this revision, or more.
    pub(crate) fn put(&self, address: &str, now: DateTime<Utc>, scope: Scope, revision: u64, body: &Body) {
        let size = size(address, body);
        if size > MAX_ANSWER {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(address);
        while kept.bytes + size > MAX_BYTES {
            let Some(oldest) = kept.order.front().cloned() else { break };
            kept.forget(&oldest);
        }
        kept.bytes += size;
        kept.order.push_back(address.to_owned());
        let entry = Entry { body: body.clone(), scope, revision, made: now };
        kept.answers.insert(address.to_owned(), entry);
    }
}

impl Kept {
    fn forget(&mut self, address: &str) {
        if let Some(entry) = self.answers.remove(address) {
            self.bytes -= size(address, &entry.body);
            self.order.retain(|kept| kept != address);
        }
    }
}

/// What an answer takes, its bookkeeping estimated.
fn size(address: &str, body: &Body) -> usize {
    const BOOKKEEPING: usize = 256;
    2 * address.len() + body.json.len() + body.link.as_ref().map_or(0, HeaderValue::len) + BOOKKEEPING
}
