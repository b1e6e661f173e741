//! A real day of baseball, replayed: the events are those that a person would write down, whatever is restarted,
//! killed or missed in between.

mod replay;
mod written_down;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use game_model::{EventFilter, EventLog, EventNumber, LoggedEvent};
use serde_json::Value;
use store::Store;
use tempfile::TempDir;

use crate::support::Program;
use replay::{Look, Place, espn, lines, looks, mlb};
use written_down::{DAY, Snapshot};

/// What a person wrote down of the whole day, in the order of the snapshots.
fn whole_day() -> Vec<String> {
    DAY.iter().flat_map(Snapshot::lines).collect()
}

/// The same without what is said of lateness.
fn whole_day_in_time() -> Vec<String> {
    whole_day().into_iter().map(|line| line.trim_end_matches(" late").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_told_as_a_person_would_write_it_down() {
    let Some(looks) = looks().await else { return };
    assert_eq!(looks.len(), DAY.len(), "a snapshot each");
    let place = Place::new();
    let store = place.open();
    for (look, written) in looks.iter().zip(DAY) {
        let after = store.newest();
        place.commit(&store, look).await;
        let found = store.events(after, &EventFilter::default(), 1_000).await.expect("events").events;
        let expected: Vec<_> = written.lines().collect();
        assert_eq!(lines(&found), expected, "at {} ({})", written.at, look.observed_at);
        assert!(
            look.observed_at.to_string().contains(written.at),
            "{} is not {}",
            look.observed_at,
            written.at
        );
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_at_every_snapshot_tells_the_same_once() {
    let Some(looks) = looks().await else { return };
    for restart_at in 0..looks.len() {
        let place = Place::new();
        let mut store = place.open();
        for (number, look) in looks.iter().enumerate() {
            if number == restart_at {
                store.close().await;
                store = place.open();
            }
            place.commit(&store, look).await;
            place
                .commit(
                    &store,
                    &Look { observed_at: look.observed_at + TimeDelta::seconds(1), ..look.clone() },
                )
                .await;
        }
        let told = all(&store).await;
        let in_time: Vec<_> = told.iter().map(|event| lines(std::slice::from_ref(event)).remove(0)).collect();
        let in_time: Vec<_> = in_time.iter().map(|line| line.trim_end_matches(" late")).collect();
        assert_eq!(sorted(&in_time), sorted(&whole_day_in_time()), "restarted at {restart_at}");
        assert_eq!(ids(&told).len(), told.len());
        store.close().await;
    }
}

/// From 20:45:59 to 20:59:12 nobody answers: two innings and three runs are told when it is over, late, and the rest
/// as ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_espn_was_away_is_told_late_and_whole() {
    let Some(looks) = looks().await else { return };
    let place = Place::new();
    let store = place.open();
    let away = DAY.iter().position(|snapshot| snapshot.at == "20:45:59").expect("it is there");
    let back = DAY.iter().position(|snapshot| snapshot.at == "20:59:12").expect("it is there");
    assert!(looks[back].observed_at - looks[away].observed_at > TimeDelta::minutes(10));
    let mut told = Vec::new();
    for (number, look) in looks.iter().enumerate() {
        if (away..back).contains(&number) {
            continue;
        }
        let after = store.newest();
        place.commit(&store, look).await;
        let found = store.events(after, &EventFilter::default(), 1_000).await.expect("events").events;
        if number == back {
            told = lines(&found);
        } else {
            assert_eq!(lines(&found), DAY[number].lines().collect::<Vec<_>>(), "at {}", DAY[number].at);
        }
    }
    assert_eq!(
        told,
        [
            "401816007 period_ended 1 late",
            "401816007 period_started 3 late",
            "401816007 score_changed away 0 to 3 late",
            "401816007 lead_changed away late",
        ]
    );
    store.close().await;
}

/// The real program on a simulated ESPN that goes through the day, with three kills at each snapshot: when it was
/// told, while it is about to be, and before it can be.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_repeated_or_false_over_fifty_kills() {
    let Some(espn) = espn(true).await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let settings = [("ESPN_BASE_URL", espn.url()), ("LEAGUES", "mlb"), ("LIVE_POLL_SECONDS", "1")];
        Program::start(&folder, &settings)
    };
    let (mut expected, mut kills) = (0, 0);
    for (number, snapshot) in DAY.iter().enumerate() {
        if number > 0 {
            assert!(espn.step(mlb()), "there is a next snapshot");
        }
        start().kill();
        let asked = requests(&espn);
        let program = start();
        wait_until(|| requests(&espn) > asked, "ESPN is asked").await;
        program.kill();
        expected += snapshot.lines().count();
        let asked = requests(&espn);
        let program = start();
        program.wait_for("/health", |health| health["storage"]["events"] == expected).await;
        if snapshot.lines().count() == 0 {
            // The second question means that the first answer was taken in.
            wait_until(|| requests(&espn) > asked + 1, "ESPN is asked again").await;
        }
        program.kill();
        kills += 3;
    }
    assert!(kills >= 50, "{kills} kills");
    let told = told(&folder).await;
    let lines: Vec<_> = lines(&told).iter().map(|line| line.trim_end_matches(" late").to_owned()).collect();
    assert_eq!(sorted(&lines), sorted(&whole_day_in_time()));
    assert_eq!(ids(&told).len(), told.len());
    espn.stop().await;
}

/// The real program that runs through the whole day.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_tells_the_day_once() {
    let Some(espn) = espn(true).await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("ESPN_BASE_URL", espn.url()), ("LEAGUES", "mlb"), ("LIVE_POLL_SECONDS", "1")];
    let program = Program::start(&folder, &settings);
    let mut expected = 0;
    for (number, snapshot) in DAY.iter().enumerate() {
        let asked = requests(&espn);
        if number > 0 {
            assert!(espn.step(mlb()), "there is a next snapshot");
        }
        expected += snapshot.lines().count();
        program.wait_for("/health", |health| health["storage"]["events"] == expected).await;
        if snapshot.lines().count() == 0 {
            wait_until(|| requests(&espn) > asked + 1, "ESPN is asked twice").await;
        }
    }
    program.kill();
    let told = lines(&told(&folder).await);
    assert_eq!(sorted(&told), sorted(&whole_day_in_time()), "and nothing of it is late");
    espn.stop().await;
}

/// A touchdown that is taken back: one score apart in the last quarter, and not, and again.
#[tokio::test(flavor = "multi_thread")]
async fn scores_one_apart_and_corrections_are_told_by_the_program() {
    let board = |home: u32, status: &str, period: u32| {
        let live = event("1").home("ATL", home).away("NO", 24).status(status).period(period).clock("0:48");
        let start = chrono::Utc::now() - TimeDelta::hours(2);
        let nfl = "nfl".parse().expect("a league");
        scoreboard(nfl).event(live.at(&start.format("%Y-%m-%dT%H:%MZ").to_string())).to_json()
    };
    let playing = "STATUS_IN_PROGRESS";
    let boards: Vec<Value> = vec![
        board(14, playing, 3),
        board(14, playing, 4),
        board(17, playing, 4),
        board(14, playing, 4),
        board(20, playing, 4),
        board(27, playing, 4),
        board(27, "STATUS_FINAL", 4),
        board(26, "STATUS_FINAL", 4),
    ];
    let nfl: game_model::League = "nfl".parse().expect("a league");
    let boards = boards.into_iter().map(|board| (nfl, board)).collect();
    let config = SimConfig { max_age: std::time::Duration::from_secs(1), ..SimConfig::in_memory(boards) };
    let espn = EspnSim::start(config).await.expect("a simulated ESPN");
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl"), ("LIVE_POLL_SECONDS", "1")];
    let program = Program::start(&folder, &settings);
    program.wait_for("/health", |health| health["storage"]["observations"] == 1).await;
    for (step, events) in [(1, 2), (2, 4), (3, 5), (4, 7), (5, 9), (6, 10)] {
        assert!(espn.step(nfl), "step {step}");
        program.wait_for("/health", |health| health["storage"]["events"] == events).await;
    }
    program.kill();
    // After the end nobody looks closely: a restart does.
    assert!(espn.step(nfl));
    let program = Program::start(&folder, &settings);
    program.wait_for("/health", |health| health["storage"]["events"] == 11).await;
    program.kill();
    assert_eq!(
        lines(&told(&folder).await),
        [
            "1 period_ended 3",
            "1 period_started 4",
            "1 score_changed home 14 to 17",
            "1 close_game by 7",
            "1 score_corrected home 17 to 14",
            "1 score_changed home 14 to 20",
            "1 close_game by 4",
            "1 score_changed home 20 to 27",
            "1 lead_changed home",
            "1 game_ended home 27-24",
            "1 score_corrected home 27 to 26 late",
        ]
    );
    espn.stop().await;
}

/// Requests for the scoreboard that is shown by default.
fn requests(espn: &EspnSim) -> usize {
    espn.requests().iter().filter(|request| !request.query.contains("dates=")).count()
}

async fn wait_until(holds: impl Fn() -> bool, what: &str) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < crate::support::DEADLINE, "never: {what}");
        tokio::task::yield_now().await;
    }
}

/// The events that a program left behind in its folder.
async fn told(folder: &TempDir) -> Vec<LoggedEvent> {
    let store = replay::open(&folder.path().join("data"));
    let told = all(&store).await;
    store.close().await;
    told
}

async fn all(store: &Store) -> Vec<LoggedEvent> {
    let page = store.events(EventNumber::START, &EventFilter::default(), 1_000).await.expect("events");
    assert!(!page.more);
    page.events
}

fn ids(events: &[LoggedEvent]) -> BTreeSet<&str> {
    events.iter().map(|event| event.event.id.0.as_str()).collect()
}

/// By game; the events of one game stay in their order.
fn sorted(lines: &[impl AsRef<str>]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|line| line.as_ref().to_owned()).collect();
    lines.sort_by_key(|line| line.split(' ').next().unwrap_or_default().to_owned());
    lines
}
