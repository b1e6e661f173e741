//! What points come to: of each game the row that counts.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use game_model::{GameId, GameStatus, League, PastGame, PastSide, PastTeam, Timeline, TimelineEntry};
use influx_schema::{RUN_OF_CORRECTIONS, from_nanoseconds};

use crate::row::{Row, period};
use crate::span::Span;

/// What is known of a game so far. Of two of the same game one can be made, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The row that counts.
    best: Row,
    /// The row that was observed last among those stamped with the start: when, and the start.
    start: Option<(i64, i64)>,
    /// The first moment at which it moved, as far as it is known.
    first_moving: Option<i64>,
    /// In which all its points lie: the parts of time in which it has any.
    span: Span,
}

/// Games by their ids.
pub(crate) type Games = BTreeMap<String, Known>;

/// Whether a row is stamped with the start of its game.
fn is_at_start(row: &Row) -> bool {
    !row.status.moves_with_time()
}

impl Known {
    fn of(row: Row, span: Span) -> Self {
        let start = is_at_start(&row).then_some((row.observed_at, row.time));
        let first_moving = (!is_at_start(&row)).then_some(row.time);
        Self { best: row, start, first_moving, span }
    }

    /// The newer counts, and one that saw the game finished before any other.
    fn add(&mut self, other: Self) {
        let rank = |row: &Row| (row.status == GameStatus::Finished, row.observed_at);
        if rank(&other.best) > rank(&self.best) {
            self.best = other.best;
        }
        self.start = self.start.max(other.start);
        self.first_moving = match (self.first_moving, other.first_moving) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.span.from = self.span.from.min(other.span.from);
        self.span.until = self.span.until.max(other.span.until);
    }

    /// Whether no row tells its start.
    pub fn has_no_start(&self) -> bool {
        self.start.is_none()
    }

    /// That it moved already then.
    pub fn moved_at(&mut self, time: i64) {
        self.first_moving = Some(self.first_moving.map_or(time, |known| known.min(time)));
    }

    /// In which all its points lie.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The start of the game: that of the row that counts, else what was last announced, else when it was first seen
    /// to be on. Corrections count on from it by nanoseconds.
    fn start(&self) -> i64 {
        let announced = match &self.best {
            best if is_at_start(best) => Some(best.time),
            _ => self.start.map(|(_, start)| start),
        };
        let start = announced.or(self.first_moving).unwrap_or(self.best.time);
        start - start.rem_euclid(RUN_OF_CORRECTIONS)
    }

    /// The game as history tells it.
    pub fn game(&self, league: League) -> PastGame {
        let Row { game, home, away, season, week, status, home_score, away_score, observed_at, .. } =
            &self.best;
        let start = from_nanoseconds(self.start());
        let side = |nickname: &str, score: u32| PastSide { team: PastTeam::told(league, nickname), score };
        PastGame {
            id: GameId(game.clone()),
            league,
            season: season.as_deref().map(|label| league.season_told(label, week.as_deref())),
            week: week.clone(),
            status: *status,
            start,
            start_text: start.format("%Y-%m-%dT%H:%MZ").to_string(),
            observed_at: from_nanoseconds(*observed_at),
            home: side(home, *home_score),
            away: side(away, *away_score),
            period: self.best.period.as_deref().and_then(period),
        }
    }
}

/// Adds the rows of a span to games.
pub(crate) fn add_rows(games: &mut Games, rows: Vec<Row>, span: Span) {
    for row in rows {
        add(games, row.game.clone(), Known::of(row, span));
    }
}

/// Adds games to games.
pub(crate) fn add_games(games: &mut Games, others: &Games) {
    for (id, known) in others {
        add(games, id.clone(), known.clone());
    }
}

fn add(games: &mut Games, id: String, known: Known) {
    match games.get_mut(&id) {
        Some(before) => before.add(known),
        None => _ = games.insert(id, known),
    }
}

/// The course of the game that all these rows are of; none where there is no row.
pub(crate) fn course(league: League, mut rows: Vec<Row>) -> Option<Timeline> {
    rows.sort_by_key(|row| row.observed_at);
    let entries = rows.iter().map(|row| TimelineEntry {
        observed_at: from_nanoseconds(row.observed_at),
        status: row.status,
        home_score: row.home_score,
        away_score: row.away_score,
        period: row.period.clone(),
        time_remaining: row.time_remaining.clone(),
    });
    let entries = entries.collect();
    let mut games = Games::new();
    add_rows(&mut games, rows, Span::ALL);
    let (_, known) = games.pop_first()?;
    Some(Timeline::new(known.game(league), entries))
}
