//! Observations committed a second, 16 live games a poll and each poll fsynced before it counts, beside plain SQLite
//! that writes the same rows, a transaction a poll: the rows of history, the lines in the outbox, the games as last
//! seen and as history tells them, the events with the stories of the games, and the counters. Once with one league that
//! is polled, and once with two that are polled at the same time, as the service does it: what waits together is
//! committed together.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use game_model::{
    Clock, Colors, EventLog, Game, GameEvent, GameId, GameStatus, League, Observation, ObservationLog,
    Period, SeasonPhase, Seen, Side, Story, SystemClock, Team,
};
use influx_schema::{Point, nanoseconds};
use rusqlite::{Connection, Result, TransactionBehavior};
use store::{QueueConfig, Store, StoreConfig};

/// Games of a poll.
const GAMES: u32 = 16;

/// Polls of a round.
const POLLS: u32 = 250;

/// Leagues that are polled at the same time.
const LEAGUES: [&str; 2] = ["nfl", "nhl"];

/// Rounds of each, in turns, so that both see the same disk.
const ROUNDS: u32 = 8;

fn game(league: League, number: u32, begin: DateTime<Utc>, poll: u32) -> Game {
    let side = |at: u32, score| {
        let team = league.known_teams().nth(at as usize).expect("32 teams");
        Side {
            team: Team {
                id: league.team_id(team.abbreviation),
                espn_id: team.espn_id.to_string(),
                name: team.name.into(),
                nickname: team.nickname.into(),
                abbreviation: team.abbreviation.into(),
                logo: format!("https://example.com/logos/{}.png", team.abbreviation),
                colors: Colors::default(),
            },
            score,
            record: None,
        }
    };
    Game {
        id: GameId(format!("4014376{number:02}")),
        league,
        season: Some(league.season(2026, 2)),
        week: league.week(SeasonPhase::Regular, 12),
        status: GameStatus::Live,
        start: begin,
        start_text: begin.to_rfc3339(),
        start_confirmed: true,
        home: side(2 * number, poll / 20),
        away: side(2 * number + 1, poll / 30),
        clock: Clock {
            number: 1,
            period: Some(Period::Regulation(1)),
            display: format!("{}:{:02}", poll / 60 % 15, poll % 60),
            ..Clock::default()
        },
        venue: Some("Mercedes-Benz Stadium".into()),
    }
}

/// All polls of a league in a round.
fn polls(league: &str, begin: DateTime<Utc>, round: u32) -> Vec<Observation> {
    let league: League = league.parse().expect("a league of the table");
    let poll = |poll: u32| {
        let number = round * POLLS + poll;
        Observation {
            league,
            observed_at: begin + TimeDelta::seconds(15 * i64::from(number)),
            games: (0..GAMES).map(|id| Arc::new(game(league, id, begin, number))).collect(),
            seen: Seen::Watched,
        }
    };
    (0..POLLS).map(poll).collect()
}

/// What plain SQLite writes for a game: as the store does, but made beforehand.
struct Row {
    league: &'static str,
    id: String,
    json: String,
    point: Point,
    line: Vec<u8>,
    /// The events, each with its JSON.
    events: Vec<(GameEvent, String)>,
    /// The story of the game where it went on, as JSON.
    story: Option<String>,
}

/// The games as they were looked at last, each with its story.
#[derive(Default)]
struct Stories(HashMap<(&'static str, String), (Arc<Game>, Story)>);

impl Stories {
    fn rows(&mut self, polls: &[Observation]) -> Vec<Vec<Row>> {
        let mut row =
            |poll: &Observation| poll.games.iter().map(|game| self.row(poll.observed_at, game)).collect();
        polls.iter().map(&mut row).collect()
    }

    fn row(&mut self, observed_at: DateTime<Utc>, game: &Arc<Game>) -> Row {
        let (league, id) = (game.league.key, game.id.0.clone());
        let point = Point::observe(game, nanoseconds(observed_at), None);
        let (previous, mut story) = self.0.remove(&(league, id.clone())).unzip();
        let told = story.get_or_insert_default().clone();
        let mut next = told.clone();
        let events = next.tell(previous.as_deref(), game, observed_at, false);
        let story = (next != told).then(|| json(&next));
        self.0.insert((league, id.clone()), (Arc::clone(game), next));
        let events = events.into_iter().map(|event| (event.clone(), json(&event))).collect();
        Row { league, id, json: json(&**game), line: point.encode(), point, events, story }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is JSON")
}

/// Polls of leagues, of which the first of each come at the same time, then the second, ...
async fn ours(store: &Store, leagues: Vec<Vec<Observation>>) -> Duration {
    let begin = Instant::now();
    let mut leagues: Vec<_> = leagues.into_iter().map(Vec::into_iter).collect();
    for _ in 0..POLLS {
        let together = leagues.iter_mut().filter_map(|polls| polls.next().map(|poll| store.commit(poll)));
        for committed in join_all(together).await {
            committed.expect("a commit");
        }
    }
    begin.elapsed()
}

/// The tables of the store that are written, with the same keys and indexes.
const TABLES: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE games (id INTEGER PRIMARY KEY, league TEXT NOT NULL, espn_id TEXT NOT NULL,
        start INTEGER NOT NULL, settled INTEGER NOT NULL, observed_at INTEGER NOT NULL,
        observation INTEGER NOT NULL, game TEXT NOT NULL, story TEXT, UNIQUE (league, espn_id)) STRICT;
    CREATE INDEX games_by_start ON games (league, start);
    CREATE TABLE observations (id INTEGER PRIMARY KEY AUTOINCREMENT, game INTEGER NOT NULL,
        series INTEGER NOT NULL, observed_at INTEGER NOT NULL, timestamp INTEGER NOT NULL,
        away_score INTEGER NOT NULL, home_score INTEGER NOT NULL, period TEXT, time_remaining TEXT NOT NULL,
        venue INTEGER) STRICT;
    CREATE INDEX observations_by_game ON observations (game, timestamp);
    CREATE INDEX observations_by_time ON observations (observed_at);
    CREATE TABLE past_games (game INTEGER PRIMARY KEY, league TEXT NOT NULL, espn_id TEXT NOT NULL,
        begins INTEGER, season TEXT, week TEXT, status TEXT NOT NULL, start INTEGER NOT NULL,
        start_text TEXT NOT NULL, observed_at INTEGER NOT NULL, home INTEGER NOT NULL, away INTEGER NOT NULL,
        home_score INTEGER NOT NULL, away_score INTEGER NOT NULL, period TEXT) STRICT;
    CREATE INDEX past_games_by_season ON past_games (league, begins, start);
    CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, observation INTEGER, line BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX outbox_by_observation ON outbox (observation);
    CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, league TEXT NOT NULL,
        game TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL, observed_at INTEGER NOT NULL,
        committed_at INTEGER NOT NULL, late INTEGER NOT NULL, event TEXT NOT NULL) STRICT;
    CREATE TABLE counters (only INTEGER PRIMARY KEY, accepted INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
    INSERT INTO counters VALUES (1, 0, 0);";

fn plain_database(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.execute_batch(TABLES)?;
    for (place, league) in (0..).zip(LEAGUES) {
        for number in 0..GAMES {
            let (id, espn_id) = (place * GAMES + number, format!("4014376{number:02}"));
            let sql = "INSERT INTO games VALUES (?1, ?2, ?3, 0, 0, 0, 0, '', NULL)";
            db.execute(sql, (id, league, &espn_id))?;
            let sql = "INSERT INTO past_games VALUES (?1, ?2, ?3, 2026, '{\"begins\":2026}', '12', 'live', 0,
                       '2026-11-22T18:00:00+00:00', 0, ?4, ?5, 0, 0, '{\"regulation\":1}')";
            db.execute(sql, (id, league, &espn_id, 2 * id, 2 * id + 1))?;
        }
    }
    Ok(db)
}

fn plain(db: &mut Connection, polls: &[Vec<Row>]) -> Result<Duration> {
    let begin = Instant::now();
    for poll in polls {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut bytes = 0;
        for Row { league, id, json, point, line, events, story } in poll {
            let sql =
                "INSERT INTO observations (game, series, observed_at, timestamp, away_score, home_score,
                       period, time_remaining, venue)
                       VALUES ((SELECT id FROM games WHERE league = ?8 AND espn_id = ?1), 1, ?2, ?3, ?4, ?5,
                               ?6, ?7, 1)";
            let observation = transaction.prepare_cached(sql)?.insert((
                id,
                point.observed_at,
                point.timestamp,
                point.away_score,
                point.home_score,
                &point.period,
                &point.time_remaining,
                league,
            ))?;
            let sql = "UPDATE games SET observed_at = ?2, observation = ?3, game = ?4
                       WHERE league = ?5 AND espn_id = ?1";
            transaction.prepare_cached(sql)?.execute((id, point.observed_at, observation, json, league))?;
            let sql = "UPDATE past_games SET observed_at = ?2, home_score = ?3, away_score = ?4
                       WHERE game = (SELECT id FROM games WHERE league = ?5 AND espn_id = ?1)";
            let scores = (id, point.observed_at, point.home_score, point.away_score, league);
            transaction.prepare_cached(sql)?.execute(scores)?;
            let sql = "INSERT INTO outbox (observation, line) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute((observation, line))?;
            bytes += line.len();
            for (event, json) in events {
                let sql = "INSERT INTO events (id, league, game, kind, sequence, observed_at, committed_at, late, event)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)";
                let (kind, at) = (event.kind().as_str(), point.observed_at);
                let row = (&event.id.0, league, id, kind, event.sequence, at, event.late, json);
                transaction.prepare_cached(sql)?.execute(row)?;
            }
            if let Some(story) = story {
                let sql = "UPDATE games SET story = ?2 WHERE league = ?3 AND espn_id = ?1";
                transaction.prepare_cached(sql)?.execute((id, story, league))?;
            }
        }
        let sql = "UPDATE counters SET accepted = accepted + ?1, bytes = bytes + ?2";
        transaction.prepare_cached(sql)?.execute((poll.len(), bytes))?;
        transaction.commit()?;
    }
    Ok(begin.elapsed())
}

/// How long the same polls took.
#[derive(Default)]
struct Times {
    polls: usize,
    store: Duration,
    sqlite: Duration,
}

impl Times {
    fn print(&self, what: &str) {
        let rate = |time: Duration| self.polls as f64 * f64::from(GAMES) / time.as_secs_f64();
        println!("{what}, store: {:.0} observations/s in commits of {GAMES} games", rate(self.store));
        println!("{what}, plain SQLite: {:.0} observations/s", rate(self.sqlite));
        println!("{what}, ratio {:.2}", rate(self.store) / rate(self.sqlite));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let begin = Utc::now() - TimeDelta::hours(12);
    let config = StoreConfig {
        dir: folder.path().join("ours"),
        queue: Some(QueueConfig { retention: Duration::from_hours(730 * 24) }),
        // Every poll leaves its row: plain SQLite writes as many.
        history_clock: Duration::ZERO,
        disk_free_min_bytes: 0,
        ..StoreConfig::default()
    };
    let store = Store::open(config, Arc::new(SystemClock))?;
    let mut db = plain_database(&folder.path().join("plain.db"))?;
    let mut stories = Stories::default();
    let mut alone = Times::default();
    let mut together = Times::default();
    for round in 0..ROUNDS {
        for (leagues, times, half) in [(&LEAGUES[..1], &mut alone, 0), (&LEAGUES[..], &mut together, 1)] {
            let polls: Vec<_> = leagues.iter().map(|league| polls(league, begin, 2 * round + half)).collect();
            let rows: Vec<_> = polls.iter().flat_map(|polls| stories.rows(polls)).collect();
            times.sqlite += plain(&mut db, &rows)?;
            times.store += ours(&store, polls).await;
            times.polls += rows.len();
        }
    }
    let kept: u32 = db.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
    assert_eq!(store.report().observations, u64::from(kept), "the same rows");
    let told: u64 = db.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?;
    assert_eq!(store.newest().0, told, "the same events");
    store.close().await;

    alone.print("one league");
    together.print("two leagues");
    Ok(())
}
