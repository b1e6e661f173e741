//! One round: what waits goes out oldest first, and beside it what comes meanwhile.

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use outbox::EntryId;

use crate::MAX_BATCH_BYTES;
use crate::batch::Batch;
use crate::courier::Courier;
use crate::failure::{Failure, both};
use crate::progress::Progress;
use crate::tempo::Tempo;
use crate::waiting::Waiting;

/// The most bytes of lines that are in flight at a time, single lines of more than [`MAX_BATCH_BYTES`] aside: what
/// the sink needs in memory is at most three times as much. Room for one batch of it is kept for live lines.
pub const MAX_BYTES_IN_FLIGHT: usize = 4 * MAX_BATCH_BYTES;

/// So many batches are read ahead of the acknowledgement at most: a disk that is slow, or full, stops the drain. Those
/// are what the server gets again after a crash.
const UNACKNOWLEDGED_BATCHES: usize = 4;

/// One round: sends what waits, oldest first, and stops at the first failure.
///
/// What waits at its start is the backlog. Lines that come later are live: they go when a batch of them is due, in
/// batches of their own, with a place in flight of their own. Neither is read twice. Live lines that are too many for
/// one batch are left to the next round, so that those which come after them are not held up.
///
/// A long drain that failed goes on where its backlog ended: the newest lines beyond that stay live, and are not put
/// behind the whole backlog by a failure in the midst of it.
pub(crate) struct Drain<'a> {
    pub courier: &'a Courier,
    pub tempo: &'a mut Tempo,
    pub waiting: &'a mut Waiting,
    pub progress: &'a mut Progress,
    /// Where the backlog of the long drain ends that has failed and is to go on.
    pub backlog_end: &'a mut Option<EntryId>,
}

/// Who sends a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Backlog,
    Live,
}

/// What was done.
enum Step {
    Read { lane: Lane, batch: Result<Batch, Failure> },
    Sent { lane: Lane, bytes: usize, taken: Result<Vec<EntryId>, Failure> },
    Acknowledged(Result<(), Failure>),
}

type Steps<'a> = FuturesUnordered<BoxFuture<'a, Step>>;

/// How far a round has come.
struct Round {
    backlog: Backlog,
    live: Live,
    /// Lines that the server took, and that wait to be acknowledged.
    taken: Vec<EntryId>,
    /// How many lines are being acknowledged.
    acknowledging: usize,
    outcome: Result<(), Failure>,
}

/// What waited at the start of the round.
struct Backlog {
    /// It was read up to this.
    after: EntryId,
    /// It ends with this.
    through: EntryId,
    /// Whether there may be more of it.
    unread: bool,
    reading: bool,
    in_flight: usize,
    bytes_in_flight: usize,
}

/// What came since.
struct Live {
    /// They were read up to this.
    after: EntryId,
    /// The newest line when the last reading of them began.
    seen: EntryId,
    due: bool,
    /// Whether they are being read, or in flight.
    busy: bool,
}

impl Round {
    /// A round whose backlog ends with a line; those beyond it up to the newest are live, and due.
    fn new(backlog_end: EntryId, newest: EntryId) -> Self {
        let backlog = Backlog {
            after: EntryId::START,
            through: backlog_end,
            unread: true,
            reading: false,
            in_flight: 0,
            bytes_in_flight: 0,
        };
        let live = Live { after: backlog_end, seen: newest, due: backlog_end < newest, busy: false };
        Self { backlog, live, taken: Vec::new(), acknowledging: 0, outcome: Ok(()) }
    }
}

impl<'a> Drain<'a> {
    pub async fn run(mut self) -> Result<(), Failure> {
        self.waiting.looked();
        let newest = self.waiting.newest();
        let backlog_end = self.backlog_end.take().unwrap_or(newest);
        // Of what came since the failure, one small batch is live: lines that are older have waited longer than that.
        let one_batch = i64::try_from(self.tempo.smallest()).unwrap_or(i64::MAX);
        let live_from = EntryId(newest.0.saturating_sub(one_batch));
        let mut round = Round::new(backlog_end.max(live_from).min(newest), newest);
        let mut steps = FuturesUnordered::new();
        self.courier.reporter().drain(self.progress.begin());
        self.begin(&mut round, &steps);
        while !steps.is_empty() {
            let live_may_go = round.outcome.is_ok() && !round.live.busy && !self.tempo.is_cautious();
            let (waiting, after) = (&mut *self.waiting, round.live.after);
            let live_is_due = async {
                if live_may_go { waiting.due_beyond(after).await } else { std::future::pending().await }
            };
            tokio::select! {
                biased;
                step = steps.select_next_some() => self.done(&mut round, &steps, step),
                () = live_is_due => round.live.due = true,
                () = self.progress.due() => self.courier.reporter().drain(self.progress.now()),
            }
            self.begin(&mut round, &steps);
        }
        let progress = self.progress.pause(round.outcome.is_ok());
        *self.backlog_end = progress.map(|_| backlog_end);
        self.courier.reporter().drain(progress);
        round.outcome
    }

    /// Begins what can be begun.
    fn begin(&mut self, round: &mut Round, steps: &Steps<'a>) {
        if round.acknowledging == 0 && !round.taken.is_empty() {
            // All that were taken since the last time, together.
            let (courier, taken) = (self.courier, std::mem::take(&mut round.taken));
            round.acknowledging = taken.len();
            steps.push(async move { Step::Acknowledged(courier.acknowledge(&taken).await) }.boxed());
        }
        self.read(round, steps);
    }

    /// Begins to read what there is a place for.
    fn read(&mut self, round: &mut Round, steps: &Steps<'a>) {
        if round.outcome.is_err() {
            return;
        }
        let (courier, limit) = (self.courier, self.tempo.limit());
        let read = |lane, after, through| {
            let batch = async move { Step::Read { lane, batch: courier.peek(after, through, limit).await } };
            steps.push(batch.boxed());
        };
        // After a failure a single batch goes, to see what becomes of it.
        if !self.tempo.is_cautious() && std::mem::take(&mut round.live.due) {
            round.live.busy = true;
            round.live.seen = self.waiting.newest();
            self.waiting.looked();
            read(Lane::Live, round.live.after, EntryId(i64::MAX));
        }
        let backlog = &mut round.backlog;
        let place = backlog.in_flight < self.tempo.width();
        let room = backlog.bytes_in_flight <= MAX_BYTES_IN_FLIGHT - 2 * MAX_BATCH_BYTES;
        let acknowledged = round.taken.len() + round.acknowledging < UNACKNOWLEDGED_BATCHES * limit;
        if backlog.unread && !backlog.reading && place && room && acknowledged {
            backlog.reading = true;
            read(Lane::Backlog, backlog.after, backlog.through);
        }
    }

    fn done(&mut self, round: &mut Round, steps: &Steps<'a>, step: Step) {
        match step {
            Step::Read { lane, batch } => self.was_read(round, steps, lane, batch),
            Step::Sent { lane, bytes, taken } => self.was_sent(round, lane, bytes, taken),
            Step::Acknowledged(result) => {
                round.acknowledging = 0;
                round.outcome = both(round.outcome, result);
            }
        }
    }

    /// Sends what was read.
    fn was_read(&mut self, round: &mut Round, steps: &Steps<'a>, lane: Lane, batch: Result<Batch, Failure>) {
        match lane {
            Lane::Backlog => round.backlog.reading = false,
            Lane::Live => round.live.busy = false,
        }
        let batch = match batch {
            Ok(batch) if round.outcome.is_ok() => batch,
            // What was read is left where it is.
            Ok(_) => return,
            Err(failure) => {
                round.outcome = both(round.outcome, Err(failure));
                return;
            }
        };
        let last = batch.entries.last().map(|entry| entry.id);
        match lane {
            Lane::Backlog => {
                round.backlog.unread = batch.more;
                round.backlog.after = last.unwrap_or(round.backlog.after);
            }
            Lane::Live => {
                let last = last.unwrap_or(round.live.after);
                round.live.after = last.max(round.live.seen);
            }
        }
        let Batch { entries, bytes, .. } = batch;
        if entries.is_empty() {
            return;
        }
        match lane {
            Lane::Backlog => {
                round.backlog.in_flight += 1;
                round.backlog.bytes_in_flight += bytes;
            }
            Lane::Live => round.live.busy = true,
        }
        let courier = self.courier;
        let sent = async move { Step::Sent { lane, bytes, taken: courier.deliver(entries).await } };
        steps.push(sent.boxed());
    }

    fn was_sent(
        &mut self,
        round: &mut Round,
        lane: Lane,
        bytes: usize,
        taken: Result<Vec<EntryId>, Failure>,
    ) {
        match lane {
            Lane::Backlog => {
                round.backlog.in_flight -= 1;
                round.backlog.bytes_in_flight -= bytes;
            }
            Lane::Live => round.live.busy = false,
        }
        match taken {
            Ok(taken) => {
                round.taken.extend(taken);
                // That a few live lines pass says nothing about large batches.
                if round.outcome.is_ok() && lane == Lane::Backlog {
                    self.tempo.grow();
                }
            }
            Err(failure) => {
                self.tempo.slow_down();
                round.outcome = both(round.outcome, Err(failure));
            }
        }
    }
}
