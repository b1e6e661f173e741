//! Points encoded a second on one core, beside the builder of `influxdb-line-protocol`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::DateTime;
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Period, SeasonPhase, Side, Team};
use influx_schema::Point;
use influxdb_line_protocol::LineProtocolBuilder;

/// How long each is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// Points between two looks at the clock.
const ROUND: u32 = 1_000;

/// A week of live football games.
fn games() -> Vec<Game> {
    let league: League = "nfl".parse().expect("nfl is a league of the table");
    let teams: Vec<_> = league.known_teams().take(32).collect();
    let side = |team: &game_model::TeamFacts, score| Side {
        team: Team {
            id: league.team_id(team.abbreviation),
            espn_id: team.espn_id.to_string(),
            name: team.name.into(),
            nickname: team.nickname.into(),
            abbreviation: team.abbreviation.into(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score,
        record: None,
    };
    let game = |(number, pair): (usize, &[&game_model::TeamFacts])| Game {
        id: GameId(format!("4014376{number:02}")),
        league,
        season: Some(league.season(2022, 2)),
        week: league.week(SeasonPhase::Regular, 1),
        status: GameStatus::Live,
        start: DateTime::from_timestamp(1_662_915_600, 0).expect("a moment"),
        start_text: String::new(),
        start_confirmed: true,
        home: side(pair[0], 26),
        away: side(pair[1], 24),
        clock: Clock {
            number: 4,
            period: Some(Period::Regulation(4)),
            display: "0:48".into(),
            ..Clock::default()
        },
        venue: Some("Mercedes-Benz Stadium".into()),
    };
    teams.chunks_exact(2).enumerate().map(game).collect()
}

/// Calls `encode` with the next number and the buffer, and tells how many points that makes a second.
fn rate(mut encode: impl FnMut(u32, &mut Vec<u8>)) -> f64 {
    let mut buffer = Vec::new();
    let (mut points, begin) = (0, Instant::now());
    while begin.elapsed() < MEASURED {
        for _ in 0..ROUND {
            encode(points, &mut buffer);
            points += 1;
        }
        black_box(&buffer);
        buffer.clear();
    }
    f64::from(points) / begin.elapsed().as_secs_f64()
}

fn with_builder(point: &Point, tags: &[(String, String)], buffer: &mut Vec<u8>) {
    let mut line = LineProtocolBuilder::new_with(std::mem::take(buffer)).measurement("nfl_scores");
    for (key, value) in tags {
        line = line.tag(key, value);
    }
    *buffer = line
        .field("away_score", point.away_score)
        .field("home_score", point.home_score)
        .field("observed_at", point.observed_at)
        .field("quarter", point.period.as_deref().unwrap_or_default())
        .field("time_remaining", point.time_remaining.as_str())
        .field("venue", point.venue.as_deref().unwrap_or_default())
        .timestamp(point.timestamp)
        .close_line()
        .build();
}

fn main() {
    let games = games();
    let game = |number: u32| &games[number as usize % games.len()];
    let points: Vec<_> =
        games.iter().map(|game| Point::observe(game, 1_662_926_700_000_000_000, None)).collect();
    let tags: Vec<Vec<(String, String)>> = points
        .iter()
        .map(|point| point.series.split(',').skip(1).filter_map(|tag| tag.split_once('=')))
        .map(|tags| tags.map(|(key, value)| (key.into(), value.replace('\\', ""))).collect())
        .collect();
    let point = |number: u32| &points[number as usize % points.len()];

    let whole = rate(|number, buffer| {
        Point::observe(game(number), 1_662_926_700_000_000_000 + i64::from(number), None).encode_into(buffer);
        buffer.push(b'\n');
    });
    let bytes = rate(|number, buffer| {
        point(number).encode_into(buffer);
        buffer.push(b'\n');
    });
    let builder = rate(|number, buffer| {
        with_builder(point(number), &tags[number as usize % tags.len()], buffer);
    });
    println!("game to line (Point::observe, encode_into): {whole:.0} points/s");
    println!("point to line (encode_into): {bytes:.0} points/s");
    println!("influxdb-line-protocol builder, the same lines: {builder:.0} points/s");
}
