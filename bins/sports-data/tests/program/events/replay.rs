//! The snapshots of the day, and a store that sees them at the times at which they were taken.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Days, Utc};
use espn_client::decode;
use espn_sim::{EspnSim, SimConfig};
use game_model::{
    Change, Game, League, LoggedEvent, Observation, ObservationLog, Seen, Slate, SystemClock, WallClock,
    eastern_date,
};
use store::{Store, StoreConfig};
use tempfile::TempDir;

pub fn mlb() -> League {
    "mlb".parse().expect("a league")
}

/// What one snapshot shows.
#[derive(Clone)]
pub struct Look {
    pub observed_at: DateTime<Utc>,
    pub games: Vec<Arc<Game>>,
}

/// A simulated ESPN that shows the snapshots, as of a day to come or with their own dates; none where they are not at hand.
pub async fn espn(shift_dates: bool) -> Option<EspnSim> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("SPORTS_DATA_SHARED").unwrap_or_else(|| "../shared".into());
    let folder = workspace.join(shared).join("captures/espn");
    if !folder.join("INDEX.tsv").is_file() {
        println!(
            "skipped: there are no captures in {}; SPORTS_DATA_SHARED names the folder",
            folder.display()
        );
        return None;
    }
    // The league's captures of other days are left out.
    let day = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(&folder).expect("the captures") {
        let path = entry.expect("a capture").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == "INDEX.tsv" || name.contains("mlb_scoreboard_20260703T") {
            std::fs::copy(&path, day.path().join(name)).expect("a copy");
        }
    }
    // In two days: no start is near, so that the clock tells nothing beside what is seen.
    let today = eastern_date(Utc::now()) + Days::new(2);
    let config = SimConfig {
        shift_dates,
        today: Some(today),
        max_age: Duration::from_secs(1),
        ..SimConfig::captures(day.path())
    };
    Some(EspnSim::start(config).await.expect("a simulated ESPN"))
}

/// Every snapshot, decoded, in the order in which they were taken.
pub async fn looks() -> Option<Vec<Look>> {
    let espn = espn(false).await?;
    let url = format!("{}/apis/site/v2/sports/{}/scoreboard", espn.url(), mlb().path);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut looks = Vec::new();
    loop {
        let answer = client.get(&url).send().await.expect("an answer");
        let body = answer.bytes().await.expect("a body");
        let board: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let fetched_at = board["fetchedAt"].as_str().expect("when it was fetched");
        let decoded = decode(mlb(), Slate::Current, &body).expect("a scoreboard");
        assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
        looks.push(Look {
            observed_at: fetched_at.parse().expect("a time"),
            games: decoded.games.into_iter().map(Arc::new).collect(),
        });
        if !espn.step(mlb()) {
            espn.stop().await;
            return Some(looks);
        }
    }
}

/// A clock that stands at the newest look.
struct Standing(Mutex<DateTime<Utc>>);

impl WallClock for Standing {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("the time")
    }
}

/// A folder for a store, and its clock.
pub struct Place {
    folder: TempDir,
    clock: Arc<Standing>,
}

impl Place {
    pub fn new() -> Self {
        let clock = Arc::new(Standing(Mutex::new(DateTime::UNIX_EPOCH)));
        Self { folder: tempfile::tempdir().expect("a folder"), clock }
    }

    pub fn open(&self) -> Store {
        let config = StoreConfig { dir: self.folder.path().join("data"), ..StoreConfig::default() };
        Store::open(config, Arc::clone(&self.clock) as Arc<dyn WallClock>).expect("a store")
    }

    pub async fn commit(&self, store: &Store, look: &Look) {
        let Look { observed_at, games } = look.clone();
        *self.clock.0.lock().expect("the time") = observed_at;
        let observation = Observation { league: mlb(), observed_at, games, seen: Seen::Watched };
        store.commit(observation).await.expect("a commit");
    }
}

/// The store that a program left behind.
pub fn open(dir: &Path) -> Store {
    let config = StoreConfig { dir: dir.to_owned(), ..StoreConfig::default() };
    Store::open(config, Arc::new(SystemClock)).expect("a store")
}

/// Each event as a person would write it down, those of one game together.
pub fn lines(events: &[LoggedEvent]) -> Vec<String> {
    let mut events: Vec<_> = events.iter().collect();
    events.sort_by_key(|event| event.event.game.id.clone());
    events.into_iter().map(line).collect()
}

fn line(logged: &LoggedEvent) -> String {
    let event = &logged.event;
    let side = |home: bool| if home { "home" } else { "away" };
    let details = match &event.change {
        Change::ScoreChanged { home, before, after } | Change::ScoreCorrected { home, before, after } => {
            format!(" {} {before} to {after}", side(*home))
        }
        Change::LeadChanged { home_leads } => format!(" {}", home_leads.map_or("none", side)),
        Change::PeriodStarted { period }
        | Change::PeriodEnded { period }
        | Change::OvertimeStarted { period } => format!(" {period}"),
        Change::CloseGame { difference } => format!(" by {difference}"),
        Change::GameEnded { home_won, home, away } => {
            format!(" {} {home}-{away}", home_won.map_or("none", side))
        }
        _ => String::new(),
    };
    let late = if event.late { " late" } else { "" };
    format!("{} {}{details}{late}", event.game.id, event.kind())
}
