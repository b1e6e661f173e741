//! What topics are to retain, what was sent to them, and what may still lie on the broker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;

use crate::topics::Leaf;

/// In which order topics are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Announcements of devices.
    Config,
    /// What is told of a team.
    Of(Leaf),
    /// Whether the service is there: last, so that what it vouches for is there.
    Availability,
}

impl Rank {
    /// The rank of a topic that tells something of a team.
    pub fn of_topic(topic: &str) -> Self {
        let leaf = topic.rsplit('/').next().unwrap_or_default();
        Self::Of(Leaf::ALL.into_iter().find(|known| known.as_str() == leaf).unwrap_or(Leaf::State))
    }
}

/// A topic that retains something, with its place in the order of sending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub rank: Rank,
    pub topic: Arc<str>,
}

/// What topics are to retain, what was sent to them over this connection, and what may still lie on the broker.
#[derive(Debug, Default)]
pub(crate) struct Retained {
    wanted: BTreeMap<Place, Bytes>,
    sent: BTreeMap<Place, Bytes>,
    held: BTreeSet<Place>,
}

impl Retained {
    /// This and no more is to be retained.
    pub fn want(&mut self, wanted: BTreeMap<Place, Bytes>) {
        self.wanted = wanted;
    }

    /// The topic may retain something of ours, of this process or one before it.
    pub fn may_hold(&mut self, place: Place) {
        self.held.insert(place);
    }

    /// What is to be sent next; an empty payload takes back.
    pub fn next(&self) -> Option<(Place, Bytes)> {
        let changed = self.wanted.iter().find(|(place, payload)| self.sent.get(*place) != Some(*payload));
        if let Some((place, payload)) = changed {
            return Some((place.clone(), payload.clone()));
        }
        let is_gone = |place: &Place| self.sent.get(place).is_some_and(Bytes::is_empty);
        let left = self.held.iter().find(|place| !self.wanted.contains_key(*place) && !is_gone(place));
        left.map(|place| (place.clone(), Bytes::new()))
    }

    /// It was sent.
    pub fn was_sent(&mut self, place: Place, payload: Bytes) {
        if !payload.is_empty() {
            self.held.insert(place.clone());
        }
        self.sent.insert(place, payload);
    }

    /// The broker took what was sent last.
    pub fn was_taken(&mut self, place: &Place) {
        if self.sent.get(place).is_some_and(Bytes::is_empty) {
            self.sent.remove(place);
            self.held.remove(place);
        }
    }

    /// What was sent to topics of this rank does not count: somebody else wrote there.
    pub fn forget(&mut self, rank: Rank) {
        self.sent.retain(|place, _| place.rank != rank);
    }

    /// Nothing that was sent counts: everything is to be sent again.
    pub fn forget_sent(&mut self) {
        self.sent.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(rank: Rank, topic: &str) -> Place {
        Place { rank, topic: topic.into() }
    }

    /// Sends everything, and tells what.
    fn send(retained: &mut Retained) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        while let Some((place, payload)) = retained.next() {
            sent.push((place.topic.to_string(), String::from_utf8_lossy(&payload).into_owned()));
            retained.was_sent(place.clone(), payload);
            retained.was_taken(&place);
        }
        sent
    }

    fn wanted(values: &[(Rank, &str, &'static str)]) -> BTreeMap<Place, Bytes> {
        values
            .iter()
            .map(|&(rank, topic, value)| (place(rank, topic), Bytes::from_static(value.as_bytes())))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|&(topic, payload)| (topic.to_owned(), payload.to_owned())).collect()
    }

    #[test]
    fn what_did_not_change_is_sent_once_and_in_order() {
        let mut retained = Retained::default();
        let (state, attributes) = (Rank::Of(Leaf::State), Rank::Of(Leaf::Attributes));
        retained.want(wanted(&[
            (Rank::Availability, "a", "online"),
            (state, "s", "PRE"),
            (attributes, "t", "{}"),
            (Rank::Config, "z", "c"),
        ]));
        assert_eq!(send(&mut retained), pairs(&[("z", "c"), ("t", "{}"), ("s", "PRE"), ("a", "online")]));
        retained.want(wanted(&[
            (Rank::Availability, "a", "online"),
            (state, "s", "IN"),
            (attributes, "t", "{}"),
            (Rank::Config, "z", "c"),
        ]));
        assert_eq!(send(&mut retained), pairs(&[("s", "IN")]));
        retained.forget_sent();
        assert_eq!(send(&mut retained).len(), 4, "a broker may have lost everything");
    }

    #[test]
    fn what_is_wanted_no_more_is_taken_back_also_over_another_connection() {
        let mut retained = Retained::default();
        retained.want(wanted(&[(Rank::Config, "c", "x"), (Rank::Of(Leaf::State), "s", "IN")]));
        send(&mut retained);
        retained.want(BTreeMap::new());
        let (place, payload) = retained.next().expect("something to take back");
        assert_eq!((&*place.topic, payload.is_empty()), ("c", true));
        retained.was_sent(place, payload);
        retained.forget_sent();
        assert_eq!(send(&mut retained), pairs(&[("c", ""), ("s", "")]));
        assert_eq!(send(&mut retained), []);
        retained.forget_sent();
        assert_eq!(send(&mut retained), [], "what the broker took back is gone");
    }

    #[test]
    fn what_another_process_left_is_taken_back_unless_it_is_wanted() {
        let mut retained = Retained::default();
        retained.want(wanted(&[(Rank::Config, "mine", "x")]));
        for topic in ["mine", "old"] {
            retained.may_hold(place(Rank::Config, topic));
        }
        assert_eq!(send(&mut retained), pairs(&[("mine", "x"), ("old", "")]));
    }
}
