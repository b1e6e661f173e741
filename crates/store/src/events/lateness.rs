//! Whether what is found may have happened long before: after a restart, and after an outage.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use game_model::{Game, GameStatus, Plan, Seen, Story};
use influx_schema::nanoseconds;

use crate::history::Recorded;

/// Games whose newest look is remembered at most; then those are forgotten that were not looked at for long.
const MAX_LOOKS: usize = 8_192;

/// How long the look at a game is remembered then.
const KEPT: Duration = Duration::from_hours(48);

/// A game is watched closely from so long before its start.
const WATCHED_FROM: TimeDelta = TimeDelta::minutes(5);

/// What could have been found so much earlier is late.
pub(super) const OUTAGE: Duration = Duration::from_mins(1);

/// A start that is overdue for so long, and a suspended game, are looked at so often.
const OVERDUE_AFTER: Duration = Duration::from_hours(1);
const SOON_EVERY: Duration = Duration::from_mins(5);

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

/// A look at a game: when the one before was, as far as it was committed since the start, when it is, and how it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    pub looked_at: Option<i64>,
    pub now: i64,
    pub seen: Seen,
}

/// Whether what changed from the look `previous` to `next` is late: nobody looked since the start, or it could have
/// been found more than a minute earlier, had all gone as planned.
pub(super) fn is_late(previous: &Game, next: &Game, timing: Timing, late_after: Duration) -> bool {
    let Some(looked_at) = timing.looked_at else {
        return true;
    };
    let is_longer = |from: i64, to: i64, than: Duration| {
        u128::try_from(to.saturating_sub(from)).is_ok_and(|gap| gap > than.as_nanos())
    };
    match timing.seen {
        // Found by others than the polls, but no later than these would have.
        Seen::Imported => is_longer(looked_at, timing.now, late_after),
        Seen::Planned(Plan { since, due }) => {
            // Looks that came as planned, but were not committed, or did not show the game. One that moved may have
            // come from a slate that is seldom asked.
            let stayed = previous.start == next.start;
            let went_by = |since| stayed && is_longer(looked_at, nanoseconds(since), OUTAGE);
            is_longer(nanoseconds(due), timing.now, OUTAGE) || since.is_some_and(went_by)
        }
        Seen::Watched => {
            watched_since(previous, looked_at).is_some_and(|since| is_longer(since, timing.now, late_after))
        }
    }
}

/// Since when somebody was to look again at a game that is watched as games are, where no plan is known; none where
/// nobody was to.
fn watched_since(previous: &Game, looked_at: i64) -> Option<i64> {
    let soon = || looked_at.saturating_add(nanos(SOON_EVERY));
    match previous.status {
        GameStatus::Live | GameStatus::Delayed => Some(looked_at),
        GameStatus::Suspended => Some(soon()),
        GameStatus::Scheduled if previous.start_confirmed => {
            let start = nanoseconds(previous.start);
            let is_overdue = looked_at.max(start).saturating_sub(start) >= nanos(OVERDUE_AFTER);
            let closely = looked_at.max(nanoseconds(previous.start - WATCHED_FROM));
            Some(if is_overdue { soon() } else { closely })
        }
        _ => None,
    }
}

fn nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use influx_schema::from_nanoseconds;

    use super::*;
    use crate::tests::support::game;

    const LATE: Duration = Duration::from_secs(70);
    const SECOND: i64 = 1_000_000_000;

    fn late(status: GameStatus, since_look: i64, since_start: i64) -> bool {
        let game = game(1, status);
        let now = nanoseconds(game.start) + since_start * SECOND;
        is_late(&game, &game, timing(Some(now - since_look * SECOND), now, Seen::Watched), LATE)
    }

    fn timing(looked_at: Option<i64>, now: i64, seen: Seen) -> Timing {
        Timing { looked_at, now, seen }
    }

    /// A look that was due so many seconds ago, the look before at the slate before that.
    fn planned_late(game: &Game, next: &Game, looked_ago: i64, due_ago: i64, since_ago: i64) -> bool {
        let now = nanoseconds(game.start) + 7_200 * SECOND;
        let at = |ago: i64| from_nanoseconds(now - ago * SECOND);
        let seen = Seen::Planned(Plan { since: Some(at(since_ago)), due: at(due_ago) });
        is_late(game, next, timing(Some(now - looked_ago * SECOND), now, seen), LATE)
    }

    #[test]
    fn a_look_that_came_as_planned_is_in_time_however_seldom_that_is() {
        for status in GameStatus::ALL {
            let game = game(1, status);
            assert!(!planned_late(&game, &game, 43_200, 5, 43_200), "{status}");
            assert!(!planned_late(&game, &game, 400, 60, 400), "{status}");
            assert!(planned_late(&game, &game, 400, 61, 400), "{status}: it was due more than a minute ago");
        }
    }

    #[test]
    fn looks_that_were_not_committed_or_did_not_show_the_game_make_late() {
        let game = game(1, GameStatus::Live);
        assert!(planned_late(&game, &game, 70, 0, 5) && !planned_late(&game, &game, 65, 0, 5));
        let moved = Game { start: game.start + TimeDelta::days(1), ..game.clone() };
        assert!(!planned_late(&game, &moved, 43_200, 0, 5), "it came from a slate that is seldom asked");
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
        assert!(late(GameStatus::Scheduled, 300, 3600), "it was not overdue then");
        assert!(!late(GameStatus::Scheduled, 300, 7200) && late(GameStatus::Scheduled, 371, 7200));
    }

    #[test]
    fn a_suspended_game_is_looked_at_every_five_minutes() {
        assert!(!late(GameStatus::Suspended, 370, 36_000) && late(GameStatus::Suspended, 371, 36_000));
    }

    #[test]
    fn what_nobody_watches_is_never_late() {
        for status in [GameStatus::Finished, GameStatus::Postponed, GameStatus::Canceled] {
            assert!(!late(status, 36_000, 36_000), "{status}");
        }
        let unknown = Game { start_confirmed: false, ..game(1, GameStatus::Scheduled) };
        assert!(!is_late(&unknown, &unknown, timing(Some(0), i64::MAX, Seen::Watched), LATE));
    }

    #[test]
    fn looks_are_forgotten_when_there_are_too_many() {
        let mut looks = Looks::default();
        let over = game(1, GameStatus::Finished);
        let first = timing(looks.at(1), 0, Seen::Watched);
        assert!(is_late(&over, &over, first, LATE), "the first look since the start");
        let hour = 3_600_000_000_000;
        looks.note((0..8_000).map(|game| (game, game / 80 * hour)).collect(), HashMap::new());
        assert_eq!((looks.at(0), looks.at(7_999)), (Some(0), Some(99 * hour)));
        looks.note((8_000..8_200).map(|game| (game, 99 * hour)).collect(), HashMap::new());
        assert_eq!((looks.at(0), looks.at(7_999)), (None, Some(99 * hour)));
    }
}
