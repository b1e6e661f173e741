//! Ids are acknowledged in runs, and long ones in pieces.

use std::cell::Cell;
use std::collections::HashMap;

use game_model::{SystemClock, WallClock};
use outbox::EntryId;
use rusqlite::Connection;

use super::{ACKNOWLEDGED_AT_ONCE, Acknowledge, append, runs};
use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::events::Looks;
use crate::past::Changed;
use crate::room::Room;
use crate::schema::migrate;
use crate::writer::{Batch, Work};

#[test]
fn consecutive_ids_are_one_run() {
    let ids = [7, 3, 4, 5, 4, i64::MAX, 9].map(EntryId);
    assert_eq!(runs(&ids, 9), [(3, 5), (7, 7), (9, 9), (i64::MAX, i64::MAX)]);
    assert!(runs(&[], 9).is_empty());
}

#[test]
fn a_long_run_is_cut() {
    let ids = [1, 2, 3, 4, 5, 9].map(EntryId);
    assert_eq!(runs(&ids, 2), [(1, 2), (3, 4), (5, 5), (9, 9)]);
}

#[test]
fn a_long_acknowledgement_gives_way_before_each_piece() {
    let mut db = Connection::open_in_memory().unwrap();
    migrate(&mut db).unwrap();
    let (config, looks, given) = (StoreConfig::default(), Looks::default(), Cell::new(0));
    let mut batch = Batch {
        db: &db,
        now: SystemClock.now(),
        config: &config,
        room: Room::look(&config, &db),
        counters: Counters::default(),
        oldest: None,
        looks: &looks,
        looked: HashMap::new(),
        last: HashMap::new(),
        rows: HashMap::new(),
        changed: Changed::default(),
        told: Vec::new(),
        listening: None,
        give_way: &|| given.set(given.get() + 1),
    };
    let lines = 2 * ACKNOWLEDGED_AT_ONCE + 1;
    let ids: Vec<_> = (0..lines).map(|_| append(&mut batch, None, b"line").unwrap()).collect();
    Acknowledge(ids).apply(&mut batch).unwrap();
    assert_eq!(given.get(), 3);
    assert_eq!((batch.counters.delivered, batch.counters.pending_bytes), (lines as u64, 0));
    let left: u64 = db.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
