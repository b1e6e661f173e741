//! Scoreboards written by hand in ESPN's shape, and what they become.

mod errors;
mod frame;
mod laws;
mod sides;
mod status;

use espn_sim::shape::{EventShape, event, scoreboard};
use game_model::{Game, League, Slate};
use serde_json::{Value, json};

use super::{Decoded, decode};

fn league(key: &str) -> League {
    key.parse().unwrap()
}

/// A scheduled event of the league, to be bent.
fn saints_at_falcons() -> EventShape {
    event("401437650").home("ATL", 26).away("NO", 24).venue("Mercedes-Benz Stadium").at("2022-09-11T17:00Z")
}

fn board(key: &str, event: EventShape) -> Value {
    scoreboard(league(key)).season(2022, 2).week(1).event(event).to_json()
}

fn read(key: &str, board: &Value) -> Decoded {
    decode(league(key), Slate::Current, board.to_string().as_bytes()).unwrap()
}

/// The only game of a scoreboard.
fn game(key: &str, board: &Value) -> Game {
    let decoded = read(key, board);
    assert_eq!(decoded.problems, []);
    let [game] = <[Game; 1]>::try_from(decoded.games).unwrap();
    game
}

/// Why the only event of a scoreboard is no game.
fn reason(key: &str, board: &Value) -> String {
    let decoded = read(key, board);
    assert_eq!(decoded.games, []);
    let [problem] = &decoded.problems[..] else { panic!("{:?}", decoded.problems) };
    problem.reason.clone()
}

/// The event of the scoreboard `board`, and in it what lies at `pointer`, replaced.
fn with(board: &Value, pointer: &str, value: Value) -> Value {
    let mut board = board.clone();
    *at(&mut board, pointer) = value;
    board
}

fn without(board: &Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut board = board.clone();
    let removed = at(&mut board, parent).as_object_mut().unwrap().remove(key);
    assert!(removed.is_some(), "{pointer} is not there");
    board
}

fn at<'v>(board: &'v mut Value, pointer: &str) -> &'v mut Value {
    board.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there"))
}

const EVENT: &str = "/events/0";
const COMPETITION: &str = "/events/0/competitions/0";
const HOME: &str = "/events/0/competitions/0/competitors/0";

#[test]
fn a_live_game_is_read_whole() {
    let event =
        saints_at_falcons().status("STATUS_IN_PROGRESS").period(4).clock("0:48").records("5-2-1", "3-4");
    let game = game("nfl", &board("nfl", event));
    let expected = json!({
        "id": "401437650", "league": "nfl", "status": "live",
        "season": {"year": 2022, "label": "2022", "phase": "regular"},
        "week": {"number": 1, "label": "1"},
        "start": "2022-09-11T17:00:00Z", "start_text": "2022-09-11T17:00Z", "start_confirmed": true,
        "home": {
            "team": {
                "id": "nfl-atl", "espn_id": "1", "name": "Atlanta Falcons", "nickname": "Falcons",
                "abbreviation": "ATL", "logo": "https://logos.test/ATL.png",
                "colors": game.home.team.colors,
            },
            "score": 26, "record": {"wins": 5, "losses": 2, "ties": 1, "overtime_losses": 0},
        },
        "away": {
            "team": {
                "id": "nfl-no", "espn_id": "18", "name": "New Orleans Saints", "nickname": "Saints",
                "abbreviation": "NO", "logo": "https://logos.test/NO.png",
                "colors": game.away.team.colors,
            },
            "score": 24, "record": {"wins": 3, "losses": 4, "ties": 0, "overtime_losses": 0},
        },
        "clock": {"number": 4, "period": {"regulation": 4}, "display": "0:48"},
        "venue": "Mercedes-Benz Stadium",
    });
    assert_eq!(serde_json::to_value(&game).unwrap(), expected);
}

#[test]
fn the_order_is_espns() {
    let league = league("nhl");
    let board = ["3", "1", "2"].into_iter().fold(scoreboard(league), |board, id| board.event(event(id)));
    let ids: Vec<String> = read("nhl", &board.to_json()).games.into_iter().map(|game| game.id.0).collect();
    assert_eq!(ids, ["3", "1", "2"]);
}

#[test]
fn one_bad_event_loses_no_other() {
    let board = scoreboard(league("nhl"))
        .event(event("1"))
        .raw_event(json!({}))
        .raw_event(json!(null))
        .event(event("1").home("BOS", 1))
        .raw_event(json!({"id": 7, "date": "soon"}))
        .event(event("2"))
        .to_json();
    let decoded = read("nhl", &board);
    let ids: Vec<&str> = decoded.games.iter().map(|game| game.id.0.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    let problems: Vec<String> = decoded.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "event at position 1: id is missing; it must be ESPN's id of the event",
            "event at position 2: the event is not an object; it must be one with an id and a date",
            "event 1: the id is on the scoreboard twice; the first event with it counts",
            "event 7: competitions[0] is missing; it must be an object with two competitors",
        ]
    );
    assert_eq!(decoded.problems[2].position, 3);
}

#[test]
fn the_start_is_a_moment() {
    let board = board("nhl", saints_at_falcons());
    for (text, moment) in [
        ("2022-09-11T17:00Z", Some("2022-09-11T17:00:00Z")),
        ("2022-09-11T17:00:30Z", Some("2022-09-11T17:00:30Z")),
        ("2022-09-11T13:00:00-04:00", Some("2022-09-11T17:00:00Z")),
        ("2022-09-31T17:00Z", None),
        ("+262142-12-31T23:59Z", None),
        ("1066-10-14T09:00Z", None),
        ("TBD", None),
    ] {
        let board = with(&board, "/events/0/date", json!(text));
        let board = without(&board, "/events/0/competitions/0/date");
        let decoded = read("nhl", &board);
        assert_eq!(
            decoded.games.first().map(|game| game.start),
            moment.map(|text| text.parse().unwrap()),
            "{text}"
        );
    }
    let told_below = without(&board, "/events/0/date");
    assert_eq!(game("nhl", &told_below).start_text, "2022-09-11T17:00Z");
    let untold = without(&told_below, "/events/0/competitions/0/date");
    assert_eq!(reason("nhl", &untold), "date is missing; it must be a moment such as \"2022-09-11T17:00Z\"");
}

#[test]
fn a_placeholder_is_no_confirmed_start() {
    let board =
        board("nba", saints_at_falcons().at("2026-10-05T04:00Z").detail("TBD").time_to_be_announced());
    assert!(!game("nba", &board).start_confirmed);
    let unsaid = without(&board, "/events/0/competitions/0/timeValid");
    assert!(game("nba", &unsaid).start_confirmed);
}

#[test]
fn the_venue_may_be_unknown_or_told_above() {
    let board = board("nfl", saints_at_falcons());
    assert_eq!(game("nfl", &board).venue.as_deref(), Some("Mercedes-Benz Stadium"));
    let unknown = without(&board, "/events/0/competitions/0/venue");
    assert_eq!(game("nfl", &unknown).venue, None);
    let empty = with(&board, "/events/0/competitions/0/venue/fullName", json!(" "));
    assert_eq!(game("nfl", &empty).venue, None);
    let mut above = unknown;
    at(&mut above, EVENT)["venue"] = json!({"displayName": "Lambeau Field"});
    assert_eq!(game("nfl", &above).venue.as_deref(), Some("Lambeau Field"));
}
