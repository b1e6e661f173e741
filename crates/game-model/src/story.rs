//! What a game has been through: what a look at it alone does not say, and what was told of it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::change::{leader, schedule_changes, score_changes};
use crate::{Change, EventKind, Game, GameEvent, GameStatus, Period, Score};

/// How far a game came. It never goes back to the first, nor leaves the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// No play was seen.
    #[default]
    Ahead,
    /// It is played.
    InPlay,
    /// It was held up, interrupted or put off since play was last seen.
    Halted,
    /// Its end was seen.
    Over,
}

impl Stage {
    /// The stage after the next look.
    fn after(self, game: &Game) -> Self {
        match (self, game.status) {
            (Self::Over, _) | (_, GameStatus::Finished) => Self::Over,
            (_, GameStatus::Live) => Self::InPlay,
            (Self::Ahead, _) if !game.has_begun() => Self::Ahead,
            (_, GameStatus::Delayed | GameStatus::Suspended | GameStatus::Postponed) => Self::Halted,
            (stage, GameStatus::Scheduled | GameStatus::Canceled) => stage,
        }
    }
}

/// What a game has been through.
///
/// Two looks at a game do not say whether it has begun: ESPN shows a game that is held up in its first minutes as
/// it shows one whose start is delayed. A story remembers. What begins or ends once is told once, however often
/// looks go back and forth, and whichever looks are missed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Story {
    /// How far it came.
    stage: Stage,
    /// The sides were one score apart in the last period or beyond, at the newest look.
    close: bool,
    /// The latest period that was seen in play.
    period: Option<Period>,
    /// The latest period that was seen to be over before the next began, or was told so.
    ended: Option<Period>,
    /// Nobody watched yet: it is known from what the source told of its season alone.
    unwatched: bool,
    /// How many events of each kind were told.
    told: BTreeMap<EventKind, u32>,
}

impl Story {
    /// The story of a game of which one look alone is known. Nothing was told of it.
    pub fn of(game: &Game) -> Self {
        let mut story = Self::default();
        story.remember(game);
        story
    }

    /// The story of a game that nobody watches yet, but of which the source told in another way.
    pub fn of_unwatched(game: &Game) -> Self {
        Self { unwatched: true, ..Self::of(game) }
    }

    /// Whether nobody watched the game yet: its schedule was not told.
    pub fn is_unwatched(&self) -> bool {
        self.unwatched
    }

    /// Somebody watches the game from here on. Answers whether nobody did before: then the next look is the first.
    pub fn begin_to_watch(&mut self) -> bool {
        std::mem::take(&mut self.unwatched)
    }

    /// The story of a game whose own was lost, from the newest look at it that is known and what was told of it, in any
    /// order: kind, number, and the change where it can be read. What was told is not told again, and what comes gets
    /// numbers that are free.
    pub fn recovered(
        previous: Option<&Game>,
        told: impl IntoIterator<Item = (EventKind, u32, Option<Change>)>,
    ) -> Self {
        let mut story = previous.map_or_else(Self::default, Self::of);
        for (kind, number, change) in told {
            let counted = story.told.entry(kind).or_default();
            *counted = number.max(*counted);
            match kind {
                EventKind::GameEnded => story.stage = Stage::Over,
                // A look at a game that is held up does not say that it began.
                EventKind::GameStarted if story.stage == Stage::Ahead => story.stage = Stage::Halted,
                _ => {}
            }
            match change {
                Some(Change::PeriodEnded { period }) => story.ended = story.ended.max(Some(period)),
                Some(Change::PeriodStarted { period } | Change::OvertimeStarted { period }) => {
                    story.period = story.period.max(Some(period));
                }
                _ => {}
            }
        }
        story
    }

    /// How many events of the kind were told.
    pub fn told(&self, kind: EventKind) -> u32 {
        self.told.get(&kind).copied().unwrap_or_default()
    }

    /// Goes on with the next look, and tells what changed since the look before, in the order in which it must have
    /// happened.
    ///
    /// Without a look before there is no change but the schedule's: a game first seen under way has not started
    /// now. Two looks that differ by several scores yield one change per side, with the whole difference.
    pub fn see(&mut self, previous: Option<&Game>, next: &Game) -> Vec<Change> {
        let before = self.clone();
        self.remember(next);
        let Some(previous) = previous else {
            let announced = next.status == GameStatus::Scheduled && self.told(EventKind::GameScheduled) == 0;
            return announced.then_some(Change::GameScheduled { start: next.start }).into_iter().collect();
        };
        let mut found = Vec::new();
        schedule_changes(previous, next, &mut found);
        match (before.stage, self.stage) {
            (Stage::Ahead, Stage::InPlay | Stage::Halted | Stage::Over) => found.push(Change::GameStarted),
            (Stage::Halted, Stage::InPlay) => found.push(Change::GameResumed),
            _ => {}
        }
        // An end that ESPN took back for a while stays told, and nothing of play is told after it.
        let was_over = before.stage == Stage::Over;
        if !was_over {
            self.period_changes(&before, next, &mut found);
        }
        score_changes(previous, next, &mut found);
        if let Some(difference) = close_by(next).filter(|_| !before.close && !was_over) {
            found.push(Change::CloseGame { difference });
        }
        if is_held_up(next) && !is_held_up(previous) {
            found.push(Change::GameDelayed);
        }
        if self.stage == Stage::Over && before.stage != Stage::Over {
            let Score { home, away } = Score::of(next);
            found.push(Change::GameEnded { home_won: leader(next), home, away });
        }
        found
    }

    /// Goes on with the next look, and tells its changes as events.
    pub fn tell(
        &mut self,
        previous: Option<&Game>,
        next: &Arc<Game>,
        observed_at: DateTime<Utc>,
        late: bool,
    ) -> Vec<GameEvent> {
        let before = previous.map(Score::of);
        let changes = self.see(previous, next);
        let tell = |change: Change| {
            let sequence = self.count(change.event_kind());
            GameEvent::new(next, change, sequence, observed_at, late, before)
        };
        changes.into_iter().map(tell).collect()
    }

    /// Counts an event of the kind, and says which one it is, from 1.
    pub fn count(&mut self, kind: EventKind) -> u32 {
        let told = self.told.entry(kind).or_default();
        *told = told.saturating_add(1);
        *told
    }

    fn remember(&mut self, game: &Game) {
        self.stage = self.stage.after(game);
        self.close = close_by(game).is_some();
        // A period is in play only once play has begun: ESPN calls a game to come period 1 in some leagues.
        if game.has_begun() {
            let before = self.period;
            self.period = before.max(game.clock.period);
            if self.period > before {
                self.ended = self.ended.max(before);
            }
            // Where the source took the next period back, it says so of one that ended long ago.
            if game.clock.period_over && game.clock.period == self.period {
                self.ended = self.ended.max(self.period);
            }
        }
    }

    fn period_changes(&self, before: &Self, next: &Game, found: &mut Vec<Change>) {
        if let (Some(earlier), Some(period)) = (before.period, self.period)
            && period > earlier
        {
            if before.ended < Some(earlier) {
                found.push(Change::PeriodEnded { period: earlier });
            }
            found.push(match period {
                Period::Regulation(_) => Change::PeriodStarted { period },
                Period::Overtime(_) | Period::Shootout => Change::OvertimeStarted { period },
            });
        }
        // Its source says that it is over before the next begins, as it does at halftime.
        if let Some(period) = self.period
            && next.clock.period_over
            && self.ended == Some(period)
            && before.ended < self.ended
        {
            found.push(Change::PeriodEnded { period });
        }
    }
}

/// By how much a close game stands: it has begun and not ended, is in its last period or beyond, and one score of
/// its league would at least level it. A level game is close. None where it is not.
fn close_by(game: &Game) -> Option<u32> {
    let in_play = game.has_begun() && game.status != GameStatus::Finished;
    let difference = game.home.score.abs_diff(game.away.score);
    let close =
        in_play && game.clock.number >= game.league.regulation_periods && difference <= game.league.one_score;
    close.then_some(difference)
}

fn is_held_up(game: &Game) -> bool {
    matches!(game.status, GameStatus::Delayed | GameStatus::Suspended)
}
