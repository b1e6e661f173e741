//! Ids are acknowledged in runs.

use outbox::EntryId;

use super::runs;

#[test]
fn consecutive_ids_are_one_run() {
    let ids = [7, 3, 4, 5, 4, i64::MAX, 9].map(EntryId);
    assert_eq!(runs(&ids, 9), [(3, 5), (7, 7), (9, 9), (i64::MAX, i64::MAX)]);
    assert!(runs(&[], 9).is_empty());
}

#[test]
fn a_long_run_is_cut() {
    let ids = [1, 2, 3, 4, 5, 9].map(EntryId);
    assert_eq!(runs(&ids, 2), [(1, 2), (3, 4), (5, 5), (9, 9)]);
}
