//! Events are committed with the observation that found them: once, whatever happens in between.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    EventFilter, EventKind, EventLog, EventNumber, Game, GameStatus, LoggedEvent, Observation,
    ObservationLog, Seen, TeamFilter,
};

use super::support::{Place, Run, game, scored, until};
use crate::Store;
use crate::events::EVENTS_KEPT;
use crate::writer::Batch;

pub(super) async fn all(store: &Store) -> Vec<LoggedEvent> {
    // Not from memory alone: what is read after a restart comes from the disk.
    let mut all = Vec::new();
    let mut after = EventNumber::START;
    loop {
        let page = store.events(after, &EventFilter::default(), 3).await.unwrap();
        all.extend(page.events);
        after = page.through;
        if !page.more {
            return all;
        }
    }
}

fn told(events: &[LoggedEvent]) -> Vec<String> {
    let late = |late: bool| if late { " late" } else { "" };
    events.iter().map(|LoggedEvent { event, .. }| format!("{}{}", event.id, late(event.late))).collect()
}

fn live(score: u32) -> Game {
    scored(game(1, GameStatus::Live), score)
}

#[tokio::test]
async fn an_event_is_committed_with_its_observation() {
    let place = Place::new();
    let store = place.open(None);
    assert_eq!(store.newest(), EventNumber::START);
    assert_eq!(place.observe(&store, &[game(1, GameStatus::Scheduled)]).await.events, 1);
    place.clock.pass(TimeDelta::seconds(5));
    assert_eq!(place.observe(&store, &[live(0)]).await.events, 1);
    place.clock.pass(TimeDelta::seconds(5));
    assert_eq!(place.observe(&store, &[live(7)]).await.events, 2);
    assert_eq!(place.observe(&store, &[live(7)]).await.events, 0);

    let events = all(&store).await;
    assert_eq!(
        told(&events),
        ["nfl-1-game_scheduled-1", "nfl-1-game_started-1", "nfl-1-score_changed-1", "nfl-1-lead_changed-1"]
    );
    assert_eq!(store.newest(), events[3].number);
    assert_eq!(store.report().events, events[3].number.0);
    assert!(events.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert_eq!(events[2].event.previous_score.map(|score| score.home), Some(0));
    assert_eq!(events[2].event.score().home, 7);
    let seen_at: DateTime<Utc> = "2026-11-24T15:00:10Z".parse().unwrap();
    assert_eq!(events[2].event.observed_at, seen_at);

    let ids: String = place.read("SELECT group_concat(id) FROM events ORDER BY number");
    assert_eq!(ids.split(',').count(), 4, "another program can read them");
}

#[tokio::test]
async fn what_happens_across_restarts_and_crashes_is_told_once_and_late() {
    let mut place = Place::new();
    let looks = [
        game(1, GameStatus::Scheduled),
        game(1, GameStatus::Delayed),
        live(0),
        game(1, GameStatus::Delayed),
        live(0),
        live(3),
        live(2),
        scored(game(1, GameStatus::Finished), 2),
    ];
    let mut store = place.open(None);
    for look in &looks {
        place.observe(&store, std::slice::from_ref(look)).await;
        place.observe(&store, std::slice::from_ref(look)).await;
        place.clock.pass(TimeDelta::seconds(5));
        place = place.crash();
        store = place.open(None);
    }
    assert_eq!(
        told(&all(&store).await),
        [
            "nfl-1-game_scheduled-1",
            "nfl-1-game_delayed-1 late",
            "nfl-1-game_started-1 late",
            "nfl-1-game_delayed-2 late",
            "nfl-1-game_resumed-1 late",
            "nfl-1-score_changed-1 late",
            "nfl-1-lead_changed-1 late",
            "nfl-1-score_corrected-1 late",
            "nfl-1-game_ended-1 late",
        ]
    );
    assert_eq!(store.newest(), all(&store).await[8].number, "the number goes on");
}

#[tokio::test]
async fn what_the_store_took_long_after_the_look_is_late() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[game(1, GameStatus::Scheduled)]).await;
    for (score, waits, late) in [(7, 60, false), (14, 61, true), (21, 0, false)] {
        place.clock.pass(TimeDelta::seconds(5));
        let look = place.observation(&[live(score)]);
        place.clock.pass(TimeDelta::seconds(waits));
        store.commit(look).await.unwrap();
        let newest = all(&store).await.pop().unwrap().event;
        assert_eq!(newest.late, late, "{score}");
        // The looks that came meanwhile.
        place.observe(&store, &[live(score)]).await;
    }
}

#[tokio::test]
async fn an_outage_of_more_than_a_minute_makes_late() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    for (seconds, score) in [(70, 3), (71, 6), (5, 7)] {
        place.clock.pass(TimeDelta::seconds(seconds));
        place.observe(&store, &[live(score)]).await;
    }
    let events = all(&store).await;
    let lates: Vec<_> = events.iter().filter(|event| event.event.kind() == EventKind::ScoreChanged).collect();
    assert_eq!(lates.iter().map(|event| event.event.late).collect::<Vec<_>>(), [false, true, false]);
}

#[tokio::test]
async fn equal_looks_count_as_looks() {
    let place = Place::new();
    let store = place.open(None);
    let coming = game(1, GameStatus::Delayed);
    for _ in 0..30 {
        place.observe(&store, std::slice::from_ref(&coming)).await;
        place.clock.pass(TimeDelta::seconds(15));
    }
    place.observe(&store, &[live(0)]).await;
    assert_eq!(told(&all(&store).await), ["nfl-1-game_started-1"], "it was looked at 15 s ago");
}

#[tokio::test]
async fn what_is_not_committed_is_not_told() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    let waits = tokio::spawn({
        let store = store.clone();
        async move { store.wait_beyond(EventNumber::START).await }
    });
    store
        .write(Run(|batch: &mut Batch<'_>| {
            batch.db.execute_batch(
                "CREATE TEMP TRIGGER refuse BEFORE INSERT ON observations BEGIN SELECT raise(ABORT, 'no'); END",
            )
        }))
        .await
        .unwrap();
    let refused = store.commit(place.observation(&[live(3)])).await;
    assert!(refused.is_err());
    assert_eq!((store.newest(), all(&store).await.len()), (EventNumber::START, 0));
    store.write(Run(|batch: &mut Batch<'_>| batch.db.execute_batch("DROP TRIGGER refuse"))).await.unwrap();
    place.observe(&store, &[live(3)]).await;
    assert_eq!(told(&all(&store).await), ["nfl-1-score_changed-1", "nfl-1-lead_changed-1"]);
    assert_eq!(waits.await.unwrap(), store.newest());
}

#[tokio::test]
async fn a_first_sight_tells_the_schedule_alone_and_an_import_nothing() {
    let place = Place::new();
    let store = place.open(None);
    let games: Vec<_> = (1..).zip(GameStatus::ALL).map(|(id, status)| game(id, status)).collect();
    assert_eq!(place.observe(&store, &games).await.events, 1);

    let import = |games: &[Game]| Observation { seen: Seen::Imported, ..place.observation(games) };
    let fresh: Vec<_> = (21..).zip(GameStatus::ALL).map(|(id, status)| game(id, status)).collect();
    assert_eq!(store.commit(import(&fresh)).await.unwrap().events, 0);
    // One that was watched and left in the middle; one that was over; one that an import brought.
    let finished = |id| scored(game(id, GameStatus::Finished), 3);
    assert_eq!(store.commit(import(&[finished(2)])).await.unwrap().events, 3);
    assert_eq!(store.commit(import(&[finished(7)])).await.unwrap().events, 0);
    assert_eq!(place.observe(&store, &[finished(21)]).await.events, 4);
    assert_eq!(
        told(&all(&store).await),
        [
            "nfl-1-game_scheduled-1",
            "nfl-2-score_changed-1",
            "nfl-2-lead_changed-1",
            "nfl-2-game_ended-1",
            "nfl-21-game_started-1 late",
            "nfl-21-score_changed-1 late",
            "nfl-21-lead_changed-1 late",
            "nfl-21-game_ended-1 late",
        ]
    );
}

#[tokio::test]
async fn what_an_import_finds_is_late_where_polls_have_not_looked_for_a_minute() {
    let place = Place::new();
    let store = place.open(None);
    let import = |games: &[Game]| Observation { seen: Seen::Imported, ..place.observation(games) };
    let finished = |id| scored(game(id, GameStatus::Finished), 3);
    let suspended = game(3, GameStatus::Suspended);
    place.observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Live), suspended]).await;
    place.clock.pass(TimeDelta::seconds(50));
    store.commit(import(&[finished(1)])).await.unwrap();
    place.clock.pass(TimeDelta::seconds(50));
    store.commit(import(&[finished(2), finished(3)])).await.unwrap();
    let ended: Vec<_> = told(&all(&store).await).into_iter().filter(|id| id.contains("ended")).collect();
    assert_eq!(ended, ["nfl-1-game_ended-1", "nfl-2-game_ended-1 late", "nfl-3-game_ended-1 late"]);
}

#[tokio::test]
async fn a_game_from_before_stories_were_kept_goes_on() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(3)]).await;
    store
        .write(Run(|batch: &mut Batch<'_>| batch.db.execute("UPDATE games SET story = NULL", [])))
        .await
        .unwrap();
    place.observe(&store, &[scored(game(1, GameStatus::Delayed), 3)]).await;
    place.observe(&store, &[live(6)]).await;
    assert_eq!(
        told(&all(&store).await),
        ["nfl-1-game_delayed-1", "nfl-1-game_resumed-1", "nfl-1-score_changed-1"]
    );
}

#[tokio::test]
async fn events_are_read_by_filter_and_in_pages() {
    let place = Place::new();
    let store = place.open(None);
    for score in 0..40 {
        place.observe(&store, &[live(score), scored(game(2, GameStatus::Live), score / 10)]).await;
        place.clock.pass(TimeDelta::seconds(5));
    }
    let scores = EventFilter { kinds: vec![EventKind::ScoreChanged], ..EventFilter::default() };
    for restart in [false, true] {
        let store = if restart {
            store.clone().close().await;
            place.open(None)
        } else {
            store.clone()
        };
        let first = store.events(EventNumber::START, &scores, 30).await.unwrap();
        assert_eq!((first.events.len(), first.more), (30, true));
        let rest = store.events(first.through, &scores, 30).await.unwrap();
        assert_eq!((rest.events.len(), rest.more), (12, false));
        assert_eq!(rest.through, store.newest());
        let leagues = vec!["nhl".parse().unwrap()];
        let elsewhere = EventFilter { leagues, ..EventFilter::default() };
        let none = store.events(EventNumber::START, &elsewhere, 30).await.unwrap();
        assert_eq!((none.events.len(), none.through), (0, store.newest()));
        let nobody = EventFilter { teams: TeamFilter::parse("mia"), ..EventFilter::default() };
        let none = store.events(EventNumber::START, &nobody, 30).await.unwrap();
        assert_eq!((none.events.len(), none.through, none.more), (0, store.newest(), false));
        let beyond = store.events(EventNumber(1_000_000), &scores, 30).await.unwrap();
        assert_eq!((beyond.events.len(), beyond.through), (0, EventNumber(1_000_000)));
    }
}

#[tokio::test]
async fn more_events_than_memory_holds_are_read_whole() {
    let place = Place::in_memory();
    let store = place.open(None);
    let games =
        |score| -> Vec<Game> { (0..100).map(|id| scored(game(id, GameStatus::Live), score)).collect() };
    for score in 0..13 {
        place.observe(&store, &games(score)).await;
        place.clock.pass(TimeDelta::seconds(5));
    }
    let mut read = Vec::new();
    let mut after = EventNumber::START;
    loop {
        let page = store.events(after, &EventFilter::default(), 250).await.unwrap();
        read.extend(page.events.iter().map(|event| event.number.0));
        after = page.through;
        if !page.more {
            break;
        }
    }
    assert_eq!(read, (1..=1_300).collect::<Vec<_>>());
    assert_eq!(store.oldest().await.unwrap(), EventNumber(1));
}

#[tokio::test]
async fn whoever_waits_is_woken_by_the_commit() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    let waits = |after| {
        let store = store.clone();
        tokio::spawn(async move { store.wait_beyond(after).await })
    };
    let (first, second) = (waits(EventNumber::START), waits(EventNumber(2)));
    place.observe(&store, &[live(3)]).await;
    assert_eq!(first.await.unwrap(), EventNumber(2));
    assert!(!second.is_finished());
    place.observe(&store, &[live(6)]).await;
    assert_eq!(second.await.unwrap(), EventNumber(3));
}

#[tokio::test]
async fn old_events_are_forgotten_and_their_numbers_are_not_given_again() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    place.observe(&store, &[live(3)]).await;
    place.clock.pass(TimeDelta::from_std(EVENTS_KEPT + Duration::from_hours(2)).unwrap());
    let gone = || place.read::<u32>("SELECT count(*) FROM events") == 0;
    until(&store, "old events are forgotten", gone).await;
    assert_eq!(store.oldest().await.unwrap(), EventNumber(3));
    store.close().await;
    let store = place.open(None);
    assert_eq!(store.newest(), EventNumber(2));
    place.observe(&store, &[live(6)]).await;
    assert_eq!(store.newest(), EventNumber(3));
    let page = store.events(EventNumber::START, &EventFilter::default(), 10).await.unwrap();
    assert_eq!(told(&page.events), ["nfl-1-score_changed-2 late"]);
}

#[tokio::test]
async fn an_event_that_can_not_be_read_is_left_out() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    place.observe(&store, &[live(3)]).await;
    store
        .write(Run(|batch: &mut Batch<'_>| {
            batch.db.execute("UPDATE events SET event = '{}' WHERE number = 1", [])
        }))
        .await
        .unwrap();
    store.close().await;
    let store = place.open(None);
    assert_eq!(told(&all(&store).await), ["nfl-1-lead_changed-1"]);
    assert!(store.report().reasons.is_empty());
}

#[tokio::test]
async fn an_id_that_was_told_is_not_told_again() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    place.observe(&store, &[live(3)]).await;
    // As if the game was forgotten and the event was not.
    store
        .write(Run(|batch: &mut Batch<'_>| {
            batch.last.insert(1, None);
            batch.db.execute("UPDATE games SET story = '{}'", [])
        }))
        .await
        .unwrap();
    let again = Arc::new(live(6));
    let committed = store.commit(Observation { games: vec![again], ..place.observation(&[]) }).await.unwrap();
    assert_eq!(committed.events, 1);
    let ids = told(&all(&store).await);
    assert_eq!(ids, ["nfl-1-score_changed-1", "nfl-1-lead_changed-1", "nfl-1-score_changed-2"]);
}

#[tokio::test]
async fn a_lost_story_is_found_again_and_nothing_is_repeated_or_swallowed() {
    for lost in ["UPDATE games SET story = NULL", "UPDATE games SET story = '{'", "DELETE FROM games"] {
        let place = Place::new();
        let store = place.open(None);
        let looks = [game(1, GameStatus::Scheduled), live(0), live(3), live(6)];
        for look in looks {
            place.observe(&store, &[look]).await;
            place.clock.pass(TimeDelta::seconds(5));
        }
        store
            .write(Run(move |batch: &mut Batch<'_>| {
                batch.last.insert(1, None);
                batch.db.execute(lost, [])
            }))
            .await
            .unwrap();
        for look in [live(6), live(7), live(14), scored(game(1, GameStatus::Finished), 14)] {
            place.observe(&store, &[look]).await;
            place.clock.pass(TimeDelta::seconds(5));
        }
        assert_eq!(
            told(&all(&store).await),
            [
                "nfl-1-game_scheduled-1",
                "nfl-1-game_started-1",
                "nfl-1-score_changed-1",
                "nfl-1-lead_changed-1",
                "nfl-1-score_changed-2",
                "nfl-1-score_changed-3",
                "nfl-1-score_changed-4",
                "nfl-1-game_ended-1",
            ],
            "{lost}"
        );
    }
}

#[tokio::test]
async fn a_game_that_the_backfill_saw_first_is_announced_by_the_first_poll_of_it() {
    let place = Place::new();
    let mut store = place.open(None);
    let ahead = |id| game(id, GameStatus::Scheduled);
    let season: Vec<_> = (1..=4).map(ahead).collect();
    let imported = Observation { seen: Seen::Imported, ..place.observation(&season) };
    assert_eq!(store.commit(imported).await.unwrap().events, 0, "a season is not told at once");
    let moved = |id| Game { start: ahead(id).start + TimeDelta::hours(3), ..ahead(id) };
    for restart in [false, true] {
        if restart {
            store.close().await;
            store = place.open(None);
        }
        let (same, other) = if restart { (3, 4) } else { (1, 2) };
        assert_eq!(place.observe(&store, &[ahead(same), moved(other)]).await.events, 2);
        assert_eq!(place.observe(&store, &[ahead(same), moved(other)]).await.events, 0);
    }
    let ids: Vec<_> = (1..=4).map(|id| format!("nfl-{id}-game_scheduled-1")).collect();
    assert_eq!(told(&all(&store).await), ids);
}

#[tokio::test]
async fn what_a_command_saw_last_counts_though_the_service_holds_an_older_look() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[live(0)]).await;
    place.observe(&store, &[live(3)]).await;
    let clock = Arc::clone(&place.clock) as Arc<dyn game_model::WallClock>;
    let command = crate::BesideStore::open(&place.dir(), clock).unwrap();
    command.commit(place.observation(&[live(7)])).await.unwrap();
    place.observe(&store, &[live(10)]).await;
    let ids = told(&all(&store).await);
    let scores: Vec<_> = ids.iter().filter(|id| id.contains("score_changed")).collect();
    assert_eq!(scores, ["nfl-1-score_changed-1", "nfl-1-score_changed-2 late", "nfl-1-score_changed-3"]);
    let last = all(&store).await.pop().unwrap();
    assert_eq!(last.event.previous_score.map(|score| score.home), Some(7));
}
