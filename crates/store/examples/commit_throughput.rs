//! Observations committed a second, 16 live games a poll and each poll fsynced, beside plain SQLite that writes the
//! same rows: the rows of history, the lines in the outbox, the games as last seen, and the counters.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Observation, ObservationLog, Period, SeasonPhase, Side,
    SystemClock, Team,
};
use influx_schema::{Point, nanoseconds};
use rusqlite::{Connection, Result, TransactionBehavior};
use store::{QueueConfig, Store, StoreConfig};

/// Games of a poll.
const GAMES: u32 = 16;

/// Polls of a round.
const POLLS: u32 = 250;

/// Rounds of each, in turns, so that both see the same disk.
const ROUNDS: u32 = 8;

fn game(number: u32, begin: DateTime<Utc>, poll: u32) -> Game {
    let league: League = "nfl".parse().expect("nfl is a league of the table");
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
        },
        venue: Some("Mercedes-Benz Stadium".into()),
    }
}

/// All polls of a round.
fn polls(begin: DateTime<Utc>, round: u32) -> Vec<Observation> {
    let poll = |poll: u32| {
        let number = round * POLLS + poll;
        Observation {
            league: "nfl".parse().expect("a league"),
            observed_at: begin + TimeDelta::seconds(15 * i64::from(number)),
            games: (0..GAMES).map(|id| Arc::new(game(id, begin, number))).collect(),
        }
    };
    (0..POLLS).map(poll).collect()
}

/// What plain SQLite writes for a game: as the store does, but made beforehand.
struct Row {
    id: String,
    json: String,
    point: Point,
    line: Vec<u8>,
}

fn rows(polls: &[Observation]) -> Vec<Vec<Row>> {
    let row = |observation: &Observation, game: &Arc<Game>| {
        let point = Point::observe(game, nanoseconds(observation.observed_at), None);
        let json = serde_json::to_string(&**game).expect("a game is JSON");
        Row { id: game.id.0.clone(), json, line: point.encode(), point }
    };
    polls.iter().map(|poll| poll.games.iter().map(|game| row(poll, game)).collect()).collect()
}

async fn ours(store: &Store, polls: Vec<Observation>) -> Duration {
    let begin = Instant::now();
    for poll in polls {
        store.commit(poll).await.expect("a commit");
    }
    begin.elapsed()
}

/// The tables of the store that are written, with the same keys and indexes.
const TABLES: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE games (id INTEGER PRIMARY KEY, league TEXT NOT NULL, espn_id TEXT NOT NULL,
        start INTEGER NOT NULL, settled INTEGER NOT NULL, observed_at INTEGER NOT NULL,
        observation INTEGER NOT NULL, game TEXT NOT NULL, UNIQUE (league, espn_id)) STRICT;
    CREATE INDEX games_by_start ON games (league, start);
    CREATE TABLE observations (id INTEGER PRIMARY KEY AUTOINCREMENT, game INTEGER NOT NULL,
        series INTEGER NOT NULL, observed_at INTEGER NOT NULL, timestamp INTEGER NOT NULL,
        away_score INTEGER NOT NULL, home_score INTEGER NOT NULL, period TEXT, time_remaining TEXT NOT NULL,
        venue INTEGER) STRICT;
    CREATE INDEX observations_by_game ON observations (game, timestamp);
    CREATE INDEX observations_by_time ON observations (observed_at);
    CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, observation INTEGER, line BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX outbox_by_observation ON outbox (observation);
    CREATE TABLE counters (only INTEGER PRIMARY KEY, accepted INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
    INSERT INTO counters VALUES (1, 0, 0);";

fn plain_database(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.execute_batch(TABLES)?;
    for id in 0..GAMES {
        let sql = "INSERT INTO games VALUES (?1, 'nfl', ?2, 0, 0, 0, 0, '')";
        db.execute(sql, (id, format!("4014376{id:02}")))?;
    }
    Ok(db)
}

fn plain(db: &mut Connection, polls: &[Vec<Row>]) -> Result<Duration> {
    let begin = Instant::now();
    for poll in polls {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut bytes = 0;
        for Row { id, json, point, line } in poll {
            let sql = "INSERT INTO observations (game, series, observed_at, timestamp, away_score, home_score,
                       period, time_remaining, venue)
                       VALUES ((SELECT id FROM games WHERE league = 'nfl' AND espn_id = ?1), 1, ?2, ?3, ?4, ?5,
                               ?6, ?7, 1)";
            let observation = transaction.prepare_cached(sql)?.insert((
                id,
                point.observed_at,
                point.timestamp,
                point.away_score,
                point.home_score,
                &point.period,
                &point.time_remaining,
            ))?;
            let sql = "UPDATE games SET observed_at = ?2, observation = ?3, game = ?4
                       WHERE league = 'nfl' AND espn_id = ?1";
            transaction.prepare_cached(sql)?.execute((id, point.observed_at, observation, json))?;
            let sql = "INSERT INTO outbox (observation, line) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute((observation, line))?;
            bytes += line.len();
        }
        let sql = "UPDATE counters SET accepted = accepted + ?1, bytes = bytes + ?2";
        transaction.prepare_cached(sql)?.execute((poll.len(), bytes))?;
        transaction.commit()?;
    }
    Ok(begin.elapsed())
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
    let (mut with_store, mut with_sqlite) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let polls = polls(begin, round);
        let rows = rows(&polls);
        with_sqlite += plain(&mut db, &rows)?;
        with_store += ours(&store, polls).await;
    }
    let kept: u32 = db.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
    assert_eq!(store.report().observations, u64::from(kept), "the same rows");
    store.close().await;

    let rate = |time: Duration| f64::from(ROUNDS * POLLS * GAMES) / time.as_secs_f64();
    println!("store: {:.0} observations/s in commits of {GAMES}, each fsynced", rate(with_store));
    println!("plain SQLite, the same rows: {:.0} observations/s", rate(with_sqlite));
    println!("ratio {:.2}", rate(with_store) / rate(with_sqlite));
    Ok(())
}
