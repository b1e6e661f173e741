//! A day of a season as polls see it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use game_model::{Slate, SlateId, SlateKind, eastern_date};
use serde_json::Value;

use super::play::Play;
use super::{Fixture, Season};
use crate::shape::scoreboard;

/// Between two polls while a game is on.
pub const POLL_EVERY: TimeDelta = TimeDelta::seconds(20);

/// The games of a day are first seen so long before the first of them.
const ANNOUNCED_BEFORE: TimeDelta = TimeDelta::hours(1);

/// The games of a US-Eastern day that are of one slate.
#[derive(Debug, Clone)]
pub struct Matchday<'a> {
    season: &'a Season,
    fixtures: Vec<&'a Fixture>,
}

/// What one poll of a league saw.
#[derive(Debug, Clone)]
pub struct Poll {
    /// When.
    pub at: DateTime<Utc>,
    /// The slate that was asked for.
    pub slate: Slate,
    /// The answer: the games that are new to it. Of one that stayed as it was nothing would be kept.
    pub board: Value,
}

/// The season by days.
pub(super) fn of(season: &Season) -> Vec<Matchday<'_>> {
    let mut fixtures: Vec<&Fixture> = season.fixtures.iter().collect();
    fixtures.sort_by_key(|fixture| (fixture.start, &fixture.id));
    let name = |fixture: &Fixture| (eastern_date(fixture.start), fixture.phase, fixture.week);
    let days = fixtures.chunk_by(|one, other| name(one) == name(other));
    days.map(|day| Matchday { season, fixtures: day.to_vec() }).collect()
}

impl<'a> Matchday<'a> {
    /// The games, by their start. There is one at least.
    pub fn fixtures(&self) -> &[&'a Fixture] {
        &self.fixtures
    }

    /// When the first game is announced to start.
    pub fn begins(&self) -> DateTime<Utc> {
        self.fixtures[0].start
    }

    /// The polls of the day, from an hour before the first game to the end of the last.
    pub fn polls(&self) -> impl Iterator<Item = Poll> + use<'a> {
        let plays = self.fixtures.iter().map(|fixture| Play::new(fixture)).collect();
        Polls { day: self.clone(), date: eastern_date(self.begins()), plays, at: None }
    }
}

struct Polls<'a> {
    day: Matchday<'a>,
    date: NaiveDate,
    /// The games that are not over.
    plays: Vec<Play<'a>>,
    /// The last poll.
    at: Option<DateTime<Utc>>,
}

impl Polls<'_> {
    fn poll(&self, at: DateTime<Utc>, shown: &[Play<'_>]) -> Poll {
        let Season { league, year, .. } = *self.day.season;
        let Fixture { phase, week, .. } = *self.day.fixtures[0];
        let slate = match league.slate {
            SlateKind::Week => SlateId::week(year, phase, week),
            SlateKind::Day => SlateId::Day(self.date),
        };
        let board = scoreboard(league).season(year, phase.to_espn()).week(week).day(&self.date.to_string());
        let board = shown.iter().fold(board, |board, play| board.event(play.event())).to_json();
        Poll { at, slate: Slate::Named(slate), board }
    }
}

impl Iterator for Polls<'_> {
    type Item = Poll;

    fn next(&mut self) -> Option<Poll> {
        let Some(last) = self.at else {
            let at = self.day.begins() - ANNOUNCED_BEFORE;
            self.at = Some(at);
            return Some(self.poll(at, &self.plays));
        };
        let mut at = last;
        loop {
            // Until the next game begins there is nothing to see.
            let next = self.plays.iter().map(|play| play.fixture.start).min()?;
            at = (at + POLL_EVERY).max(next);
            let is_new = |play: &mut Play<'_>| play.fixture.start <= at && play.step();
            let shown: Vec<_> =
                self.plays.iter_mut().filter_map(|play| is_new(play).then(|| play.clone())).collect();
            self.plays.retain(|play| !play.is_over());
            if !shown.is_empty() {
                self.at = Some(at);
                return Some(self.poll(at, &shown));
            }
        }
    }
}
