//! What the tests share: games, scoreboards, moments.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Scoreboard, Season, Side, Slate, SlateId, Story, Team,
    Week,
};

use crate::look::{Look, home_slate};

pub(crate) fn nhl() -> League {
    "nhl".parse().unwrap()
}

pub(crate) fn nfl() -> League {
    "nfl".parse().unwrap()
}

/// A moment in UTC: `2026-01-10T19:00`.
pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

pub(crate) fn day(text: &str) -> SlateId {
    SlateId::Day(text.parse().unwrap())
}

pub(crate) fn week(phase: i32, number: u32) -> SlateId {
    SlateId::Week { year: 2025, phase, number }
}

pub(crate) fn game(league: League, id: &str, start: &str, status: GameStatus) -> Game {
    Game {
        id: GameId(id.into()),
        league,
        season: None,
        week: None,
        status,
        start: utc(start),
        start_text: format!("{start}Z"),
        start_confirmed: true,
        home: side(league, "BOS"),
        away: side(league, "NE"),
        clock: Clock::default(),
        venue: None,
    }
}

/// A game of the NFL in a week of the regular season of 2025.
pub(crate) fn nfl_game(id: &str, number: u32, start: &str, status: GameStatus) -> Game {
    let season: Season = nfl().season(2025, 2);
    let week: Option<Week> = nfl().week(season.phase, number);
    Game { season: Some(season), week, ..game(nfl(), id, start, status) }
}

fn side(league: League, abbreviation: &str) -> Side {
    let team = Team {
        id: league.team_id(abbreviation),
        espn_id: "1".into(),
        name: abbreviation.into(),
        nickname: abbreviation.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score: 0, record: None }
}

pub(crate) fn board(league: League, asked: Slate, slate: Option<SlateId>, games: Vec<Game>) -> Scoreboard {
    Scoreboard {
        league,
        asked,
        slate,
        games,
        problems: Vec::new(),
        weeks: Vec::new(),
        days: None,
        max_age: Duration::from_secs(5),
        server_time: None,
        bytes: 1_000,
    }
}

/// A look at a game that was seen to change at this moment.
pub(crate) fn look(game: Game, changed_at: DateTime<Utc>) -> Look {
    let slate = home_slate(&game);
    Look {
        story: Story::of(&game),
        game: Arc::new(game),
        observed_at: changed_at,
        changed_at,
        ended_at: None,
        slate,
        missing_since: None,
    }
}
