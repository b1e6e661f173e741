//! Parameters of history.

pub(crate) mod described;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use game_model::{GameOrder, GameStatus, HistoryQuery, HomeAway, League, season_begins};

use super::{Once, Problems, league_of, parameters};
use crate::error::{ApiError, shown};

/// Games on a page unless told otherwise.
pub(crate) const DEFAULT_PAGE_SIZE: u64 = 100;

/// Games on the largest page.
pub(crate) const MAX_PAGE_SIZE: u64 = 1000;

/// A team's name has at most so many characters.
pub(crate) const MAX_NAME: usize = 128;

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON object.
    #[default]
    Json,
    /// Lines of values, separated by commas.
    Csv,
    /// Lines of JSON objects.
    Ndjson,
}

/// What history is asked for. Each route takes what it needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryParameters {
    /// Which games, and which page of them.
    pub(crate) games: HistoryQuery,
    /// The page, from 1.
    pub(crate) page: u64,
    /// Whether a page was asked for, and not all games.
    pub(crate) is_paged: bool,
    /// Whether the timeline has every poll.
    pub(crate) every_poll: bool,
    /// The form of the answer.
    pub(crate) format: Format,
}

impl HistoryParameters {
    /// Reads a query. `tracked` are the leagues that may be asked for.
    pub(crate) fn parse(query: &str, tracked: &[League]) -> Result<Self, ApiError> {
        let mut given = Given::default();
        let mut problems = Problems::default();
        for (name, value) in parameters(query) {
            if matches!(&*name, "league" | "sport") {
                problems.note(league_of(&name, value, tracked, &mut given.league));
                continue;
            }
            match value {
                Ok(value) if value.trim().is_empty() => {}
                Ok(value) => problems.note(given.take(&name, value.trim())),
                Err(problem) if Given::knows(&name) => problems.push(problem),
                Err(_) => {}
            }
        }
        given.finish(problems)
    }
}

/// Whether a name of a team can be one.
pub(crate) fn name_of(parameter: &str, value: &str) -> Result<String, String> {
    let name = value.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        let name = shown(name);
        return Err(format!(
            "{parameter} is {name}; allowed is the nickname, full name, abbreviation or id of a team, up to \
             {MAX_NAME} characters"
        ));
    }
    Ok(name.to_owned())
}

/// The parameters as far as they were read.
#[derive(Debug, Default)]
struct Given {
    league: Once<Option<League>>,
    team: Once<String>,
    opponent: Once<String>,
    home_away: Once<HomeAway>,
    season: Once<i32>,
    status: Once<GameStatus>,
    from: Once<DateTime<Utc>>,
    until: Once<DateTime<Utc>>,
    order: Once<GameOrder>,
    page: Once<u64>,
    page_size: Once<u64>,
    every_poll: Once<bool>,
    format: Once<Format>,
}

impl Given {
    fn knows(name: &str) -> bool {
        const NAMES: [&str; 12] = [
            "team",
            "opponent",
            "home_away",
            "season",
            "status",
            "from",
            "to",
            "order",
            "page",
            "page_size",
            "every",
            "format",
        ];
        NAMES.contains(&name)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "team" => self.team.set(name, name_of(name, value)?),
            "opponent" => self.opponent.set(name, name_of(name, value)?),
            "home_away" => self
                .home_away
                .set(name, one_of(name, value, &[("home", HomeAway::Home), ("away", HomeAway::Away)])?),
            "season" => self.season.set(name, season_of(value)?),
            "status" => self.status.set(name, status_of(value)?),
            "from" => self.from.set(name, moment_of(name, value, false)?),
            "to" => self.until.set(name, moment_of(name, value, true)?),
            "order" => self.order.set(
                name,
                one_of(
                    name,
                    value,
                    &[("newest", GameOrder::NewestFirst), ("oldest", GameOrder::OldestFirst)],
                )?,
            ),
            "page" => self.page.set(name, number_of(name, value, u64::from(u32::MAX))?),
            "page_size" => self.page_size.set(name, number_of(name, value, MAX_PAGE_SIZE)?),
            "every" => self.every_poll.set(name, one_of(name, value, &[("change", false), ("poll", true)])?),
            "format" => self.format.set(
                name,
                one_of(
                    name,
                    value,
                    &[("json", Format::Json), ("csv", Format::Csv), ("ndjson", Format::Ndjson)],
                )?,
            ),
            _ => Ok(()),
        }
    }

    fn finish(self, mut problems: Problems) -> Result<HistoryParameters, ApiError> {
        if self.team.value.is_none() {
            for (name, is_given) in
                [("opponent", self.opponent.value.is_some()), ("home_away", self.home_away.value.is_some())]
            {
                if is_given {
                    problems.push(format!("{name} is given without team; add the team that it is about"));
                }
            }
        }
        if let (Some(from), Some(until)) = (self.from.value, self.until.value)
            && from >= until
        {
            problems.push("from is later than to; give the earlier one as from".into());
        }
        problems.none()?;
        let (page, limit) = (self.page.value.unwrap_or(1), self.page_size.value.unwrap_or(DEFAULT_PAGE_SIZE));
        let games = HistoryQuery {
            league: self.league.value.flatten(),
            team: self.team.value,
            opponent: self.opponent.value,
            home_away: self.home_away.value,
            season: self.season.value,
            status: self.status.value,
            from: self.from.value,
            until: self.until.value,
            order: self.order.value.unwrap_or_default(),
            after: None,
            skip: (page - 1) * limit,
            limit,
        };
        Ok(HistoryParameters {
            games,
            page,
            is_paged: self.page.value.is_some() || self.page_size.value.is_some(),
            every_poll: self.every_poll.value.unwrap_or_default(),
            format: self.format.value.unwrap_or_default(),
        })
    }
}

/// The value of a word, in any letter case.
fn one_of<T: Copy>(name: &str, value: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(value));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        format!("{name} is {}; allowed are {}", shown(value), words.join(", "))
    })
}

/// The status of a word, `final` meaning the same as `finished`.
fn status_of(value: &str) -> Result<GameStatus, String> {
    if value.eq_ignore_ascii_case("final") {
        return Ok(GameStatus::Finished);
    }
    one_of("status", value, &GameStatus::ALL.map(|status| (status.as_str(), status)))
}

fn number_of(name: &str, value: &str, max: u64) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| format!("{name} is {}; allowed are whole numbers from 1 to {max}", shown(value)))
}

/// The year in which a season begins: of `2025`, `2025-26` or `2025-2026`.
fn season_of(value: &str) -> Result<i32, String> {
    season_begins(value).ok_or_else(|| {
        format!("season is {}; allowed are forms like 2025, 2025-26 and 2025-2026", shown(value))
    })
}

/// A moment, or a day of which the beginning is meant; with `after` what comes right after it.
fn moment_of(name: &str, value: &str, after: bool) -> Result<DateTime<Utc>, String> {
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().and_then(|day| {
        let day = if after { day.checked_add_days(Days::new(1))? } else { day };
        Some(day.and_time(NaiveTime::MIN).and_utc())
    });
    let moment = || {
        // A plus that was not encoded arrives as a space.
        let moment = DateTime::parse_from_rfc3339(&value.replace(' ', "+")).ok()?.to_utc();
        if after { moment.checked_add_signed(TimeDelta::nanoseconds(1)) } else { Some(moment) }
    };
    day.or_else(moment).ok_or_else(|| {
        format!(
            "{name} is {}; allowed are days such as 2025-09-04 and times such as 2025-09-04T20:20:00Z",
            shown(value)
        )
    })
}
