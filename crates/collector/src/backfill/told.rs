//! Which games of a slate the backfill commits, and when a slate is settled.

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{AskedSlate, Game, GameStatus, League, Scoreboard};

use super::season::{SeasonSlate, is_long_over};

/// A game that is not over is left to the polls of the service from so long before its start ...
const POLLED_FROM: TimeDelta = TimeDelta::hours(1);

/// ... until so long after it, and so is a slate that ended not longer ago: an older answer of the backfill must
/// not be told after a newer one of theirs.
const POLLED_UNTIL: TimeDelta = TimeDelta::days(1);

/// Whether the backfill commits the game as it is. Games that are on are the polls' to tell.
pub(super) fn is_told(game: &Game, now: DateTime<Utc>) -> bool {
    match game.status {
        GameStatus::Finished | GameStatus::Canceled | GameStatus::Postponed => true,
        GameStatus::Live | GameStatus::Delayed => false,
        GameStatus::Suspended => game.start < now - POLLED_UNTIL,
        GameStatus::Scheduled => game.start > now + POLLED_FROM || game.start < now - POLLED_UNTIL,
    }
}

/// Whether the slate is over, as far as its season tells.
pub(super) fn ended(slate: &SeasonSlate, league: League, year: i32, now: DateTime<Utc>) -> bool {
    slate.ends.map_or_else(|| is_long_over(league, year, now), |ends| ends < now - POLLED_UNTIL)
}

/// So often a slate has to come back empty on which the calendar tells of games, before it is believed: they may have
/// been moved, and a calendar is not always corrected.
pub(super) const EMPTY_TIMES: u32 = 3;

/// Answers that come sooner after each other than this count as one: a source out of order stays so for a while.
pub(super) const EMPTY_AGAIN: TimeDelta = TimeDelta::minutes(50);

/// How often the slate came back empty in a row, with this answer, although it is over and its calendar tells of
/// games. Those of a slate to come may not be known yet, as in playoffs.
pub(super) fn times_empty(
    slate: &SeasonSlate,
    year: i32,
    board: &Scoreboard,
    before: Option<&AskedSlate>,
    now: DateTime<Utc>,
) -> u32 {
    let says_something = !board.games.is_empty() || !board.problems.is_empty();
    if says_something || !slate.has_games || !ended(slate, board.league, year, now) {
        return 0;
    }
    match before {
        Some(before) if before.empty > 0 && now - before.asked_at < EMPTY_AGAIN => before.empty,
        Some(before) => before.empty.saturating_add(1),
        None => 1,
    }
}

/// Whether the slate is to be asked for again because it came back empty.
pub(super) fn is_doubtful(times_empty: u32) -> bool {
    (1..EMPTY_TIMES).contains(&times_empty)
}

/// Whether nothing more is expected of the slate that this scoreboard shows: it is over, and so are its games, all
/// of which could be read. An empty one is believed after it was empty several times, or where no calendar tells of
/// games.
pub(super) fn is_settled(
    slate: &SeasonSlate,
    year: i32,
    board: &Scoreboard,
    times_empty: u32,
    now: DateTime<Utc>,
) -> bool {
    let all_began_long_ago =
        || !board.games.is_empty() && board.games.iter().all(|game| game.start < now - POLLED_UNTIL);
    board.problems.is_empty()
        && !is_doubtful(times_empty)
        && board.games.iter().all(|game| game.status.is_settled())
        && (ended(slate, board.league, year, now) || slate.ends.is_none() && all_began_long_ago())
}
