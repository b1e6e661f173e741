//! The breaker before InfluxDB, in a person's hands.

use axum::http::Method;
use game_model::BreakerHold;

use crate::support::{Answer, Fixture, Ports};

const TOKEN: &str = "0123456789abcdef";

async fn fixture(token: Option<&'static str>) -> Fixture {
    let ports = Ports::default();
    *ports.admin_token.lock().unwrap() = token;
    Fixture::with(&["nfl"], ports, &[]).await
}

async fn ask(fixture: &Fixture, authorization: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("authorization", authorization)];
    fixture.send(Method::POST, "/api/v1/admin/breaker", &headers, body).await
}

fn holds(fixture: &Fixture) -> Vec<BreakerHold> {
    fixture.ports.holds.lock().unwrap().clone()
}

#[tokio::test]
async fn a_person_with_the_token_holds_the_breaker() {
    let fixture = fixture(Some(TOKEN)).await;
    for state in ["open", "closed", "auto"] {
        let answer = ask(&fixture, &format!("Bearer {TOKEN}"), &format!(r#"{{"state": "{state}"}}"#)).await;
        assert_eq!((answer.status, &answer.json()["held"]), (200, &state.into()), "{answer:?}");
    }
    assert_eq!(holds(&fixture), [BreakerHold::Open, BreakerHold::Closed, BreakerHold::Auto]);
}

#[tokio::test]
async fn nobody_else_does() {
    let (on, off) = (fixture(Some(TOKEN)).await, fixture(None).await);
    for wrong in
        ["Bearer 0123456789abcdeX", "Bearer 0123", "Bearer 0123456789abcdef0", "Basic 0123456789abcdef", ""]
    {
        let answer = ask(&on, wrong, r#"{"state": "open"}"#).await;
        assert_eq!(answer.status, 401, "{wrong:?}");
        assert!(answer.detail().contains("ADMIN_TOKEN"), "{answer:?}");
    }
    let answer = ask(&off, &format!("Bearer {TOKEN}"), r#"{"state": "open"}"#).await;
    assert_eq!(answer.status, 403);
    assert!(answer.detail().contains("set ADMIN_TOKEN"), "{answer:?}");
    assert_eq!((holds(&on), holds(&off)), (vec![], vec![]));
}

#[tokio::test]
async fn a_state_that_there_is_not_is_refused_with_those_that_there_are() {
    let fixture = fixture(Some(TOKEN)).await;
    for body in ["", "[]", r#"{"state": "half_open"}"#, r#"{"state": 1}"#, "{}"] {
        let answer = ask(&fixture, &format!("Bearer {TOKEN}"), body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert!(answer.detail().contains("closed"), "{answer:?}");
    }
    assert_eq!(holds(&fixture), vec![]);
}

#[test]
fn the_token_is_not_shown() {
    assert_eq!(format!("{:?}", http_api::AdminToken::new(TOKEN)), "***");
}
