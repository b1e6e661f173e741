//! One event as a game.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use game_model::{Game, GameId, GameStatus, League, Side};

use super::leaf::Leaf;
use super::problem;
use super::slate::Frame;
use super::wire::{WireCompetition, WireCompetitor, WireEvent};
use super::{status, team};

/// ESPN's form of a moment, `2022-09-11T17:00Z`.
const ESPN_DATE: &str = "%Y-%m-%dT%H:%MZ";
/// A moment or a season of another year is a mistake. Nanoseconds since 1970, as InfluxDB counts them, end in 2262.
pub(super) const YEARS: RangeInclusive<i32> = 1900..=2200;

/// Reads one event; where it is no game, the sentence that says why.
pub(super) fn read(league: League, frame: &Frame, event: &WireEvent<'_>) -> Result<Game, String> {
    let id = event.id.id().ok_or_else(|| problem("id", &event.id, "ESPN's id of the event"))?;
    let competition =
        event.competitions.objects().next().ok_or_else(|| {
            "competitions[0] is missing; it must be an object with two competitors".to_owned()
        })?;
    let (start, start_text) = start(event, competition)?;
    let season = frame.season_of(event.season.get());
    let state = status::read(league, season.as_ref(), event, competition)?;
    let (home, away) = sides(competition)?;
    let venue = [competition.venue.get(), event.venue.get()]
        .into_iter()
        .flatten()
        .find_map(|venue| venue.full_name.text().or_else(|| venue.display_name.text()));
    Ok(Game {
        id: GameId(id.into_owned()),
        league,
        week: frame.week_of(&event.week, season.as_ref()),
        season,
        status: state.status,
        start,
        start_text: start_text.to_owned(),
        start_confirmed: competition.time_valid != Leaf::Bool(false),
        home: side(league, home, state.status, "home")?,
        away: side(league, away, state.status, "away")?,
        clock: state.clock,
        venue: venue.map(str::to_owned),
    })
}

fn start<'w>(
    event: &'w WireEvent<'_>,
    competition: &'w WireCompetition<'_>,
) -> Result<(DateTime<Utc>, &'w str), String> {
    [&event.date, &competition.date]
        .into_iter()
        .find_map(|date| date.text().and_then(|text| Some((moment(text)?, text))))
        .ok_or_else(|| problem("date", &event.date, "a moment such as \"2022-09-11T17:00Z\""))
}

/// The moment that ESPN's text names.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, ESPN_DATE)
        .map(|moment| moment.and_utc())
        .or_else(|_| text.parse::<DateTime<Utc>>())
        .ok()
        .filter(|moment| YEARS.contains(&moment.year()))
}

/// Home and away, by what they say of themselves: ESPN promises no order.
fn sides<'w, 'a>(
    competition: &'w WireCompetition<'a>,
) -> Result<(&'w WireCompetitor<'a>, &'w WireCompetitor<'a>), String> {
    let count = competition.competitors.elements().map_or(0, <[_]>::len);
    if count != 2 {
        return Err(problem("the number of competitors", count, "2: a home and an away team"));
    }
    let side = |name: &str| {
        competition
            .competitors
            .objects()
            .find(|competitor| competitor.home_away.text() == Some(name))
            .ok_or_else(|| format!("no competitor has homeAway {name:?}; one must be \"home\", one \"away\""))
    };
    Ok((side("home")?, side("away")?))
}

fn side(
    league: League,
    competitor: &WireCompetitor<'_>,
    status: GameStatus,
    name: &str,
) -> Result<Side, String> {
    let wire = competitor.team.get().ok_or_else(|| {
        format!("the {name} competitor has no object `team`; a game is between two teams, not individuals")
    })?;
    Ok(Side {
        team: team::read(league, wire).ok_or_else(|| {
            format!("the {name} team has neither a name nor an abbreviation; it must have one")
        })?,
        score: score(&competitor.score, status)
            .ok_or_else(|| problem(&format!("the {name} score"), &competitor.score, score_allowed(status)))?,
        record: team::record(league.record_form, &competitor.records),
    })
}

/// Points or goals. A score that is missing is 0 as long as there can be none yet.
fn score(score: &Leaf<'_>, status: GameStatus) -> Option<u32> {
    if score.is_missing() && before_play(status) { Some(0) } else { score.whole() }
}

fn before_play(status: GameStatus) -> bool {
    matches!(status, GameStatus::Scheduled | GameStatus::Postponed | GameStatus::Canceled)
}

fn score_allowed(status: GameStatus) -> &'static str {
    if before_play(status) {
        "a whole number from 0, or missing before the game"
    } else {
        "a whole number from 0 once the game is under way"
    }
}
