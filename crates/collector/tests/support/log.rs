//! A log of observations that holds state, and refuses on request.

use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    AskedSlate, BackfillLog, CommitError, Committed, GameStatus, League, Observation, ObservationLog,
    RememberedGame, SlateId,
};

#[derive(Default)]
pub struct FakeLog {
    kept: Mutex<Vec<Observation>>,
    remembered: Mutex<Vec<RememberedGame>>,
    refuses: Mutex<Option<CommitError>>,
    asked: Mutex<Vec<(League, i32, AskedSlate)>>,
}

impl FakeLog {
    pub fn refuses(&self, message: Option<&str>) {
        *self.refuses.lock().unwrap() = message.map(|message| CommitError { message: message.into() });
    }

    pub fn remembers(&self, games: Vec<RememberedGame>) {
        *self.remembered.lock().unwrap() = games;
    }

    /// The slates that were asked for, and whether each is settled.
    pub fn slates(&self) -> Vec<(SlateId, bool)> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(_, _, asked)| (asked.slate, asked.settled)).collect()
    }

    /// Every kept observation of the game: when, its status and the home side's score.
    pub fn history(&self, id: &str) -> Vec<(DateTime<Utc>, GameStatus, u32)> {
        let kept = self.kept.lock().unwrap();
        let seen = kept.iter().flat_map(|seen| seen.games.iter().map(|game| (seen.observed_at, game)));
        seen.filter(|(_, game)| game.id.0 == id)
            .map(|(at, game)| (at, game.status, game.home.score))
            .collect()
    }
}

#[async_trait]
impl ObservationLog for FakeLog {
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError> {
        if let Some(error) = self.refuses.lock().unwrap().clone() {
            return Err(error);
        }
        self.kept.lock().unwrap().push(observation);
        Ok(Committed::default())
    }

    async fn remembered(&self, _: League, _: DateTime<Utc>) -> Result<Vec<RememberedGame>, CommitError> {
        match self.refuses.lock().unwrap().clone() {
            Some(error) => Err(error),
            None => Ok(self.remembered.lock().unwrap().clone()),
        }
    }
}

#[async_trait]
impl BackfillLog for FakeLog {
    async fn asked(&self, league: League, year: i32) -> Result<Vec<AskedSlate>, CommitError> {
        let asked = self.asked.lock().unwrap();
        Ok(asked
            .iter()
            .filter(|(of, in_year, _)| (*of, *in_year) == (league, year))
            .map(|asked| asked.2)
            .collect())
    }

    async fn note(&self, league: League, year: i32, asked: AskedSlate) -> Result<(), CommitError> {
        let mut all = self.asked.lock().unwrap();
        all.retain(|(_, _, known)| known.slate != asked.slate);
        all.push((league, year, asked));
        Ok(())
    }

    async fn forget(&self, _: League, _: i32, slates: Vec<SlateId>) -> Result<(), CommitError> {
        self.asked.lock().unwrap().retain(|(_, _, known)| !slates.contains(&known.slate));
        Ok(())
    }
}
