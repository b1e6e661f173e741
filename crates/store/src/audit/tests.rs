//! Each counter is compared with what it counts.

use rusqlite::Connection;

use super::differences;
use crate::schema::migrate;

fn differing(change: &str) -> Vec<String> {
    let mut db = Connection::open_in_memory().unwrap();
    migrate(&mut db).unwrap();
    // 7 accepted: 2 delivered, 1 in the outbox, 2 deferred, 2 set aside, one of these discarded.
    db.execute_batch(
        "INSERT INTO outbox (line) VALUES (x'616263');
         INSERT INTO dead_letters VALUES (9, NULL, x'61', 'reason', 'server', 0);
         INSERT INTO observations (game, series, observed_at, timestamp, away_score, home_score, time_remaining,
                                   deferred)
         VALUES (1, 1, 1, 1, 0, 0, '', 1), (1, 1, 2, 2, 0, 0, '', 1), (1, 1, 3, 3, 0, 0, '', 0);
         UPDATE counters SET accepted = 7, delivered = 2, set_aside = 2, pending_bytes = 3, observations = 3,
                             deferred = 2, discarded = 1",
    )
    .unwrap();
    db.execute_batch(change).unwrap();
    differences(&mut db).unwrap()
}

#[test]
fn books_that_balance_say_nothing() {
    assert!(differing("").is_empty());
}

#[test]
fn each_difference_is_said_with_both_figures() {
    for (change, said) in [
        ("UPDATE counters SET accepted = 8", vec!["8 points accepted"]),
        ("UPDATE counters SET delivered = 3", vec!["7 points accepted"]),
        ("UPDATE counters SET pending_bytes = 4", vec!["4 bytes that wait and holds 3"]),
        ("UPDATE counters SET deferred = 1", vec!["1 deferred points and holds 2"]),
        ("UPDATE counters SET discarded = 0", vec!["2 points set aside and holds 1"]),
        ("UPDATE counters SET observations = 4", vec!["4 observations and holds 3"]),
        ("DELETE FROM outbox", vec!["7 points accepted and holds 6", "3 bytes that wait and holds 0"]),
        ("DELETE FROM dead_letters", vec!["2 points set aside and holds 1"]),
    ] {
        let found = differing(change);
        assert_eq!(found.len(), said.len(), "{change}: {found:?}");
        assert!(found.iter().zip(&said).all(|(found, said)| found.contains(said)), "{change}: {found:?}");
    }
}
