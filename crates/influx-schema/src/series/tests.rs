//! Tags: which, in which order, escaped how.

use chrono::{TimeZone, Utc};
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Period, SeasonPhase, Side, Team};

use super::series;

/// Atlanta at home against New Orleans, or Boston against Buffalo, being played.
pub(crate) fn game(league: &str) -> Game {
    let league: League = league.parse().expect("a league of the table");
    let side = |espn_id: &str, nickname: &str, score| Side {
        team: Team {
            id: String::new(),
            espn_id: espn_id.into(),
            name: String::new(),
            nickname: nickname.into(),
            abbreviation: String::new(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score,
        record: None,
    };
    let start = Utc.with_ymd_and_hms(2022, 9, 11, 17, 0, 0).single().expect("a moment");
    Game {
        id: GameId("401437650".into()),
        league,
        season: Some(league.season(2022, 2)),
        week: league.week(SeasonPhase::Regular, 1),
        status: GameStatus::Live,
        start,
        start_text: "2022-09-11T17:00Z".into(),
        start_confirmed: true,
        home: side("1", "Falcons", 26),
        away: side("18", "Saints", 24),
        clock: Clock {
            number: 4,
            period: Some(Period::Regulation(4)),
            display: "0:48".into(),
            ..Clock::default()
        },
        venue: Some("Mercedes-Benz Stadium".into()),
    }
}

fn with_home(nickname: &str) -> String {
    let mut game = game("epl");
    nickname.clone_into(&mut game.home.team.nickname);
    series(&game)
}

#[test]
fn tags_are_sorted() {
    let series = series(&game("nfl"));
    let keys: Vec<_> = series.split(',').skip(1).filter_map(|tag| tag.split('=').next()).collect();
    assert_eq!(keys.len(), 10);
    assert!(keys.is_sorted(), "{keys:?}");
}

#[test]
fn what_is_unknown_is_left_out() {
    let game = Game { season: None, week: None, ..game("epl") };
    assert_eq!(
        series(&game),
        "epl_scores,away_team=Saints,game_id=401437650,home_team=Falcons,status=live",
        "a league whose teams only ESPN knows has no conferences here"
    );
    assert!(!with_home("").contains("home_team"));
    assert!(!with_home("\\\\").contains("home_team"), "nothing is left of it");
}

#[test]
fn special_characters_are_escaped() {
    for (nickname, written) in [
        ("Red Wings", r"Red\ Wings"),
        ("a,b=c", r"a\,b\=c"),
        ("line\nbreak\ttab\rreturn", r"line\ break\ tab\ return"),
        ("end\\", "end"),
        (r"a\b", r"a\b"),
        (r"a\\b", r"a\\\\b"),
        (r"a\ b", r"a\\\ b"),
        ("a\\\nb", r"a\\\ b"),
        (r#"the "Nord""#, r#"the\ "Nord""#),
        ("Kraków", "Kraków"),
    ] {
        let series = with_home(nickname);
        assert!(series.contains(&format!(",home_team={written},")), "{nickname:?}: {series}");
    }
}
