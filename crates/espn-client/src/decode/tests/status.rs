//! Status, period and clock.

use game_model::{GameStatus, Period};
use serde_json::json;

use super::{COMPETITION, board, game, read, reason, saints_at_falcons, with, without};

#[test]
fn every_name_of_the_table_has_its_meaning() {
    use GameStatus::{Canceled, Delayed, Finished, Live, Postponed, Scheduled, Suspended};
    for (name, status) in [
        ("STATUS_SCHEDULED", Scheduled),
        ("STATUS_IN_PROGRESS", Live),
        ("STATUS_END_PERIOD", Live),
        ("STATUS_HALFTIME", Live),
        ("STATUS_OVERTIME", Live),
        ("STATUS_FIRST_HALF", Live),
        ("STATUS_SECOND_HALF", Live),
        ("STATUS_DELAYED", Delayed),
        ("STATUS_RAIN_DELAY", Delayed),
        ("STATUS_FINAL", Finished),
        ("STATUS_FULL_TIME", Finished),
        ("STATUS_FINAL_AET", Finished),
        ("STATUS_FINAL_PEN", Finished),
        ("STATUS_POSTPONED", Postponed),
        ("STATUS_SUSPENDED", Suspended),
        ("STATUS_CANCELED", Canceled),
        ("STATUS_CANCELLED", Canceled),
        ("STATUS_FORFEIT", Finished),
        ("STATUS_FORFEIT_HOME_TEAM", Finished),
    ] {
        assert_eq!(game("nfl", &board("nfl", saints_at_falcons().status(name))).status, status, "{name}");
    }
}

#[test]
fn a_break_between_periods_is_told_by_its_name_alone() {
    for (key, name, over) in [
        ("nfl", "STATUS_HALFTIME", true),
        ("nhl", "STATUS_END_PERIOD", true),
        ("epl", "STATUS_HALFTIME", true),
        ("nhl", "STATUS_IN_PROGRESS", false),
        ("nhl", "STATUS_FINAL", false),
        // Half an inning, for all that is known.
        ("mlb", "STATUS_END_PERIOD", false),
    ] {
        let event = saints_at_falcons().status(name).period(1).clock("0:00").detail("End of 1st");
        let game = game(key, &board(key, event));
        assert_eq!((game.clock.number, game.clock.period_over), (1, over), "{key} {name}");
    }
}

/// The names above decide, whatever state and completion say: sources disagree about them.
#[test]
fn a_known_name_outweighs_state_and_completion() {
    for (name, status) in [
        ("STATUS_CANCELED", GameStatus::Canceled),
        ("STATUS_POSTPONED", GameStatus::Postponed),
        ("STATUS_SUSPENDED", GameStatus::Suspended),
        ("STATUS_DELAYED", GameStatus::Delayed),
    ] {
        for (state, completed) in [("pre", true), ("in", true), ("post", true), ("post", false)] {
            let board = board("nfl", saints_at_falcons().status(name));
            let kind = json!({"name": name, "state": state, "completed": completed});
            let board = with(&board, "/events/0/competitions/0/status/type", kind);
            assert_eq!(game("nfl", &board).status, status, "{name} {state} {completed}");
        }
    }
}

#[test]
fn an_unknown_name_falls_back_on_state_and_completion() {
    let board = board("nfl", saints_at_falcons());
    for (kind, status) in [
        (json!({"name": "STATUS_WHATEVER", "state": "pre"}), GameStatus::Scheduled),
        (json!({"name": "STATUS_SHOOTOUT", "state": "in"}), GameStatus::Live),
        (json!({"name": "STATUS_WALKOVER", "state": "post", "completed": true}), GameStatus::Finished),
        (json!({"name": "STATUS_ABANDONED", "state": "post", "completed": false}), GameStatus::Suspended),
        (json!({"name": null, "state": "post", "completed": true}), GameStatus::Finished),
        (json!({"state": "in"}), GameStatus::Live),
    ] {
        let board = with(&board, "/events/0/competitions/0/status/type", kind.clone());
        assert_eq!(game("nfl", &board).status, status, "{kind}");
    }
    let unknown = with(
        &board,
        "/events/0/competitions/0/status/type",
        json!({"name": "STATUS_X", "state": "on", "completed": true}),
    );
    assert_eq!(
        reason("nfl", &unknown),
        "status.type is \"STATUS_X\" with state \"on\"; it must be a known name or a state \"pre\", \"in\" or \"post\""
    );
}

#[test]
fn the_events_own_status_is_second_choice() {
    let board = board("nfl", saints_at_falcons().status("STATUS_FINAL").period(4));
    let told_above = without(&board, "/events/0/competitions/0/status");
    assert_eq!(game("nfl", &told_above).status, GameStatus::Finished);
    let untold = without(&told_above, "/events/0/status");
    assert_eq!(reason("nfl", &untold), "status.type is missing; it must be an object with name and state");
}

#[test]
fn a_delayed_start_has_not_begun() {
    let event = saints_at_falcons().home("ATL", 0).away("NO", 0).status("STATUS_RAIN_DELAY").period(1);
    let game = game("nfl", &board("nfl", event));
    assert_eq!(game.status, GameStatus::Delayed);
    assert!(!game.has_begun());
}

#[test]
fn a_game_that_is_not_played_has_no_period() {
    for (name, number) in [("STATUS_SCHEDULED", 0), ("STATUS_POSTPONED", 3), ("STATUS_CANCELED", 3)] {
        let game = game("nfl", &board("nfl", saints_at_falcons().status(name).period(3)));
        assert_eq!((game.clock.period, game.clock.number), (None, number), "{name}");
        assert_eq!(game.time_remaining(), "", "{name}");
    }
}

fn last_period(key: &str, name: &str, period: u32, detail: &str) -> Option<Period> {
    let event = saints_at_falcons().status(name).period(period).detail(detail);
    game(key, &board(key, event)).clock.period
}

#[test]
fn the_detail_of_a_finished_game_tells_how_it_ended() {
    use Period::{Overtime, Regulation, Shootout};
    for (key, name, number, detail, period) in [
        ("nhl", "STATUS_FINAL", 3, "Final", Regulation(3)),
        ("nhl", "STATUS_FINAL", 4, "Final/OT", Overtime(1)),
        ("nhl", "STATUS_FINAL", 3, "Final/SO", Shootout),
        ("nhl", "STATUS_FINAL", 4, "Final/SO", Shootout),
        ("nhl", "STATUS_FINAL", 5, "Final", Shootout),
        ("nhl", "STATUS_FINAL", 5, "Final/2OT", Overtime(2)),
        ("nba", "STATUS_FINAL", 4, "Final/2OT", Overtime(2)),
        ("nfl", "STATUS_FINAL", 5, "Final/OT", Overtime(1)),
        ("nfl", "STATUS_FINAL", 4, "9/11 - 1:00 PM EDT", Regulation(4)),
        ("nfl", "STATUS_FINAL", 4, "Final/0OT", Regulation(4)),
        ("mlb", "STATUS_FINAL", 10, "Final/10", Regulation(10)),
        ("mlb", "STATUS_FINAL", 9, "Final/OT", Regulation(9)),
        ("epl", "STATUS_FULL_TIME", 2, "FT", Regulation(2)),
        ("epl", "STATUS_FINAL_AET", 2, "AET", Overtime(1)),
        ("epl", "STATUS_FINAL_PEN", 2, "FT-Pens", Shootout),
    ] {
        assert_eq!(last_period(key, name, number, detail), Some(period), "{key} {number} {detail}");
    }
}

#[test]
fn the_short_detail_is_second_choice() {
    let board = board("nhl", saints_at_falcons().status("STATUS_FINAL").period(3).detail("Final/SO"));
    let short = without(&board, "/events/0/competitions/0/status/type/detail");
    assert_eq!(game("nhl", &short).clock.period, Some(Period::Shootout));
}

/// For minutes after kickoff the detail is still that of the schedule.
#[test]
fn the_detail_of_a_live_game_tells_nothing() {
    for detail in ["9/11 - 1:00 PM EDT", "Sun/OT", "Final/SO"] {
        let period = last_period("nfl", "STATUS_IN_PROGRESS", 1, detail);
        assert_eq!(period, Some(Period::Regulation(1)), "{detail}");
    }
}

#[test]
fn live_periods_are_named_by_league_and_phase() {
    use Period::{Overtime, Regulation, Shootout};
    for (key, number, period) in [
        ("nfl", 0, None),
        ("nfl", 4, Some(Regulation(4))),
        ("nfl", 5, Some(Overtime(1))),
        ("nfl", 6, Some(Overtime(2))),
        ("nhl", 4, Some(Overtime(1))),
        ("nhl", 5, Some(Shootout)),
        ("mlb", 12, Some(Regulation(12))),
    ] {
        assert_eq!(last_period(key, "STATUS_IN_PROGRESS", number, ""), period, "{key} {number}");
    }
    let live = board("nhl", saints_at_falcons().status("STATUS_IN_PROGRESS").period(5));
    let playoffs = with(&live, "/events/0/season/type", json!(3));
    assert_eq!(game("nhl", &playoffs).clock.period, Some(Overtime(2)));
}

#[test]
fn the_clock_is_shown_as_it_is() {
    for display in ["14:32", "0.0", "45'", "90'+11'"] {
        let event = saints_at_falcons().status("STATUS_IN_PROGRESS").period(1).clock(display);
        assert_eq!(game("nfl", &board("nfl", event)).time_remaining(), display);
    }
    let live = board("nfl", saints_at_falcons().status("STATUS_IN_PROGRESS").period(2));
    for odd in [json!(null), json!(12.5), json!(["0:48"])] {
        let odd = with(&live, "/events/0/competitions/0/status/displayClock", odd);
        assert_eq!(game("nfl", &odd).clock.display, "");
    }
    let status = format!("{COMPETITION}/status/period");
    for (odd, number) in [(json!("3"), 3), (json!(3.0), 3), (json!(3.5), 0), (json!(-1), 0), (json!(null), 0)]
    {
        assert_eq!(read("nfl", &with(&live, &status, odd.clone())).games[0].clock.number, number, "{odd}");
    }
}
