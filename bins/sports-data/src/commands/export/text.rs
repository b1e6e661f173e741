//! Exports of one line per row.

use std::io::Write;

use game_model::PastGame;
use http_api::lines::{csv_header_of_games, csv_line, csv_of_game, json_of_game};
use influx_schema::Point;

use super::rows::{OBSERVATION, Observations};
use super::{Sink, put};
use crate::cli::ExportWhat;

/// Values separated by commas.
pub(super) struct Csv<W> {
    out: W,
    observations: Observations,
}

impl<W: Write> Csv<W> {
    /// Begins with the header.
    pub fn new(mut out: W, what: ExportWhat) -> anyhow::Result<Self> {
        let mut header = Vec::new();
        match what {
            ExportWhat::Games => csv_header_of_games(&mut header),
            ExportWhat::Observations => csv_line(&mut header, &OBSERVATION.map(|(name, _)| name)),
        }
        put(&mut out, &header)?;
        Ok(Self { out, observations: Observations::default() })
    }
}

impl<W: Write> Sink for Csv<W> {
    fn games(&mut self, games: &[PastGame]) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for game in games {
            csv_of_game(&mut lines, game);
        }
        put(&mut self.out, &lines)
    }

    fn observations(&mut self, points: &[Point]) -> anyhow::Result<()> {
        let mut line = Vec::new();
        for point in points {
            line.clear();
            csv_line(&mut line, &self.observations.row(point).map(super::value::Value::to_text));
            put(&mut self.out, &line)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// A JSON object per line.
pub(super) struct Ndjson<W> {
    out: W,
    observations: Observations,
}

impl<W: Write> Ndjson<W> {
    pub fn new(out: W) -> Self {
        Self { out, observations: Observations::default() }
    }
}

impl<W: Write> Sink for Ndjson<W> {
    fn games(&mut self, games: &[PastGame]) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for game in games {
            json_of_game(&mut lines, game);
        }
        put(&mut self.out, &lines)
    }

    fn observations(&mut self, points: &[Point]) -> anyhow::Result<()> {
        let mut line = Vec::new();
        for point in points {
            line.clear();
            for ((name, _), value) in OBSERVATION.iter().zip(self.observations.row(point)) {
                line.push(if line.is_empty() { b'{' } else { b',' });
                line.push(b'"');
                line.extend_from_slice(name.as_bytes());
                line.extend_from_slice(b"\":");
                value.to_json(&mut line);
            }
            line.extend_from_slice(b"}\n");
            put(&mut self.out, &line)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// Line protocol: each point with the bytes that it had.
pub(super) struct Lines<W>(W);

impl<W: Write> Lines<W> {
    pub fn new(out: W) -> Self {
        Self(out)
    }
}

impl<W: Write> Sink for Lines<W> {
    fn games(&mut self, _: &[PastGame]) -> anyhow::Result<()> {
        anyhow::bail!("a line is an observation of a game")
    }

    fn observations(&mut self, points: &[Point]) -> anyhow::Result<()> {
        let mut line = Vec::new();
        for point in points {
            line.clear();
            point.encode_into(&mut line);
            line.push(b'\n');
            put(&mut self.0, &line)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}
