//! A ledger read from tables as the service makes them.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

/// The tables as the service makes them.
const TABLES: &str = concat!(
    include_str!("../../../store/migrations/0001_begin.sql"),
    include_str!("../../../store/migrations/0002_bounded.sql"),
    "PRAGMA user_version = 2;"
);

/// One game with four observations: written, refused, waiting, deferred.
const ROWS: &str = r#"
INSERT INTO series VALUES (1, 1, 'live', 'quarter', 'nfl_scores,game_id=1,home_team=Maple\ Leafs');
INSERT INTO venues VALUES (1, 'The "Old" Arena');
INSERT INTO observations VALUES (1, 1, 1, 10, 10, 0, 0, NULL, '', NULL, 0),
    (2, 1, 1, 20, 20, 0, 7, '1', '9:00', 1, 0), (3, 1, 1, 30, 30, 3, 7, '1', '8:00', 1, 0),
    (4, 1, 1, 40, 40, 3, 7, '1', '7:00', 1, 1);
INSERT INTO dead_letters VALUES (2, 2, CAST('nfl_scores,game_id=1 home_score=7i 20' AS BLOB), 'too old', 'x', 40);
INSERT INTO outbox VALUES (3, 3, CAST('nfl_scores,game_id=1 home_score=7i 30' AS BLOB));
UPDATE counters SET accepted = 4, delivered = 1, set_aside = 1, deferred = 1, observations = 4,
    pending_bytes = 37;
"#;

fn folder(sql: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Connection::open(folder.path().join(DATABASE)).expect("a database");
    db.execute_batch(sql).expect("tables");
    let path = folder.path().to_owned();
    (folder, path)
}

fn ledger(more: &str) -> (TempDir, Ledger) {
    let (folder, path) = folder(&format!("{TABLES}{ROWS}{more}"));
    (folder, Ledger::open(&path).expect("opened").expect("tables"))
}

#[test]
fn observations_and_lines_are_read_as_points() {
    let (_folder, ledger) = ledger("");
    let observed = ledger.observed().expect("points");
    assert_eq!(observed.len(), 4);
    assert_eq!(observed[1].key(), ("nfl_scores,game_id=1,home_team=Maple Leafs", 20));
    let line = r#"a away_score=0i,home_score=7i,observed_at=20i,quarter="1",time_remaining="9:00",venue="The \"Old\" Arena" 20"#;
    assert_eq!(observed[1].fields, Point::parse(line).expect("a line").fields);
    let line = r#"a away_score=0i,home_score=0i,observed_at=10i,time_remaining="" 10"#;
    assert_eq!(observed[0].fields, Point::parse(line).expect("a line").fields);
    assert_eq!(ledger.dead_letters().expect("letters")[0].time, 20);
    assert_eq!(ledger.reasons().expect("reasons"), [("too old".to_owned(), 1)]);
    ledger.check_integrity().expect("a sound database");
}

#[test]
fn counters_have_to_agree_with_what_they_count() {
    let totals = ledger("").1.totals().expect("they agree");
    let wanted =
        Totals { accepted: 4, written: 1, pending: 2, deferred: 1, dead_lettered: 1, observations: 4 };
    assert_eq!(totals, wanted);
    totals.check(&Totals::default()).expect("they add up");
    for (wrong, what) in [
        ("UPDATE counters SET set_aside = 2", "dead letters: the counter says 2, the table has 1"),
        ("DELETE FROM observations WHERE id = 1", "observations"),
        ("UPDATE observations SET deferred = 0", "deferred: the counter says 1, the table has 0"),
        ("UPDATE counters SET pending_bytes = 36", "bytes"),
    ] {
        let error = ledger(wrong).1.totals().expect_err(wrong).to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn totals_that_do_not_add_up_or_go_back_are_errors() {
    let now = Totals { accepted: 9, written: 5, pending: 3, deferred: 0, dead_lettered: 1, observations: 9 };
    for wrong in [Totals { pending: 2, ..now }, Totals { accepted: 10, ..now }, Totals { written: 6, ..now }]
    {
        assert!(wrong.check(&Totals::default()).is_err(), "{wrong:?}");
    }
    now.check(&now).expect("nothing changed");
    for before in [
        Totals { accepted: 10, pending: 4, ..now },
        Totals { written: 6, pending: 2, ..now },
        Totals { dead_lettered: 2, pending: 2, ..now },
    ] {
        assert!(now.check(&before).is_err(), "{before:?}");
    }
}

#[test]
fn a_service_that_came_to_nothing_has_no_ledger() {
    let folder_without = tempfile::tempdir().expect("a folder");
    assert!(Ledger::open(folder_without.path()).expect("nothing there").is_none());
    for begun in ["PRAGMA user_version = 0", include_str!("../../../store/migrations/0001_begin.sql")] {
        let (_folder, path) = folder(begun);
        assert!(Ledger::open(&path).expect("not all tables").is_none());
    }
}
