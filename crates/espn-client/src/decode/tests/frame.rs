//! Season, week, day, and the calendar of weeks or days.

use chrono::{DateTime, Utc};
use espn_sim::shape::{event, scoreboard};
use game_model::{SeasonPhase, Slate, SlateId};
use serde_json::{Value, json};

use super::super::decode;
use super::{board, game, league, read, saints_at_falcons, with, without};

fn week_label(board: &Value) -> Option<String> {
    game("nfl", board).week.map(|week| week.label)
}

#[test]
fn weeks_are_named_by_phase_and_number() {
    for (phase, number, label) in [
        (1, 1, "hall_of_fame"),
        (1, 2, "pre_1"),
        (1, 4, "pre_3"),
        (2, 1, "1"),
        (2, 18, "18"),
        (3, 1, "wild_card"),
        (3, 2, "divisional"),
        (3, 3, "conference"),
        (3, 4, "pro_bowl"),
        (3, 5, "super_bowl"),
    ] {
        let board = scoreboard(league("nfl")).season(2025, phase).week(number).event(saints_at_falcons());
        assert_eq!(week_label(&board.to_json()).as_deref(), Some(label));
    }
}

#[test]
fn seasons_are_named_by_their_league() {
    for (key, year, label) in
        [("nfl", 2025, "2025"), ("nhl", 2026, "2025-26"), ("nba", 2000, "1999-00"), ("epl", 2025, "2025-26")]
    {
        let board = scoreboard(league(key)).season(year, 2).event(event("1")).to_json();
        let season = game(key, &board).season.unwrap();
        assert_eq!((season.label.as_str(), season.phase), (label, SeasonPhase::Regular));
    }
}

#[test]
fn only_leagues_with_weeks_have_weeks() {
    let nhl = board("nhl", saints_at_falcons());
    let mut nhl = with(&nhl, "/events/0", nhl.pointer("/events/0").unwrap().clone());
    nhl["events"][0]["week"] = json!({"number": 3});
    assert_eq!(game("nhl", &nhl).week, None);
}

#[test]
fn the_scoreboards_week_counts_where_the_season_matches() {
    let silent = without(&board("nfl", saints_at_falcons()), "/events/0/week");
    assert_eq!(week_label(&silent).as_deref(), Some("1"));
    for (field, other) in [("/season/year", 2021), ("/season/type", 3)] {
        assert_eq!(week_label(&with(&silent, field, json!(other))), None, "{field}");
    }
    assert_eq!(week_label(&without(&silent, "/week")), None);
}

#[test]
fn the_scoreboards_season_counts_where_the_event_is_silent() {
    let silent = without(&board("nfl", saints_at_falcons()), "/events/0/season");
    let season = game("nfl", &silent).season.unwrap();
    assert_eq!((season.year, season.phase), (2022, SeasonPhase::Regular));
    let mut half = silent.clone();
    half["events"][0]["season"] = json!({"year": 2022});
    assert_eq!(game("nfl", &half).season.map(|season| season.phase), Some(SeasonPhase::Regular));
    half["events"][0]["season"] = json!({"year": 2021});
    assert_eq!(game("nfl", &half).season, None);
    assert_eq!(game("nfl", &without(&silent, "/season")).season, None);
}

#[test]
fn what_nobody_says_is_what_was_asked_for() {
    let mut silent = board("nfl", saints_at_falcons());
    for field in ["/season", "/week", "/events/0/season", "/events/0/week"] {
        silent = without(&silent, field);
    }
    let asked = Slate::Named(SlateId::Week { year: 2022, phase: 3, number: 2 });
    let decoded = decode(league("nfl"), asked, silent.to_string().as_bytes()).unwrap();
    let game = &decoded.games[0];
    assert_eq!(game.season.as_ref().map(|season| season.phase), Some(SeasonPhase::Postseason));
    assert_eq!(game.week.as_ref().map(|week| week.label.as_str()), Some("divisional"));
    assert_eq!(decoded.slate, None, "the answer does not say which slate it is");
}

#[test]
fn a_year_that_is_none_is_taken_for_silence() {
    let nhl = board("nhl", saints_at_falcons());
    for year in [i32::MIN, -1, 0, 3000, i32::MAX] {
        let odd = with(&with(&nhl, "/season/year", json!(year)), "/events/0/season/year", json!(year));
        assert_eq!(game("nhl", &odd).season, None, "{year}");
        let silent = without(&without(&nhl, "/season"), "/events/0/season");
        let asked = Slate::Named(SlateId::Week { year, phase: 2, number: 1 });
        let decoded = decode(league("nhl"), asked, silent.to_string().as_bytes()).unwrap();
        assert_eq!(decoded.games[0].season, None, "{year}");
    }
}

#[test]
fn the_answer_says_which_slate_it_is() {
    let nfl = board("nfl", saints_at_falcons());
    assert_eq!(read("nfl", &nfl).slate, Some(SlateId::Week { year: 2022, phase: 2, number: 1 }));
    let mut day = without(&nfl, "/week");
    assert_eq!(read("nfl", &day).slate, None);
    day["day"] = json!({"date": "2022-09-11"});
    assert_eq!(read("nfl", &day).slate, Some(SlateId::Day("2022-09-11".parse().unwrap())));
    // 01:40Z belongs to the day before.
    let nhl = scoreboard(league("nhl")).event(event("1").at("2025-10-08T01:40Z")).to_json();
    assert_eq!(read("nhl", &nhl).slate, Some(SlateId::Day("2025-10-07".parse().unwrap())));
    assert_eq!(read("nhl", &with(&nhl, "/day/date", json!("tomorrow"))).slate, None);
    assert_eq!(read("nhl", &without(&nhl, "/day")).slate, None);
}

#[test]
fn the_calendar_lists_the_weeks_and_their_ends() {
    let board = scoreboard(league("nfl"))
        .season(2025, 2)
        .week(5)
        .calendar_week(2, 18, "2026-01-01T08:00Z", "2026-01-08T07:59Z")
        .calendar_week(3, 1, "2026-01-08T08:00Z", "2026-01-15T07:59Z")
        .to_json();
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let expected = [
        (SlateId::Week { year: 2025, phase: 2, number: 18 }, moment("2026-01-08T07:59:00Z")),
        (SlateId::Week { year: 2025, phase: 3, number: 1 }, moment("2026-01-15T07:59:00Z")),
    ];
    assert_eq!(read("nfl", &board).weeks, expected);
    let by_frame = without(&board, "/leagues/0/season");
    assert_eq!(read("nfl", &by_frame).weeks, expected);
    assert_eq!(read("nfl", &without(&by_frame, "/season")).weeks, []);
    assert_eq!(read("nfl", &without(&board, "/leagues")).weeks, []);
    let odd = with(&board, "/leagues/0/calendar/0/entries/0/endDate", json!("soon"));
    assert_eq!(read("nfl", &odd).weeks, expected[1..]);
    let days = with(&board, "/leagues/0/calendar", json!(["2026-01-08T08:00Z", "2026-01-09T08:00Z"]));
    assert_eq!(read("nfl", &days).weeks, []);
}

#[test]
fn leagues_by_the_day_have_no_calendar_of_weeks() {
    let mut board = scoreboard(league("nhl")).event(event("1")).to_json();
    let entry = json!({"value": "1", "endDate": "2026-01-08T07:59Z"});
    board["leagues"][0]["calendar"] = json!([{"value": "2", "entries": [entry]}]);
    assert_eq!(read("nhl", &board).weeks, []);
}

#[test]
fn leagues_without_weeks_have_a_calendar_of_days() {
    let days = |key: &str, board: &Value| {
        let body = serde_json::to_vec(board).unwrap();
        let found = decode(league(key), Slate::Current, &body).unwrap().days;
        found.map(|season| (season.year, season.days.iter().map(ToString::to_string).collect::<Vec<_>>()))
    };
    let listed = ["2025-10-07", "2025-10-09", "2026-02-01"];
    let shape =
        listed.iter().fold(scoreboard(league("nhl")).season(2026, 2), |shape, day| shape.calendar_day(day));
    let board = shape.event(event("1")).to_json();
    assert_eq!(days("nhl", &board), Some((2026, listed.map(str::to_owned).to_vec())));
    assert_eq!(days("nfl", &board), None, "that has weeks");

    // A moment counts by New York's clock.
    let late = json!(["2025-10-08T03:59Z", "2025-10-10T04:30:00+00:00", "2025-13-08T07:00Z"]);
    let late = with(&board, "/leagues/0/calendar", late);
    assert_eq!(days("nhl", &late), Some((2026, vec!["2025-10-07".to_owned(), "2025-10-10".to_owned()])));

    // Days that are no days are passed over; a list of the days without games is taken from the whole season.
    let odd = json!(["2025-10-09T07:00Z", {"value": "1"}, 7, null, ["2025-10-07T07:00Z"], "soon", "2025-10-09T07:00Z"]);
    let odd = with(&board, "/leagues/0/calendar", odd);
    assert_eq!(days("nhl", &odd), Some((2026, vec!["2025-10-09".to_owned()])));
    let are_listed = |board: &Value| {
        let found = decode(league("nhl"), Slate::Current, &serde_json::to_vec(board).unwrap()).unwrap().days;
        found.unwrap().are_listed
    };
    assert!(are_listed(&odd));
    let mut others = with(&odd, "/leagues/0/calendarIsWhitelist", json!(false));
    assert_eq!(days("nhl", &others), None, "without a start and an end");
    others["leagues"][0]["calendarStartDate"] = json!("2025-10-08T07:00Z");
    others["leagues"][0]["calendarEndDate"] = json!("2025-10-11T06:59Z");
    let left = ["2025-10-08", "2025-10-10", "2025-10-11"].map(str::to_owned).to_vec();
    assert_eq!(days("nhl", &others), Some((2026, left)));
    assert!(!are_listed(&others), "others may have no games either");
    others["leagues"][0]["calendarEndDate"] = json!("2199-10-11T06:59Z");
    assert_eq!(days("nhl", &others).unwrap().1.len(), 499, "a season ends");
    assert_eq!(days("nhl", &without(&board, "/leagues/0/calendarIsWhitelist")), None);
}
