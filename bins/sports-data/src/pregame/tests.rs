//! Starts are asked for when they are due, and every half minute.

use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::EventError;
use tokio::time::Instant;

use super::*;

/// Starts that are due at these times, and when each was asked for.
struct Fake {
    begun: Instant,
    epoch: DateTime<Utc>,
    due: Vec<i64>,
    asked: Mutex<Vec<u64>>,
    fails: bool,
}

impl Fake {
    fn new(due: Vec<i64>, fails: bool) -> Arc<Self> {
        let epoch = "2026-11-24T18:00:00Z".parse().unwrap();
        Arc::new(Self { begun: Instant::now(), epoch, due, asked: Mutex::default(), fails })
    }
}

impl WallClock for Fake {
    fn now(&self) -> DateTime<Utc> {
        self.epoch + self.begun.elapsed()
    }
}

#[async_trait]
impl Pregames for Fake {
    async fn tell_pregames(&self, minutes: &[u32]) -> Result<Option<DateTime<Utc>>, EventError> {
        assert_eq!(minutes, [DEFAULT_PREGAME_MINUTES]);
        let now = self.begun.elapsed().as_secs();
        self.asked.lock().unwrap().push(now);
        if self.fails {
            return Err(EventError { message: "the disk is full".into() });
        }
        let next = self.due.iter().copied().find(|due| u64::try_from(*due).unwrap() > now);
        Ok(next.map(|due| self.epoch + TimeDelta::seconds(due)))
    }
}

async fn asked(fake: Arc<Fake>) -> Vec<u64> {
    let stop = CancellationToken::new();
    let telling = tokio::spawn(tell_starts(fake.clone(), fake.clone(), stop.clone()));
    sleep(Duration::from_secs(95)).await;
    stop.cancel();
    telling.await.unwrap();
    let asked = fake.asked.lock().unwrap();
    asked.clone()
}

#[tokio::test(start_paused = true)]
async fn starts_are_told_when_they_are_due() {
    assert_eq!(asked(Fake::new(vec![12, 47], false)).await, [0, 12, 42, 47, 77]);
    assert_eq!(asked(Fake::new(Vec::new(), false)).await, [0, 30, 60, 90]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_asked_again() {
    assert_eq!(asked(Fake::new(vec![12], true)).await, [0, 30, 60, 90]);
}
