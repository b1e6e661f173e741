//! A clock, games and a folder for the tests.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Clock, Colors, Committed, Game, GameId, GameStatus, League, Observation, ObservationLog, Period,
    SeasonPhase, Seen, Side, Team, WallClock,
};
use outbox::{EntryId, Outbox, Totals};
use rusqlite::{Connection, Result};
use tempfile::TempDir;

use crate::background::CHUNK;
use crate::history::{Recorded, SELECT_RECORDED, recorded};
use crate::writer::{Batch, Work};
use crate::{OpenError, QueueConfig, Store, StoreConfig};

pub const DAY: Duration = Duration::from_hours(24);

/// InfluxDB is on and keeps two years.
pub const ON: Option<QueueConfig> = Some(QueueConfig { retention: Duration::from_hours(730 * 24) });

/// A clock that stands until it is told otherwise, and counts how often it is looked at.
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
    looks: AtomicUsize,
}

impl WallClock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        *self.now.lock().unwrap()
    }
}

impl TestClock {
    pub fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    pub fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }
}

/// A folder with a store in it, and the clock of the store.
pub struct Place {
    pub clock: Arc<TestClock>,
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self::with(tempfile::tempdir().unwrap())
    }

    /// In memory where the machine has such a folder: for tests of many stores to which the disk does not matter.
    pub fn in_memory() -> Self {
        Self::with(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    /// In a folder in the given one.
    pub fn within(folder: &str) -> Self {
        Self::with(tempfile::tempdir_in(folder).unwrap())
    }

    fn with(folder: TempDir) -> Self {
        let now = Mutex::new("2026-11-24T15:00:00Z".parse().unwrap());
        let clock = Arc::new(TestClock { now, looks: AtomicUsize::new(0) });
        Self { clock, folder }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn database(&self) -> PathBuf {
        self.dir().join("sports.db")
    }

    pub fn try_open(&self, queue: Option<QueueConfig>) -> Result<Store, OpenError> {
        self.open_keeping(queue, None)
    }

    pub fn open(&self, queue: Option<QueueConfig>) -> Store {
        self.try_open(queue).expect("the store opens")
    }

    pub fn open_keeping(
        &self,
        queue: Option<QueueConfig>,
        retention: Option<Duration>,
    ) -> Result<Store, OpenError> {
        self.open_as(StoreConfig { queue, retention, ..self.config() })
    }

    pub fn open_as(&self, config: StoreConfig) -> Result<Store, OpenError> {
        Store::open(config, Arc::clone(&self.clock) as Arc<dyn WallClock>)
    }

    /// Every poll is kept, whatever the disk: what a test is not about does not get in its way.
    pub fn config(&self) -> StoreConfig {
        StoreConfig {
            dir: self.dir(),
            disk_free_min_bytes: 0,
            history_clock: Duration::ZERO,
            ..StoreConfig::default()
        }
    }

    /// The files as a crash at this instant would leave them, in a place of their own.
    pub fn crash(&self) -> Self {
        let place = Self { clock: Arc::clone(&self.clock), folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.dir()).unwrap();
        for file in ["sports.db", "sports.db-wal"] {
            if self.dir().join(file).exists() {
                std::fs::copy(self.dir().join(file), place.dir().join(file)).unwrap();
            }
        }
        place
    }

    /// What another program reads in the database.
    pub fn read<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let db = Connection::open(self.database()).unwrap();
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The lines that the rows of history stand for, in their order.
    pub fn history(&self) -> Vec<Recorded> {
        let db = Connection::open(self.database()).unwrap();
        let mut rows = db.prepare(&format!("{SELECT_RECORDED} ORDER BY o.id")).unwrap();
        rows.query_map([], recorded).unwrap().map(Result::unwrap).collect()
    }

    /// Files of the directory whose names contain `part`.
    pub fn files(&self, part: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.dir()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.filter(|path| path.to_string_lossy().contains(part)).collect();
        files.sort();
        files
    }

    /// Observes games now.
    pub async fn observe(&self, store: &Store, games: &[Game]) -> Committed {
        store.commit(self.observation(games)).await.expect("a commit")
    }

    pub fn observation(&self, games: &[Game]) -> Observation {
        let games = games.iter().cloned().map(Arc::new).collect();
        Observation {
            league: "nfl".parse().unwrap(),
            observed_at: self.clock.now(),
            games,
            seen: Seen::Watched,
        }
    }
}

/// A game that starts two hours before the clock's beginning.
pub fn game(id: u32, status: GameStatus) -> Game {
    let league: League = "nfl".parse().unwrap();
    let side = |espn_id: &str, nickname: &str| Side {
        team: Team {
            id: format!("nfl-{espn_id}"),
            espn_id: espn_id.into(),
            name: format!("The {nickname}"),
            nickname: nickname.into(),
            abbreviation: "X".into(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score: 0,
        record: None,
    };
    Game {
        id: GameId(id.to_string()),
        league,
        season: Some(league.season(2026, 2)),
        week: league.week(SeasonPhase::Regular, 12),
        status,
        start: "2026-11-24T13:00:00Z".parse().unwrap(),
        start_text: "2026-11-24T13:00Z".into(),
        start_confirmed: true,
        home: side("1", "Falcons"),
        away: side("18", "Saints"),
        clock: Clock {
            number: 1,
            period: Some(Period::Regulation(1)),
            display: "14:59".into(),
            ..Clock::default()
        },
        venue: Some("A \"nasty\\\" stadium".into()),
    }
}

/// The game with another score of the home side.
pub fn scored(mut game: Game, home: u32) -> Game {
    game.home.score = home;
    game
}

/// All lines that wait.
pub async fn waiting(store: &Store) -> Vec<Bytes> {
    let entries = store.peek(EntryId::START, usize::MAX).await.unwrap();
    entries.into_iter().map(|entry| entry.bytes).collect()
}

pub fn totals(store: &Store) -> Totals {
    *store.totals().borrow()
}

/// Work made of a closure.
pub struct Run<F>(pub F);

impl<T: Send + 'static, F> Work for Run<F>
where
    F: Fn(&mut Batch<'_>) -> Result<T> + Send + 'static,
{
    type Output = T;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<T> {
        (self.0)(batch)
    }
}

/// Gives the writer turns until the condition holds.
pub async fn until(store: &Store, what: &str, holds: impl Fn() -> bool) {
    for _ in 0..100 * CHUNK {
        if holds() {
            return;
        }
        store.write(Run(|_: &mut Batch<'_>| Ok(()))).await.unwrap();
    }
    panic!("never came true: {what}; totals {:?}, report {:?}", totals(store), store.report());
}

/// The number of commits in a write-ahead log: frames that carry the size of the database
/// (<https://sqlite.org/fileformat2.html#walformat>).
pub fn commits_in_log(database: &Path) -> usize {
    const HEADER: usize = 32;
    const FRAME: usize = 24 + 4096;
    let log = std::fs::read(crate::open::beside(database, "-wal")).unwrap();
    log[HEADER..].chunks_exact(FRAME).filter(|frame| frame[4..8] != [0; 4]).count()
}

/// Checks in one snapshot that the counters are what the tables hold.
pub fn balances(place: &Place) {
    let mut db = Connection::open(place.database()).unwrap();
    assert_eq!(crate::audit::differences(&mut db).unwrap(), Vec::<String>::new());
}

/// A generator of the usual kind (xorshift), so that every run does the same.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}
