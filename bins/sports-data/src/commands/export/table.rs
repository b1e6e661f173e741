//! Exports to Apache Parquet.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use game_model::PastGame;
use influx_schema::Point;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::Sink;
#[rustfmt::skip]
use super::rows::{self, Column, GAME, Kind, OBSERVATION, Observations};
use super::value::Value;
use crate::cli::ExportWhat;

/// Rows that are written together, and are in memory until they are: a few megabytes.
const GROUP: usize = 16_384;

/// The values of a column that wait.
enum Waiting {
    Texts { values: Vec<ByteArray>, there: Vec<i16> },
    Numbers(Vec<i64>),
}

/// A file of row groups.
pub(super) struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Waiting>,
    rows: usize,
    observations: Observations,
}

impl<W: Write + Send> Table<W> {
    pub fn new(out: W, what: ExportWhat) -> anyhow::Result<Self> {
        let columns: &[Column] = match what {
            ExportWhat::Games => &GAME,
            ExportWhat::Observations => &OBSERVATION,
        };
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("sports-data {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer = SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))
            .context("the Parquet file can not be begun")?;
        let columns = columns.iter().map(|(_, kind)| waiting(*kind)).collect();
        Ok(Self { writer, columns, rows: 0, observations: Observations::default() })
    }

    /// Writes the rows that wait as a group.
    fn flush(&mut self) -> anyhow::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let mut writer = group.next_column()?.context("the Parquet file has too few columns")?;
            match column {
                Waiting::Texts { values, there } => {
                    writer.typed::<ByteArrayType>().write_batch(values, Some(there), None)?;
                    values.clear();
                    there.clear();
                }
                Waiting::Numbers(values) => {
                    writer.typed::<Int64Type>().write_batch(values, None, None)?;
                    values.clear();
                }
            }
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.rows >= GROUP
    }
}

/// Adds a row to what waits.
fn push(columns: &mut [Waiting], row: &[Value<'_>]) {
    for (column, value) in columns.iter_mut().zip(row) {
        match (column, value) {
            (Waiting::Texts { values, there }, Value::Text(text)) => {
                values.extend(text.map(|text| ByteArray::from(text.as_bytes().to_vec())));
                there.push(i16::from(text.is_some()));
            }
            (Waiting::Numbers(values), Value::Number(number) | Value::Time(number)) => values.push(*number),
            // The tables of columns and of values agree, which a test holds.
            _ => {}
        }
    }
}

impl<W: Write + Send> Sink for Table<W> {
    fn games(&mut self, games: &[PastGame]) -> anyhow::Result<()> {
        for game in games {
            let period = game.period.map(|period| period.to_string());
            push(&mut self.columns, &rows::game(game, period.as_deref()));
            self.rows += 1;
            if self.is_full() {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn observations(&mut self, points: &[Point]) -> anyhow::Result<()> {
        for point in points {
            push(&mut self.columns, &self.observations.row(point));
            self.rows += 1;
            if self.is_full() {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        self.flush()?;
        self.writer.close().context("the Parquet file can not be completed")?;
        Ok(())
    }
}

fn waiting(kind: Kind) -> Waiting {
    match kind {
        Kind::Text => Waiting::Texts { values: Vec::new(), there: Vec::new() },
        Kind::Number | Kind::Time => Waiting::Numbers(Vec::new()),
    }
}

fn schema(columns: &[Column]) -> anyhow::Result<TypePtr> {
    let fields = columns.iter().map(|(name, kind)| {
        let (physical, logical, repetition) = match kind {
            Kind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
            Kind::Number => (PhysicalType::INT64, None, Repetition::REQUIRED),
            Kind::Time => {
                let time = LogicalType::timestamp(true, TimeUnit::NANOS);
                (PhysicalType::INT64, Some(time), Repetition::REQUIRED)
            }
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()?;
        Ok(Arc::new(field))
    });
    let fields = fields.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Arc::new(Type::group_type_builder("sports_data").with_fields(fields).build()?))
}
