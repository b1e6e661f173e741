//! What an answer changes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Change, Game, GameId, GameStatus, Plan, Scoreboard, Slate, SlateId, Story};
use tokio::time::Instant;

use super::{Answered, Entry, Slates};
use crate::look::{Look, home_slate};

/// A game that left its slate is served for so long, while it is looked for elsewhere.
pub(crate) const MISSING_KEPT: TimeDelta = TimeDelta::minutes(10);

/// What one answer showed.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// The games of the answer, each once, in ESPN's order.
    pub(crate) games: Vec<Arc<Game>>,
    /// What changed, in the order of the games.
    pub(crate) changes: Vec<(Arc<Game>, Change)>,
    /// The games that are not over and left their slate with this answer.
    pub(crate) missing: Vec<Arc<Game>>,
    /// When the answer was planned.
    pub(crate) plan: Option<Plan>,
}

impl Slates {
    /// Takes in an answer. `jitter` from 0 to 1.
    pub(crate) fn answered(
        &mut self,
        asked: Slate,
        board: &Scoreboard,
        observed_at: DateTime<Utc>,
        at: Instant,
        jitter: f64,
    ) -> Sight {
        self.attempted(asked, observed_at, at);
        if !board.weeks.is_empty() {
            self.weeks.clone_from(&board.weeks);
        }
        let asked_as = self.key(asked);
        let key = self.file_under(asked, board);
        let mut sight = Sight { plan: Some(self.plan([asked_as, key], observed_at)), ..Sight::default() };
        if asked_as != key
            && let Some(before) = self.entries.get_mut(&asked_as)
        {
            // It is current no more: when it is due again is told by its own pace.
            (before.due_since, before.outlook) = (None, None);
        }
        let mut ids: Vec<GameId> = Vec::with_capacity(board.games.len());
        let mut seen: HashSet<&GameId> = HashSet::with_capacity(board.games.len());
        for game in board.games.iter().filter(|game| seen.insert(&game.id)) {
            let game = self.look_at(game, key, observed_at, &mut sight.changes);
            ids.push(game.id.clone());
            sight.games.push(game);
        }
        let carried = self.carry(key, &seen, board, observed_at, &mut sight.missing);
        let in_play = |id: &GameId| {
            let look = self.looks.get(id);
            look.is_some_and(|look| matches!(look.game.status, GameStatus::Live | GameStatus::Delayed))
        };
        let loses = |id: &GameId| !seen.contains(id) && !carried.contains(id) && in_play(id);
        let before = self.entries.get(&key);
        let lost_at = match before {
            Some(before) if before.ids.iter().any(loses) => Some(observed_at),
            before => before.and_then(|before| before.lost_at),
        };
        ids.extend(carried);
        if !sight.missing.is_empty() {
            self.search(at);
        }
        let answered = Answered { at, observed_at, max_age: board.max_age, jitter };
        let problems: BTreeSet<String> = board.problems.iter().map(ToString::to_string).collect();
        let entry = Entry {
            ids,
            answered: Some(answered),
            due_since: None,
            outlook: None,
            lost_at,
            retry_at: None,
            problems: problems.into_iter().collect(),
        };
        self.entries.insert(key, entry);
        sight
    }

    /// When an answer was planned that was asked for as the one slate and is about the other.
    fn plan(&self, [asked_as, key]: [Option<SlateId>; 2], observed_at: DateTime<Utc>) -> Plan {
        let entry = |key| self.entries.get(&key);
        let due_since = |key| entry(key).and_then(|entry| entry.due_since);
        let due = due_since(asked_as).into_iter().chain(due_since(key)).fold(observed_at, DateTime::min);
        Plan { since: entry(key).and_then(|entry| Some(entry.answered?.observed_at)), due }
    }

    /// The slate that an answer is about. An answer to the question for the current slate tells which one that is.
    fn file_under(&mut self, asked: Slate, board: &Scoreboard) -> Option<SlateId> {
        match asked {
            Slate::Named(id) => Some(id),
            Slate::Current => {
                self.current_is_known = true;
                self.current = board.slate.or_else(|| board.games.first().and_then(home_slate));
                self.current
            }
        }
    }

    /// Makes this the newest look at the game, and tells what changed since the one before.
    fn look_at(
        &mut self,
        game: &Game,
        slate: Option<SlateId>,
        observed_at: DateTime<Utc>,
        found: &mut Vec<(Arc<Game>, Change)>,
    ) -> Arc<Game> {
        let previous = self.looks.get(&game.id);
        let same = previous.filter(|look| *look.game == *game);
        let game = same.map_or_else(|| Arc::new(game.clone()), |look| Arc::clone(&look.game));
        let changed_at = same.map_or(observed_at, |look| look.changed_at);
        let ended_at = match previous {
            _ if game.status != GameStatus::Finished => None,
            Some(look) if look.game.status == GameStatus::Finished => look.ended_at,
            // Of a game never seen before it is not known when it ended.
            previous => previous.map(|_| observed_at),
        };
        let mut story = previous.map_or_else(Story::default, |look| look.story.clone());
        let changes = story.see(previous.map(|look| look.game.as_ref()), &game);
        found.extend(changes.into_iter().map(|change| (Arc::clone(&game), change)));
        let (game_kept, missing_since) = (Arc::clone(&game), None);
        let look = Look { game: game_kept, story, observed_at, changed_at, ended_at, slate, missing_since };
        self.looks.insert(game.id.clone(), look);
        game
    }

    /// The games that stand on the slate and stay there although the answer does not show them.
    fn carry(
        &mut self,
        key: Option<SlateId>,
        seen: &HashSet<&GameId>,
        board: &Scoreboard,
        now: DateTime<Utc>,
        missing: &mut Vec<Arc<Game>>,
    ) -> Vec<GameId> {
        let unreadable: HashSet<&str> =
            board.problems.iter().filter_map(|problem| problem.event.as_deref()).collect();
        let absent: Vec<GameId> =
            self.standing(key).map(|look| look.game.id.clone()).filter(|id| !seen.contains(id)).collect();
        let stays = |id: &GameId| {
            // An event that can not be read this time is still there.
            if unreadable.contains(id.0.as_str()) {
                return true;
            }
            let Some(look) = self.looks.get_mut(id) else { return false };
            if matches!(look.game.status, GameStatus::Finished | GameStatus::Canceled) {
                return false;
            }
            if look.missing_since.is_none() {
                missing.push(Arc::clone(&look.game));
            }
            now - *look.missing_since.get_or_insert(now) < MISSING_KEPT
        };
        absent.into_iter().filter(stays).collect()
    }
}
