//! A team as a game names it.

use serde::{Deserialize, Serialize};

/// A team as a game names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// League and abbreviation, lower case: `nfl-ne`.
    pub id: String,
    /// ESPN's numeric id, unique within its league.
    pub espn_id: String,
    /// Full name: `New England Patriots`.
    pub name: String,
    /// Nickname: `Patriots`.
    pub nickname: String,
    /// ESPN's abbreviation: `NE`.
    pub abbreviation: String,
    /// Address of the logo, empty where unknown.
    pub logo: String,
    /// The team's colours.
    pub colors: Colors,
}

/// A team's colours, `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colors {
    /// `#000000` where unknown.
    pub primary: String,
    /// `#FFFFFF` where unknown.
    pub secondary: String,
}

impl Default for Colors {
    fn default() -> Self {
        Self { primary: "#000000".into(), secondary: "#FFFFFF".into() }
    }
}

/// Games won, lost and neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Games won.
    pub wins: u32,
    /// Games lost; in hockey those lost in regulation.
    pub losses: u32,
    /// Games tied.
    pub ties: u32,
    /// Games lost in overtime or a shootout; hockey alone counts them.
    pub overtime_losses: u32,
}
