//! Bounds, and what is said when they are reached.

use super::{Room, disk_free};
use crate::counters::Counters;

fn room(disk_free: Option<u64>) -> Room {
    Room { on: true, outbox_max_bytes: 1000, disk_free_min_bytes: 500, disk_free, reusable: 0 }
}

#[test]
fn the_outbox_is_filled_to_its_last_byte_by_what_is_observed() {
    let room = room(Some(500));
    assert!(room.takes(0, &[0; 1000]));
    assert!(room.takes(990, &[0; 10]));
    assert!(!room.takes(991, &[0; 10]));
    assert!(!room.takes(u64::MAX, &[0; 10]));
}

#[test]
fn a_quarter_is_left_to_what_is_observed_while_a_backlog_is_queued() {
    let room = room(Some(500));
    assert!(room.takes_backlog(749));
    assert!(!room.takes_backlog(750));
    let none = Room { outbox_max_bytes: 0, ..room };
    assert!(none.takes_backlog(0), "an outbox that is too small for any line passes one at a time");
    assert!(!Room { on: false, ..room }.takes_backlog(0));
}

#[test]
fn a_disk_below_its_floor_takes_nothing() {
    assert!(!room(Some(499)).takes(0, &[]));
    assert!(!room(Some(499)).takes_backlog(0));
    let drained = Room { reusable: 1, ..room(Some(499)) };
    assert!(drained.takes(0, &[]) && drained.takes_backlog(0), "what has drained left room in the file");
    assert!(room(None).takes(0, &[]), "a disk that does not say counts as large enough");
    assert!(disk_free(&std::env::temp_dir()).is_some_and(|free| free > 0));
    assert_eq!(disk_free("/nowhere/at/all".as_ref()), None);
}

#[test]
fn each_bound_says_what_to_do() {
    let counters = |deferred| Counters { deferred, pending_bytes: 990, ..Counters::default() };
    let said = |room: Room, deferred| room.reasons(&counters(deferred));
    assert!(said(room(Some(500)), 0).is_empty());
    let full = said(room(Some(500)), 2);
    assert!(full[0].starts_with("2 points are deferred") && full[0].contains("OUTBOX_MAX_BYTES allows 1000"));
    let low = said(room(Some(499)), 1);
    assert!(low[0].starts_with("499 bytes are free") && low[0].contains("1 point is deferred"), "{low:?}");
    assert!(said(room(Some(499)), 0)[0].contains("new points are deferred"));
    let off = Room { on: false, ..room(Some(499)) };
    assert!(said(off, 0).is_empty());
    assert!(said(off, 3)[0].contains("once InfluxDB is switched on again"));
}
