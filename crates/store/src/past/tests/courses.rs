//! The course of a game.

use chrono::TimeDelta;
use game_model::{GameId, GameStatus, HistorySource, PastGame, Period, TimelineEntry, WallClock};

use super::*;

#[tokio::test]
async fn a_game_s_course_is_every_look_at_it() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let mut seen = Game { status: GameStatus::Scheduled, ..match_of("nfl", 9, 2025, "NE", "BUF") };
    let mut expected = Vec::new();
    for (status, home, period, clock, shown) in [
        (GameStatus::Scheduled, 0, 0, "", ""),
        (GameStatus::Live, 0, 1, "15:00", "15:00"),
        (GameStatus::Live, 7, 1, "12:00", "12:00"),
        (GameStatus::Live, 7, 2, "15:00", "15:00"),
        (GameStatus::Finished, 7, 4, "0:00", "Final"),
    ] {
        place.clock.pass(TimeDelta::minutes(7));
        (seen.status, seen.home.score, seen.clock.display) = (status, home, clock.into());
        seen.clock.period = (period > 0).then_some(Period::Regulation(period));
        place.observe(&store, std::slice::from_ref(&seen)).await;
        expected.push(TimelineEntry {
            observed_at: place.clock.now(),
            status,
            home_score: home,
            away_score: 0,
            period: (period > 0).then(|| period.to_string()),
            time_remaining: shown.into(),
        });
    }
    let end = PastGame::observed(&seen, place.clock.now());
    place.clock.pass(TimeDelta::minutes(7));
    seen.status = GameStatus::Scheduled;
    place.observe(&store, &[seen]).await;

    let told = store.timelines("nfl".parse().ok(), GameId("9".into())).await.unwrap();
    assert_eq!(told.source, HistorySource::Store);
    let [timeline] = &told.found[..] else { panic!("{told:?}") };
    assert_eq!((&timeline.game, &timeline.entries), (&end, &expected));
    for (league, id) in [("nhl", "9"), ("nfl", "10"), ("nfl", "")] {
        let found = store.timelines(league.parse().ok(), GameId(id.into())).await.unwrap().found;
        assert_eq!(found, [], "{league} {id}");
    }
}

#[tokio::test]
async fn an_id_can_mean_a_game_of_each_league() {
    let place = Place::new();
    let store = place.open(None);
    let games = [match_of("nfl", 1, 2025, "NE", "BUF"), match_of("nhl", 1, 2026, "TB", "BOS")];
    place.observe(&store, &games).await;
    let both = store.timelines(None, GameId("1".into())).await.unwrap().found;
    let leagues: Vec<_> = both.iter().map(|timeline| timeline.game.league.key).collect();
    assert_eq!(leagues, ["nfl", "nhl"]);
}
