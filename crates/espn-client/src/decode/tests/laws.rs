//! Laws that hold for every damage done to a scoreboard.

use espn_sim::shape::{event, scoreboard};
use game_model::{Game, Slate};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::super::decode;
use super::{league, read};

/// Three games, of which damage is done to the second.
fn three_games() -> Value {
    scoreboard(league("nhl"))
        .event(event("1").home("BOS", 2).away("TOR", 1).status("STATUS_IN_PROGRESS").period(2).clock("9:03"))
        .event(
            event("2").home("SEA", 3).away("VGK", 2).status("STATUS_FINAL").period(4).records("5-2-1", "3-4"),
        )
        .event(event("3").home("DET", 0).away("OTT", 0).venue("Little Caesars Arena"))
        .calendar_week(2, 5, "2025-10-01T08:00Z", "2025-10-08T07:59Z")
        .to_json()
}

/// The places of all values below, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

fn places_below(board: &Value, pointer: &str) -> Vec<String> {
    let mut found = Vec::new();
    places(board.pointer(pointer).unwrap(), pointer, &mut found);
    found
}

fn remove(board: &mut Value, place: &str) {
    let (parent, key) = place.rsplit_once('/').unwrap();
    match board.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(key)),
        Some(Value::Array(list)) => drop(list.remove(key.parse().unwrap())),
        _ => unreachable!("{place}"),
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<u64>().prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        any::<String>().prop_map(|value| json!(value)),
        Just(json!("")),
    ];
    scalar.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!(list)),
            prop::collection::hash_map("id|date|type|number|name", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn ids(games: &[Game]) -> Vec<&str> {
    games.iter().map(|game| game.id.0.as_str()).collect()
}

/// Whatever became of the second event: the others are as before, and it is a game or a problem.
fn others_are_untouched(damaged: &Value) -> Result<(), TestCaseError> {
    let whole = read("nhl", &three_games());
    let decoded = read("nhl", damaged);
    for game in [&whole.games[0], &whole.games[2]] {
        prop_assert!(decoded.games.contains(game), "{:?}", decoded.problems);
    }
    prop_assert_eq!(
        decoded.games.len() + decoded.problems.len(),
        damaged["events"].as_array().unwrap().len()
    );
    Ok(())
}

proptest! {
    #[test]
    fn a_value_of_another_type_harms_no_other_event(place: Index, value in anything()) {
        let mut board = three_games();
        let places = places_below(&board, "/events/1");
        *board.pointer_mut(&place.get(&places)[..]).unwrap() = value;
        others_are_untouched(&board)?;
    }

    #[test]
    fn a_value_that_is_gone_harms_no_other_event(place: Index) {
        let mut board = three_games();
        let places = places_below(&board, "/events/1");
        remove(&mut board, &place.get(&places)[..]);
        others_are_untouched(&board)?;
    }

    #[test]
    fn a_key_given_twice_harms_no_other_event(place: Index) {
        let board = three_games();
        let second = board["events"][1].to_string();
        let opens: Vec<usize> =
            second.match_indices('{').map(|(at, _)| at).filter(|at| !second[*at..].starts_with("{}")).collect();
        let at = *place.get(&opens);
        let key: String = second[at + 1..].chars().take_while(|c| *c != ':').collect();
        let mut twice = second.clone();
        twice.insert_str(at + 1, &format!("{key}:null,"));
        let body = board.to_string().replace(&second, &twice);
        let decoded = decode(league("nhl"), Slate::Current, body.as_bytes()).unwrap();
        let found = ids(&decoded.games);
        prop_assert!(found == ["1", "2", "3"] || found == ["1", "3"] && decoded.problems.len() == 1, "{found:?}");
    }

    #[test]
    fn the_frame_costs_no_game(place: Index, value in anything()) {
        let mut board = three_games();
        let mut places: Vec<String> = Vec::new();
        for part in ["/leagues", "/season", "/day"] {
            places.extend(places_below(&board, part));
        }
        *board.pointer_mut(&place.get(&places)[..]).unwrap() = value;
        let games = read("nhl", &board).games;
        prop_assert_eq!(ids(&games), ["1", "2", "3"]);
    }

    #[test]
    fn changed_bytes_never_panic(changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8)) {
        let mut body = three_games().to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Ok(decoded) = decode(league("nhl"), Slate::Current, &body) {
            prop_assert!(decoded.games.len() + decoded.problems.len() <= 4);
        }
    }

    /// Inside the texts of one event any byte may be wrong: the others stay.
    #[test]
    fn a_changed_byte_in_a_text_harms_no_other_event(at: Index, byte: u8) {
        prop_assume!(!matches!(byte, b'"' | b'\\' | 0..=0x1f));
        let board = three_games();
        let whole = read("nhl", &board);
        let body = board.to_string();
        let texts: Vec<usize> = ["Golden", "STATUS_FINAL", "5-2-1", "Seattle"]
            .into_iter()
            .filter_map(|text| Some(body.find(text)?..body.find(text)? + text.len()))
            .flatten()
            .collect();
        let mut body = body.into_bytes();
        body[*at.get(&texts)] = byte;
        let decoded = decode(league("nhl"), Slate::Current, &body).unwrap();
        prop_assert!(decoded.games.contains(&whole.games[0]) && decoded.games.contains(&whole.games[2]));
        prop_assert_eq!(decoded.games.len() + decoded.problems.len(), 3);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(body: Vec<u8>) {
        prop_assert!(decode(league("nfl"), Slate::Current, &body).is_err());
    }

    #[test]
    fn any_event_is_a_game_or_a_problem(events in prop::collection::vec(anything(), 0..6)) {
        let decoded = read("nfl", &json!({ "events": events }));
        prop_assert_eq!(decoded.games.len() + decoded.problems.len(), events.len());
        prop_assert!(decoded.problems.iter().all(|problem| problem.position < events.len()));
    }
}
