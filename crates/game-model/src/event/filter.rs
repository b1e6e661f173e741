//! Which events somebody wants to hear.

use crate::{Change, EventKind, GameEvent, League, TeamFilter};

/// Minutes before a start at which those are told of it who did not say when.
pub const DEFAULT_PREGAME_MINUTES: u32 = 15;

/// Which events somebody wants to hear. What is empty restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter {
    /// The leagues.
    pub leagues: Vec<League>,
    /// The teams, of which one has to play.
    pub teams: TeamFilter,
    /// The kinds.
    pub kinds: Vec<EventKind>,
    /// How many minutes before a start its `pregame` is wanted: those of other times do not pass.
    pub pregame_minutes: u32,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self {
            leagues: Vec::new(),
            teams: TeamFilter::default(),
            kinds: Vec::new(),
            pregame_minutes: DEFAULT_PREGAME_MINUTES,
        }
    }
}

impl EventFilter {
    /// Whether events of the kind are wanted.
    pub fn wants(&self, kind: EventKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether the event is wanted.
    pub fn matches(&self, event: &GameEvent) -> bool {
        let in_time = match event.change {
            Change::Pregame { minutes, .. } => minutes == self.pregame_minutes,
            _ => true,
        };
        in_time
            && self.wants(event.kind())
            && (self.leagues.is_empty() || self.leagues.contains(&event.game.league))
            && self.teams.matches(&event.game)
    }
}
