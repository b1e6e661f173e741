//! Tests of the lines in which changes are logged.

use game_model::{GameStatus, Period};

use super::*;
use crate::test_support::{game, nhl, utc};

#[test]
fn a_change_is_one_readable_line() {
    let mut game = game(nhl(), "401", "2026-01-10T19:00", GameStatus::Live);
    (game.away.score, game.home.score) = (2, 3);
    let line = |change| describe(&game, &change);
    let start = utc("2026-01-10T19:00");
    let lines = [
        (Change::ScoreChanged { home: true, before: 1, after: 3 }, "score_changed BOS 1 to 3"),
        (Change::ScoreCorrected { home: false, before: 3, after: 2 }, "score_corrected NE 3 to 2"),
        (Change::LeadChanged { home_leads: Some(true) }, "lead_changed BOS leads"),
        (Change::LeadChanged { home_leads: None }, "lead_changed level"),
        (Change::GameStarted, "game_started"),
        (Change::PeriodStarted { period: Period::Regulation(2) }, "period_started 2"),
        (Change::OvertimeStarted { period: Period::Overtime(1) }, "overtime_started OT"),
        (Change::GameEnded { home_won: Some(false), home: 2, away: 3 }, "game_ended NE won"),
        (Change::GameEnded { home_won: None, home: 2, away: 2 }, "game_ended tied"),
        (Change::GameScheduled { start }, "game_scheduled for 2026-01-10 19:00:00 UTC"),
        (
            Change::GameRescheduled { before: start, after: utc("2026-01-11T19:00") },
            "game_rescheduled from 2026-01-10 19:00:00 UTC to 2026-01-11 19:00:00 UTC",
        ),
    ];
    for (change, expected) in lines {
        assert_eq!(line(change), format!("NHL 401 NE at BOS 2-3: {expected}"));
    }
}
