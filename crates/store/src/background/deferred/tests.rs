//! How SQLite finds what was deferred.

use rusqlite::Connection;

use super::select_oldest;
use crate::schema::{migrate, set_up_writer};

#[test]
fn deferred_rows_are_found_without_a_walk_through_history() {
    let mut db = Connection::open_in_memory().unwrap();
    set_up_writer(&db).unwrap();
    migrate(&mut db).unwrap();
    let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {}", select_oldest())).unwrap();
    let plan: Vec<String> = plan.raw_query().mapped(|row| row.get(3)).map(Result::unwrap).collect();
    assert!(plan[0].contains("USING INDEX observations_deferred (deferred=?)"), "{plan:?}");
    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
}
