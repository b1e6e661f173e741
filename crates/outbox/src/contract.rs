//! What every [`Outbox`] must do. Run these checks on each implementation, the real and the fake.

use bytes::Bytes;

use crate::{EntryId, Outbox, Rejection, Totals};

/// Checks an empty outbox, into which `queue` puts entries, against the contract.
///
/// # Panics
/// Where the outbox breaks the contract.
pub async fn check<O: Outbox>(outbox: &O, mut queue: impl AsyncFnMut(&O, Vec<Bytes>)) {
    let lines = |range: std::ops::Range<u32>| range.map(|n| Bytes::from(format!("line {n}"))).collect();
    assert_eq!(*outbox.totals().borrow(), Totals::default(), "a new outbox is empty");
    queue(outbox, lines(0..5)).await;

    let first = outbox.peek(EntryId::START, 3).await.expect("peek");
    assert_eq!(
        first.iter().map(|entry| &entry.bytes[..]).collect::<Vec<_>>(),
        [b"line 0", b"line 1", b"line 2"]
    );
    assert_eq!(outbox.peek(EntryId::START, 3).await.expect("peek"), first, "peeking changes nothing");
    let rest = outbox.peek(first[2].id, 10).await.expect("peek");
    assert_eq!(rest.len(), 2, "peeking goes on after an entry");
    assert!(first.iter().chain(&rest).map(|entry| entry.id).is_sorted(), "ids grow");

    let totals = outbox.totals();
    outbox.acknowledge(&[first[0].id, first[0].id, first[2].id]).await.expect("acknowledge");
    let after = *totals.borrow();
    assert_eq!((after.accepted, after.delivered, after.pending, after.set_aside), (5, 2, 3, 0));
    assert_eq!(after.delivered_bytes, 12);
    let left = outbox.peek(EntryId::START, 10).await.expect("peek");
    assert_eq!(left[0], first[1], "what was not acknowledged stays, at its place");

    let reason = |id| Rejection { id, reason: "field type conflict".into(), server: "test".into() };
    outbox.set_aside(&[reason(first[1].id), reason(first[0].id)]).await.expect("set aside");
    let after = *totals.borrow();
    assert_eq!((after.accepted, after.delivered, after.pending, after.set_aside), (5, 2, 2, 1));

    outbox.acknowledge(&[rest[0].id, rest[1].id]).await.expect("acknowledge");
    queue(outbox, lines(5..6)).await;
    let last = outbox.peek(EntryId::START, 10).await.expect("peek");
    assert_eq!(last.len(), 1);
    assert!(last[0].id > rest[1].id, "ids are never used twice");
    assert_eq!(totals.borrow().newest, last[0].id);
}
