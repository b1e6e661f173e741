//! What the client keeps in mind.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use game_model::{League, Slate, SlateId};

use super::{EspnClient, lock};
use crate::EspnConfig;

fn day(nth: u64) -> Slate {
    Slate::Named(SlateId::Day(NaiveDate::default() + Days::new(nth)))
}

/// Years of days are asked for one after the other.
#[test]
fn scoreboards_that_no_longer_matter_are_forgotten() {
    let client = EspnClient::new(EspnConfig::default()).unwrap();
    let nhl: League = "nhl".parse().unwrap();
    let held = client.board(nhl, day(0));
    for nth in 1..1_000 {
        client.board(nhl, day(nth));
    }
    assert!(lock(&client.boards).len() <= 2, "{} are kept", lock(&client.boards).len());
    assert!(Arc::ptr_eq(&held, &client.board(nhl, day(0))), "one that somebody waits for stays");
}
