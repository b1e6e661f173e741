//! Whether what is found may have happened long before: after a restart, and after an outage.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use game_model::{Game, GameStatus, Story};
use influx_schema::nanoseconds;

use crate::history::Recorded;

/// Games whose newest look is remembered at most; then those are forgotten that were not looked at for long.
const MAX_LOOKS: usize = 8_192;

/// How long the look at a game is remembered then.
const KEPT: Duration = Duration::from_hours(48);

/// A game is watched closely from so long before its start.
const WATCHED_FROM: TimeDelta = TimeDelta::minutes(5);

/// The look at a game that was committed last, as the table of games has it.
#[derive(Debug, Clone)]
pub(crate) struct Last {
    /// When it was. Whoever commits another look commits another time: while the table has this one, this is it.
    pub observed_at: i64,
    pub game: Arc<Game>,
    pub story: Story,
}

/// When each game was looked at since the start, by its id in the database, in nanoseconds. In memory, because an
/// equal look writes nothing. And the newest looks, so that they are not read from the table at each poll.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    at: HashMap<i64, i64>,
    last: HashMap<i64, Last>,
    /// The newest rows of history, each with its id, which tells whether it still is the newest.
    rows: HashMap<i64, (i64, Arc<Recorded>)>,
}

impl Looks {
    /// When the game was last looked at; none where it was not since the start.
    pub fn at(&self, game: i64) -> Option<i64> {
        self.at.get(&game).copied()
    }

    /// The newest look at a game, where it is held.
    pub fn last(&self, game: i64) -> Option<&Last> {
        self.last.get(&game)
    }

    /// The newest row of history of a game with its id, where it is held.
    pub fn row(&self, game: i64) -> Option<&(i64, Arc<Recorded>)> {
        self.rows.get(&game)
    }

    /// Games have these newest rows of history.
    pub fn note_rows(&mut self, rows: HashMap<i64, (i64, Arc<Recorded>)>) {
        self.rows.extend(rows);
        if self.rows.len() > MAX_LOOKS {
            self.rows.clear();
        }
    }

    /// Games were looked at; the newest looks at these are others, or are to be read from the table.
    pub fn note(&mut self, looked: HashMap<i64, i64>, last: HashMap<i64, Option<Last>>) {
        self.at.extend(looked);
        if self.at.len() > MAX_LOOKS {
            let newest = self.at.values().copied().max().unwrap_or_default();
            let oldest = newest.saturating_sub(i64::try_from(KEPT.as_nanos()).unwrap_or(i64::MAX));
            self.at.retain(|_, at| *at >= oldest);
        }
        for (game, last) in last {
            // Of a game of which nothing more is expected there is no next look.
            match last.filter(|last| !last.game.status.is_settled()) {
                Some(last) => drop(self.last.insert(game, last)),
                None => drop(self.last.remove(&game)),
            }
        }
        if self.last.len() > MAX_LOOKS {
            self.last.clear();
        }
    }
}

/// Whether what changed since the look `previous` is late: nobody looked since the start, or not for longer than
/// `late_after` while the game was to be watched closely.
pub(super) fn is_late(previous: &Game, looked_at: Option<i64>, now: i64, late_after: Duration) -> bool {
    let Some(looked_at) = looked_at else {
        return true;
    };
    let watched_since = match previous.status {
        GameStatus::Live | GameStatus::Delayed => looked_at,
        GameStatus::Scheduled if previous.start_confirmed => {
            looked_at.max(nanoseconds(previous.start - WATCHED_FROM))
        }
        _ => return false,
    };
    u128::try_from(now.saturating_sub(watched_since)).is_ok_and(|gap| gap > late_after.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::support::game;

    const LATE: Duration = Duration::from_secs(70);

    fn late(status: GameStatus, since_look: i64, since_start: i64) -> bool {
        let game = game(1, status);
        let now = nanoseconds(game.start) + since_start * 1_000_000_000;
        is_late(&game, Some(now - since_look * 1_000_000_000), now, LATE)
    }

    #[test]
    fn a_game_in_play_is_watched_at_all_times() {
        for status in [GameStatus::Live, GameStatus::Delayed] {
            assert!(!late(status, 70, 3600) && late(status, 71, 3600), "{status}");
        }
    }

    #[test]
    fn a_start_is_watched_from_five_minutes_before() {
        assert!(!late(GameStatus::Scheduled, 3600, -600), "nobody was to look");
        assert!(!late(GameStatus::Scheduled, 3600, -230) && late(GameStatus::Scheduled, 3600, -229));
        assert!(!late(GameStatus::Scheduled, 5, 600));
    }

    #[test]
    fn what_nobody_watches_is_never_late() {
        for status in
            [GameStatus::Finished, GameStatus::Postponed, GameStatus::Suspended, GameStatus::Canceled]
        {
            assert!(!late(status, 36_000, 36_000), "{status}");
        }
        let unknown = Game { start_confirmed: false, ..game(1, GameStatus::Scheduled) };
        assert!(!is_late(&unknown, Some(0), i64::MAX, LATE));
    }

    #[test]
    fn looks_are_forgotten_when_there_are_too_many() {
        let mut looks = Looks::default();
        assert!(
            is_late(&game(1, GameStatus::Finished), looks.at(1), 0, LATE),
            "the first look since the start"
        );
        let hour = 3_600_000_000_000;
        looks.note((0..8_000).map(|game| (game, game / 80 * hour)).collect(), HashMap::new());
        assert_eq!((looks.at(0), looks.at(7_999)), (Some(0), Some(99 * hour)));
        looks.note((8_000..8_200).map(|game| (game, 99 * hour)).collect(), HashMap::new());
        assert_eq!((looks.at(0), looks.at(7_999)), (None, Some(99 * hour)));
    }
}
