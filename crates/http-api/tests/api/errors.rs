//! What all answers have in common: errors, methods, ids, origins.

use axum::http::Method;

use crate::support::{Fixture, game, league};

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_told() {
    let fixture = Fixture::new(&["nfl"]).await;
    for path in ["/nowhere", "/api/v1/games/", "/api/v1/games/live/", "/health/x", "//"] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.detail().contains(path), "{path}");
    }
    let answer = fixture.send(Method::DELETE, "/api/v1/games/live", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
    assert!(answer.detail().contains("DELETE"));
    let answer = fixture.send(Method::PUT, "/api/v1/user/teams", &[], "{}").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD,POST"));
    let long = format!("/{}", "x".repeat(5000));
    assert!(fixture.get(&long).await.detail().len() < 200);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let fixture = Fixture::new(&["nfl"]).await;
    fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF")]);
    for path in ["/", "/health", "/metrics", "/api/v1/games/live", "/api/v1/teams", "/api/v1/user/teams"] {
        let answer = fixture.send(Method::HEAD, path, &[], "").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{path}");
        assert_ne!(answer.header("content-type"), "", "{path}");
    }
    assert_eq!(fixture.send(Method::HEAD, "/nowhere", &[], "").await.status, 404);
}

#[tokio::test]
async fn ids_of_requests_are_given_back() {
    let fixture = Fixture::new(&["nfl"]).await;
    let given = fixture.send(Method::GET, "/nowhere", &[("x-request-id", "ha-17")], "").await;
    assert_eq!(given.header("x-request-id"), "ha-17");
    let (first, second) = (fixture.get("/").await, fixture.get("/").await);
    assert_eq!(first.header("x-request-id").len(), 16);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused_announced_or_not() {
    let fixture = Fixture::new(&["nfl"]).await;
    let body = format!(r#"{{"user_id":"{}"}}"#, "x".repeat(64 * 1024));
    let length = body.len().to_string();
    let announced = [("content-type", "application/json"), ("content-length", length.as_str())];
    for headers in [&announced[..], &announced[..1]] {
        let answer = fixture.send(Method::POST, "/api/v1/user/teams", headers, &body).await;
        assert_eq!((answer.status, answer.header("connection")), (413, "close"));
        assert!(answer.detail().contains("65536"));
    }
}

#[tokio::test]
async fn a_defect_answers_500_and_the_next_request_is_served() {
    let fixture = Fixture::new(&["nfl"]).await;
    *fixture.ports.defect.lock().unwrap() = true;
    let answer = fixture.send(Method::GET, "/health", &[("x-request-id", "abc")], "").await;
    assert_eq!(answer.status, 500);
    assert!(answer.detail().contains("abc"));
    *fixture.ports.defect.lock().unwrap() = false;
    assert_eq!(fixture.get("/health").await.status, 200);
    assert!(fixture.get("/metrics").await.text.contains("sports_data_http_panics_total 1"));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_given_up() {
    let fixture = Fixture::new(&["nfl"]).await;
    let _closed = fixture.ports.gate.lock().await;
    let answer = fixture.post("/api/v1/user/teams", r#"{"nfl_teams":[]}"#).await;
    assert_eq!((answer.status, answer.header("connection")), (503, "close"));
    assert!(answer.detail().contains("10 s"));
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read_answers() {
    let fixture = Fixture::new(&["nfl"]).await;
    let from = async |origin: &str| fixture.send(Method::GET, "/", &[("origin", origin)], "").await;
    let allowed = from("http://localhost:3000").await;
    assert_eq!(allowed.header("access-control-allow-origin"), "http://localhost:3000");
    assert!(allowed.header("access-control-expose-headers").contains("x-cache"));
    let foreign = from("http://evil.example").await;
    assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (200, ""));
    let plain = fixture.get("/").await;
    assert_eq!((plain.header("vary"), plain.header("access-control-allow-origin")), ("origin", ""));
    assert!(foreign.header("vary").contains("origin"));

    let asking = [
        ("origin", "http://localhost:3000"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let preflight = fixture.send(Method::OPTIONS, "/api/v1/user/teams", &asking, "").await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-methods"), "POST");
    assert_eq!(preflight.header("access-control-allow-headers"), "content-type");
    assert_eq!(preflight.header("access-control-max-age"), "600");
}

#[tokio::test]
async fn a_star_allows_every_origin() {
    let ports = crate::support::Ports::default();
    let fixture = Fixture::with(&["nfl"], ports, &["http://localhost", "*"]).await;
    let answer = fixture.send(Method::GET, "/", &[("origin", "http://any.example")], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}
