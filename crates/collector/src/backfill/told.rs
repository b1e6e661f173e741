//! Which games of a slate the backfill commits, and when a slate is settled.

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameStatus, League, Scoreboard};

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

/// Whether nothing more is expected of the slate that this scoreboard shows: it is over, and so are its games, all
/// of which could be read.
pub(super) fn is_settled(slate: &SeasonSlate, year: i32, board: &Scoreboard, now: DateTime<Utc>) -> bool {
    let all_began_long_ago =
        || !board.games.is_empty() && board.games.iter().all(|game| game.start < now - POLLED_UNTIL);
    board.problems.is_empty()
        && board.games.iter().all(|game| game.status.is_settled())
        && (ended(slate, board.league, year, now) || slate.ends.is_none() && all_began_long_ago())
}
