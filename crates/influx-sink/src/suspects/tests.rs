//! When refused lines are believed to be at fault.

use outbox::EntryId;

use super::*;

fn line(id: i64, reason: &str) -> Vec<Rejection> {
    vec![Rejection { id: EntryId(id), reason: reason.into(), server: String::new() }]
}

fn ids(lines: &[Rejection]) -> Vec<i64> {
    lines.iter().map(|line| line.id.0).collect()
}

#[test]
fn three_for_one_reason_are_too_many() {
    let mut suspects = Suspects::default();
    for id in 1..=2 {
        assert_eq!(suspects.refused(DataRefusal::Malformed, line(id, "no")), Ok(vec![]));
    }
    let reason = suspects.refused(DataRefusal::TooLarge, line(3, "no")).unwrap_err();
    assert!(reason.ends_with("rather than the data: no"), "{reason}");
}

#[test]
fn two_are_set_aside_at_the_end() {
    let mut suspects = Suspects::default();
    for id in 1..=2 {
        assert_eq!(suspects.refused(DataRefusal::Malformed, line(id, "no")), Ok(vec![]));
    }
    assert_eq!(ids(&suspects.release()), [1, 2]);
    assert_eq!(suspects.release(), []);
}

#[test]
fn a_second_reason_a_line_taken_or_a_matter_of_data_convinces() {
    let mut suspects = Suspects::default();
    suspects.refused(DataRefusal::Malformed, line(1, "no")).unwrap();
    assert_eq!(ids(&suspects.refused(DataRefusal::Malformed, line(2, "never")).unwrap()), [1, 2]);
    assert_eq!(ids(&suspects.refused(DataRefusal::Malformed, line(3, "never")).unwrap()), [3]);

    let mut suspects = Suspects::default();
    suspects.line_taken();
    assert_eq!(ids(&suspects.refused(DataRefusal::Malformed, line(1, "no")).unwrap()), [1]);

    for kind in [DataRefusal::TypeConflict, DataRefusal::BeyondRetention] {
        let lines = (1..9).flat_map(|id| line(id, "no")).collect();
        assert_eq!(Suspects::default().refused(kind, lines).unwrap().len(), 8);
    }
}
