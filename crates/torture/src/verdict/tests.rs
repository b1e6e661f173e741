//! Every way in which a point can be missing, doubled or wrong.

use proptest::prelude::*;

use super::*;
use crate::point::Fields;

fn point(time: i64, score: i64) -> Point {
    Point { series: "nfl_scores,game_id=1".into(), time, fields: Fields::from([("s".into(), score.into())]) }
}

fn counts(accepted: &[Point], server: &[Point], dead: &[Point]) -> [u64; 4] {
    Verdict::of(accepted, server, dead).all().map(|(_, findings)| findings.count)
}

#[test]
fn each_way_to_be_wrong_is_told_apart() {
    let both = [point(1, 0), point(2, 7)];
    let (first, second) = both.split_at(1);
    let other = [point(2, 8)];
    assert_eq!(counts(&both, &both, &[]), [0, 0, 0, 0]);
    assert_eq!(counts(&both, first, second), [0, 0, 0, 0]);
    assert_eq!(counts(&both, first, &[]), [1, 0, 0, 0], "lost");
    assert_eq!(counts(&both, &both, second), [0, 1, 0, 0], "in the server and in the letters");
    assert_eq!(counts(&both, first, &[second, second].concat()), [0, 1, 0, 0], "set aside twice");
    assert_eq!(counts(&[first, first].concat(), first, &[]), [0, 1, 0, 0], "one key for two");
    assert_eq!(counts(&both, &[first, &other].concat(), &[]), [0, 0, 1, 0], "changed in the server");
    assert_eq!(counts(&both, first, &other), [0, 0, 1, 0], "changed in the letters");
    assert_eq!(counts(first, &both, &[]), [0, 0, 0, 1], "foreign in the server");
    let observed = |time| {
        let fields = Fields::from([("observed_at".into(), 5.into())]);
        Point { fields, ..point(time, 0) }
    };
    assert_eq!(counts(&[observed(5)], &[observed(5), observed(6)], &[]), [0, 1, 0, 0], "under two keys");
    assert_eq!(counts(first, first, second), [0, 0, 0, 1], "foreign in the letters");
}

#[test]
fn the_first_findings_are_told() {
    let accepted: Vec<Point> = (0..50).map(|time| point(time, 0)).collect();
    let lost = Verdict::of(&accepted, &[], &[]).lost;
    assert_eq!((lost.count, lost.first.len()), (50, TOLD));
    assert!(lost.first[0].starts_with("nfl_scores,game_id=1 "), "{}", lost.first[0]);
}

proptest! {
    /// Whatever is taken away from the server is lost, and nothing else is found.
    #[test]
    fn what_is_missing_is_counted(kept in proptest::collection::vec(any::<bool>(), 0..200)) {
        let accepted: Vec<Point> = (0..).zip(&kept).map(|(time, _)| point(time, time)).collect();
        let server: Vec<Point> =
            accepted.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(point, _)| point.clone()).collect();
        let lost = (accepted.len() - server.len()) as u64;
        prop_assert_eq!(counts(&accepted, &server, &[]), [lost, 0, 0, 0]);
    }
}
