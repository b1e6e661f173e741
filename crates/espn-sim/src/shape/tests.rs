//! Scoreboards made by hand.

use super::*;

fn league(key: &str) -> League {
    key.parse().unwrap()
}

#[test]
fn a_week_has_its_season_its_number_and_its_calendar() {
    let board = scoreboard(league("nfl"))
        .season(2022, 3)
        .week(2)
        .calendar_week(2, 18, "2023-01-05T08:00Z", "2023-01-11T07:59Z")
        .calendar_week(3, 1, "2023-01-12T08:00Z", "2023-01-18T07:59Z")
        .calendar_week(3, 2, "2023-01-19T08:00Z", "2023-01-25T07:59Z")
        .event(event("1").home("KC", 0).away("JAX", 0))
        .to_json();
    assert_eq!(
        (&board["season"], &board["week"]),
        (&json!({"year": 2022, "type": 3}), &json!({"number": 2}))
    );
    assert_eq!(board["events"][0]["week"], json!({"number": 2}));
    assert_eq!(board["events"][0]["season"], board["season"]);
    let calendar = &board["leagues"][0]["calendar"];
    assert_eq!((&calendar[0]["value"], &calendar[1]["value"]), (&json!("2"), &json!("3")));
    assert_eq!(calendar[1]["entries"][1]["endDate"], "2023-01-25T07:59Z");
    assert!(board["day"].is_null());
}

#[test]
fn a_day_is_the_one_given_or_that_of_the_first_event() {
    let late = || event("1").at("2025-10-08T01:40Z");
    let board = scoreboard(league("nhl")).event(late()).to_json();
    assert_eq!(board["day"]["date"], "2025-10-07", "the day in New York");
    assert!(board["events"][0]["week"].is_null(), "hockey has no weeks");
    let board = scoreboard(league("nhl")).day("2025-10-09").event(late()).to_json();
    assert_eq!(board["day"]["date"], "2025-10-09");
}

#[test]
fn an_event_says_what_it_was_told() {
    let start = "2025-10-08T23:30:00Z".parse().unwrap();
    let game =
        event("7").home("BOS", 1).away("XYZ", 2).records("5-2-1", "0-8-0").raw_scores(json!(null), json!(3));
    let game = game.status("STATUS_FINAL").detail("Final/OT").period(4).clock("1:02").starts(start);
    let game = game.venue("TD Garden").time_to_be_announced().to_json(league("nhl"), (2026, 2), 1);
    let competition = &game["competitions"][0];
    assert_eq!((&game["date"], &competition["date"]), (&json!("2025-10-08T23:30Z"), &game["date"]));
    assert_eq!(
        (&competition["timeValid"], &competition["venue"]["fullName"]),
        (&json!(false), &json!("TD Garden"))
    );
    let status = &competition["status"];
    assert_eq!((&status["period"], &status["displayClock"]), (&json!(4), &json!("1:02")));
    assert_eq!((&status["type"]["state"], &status["type"]["detail"]), (&json!("post"), &json!("Final/OT")));
    let (home, away) = (&competition["competitors"][0], &competition["competitors"][1]);
    assert_eq!(
        (&home["homeAway"], &home["score"], &away["score"]),
        (&json!("home"), &json!(null), &json!(3))
    );
    assert_eq!(home["records"][0]["summary"], "5-2-1");
    assert_eq!((&home["team"]["name"], &away["team"]["name"]), (&json!("Bruins"), &json!("XYZ")));
}

#[test]
fn ids_states_and_completion_follow_from_the_name_of_a_status() {
    for (name, id, state, completed) in [
        ("STATUS_SCHEDULED", "1", "pre", false),
        ("STATUS_IN_PROGRESS", "2", "in", false),
        ("STATUS_HALFTIME", "23", "in", false),
        ("STATUS_RAIN_DELAY", "17", "in", false),
        ("STATUS_FINAL", "3", "post", true),
        ("STATUS_FINAL_PEN", "47", "post", true),
        ("STATUS_POSTPONED", "6", "post", false),
        ("STATUS_FORFEIT", "4", "post", true),
    ] {
        let status = &event("1").status(name).to_json(league("nhl"), (2026, 2), 1)["status"]["type"];
        let seen = (&status["id"], &status["state"], &status["completed"]);
        assert_eq!(seen, (&json!(id), &json!(state), &json!(completed)), "{name}");
    }
}
