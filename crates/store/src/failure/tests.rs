//! Each failure says what to do.

use std::path::Path;

use rusqlite::{Error, ffi};

use super::{Failure, Fault};

#[test]
fn each_failure_says_what_to_do() {
    for (code, advice, fault) in [
        (ffi::SQLITE_FULL, "is full: make room", Fault::Unknown),
        (ffi::SQLITE_CORRUPT, "restart the service", Fault::Damage),
        (ffi::SQLITE_NOTADB, "restart the service", Fault::Damage),
        (ffi::SQLITE_READONLY, "give the service the right to write it", Fault::Unknown),
        (ffi::SQLITE_BUSY, "end that program", Fault::Locked),
        (ffi::SQLITE_IOERR_FSYNC, "look at the disk", Fault::Unknown),
        (ffi::SQLITE_NOMEM, "the database data/sports.db failed", Fault::Unknown),
    ] {
        let error = Error::SqliteFailure(ffi::Error::new(code), None);
        let failure = Failure::of(Path::new("data/sports.db"), &error);
        assert!(failure.message.contains(advice), "{}", failure.message);
        assert!(failure.message.contains("data/sports.db"), "{}", failure.message);
        assert_eq!(failure.fault, fault, "{}", failure.message);
    }
}

#[test]
fn a_value_that_is_none_of_ours_is_damage() {
    let failure = Failure::of(Path::new("data/sports.db"), &Error::IntegralValueOutOfRange(0, -1));
    assert_eq!(failure.fault, Fault::Damage);
    assert!(failure.message.contains("restart the service"), "{}", failure.message);
}
