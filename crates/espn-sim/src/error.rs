//! Why a simulated ESPN cannot start.

use std::net::SocketAddr;
use std::path::PathBuf;

use game_model::League;

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
    /// Seasons of the league are not made up.
    #[error("there are no made-up seasons of the {league}; allowed are nfl and nhl")]
    NoSeasons {
        /// The league.
        league: League,
    },
    /// No season begins in that year.
    #[error("the season begins in {begins}; allowed are years from {first} to {last}")]
    NoSuchYear {
        /// The year.
        begins: i32,
        /// The first that is allowed.
        first: i32,
        /// The last that is allowed.
        last: i32,
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
