//! Teams, what this is, and counts.

use serde_json::json;

use crate::support::{Fixture, game, league, poll};

#[tokio::test]
async fn teams_come_from_the_table_of_leagues() {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    let nhl = fixture.get("/api/v1/teams?sport=NHL").await;
    let body = nhl.json();
    assert_eq!((body["league"].as_str(), body["count"].as_u64()), (Some("nhl"), Some(32)));
    assert_eq!(
        body["teams"][6],
        json!({"id": "nhl-tbl", "name": "Tampa Bay Lightning", "abbreviation": "TBL", "logo": "",
               "colors": {"primary": "#002868", "secondary": "#FFFFFF"}, "record": null})
    );
    let teams = body["teams"].as_array().expect("teams");
    assert!(teams.iter().any(|team| team["id"] == "nhl-utah"));
    assert_eq!((nhl.header("x-cache"), nhl.header("age")), ("miss", "0"));
    let all = fixture.get("/api/v1/teams").await.json();
    assert_eq!((all["league"].as_str(), all["count"].as_u64()), (Some("ALL"), Some(64)));
    assert_eq!(fixture.get("/api/v1/teams?_=1").await.header("x-cache"), "hit");
    assert_eq!(fixture.hints(), []);
    assert!(fixture.get("/api/v1/teams?league=mlb").await.detail().contains("nfl, nhl"));
}

#[tokio::test]
async fn teams_that_only_games_tell_of_come_from_those() {
    let fixture = Fixture::new(&["nba", "nfl"]).await;
    let unseen = fixture.get("/api/v1/teams?league=nba").await;
    assert_eq!((unseen.json()["count"].as_u64(), unseen.header("x-cache")), (Some(0), "stale"));
    fixture.publish(league("nba"), vec![game("nba", "1", "LAL", "BOS"), game("nba", "2", "BOS", "NY")]);
    let seen = fixture.get("/api/v1/teams?league=nba").await.json();
    let ids: Vec<_> =
        seen["teams"].as_array().expect("teams").iter().map(|team| team["id"].clone()).collect();
    assert_eq!(ids, ["nba-bos", "nba-lal", "nba-ny"]);
    assert_eq!(seen["teams"][0]["record"], json!(null));
    assert_eq!(fixture.get("/api/v1/teams").await.json()["count"], 35);
}

#[tokio::test]
async fn the_root_tells_what_this_is() {
    let fixture = Fixture::new(&["nfl"]).await;
    let root = fixture.get("/").await.json();
    assert_eq!((root["service"].as_str(), root["version"].as_str()), (Some("sports-data"), Some("1.2.3")));
    for endpoint in root["endpoints"].as_array().expect("endpoints") {
        let answer = fixture.get(endpoint.as_str().expect("a path")).await;
        assert_eq!(answer.status, 200, "{endpoint}");
    }
}

#[tokio::test]
async fn usage_and_cache_are_counted() {
    let fixture = Fixture::new(&["nhl", "nba"]).await;
    fixture.ports.polls.lock().unwrap().extend([poll("nhl"), poll("nba")]);
    fixture.get("/api/v1/teams?league=nhl").await;
    fixture.get("/api/v1/teams?league=nhl").await;
    fixture.get("/api/v1/games/live").await;
    fixture.post("/api/v1/user/teams", r#"{"nhl_teams":["bos","tb"]}"#).await;
    let usage = fixture.get("/api/v1/metrics/api-usage").await.json();
    let expected = json!({
        "total_calls_today": 80, "nfl_calls": 0, "nhl_calls": 40, "nba_calls": 40,
        "cache_hits": 1, "cache_misses": 1, "estimated_daily_calls": 24, "within_free_tier": true,
    });
    assert_eq!(usage, expected);
    fixture.ports.polls.lock().unwrap()[0].requests_today = 61;
    assert_eq!(fixture.get("/api/v1/metrics/api-usage").await.json()["within_free_tier"], false);

    let stats = fixture.get("/api/v1/cache/stats").await.json();
    assert_eq!(
        (stats["hits"].as_u64(), stats["misses"].as_u64(), stats["stale"].as_u64()),
        (Some(1), Some(1), Some(1))
    );
    assert!((stats["hit_rate"].as_f64().expect("a rate") - 1.0 / 3.0).abs() < 1e-9);
    assert_eq!(stats["timestamp"], "2026-11-23T12:00:00.000Z");
    assert_eq!(stats["keys_count"], 0, "saved preferences make all answers anew");
}
