//! Questions and their answers.

use serde_json::json;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn asked(query: &str) -> Asked {
    Question::parse(query).asked
}

/// The ids of the events in the answer, and the answer.
fn ids(known: &[&Value], query: &str) -> (String, Value) {
    let answer = answer(known, Question::parse(query));
    let ids = answer["events"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap_or("?"));
    (ids.collect::<Vec<_>>().join(" "), answer)
}

#[test]
fn queries_are_read_as_espn_does() {
    assert_eq!(asked(""), Asked::Current);
    assert_eq!(asked("limit=500"), Asked::Current);
    assert_eq!(asked("limit=500&dates=20251007"), Asked::Day(date("2025-10-07")));
    assert_eq!(asked("dates=202510"), Asked::Month { year: 2025, month: 10 });
    assert_eq!(asked("dates=2025"), Asked::Year(2025));
    assert_eq!(
        asked("dates=2025&seasontype=2&week=5"),
        Asked::Week { year: 2025, season_type: 2, number: 5 }
    );
    let range = Asked::Range(date("2025-10-07"), date("2025-10-14"));
    assert_eq!(asked("dates=20251007-20251014"), range);
    for nonsense in ["dates=", "dates=today", "dates=20251341", "dates=1-2", "dates=123"] {
        assert_eq!(asked(nonsense), Asked::Nonsense, "{nonsense}");
    }
}

#[test]
fn an_answer_holds_the_events_that_were_asked_for_in_the_frame_that_was_asked_for() {
    let board = json!({
        "season": {"year": 2025, "type": 2}, "week": {"number": 5},
        "events": [
            {"id": "1", "date": "2025-10-08T01:40Z"},
            {"id": "2", "date": "2025-10-08T17:00Z", "season": {"year": 2025, "type": 2}, "week": {"number": 6}},
            {},
        ],
    });
    let ids = |query: &str| ids(&[&board], query);
    assert_eq!(ids("").0, "1 2 ?");
    let (on_day, answer) = ids("dates=20251007");
    assert_eq!((on_day.as_str(), &answer["day"]["date"]), ("1", &json!("2025-10-07")));
    assert!(answer["week"].is_null(), "it is the answer of a day: {answer}");
    assert_eq!(ids("dates=20251010").0, "");
    assert_eq!(ids("dates=202510").0, "1 2");
    assert_eq!(ids("dates=2024").0, "");
    assert_eq!(ids("dates=20251008-20251009").0, "2");
    assert_eq!(ids("dates=2025&seasontype=2&week=5").0, "1 ?");
    let (in_week, answer) = ids("dates=2025&seasontype=2&week=6");
    assert_eq!((in_week.as_str(), &answer["week"]["number"]), ("2", &json!(6)));
    assert_eq!(ids("dates=nonsense").0, "");
}

#[test]
fn events_without_a_date_are_of_the_day_of_their_scoreboard() {
    let board = json!({"day": {"date": "2025-10-07"}, "events": [{}, {"id": "1", "date": "soon"}]});
    assert_eq!(ids(&[&board], "dates=20251007").0, "? 1");
    assert_eq!(ids(&[&board], "dates=20251008").0, "");
}

#[test]
fn an_older_scoreboard_answers_for_its_slate_until_a_newer_one_says_otherwise() {
    let event = |id: &str, date: &str| json!({"id": id, "date": date});
    let older = json!({"day": {"date": "2025-10-07"}, "events": [
        event("1", "2025-10-07T23:00Z"), event("2", "2025-10-08T02:00Z"),
    ]});
    let next_day = json!({"day": {"date": "2025-10-08"}, "events": [
        event("2", "2025-10-08T23:00Z"), event("3", "2025-10-08T23:00Z"),
    ]});
    let known = [&next_day, &older];
    assert_eq!(ids(&known, "").0, "2 3");
    assert_eq!(ids(&known, "dates=20251007").0, "1", "2 has moved");
    assert_eq!(ids(&known, "dates=20251008").0, "2 3");
    assert_eq!(ids(&known, "dates=202510").0, "2 3 1");

    let same_day = json!({"day": {"date": "2025-10-07"}, "events": [event("2", "2025-10-08T02:00Z")]});
    assert_eq!(ids(&[&same_day, &older], "dates=20251007").0, "2", "1 is no more");
    let week = |number: u32, ids: &[&str]| {
        let events: Vec<_> = ids.iter().map(|id| event(id, "2025-10-05T17:00Z")).collect();
        json!({"season": {"year": 2025, "type": 2}, "week": {"number": number}, "events": events})
    };
    let known = [&week(5, &["7"]), &week(5, &["6", "7"]), &week(4, &["4"])];
    assert_eq!(ids(&known, "dates=2025&seasontype=2&week=5").0, "7");
    assert_eq!(ids(&known, "dates=2025&seasontype=2&week=4").0, "4");
}

#[test]
fn limits_are_obeyed_and_where_they_are_too_high_the_answer_is_cut() {
    let events: Vec<_> =
        (0..150).map(|id: u32| json!({"id": id.to_string(), "date": "2025-10-07T17:00Z"})).collect();
    let board = json!({"events": events});
    for (query, count) in [
        ("", 150),
        ("limit=7", 7),
        ("limit=some", 150),
        ("dates=20251007", 150),
        ("dates=20251007&limit=500", 150),
        ("dates=20251007&limit=1000", 100),
        ("dates=202510", 100),
        ("dates=202510&limit=500", 150),
    ] {
        let answer = answer(&[&board], Question::parse(query));
        assert_eq!(answer["events"].as_array().unwrap().len(), count, "{query}");
    }
}
