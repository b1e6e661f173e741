//! Fuzz targets for what comes from outside. Each takes any bytes, and panics only where a promise is broken.
#![doc = include_str!("../README.md")]

mod encoder;
mod espn;
mod influx;
mod settings;

pub use encoder::line_encoder;
pub use espn::espn_decoder;
pub use influx::influx_answers;
pub use settings::settings;

/// A target: it takes any bytes.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 4] = [
    ("espn_decoder", espn_decoder),
    ("influx_answers", influx_answers),
    ("line_encoder", line_encoder),
    ("settings", settings),
];
