//! Errors as answers.

use super::*;

#[test]
fn each_error_has_its_status() {
    let text = || "why".to_owned();
    let wrong_method = ApiError::WrongMethod { method: "PUT".into(), path: "/x".into() };
    for (error, status) in [
        (ApiError::BadParameter(text()), 400),
        (ApiError::UnknownPath(text()), 404),
        (wrong_method, 405),
        (ApiError::TooLarge { limit: 1 }, 413),
        (ApiError::BadBody(text()), 422),
        (ApiError::TooMany("why"), 429),
        (ApiError::Defect(text()), 500),
        (ApiError::Unavailable(text()), 503),
        (ApiError::TimedOut { seconds: 1 }, 503),
    ] {
        let response = error.clone().into_response();
        assert_eq!(response.status(), status, "{error}");
        let told = response.headers().contains_key(RETRY_AFTER);
        assert_eq!(told, matches!(status, 429 | 503), "{error}");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }
}

#[test]
fn details_are_json_whatever_they_say() {
    let error = ApiError::BadParameter("\"quoted\"\n\u{7}é".into());
    let read: serde_json::Value = serde_json::from_str(&error.to_json()).expect("JSON");
    assert_eq!(read["detail"], "\"quoted\"\n\u{7}é");
}

#[test]
fn long_values_are_cut_between_characters() {
    assert_eq!(shown("ne\n"), "\"ne\\n\"");
    assert_eq!(shown(&"é".repeat(41)), format!("\"{}\"...", "é".repeat(40)));
    assert_eq!(shown(&"é".repeat(40)), format!("\"{}\"", "é".repeat(40)));
}
