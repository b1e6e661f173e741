//! Whole seasons of the NFL and the NHL, made up: schedules, results, and each game as polls see it.
//!
//! The same seed makes the same season. The teams are those of the table of leagues; each is as strong as chance has
//! it for a season. Weeks, days and hours are as they usually are, and so are the number of games, the length of a
//! game and the points scored in it. Who meets whom is not what the leagues' own rules would have: in the regular
//! season of the NFL no two teams meet twice.
//!
//! ```
//! use espn_sim::seasons::Season;
//! let season = Season::new("nfl".parse().unwrap(), 2022, 7).unwrap();
//! assert_eq!(season.fixtures.len(), 49 + 272 + 13);
//! let opening = &season.matchdays()[0];
//! let poll = opening.polls().next().unwrap();
//! assert_eq!(poll.board["events"].as_array().unwrap().len(), opening.fixtures().len());
//! ```

mod draft;
mod matchday;
mod nfl;
mod nhl;
mod play;
mod rounds;
mod rules;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use game_model::{League, SeasonPhase, TeamFacts};

use crate::SimError;
use draft::Draft;
pub use matchday::{Matchday, POLL_EVERY, Poll};
use play::Play;

/// The years in which a season can begin: ESPN's seasons, and nothing that a calendar does not have.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2200;

/// A whole season, its end included.
#[derive(Debug, Clone)]
pub struct Season {
    /// The league.
    pub league: League,
    /// ESPN's year of the season.
    pub year: i32,
    /// The games, in the order in which they were drawn.
    pub fixtures: Vec<Fixture>,
}

/// A game of a season: who meets whom, when, and how it will go.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// ESPN's id: other than that of any other game of any season.
    pub id: String,
    /// The home team.
    pub home: &'static TeamFacts,
    /// The visitors.
    pub away: &'static TeamFacts,
    /// The announced start.
    pub start: DateTime<Utc>,
    /// The part of the season.
    pub phase: SeasonPhase,
    /// ESPN's number of the week, in leagues that have weeks; else 0.
    pub week: u32,
    league: League,
    seed: u64,
    /// The part of the scores that the home team makes, on average.
    home_share: f64,
}

impl Season {
    /// The season of the league that begins in this year.
    ///
    /// An error where the league is none of which seasons are made up, or the year is out of range.
    pub fn new(league: League, begins: i32, seed: u64) -> Result<Self, SimError> {
        let draw = match league.key {
            "nfl" => nfl::draw,
            "nhl" => nhl::draw,
            _ => return Err(SimError::NoSeasons { league }),
        };
        if !YEARS.contains(&begins) {
            return Err(SimError::NoSuchYear { begins, first: *YEARS.start(), last: *YEARS.end() });
        }
        let mut draft = Draft::new(league, begins, seed);
        draw(&mut draft, begins);
        // ESPN names a season of the NHL by the year in which it ends.
        let year = if league.key == "nhl" { begins + 1 } else { begins };
        Ok(Self { league, year, fixtures: draft.fixtures })
    }

    /// The season by US-Eastern days, in their order.
    pub fn matchdays(&self) -> Vec<Matchday<'_>> {
        matchday::of(self)
    }
}

impl Fixture {
    /// The final score, home and away.
    pub fn result(&self) -> (u32, u32) {
        let mut play = Play::new(self);
        while !play.is_over() {
            play.step();
        }
        play.score()
    }
}
