//! ESPN's scoreboards as games: requests, politeness, lenient decoding.
#![doc = include_str!("../README.md")]

mod client;
mod config;
mod decode;

pub use client::EspnClient;
pub use config::{
    ConfigError, DEFAULT_BASE_URL, DEFAULT_FIRST_BACKOFF, DEFAULT_MAX_BACKOFF, DEFAULT_MAX_BODY,
    DEFAULT_TIMEOUT, DEFAULT_USER_AGENT, EspnConfig,
};
pub use decode::{DecodeError, Decoded, decode};
