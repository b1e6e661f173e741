//! A team's games of now: the one being played, the next, and the last.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Game, GameStatus, Side, Team};

/// A game whose start was announced for less than this ago and that has not begun is still to come.
const STILL_EXPECTED: TimeDelta = TimeDelta::hours(6);

/// What a team is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamState {
    /// It plays, or is held up in the middle of a game.
    Playing,
    /// A game is announced, or its start is delayed.
    Upcoming,
    /// Neither is known.
    None,
}

impl TeamState {
    /// `playing`, `upcoming` or `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Playing => "playing",
            Self::Upcoming => "upcoming",
            Self::None => "none",
        }
    }
}

/// A game, and the team's side of it.
#[derive(Debug, Clone, Copy)]
pub struct TeamGame<'a> {
    /// The game.
    pub game: &'a Game,
    /// Whether the team is the home side.
    pub is_home: bool,
}

impl<'a> TeamGame<'a> {
    /// The team's side, and its opponent's.
    pub fn sides(&self) -> (&'a Side, &'a Side) {
        let Game { home, away, .. } = self.game;
        if self.is_home { (home, away) } else { (away, home) }
    }
}

/// A team's games of now.
#[derive(Debug, Default)]
pub struct TeamGames<'a> {
    /// The one that is being played.
    pub current: Option<TeamGame<'a>>,
    /// The first that is to come.
    pub next: Option<TeamGame<'a>>,
    /// The last that is over.
    pub last: Option<TeamGame<'a>>,
}

impl<'a> TeamGames<'a> {
    /// Finds a team's games among those of its league.
    pub fn among(
        games: impl Iterator<Item = &'a Game>,
        is_team: impl Fn(&Team) -> bool,
        now: DateTime<Utc>,
    ) -> Self {
        let mut found = Self::default();
        for game in games {
            let is_home = is_team(&game.home.team);
            if !is_home && !is_team(&game.away.team) {
                continue;
            }
            let this = Some(TeamGame { game, is_home });
            // Of two games that are on at once, which no team plays, the one that began later is no leftover.
            if is_played(game) && found.current.is_none_or(|known| known.game.start < game.start) {
                found.current = this;
            } else if is_to_come(game, now) && found.next.is_none_or(|known| game.start < known.game.start) {
                found.next = this;
            } else if game.status == GameStatus::Finished
                && found.last.is_none_or(|known| known.game.start < game.start)
            {
                found.last = this;
            }
        }
        found
    }

    /// What the team is doing, and the game that says so.
    pub fn state(&self) -> (TeamState, Option<&TeamGame<'a>>) {
        match (&self.current, &self.next) {
            (Some(game), _) => (TeamState::Playing, Some(game)),
            (None, Some(game)) => (TeamState::Upcoming, Some(game)),
            (None, None) => (TeamState::None, None),
        }
    }

    /// When the same games yield another answer: the next one should long have begun.
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        let scheduled = self.next.filter(|next| next.game.status == GameStatus::Scheduled);
        scheduled.map(|next| next.game.start + STILL_EXPECTED)
    }
}

/// Whether the game is on. A delayed start has not started.
fn is_played(game: &Game) -> bool {
    game.status.is_on() && game.has_begun()
}

fn is_to_come(game: &Game, now: DateTime<Utc>) -> bool {
    match game.status {
        GameStatus::Scheduled => now - game.start < STILL_EXPECTED,
        GameStatus::Delayed => !game.has_begun(),
        _ => false,
    }
}
