//! Batches are bounded, and name the lines that were refused.

use super::*;

fn entries<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Entry> {
    let bytes = lines.into_iter().map(|line| Bytes::copy_from_slice(line.as_bytes()));
    (1..).zip(bytes).map(|(id, bytes)| Entry { id: EntryId(id), bytes }).collect()
}

const ALL: EntryId = EntryId(i64::MAX);

#[test]
fn a_full_answer_means_that_there_may_be_more() {
    assert!(Batch::of(entries(["a", "b"]), ALL, 2).more);
    assert!(!Batch::of(entries(["a", "b"]), ALL, 3).more);
    let none = Batch::of(Vec::new(), ALL, 3);
    assert!(none.entries.is_empty() && none.bytes == 0 && !none.more);
}

#[test]
fn what_lies_behind_the_last_one_asked_for_is_not_taken() {
    let of = |through| {
        let batch = Batch::of(entries(["a", "bc", "d"]), EntryId(through), 3);
        (batch.entries.len(), batch.bytes, batch.more)
    };
    assert_eq!([of(0), of(2), of(3), of(4)], [(0, 0, false), (2, 5, false), (3, 7, false), (3, 7, true)]);
    let half = "x".repeat(MAX_BATCH_BYTES / 2);
    let batch = Batch::of(entries([&half[..], &half, "b"]), EntryId(2), 3);
    assert_eq!((batch.entries.len(), batch.more), (1, true), "the second did not fit");
}

#[test]
fn the_bound_of_bytes_counts_the_newlines() {
    let half = "x".repeat(MAX_BATCH_BYTES / 2 - 1);
    let fits = Batch::of(entries([&half[..], &half]), ALL, 10);
    assert_eq!((fits.entries.len(), fits.bytes, fits.more), (2, MAX_BATCH_BYTES, false));
    let over = Batch::of(entries([&half[..], &half, ""]), ALL, 10);
    assert_eq!((over.entries.len(), over.more), (2, true));
    let one = Batch::of(entries([&"x".repeat(MAX_BATCH_BYTES + 1)[..], "y"]), ALL, 10);
    assert_eq!((one.entries.len(), one.bytes, one.more), (1, MAX_BATCH_BYTES + 2, true));
}

#[test]
fn the_body_is_the_lines_as_they_were_queued() {
    assert_eq!(body(&entries(["a"]))[..], b"a"[..]);
    assert_eq!(body(&entries(["a", "b", "c"]))[..], b"a\nb\nc"[..]);
    assert_eq!(ids(&entries(["a", "b"])), [EntryId(1), EntryId(2)]);
}

#[test]
fn blame_needs_numbers_that_can_be_trusted() {
    let told = |line| vec![LineRefusal { line, reason: format!("reason {line}") }];
    let two = entries(["a", "b"]);
    assert_eq!(blamed(&two, "general", &told(2)), Some(BTreeMap::from([(1, "reason 2".into())])));
    assert_eq!(blamed(&two, "general", &[]), None);
    assert_eq!(blamed(&two, "general", &told(0)), None);
    assert_eq!(blamed(&two, "general", &told(3)), None);
    assert_eq!(blamed(&two, "general", &[told(1), told(3)].concat()), None);
    assert_eq!(blamed(&entries(["a", "b\nc"]), "general", &told(1)), None);
    assert_eq!(blamed(&entries(["a", ""]), "general", &told(1)), None);
    assert_eq!(blamed(&two[..1], "general", &[]), Some(BTreeMap::from([(0, "general".into())])));
}
