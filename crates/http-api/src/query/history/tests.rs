//! What is read, and what is said of what can not be.

use super::*;

fn parse(query: &str) -> Result<HistoryParameters, String> {
    let tracked = ["nfl", "nhl"].map(|key| key.parse().unwrap());
    HistoryParameters::parse(query, &tracked).map_err(|error| error.to_string())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn all_parameters_are_read() {
    let read = parse(
        "sport=NFL&team=+New%20England+Patriots&opponent=buf&home_away=Home&season=2025-26&status=Final\
         &from=2025-09-01&to=2025-12-31&order=oldest&page=3&page_size=20&every=poll&format=CSV&unknown=%ff",
    )
    .unwrap();
    let expected = HistoryQuery {
        league: "nfl".parse().ok(),
        team: Some("New England Patriots".into()),
        opponent: Some("buf".into()),
        home_away: Some(HomeAway::Home),
        season: Some(2025),
        status: Some(GameStatus::Finished),
        from: Some(at("2025-09-01T00:00:00Z")),
        until: Some(at("2026-01-01T00:00:00Z")),
        order: GameOrder::OldestFirst,
        after: None,
        skip: 40,
        limit: 20,
    };
    assert_eq!(
        read,
        HistoryParameters { games: expected, page: 3, is_paged: true, every_poll: true, format: Format::Csv }
    );
    let nothing = HistoryQuery { limit: 100, ..HistoryQuery::default() };
    let expected = HistoryParameters {
        games: nothing,
        page: 1,
        is_paged: false,
        every_poll: false,
        format: Format::Json,
    };
    for query in ["", "team=&season=+&status=&page=&every=", "x=1"] {
        assert_eq!(parse(query).as_ref(), Ok(&expected), "{query}");
    }
}

#[test]
fn seasons_and_moments_have_several_forms() {
    for season in ["2025", "2025-26", "2025-2026"] {
        assert_eq!(parse(&format!("season={season}")).unwrap().games.season, Some(2025));
    }
    assert_eq!(parse("season=1999-00").unwrap().games.season, Some(1999));
    let to = |text: &str| parse(&format!("to={text}")).unwrap().games.until.unwrap();
    assert_eq!(to("2025-09-04T20:20:00Z"), at("2025-09-04T20:20:00.000000001Z"), "itself is meant too");
    assert_eq!(to("2025-09-04T20:20:00+02:00"), at("2025-09-04T18:20:00.000000001Z"));
}

#[test]
fn what_is_wrong_is_told_with_what_is_allowed() {
    for (query, named) in [
        ("league=xfl", ["league is \"xfl\"", "nfl, nhl"]),
        ("season=25", ["season is \"25\"", "2025-26"]),
        ("season=2025-27", ["season is \"2025-27\"", "2025-2026"]),
        ("season=2025-25", ["season is", "allowed"]),
        ("season=-2025", ["season is", "allowed"]),
        ("season=20%D9%A205", ["season is", "allowed"]),
        ("status=over", ["status is \"over\"", "scheduled, live, delayed"]),
        ("page=0", ["page is \"0\"", "from 1 to"]),
        ("page_size=1001", ["page_size is \"1001\"", "from 1 to 1000"]),
        ("page_size=-1", ["page_size is \"-1\"", "from 1 to 1000"]),
        ("from=yesterday", ["from is \"yesterday\"", "2025-09-04"]),
        ("to=2025-02-30", ["to is \"2025-02-30\"", "2025-09-04T20:20:00Z"]),
        ("from=2025-09-05&to=2025-09-04", ["from is later than to", "earlier"]),
        ("order=up", ["order is \"up\"", "newest, oldest"]),
        ("every=second", ["every is \"second\"", "change, poll"]),
        ("format=xml", ["format is \"xml\"", "json, csv, ndjson"]),
        ("home_away=both&team=ne", ["home_away is \"both\"", "home, away"]),
        ("home_away=home", ["home_away is given without team", "add"]),
        ("opponent=ne", ["opponent is given without team", "add"]),
        ("team=%ff", ["team is", "UTF-8"]),
        ("team=a&team=b", ["team was given twice", "once"]),
    ] {
        let said = parse(query).expect_err(query);
        assert!(named.iter().all(|part| said.contains(part)), "{query}: {said}");
    }
    let long = parse(&format!("team={}", "x".repeat(MAX_NAME + 1))).unwrap_err();
    assert!(long.contains("up to 128 characters") && long.len() < 300, "{long}");
    let all = parse("page=0&order=up").unwrap_err();
    assert!(all.contains("page is") && all.contains("order is"), "{all}");
}
