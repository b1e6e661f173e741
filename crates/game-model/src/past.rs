//! Games as history knows them: one row per game, and the course of one game.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::{Game, GameId, GameStatus, League, Period, Season};

/// A game as history knows it: its newest observation, or the newest that saw it finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastGame {
    /// ESPN's id.
    pub id: GameId,
    /// The league.
    pub league: League,
    /// The season, where ESPN said it.
    pub season: Option<Season>,
    /// The label of the week, in leagues that have weeks: `5`, `wild_card`.
    pub week: Option<String>,
    /// The state of the game.
    pub status: GameStatus,
    /// The announced start.
    pub start: DateTime<Utc>,
    /// The announced start in ESPN's own form.
    pub start_text: String,
    /// When it was last observed so.
    pub observed_at: DateTime<Utc>,
    /// The home team and its score.
    pub home: PastSide,
    /// The visiting team and its score.
    pub away: PastSide,
    /// The period; of a finished game the last one; none before the game.
    pub period: Option<Period>,
}

/// One of the two sides of a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSide {
    /// The team, as it was called then.
    pub team: PastTeam,
    /// Points or goals.
    pub score: u32,
}

/// A team as a game named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PastTeam {
    /// ESPN's numeric id, which a team keeps under other names; the id below where ESPN gave none.
    pub franchise: String,
    /// League and abbreviation, lower case: `nfl-ne`.
    pub id: String,
    /// Full name: `New England Patriots`.
    pub name: String,
    /// Nickname: `Patriots`.
    pub nickname: String,
    /// ESPN's abbreviation: `NE`.
    pub abbreviation: String,
}

impl PastTeam {
    /// Whether the name means this team of the league: nickname, full name, abbreviation (either spelling where
    /// the list of teams spells it otherwise than games do), id or ESPN's numeric id, in any letter case.
    ///
    /// A team of the table of leagues is known by its names of today as well.
    pub fn is_called(&self, league: League, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        let bare = match name.split_once('-') {
            Some((prefix, bare)) if prefix == league.key && !bare.is_empty() => bare,
            _ => &name,
        };
        if name.is_empty() {
            return false;
        }
        let is = |known: &str| !known.is_empty() && known.to_lowercase() == name;
        let is_bare = |known: &str| !known.is_empty() && known.to_lowercase() == bare;
        is(&self.nickname)
            || is(&self.name)
            || is(&self.id)
            || is_bare(&self.abbreviation)
            || is_bare(&self.franchise)
            || league.team_by_espn_id(&self.franchise).is_some_and(|facts| {
                is(facts.nickname) || is(facts.name) || is_bare(facts.listed_abbreviation())
            })
    }
}

impl PastGame {
    /// A game as it was observed.
    pub fn observed(game: &Game, observed_at: DateTime<Utc>) -> Self {
        let side = |side: &crate::Side| PastSide { team: PastTeam::of(&side.team), score: side.score };
        Self {
            id: game.id.clone(),
            league: game.league,
            season: game.season.clone(),
            week: game.week.as_ref().map(|week| week.label.clone()),
            status: game.status,
            start: game.start,
            start_text: game.start_text.clone(),
            observed_at,
            home: side(&game.home),
            away: side(&game.away),
            period: game.clock.period,
        }
    }

    /// Whether this row of a game counts, and not the other: what is finished stays so, and else the newer counts.
    pub fn outranks(&self, other: &Self) -> bool {
        let rank = |game: &Self| (game.status == GameStatus::Finished, game.observed_at);
        rank(self) > rank(other)
    }

    /// Home and away, in this order.
    pub fn sides(&self) -> [&PastSide; 2] {
        [&self.home, &self.away]
    }
}

/// One look at a game in its course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When the game was seen so.
    pub observed_at: DateTime<Utc>,
    /// The state of the game.
    pub status: GameStatus,
    /// The home side's score.
    pub home_score: u32,
    /// The visitors' score.
    pub away_score: u32,
    /// `1`, `OT`, ...; none before the game.
    pub period: Option<String>,
    /// The clock, `Final`, or nothing.
    pub time_remaining: String,
}

/// The course of a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The game as history knows it.
    pub game: PastGame,
    /// Every look at it that is kept, in their order; a finished game's end with the last that saw it finished.
    pub entries: Vec<TimelineEntry>,
}

impl Timeline {
    /// The course of a game of which these looks are kept, in their order.
    ///
    /// What came after the end of a finished game is no part of it.
    pub fn new(game: PastGame, mut entries: Vec<TimelineEntry>) -> Self {
        if let Some(last) = entries.iter().rposition(|entry| entry.status == GameStatus::Finished) {
            entries.truncate(last + 1);
        }
        Self { game, entries }
    }

    /// The entries at which score, period or status changed, the first one among them.
    pub fn changes(&self) -> impl Iterator<Item = &TimelineEntry> {
        let before = std::iter::once(None).chain(self.entries.iter().map(Some));
        self.entries.iter().zip(before).filter_map(|(entry, before)| {
            let shows = |entry: &TimelineEntry| {
                (entry.status, entry.home_score, entry.away_score, entry.period.clone())
            };
            before.is_none_or(|before| shows(before) != shows(entry)).then_some(entry)
        })
    }

    /// Whole minutes from the first look at which it was live to the first after it at which it was finished, or
    /// to the newest while it is not; none where it was never seen live.
    pub fn duration_minutes(&self) -> Option<i64> {
        let begun = self.entries.iter().position(|entry| entry.status == GameStatus::Live)?;
        let played = &self.entries[begun..];
        let last_live = played.iter().rposition(|entry| entry.status == GameStatus::Live)?;
        let end = played[last_live..].iter().find(|entry| entry.status == GameStatus::Finished);
        let end = end.or(played.last())?;
        Some((end.observed_at - played[0].observed_at).num_minutes())
    }
}
