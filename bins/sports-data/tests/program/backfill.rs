//! Past and announced games of a season, by the command and in the background of the real service.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use espn_sim::shape::{ScoreboardShape, event, scoreboard};
use espn_sim::{EspnSim, Fault, SimConfig, Times};
use game_model::League;
use influx_sim::{InfluxSim, Kind, Options};
use serde_json::Value;

use crate::support::{DEADLINE, Program, command, output};

/// Weeks that are over.
const PAST: u32 = 5;

/// Weeks of the season; the next one after those that are over is the current one.
const WEEKS: u32 = 8;

/// Games of each week.
const GAMES: u32 = 3;

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn season() -> i32 {
    Utc::now().year()
}

/// When a week ends: the current one in three days.
fn end_of(week: u32) -> DateTime<Utc> {
    Utc::now() + TimeDelta::days(3) + TimeDelta::weeks(i64::from(week) - i64::from(PAST) - 1)
}

fn espn_date(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%MZ").to_string()
}

/// The scoreboard of a week: three games two days before its end.
fn week(number: u32) -> ScoreboardShape {
    let calendar = (1..=WEEKS).fold(scoreboard(nfl()).season(season(), 2).week(number), |shape, week| {
        let (start, end) = (end_of(week) - TimeDelta::days(7), end_of(week));
        shape.calendar_week(2, week, &espn_date(start), &espn_date(end))
    });
    let status = if number <= PAST { "STATUS_FINAL" } else { "STATUS_SCHEDULED" };
    let score = if number <= PAST { 20 + number } else { 0 };
    let teams = [("ATL", "NO"), ("KC", "LV"), ("NE", "BUF")];
    (0..GAMES).zip(teams).fold(calendar, |shape, (game, (home, away))| {
        let game = event(format!("{number}0{game}")).home(home, score).away(away, 0).status(status).period(4);
        shape.event(game.at(&espn_date(end_of(number) - TimeDelta::days(2))))
    })
}

/// An ESPN that knows every week of the season.
async fn espn() -> EspnSim {
    let config = SimConfig {
        max_age: Duration::from_secs(1),
        ..SimConfig::in_memory(vec![(nfl(), week(1).to_json())])
    };
    let espn = EspnSim::start(config).await.expect("a simulated ESPN");
    let others = (2..=WEEKS).filter(|number| *number != PAST + 1);
    others.chain([PAST + 1]).for_each(|number| espn.show(nfl(), week(number).to_json()));
    espn
}

/// The weeks that were asked for, in this order.
fn weeks_asked(espn: &EspnSim) -> Vec<u32> {
    let requests = espn.requests();
    let week = |query: &str| query.rsplit_once("week=")?.1.split('&').next()?.parse().ok();
    requests.iter().filter_map(|request| week(&request.query)).collect()
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// Runs the command to its end.
async fn backfill(folder: &Path, espn: &EspnSim, more: &[&str]) -> Output {
    let (folder, url, season) = (folder.to_owned(), espn.url().to_owned(), season().to_string());
    let more: Vec<String> = more.iter().map(ToString::to_string).collect();
    let run = move || {
        let mut arguments = vec!["backfill", "--league", "nfl", "--season", &season, "--pause-ms", "100"];
        arguments.extend(more.iter().map(String::as_str));
        output(&folder, &arguments, &[("ESPN_BASE_URL", &url)])
    };
    tokio::task::spawn_blocking(run).await.expect("it ran")
}

/// The command, slow enough to be met on its way.
fn slow(folder: &Path, espn: &EspnSim) -> Command {
    let mut slow = command(folder);
    slow.args(["backfill", "--league", "nfl", "--season", &season().to_string(), "--pause-ms", "400"])
        .env("ESPN_BASE_URL", espn.url())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    slow
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < DEADLINE, "never came true: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The ids of the finished games that history tells, and how many rows of history there are.
async fn kept(folder: &tempfile::TempDir, espn: &EspnSim) -> (Vec<String>, u64) {
    let program = Program::start(folder, &[("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nhl")]);
    let history = program.get("/api/v1/games/history?league=nfl&page_size=1000").await.json();
    let observations = program.get("/health").await.json()["storage"]["observations"].as_u64();
    program.kill();
    let games = history["games"].as_array().expect("games");
    let ids = games.iter().map(|game| game["game_id"].as_str().unwrap_or_default().to_owned());
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    (ids, observations.unwrap_or_default())
}

fn every_game() -> Vec<String> {
    let mut ids: Vec<String> =
        (1..=WEEKS).flat_map(|week| (0..GAMES).map(move |game| format!("{week}0{game}"))).collect();
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backfill_that_is_repeated_keeps_each_game_once() {
    let (espn, folder) = (espn().await, tempfile::tempdir().expect("a folder"));
    for asked in [2, 4] {
        let mut child = slow(folder.path(), &espn).spawn().expect("the program starts");
        until("some weeks are asked for", || weeks_asked(&espn).len() >= asked).await;
        child.kill().expect("killed");
        child.wait().expect("its exit");
    }
    let rest = text(&backfill(folder.path(), &espn, &[]).await);
    assert!(rest.contains("slates were asked for, of 8 in all"), "{rest}");
    let asked = weeks_asked(&espn);
    let mut each = asked.clone();
    each.dedup();
    assert_eq!(each, (1..=WEEKS).collect::<Vec<_>>(), "each goes on where the one before was: {asked:?}");
    assert!(asked.len() <= WEEKS as usize + 2, "only what was under way is asked for again: {asked:?}");

    let again = text(&backfill(folder.path(), &espn, &[]).await);
    assert!(again.contains("0 of 0 slates were asked for, of 8 in all"), "{again}");
    let anew = text(&backfill(folder.path(), &espn, &["--restart"]).await);
    assert!(anew.contains("24 games were seen, 0 of them were new"), "{anew}");
    assert_eq!(kept(&folder, &espn).await, (every_game(), 24));
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let (espn, folder) = (espn().await, tempfile::tempdir().expect("a folder"));
    let said = text(&backfill(folder.path(), &espn, &["--dry-run"]).await);
    assert!(said.contains("8 of 8 slates would be asked for, which takes about 1 s"), "{said}");
    assert!(weeks_asked(&espn).is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);

    backfill(folder.path(), &espn, &["--to", &(end_of(2) - TimeDelta::days(2)).date_naive().to_string()])
        .await;
    let database = folder.path().join("data/sports.db");
    let before = std::fs::read(&database).expect("the database");
    let said = text(&backfill(folder.path(), &espn, &["--dry-run"]).await);
    assert!(said.contains("6 of 8 slates"), "{said}");
    assert_eq!(std::fs::read(&database).expect("the database"), before);
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_question_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let next = (Utc::now().year() + 1).to_string();
    let wrong: [(&[&str], &[&str]); 6] = [
        (
            &["--league", "cricket", "--season", "2025"],
            &["--league", "unknown league \"cricket\"", "nfl, nhl"],
        ),
        (&["--league", "nfl", "--season", "1800"], &["--season is 1800", "from 1990 to", &next]),
        (&["--league", "nfl", "--season", "25"], &["--season", "'25'", "2025-26"]),
        (
            &["--league", "nfl", "--season", "2025", "--from", "2025-10-08", "--to", "2025-10-07"],
            &["--from 2025-10-08 is after --to 2025-10-07"],
        ),
        (&["--league", "nfl", "--season", "2025", "--from", "soon"], &["--from", "'soon'", "2025-10-07"]),
        (&["--league", "nfl", "--season", "2025", "--pause-ms", "1"], &["--pause-ms", "100..=600000"]),
    ];
    for (arguments, words) in wrong {
        let output = output(folder.path(), &[&["backfill"], arguments].concat(), &[]);
        assert!(!output.status.success(), "{arguments:?}");
        let said = text(&output);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_in_between_are_waited_for() {
    let (espn, folder) = (espn().await, tempfile::tempdir().expect("a folder"));
    let child = slow(folder.path(), &espn).spawn().expect("the program starts");
    until("a week is asked for", || !weeks_asked(&espn).is_empty()).await;
    espn.fault(nfl(), Fault::rate_limited("3"), Times::Next(1));
    espn.fault(nfl(), Fault::status(403), Times::Next(1));
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output()).await.expect("it ran");
    let ended = ended.expect("its output");
    let said = text(&ended);
    assert!(ended.status.success(), "{said}");
    assert!(said.contains("429") && said.contains("403") && said.contains("tried again in"), "{said}");
    let requests = espn.requests();
    let gaps = requests.windows(2).map(|pair| pair[1].at - pair[0].at);
    assert!(gaps.max() >= Some(Duration::from_secs(3)), "Retry-After is respected");
    assert!(requests.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(390)));
    assert_eq!(kept(&folder, &espn).await, (every_game(), 24));
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_the_service_the_games_reach_influxdb_and_history_at_once() {
    let (espn, folder) = (espn().await, tempfile::tempdir().expect("a folder"));
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let url = influx.url();
    let settings = [
        ("ESPN_BASE_URL", espn.url()),
        ("LEAGUES", "nfl"),
        ("INFLUXDB_URL", &url),
        ("INFLUXDB_TOKEN", "test-token"),
        ("INFLUXDB_FLUSH_INTERVAL_MS", "50"),
        ("INFLUXDB_FLUSH_JITTER_MS", "0"),
    ];
    let program = Program::start(&folder, &settings);
    program.wait_for("/health/ready", |ready| ready["ready"] == true).await;
    let standings = format!("/api/v1/standings?league=nfl&season={}", season());
    let before = program.get(&standings).await;
    assert!(!before.text.contains("\"wins\":5"), "{}", before.text);
    let said = text(&backfill(folder.path(), &espn, &[]).await);
    assert!(said.contains("24 games were seen"), "{said}");
    let told = |answer: &Value| answer.to_string().contains("\"wins\":5");
    program.wait_for(&standings, told).await;
    program.wait_for("/health", |health| health["influxdb"]["stats"]["points_written"] == 24).await;
    let lines = influx.lines();
    let finished = lines.iter().filter(|line| line.contains("status=finished")).count();
    assert_eq!((finished, lines.len()), (15, 24), "{lines:#?}");
    program.kill();
    influx.stop().await;
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_fetches_the_current_season_in_the_background_once() {
    let (espn, folder) = (espn().await, tempfile::tempdir().expect("a folder"));
    let settings = [
        ("ESPN_BASE_URL", espn.url()),
        ("LEAGUES", "nfl"),
        ("BACKFILL_ON_START", "true"),
        ("BACKFILL_PAUSE_MS", "300"),
    ];
    let program = Program::start(&folder, &settings);
    let begun =
        |health: &Value| health["backfill"]["nfl"]["slates_left"].as_u64().is_some_and(|left| left < 7);
    let health = program.wait_for("/health", begun).await;
    assert_eq!((&health["backfill"]["nfl"]["done"], &health["status"]), (&false.into(), &"healthy".into()));
    let (status, took, log) = program.terminate();
    assert!(status.success() && took < Duration::from_secs(3), "{took:?}\n{log}");
    assert!(log.contains("the backfill goes on at the next start"), "{log}");

    let program = Program::start(&folder, &settings);
    let health = program.wait_for("/health", |health| health["backfill"]["nfl"]["done"] == true).await;
    assert_eq!(health["backfill"]["nfl"]["season"], season().to_string());
    let schedule = format!("/api/v1/games/schedule/nfl-kc?season={}", season());
    let schedule = program.get(&schedule).await.json();
    assert_eq!(schedule["games"].as_array().map(Vec::len), Some(WEEKS as usize), "{schedule}");
    assert_eq!(schedule["statistics"]["wins"], PAST);
    let served = |upcoming: &Value| upcoming["count"].as_u64() == Some(9);
    program.wait_for("/api/v1/games/upcoming?hours=720", served).await;
    program.kill();
    for number in 1..=PAST {
        let times = weeks_asked(&espn).iter().filter(|week| **week == number).count();
        // The polls look back by a day, and one request may have been under way.
        assert!((1..=2).contains(&times), "week {number}: {:?}", weeks_asked(&espn));
    }
    assert_eq!(kept(&folder, &espn).await, (every_game(), 24));
    espn.stop().await;
}
