//! What tests share.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Change, Clock, Colors, Delivery, DeliveryId, DeliveryState, EventNumber, Game, GameEvent, GameId,
    GameStatus, League, LoggedEvent, Period, Score, Side, Team, WebhookId,
};

pub fn noon() -> DateTime<Utc> {
    "2026-11-22T18:00:00Z".parse().unwrap()
}

fn side(league: League, abbreviation: &str, name: &str, score: u32) -> Side {
    let team = Team {
        id: league.team_id(abbreviation),
        espn_id: abbreviation.len().to_string(),
        name: name.into(),
        nickname: name.rsplit(' ').next().unwrap_or_default().into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

/// New England against Buffalo.
pub fn game(home: u32, away: u32) -> Game {
    let league: League = "nfl".parse().unwrap();
    Game {
        id: GameId("401".into()),
        league,
        season: None,
        week: None,
        status: GameStatus::Live,
        start: noon() - TimeDelta::hours(1),
        start_text: "2026-11-22T17:00Z".into(),
        start_confirmed: true,
        home: side(league, "NE", "New England Patriots", home),
        away: side(league, "BUF", "Buffalo Bills", away),
        clock: Clock {
            number: 2,
            period: Some(Period::Regulation(2)),
            display: "3:21".into(),
            ..Clock::default()
        },
        venue: None,
    }
}

/// The n-th touchdown of the home side.
pub fn touchdown(n: u32) -> GameEvent {
    let change = Change::ScoreChanged { home: true, before: 7 * (n - 1), after: 7 * n };
    let before = Score { home: 7 * (n - 1), away: 3 };
    GameEvent::new(&Arc::new(game(7 * n, 3)), change, n, noon(), false, Some(before))
}

/// A delivery that waits.
pub fn delivery(id: u64) -> Delivery {
    Delivery {
        id: DeliveryId(id),
        webhook: WebhookId("wh_1".into()),
        event: LoggedEvent {
            number: EventNumber(id),
            event: Arc::new(touchdown(u32::try_from(id).unwrap())),
        },
        state: DeliveryState::Pending,
        queued_at: noon(),
        next_attempt_at: noon(),
        attempts: 0,
        last_error: None,
        settled_at: None,
    }
}
