//! The official parser reads back what was meant, however nasty the names.

use std::collections::BTreeMap;

use chrono::DateTime;
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Period, Season, SeasonPhase, Side, Team, Week,
};
use influx_schema::Point;
use influxdb_line_protocol::{EscapedStr, FieldValue, ParsedLine, parse_lines};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Names in which the characters that matter to line protocol are frequent.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof!["[ ,=\"\\\\\n\ta-c#é🏒]{0,12}", "\\PC{0,12}", any::<String>()]
}

fn side() -> impl Strategy<Value = Side> {
    (nasty(), "[0-9]{1,3}", any::<u32>()).prop_map(|(nickname, espn_id, score)| Side {
        team: Team {
            id: String::new(),
            espn_id,
            name: String::new(),
            nickname,
            abbreviation: String::new(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score,
        record: None,
    })
}

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        any::<u32>().prop_map(Period::Regulation),
        any::<u32>().prop_map(Period::Overtime),
        Just(Period::Shootout)
    ]
}

prop_compose! {
    fn game()(
        league in select(League::all().collect::<Vec<_>>()),
        status in select(&GameStatus::ALL[..]),
        id in nasty(),
        (home, away) in (side(), side()),
        season in option::of(nasty()),
        week in option::of(nasty()),
        venue in option::of(nasty()),
        display in nasty(),
        period in option::of(period()),
        start in 0_i64..9_000_000_000,
    ) -> Game {
        Game {
            id: GameId(id),
            league,
            season: season.map(|label| Season { year: 2026, label, phase: SeasonPhase::Regular }),
            week: week.map(|label| Week { number: 1, label }),
            status,
            start: DateTime::from_timestamp(start, 0).unwrap(),
            start_text: String::new(),
            start_confirmed: true,
            home,
            away,
            clock: Clock { number: 1, period, display, ..Clock::default() },
            venue,
        }
    }
}

/// What a tag's value is meant to say; none where nothing can be said.
fn as_tag(value: &str) -> Option<String> {
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let value = value.trim_end_matches('\\');
    (!value.is_empty()).then(|| value.to_owned())
}

fn expected_tags(game: &Game) -> BTreeMap<String, String> {
    let mut tags = vec![
        ("game_id", as_tag(&game.id.0)),
        ("season", game.season.as_ref().and_then(|season| as_tag(&season.label))),
        ("status", Some(game.status.to_string())),
        ("week", game.week.as_ref().and_then(|week| as_tag(&week.label))),
    ];
    let keys = [
        ["home_team", "home_conference", "home_division"],
        ["away_team", "away_conference", "away_division"],
    ];
    for ([team, conference, division], side) in keys.into_iter().zip(game.sides()) {
        tags.push((team, as_tag(&side.team.nickname)));
        let facts = game.league.team_by_espn_id(&side.team.espn_id);
        tags.push((conference, facts.map(|facts| facts.conference.to_owned())));
        tags.push((division, facts.map(|facts| facts.division.to_owned())));
    }
    tags.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn check(game: &Game, point: &Point, line: &ParsedLine<'_>) {
    assert_eq!(line.series.measurement.as_str(), format!("{}_scores", game.league.key));
    let tags = line.series.tag_set.as_ref().expect("tags");
    let keys: Vec<_> = tags.iter().map(|(key, _)| key.as_str()).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    let tags: BTreeMap<_, _> = tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    assert_eq!(tags, expected_tags(game));

    let text = |value: &str| FieldValue::String(EscapedStr::CopiedValue(value.replace('\n', " ")));
    let mut expected = vec![
        ("away_score", FieldValue::I64(game.away.score.into())),
        ("home_score", FieldValue::I64(game.home.score.into())),
        ("observed_at", FieldValue::I64(point.observed_at)),
    ];
    if let Some(period) = &point.period {
        expected.push((game.league.period_field.key(), text(period)));
    }
    expected.push(("time_remaining", text(game.time_remaining())));
    if let Some(venue) = game.venue.as_ref().filter(|venue| !venue.is_empty()) {
        expected.push(("venue", text(venue)));
    }
    let fields: Vec<_> = line.field_set.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    assert_eq!(fields, expected);
    assert_eq!(line.timestamp, Some(point.timestamp));
}

proptest! {
    #[test]
    fn reads_back_what_was_meant(game in game(), observed_at in any::<i64>(), taken in option::of(any::<i64>())) {
        let point = Point::observe(&game, observed_at, taken);
        let bytes = point.encode();
        prop_assert!(!bytes.contains(&b'\n'), "one line");
        let line = std::str::from_utf8(&bytes).unwrap();
        // Two lines, so that a line that runs into the next one shows.
        let both = format!("{line}\n{line}\n");
        let parsed: Vec<_> = parse_lines(&both).map(|line| line.unwrap()).collect();
        prop_assert_eq!(parsed.len(), 2);
        for line in &parsed {
            check(&game, &point, line);
        }
    }

    #[test]
    fn a_correction_never_takes_a_place_that_is_taken(
        game in game(),
        observed_at in 0..influx_schema::LATEST,
        taken in 0..influx_schema::LATEST,
    ) {
        let corrected = Point::observe(&game, observed_at, Some(taken));
        prop_assert!(corrected.timestamp > taken);
        prop_assert!(corrected.timestamp >= Point::base_timestamp(&game, observed_at));
    }
}
