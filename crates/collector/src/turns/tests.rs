//! One request at a time, and a poll waits for nobody.

use std::sync::Mutex as Guarded;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use game_model::SlateId;
use tokio::time::{Instant, sleep};

use super::*;
use crate::test_support::{board, day, nhl};

/// Takes ten seconds for an answer, and counts who asks at the same time.
#[derive(Default)]
struct Slow {
    under_way: AtomicUsize,
    most: AtomicUsize,
    begun: Guarded<Vec<Slate>>,
}

struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl ScoreboardSource for Slow {
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        let _under_way = UnderWay(&self.under_way);
        self.most.fetch_max(now, Ordering::SeqCst);
        self.begun.lock().unwrap().push(slate);
        sleep(Duration::from_secs(10)).await;
        Ok(Arc::new(board(league, slate, None, Vec::new())))
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_interrupts_a_look_at_the_past_which_is_made_again_after_it() {
    let source = Arc::new(Slow::default());
    let turns = Arc::new(Turns::default());
    let between = BetweenPolls {
        source: Arc::clone(&source) as _,
        turns: HashMap::from([(nhl(), Arc::clone(&turns))]),
    };
    let past: SlateId = day("2025-12-10");
    let look = tokio::spawn(async move { between.fetch(nhl(), Slate::Named(past)).await });
    sleep(Duration::from_secs(4)).await;
    let begun = Instant::now();
    let turn = turns.poll().await;
    source.fetch(nhl(), Slate::Current).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(10), "the poll waits for its own answer alone");
    drop(turn);
    assert_eq!(look.await.unwrap().unwrap().asked, Slate::Named(past));
    let order = [Slate::Named(past), Slate::Current, Slate::Named(past)];
    assert_eq!(*source.begun.lock().unwrap(), order);
    assert_eq!(source.most.load(Ordering::SeqCst), 1, "never two at a time");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_comes_with_the_answer_interrupts_nothing_that_comes_after_it() {
    let turns = Turns::default();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let mut look = Box::pin(turns.between_polls(answered));
    assert!(futures::poll!(&mut look).is_pending());
    let mut poll = Box::pin(turns.poll());
    assert!(futures::poll!(&mut poll).is_pending());
    answer.send("the past").unwrap();
    assert_eq!(look.await, Some(Ok("the past")), "an answer that is there is taken");
    drop(poll.await);
    assert_eq!(turns.between_polls(async { tokio::task::yield_now().await }).await, Some(()));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_was_given_up_interrupts_nothing() {
    let turns = Turns::default();
    let turn = turns.poll().await;
    let mut given_up = Box::pin(turns.poll());
    assert!(futures::poll!(&mut given_up).is_pending());
    drop(given_up);
    drop(turn);
    assert_eq!(turns.between_polls(async { tokio::task::yield_now().await }).await, Some(()));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_while_a_poll_waits() {
    let turns = Turns::default();
    let turn = turns.poll().await;
    let begun = AtomicUsize::new(0);
    let mut look = Box::pin(turns.between_polls(async { begun.fetch_add(1, Ordering::SeqCst) }));
    assert!(futures::poll!(&mut look).is_pending());
    let mut poll = Box::pin(turns.poll());
    assert!(futures::poll!(&mut poll).is_pending());
    drop(turn);
    assert_eq!(look.await, None, "its turn came first, and it gives it up");
    drop(poll.await);
    assert_eq!(begun.load(Ordering::SeqCst), 0);
}
