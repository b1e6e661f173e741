//! What waits for one webhook, in order, as far as it is held in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use game_model::{Delivery, DeliveryId};

/// Deliveries that are held for a webhook at most. What comes on top waits in the store alone.
const HELD: usize = 64;

/// What is next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// This one.
    Delivery(Delivery),
    /// What the store holds.
    Store,
    /// Nothing, for now.
    Nothing,
}

/// What waits for one webhook.
#[derive(Debug)]
pub(crate) struct Inbox(Mutex<Held>);

#[derive(Debug)]
struct Held {
    queue: VecDeque<Delivery>,
    /// There is more in the store than is held: what comes is left there too, so that the order stays.
    behind: bool,
}

impl Inbox {
    /// An empty one; `behind` where the store may hold more.
    pub fn new(behind: bool) -> Self {
        Self(Mutex::new(Held { queue: VecDeque::new(), behind }))
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something came.
    pub fn put(&self, delivery: Delivery) {
        let mut held = self.lock();
        if held.queue.len() >= HELD {
            held.behind = true;
        } else if !held.behind {
            held.queue.push_back(delivery);
        }
    }

    /// What comes after this one. Whoever is sent to the store reads it then, and says so with [`read`](Self::read).
    pub fn next(&self, after: DeliveryId) -> Next {
        let mut held = self.lock();
        while let Some(delivery) = held.queue.pop_front() {
            if delivery.id > after {
                return Next::Delivery(delivery);
            }
        }
        // From here on what comes is held: the store may have been read already when it does.
        if std::mem::take(&mut held.behind) { Next::Store } else { Next::Nothing }
    }

    /// The store was read. Where it may hold more, what came meanwhile is left to the next look at it.
    pub fn read(&self, more: bool) {
        if more {
            let mut held = self.lock();
            held.behind = true;
            held.queue.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::support::delivery;

    fn ids(inbox: &Inbox, mut after: u64) -> Vec<u64> {
        std::iter::from_fn(|| match inbox.next(DeliveryId(after)) {
            Next::Delivery(delivery) => {
                after = delivery.id.0;
                Some(after)
            }
            _ => None,
        })
        .collect()
    }

    #[test]
    fn what_comes_is_held_in_order_and_once() {
        let inbox = Inbox::new(false);
        (1..=3).for_each(|id| inbox.put(delivery(id)));
        inbox.put(delivery(2));
        assert_eq!(ids(&inbox, 1), [2, 3]);
        assert_eq!(inbox.next(DeliveryId(3)), Next::Nothing);
    }

    #[test]
    fn what_is_too_much_is_read_from_the_store_without_a_gap() {
        let inbox = Inbox::new(false);
        (1..=200).for_each(|id| inbox.put(delivery(id)));
        assert_eq!(ids(&inbox, 0), (1..=64).collect::<Vec<_>>());
        let inbox = Inbox::new(true);
        inbox.put(delivery(1));
        assert_eq!(inbox.next(DeliveryId(0)), Next::Store, "what came before is in the store too");
        inbox.put(delivery(9));
        inbox.read(true);
        inbox.put(delivery(10));
        assert_eq!(inbox.next(DeliveryId(5)), Next::Store, "9 and 10 wait until all before them was read");
        inbox.put(delivery(11));
        inbox.read(false);
        assert_eq!(inbox.next(DeliveryId(10)), Next::Delivery(delivery(11)));
    }
}
