//! Events that wait for the broker: few, and none that is old.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

/// An event that is older when the broker is there again is not told any more: a light that flashes at the wrong time is
/// worse than none.
pub(crate) const TOO_OLD: TimeDelta = TimeDelta::seconds(60);

/// Events that wait at most.
pub(crate) const WAITING: usize = 512;

/// An event for one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventMessage {
    pub observed_at: DateTime<Utc>,
    pub topic: Arc<str>,
    pub payload: Bytes,
}

/// Events in their order: those that wait, and those that were sent and of which the broker said nothing yet.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<(u64, EventMessage)>,
    sent: BTreeMap<u64, EventMessage>,
    last: u64,
}

impl Queue {
    /// Adds an event, and tells how many had to go for it.
    pub fn push(&mut self, event: EventMessage) -> u64 {
        self.last += 1;
        self.waiting.push_back((self.last, event));
        let too_many = self.waiting.len().saturating_sub(WAITING);
        self.waiting.drain(..too_many);
        too_many as u64
    }

    /// Drops what is too old by now, and tells how many.
    pub fn drop_old(&mut self, now: DateTime<Utc>) -> u64 {
        let before = self.waiting.len();
        self.waiting.retain(|(_, event)| now - event.observed_at <= TOO_OLD);
        (before - self.waiting.len()) as u64
    }

    /// The event to send next, under a number; it counts as sent.
    pub fn send(&mut self) -> Option<(u64, EventMessage)> {
        let (number, event) = self.waiting.pop_front()?;
        self.sent.insert(number, event.clone());
        Some((number, event))
    }

    /// The broker said what it does with an event.
    pub fn settle(&mut self, number: u64) {
        self.sent.remove(&number);
    }

    /// The connection ended: what it was not said of waits again, before the others.
    pub fn unsend(&mut self) {
        for (number, event) in std::mem::take(&mut self.sent).into_iter().rev() {
            self.waiting.push_front((number, event));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: i64) -> EventMessage {
        EventMessage {
            observed_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(n),
            topic: n.to_string().into(),
            payload: Bytes::new(),
        }
    }

    fn topics(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.send()).map(|(_, event)| event.topic.to_string()).collect()
    }

    #[test]
    fn what_the_broker_said_nothing_of_waits_again_before_the_others() {
        let mut queue = Queue::default();
        for n in 0..3 {
            queue.push(event(n));
        }
        let (first, _) = queue.send().unwrap();
        queue.send().unwrap();
        queue.settle(first);
        queue.unsend();
        assert_eq!(topics(&mut queue), ["1", "2"]);
    }

    #[test]
    fn what_is_too_old_or_too_much_goes_and_is_counted() {
        let mut queue = Queue::default();
        queue.push(event(0));
        queue.push(event(1));
        assert_eq!(queue.drop_old(DateTime::UNIX_EPOCH + TimeDelta::seconds(61)), 1);
        assert_eq!(topics(&mut queue), ["1"]);
        let dropped: u64 = (0..i64::try_from(WAITING).unwrap() + 2).map(|n| queue.push(event(n))).sum();
        assert_eq!((dropped, queue.waiting.len()), (2, WAITING));
        assert_eq!(topics(&mut queue)[0], "2", "the oldest go first");
    }
}
