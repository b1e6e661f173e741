//! The teams that users follow.

use std::future::Future;
use std::task::{Context, Waker};

use axum::http::Method;
use serde_json::json;

use crate::support::Fixture;

const PATH: &str = "/api/v1/user/teams";

#[tokio::test]
async fn what_is_saved_is_read_again() {
    let fixture = Fixture::new(&["nfl", "nhl", "nba"]).await;
    let nobody = json!({"user_id": "default", "nba_teams": [], "nfl_teams": [], "nhl_teams": []});
    assert_eq!(fixture.get(PATH).await.json(), nobody);
    let saved = fixture
        .post(PATH, r#"{"user_id":" ann ","nfl_teams":[" NE ","","kc"],"nba_teams":null,"theme":"dark"}"#)
        .await;
    let expected = json!({
        "success": true, "user_id": "ann",
        "teams_saved": {"nfl_teams": ["NE", "kc"], "nhl_teams": [], "nba_teams": []},
        "estimated_daily_api_calls": 24, "within_free_tier": true,
    });
    assert_eq!((saved.status, saved.json()), (200, expected));
    let ann = json!({"user_id": "ann", "nfl_teams": ["NE", "kc"], "nhl_teams": [], "nba_teams": []});
    assert_eq!(fixture.get("/api/v1/user/teams?user_id=ann").await.json(), ann);
    assert_eq!(fixture.get("/api/v1/user/teams?user_id=").await.json(), nobody);

    // A later one replaces all of an earlier one. Teams of a league that is not tracked are kept.
    let many = r#"{"user_id":"ann","nhl_teams":["a","b","c","d","e","f","g","h"],"mlb_teams":["nyy"]}"#;
    let saved = fixture.post(PATH, many).await.json();
    assert_eq!(
        (saved["estimated_daily_api_calls"].as_u64(), saved["within_free_tier"].as_bool()),
        (Some(108), Some(false))
    );
    let ann = fixture.get("/api/v1/user/teams?user_id=ann").await.json();
    assert_eq!((&ann["nfl_teams"], &ann["mlb_teams"]), (&json!([]), &json!(["nyy"])));
    assert_eq!(fixture.get(PATH).await.json(), nobody);
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused_as_a_whole() {
    let fixture = Fixture::new(&["nfl"]).await;
    let long = format!(r#"{{"nfl_teams":["{}"]}}"#, "x".repeat(65));
    let many = format!(r#"{{"nfl_teams":[{}"x"]}}"#, r#""x","#.repeat(256));
    let user = format!(r#"{{"user_id":"{}"}}"#, "x".repeat(129));
    for (body, words) in [
        ("", vec!["not JSON"]),
        ("{\"nfl_teams\":", vec!["not JSON", "column"]),
        ("[]", vec!["no object"]),
        (r#"{"nfl_teams":"ne"}"#, vec!["nfl_teams", "\\\"ne\\\"", "list"]),
        (r#"{"nfl_teams":[7],"user_id":{}}"#, vec!["nfl_teams", "7", "user_id", "string"]),
        (r#"{"cricket_teams":[]}"#, vec!["cricket_teams", "nfl"]),
        (r#"{"user_id":"a\u0007b"}"#, vec!["user_id", "control"]),
        (&long, vec!["nfl_teams", "64"]),
        (&many, vec!["nfl_teams", "256"]),
        (&user, vec!["user_id", "128"]),
    ] {
        let answer = fixture.post(PATH, body).await;
        assert_eq!(answer.status, 422, "{body}");
        let detail = answer.detail();
        assert!(words.iter().all(|word| detail.contains(word)), "{body}: {detail}");
    }
    assert!(fixture.ports.users.lock().unwrap().is_empty());
}

/// Follows no team.
const NOBODY: &str = r#"{"nfl_teams":[]}"#;

#[tokio::test]
async fn a_body_without_teams_changes_nothing_and_says_what_to_send() {
    let fixture = Fixture::new(&["nfl"]).await;
    fixture.post(PATH, r#"{"nfl_teams":["ne"]}"#).await;
    for body in ["{}", r#"{"nfl_team":["buf"]}"#, r#"{"teams":["buf"], "user_id": "default"}"#] {
        let answer = fixture.post(PATH, body).await;
        assert_eq!((answer.status, answer.detail().contains("nfl_teams")), (422, true), "{body}");
    }
    assert_eq!(fixture.get(PATH).await.json()["nfl_teams"], serde_json::json!(["ne"]));
}

#[tokio::test]
async fn only_json_is_taken() {
    let fixture = Fixture::new(&["nfl"]).await;
    for (kind, status) in [
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/merge-patch+json", 200),
        ("text/plain", 422),
        ("application/x-www-form-urlencoded", 422),
    ] {
        let answer = fixture.send(Method::POST, PATH, &[("content-type", kind)], NOBODY).await;
        assert_eq!(answer.status, status, "{kind}");
    }
    assert_eq!(fixture.send(Method::POST, PATH, &[], NOBODY).await.status, 200, "no type is no wrong one");
}

#[tokio::test]
async fn a_bad_user_is_a_bad_parameter() {
    let fixture = Fixture::new(&["nfl"]).await;
    for query in
        ["user_id=a%00b".to_owned(), format!("user_id={}", "x".repeat(129)), "user_id=a&user_id=b".into()]
    {
        let answer = fixture.get(&format!("{PATH}?{query}")).await;
        assert_eq!((answer.status, answer.detail().contains("user_id")), (400, true), "{query}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_with_its_reason() {
    let fixture = Fixture::new(&["nfl"]).await;
    *fixture.ports.broken.lock().unwrap() = Some("the disk is full: free some");
    for answer in [fixture.get(PATH).await, fixture.post(PATH, r#"{"nfl_teams":["ne"]}"#).await] {
        assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
        assert!(answer.detail().contains("the disk is full: free some"));
    }
    let calls = fixture.get("/api/v1/metrics/api-usage").await.json()["estimated_daily_calls"].clone();
    assert_eq!(calls, 0, "what was not saved marks nothing");
}

#[tokio::test]
async fn more_saves_at_once_than_is_good_are_turned_away() {
    let fixture = Fixture::new(&["nfl"]).await;
    let closed = fixture.ports.gate.lock().await;
    let save = || Box::pin(fixture.post(PATH, r#"{"nfl_teams":["ne"]}"#));
    let mut waiting: Vec<_> = (0..128).map(|_| save()).collect();
    for save in &mut waiting {
        assert!(save.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    // Each save is a task of its own, which has to come as far as the gate.
    for _ in 0..128 {
        tokio::task::yield_now().await;
    }
    let refused = save().await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "5"));
    assert!(refused.detail().contains("at once"));
    drop(closed);
    for save in waiting {
        assert_eq!(save.await.status, 200);
    }
}

#[tokio::test]
async fn a_save_whose_client_went_away_is_in_memory_too() {
    let fixture = Fixture::new(&["nfl"]).await;
    let closed = fixture.ports.gate.lock().await;
    let mut save = Box::pin(fixture.post(PATH, r#"{"nfl_teams":["ne"]}"#));
    assert!(save.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(save);
    drop(closed);
    for _ in 0..1000 {
        if fixture.get("/api/v1/metrics/api-usage").await.json()["estimated_daily_calls"] == 12 {
            assert_eq!(fixture.ports.users.lock().unwrap().len(), 1);
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came into memory");
}

#[tokio::test]
async fn the_user_may_stand_in_the_address_but_not_be_another_there() {
    let fixture = Fixture::new(&["nfl"]).await;
    let saved = fixture.post(&format!("{PATH}?user_id=ann"), r#"{"nfl_teams":["ne"]}"#).await;
    assert_eq!((saved.status, &saved.json()["user_id"]), (200, &json!("ann")));
    let same = fixture.post(&format!("{PATH}?user_id=ann"), r#"{"user_id":" ann","nfl_teams":["kc"]}"#).await;
    assert_eq!(same.status, 200, "{}", same.text);
    let other =
        fixture.post(&format!("{PATH}?user_id=ann"), r#"{"user_id":"bob","nfl_teams":["buf"]}"#).await;
    assert_eq!(other.status, 400);
    assert!(other.detail().contains(r#"user_id is "ann" in the address and "bob" in the body"#));
    let long = format!("{PATH}?user_id={}", "x".repeat(129));
    assert_eq!(fixture.post(&long, NOBODY).await.status, 400);
    let users = fixture.ports.users.lock().unwrap();
    assert_eq!(users.keys().collect::<Vec<_>>(), ["ann"]);
    assert_eq!(users["ann"].teams["nfl"], ["kc"]);
}

#[tokio::test]
async fn teams_that_nobody_knows_are_saved_and_named() {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    let body = r#"{"nfl_teams":["ne","Patriots","nhl-bos"],"nhl_teams":["NHL-TBL"],"ncaaf_teams":["any"]}"#;
    let saved = fixture.post(PATH, body).await.json();
    let warnings = saved["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 1, "{saved}");
    let warning = warnings[0].as_str().unwrap();
    assert!(
        warning.contains(r#"is called "Patriots", "nhl-bos", so"#) && warning.contains("league=nfl"),
        "{warning}"
    );
    assert_eq!(saved["teams_saved"]["nfl_teams"], json!(["ne", "Patriots", "nhl-bos"]));
}
