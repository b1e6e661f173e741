//! ESPN's own winners: every finished game of real scoreboards, where they are at hand.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use chrono::{TimeDelta, Utc};
use game_model::{GameStatus, League, PastGame};
use serde_json::Value;

use super::support::Watched;

/// Finished games on the scoreboards, each once.
const FINISHED: usize = 55;

/// The scoreboards below `$SPORTS_DATA_SHARED`, in the order in which they were fetched; none where it is not there.
fn captures() -> Vec<(String, League, Vec<u8>)> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("SPORTS_DATA_SHARED").unwrap_or_else(|| "../shared".into());
    let folder = workspace.join(shared).join("captures/espn");
    let Ok(index) = std::fs::read_to_string(folder.join("INDEX.tsv")) else {
        println!(
            "skipped: there are no captures in {}; SPORTS_DATA_SHARED names the folder",
            folder.display()
        );
        return Vec::new();
    };
    let mut lines: Vec<Vec<&str>> = index.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    lines.sort_by_key(|columns| columns.get(7).copied().unwrap_or_default());
    let read = |columns: &Vec<&str>| {
        let league = League::all().find(|row| row.code == columns[1] || row.name == columns[1]).unwrap();
        let file = std::fs::File::open(folder.join(columns[0])).unwrap();
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(file).read_to_end(&mut body).unwrap();
        (columns[0].to_owned(), league, body)
    };
    lines.iter().map(read).collect()
}

/// What ESPN says of a finished game: the scores, and who won.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    capture: String,
    home: (u32, bool),
    away: (u32, bool),
}

/// The finished games of a scoreboard, read without any of our types.
fn finished(capture: &str, body: &[u8]) -> Vec<(String, Said)> {
    let board: Value = serde_json::from_slice(body).unwrap();
    let mut games = Vec::new();
    for event in board["events"].as_array().unwrap() {
        let competition = &event["competitions"][0];
        let kind = &competition["status"]["type"];
        if kind["completed"] != true || kind["state"] != "post" {
            continue;
        }
        let side = |name: &str| {
            let competitors = competition["competitors"].as_array().unwrap();
            let side = competitors.iter().find(|side| side["homeAway"] == name).unwrap();
            let score = side["score"].as_str().unwrap().parse().unwrap();
            (score, side["winner"].as_bool().unwrap())
        };
        let said = Said { capture: capture.to_owned(), home: side("home"), away: side("away") };
        games.push((event["id"].as_str().unwrap().to_owned(), said));
    }
    games
}

/// What history says of a game, put as ESPN puts it.
fn known(game: &PastGame, capture: &str) -> Said {
    let (home, away) = (game.home.score, game.away.score);
    Said { capture: capture.to_owned(), home: (home, home > away), away: (away, away > home) }
}

#[tokio::test]
async fn scores_and_winners_of_finished_games_are_espn_s() {
    let captures = captures();
    if captures.is_empty() {
        return;
    }
    let watched = Watched::new();
    let begin = Utc::now() - TimeDelta::hours(1);
    let mut said = HashMap::new();
    for ((name, league, body), number) in captures.iter().zip(0..) {
        watched.see(*league, begin + TimeDelta::seconds(number), body).await;
        said.extend(finished(name, body).into_iter().map(|(id, said)| ((league.key, id), said)));
    }
    assert_eq!(said.len(), FINISHED);
    let games = watched.games().await;
    let known_finished = games.iter().filter(|game| game.status == GameStatus::Finished).count();
    assert_eq!(known_finished, FINISHED, "no other game is finished");
    for ((league, id), said) in &said {
        let game = games.iter().find(|game| game.league.key == *league && game.id.0 == *id).unwrap();
        assert_eq!(
            (game.status, known(game, &said.capture)),
            (GameStatus::Finished, said.clone()),
            "{league} {id}"
        );
    }
}
