//! Ids, JSON and filters of events.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::{Clock, Colors, GameId, GameStatus, League, Side, Team, TeamFilter};

fn nfl() -> League {
    "nfl".parse().unwrap()
}

fn side(abbreviation: &str, score: u32) -> Side {
    let team = Team {
        id: nfl().team_id(abbreviation),
        espn_id: "7".into(),
        name: abbreviation.into(),
        nickname: abbreviation.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

fn start() -> DateTime<Utc> {
    "2026-11-24T18:00:00Z".parse().unwrap()
}

fn game() -> Arc<Game> {
    Arc::new(Game {
        id: GameId("401".into()),
        league: nfl(),
        season: None,
        week: None,
        status: GameStatus::Live,
        start: start(),
        start_text: "2026-11-24T18:00Z".into(),
        start_confirmed: true,
        home: side("NE", 7),
        away: side("BUF", 3),
        clock: Clock::default(),
        venue: None,
    })
}

fn event(change: Change) -> GameEvent {
    let before = Score { home: 0, away: 3 };
    GameEvent::new(&game(), change, 2, start() + TimeDelta::minutes(9), true, Some(before))
}

#[test]
fn an_id_names_league_game_kind_and_number() {
    assert_eq!(event(Change::GameStarted).id.to_string(), "nfl-401-game_started-2");
    let pregame = Change::Pregame { start: start(), minutes: 30 };
    assert_eq!(event(pregame).id.to_string(), "nfl-401-pregame-30-202611241800");
}

#[test]
fn an_event_is_kept_as_json() {
    let all = [
        Change::GameScheduled { start: start() },
        Change::Pregame { start: start(), minutes: 15 },
        Change::PeriodEnded { period: crate::Period::Regulation(1) },
        Change::ScoreChanged { home: true, before: 0, after: 7 },
        Change::CloseGame { difference: 4 },
        Change::GameEnded { home_won: Some(true), home: 7, away: 3 },
    ];
    for change in all {
        let event = event(change);
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<GameEvent>(&json).unwrap(), event, "{json}");
    }
    let mut json =
        serde_json::to_value(event(Change::ScoreChanged { home: true, before: 0, after: 7 })).unwrap();
    json["game"] = Value::Null;
    assert_eq!(
        json,
        json!({
            "id": "nfl-401-score_changed-2", "sequence": 2, "observed_at": "2026-11-24T18:09:00Z", "late": true,
            "kind": "score_changed", "home": true, "before": 0, "after": 7,
            "previous_score": {"home": 0, "away": 3}, "game": null,
        })
    );
}

#[test]
fn every_kind_has_a_name_of_its_own() {
    for kind in EventKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    assert_eq!(" Game_Ended ".parse(), Ok(EventKind::GameEnded));
    let unknown = "goal".parse::<EventKind>().unwrap_err().to_string();
    assert!(unknown.starts_with("unknown event \"goal\"; known are game_scheduled, "), "{unknown}");
}

#[test]
fn a_filter_lets_pass_what_is_wanted() {
    let goal = event(Change::ScoreChanged { home: true, before: 0, after: 7 });
    let nothing_said = EventFilter::default();
    assert!(nothing_said.matches(&goal));
    let filter = |leagues: &[&str], teams: &str, kinds: &[EventKind]| EventFilter {
        leagues: leagues.iter().map(|league| league.parse().unwrap()).collect(),
        teams: TeamFilter::parse(teams),
        kinds: kinds.to_vec(),
        ..EventFilter::default()
    };
    assert!(filter(&["nhl", "nfl"], "buf", &[EventKind::ScoreChanged]).matches(&goal));
    assert!(!filter(&["nhl"], "", &[]).matches(&goal));
    assert!(!filter(&[], "mia", &[]).matches(&goal));
    assert!(!filter(&[], "", &[EventKind::GameEnded]).matches(&goal));
}

#[test]
fn a_pregame_passes_where_its_time_is_the_wanted_one() {
    let pregame = |minutes| event(Change::Pregame { start: start(), minutes });
    let wants = |minutes| EventFilter { pregame_minutes: minutes, ..EventFilter::default() };
    assert!(EventFilter::default().matches(&pregame(DEFAULT_PREGAME_MINUTES)));
    assert!(wants(60).matches(&pregame(60)) && !wants(60).matches(&pregame(15)));
}
