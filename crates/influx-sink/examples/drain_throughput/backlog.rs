//! A backlog in a real store: many live games, observed again and again.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Observation, ObservationLog, Period, SeasonPhase, Seen,
    Side, SystemClock, Team, TeamFacts,
};
use outbox::{EntryId, Outbox};
use store::{QueueConfig, Store, StoreConfig};

use crate::Failure;

/// Games in one observation. Each has a series of its own.
pub const GAMES: usize = 500;

/// Between two observations.
const POLLS_EVERY: TimeDelta = TimeDelta::seconds(15);

/// Lines read at once.
const PAGE: usize = 5_000;

/// A store in this folder in which at least so many lines wait.
pub async fn fill(folder: &Path, points: usize) -> Result<Store, Failure> {
    let config = StoreConfig {
        dir: folder.to_owned(),
        queue: Some(QueueConfig { retention: Duration::from_hours(730 * 24) }),
        outbox_max_bytes: u64::MAX / 2,
        ..StoreConfig::default()
    };
    let store = Store::open(config, Arc::new(SystemClock))?;
    let league: League = "nfl".parse()?;
    let teams: Vec<_> = league.known_teams().collect();
    let polls = points.div_ceil(GAMES);
    let began = Utc::now() - POLLS_EVERY * i32::try_from(polls + 1)?;
    for poll in 0..polls {
        let observed_at = began + POLLS_EVERY * i32::try_from(poll)?;
        let count = GAMES.min(points - poll * GAMES);
        let games = (0..count).map(|number| Arc::new(game(league, &teams, number, poll, began))).collect();
        store.commit(Observation { league, observed_at, games, seen: Seen::Watched }).await?;
    }
    Ok(store)
}

/// Copies the lines that wait into a file; tells how many they are.
pub async fn copy(store: &Store, file: &Path) -> Result<usize, Failure> {
    let mut file = BufWriter::new(std::fs::File::create(file)?);
    let (mut after, mut lines) = (EntryId::START, 0);
    loop {
        let page = store.peek(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        lines += page.len();
        for entry in &page {
            file.write_all(&entry.bytes)?;
            file.write_all(b"\n")?;
        }
    }
    file.flush()?;
    Ok(lines)
}

fn game(league: League, teams: &[&TeamFacts], number: usize, poll: usize, start: DateTime<Utc>) -> Game {
    let side = |place: usize, score: usize| {
        let team = teams[place % teams.len()];
        Side {
            team: Team {
                id: league.team_id(team.abbreviation),
                espn_id: team.espn_id.to_string(),
                name: team.name.into(),
                nickname: team.nickname.into(),
                abbreviation: team.abbreviation.into(),
                logo: String::new(),
                colors: Colors::default(),
            },
            score: u32::try_from(score).unwrap_or_default(),
            record: None,
        }
    };
    Game {
        id: GameId(format!("4014{number:05}")),
        league,
        season: Some(league.season(2026, 2)),
        week: league.week(SeasonPhase::Regular, 12),
        status: GameStatus::Live,
        start,
        start_text: start.to_rfc3339(),
        start_confirmed: true,
        home: side(number, (poll + number) % 60),
        away: side(number + 1 + number % 7, (poll / 3 + number) % 60),
        clock: Clock {
            number: 1,
            period: Some(Period::Regulation(1)),
            display: format!("{}:{:02}", 14 - poll / 60 % 15, 59 - poll % 60),
            ..Clock::default()
        },
        venue: Some(format!("Stadium {}", number % 32)),
    }
}
