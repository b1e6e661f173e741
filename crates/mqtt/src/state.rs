//! What a team's games and the time come to: the state that users of sensors know, and the game that it is about.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, Record, SeasonPhase, TeamGame, TeamGames};

use crate::team::KnownTeam;

/// A game takes about this long, where its end was not seen.
const GAME_TAKES: TimeDelta = TimeDelta::hours(3);

/// The next game is shown when it is so near, the last one before.
const NEXT_WITHIN: TimeDelta = TimeDelta::hours(18);

/// A result stays for so long at least, also between two games of a day.
const RESULT_STAYS: TimeDelta = TimeDelta::minutes(15);

/// The week of a league begins so long before its first game,
const WEEK_BEGINS: TimeDelta = TimeDelta::days(2);

/// and ends so long after the start of its last.
const WEEK_ENDS: TimeDelta = TimeDelta::hours(8);

/// Without a game ahead the season is over when the last one was so long ago.
const SEASON_OVER: TimeDelta = TimeDelta::days(10);

/// Before the first game of another season the season is off until it is so near.
const SEASON_NEAR: TimeDelta = TimeDelta::days(14);

/// What a team is doing, as users of `TeamTracker` know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The next game is to come.
    Pre,
    /// It plays.
    In,
    /// The last game is over.
    Post,
    /// Its league plays this week, and it does not.
    Bye,
    /// No game is known.
    NotFound,
}

impl Word {
    pub const ALL: [Self; 5] = [Self::Pre, Self::In, Self::Post, Self::Bye, Self::NotFound];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pre => "PRE",
            Self::In => "IN",
            Self::Post => "POST",
            Self::Bye => "BYE",
            Self::NotFound => "NOT_FOUND",
        }
    }
}

/// What a team's games and the time come to.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub word: Word,
    /// The game that is shown.
    pub shown: Option<TeamGame<'a>>,
    /// The first that is to come.
    pub next: Option<TeamGame<'a>>,
    /// The last that is over.
    pub last: Option<TeamGame<'a>>,
    /// Whether the season is over, or not begun.
    pub is_off_season: bool,
    /// The team's record, as the game that knows most of it has it.
    pub record: Option<Record>,
}

impl<'a> Picture<'a> {
    /// The picture of a team. `games` are all that are known of it, `league` those of its whole league, and `ended_at`
    /// tells when the last game was first seen over, where that was seen.
    pub fn of(
        team: &KnownTeam,
        games: &[&'a Game],
        league: impl Iterator<Item = &'a Game>,
        ended_at: impl Fn(&Game) -> Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        let TeamGames { current, next, last } =
            TeamGames::among(games.iter().copied(), |other| team.is(other), now);
        let is_next_nearer = |last: &TeamGame<'_>, next: &TeamGame<'_>| {
            now >= next_is_shown_from(last.game, next.game, ended_at(last.game))
        };
        let (word, shown) = match (current, last, next) {
            (Some(game), ..) => (Word::In, Some(game)),
            (None, Some(last), Some(next)) if is_bye(last.game, next.game, league, now) => {
                (Word::Bye, Some(next))
            }
            (None, Some(last), Some(next)) if !is_next_nearer(&last, &next) => (Word::Post, Some(last)),
            (None, _, Some(next)) => (Word::Pre, Some(next)),
            (None, Some(last), None) => (Word::Post, Some(last)),
            (None, None, None) => (Word::NotFound, None),
        };
        let is_off_season = current.is_none() && is_off_season(last.as_ref(), next.as_ref(), now);
        let record = record(shown.as_ref(), [current, next, last]);
        Self { word, shown, next, last, is_off_season, record }
    }

    /// The scores of the team and of its opponent, where they play or have played.
    pub fn scores(&self) -> Option<(u32, u32)> {
        let (team, opponent) = self.shown.as_ref()?.sides();
        matches!(self.word, Word::In | Word::Post).then_some((team.score, opponent.score))
    }
}

/// From when on the next game is shown and the last no more: once it is the nearer of the two, but not days ahead.
fn next_is_shown_from(last: &Game, next: &Game, ended_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let ended_at = ended_at.unwrap_or(last.start + GAME_TAKES);
    let nearer_from = ended_at + (next.start - ended_at) / 2;
    nearer_from.max(next.start - NEXT_WITHIN).max(ended_at + RESULT_STAYS)
}

/// Whether now is a week of the season between the weeks of these two games, in which others of the league play.
fn is_bye<'a>(last: &Game, next: &Game, league: impl Iterator<Item = &'a Game>, now: DateTime<Utc>) -> bool {
    let week = |game: &Game| {
        let season = game.season.as_ref().filter(|season| season.phase == SeasonPhase::Regular)?;
        Some((season.year, game.week.as_ref()?.number))
    };
    let (Some((year, before)), Some((next_year, after))) = (week(last), week(next)) else { return false };
    if next_year != year || after <= before + 1 {
        return false;
    }
    let mut spans: BTreeMap<u32, (DateTime<Utc>, DateTime<Utc>)> = BTreeMap::new();
    for game in league {
        if let Some((_, number)) =
            week(game).filter(|&(of, number)| of == year && before < number && number < after)
        {
            let span = spans.entry(number).or_insert((game.start, game.start));
            *span = (span.0.min(game.start), span.1.max(game.start));
        }
    }
    spans.values().any(|&(first, last)| (first - WEEK_BEGINS..last + WEEK_ENDS).contains(&now))
}

fn is_off_season(last: Option<&TeamGame<'_>>, next: Option<&TeamGame<'_>>, now: DateTime<Utc>) -> bool {
    match (last, next) {
        (Some(last), None) => now - last.game.start > SEASON_OVER,
        (last, Some(next)) => {
            let year = |game: &Game| game.season.as_ref().map(|season| season.year);
            let another = last.is_none_or(|last| year(last.game) != year(next.game));
            another && next.game.start - now > SEASON_NEAR
        }
        (None, None) => false,
    }
}

/// Of the games of the same part of the season as the one that is shown, the record of most games.
fn record(shown: Option<&TeamGame<'_>>, games: [Option<TeamGame<'_>>; 3]) -> Option<Record> {
    let part = |game: &Game| game.season.as_ref().map(|season| (season.year, season.phase));
    let of = part(shown?.game);
    let same = games.into_iter().flatten().filter(|game| part(game.game) == of);
    same.filter_map(|game| game.sides().0.record)
        .max_by_key(|record| record.wins + record.losses + record.ties + record.overtime_losses)
}
