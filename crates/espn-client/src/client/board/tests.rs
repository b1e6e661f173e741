//! One request at a time, shared by all who wait, kept for as long as it may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use game_model::{Scoreboard, Slate, SourceError, SourceErrorKind};
use tokio::time::{Instant, advance, sleep};

use super::{Board, Newest};
use crate::EspnConfig;
use crate::client::backoff::Backoff;

const MAX_AGE: Duration = Duration::from_secs(9);

fn board() -> Board {
    Board::new(Backoff::new(&EspnConfig::default()))
}

fn scoreboard(bytes: usize) -> Arc<Scoreboard> {
    Arc::new(Scoreboard {
        league: "nhl".parse().unwrap(),
        asked: Slate::Current,
        slate: None,
        games: Vec::new(),
        problems: Vec::new(),
        weeks: Vec::new(),
        days: None,
        max_age: MAX_AGE,
        server_time: Some("2026-01-10T12:00:00Z".parse().unwrap()),
        bytes,
    })
}

fn error() -> SourceError {
    SourceError { kind: SourceErrorKind::Unavailable, message: "no.".into(), retry_after: MAX_AGE }
}

/// Requests that take a second; the n-th brings a scoreboard of n bytes, or fails.
#[derive(Default)]
struct Espn {
    asked: AtomicU32,
    in_flight: AtomicU32,
    fails: bool,
}

impl Espn {
    async fn ask(&self, _: &mut Newest) -> Result<Arc<Scoreboard>, SourceError> {
        let nth = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        assert_eq!(self.in_flight.fetch_add(1, Ordering::SeqCst), 0, "two requests are in flight");
        sleep(Duration::from_secs(1)).await;
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        if self.fails { Err(error()) } else { Ok(scoreboard(nth as usize)) }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn get(board: &Board, espn: &Espn) -> Result<usize, SourceErrorKind> {
    let result = board.get(async |newest| espn.ask(newest).await).await;
    result.map(|board| board.bytes).map_err(|error| error.kind)
}

#[tokio::test(start_paused = true)]
async fn a_scoreboard_is_kept_until_its_max_age_is_over() {
    let (board, espn) = (board(), Espn::default());
    assert_eq!(get(&board, &espn).await, Ok(1));
    advance(MAX_AGE.saturating_sub(Duration::from_millis(1))).await;
    assert!(board.is_needed(Instant::now()));
    assert_eq!(get(&board, &espn).await, Ok(1));
    advance(Duration::from_millis(1)).await;
    assert!(!board.is_needed(Instant::now()));
    assert_eq!(get(&board, &espn).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_kept_scoreboard_ages() {
    let (board, espn) = (board(), Espn::default());
    let ask = || board.get(async |newest| espn.ask(newest).await);
    let first = ask().await.unwrap();
    assert!(Arc::ptr_eq(&first, &ask().await.unwrap()));
    advance(Duration::from_secs(4)).await;
    let kept = ask().await.unwrap();
    assert_eq!(kept.max_age, Duration::from_secs(5));
    assert_eq!(kept.server_time, Some("2026-01-10T12:00:04Z".parse().unwrap()));
    assert_eq!(espn.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_share_a_scoreboard() {
    let (board, espn) = (board(), Espn::default());
    let all = tokio::join!(get(&board, &espn), get(&board, &espn), get(&board, &espn));
    assert_eq!((all, espn.asked()), ((Ok(1), Ok(1), Ok(1)), 1));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_share_a_failure() {
    let (board, espn) = (board(), Espn { fails: true, ..Espn::default() });
    let failed = Err(SourceErrorKind::Unavailable);
    let all = tokio::join!(get(&board, &espn), get(&board, &espn), get(&board, &espn));
    assert_eq!((all, espn.asked()), ((failed, failed, failed), 1));
    assert_eq!(get(&board, &espn).await, failed);
    assert_eq!(espn.asked(), 2, "a failure is not kept");
}

#[tokio::test(start_paused = true)]
async fn when_the_one_who_asks_gives_up_the_next_asks() {
    let (board, espn) = (Arc::new(board()), Arc::new(Espn::default()));
    let impatient = tokio::time::timeout(Duration::from_millis(500), get(&board, &espn));
    let patient = async {
        tokio::task::yield_now().await;
        get(&board, &Espn::default()).await
    };
    let (gave_up, got) = tokio::join!(impatient, patient);
    assert!(gave_up.is_err());
    assert_eq!(got, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_board_that_is_asked_for_is_needed() {
    let (board, espn) = (board(), Espn::default());
    assert!(!board.is_needed(Instant::now()));
    let asks = get(&board, &espn);
    let looks = async {
        tokio::task::yield_now().await;
        board.is_needed(Instant::now())
    };
    assert_eq!(tokio::join!(asks, looks), (Ok(1), true));
}

#[tokio::test(start_paused = true)]
async fn a_refused_question_is_remembered() {
    let board = board();
    let refused = board
        .get(async |newest| {
            newest.refused.failed(Instant::now(), Some(MAX_AGE), "no.".into());
            Err(error())
        })
        .await;
    assert!(refused.is_err());
    assert!(board.is_needed(Instant::now()));
    advance(2 * MAX_AGE).await;
    assert!(!board.is_needed(Instant::now()));
}
