//! Batches are bounded, and name the lines that were refused.

use super::*;

fn entries<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Entry> {
    let bytes = lines.into_iter().map(|line| Bytes::copy_from_slice(line.as_bytes()));
    (1..).zip(bytes).map(|(id, bytes)| Entry { id: EntryId(id), bytes }).collect()
}

#[test]
fn a_full_answer_means_that_there_may_be_more() {
    assert!(Batch::of(entries(["a", "b"]), 2).more);
    assert!(!Batch::of(entries(["a", "b"]), 3).more);
    let none = Batch::of(Vec::new(), 3);
    assert!(none.entries.is_empty() && !none.more);
}

#[test]
fn the_bound_of_bytes_counts_the_newlines() {
    let half = "x".repeat(MAX_BATCH_BYTES / 2 - 1);
    let fits = Batch::of(entries([&half[..], &half]), 10);
    assert_eq!((fits.entries.len(), fits.more), (2, false));
    let over = Batch::of(entries([&half[..], &half, ""]), 10);
    assert_eq!((over.entries.len(), over.more), (2, true));
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
