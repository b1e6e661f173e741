//! ESPN's scoreboard as far as it is read. Every field may be absent or of another type; what is not named
//! here is skipped.

use serde::Deserialize;

use super::entry::CalendarEntry;
use super::leaf::{Elements, Leaf, List, Object};

#[derive(Debug, Default, Deserialize)]
pub(super) struct WireScoreboard<'a> {
    #[serde(borrow, default)]
    pub(super) events: List<WireEvent<'a>>,
    #[serde(borrow, default)]
    pub(super) leagues: List<WireLeague<'a>>,
    #[serde(borrow, default)]
    pub(super) season: Object<WireSeason<'a>>,
    #[serde(borrow, default)]
    pub(super) week: Object<WireWeek<'a>>,
    #[serde(borrow, default)]
    pub(super) day: Object<WireDay<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireLeague<'a> {
    #[serde(borrow, default)]
    pub(super) season: Object<WireSeason<'a>>,
    #[serde(borrow, default)]
    pub(super) calendar: Elements<CalendarEntry<'a>>,
    #[serde(borrow, default)]
    pub(super) calendar_is_whitelist: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) calendar_start_date: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) calendar_end_date: Leaf<'a>,
}

/// One phase of a season in the calendar of a league that has weeks.
#[derive(Debug, Deserialize)]
pub(super) struct WirePhase<'a> {
    #[serde(borrow, default)]
    pub(super) value: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) entries: List<WireEntry<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEntry<'a> {
    #[serde(borrow, default)]
    pub(super) value: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) end_date: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireSeason<'a> {
    #[serde(borrow, default)]
    pub(super) year: Leaf<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) phase: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireWeek<'a> {
    #[serde(borrow, default)]
    pub(super) number: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireDay<'a> {
    #[serde(borrow, default)]
    pub(super) date: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireEvent<'a> {
    #[serde(borrow, default)]
    pub(super) id: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) date: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) season: Object<WireSeason<'a>>,
    #[serde(borrow, default)]
    pub(super) week: Object<WireWeek<'a>>,
    #[serde(borrow, default)]
    pub(super) competitions: List<WireCompetition<'a>>,
    #[serde(borrow, default)]
    pub(super) status: Object<WireStatus<'a>>,
    #[serde(borrow, default)]
    pub(super) venue: Object<WireVenue<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireCompetition<'a> {
    #[serde(borrow, default)]
    pub(super) date: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) time_valid: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) venue: Object<WireVenue<'a>>,
    #[serde(borrow, default)]
    pub(super) competitors: List<WireCompetitor<'a>>,
    #[serde(borrow, default)]
    pub(super) status: Object<WireStatus<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireVenue<'a> {
    #[serde(borrow, default)]
    pub(super) full_name: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) display_name: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireStatus<'a> {
    #[serde(borrow, default)]
    pub(super) period: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) display_clock: Leaf<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Object<WireStatusType<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireStatusType<'a> {
    #[serde(borrow, default)]
    pub(super) name: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) state: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) completed: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) detail: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) short_detail: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireCompetitor<'a> {
    #[serde(borrow, default)]
    pub(super) home_away: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) score: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) records: List<WireRecord<'a>>,
    #[serde(borrow, default)]
    pub(super) team: Object<WireTeam<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireRecord<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) summary: Leaf<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTeam<'a> {
    #[serde(borrow, default)]
    pub(super) id: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) abbreviation: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) display_name: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) short_display_name: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) name: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) location: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) color: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) alternate_color: Leaf<'a>,
    #[serde(borrow, default)]
    pub(super) logo: Leaf<'a>,
}
