//! The example of the contract, byte for byte.

use chrono::{DateTime, Utc};
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Period, SeasonPhase, Side, Team};
use influx_schema::{Point, nanoseconds};

fn side(espn_id: &str, nickname: &str, score: u32) -> Side {
    let team = Team {
        id: format!("nfl-{espn_id}"),
        espn_id: espn_id.into(),
        name: format!("The {nickname}"),
        nickname: nickname.into(),
        abbreviation: "X".into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

fn saints_at_falcons() -> Game {
    let league: League = "nfl".parse().unwrap();
    Game {
        id: GameId("401437650".into()),
        league,
        season: Some(league.season(2022, 2)),
        week: league.week(SeasonPhase::Regular, 1),
        status: GameStatus::Live,
        start: "2022-09-11T17:00:00Z".parse().unwrap(),
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

fn line(game: &Game, taken: Option<i64>) -> String {
    let observed_at: DateTime<Utc> = "2022-09-11T20:05:00Z".parse().unwrap();
    String::from_utf8(Point::observe(game, nanoseconds(observed_at), taken).encode()).unwrap()
}

#[test]
fn the_example_of_the_contract() {
    assert_eq!(
        line(&saints_at_falcons(), None),
        "nfl_scores,away_conference=NFC,away_division=South,away_team=Saints,game_id=401437650,\
         home_conference=NFC,home_division=South,home_team=Falcons,season=2022,status=live,week=1 \
         away_score=24i,home_score=26i,observed_at=1662926700000000000i,quarter=\"4\",time_remaining=\"0:48\",\
         venue=\"Mercedes-Benz Stadium\" 1662926700000000000"
    );
}

#[test]
fn a_scheduled_game_and_its_correction() {
    let mut game = saints_at_falcons();
    game.status = GameStatus::Scheduled;
    game.clock = Clock::default();
    (game.home.score, game.away.score) = (0, 0);
    game.venue = None;
    let expected = |timestamp: &str| {
        format!(
            "nfl_scores,away_conference=NFC,away_division=South,away_team=Saints,game_id=401437650,\
             home_conference=NFC,home_division=South,home_team=Falcons,season=2022,status=scheduled,week=1 \
             away_score=0i,home_score=0i,observed_at=1662926700000000000i,time_remaining=\"\" {timestamp}"
        )
    };
    assert_eq!(line(&game, None), expected("1662915600000000000"));
    assert_eq!(line(&game, Some(1_662_915_600_000_000_000)), expected("1662915600000000001"));
}

#[test]
fn a_batch_is_encoded_into_one_buffer() {
    let point = Point::observe(&saints_at_falcons(), 1, None);
    let mut batch = b"before\n".to_vec();
    point.encode_into(&mut batch);
    assert_eq!(batch, [b"before\n", &point.encode()[..]].concat());
}
