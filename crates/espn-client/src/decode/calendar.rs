//! What the calendar of a scoreboard says: the weeks of a season, or the days on which games are played.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use game_model::{League, SeasonDays, SeasonPhase, SlateId, SlateKind, eastern_date};

use super::entry::CalendarEntry;
use super::event::{YEARS, moment};
use super::leaf::{Leaf, Object};
use super::slate::year;
use super::wire::{WireLeague, WireScoreboard, WireSeason};

/// A calendar that spans more days is none: no season takes longer.
const LONGEST_SEASON: usize = 500;

/// The weeks of the league's calendar, where it has one by weeks.
pub(super) fn weeks(league: League, wire: &WireScoreboard<'_>) -> Vec<(SlateId, DateTime<Utc>)> {
    let Some((year, facts)) = calendar(league, SlateKind::Week, wire) else { return Vec::new() };
    let mut weeks = Vec::new();
    for phase in entries(facts).iter().filter_map(CalendarEntry::phase) {
        let Some(espn_phase) = phase.value.whole().map(SeasonPhase::from_espn) else { continue };
        weeks.extend(phase.entries.objects().filter_map(|entry| {
            let id = SlateId::week(year, espn_phase, entry.value.whole()?);
            Some((id, entry.end_date.text().and_then(moment)?))
        }));
    }
    weeks
}

/// The days of the league's calendar, where it has one by days: those it lists, or in some leagues all from its
/// start to its end but those.
pub(super) fn days(league: League, wire: &WireScoreboard<'_>) -> Option<SeasonDays> {
    let (year, facts) = calendar(league, SlateKind::Day, wire)?;
    let listed: BTreeSet<NaiveDate> = entries(facts).iter().filter_map(|entry| day(entry.day()?)).collect();
    let are_listed = matches!(facts.calendar_is_whitelist, Leaf::Bool(true));
    let days: Vec<NaiveDate> = match facts.calendar_is_whitelist {
        Leaf::Bool(true) => listed.into_iter().collect(),
        Leaf::Bool(false) => {
            let (first, last) = (day(&facts.calendar_start_date)?, day(&facts.calendar_end_date)?);
            let all = first.iter_days().take_while(|day| *day <= last).take(LONGEST_SEASON);
            all.filter(|day| !listed.contains(day)).collect()
        }
        _ => return None,
    };
    Some(SeasonDays { year, days, are_listed }).filter(|season| !season.days.is_empty())
}

/// The season of the calendar and its league, where the league is one of this kind.
fn calendar<'w, 'a>(
    league: League,
    kind: SlateKind,
    wire: &'w WireScoreboard<'a>,
) -> Option<(i32, &'w WireLeague<'a>)> {
    if league.slate != kind {
        return None;
    }
    let facts = wire.leagues.objects().next()?;
    let own = |season: &Object<WireSeason<'_>>| season.get().and_then(|season| year(&season.year));
    Some((own(&facts.season).or_else(|| own(&wire.season))?, facts))
}

fn entries<'w, 'a>(facts: &'w WireLeague<'a>) -> &'w [CalendarEntry<'a>] {
    facts.calendar.elements().unwrap_or_default()
}

/// The day of a moment that stands for a day: early in the morning of New York.
fn day(leaf: &Leaf<'_>) -> Option<NaiveDate> {
    let text = leaf.text()?;
    // From this hour in UTC on it is the same day in New York. All of ESPN's are, and there are hundreds on a board.
    let same_day = text.get(10..13).is_some_and(|hour| ("T05"..="T23").contains(&hour));
    if same_day && text.len() == "2025-10-07T07:00Z".len() {
        let day: NaiveDate = text.get(..10)?.parse().ok()?;
        return YEARS.contains(&day.year()).then_some(day);
    }
    moment(text).map(eastern_date)
}
