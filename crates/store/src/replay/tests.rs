//! How SQLite finds the rows of a page.

use rusqlite::Connection;

use super::select_page;
use crate::schema::{migrate, set_up_writer};

#[test]
fn pages_walk_the_ids() {
    let mut db = Connection::open_in_memory().unwrap();
    set_up_writer(&db).unwrap();
    migrate(&mut db).unwrap();
    let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {}", select_page())).unwrap();
    let plan: Vec<String> = plan.raw_query().mapped(|row| row.get(3)).map(Result::unwrap).collect();
    assert!(plan[0].starts_with("SEARCH o USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"), "{plan:?}");
    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER")), "{plan:?}");
}
