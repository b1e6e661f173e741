//! Real scoreboards, where they are at hand: every one decodes, and no game is lost.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use espn_client::{Decoded, decode};
use game_model::{Game, GameStatus, League, Period, Record, Slate, SlateId};
use serde_json::Value;

/// A captured scoreboard.
struct Capture {
    name: String,
    league: League,
    body: Vec<u8>,
}

impl Capture {
    fn decode(&self) -> Decoded {
        decode(self.league, Slate::Current, &self.body)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// The captures of the folder `captures/espn` below `$SPORTS_DATA_SHARED`; none where it is not there.
fn captures() -> HashMap<String, Capture> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("SPORTS_DATA_SHARED").unwrap_or_else(|| "../shared".into());
    let folder = workspace.join(shared).join("captures/espn");
    let Ok(index) = std::fs::read_to_string(folder.join("INDEX.tsv")) else {
        println!(
            "skipped: there are no captures in {}; SPORTS_DATA_SHARED names the folder",
            folder.display()
        );
        return HashMap::new();
    };
    let capture = |line: &str| {
        let mut columns = line.split('\t');
        let (name, league) = (columns.next().unwrap().to_owned(), columns.next().unwrap());
        let league = League::all().find(|row| row.code == league || row.name == league).unwrap();
        let file = std::fs::File::open(folder.join(&name)).unwrap();
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(file).read_to_end(&mut body).unwrap();
        (name.clone(), Capture { name, league, body })
    };
    index.lines().skip(1).map(capture).collect()
}

/// The ids of the events that have two teams, and the number of all events.
fn events(body: &[u8]) -> (Vec<String>, usize) {
    let board: Value = serde_json::from_slice(body).unwrap();
    let events = board["events"].as_array().unwrap();
    let has_two_teams = |event: &&Value| {
        let competitors = event["competitions"][0]["competitors"].as_array();
        competitors.is_some_and(|both| both.len() == 2 && both.iter().all(|one| one["team"].is_object()))
    };
    let ids = events.iter().filter(has_two_teams).map(|event| event["id"].as_str().unwrap().to_owned());
    (ids.collect(), events.len())
}

#[test]
fn no_game_with_two_teams_is_lost() {
    let captures = captures();
    if captures.is_empty() {
        return;
    }
    assert_eq!(captures.len(), 56);
    let mut problems = Vec::new();
    for capture in captures.values() {
        let decoded = capture.decode();
        let (expected, count) = events(&capture.body);
        let ids: Vec<String> = decoded.games.iter().map(|game| game.id.0.clone()).collect();
        assert_eq!(ids, expected, "{}", capture.name);
        assert_eq!(decoded.games.len() + decoded.problems.len(), count, "{}", capture.name);
        assert!(decoded.games.iter().all(|game| game.season.is_some()), "{}", capture.name);
        problems.extend(decoded.problems.into_iter().map(|problem| (problem.position, problem.reason)));
    }
    let reason = "id is missing; it must be ESPN's id of the event".to_owned();
    assert_eq!(problems.len(), 3, "the events that are {{}}: {problems:?}");
    assert!(problems.iter().all(|problem| problem.1 == reason), "{problems:?}");
}

fn game(captures: &HashMap<String, Capture>, capture: &str, id: &str) -> Game {
    let capture = &captures[&format!("{capture}.json.gz")];
    capture.decode().games.into_iter().find(|game| game.id.0 == id).unwrap()
}

fn record(wins: u32, losses: u32, ties: u32, overtime_losses: u32) -> Record {
    Record { wins, losses, ties, overtime_losses }
}

#[test]
fn some_games_are_known_by_heart() {
    let captures = captures();
    if captures.is_empty() {
        return;
    }
    let nfl = game(&captures, "vasqued2__ha-teamtracker__nfl", "401437650");
    assert_eq!((nfl.status, nfl.clock.period), (GameStatus::Live, Some(Period::Regulation(4))));
    assert_eq!((nfl.away.team.nickname.as_str(), nfl.away.score), ("Saints", 24));
    assert_eq!((nfl.home.team.nickname.as_str(), nfl.home.score), ("Falcons", 26));
    assert_eq!((nfl.time_remaining(), nfl.venue.as_deref()), ("0:48", Some("Mercedes-Benz Stadium")));
    assert_eq!(nfl.week.unwrap().label, "1");
    assert_eq!(nfl.away.team.colors.primary, "#020202");

    let playoff = game(&captures, "magnusbehnke__CoinOnTheGame__nfl_scoreboard", "401772981");
    assert_eq!((playoff.status, playoff.week.unwrap().label.as_str()), (GameStatus::Finished, "wild_card"));
    assert_eq!(playoff.away.record, Some(record(9, 7, 1, 0)));

    let nhl = game(&captures, "vasqued2__ha-teamtracker__nhl", "401461454");
    assert_eq!((nhl.status, nhl.clock.period), (GameStatus::Finished, Some(Period::Overtime(1))));
    assert_eq!((nhl.season.unwrap().label.as_str(), nhl.home.record), ("2022-23", Some(record(0, 0, 0, 1))));

    let suspended = game(&captures, "aaronweldy__espn-openapi__mlb_scoreboard_today", "401695844");
    assert_eq!((suspended.status, suspended.time_remaining()), (GameStatus::Suspended, ""));
    assert_eq!(suspended.clock.period, Some(Period::Regulation(7)));

    let delayed = game(&captures, "jyounggsts__sport-tracker__mlb_scoreboard_20260703T201450", "401816007");
    assert_eq!((delayed.status, delayed.has_begun()), (GameStatus::Delayed, false));

    let postponed = game(&captures, "vasqued2__ha-teamtracker__sample_epl_postponed", "740958");
    assert_eq!((postponed.status, postponed.clock.period), (GameStatus::Postponed, None));
    let soccer = [postponed.home.record, postponed.away.record];
    assert!(soccer.contains(&Some(record(11, 7, 16, 0))), "{soccer:?}");

    let unconfirmed =
        game(&captures, "jyounggsts__sport-tracker__nba_scoreboard_20260724T093449", "401898716");
    assert_eq!((unconfirmed.start_confirmed, unconfirmed.home.record), (false, None));
}

#[test]
fn slates_and_weeks_are_read() {
    let captures = captures();
    if captures.is_empty() {
        return;
    }
    let slate = |name: &str| captures[&format!("{name}.json.gz")].decode().slate;
    let week = SlateId::Week { year: 2022, phase: 2, number: 1 };
    assert_eq!(slate("vasqued2__ha-teamtracker__nfl"), Some(week));
    assert_eq!(slate("vasqued2__ha-teamtracker__nhl"), Some(SlateId::Day("2022-09-25".parse().unwrap())));
    assert_eq!(slate("vasqued2__ha-teamtracker__sample_epl_postponed"), None);
    let nfl = captures["vasqued2__ha-teamtracker__nfl.json.gz"].decode().weeks;
    assert_eq!(nfl.len(), 28);
    assert!(nfl.is_sorted_by_key(|(_, end)| *end), "{nfl:?}");
    assert!(nfl.iter().any(|(id, _)| *id == week));
}
