//! Why a simulated ESPN cannot start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a simulated ESPN cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The folder of captures cannot be read.
    #[error(
        "the folder of captures {path:?} cannot be read; name an existing folder of *.json or *.json.gz files"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// One capture cannot be read.
    #[error("the capture {path:?} cannot be read; repair it or take it out of the folder")]
    Capture {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// One capture is no JSON.
    #[error("the capture {path:?} is not JSON; repair it or take it out of the folder")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// There is nothing to serve.
    #[error(
        "the folder {path:?} holds no scoreboard of a known league; it needs *.json or *.json.gz files with ESPN's `leagues` and `events`"
    )]
    NoScoreboards {
        /// The folder.
        path: PathBuf,
    },
    /// The port is taken or not allowed.
    #[error("cannot listen on {address}; choose another port, or 0 for a free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}
