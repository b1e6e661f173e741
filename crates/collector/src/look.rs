//! The newest look at a game, and the slate on which it was.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use game_model::{Game, SlateId, SlateKind, Story, eastern_date};

/// The newest look at a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// The game as it was then.
    pub(crate) game: Arc<Game>,
    /// What the game has been through.
    pub(crate) story: Story,
    /// When it was.
    pub(crate) observed_at: DateTime<Utc>,
    /// When the game was first seen as it is: a live game that never changes is stuck.
    pub(crate) changed_at: DateTime<Utc>,
    /// When it was first seen to be over, where it was seen before; what is over may be corrected for a while.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// The slate that showed it; none where that slate has no name.
    pub(crate) slate: Option<SlateId>,
    /// Since when that slate does not show it any more.
    pub(crate) missing_since: Option<DateTime<Utc>>,
}

/// The slate under which ESPN files a game, where the game says enough to tell.
pub(crate) fn home_slate(game: &Game) -> Option<SlateId> {
    match game.league.slate {
        SlateKind::Day => Some(SlateId::Day(eastern_date(game.start))),
        SlateKind::Week => {
            let (season, week) = (game.season.as_ref()?, game.week.as_ref()?);
            Some(SlateId::week(season.year, season.phase, week.number))
        }
    }
}
