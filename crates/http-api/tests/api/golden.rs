//! Answers of the service that this one replaces, taken with two captured scoreboards as ESPN, where they are at
//! hand. What differs on purpose is written out here.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use game_model::Slate;
use serde_json::{Value, json};

use crate::support::{Fixture, league, poll};

const NFL_TEAMS: &str = "nfl-no,nfl-buf,nfl-mia,nfl-sf,nfl-pit,nfl-phi,nfl-cle,nfl-ind,nfl-was";
const NHL_TEAMS: &str =
    "nhl-bos,nhl-tor,nhl-wsh,nhl-vgk,nhl-sea,nhl-tb,nhl-cbj,nhl-det,nhl-ott,nhl-min,nhl-sj";

fn shared(path: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let folder = std::env::var_os("SPORTS_DATA_SHARED").map_or_else(|| default.into(), PathBuf::from);
    Some(folder.join(path)).filter(|path| path.exists()).or_else(|| {
        println!("skipped: there is no {path} in the shared folder");
        None
    })
}

/// The golden answer of this name.
fn golden(name: &str) -> Option<Value> {
    let text = fs::read_to_string(shared(&format!("contract/golden/{name}.json"))?).expect("a file");
    Some(serde_json::from_str(&text).expect("JSON"))
}

/// The interface with both captures as the scoreboards of now.
async fn captured() -> Option<Fixture> {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    for key in ["nfl", "nhl"] {
        let path = shared(&format!("captures/espn/vasqued2__ha-teamtracker__{key}.json.gz"))?;
        let mut bytes = Vec::new();
        GzDecoder::new(fs::File::open(path).expect("a file")).read_to_end(&mut bytes).expect("gzip");
        let decoded = espn_client::decode(league(key), Slate::Current, &bytes).expect("a scoreboard");
        fixture.publish(league(key), decoded.games);
        fixture.ports.polls.lock().unwrap().push(poll(key));
    }
    Some(fixture)
}

/// Takes the records out of a list of games: the service before always said 0-0. The keys are the same, but for
/// the losses in overtime of hockey.
fn without_records(mut list: Value) -> Value {
    for game in list["games"].as_array_mut().expect("games") {
        let is_hockey = game["league"] == "NHL";
        for side in ["home_team", "away_team"] {
            let record = game[side]["record"].as_object_mut().expect("a record");
            assert!(record.values().all(Value::is_u64), "{record:?}");
            let ours = record.remove("overtime_losses").is_some();
            assert!(is_hockey || !ours);
            let keys: Vec<&str> = record.keys().map(String::as_str).collect();
            let expected = if is_hockey { &["losses", "wins"][..] } else { &["losses", "ties", "wins"] };
            assert_eq!(keys, expected);
            record.clear();
        }
    }
    list
}

#[tokio::test]
async fn live_games_are_as_they_were() {
    let Some(fixture) = captured().await else { return };
    for (name, query) in [
        ("live_nfl", format!("league=nfl&team_ids={NFL_TEAMS}")),
        ("live_nhl", format!("league=nhl&team_ids={NHL_TEAMS}")),
        ("live_both", "team_ids=nfl-no,nhl-bos".to_owned()),
    ] {
        let Some(mut golden) = golden(name) else { return };
        // Each game of hockey was listed once per day asked for.
        let mut seen = BTreeSet::new();
        let games = golden["games"].as_array_mut().expect("games");
        games.retain(|game| seen.insert(game["id"].as_str().expect("an id").to_owned()));
        golden["count"] = games.len().into();
        let ours = fixture.get(&format!("/api/v1/games/live?{query}")).await;
        assert_eq!(without_records(ours.json()), without_records(golden), "{name}");
    }
    let Some(nobody) = golden("live_none") else { return };
    let all = fixture.get("/api/v1/games/live").await.json();
    assert_eq!(all["filtered_by_teams"], nobody["filtered_by_teams"]);
    assert!(all["count"].as_u64() > Some(0), "without teams every game is listed, where none was");
}

#[tokio::test]
async fn upcoming_games_are_as_they_were() {
    let (Some(fixture), Some(golden)) = (captured().await, golden("upcoming")) else { return };
    let ours = fixture.get("/api/v1/games/upcoming?league=nfl&team_ids=nfl-no&hours=24").await;
    assert_eq!(ours.json(), golden);
}

#[tokio::test]
async fn teams_are_as_they_were_but_for_the_one_that_moved() {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    for (name, query) in [("teams_all", ""), ("teams_nfl", "?league=nfl"), ("teams_nhl", "?league=nhl")] {
        let Some(mut golden) = golden(name) else { return };
        let mut ours = fixture.get(&format!("/api/v1/teams{query}")).await.json();
        assert_eq!((&ours["league"], &ours["count"]), (&golden["league"], &golden["count"]), "{name}");
        // Utah took the place of Arizona.
        let removed = |list: &mut Value, id: &str| {
            let teams = list["teams"].as_array_mut().expect("teams");
            let before = teams.len();
            teams.retain(|team| team["id"] != id);
            before - teams.len()
        };
        let moved = usize::from(name != "teams_nfl");
        assert_eq!((removed(&mut ours, "nhl-utah"), removed(&mut golden, "nhl-ari")), (moved, moved));
        let by_id = |list: &Value| {
            let teams = list["teams"].as_array().expect("teams").iter();
            teams
                .map(|team| (team["id"].to_string(), team.clone()))
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        assert_eq!(by_id(&ours), by_id(&golden), "{name}");
    }
}

/// The service before said "none" of a team in the middle of its game, as its cache of live games was empty unless
/// somebody had asked for that very team. Its keys stay, what they hold is true.
#[tokio::test]
async fn a_team_is_told_under_the_keys_it_was() {
    let Some(fixture) = captured().await else { return };
    for (name, path, playing) in [
        (
            "ha_game_status",
            "game-status",
            json!({"status": "playing", "game_id": "401437650", "opponent": "ATL",
                                                 "start_time": "2022-09-11T17:00Z"}),
        ),
        ("ha_game_context", "game-context", json!({"status": "playing"})),
    ] {
        let Some(golden) = golden(name) else { return };
        let ours = fixture.get(&format!("/api/v1/ha/{path}/no?sport=nfl")).await.json();
        let none = fixture.get(&format!("/api/v1/ha/{path}/dal?sport=nhl")).await.json();
        for (key, theirs) in golden.as_object().expect("an object") {
            let expected = playing.get(key).unwrap_or(theirs);
            if key != "current_game" {
                assert_eq!(&ours[key], expected, "{name}: {key}");
            }
            assert!(none.get(key).is_some(), "{name}: {key}");
        }
        if name == "ha_game_context" {
            let live = fixture.get("/api/v1/games/live?league=nfl&team_ids=nfl-no").await.json();
            assert_eq!(ours["current_game"], live["games"][0]);
        }
    }
}

#[tokio::test]
async fn everything_else_has_the_keys_and_types_it_had() {
    let Some(fixture) = captured().await else { return };
    for (name, path, differs) in [
        ("root", "/", &["version"][..]),
        ("user_teams", "/api/v1/user/teams", &[]),
        (
            "api_usage",
            "/api/v1/metrics/api-usage",
            &["total_calls_today", "nfl_calls", "nhl_calls", "cache_misses"],
        ),
        ("cache_stats", "/api/v1/cache/stats", &["misses", "keys_count", "timestamp"]),
        ("health", "/health", &["timestamp", "influxdb"]),
    ] {
        let Some(golden) = golden(name) else { return };
        let ours = fixture.get(path).await.json();
        for (key, theirs) in golden.as_object().expect("an object") {
            let ours = &ours[key];
            if differs.contains(&key.as_str()) {
                assert_eq!(kind(ours), kind(theirs), "{name}: {key}");
            } else {
                assert_eq!(ours, theirs, "{name}: {key}");
            }
        }
    }
    let influxdb = fixture.get("/health").await.json()["influxdb"].clone();
    let Some(golden) = golden("health") else { return };
    for (key, value) in golden["influxdb"].as_object().expect("an object") {
        assert_eq!(influxdb[key], *value);
    }
    assert_eq!(influxdb["stats"], json!(null));
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
