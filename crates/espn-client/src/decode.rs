//! From bytes to games.

use chrono::{DateTime, Utc};
use game_model::{EventProblem, Game, League, Slate, SlateId};

/// What a scoreboard's bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The games, in ESPN's order.
    pub games: Vec<Game>,
    /// The events that are no games.
    pub problems: Vec<EventProblem>,
    /// Which slate the scoreboard says it is.
    pub slate: Option<SlateId>,
    /// The weeks of the season, in their order, with the moment each ends.
    pub weeks: Vec<(SlateId, DateTime<Utc>)>,
}

/// Why bytes are no scoreboard.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end in the middle.
    #[error("the scoreboard ends in the middle, after {bytes} bytes; ask again")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
}

/// Reads the scoreboard of a league.
pub fn decode(_league: League, _asked: Slate, _body: &[u8]) -> Result<Decoded, DecodeError> {
    todo!()
}
