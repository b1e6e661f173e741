//! Which slates a season has: by the calendar of a scoreboard, or where there is none by what is usual.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use game_model::{League, Scoreboard, SeasonNames, SeasonPhase, SlateId, SlateKind, WeekNames, eastern_date};

/// The length of a week of which only the end is known.
const WEEK: TimeDelta = TimeDelta::days(7);

/// The last games of a US-Eastern day are over by this hour of the next one, in UTC.
const OVER_BY: NaiveTime = NaiveTime::from_hms_opt(12, 0, 0).expect("a time of day");

/// A slate of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeasonSlate {
    pub id: SlateId,
    /// When it is over, where that is known.
    pub ends: Option<DateTime<Utc>>,
    /// Whether the calendar of the season tells of games on it.
    pub has_games: bool,
}

impl SeasonSlate {
    fn day(day: NaiveDate, has_games: bool) -> Self {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        Self { id: SlateId::Day(day), ends: Some(next.and_time(OVER_BY).and_utc()), has_games }
    }

    /// Whether it covers a day from `from` to `to`. A week of which nothing is known does.
    pub fn touches(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> bool {
        let (first, last) = match (self.id, self.ends) {
            (SlateId::Day(day), _) => (day, day),
            (SlateId::Week { .. }, Some(ends)) => (eastern_date(ends - WEEK), eastern_date(ends)),
            (SlateId::Week { .. }, None) => return true,
        };
        from.is_none_or(|from| last >= from) && to.is_none_or(|to| first <= to)
    }
}

/// ESPN's year of the season that is current: the one that the source shows by default.
pub(super) fn current_year(league: League, board: &Scoreboard, now: DateTime<Utc>) -> i32 {
    let of_week = |slate: &SlateId| match slate {
        SlateId::Week { year, .. } => Some(*year),
        SlateId::Day(_) => None,
    };
    let of_days = || board.days.as_ref().map(|days| days.year);
    let of_games = || board.games.iter().find_map(|game| Some(game.season.as_ref()?.year));
    board
        .slate
        .as_ref()
        .and_then(of_week)
        .or_else(of_days)
        .or_else(of_games)
        .unwrap_or_else(|| league.year_of_season(usual_beginning(league, eastern_date(now))))
}

/// The year in which the season of this day begins, as is usual.
fn usual_beginning(league: League, day: NaiveDate) -> i32 {
    /// Seasons that span two years begin after this month.
    const JUNE: u32 = 6;
    /// So does none of those that are named by one year before this month, football's last until February.
    const MARCH: u32 = 3;
    let before = match (league.season_names, league.slate) {
        (SeasonNames::EndsIn | SeasonNames::StartsIn, _) => day.month() <= JUNE,
        (SeasonNames::OneYear, SlateKind::Week) => day.month() < MARCH,
        (SeasonNames::OneYear, SlateKind::Day) => false,
    };
    day.year() - i32::from(before)
}

/// The slates that the calendar of a scoreboard tells of a season; none where it is of another one, or missing.
pub(super) fn slates_of(league: League, year: i32, board: &Scoreboard) -> Option<Vec<SeasonSlate>> {
    let slates: Vec<SeasonSlate> = match league.slate {
        SlateKind::Day => {
            let season = board.days.as_ref().filter(|season| season.year == year)?;
            season.days.iter().map(|day| SeasonSlate::day(*day, season.are_listed)).collect()
        }
        SlateKind::Week => {
            let weeks = board.weeks.iter().filter(|(id, _)| is_played(*id, year));
            weeks.map(|(id, ends)| SeasonSlate { id: *id, ends: Some(*ends), has_games: true }).collect()
        }
    };
    Some(slates).filter(|slates| !slates.is_empty())
}

/// Whether it is a week of the season in which games are played.
fn is_played(id: SlateId, season: i32) -> bool {
    matches!(id, SlateId::Week { year, phase, .. }
        if year == season && SeasonPhase::from_espn(phase) != SeasonPhase::Off)
}

/// A slate in the midst of the season, whose scoreboard tells the season's calendar.
pub(super) fn opening(league: League, year: i32) -> SlateId {
    match (league.slate, league.season_names) {
        (SlateKind::Week, _) => SlateId::week(year, SeasonPhase::Regular, 1),
        (SlateKind::Day, SeasonNames::EndsIn) => SlateId::Day(date(year, 1, 15)),
        (SlateKind::Day, SeasonNames::StartsIn) => SlateId::Day(date(year, 11, 15)),
        (SlateKind::Day, SeasonNames::OneYear) => SlateId::Day(date(year, 7, 1)),
    }
}

/// The slates that a season usually has. Asking for one that there was not costs a request, and nothing else.
pub(super) fn assumed(league: League, year: i32) -> Vec<SeasonSlate> {
    let weeks = |phase, numbers: std::ops::RangeInclusive<u32>| {
        numbers.map(move |number| SeasonSlate {
            id: SlateId::week(year, phase, number),
            ends: None,
            has_games: false,
        })
    };
    let days = |first: NaiveDate, last: NaiveDate| {
        first.iter_days().take_while(|day| *day <= last).map(|day| SeasonSlate::day(day, false)).collect()
    };
    match (league.slate, league.season_names) {
        (SlateKind::Week, _) => {
            let preseason = if league.week_names == WeekNames::Nfl { 4 } else { 0 };
            weeks(SeasonPhase::Preseason, 1..=preseason)
                .chain(weeks(SeasonPhase::Regular, 1..=18))
                .chain(weeks(SeasonPhase::Postseason, 1..=5))
                .collect()
        }
        (SlateKind::Day, SeasonNames::EndsIn) => days(date(year - 1, 9, 15), date(year, 6, 30)),
        (SlateKind::Day, SeasonNames::StartsIn) => days(date(year, 8, 1), date(year + 1, 5, 31)),
        (SlateKind::Day, SeasonNames::OneYear) => days(date(year, 2, 15), date(year, 12, 15)),
    }
}

/// When the season is over, whatever happened in it.
pub(super) fn is_long_over(league: League, year: i32, now: DateTime<Utc>) -> bool {
    let last = match (league.slate, league.season_names) {
        (SlateKind::Week, _) => date(year + 1, 3, 1),
        (SlateKind::Day, SeasonNames::EndsIn | SeasonNames::OneYear) => date(year, 12, 31),
        (SlateKind::Day, SeasonNames::StartsIn) => date(year + 1, 12, 31),
    };
    eastern_date(now) > last
}

/// The date; the first day there is where the year has none such.
fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}
