//! What was observed, asked for.

use std::sync::atomic::Ordering;

use axum::http::Method;
use chrono::TimeDelta;
use game_model::{GameStatus, HistorySource, PastGame, Period, Timeline, TimelineEntry};
use serde_json::{Value, json};

use crate::support::{Fixture, game, noon};

const HISTORY: &str = "/api/v1/games/history";

/// A finished game of the season 2025, so many days before noon.
pub fn past(key: &str, id: &str, days: i64, home: (&str, u32), away: (&str, u32)) -> PastGame {
    let mut seen = game(key, id, home.0, away.0);
    (seen.home.score, seen.away.score) = (home.1, away.1);
    seen.status = GameStatus::Finished;
    seen.season = Some(seen.league.season(if key == "nhl" { 2026 } else { 2025 }, 2));
    seen.week = seen.league.week(game_model::SeasonPhase::Regular, 5);
    seen.start = noon() - TimeDelta::days(days);
    seen.start_text = seen.start.format("%Y-%m-%dT%H:%MZ").to_string();
    seen.clock.period = Some(Period::Regulation(seen.league.regulation_periods));
    PastGame::observed(&seen, noon())
}

pub async fn with_past() -> Fixture {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    let overtime =
        PastGame { period: Some(Period::Overtime(1)), ..past("nhl", "5", 2, ("TB", 3), ("BOS", 2)) };
    *fixture.history.games.lock().unwrap() = vec![
        past("nfl", "1", 20, ("NE", 21), ("BUF", 14)),
        past("nfl", "2", 13, ("BUF", 20), ("NE", 20)),
        past("nfl", "3", 6, ("NE", 10), ("MIA", 13)),
        past("nfl", "4", 5, ("CAR", 3), ("KC", 30)),
        overtime,
        past("nhl", "6", 1, ("FLA", 1), ("TB", 4)),
    ];
    fixture
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["games"].as_array().expect("games").iter().map(|game| game["game_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_page_of_history_has_the_keys_that_clients_rely_on() {
    let fixture = with_past().await;
    let answer = fixture.get(&format!("{HISTORY}?sport=nfl&team=Patriots&season=2025&status=finished")).await;
    assert_eq!((answer.status, answer.header("x-history-source")), (200, "store"));
    assert_eq!((answer.header("content-type"), answer.header("link")), ("application/json", ""));
    let told = answer.json();
    assert_eq!(ids(&told), ["3", "2", "1"]);
    let expected = json!({
        "game_id": "3", "sport": "nfl", "season": "2025", "week": "5",
        "home_team": "Patriots", "away_team": "Dolphins", "home_score": 10, "away_score": 13,
        "status": "finished", "time": "2026-11-17T12:00:00.000Z", "quarter": "4",
        "start_time": "2026-11-17T12:00Z", "observed_at": "2026-11-23T12:00:00.000Z",
        "home_team_id": "nfl-ne", "away_team_id": "nfl-mia",
        "home_team_name": "New England Patriots", "away_team_name": "Miami Dolphins",
    });
    assert_eq!(told["games"][0], expected);
    let about = ["total", "page", "page_size", "total_pages"].map(|key| told[key].as_u64().unwrap());
    assert_eq!(about, [3, 1, 100, 1]);
    let hockey = fixture.get(&format!("{HISTORY}?league=nhl&team=bos")).await.json();
    assert_eq!(
        (&hockey["games"][0]["period"], &hockey["games"][0]["season"]),
        (&json!("OT"), &json!("2025-26"))
    );
    assert!(hockey["games"][0].get("quarter").is_none());
}

#[tokio::test]
async fn the_parameters_reach_history() {
    let fixture = with_past().await;
    for (query, expected) in [
        ("", vec!["6", "5", "4", "3", "2", "1"]),
        ("?order=oldest&league=nfl", vec!["1", "2", "3", "4"]),
        ("?season=2025-2026&sport=NHL", vec!["6", "5"]),
        ("?team=ne&opponent=buf", vec!["2", "1"]),
        ("?team=ne&home_away=away", vec!["2"]),
        ("?from=2026-11-10&to=2026-11-17", vec!["3", "2"]),
        ("?team=panthers", vec!["6", "4"]),
        ("?page=2&page_size=4", vec!["2", "1"]),
    ] {
        let answer = fixture.get(&format!("{HISTORY}{query}")).await;
        assert_eq!((answer.status, ids(&answer.json())), (200, expected), "{query}");
    }
}

#[tokio::test]
async fn pages_are_linked() {
    let fixture = with_past().await;
    let link = async |query: &str| fixture.get(&format!("{HISTORY}{query}")).await.header("link").to_owned();
    let middle = link("?page_size=2&page=2&team=&sport=").await;
    let to =
        |page: u32, rel: &str| format!("<{HISTORY}?page_size=2&team=&sport=&page={page}>; rel=\"{rel}\"");
    assert_eq!(middle, [to(1, "first"), to(1, "prev"), to(3, "next"), to(3, "last")].join(", "));
    let first = link("?page_size=2").await;
    assert!(!first.contains("prev") && first.contains("page=2>; rel=\"next\""), "{first}");
    assert!(!link("?page_size=2&%70age=3").await.contains("next"));
    assert_eq!(link("?page_size=6").await, "");
}

#[tokio::test]
async fn what_is_not_found_and_what_is_wrong_is_told() {
    let fixture = with_past().await;
    for (path, status, named) in [
        ("/api/v1/games/history?team=Nobody&season=1999", 404, "with the team \"Nobody\""),
        (
            "/api/v1/games/history?team=Nobody&season=1999&status=live",
            404,
            "leave out season or status, or look for the team's name at /api/v1/teams",
        ),
        ("/api/v1/games/timeline/404", 404, "ids of games stand at /api/v1/games/history"),
        ("/api/v1/teams/Nobody/stats?season=1999", 404, "began in 1999; leave out season, or look for"),
        ("/api/v1/games/history?page=9", 404, "no page 9; the last is 1"),
        (
            "/api/v1/games/history?page_size=0",
            400,
            "page_size is \"0\"; allowed are whole numbers from 1 to 1000",
        ),
        ("/api/v1/games/history?league=xfl", 400, "allowed are nfl, nhl"),
        ("/api/v1/games/timeline/404", 404, "no game \"404\" is known"),
        ("/api/v1/games/timeline/%ff", 400, "game_id is \"%ff\", which is not UTF-8"),
        (
            "/api/v1/games/schedule/Nobody?season=2025",
            404,
            "no team \"Nobody\" is known to history in a season",
        ),
        ("/api/v1/games/schedule/%20", 400, "team is \"\"; allowed is the nickname"),
        ("/api/v1/games/schedule/Panthers", 400, "several teams, of nfl, nhl; add league="),
        ("/api/v1/teams/Nobody/stats", 404, "no team \"Nobody\""),
        ("/api/v1/teams/ne/stats?season=soon", 400, "season is \"soon\""),
        ("/api/v1/standings", 400, "league is missing; allowed are nfl, nhl"),
        ("/api/v1/standings?league=nfl&season=1999", 404, "no game of NFL of the season that began in 1999"),
    ] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.detail().contains(named), "{path}: {}", answer.detail());
    }
    let answer = fixture.send(Method::POST, HISTORY, &[], "").await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn a_timeline_tells_of_changes_or_of_every_poll() {
    let fixture = with_past().await;
    let entry = |minute: i64, status, home_score, period: Option<&str>, clock: &str| TimelineEntry {
        observed_at: noon() + TimeDelta::minutes(minute),
        status,
        home_score,
        away_score: 0,
        period: period.map(String::from),
        time_remaining: clock.into(),
    };
    let entries = vec![
        entry(0, GameStatus::Scheduled, 0, None, ""),
        entry(5, GameStatus::Live, 0, Some("1"), "15:00"),
        entry(6, GameStatus::Live, 0, Some("1"), "14:00"),
        entry(7, GameStatus::Live, 7, Some("1"), "13:00"),
        entry(185, GameStatus::Finished, 7, Some("4"), "Final"),
    ];
    let football = Timeline::new(past("nfl", "9", 0, ("NE", 7), ("BUF", 0)), entries.clone());
    let hockey = Timeline::new(past("nhl", "9", 0, ("TB", 7), ("BOS", 0)), entries);
    *fixture.history.timelines.lock().unwrap() = vec![football, hockey];

    let told = fixture.get("/api/v1/games/timeline/9?sport=nfl").await.json();
    assert_eq!(
        (&told["game_id"], &told["home_team"], &told["away_team"], &told["status"]),
        (&json!("9"), &json!("Patriots"), &json!("Bills"), &json!("finished"))
    );
    assert_eq!(told["final_score"], json!({"home": 7, "away": 0}));
    assert_eq!(told["duration_minutes"], 180);
    assert_eq!(told["timeline"].as_array().unwrap().len(), 4);
    let scored = json!({
        "time": "2026-11-23T12:07:00.000Z", "home_score": 7, "away_score": 0, "quarter": "1",
        "time_remaining": "13:00", "status": "live",
    });
    assert_eq!(told["timeline"][2], scored);
    let all = fixture.get("/api/v1/games/timeline/9?sport=nfl&every=poll").await.json();
    assert_eq!(all["timeline"].as_array().unwrap().len(), 5);
    let hockey = fixture.get("/api/v1/games/timeline/9?sport=nhl").await.json();
    assert_eq!(
        (&hockey["timeline"][0]["period"], &hockey["timeline"][1]["period"]),
        (&json!(null), &json!("1"))
    );
    let both = fixture.get("/api/v1/games/timeline/9").await;
    assert_eq!(both.status, 400);
    assert!(both.detail().contains("nfl, nhl"), "{}", both.detail());
}

#[tokio::test]
async fn a_schedule_has_the_games_and_the_record() {
    let fixture = with_past().await;
    let answer = fixture.get("/api/v1/games/schedule/new%20england%20patriots?season=2025&sport=nfl").await;
    let told = answer.json();
    assert_eq!(
        (&told["team"], &told["season"], ids(&told)),
        (&json!("Patriots"), &json!("2025"), vec!["1", "2", "3"])
    );
    let expected = json!({
        "team": "Patriots", "season": "2025", "games_played": 3, "wins": 1, "losses": 1, "ties": 1,
        "win_percentage": 0.5, "points_for": 51, "points_against": 47, "point_differential": 4,
    });
    assert_eq!(told["statistics"], expected);
    assert_eq!(answer.header("x-history-source"), "store");
}

#[tokio::test]
async fn a_team_s_stats_tell_home_and_away_streak_and_last_five() {
    let fixture = with_past().await;
    let told = fixture.get("/api/v1/teams/Bruins/stats?season=2025").await.json();
    assert_eq!(
        (&told["team_id"], &told["sport"], &told["season"]),
        (&json!("nhl-bos"), &json!("nhl"), &json!("2025-26"))
    );
    let lost_in_overtime = json!({
        "games_played": 1, "wins": 0, "losses": 0, "ties": 0, "overtime_losses": 1, "win_percentage": 0.0,
        "points": 1, "points_percentage": 0.5, "points_for": 2, "points_against": 3, "point_differential": -1,
    });
    assert_eq!((&told["record"], &told["away"]), (&lost_in_overtime, &lost_in_overtime));
    assert_eq!(told["home"]["games_played"], 0);
    assert_eq!(
        (&told["streak"], &told["last_five"]),
        (&json!({"outcome": "L", "games": 1}), &json!(["OTL"]))
    );
    let patriots = fixture.get("/api/v1/teams/nfl-ne/stats").await.json();
    assert_eq!((&patriots["last_five"], &patriots["points_for"]), (&json!(["W", "T", "L"]), &json!(51)));
}

#[tokio::test]
async fn standings_are_computed_from_the_season_s_games() {
    let fixture = with_past().await;
    let told = fixture.get("/api/v1/standings?league=nhl&season=2025-26").await.json();
    assert_eq!((&told["sport"], &told["season"]), (&json!("nhl"), &json!("2025-26")));
    let places: Vec<_> = told["standings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            (
                place["rank"].as_u64().unwrap(),
                place["team_id"].as_str().unwrap(),
                place["points"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(places, [(1, "nhl-tb", 4), (2, "nhl-bos", 1), (3, "nhl-fla", 0)]);
    let first = &told["standings"][0];
    assert_eq!(
        (&first["division"], &first["regulation_wins"], &first["wins"]),
        (&json!("Atlantic"), &json!(1), &json!(2))
    );
    let football = fixture.get("/api/v1/standings?league=nfl").await.json();
    assert_eq!(football["standings"][0]["team"], "Chiefs");
    assert!(football["standings"][0].get("points").is_none());
}

#[tokio::test]
async fn answers_are_kept_until_a_game_changes_or_five_minutes_passed() {
    let fixture = with_past().await;
    let path = "/api/v1/games/history?team=ne";
    let asked = async |expected: &str, questions: u64, what: &str| {
        let answer = fixture.get(path).await;
        assert_eq!((answer.status, answer.header("x-cache")), (200, expected), "{what}");
        assert_eq!(fixture.history.questions.load(Ordering::Relaxed), questions, "{what}");
        assert_eq!(answer.header("x-history-source"), "store", "{what}");
        answer.json()["total"].as_u64().unwrap()
    };
    assert_eq!(asked("miss", 1, "first").await, 3);
    assert_eq!(asked("hit", 1, "kept").await, 3);
    fixture.history.games.lock().unwrap().push(past("nfl", "7", 0, ("NE", 3), ("KC", 0)));
    fixture.history.revision.fetch_add(1, Ordering::Relaxed);
    assert_eq!(asked("miss", 2, "a game changed").await, 4);
    fixture.advance(TimeDelta::seconds(299));
    assert_eq!(asked("hit", 2, "for five minutes").await, 4);
    fixture.advance(TimeDelta::seconds(1));
    assert_eq!(asked("miss", 3, "and no longer").await, 4);
    for _ in 0..2 {
        assert_eq!(fixture.get("/api/v1/games/history?team=nobody").await.status, 404);
    }
    assert_eq!(fixture.history.questions.load(Ordering::Relaxed), 5, "what is not found is asked for again");
}

#[tokio::test]
async fn an_answer_that_lacks_something_says_so_and_is_not_kept() {
    let fixture = with_past().await;
    let alone = HistorySource::StoreWithoutInflux;
    *fixture.history.sources.lock().unwrap() = [alone, alone, HistorySource::StoreAndInflux].into();
    for (what, source, is_complete) in
        [("miss", "store", false), ("miss", "store", false), ("miss", "store, influxdb", true)]
    {
        let answer = fixture.get("/api/v1/games/history?team=ne").await;
        assert_eq!((answer.header("x-cache"), answer.header("x-history-source")), (what, source));
        let said = answer.header("x-history-incomplete");
        assert_eq!(said.contains("InfluxDB did not answer"), !is_complete, "{said}");
    }
    assert_eq!(fixture.get("/api/v1/games/history?team=ne").await.header("x-cache"), "hit");
    fixture.history.sources.lock().unwrap().push_back(alone);
    let lines = fixture.get(&format!("{HISTORY}?team=ne&format=csv")).await;
    assert!(lines.header("x-history-incomplete").contains("/health"), "{}", lines.text);
}

#[tokio::test]
async fn lines_end_early_where_a_part_of_history_falls_away() {
    let fixture = Fixture::new(&["nfl"]).await;
    let games = (0..1234).map(|id| past("nfl", &id.to_string(), id, ("NE", 3), ("BUF", 0))).collect();
    *fixture.history.games.lock().unwrap() = games;
    *fixture.history.sources.lock().unwrap() =
        [HistorySource::StoreAndInflux, HistorySource::StoreWithoutInflux].into();
    let request =
        axum::http::Request::get(format!("{HISTORY}?format=ndjson")).body(axum::body::Body::empty());
    let response = fixture.service.answer(request.unwrap(), crate::support::WITHIN).await;
    assert_eq!(response.status(), 200);
    let body = http_body_util::BodyExt::collect(response.into_body()).await;
    assert!(body.is_err(), "a client must not take it for the whole");
}

#[tokio::test(start_paused = true)]
async fn history_that_hangs_or_fails_is_said_and_holds_up_nothing_else() {
    let fixture = with_past().await;
    *fixture.history.hangs.lock().unwrap() = true;
    let paths =
        [HISTORY, "/api/v1/games/timeline/1", "/api/v1/games/schedule/ne", "/api/v1/standings?league=nfl"];
    for path in paths {
        let begun = tokio::time::Instant::now();
        let (answer, live) = tokio::join!(fixture.get(path), fixture.get("/api/v1/games/live"));
        assert_eq!((answer.status, live.status), (503, 200), "{path}");
        assert!(answer.detail().contains("within 5 s"), "{}", answer.detail());
        assert_eq!(begun.elapsed().as_secs(), 5, "{path}");
    }
    *fixture.history.hangs.lock().unwrap() = false;
    *fixture.history.broken.lock().unwrap() = Some("the disk is on fire");
    for path in paths {
        let answer = fixture.get(path).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "5"), "{path}");
        assert!(answer.detail().contains("history can not be read: the disk is on fire"));
    }
}

#[tokio::test]
async fn a_single_league_needs_no_name_and_head_works() {
    let fixture = Fixture::new(&["nfl"]).await;
    fixture.history.games.lock().unwrap().push(past("nfl", "1", 1, ("NE", 3), ("KC", 0)));
    assert_eq!(fixture.get("/api/v1/standings").await.json()["standings"][0]["team_id"], "nfl-ne");
    let head = fixture.send(Method::HEAD, "/api/v1/standings", &[], "").await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let metrics = fixture.get("/metrics").await.text;
    assert!(
        metrics.contains(r#"http_requests_total{route="/api/v1/standings",status="200"} 2"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn games_come_as_lines_too() {
    let fixture = with_past().await;
    let csv = fixture.get(&format!("{HISTORY}?team=ne&season=2025&format=csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("x-history-source"), "store");
    let lines: Vec<&str> = csv.text.split("\r\n").collect();
    assert_eq!(lines.len(), 5, "{}", csv.text);
    assert!(
        lines[0]
            .starts_with("game_id,sport,season,week,home_team,away_team,home_score,away_score,status,time")
    );
    let row = "3,nfl,2025,5,Patriots,Dolphins,10,13,finished,2026-11-17T12:00:00.000Z,4,2026-11-17T12:00Z,\
               2026-11-23T12:00:00.000Z,nfl-ne,nfl-mia,New England Patriots,Miami Dolphins";
    assert_eq!(lines[1], row);
    let ndjson = fixture.get(&format!("{HISTORY}?team=ne&season=2025&format=ndjson")).await;
    assert_eq!(ndjson.header("content-type"), "application/x-ndjson");
    let objects: Vec<Value> = ndjson.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let page = fixture.get(&format!("{HISTORY}?team=ne&season=2025")).await.json();
    assert_eq!(json!(objects), page["games"]);
    let second = fixture.get(&format!("{HISTORY}?page_size=2&page=2&format=ndjson")).await;
    assert_eq!(second.text.lines().count(), 2, "a page where one is asked for");
    assert!(second.text.starts_with(r#"{"game_id":"4""#), "{}", second.text);
    let none = fixture.get(&format!("{HISTORY}?team=nobody&format=csv")).await;
    assert_eq!((none.status, none.header("content-type")), (404, "application/json"));
}

#[tokio::test]
async fn many_games_are_read_piece_by_piece_and_end_early_where_history_breaks() {
    let fixture = Fixture::new(&["nfl"]).await;
    let games = (0..1234).map(|id| past("nfl", &id.to_string(), id, ("NE", 3), ("BUF", 0))).collect();
    *fixture.history.games.lock().unwrap() = games;
    let all = fixture.get(&format!("{HISTORY}?format=ndjson")).await;
    let ids: Vec<u32> = all
        .text
        .lines()
        .map(|line| {
            let game: Value = serde_json::from_str(line).unwrap();
            game["game_id"].as_str().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(ids, (0..1234).collect::<Vec<_>>());
    assert_eq!(fixture.history.questions.load(Ordering::Relaxed), 4, "three with games, and the end");
    let some = fixture.get(&format!("{HISTORY}?format=csv&page_size=600&page=2")).await;
    assert_eq!(some.text.lines().count(), 601);
    let (first, last) = (some.text.lines().nth(1).unwrap(), some.text.lines().last().unwrap());
    assert!(first.starts_with("600,") && last.starts_with("1199,"), "{first} ... {last}");

    fixture.history.questions.store(0, Ordering::Relaxed);
    fixture.history.breaks_after.store(1, Ordering::Relaxed);
    *fixture.history.broken.lock().unwrap() = Some("gone");
    let request = axum::http::Request::get(format!("{HISTORY}?format=csv")).body(axum::body::Body::empty());
    let response = fixture.service.answer(request.unwrap(), crate::support::WITHIN).await;
    assert_eq!(response.status(), 200);
    let body = http_body_util::BodyExt::collect(response.into_body()).await;
    assert!(body.is_err(), "a client has to notice");
}

#[tokio::test]
async fn a_timeline_comes_as_lines_too() {
    let fixture = with_past().await;
    let entry = |status, home_score| TimelineEntry {
        observed_at: noon(),
        status,
        home_score,
        away_score: 0,
        period: Some("2OT".into()),
        time_remaining: "1:00".into(),
    };
    let entries = vec![entry(GameStatus::Live, 0), entry(GameStatus::Live, 0), entry(GameStatus::Live, 3)];
    let timeline = Timeline::new(past("nfl", "9", 0, ("NE", 7), ("BUF", 0)), entries);
    *fixture.history.timelines.lock().unwrap() = vec![timeline];
    let csv = fixture.get("/api/v1/games/timeline/9?format=csv").await.text;
    let expected = "time,home_score,away_score,period,time_remaining,status\r\n\
                    2026-11-23T12:00:00.000Z,0,0,2OT,1:00,live\r\n2026-11-23T12:00:00.000Z,3,0,2OT,1:00,live\r\n";
    assert_eq!(csv, expected);
    let every = fixture.get("/api/v1/games/timeline/9?format=ndjson&every=poll").await.text;
    assert_eq!(every.lines().count(), 3);
}
