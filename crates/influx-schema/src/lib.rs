//! One observation of a game as one InfluxDB point: its series, fields, timestamp and bytes.
#![doc = include_str!("../README.md")]

mod decode;
mod encode;
mod point;
mod series;
mod time;

pub use decode::{DecodeError, Piece, SeenGame, series_tags};
pub use point::{Point, RUN_OF_CORRECTIONS};
pub use time::{LATEST, from_nanoseconds, nanoseconds};
