//! How people name a team, and which games they mean.

use chrono::{DateTime, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Side, Slate, SlateId, Team, TeamFilter, TeamQuery,
    WallClock,
};

fn league(key: &str) -> League {
    key.parse().unwrap()
}

fn team(league: League, espn_id: &str, abbreviation: &str) -> Team {
    Team {
        id: league.team_id(abbreviation),
        espn_id: espn_id.into(),
        name: String::new(),
        nickname: String::new(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    }
}

fn game(key: &str, home: (&str, &str), away: (&str, &str)) -> Game {
    let league = league(key);
    let side =
        |(espn_id, abbreviation)| Side { team: team(league, espn_id, abbreviation), score: 0, record: None };
    Game {
        id: GameId("1".into()),
        league,
        season: None,
        week: None,
        status: GameStatus::Scheduled,
        start: DateTime::<Utc>::UNIX_EPOCH,
        start_text: String::new(),
        start_confirmed: true,
        home: side(home),
        away: side(away),
        clock: Clock::default(),
        venue: None,
    }
}

#[test]
fn a_team_is_named_by_id_abbreviation_or_number_in_any_letter_case() {
    let patriots = team(league("nfl"), "17", "NE");
    for named in ["nfl-ne", "NFL-NE", " ne ", "Ne", "17", "nfl-17"] {
        assert!(TeamQuery::new(named).matches(league("nfl"), &patriots), "{named}");
    }
    for other in ["nhl-ne", "n", "nee", "1", "", "-", "nfl-", "nfl"] {
        assert!(!TeamQuery::new(other).matches(league("nfl"), &patriots), "{other}");
    }
}

#[test]
fn both_spellings_of_four_hockey_teams_match() {
    let spellings = [("20", "TB", "tbl"), ("11", "NJ", "njd"), ("8", "LA", "lak"), ("18", "SJ", "sjs")];
    for (espn_id, games, list) in spellings {
        let team = team(league("nhl"), espn_id, games);
        for named in [games.to_owned(), list.to_owned(), format!("nhl-{list}"), format!("NHL-{games}")] {
            assert!(TeamQuery::new(&named).matches(league("nhl"), &team), "{named}");
        }
    }
}

#[test]
fn a_filter_lets_the_games_of_its_teams_pass() {
    let (nfl, nhl) = (game("nfl", ("17", "NE"), ("2", "BUF")), game("nhl", ("1", "BOS"), ("2", "BUF")));
    let passes = |list: &str| [&nfl, &nhl].map(|game| TeamFilter::parse(list).matches(game));
    assert_eq!(passes("nfl-ne"), [true, false]);
    assert_eq!(passes(" ne, BOS ,"), [true, true]);
    assert_eq!(passes("buf"), [true, true]);
    assert_eq!(passes("nhl-buf"), [false, true]);
    assert_eq!(passes("nfl-kc"), [false, false]);
    assert_eq!(passes(" , "), [true, true], "a filter without a team lets all pass");
    assert!(TeamFilter::parse(",").is_empty());
    let asked = TeamFilter::parse(" NFL-NE ,Bos");
    assert_eq!(asked.queries().iter().map(TeamQuery::as_str).collect::<Vec<_>>(), ["nfl-ne", "bos"]);
}

#[test]
fn the_clock_is_kept_by_the_state_of_the_game() {
    let clock = Clock { number: 2, period: None, display: "0:48".into(), ..Clock::default() };
    let shown = |key: &str, status| {
        let game = Game { status, clock: clock.clone(), ..game(key, ("1", "A"), ("2", "B")) };
        game.time_remaining().to_owned()
    };
    for (status, expected) in [
        (GameStatus::Scheduled, ""),
        (GameStatus::Live, "0:48"),
        (GameStatus::Delayed, "0:48"),
        (GameStatus::Suspended, "0:48"),
        (GameStatus::Postponed, ""),
        (GameStatus::Canceled, ""),
        (GameStatus::Finished, "Final"),
    ] {
        assert_eq!(shown("nfl", status), expected, "{status}");
    }
    assert_eq!(shown("mlb", GameStatus::Live), "", "baseball has no clock");
}

#[test]
fn what_is_on_what_is_settled_and_what_moves_with_time() {
    let those = |is: fn(GameStatus) -> bool| {
        GameStatus::ALL.into_iter().filter(|status| is(*status)).map(GameStatus::as_str).collect::<Vec<_>>()
    };
    assert_eq!(those(GameStatus::is_on), ["live", "delayed"]);
    assert_eq!(those(GameStatus::is_settled), ["postponed", "canceled", "finished"]);
    assert_eq!(those(GameStatus::moves_with_time), ["live", "delayed", "suspended"]);
}

#[test]
fn a_game_survives_being_kept_as_json() {
    let before = game("nhl", ("1", "BOS"), ("2", "BUF"));
    let json = serde_json::to_string(&before).unwrap();
    assert_eq!(serde_json::from_str::<Game>(&json).unwrap(), before);
}

#[test]
fn slates_and_problems_are_named_for_people() {
    let week = SlateId::week(2025, game_model::SeasonPhase::Regular, 5);
    assert_eq!(Slate::Named(week).to_string(), "2025 phase 2 week 5");
    assert_eq!(SlateId::Day("2025-10-07".parse().unwrap()).to_string(), "2025-10-07");
    assert_eq!(Slate::Current.to_string(), "current");
    let problem = |event: Option<&str>| game_model::EventProblem {
        event: event.map(Into::into),
        position: 3,
        reason: "id is missing".into(),
    };
    assert_eq!(problem(Some("401")).to_string(), "event 401: id is missing");
    assert_eq!(problem(None).to_string(), "event at position 3: id is missing");
}

#[test]
fn the_clock_of_the_system_runs() {
    assert!(game_model::SystemClock.now() > DateTime::<Utc>::UNIX_EPOCH);
}
