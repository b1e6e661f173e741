//! What the games do.

use std::collections::BTreeSet;

use super::*;

fn leagues() -> Vec<League> {
    ["nfl", "nhl"].iter().map(|name| name.parse().expect("a league")).collect()
}

fn world(seed: u64) -> World {
    World::new(seed, &leagues(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000))
}

#[test]
fn the_same_seed_plays_the_same_games() {
    let (mut one, mut same, mut other) = (world(1), world(1), world(2));
    for _ in 0..60 {
        assert_eq!(one.boards(), same.boards());
        assert_ne!(one.boards(), other.boards());
        one.step();
        same.step();
        other.step();
    }
}

#[test]
fn every_step_changes_every_scoreboard() {
    let mut world = world(3);
    for _ in 0..60 {
        let before = world.boards();
        world.step();
        for ((league, before), (_, now)) in before.iter().zip(world.boards()) {
            assert_ne!(*before, now, "{}", league.key);
        }
    }
}

#[test]
fn games_begin_are_delayed_end_and_make_room_under_new_ids() {
    let mut world = world(4);
    let mut statuses = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for _ in 0..100 {
        for (_, board) in world.boards() {
            let events = board["events"].as_array().expect("events");
            assert_eq!(events.len(), GAMES + 1);
            let distinct: BTreeSet<_> = events.iter().map(|event| event["id"].to_string()).collect();
            assert_eq!(distinct.len(), events.len());
            ids.extend(distinct);
            statuses.extend(events.iter().map(|event| {
                event["competitions"][0]["status"]["type"]["name"].as_str().expect("a name").to_owned()
            }));
        }
        for _ in 0..20 {
            world.step();
        }
    }
    for status in ["SCHEDULED", "IN_PROGRESS", "RAIN_DELAY", "FINAL", "POSTPONED", "CANCELED"] {
        assert!(statuses.contains(&format!("STATUS_{status}")), "{status}: {statuses:?}");
    }
    assert!(ids.len() > 5 * GAMES, "{}", ids.len());
}
