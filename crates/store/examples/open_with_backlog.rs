//! How long `Store::open` takes with an empty database, and with a million lines that wait, after a crash too.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use game_model::SystemClock;
use rusqlite::Connection;
use store::{QueueConfig, Store, StoreConfig};

/// Lines that wait.
const LINES: u32 = 1_000_000;

async fn open(dir: &Path) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
    let config = StoreConfig {
        dir: dir.to_owned(),
        queue: Some(QueueConfig { retention: Duration::from_hours(730 * 24) }),
        ..StoreConfig::default()
    };
    let begin = Instant::now();
    let store = Store::open(config, Arc::new(SystemClock))?;
    let took = begin.elapsed();
    let waiting = outbox::Outbox::totals(&store).borrow().pending;
    store.close().await;
    Ok((took, waiting))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    open(dir).await?;
    let (took, waiting) = open(dir).await?;
    println!("{waiting} lines wait: open in {:.1} ms", took.as_secs_f64() * 1e3);

    let db = Connection::open(dir.join("sports.db"))?;
    db.execute_batch(&format!(
        "BEGIN;
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {LINES})
         INSERT INTO observations (game, series, observed_at, timestamp, away_score, home_score, time_remaining)
         SELECT 1, 1, i, i, 0, 0, '10:00' FROM n;
         INSERT INTO outbox (observation, line) SELECT id, randomblob(300) FROM observations;
         UPDATE counters SET accepted = {LINES}, observations = {LINES}, pending_bytes = {LINES} * 300,
                             queued_through = {LINES};
         COMMIT"
    ))?;
    drop(db);
    let (took, waiting) = open(dir).await?;
    println!("{waiting} lines wait: open in {:.1} ms", took.as_secs_f64() * 1e3);

    // A log that nobody wrote into the database, as a crash leaves it.
    let db = Connection::open(dir.join("sports.db"))?;
    db.execute_batch("UPDATE outbox SET observation = observation WHERE id <= 20000")?;
    let crashed = folder.path().join("crashed");
    std::fs::create_dir(&crashed)?;
    for file in ["sports.db", "sports.db-wal"] {
        if dir.join(file).exists() {
            std::fs::copy(dir.join(file), crashed.join(file))?;
        }
    }
    drop(db);
    let (took, waiting) = open(&crashed).await?;
    println!("{waiting} lines wait, after a crash: open in {:.1} ms", took.as_secs_f64() * 1e3);
    Ok(())
}
