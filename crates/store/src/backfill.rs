//! How far the backfill got: which slates of a season were asked for.

use async_trait::async_trait;
use game_model::{AskedSlate, BackfillLog, CommitError, League, SlateId};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, Error, Result};
use tracing::warn;

use crate::store::Store;
use crate::writer::{Batch, Work};

/// Remembers that a slate was asked for.
pub(crate) struct Note {
    pub league: League,
    pub year: i32,
    pub asked: AskedSlate,
}

impl Work for Note {
    type Output = ();

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        let AskedSlate { slate, asked_at, settled, empty } = self.asked;
        let sql = "INSERT OR REPLACE INTO backfilled (league, year, slate, asked_at, settled, empty)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let columns = (self.league.key, self.year, name(slate)?, nanoseconds(asked_at), settled, empty);
        batch.db.prepare_cached(sql)?.execute(columns)?;
        Ok(())
    }
}

/// Forgets that slates were asked for.
pub(crate) struct Forget {
    pub league: League,
    pub year: i32,
    pub slates: Vec<SlateId>,
}

impl Work for Forget {
    type Output = ();

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        let sql = "DELETE FROM backfilled WHERE league = ?1 AND year = ?2 AND slate = ?3";
        let mut delete = batch.db.prepare_cached(sql)?;
        for slate in &self.slates {
            delete.execute((self.league.key, self.year, name(*slate)?))?;
        }
        Ok(())
    }
}

fn name(slate: SlateId) -> Result<String> {
    serde_json::to_string(&slate).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// The slates of the season that were asked for. One whose name can not be read is asked for again.
pub(crate) fn asked(db: &Connection, league: League, year: i32) -> Result<Vec<AskedSlate>> {
    let sql = "SELECT slate, asked_at, settled, empty FROM backfilled WHERE league = ?1 AND year = ?2";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query((league.key, year))?;
    let mut asked = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str()?;
        match serde_json::from_str(name) {
            Ok(slate) => {
                let asked_at = from_nanoseconds(row.get(1)?);
                asked.push(AskedSlate { slate, asked_at, settled: row.get(2)?, empty: row.get(3)? });
            }
            Err(error) => warn!(%league, name, %error, "a slate that the store keeps can not be read"),
        }
    }
    Ok(asked)
}

#[async_trait]
impl BackfillLog for Store {
    async fn asked(&self, league: League, year: i32) -> Result<Vec<AskedSlate>, CommitError> {
        Ok(self.ask(move |db| asked(db, league, year)).await?)
    }

    async fn note(&self, league: League, year: i32, asked: AskedSlate) -> Result<(), CommitError> {
        Ok(self.write(Note { league, year, asked }).await?)
    }

    async fn forget(&self, league: League, year: i32, slates: Vec<SlateId>) -> Result<(), CommitError> {
        Ok(self.write(Forget { league, year, slates }).await?)
    }
}
