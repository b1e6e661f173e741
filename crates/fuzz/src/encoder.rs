//! Points of games whose names are whatever ESPN may send.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Result, Unstructured};
use chrono::DateTime;
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Period, Season, SeasonPhase, Side, Team, Week,
};
use influx_schema::Point;
use influxdb_line_protocol::{FieldValue, parse_lines};

/// Encodes the point of a game made of the bytes. The official parser must read one line back in which every
/// field says what was meant.
///
/// # Panics
/// Where a promise is broken.
pub fn line_encoder(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let Ok((game, observed_at)) = game(&mut bytes).and_then(|game| Ok((game, i64::arbitrary(&mut bytes)?)))
    else {
        return;
    };
    let point = Point::observe(&game, observed_at, None);
    let line = String::from_utf8(point.encode()).expect("a line is UTF-8");
    assert!(!line.contains('\n'), "{line:?}");
    let parsed: Vec<_> = parse_lines(&line).collect();
    let [Ok(parsed)] = &parsed[..] else { panic!("{line:?} is not one line: {parsed:?}") };
    assert_eq!(parsed.timestamp, Some(point.timestamp));
    let fields: BTreeMap<String, &FieldValue<'_>> =
        parsed.field_set.iter().map(|(name, value)| (name.to_string(), value)).collect();
    let integer = |name: &str| match fields[name] {
        FieldValue::I64(value) => *value,
        other => panic!("{name} is {other:?} in {line:?}"),
    };
    assert_eq!(integer("home_score"), i64::from(game.home.score));
    assert_eq!(integer("away_score"), i64::from(game.away.score));
    assert_eq!(integer("observed_at"), observed_at);
    let tags = parsed.series.tag_set.as_ref().expect("tags");
    let names: Vec<String> = tags.iter().map(|(name, _)| name.to_string()).collect();
    assert!(names.is_sorted(), "tags are sorted: {names:?}");
    assert!(tags.iter().all(|(_, value)| !value.to_string().is_empty()), "no tag is empty: {line:?}");
}

fn game(bytes: &mut Unstructured<'_>) -> Result<Game> {
    let leagues: Vec<League> = League::all().collect();
    let period = match u8::arbitrary(bytes)? % 4 {
        0 => None,
        1 => Some(Period::Regulation(u32::arbitrary(bytes)?)),
        2 => Some(Period::Overtime(u32::arbitrary(bytes)?)),
        _ => Some(Period::Shootout),
    };
    let season = Option::<String>::arbitrary(bytes)?;
    let week = Option::<String>::arbitrary(bytes)?;
    Ok(Game {
        id: GameId(String::arbitrary(bytes)?),
        league: *bytes.choose(&leagues)?,
        season: season.map(|label| Season { year: 2026, label, phase: SeasonPhase::Regular }),
        week: week.map(|label| Week { number: 1, label }),
        status: *bytes.choose(&GameStatus::ALL)?,
        start: DateTime::from_timestamp_nanos(i64::arbitrary(bytes)?),
        start_text: String::new(),
        start_confirmed: true,
        home: side(bytes)?,
        away: side(bytes)?,
        clock: Clock { number: 1, period, display: String::arbitrary(bytes)?, ..Clock::default() },
        venue: Option::arbitrary(bytes)?,
    })
}

fn side(bytes: &mut Unstructured<'_>) -> Result<Side> {
    let team = Team {
        id: String::new(),
        espn_id: String::arbitrary(bytes)?,
        name: String::new(),
        nickname: String::arbitrary(bytes)?,
        abbreviation: String::new(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Ok(Side { team, score: u32::arbitrary(bytes)?, record: None })
}
