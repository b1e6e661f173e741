//! Log lines go to standard error, as text or as JSON.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::LogSettings;

/// Libraries whose own words below `info` are about their mechanics, not about this service.
const CHATTY: [&str; 6] = ["hyper", "hyper_util", "reqwest", "rustls", "h2", "tower"];

/// Starts logging. Call it once.
pub fn start(settings: LogSettings) {
    let chatty = settings.level.min(Level::INFO);
    let targets = Targets::new()
        .with_default(settings.level)
        .with_targets(CHATTY.map(|name| (name, LevelFilter::from_level(chatty))));
    let stderr = std::io::stderr;
    let layer = tracing_subscriber::fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(targets);
    // A second start, in tests, leaves the first in place.
    let _ = if settings.json {
        registry.with(layer.json().flatten_event(true)).try_init()
    } else {
        registry.with(layer).try_init()
    };
}
