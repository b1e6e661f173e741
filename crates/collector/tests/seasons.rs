//! Simulated seasons: how often ESPN is asked on days with games and on days without, and that nothing is missed.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use collector::{Collector, CollectorConfig, CollectorHandle, SourceClock, Tracked};
use game_model::{GameStatus, Slate, SlateId, eastern_date};

use support::plans::{eastern, nfl_season, nhl_week};
use support::season::{Planned, Season, SeasonEspn, Sightings};
use support::{World, day};

/// Requests in an hour with a live game of the league.
const IN_A_LIVE_HOUR: usize = 730;

/// Other requests on a day with games.
const OTHERS: usize = 40;

/// What polling every 15 s takes in a day.
const FIXED_POLLING: usize = 5_760;

/// A game is watched as live from so long before its start.
const BEFORE_START: TimeDelta = TimeDelta::minutes(5);

/// The longest time between two requests at the live pace.
const LIVE_PACE: TimeDelta = TimeDelta::milliseconds(5_300);

/// What a simulated season left behind.
struct Played {
    season: Season,
    requests: Vec<(DateTime<Utc>, Slate)>,
    seen: Arc<Sightings>,
    handle: CollectorHandle,
}

/// Lets the real collector watch a season from one Eastern midnight to another.
async fn play(season: Season, from: NaiveDate, to: NaiveDate, tracked: Tracked) -> Played {
    let begin = eastern(from, (0, 0));
    let world = World::new(&begin.format("%Y-%m-%dT%H:%M").to_string(), &[season.league.key]);
    // The shortest time for which ESPN lets an answer be kept: it holds up the fewest polls.
    let espn = Arc::new(SeasonEspn::new(world.clock.clone(), season.clone(), Duration::from_secs(2)));
    let seen = Arc::new(Sightings::default());
    let config = CollectorConfig { seed: Some(11), ..CollectorConfig::default() };
    let clock = Arc::new(SourceClock::new(world.clock.clone()));
    let leagues = world.leagues.clone();
    let collector = Collector::new(config, leagues, espn.clone(), seen.clone(), world.cache.clone(), clock);
    let handle = collector.handle();
    handle.track(tracked);
    tokio::spawn(collector.run(world.stop.clone()));
    world.until(&eastern(to, (0, 0)).format("%Y-%m-%dT%H:%M").to_string()).await;
    Played { season, requests: espn.requests(), seen, handle }
}

impl Played {
    /// The most requests in any 60 minutes.
    fn busiest_hour(&self) -> usize {
        let times: Vec<_> = self.requests.iter().map(|(at, _)| *at).collect();
        let mut first = 0;
        let within = |(last, at): (usize, &DateTime<Utc>)| {
            while *at - times[first] >= TimeDelta::hours(1) {
                first += 1;
            }
            last + 1 - first
        };
        times.iter().enumerate().map(within).max().unwrap_or_default()
    }
}

/// The times in which these games are watched as live, as a person would write them down.
fn live_times<'a>(games: impl Iterator<Item = &'a Planned>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    games.map(|game| (game.start - BEFORE_START, game.ends() + LIVE_PACE)).collect()
}

/// What was asked on one Eastern day.
#[derive(Default)]
struct Tally {
    live: usize,
    others: usize,
    by_slate: BTreeMap<String, usize>,
    is_game_day: bool,
}

fn tallies(played: &Played, live: &[(DateTime<Utc>, DateTime<Utc>)]) -> BTreeMap<NaiveDate, Tally> {
    let mut days: BTreeMap<NaiveDate, Tally> = BTreeMap::new();
    for (at, slate) in &played.requests {
        let tally = days.entry(eastern_date(*at)).or_default();
        if live.iter().any(|(from, to)| (*from..*to).contains(at)) {
            tally.live += 1;
        } else {
            tally.others += 1;
        }
        *tally.by_slate.entry(format!("{slate}")).or_default() += 1;
    }
    for (date, tally) in &mut days {
        tally.is_game_day =
            live.iter().any(|(from, to)| eastern_date(*from) == *date || eastern_date(*to) == *date);
    }
    days
}

/// Every game that is watched is seen to begin and to end as soon as ESPN says so.
fn nothing_is_missed<'a>(played: &Played, games: impl Iterator<Item = &'a Planned>) -> usize {
    let mut count = 0;
    for game in games {
        for (status, when) in [(GameStatus::Live, game.begins()), (GameStatus::Finished, game.ends())] {
            let seen = played.seen.first(&game.id, status).unwrap_or_else(|| panic!("{} {status}", game.id));
            assert!(seen >= when && seen - when <= LIVE_PACE, "{} {status}: {}", game.id, seen - when);
        }
        count += 1;
    }
    count
}

/// One look each, one and ten minutes after the end, where nothing else has the slate asked.
fn is_looked_at_again(played: &Played, game: &Planned) {
    let end = played.seen.first(&game.id, GameStatus::Finished).unwrap();
    let after: Vec<i64> = played
        .requests
        .iter()
        .map(|(at, _)| (*at - end).num_seconds())
        .filter(|seconds| (1..1_200).contains(seconds))
        .collect();
    assert!(matches!(after[..], [60..=62, 600..=605]), "{}: {after:?}", game.id);
}

#[tokio::test(start_paused = true)]
async fn a_season_of_the_nfl_takes_few_requests_and_misses_nothing() {
    let season = nfl_season();
    assert_eq!(season.games.len(), 285);
    let (from, to) =
        (NaiveDate::from_ymd_opt(2025, 9, 1).unwrap(), NaiveDate::from_ymd_opt(2026, 2, 11).unwrap());
    let played = play(season, from, to, Tracked::default()).await;
    let live = live_times(played.season.games.iter());
    let days = tallies(&played, &live);

    let busiest = played.busiest_hour();
    assert!(busiest <= IN_A_LIVE_HOUR, "{busiest} requests in an hour");
    let (mut most_others, mut most_off) = (0, 0);
    // On the first day all slates are asked for the first time.
    for (date, tally) in days.iter().skip(1) {
        if tally.is_game_day {
            assert!(tally.others <= OTHERS, "{date}: {} others", tally.others);
            most_others = most_others.max(tally.others);
        } else {
            assert!(tally.by_slate.values().all(|asked| *asked <= 2), "{date}: {:?}", tally.by_slate);
            assert!(tally.by_slate.len() <= 3, "{date}: {:?}", tally.by_slate);
            most_off = most_off.max(tally.others);
        }
    }
    assert_eq!(nothing_is_missed(&played, played.season.games.iter()), 285);
    for game in played.season.games.iter().filter(|game| game.start.weekday() == chrono::Weekday::Fri) {
        // Thursday nights, which are Friday's in UTC.
        is_looked_at_again(&played, game);
    }

    let game_days = days.values().filter(|tally| tally.is_game_day).count();
    let total = played.requests.len();
    println!(
        "NFL, {} days, {game_days} of them with games: {total} requests; fixed polling {}",
        days.len(),
        days.len() * FIXED_POLLING
    );
    println!(
        "busiest hour {busiest}; besides on a game day {most_others} at most; on an off day {most_off} at most; fixed polling {FIXED_POLLING} a day"
    );
    let busiest_day = days.iter().max_by_key(|(_, tally)| tally.live).unwrap();
    println!("busiest day {}: {} live, {} others", busiest_day.0, busiest_day.1.live, busiest_day.1.others);
    assert_eq!(played.handle.reports()[0].attempts, [("ok", total as u64)]);
}

#[tokio::test(start_paused = true)]
async fn a_week_of_the_nhl_takes_few_requests_and_misses_nothing() {
    let (from, to) =
        (NaiveDate::from_ymd_opt(2026, 1, 4).unwrap(), NaiveDate::from_ymd_opt(2026, 1, 12).unwrap());
    let played = play(nhl_week(), from, to, Tracked::default()).await;
    let live = live_times(played.season.games.iter());
    let days = tallies(&played, &live);
    let busiest = played.busiest_hour();
    assert!(busiest <= IN_A_LIVE_HOUR, "{busiest} requests in an hour");
    for (date, tally) in days.iter().skip(1) {
        println!("NHL {date}: {} live, {} others", tally.live, tally.others);
        if tally.is_game_day {
            assert!(tally.others <= OTHERS, "{date}: {} others", tally.others);
        } else {
            // Today and the seven days ahead, today also as the slate that ESPN shows by default.
            assert!(tally.others <= 2 * 8, "{date}: {:?}", tally.by_slate);
            assert!(tally.by_slate.values().all(|asked| *asked <= 2), "{date}: {:?}", tally.by_slate);
        }
    }
    let games =
        played.season.games.iter().filter(|game| game.start < eastern(to, (0, 0)) - TimeDelta::hours(4));
    assert!(nothing_is_missed(&played, games) >= 45);
    println!("busiest hour {busiest}, {} requests in the week", played.requests.len());
}

#[tokio::test(start_paused = true)]
async fn games_of_teams_that_nobody_tracks_are_recorded_without_hurry() {
    let season = nhl_week();
    let mut tracked = Tracked::default();
    tracked.add_team(season.league, "nhl-bos");
    let (from, to) =
        (NaiveDate::from_ymd_opt(2026, 1, 4).unwrap(), NaiveDate::from_ymd_opt(2026, 1, 12).unwrap());
    let played = play(season, from, to, tracked).await;
    let is_ours = |game: &&Planned| game.home == "BOS";
    let ours = played
        .season
        .games
        .iter()
        .filter(is_ours)
        .filter(|game| game.start < eastern(to, (0, 0)) - TimeDelta::hours(4));
    let live = live_times(ours.clone());
    assert!(nothing_is_missed(&played, ours) >= 5);
    let mut dates = BTreeSet::new();
    for (date, tally) in tallies(&played, &live).iter().skip(1) {
        println!("NHL {date}, Boston's alone: {} live, {} others", tally.live, tally.others);
        // Yesterday's slate too, until its last game is over.
        let others = if tally.is_game_day { OTHERS } else { 2 * 9 };
        assert!(tally.others <= others, "{date}: {:?}", tally.by_slate);
        dates.insert(*date);
    }
    let settled =
        played.season.games.iter().filter(|game| SlateId::Day(eastern_date(game.start)) <= day("2026-01-10"));
    for game in settled {
        let seen = played.seen.first(&game.id, GameStatus::Finished);
        assert!(seen.is_some_and(|seen| seen - game.ends() < TimeDelta::hours(13)), "{}: {seen:?}", game.id);
    }
}
