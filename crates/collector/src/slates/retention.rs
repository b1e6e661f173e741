//! Which slates and games are kept, and what is taken over from the store.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{GameId, GameStatus, RememberedGame, SlateId, Story};

use super::Slates;
use crate::look::{Look, home_slate};
use crate::schedule::Role;

/// So many games are taken over from the store at most, those that start last: a season of Major League Baseball has 2,430.
pub(crate) const MAX_REMEMBERED: usize = 3_000;

/// So many looks at games are kept at most.
pub(crate) const MAX_LOOKS: usize = 4_096;

/// The look at a game that stands on no slate any more is kept for so long, to tell what changed when it is found.
const LOOKS_KEPT: TimeDelta = TimeDelta::days(60);

/// What is over is kept for up to so long before it is dropped.
const TIDIED_FOR: TimeDelta = TimeDelta::minutes(1);

/// When the slates were last tidied, and what for.
#[derive(Debug)]
pub(super) struct Tidied {
    at: DateTime<Utc>,
    wanted: Vec<SlateId>,
    /// Which slate was the current one, and whether that was known.
    current: (Option<SlateId>, bool),
}

impl Slates {
    /// Takes over what the store remembers, as if each game's slate had shown it; none counts as asked.
    pub(crate) fn restore(&mut self, remembered: Vec<RememberedGame>) {
        let too_many = remembered.len().saturating_sub(MAX_REMEMBERED);
        for RememberedGame { game, observed_at } in remembered.into_iter().skip(too_many) {
            let slate = home_slate(&game);
            let id = game.id.clone();
            let ended_at = (game.status == GameStatus::Finished).then_some(observed_at);
            let look = Look {
                story: Story::of(&game),
                game: Arc::new(game),
                observed_at,
                changed_at: observed_at,
                ended_at,
                slate,
                missing_since: None,
            };
            if self.looks.insert(id.clone(), look).is_none() {
                self.entries.entry(slate).or_default().ids.push(id);
            }
        }
    }

    /// Takes over announced games that another look saw on slates that were not asked for yet: it is newer than
    /// what is known of those.
    pub(crate) fn learn(&mut self, games: Vec<RememberedGame>) {
        for RememberedGame { game, observed_at } in games {
            let slate = home_slate(&game);
            let before = self.looks.get(&game.id);
            let is_polled = |key| self.entries.get(&key).is_some_and(|entry| entry.answered.is_some());
            let known_better = before.is_some_and(|look| is_polled(look.slate));
            if known_better || is_polled(slate) || (before.is_none() && self.looks.len() >= MAX_LOOKS) {
                continue;
            }
            let id = game.id.clone();
            let entry = self.entries.entry(slate).or_default();
            if !entry.ids.contains(&id) {
                entry.ids.push(id.clone());
            }
            let story = self.looks.get(&id).map_or_else(
                || Story::of(&game),
                |before| {
                    let mut story = before.story.clone();
                    story.see(Some(before.game.as_ref()), &game);
                    story
                },
            );
            let game = Arc::new(game);
            let (changed_at, ended_at, missing_since) = (observed_at, None, None);
            let look = Look { game, story, observed_at, changed_at, ended_at, slate, missing_since };
            self.looks.insert(id, look);
        }
    }

    /// Adds the slates of the days that came into view, and drops what is over and settled.
    ///
    /// Returns the slates that cover the days to look after.
    pub(super) fn tidy(&mut self, now: DateTime<Utc>) -> Vec<SlateId> {
        let wanted = self.wanted(now);
        let is_tidy = |tidied: &Tidied| {
            tidied.wanted == wanted
                && tidied.current == (self.current, self.current_is_known)
                && (TimeDelta::zero()..TIDIED_FOR).contains(&(now - tidied.at))
        };
        if self.tidied.as_ref().is_some_and(is_tidy) {
            return wanted;
        }
        if self.current_is_known {
            for id in &wanted {
                self.entries.entry(Some(*id)).or_default();
            }
        }
        let kept: HashSet<Option<SlateId>> =
            self.entries.keys().copied().filter(|key| self.is_kept(*key, &wanted, now)).collect();
        self.entries.retain(|key, _| kept.contains(key));
        self.entries.entry(self.current).or_default();
        self.forget_looks(now);
        let current = (self.current, self.current_is_known);
        self.tidied = Some(Tidied { at: now, wanted: wanted.clone(), current });
        wanted
    }

    fn is_kept(&self, key: Option<SlateId>, wanted: &[SlateId], now: DateTime<Utc>) -> bool {
        let is_asked_for_games = || key.is_some() && self.pace(key, Role::Beyond, now).asks();
        key == self.current
            || key.is_some_and(|id| wanted.contains(&id))
            || is_asked_for_games()
            || self.standing(key).any(|look| look.game.start > now)
    }

    fn forget_looks(&mut self, now: DateTime<Utc>) {
        let standing: HashSet<GameId> = self
            .entries
            .keys()
            .flat_map(|key| self.standing(*key))
            .map(|look| look.game.id.clone())
            .collect();
        self.looks.retain(|id, look| standing.contains(id) || now - look.observed_at < LOOKS_KEPT);
        let excess = self.looks.len().saturating_sub(MAX_LOOKS);
        if excess > 0 {
            let mut idle: Vec<(DateTime<Utc>, GameId)> = self
                .looks
                .iter()
                .filter(|(id, _)| !standing.contains(*id))
                .map(|(id, look)| (look.observed_at, id.clone()))
                .collect();
            idle.sort_unstable();
            for (_, id) in idle.into_iter().take(excess) {
                self.looks.remove(&id);
            }
        }
    }
}
