//! Every version of the tables becomes today's.

use rusqlite::Connection;

use super::{APPLICATION_ID, MIGRATIONS, known_version, migrate, version};

fn tables(db: &Connection) -> Vec<String> {
    let mut tables = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_earlier_version_becomes_this_one() {
    let mut newest = Connection::open_in_memory().unwrap();
    migrate(&mut newest).unwrap();
    for earlier in 0..=MIGRATIONS.len() {
        let mut db = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..earlier] {
            db.execute_batch(migration).unwrap();
        }
        db.pragma_update(None, "user_version", i32::try_from(earlier).unwrap()).unwrap();
        migrate(&mut db).unwrap();
        assert_eq!(version(&db).unwrap(), known_version());
        assert_eq!(tables(&db), tables(&newest), "from version {earlier}");
    }
    let owner: i32 = newest.pragma_query_value(None, "application_id", |row| row.get(0)).unwrap();
    assert_eq!(owner, APPLICATION_ID);
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE preferences (taken TEXT)").unwrap();
    assert!(migrate(&mut db).is_err());
    assert_eq!(version(&db).unwrap(), 0);
    assert_eq!(tables(&db), ["CREATE TABLE preferences (taken TEXT)"]);
}
