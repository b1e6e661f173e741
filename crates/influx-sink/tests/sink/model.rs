//! Whatever happens, in whatever order: nothing is lost, changed, or counted twice, and nothing is set aside without
//! reason.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use circuit_breaker::Hold;
use influx_client::WriteError;
use influx_sink::InfluxSink;
use outbox::{EntryId, Outbox};
use proptest::prelude::*;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::bounded::Bounded;
use crate::server::{Answer, Server, Style, objection};
use crate::{Running, exact, unauthorized, unavailable};

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    /// Lines of these kinds are observed.
    Observe(Vec<&'static str>),
    /// The next writes are answered so.
    Answer(Vec<Answer>),
    /// The next looks at the server fail so.
    FailToPrepare(Vec<WriteError>),
    /// The outbox's disk fails so often.
    Trouble { peek: Vec<bool>, acknowledge: u32, set_aside: u32 },
    /// A write takes so long.
    Slow(Duration),
    /// The disk is full, or no longer.
    DiskFull(bool),
    /// A person decides on the breaker.
    Hold(Hold),
    /// Time goes by.
    Pass(Duration),
    /// The process is killed and started again.
    Crash,
    /// The process is killed after so many steps of the sink, wherever it is then, and started again.
    CrashIn(u64),
    /// The service is stopped and started again.
    Restart,
}

fn error() -> impl Strategy<Value = WriteError> {
    let reason = || "429 Too Many Requests".to_owned();
    prop_oneof![
        4 => Just(unavailable()),
        1 => (0..400_u64)
            .prop_map(move |seconds| WriteError::Retry { after: Some(Duration::from_secs(seconds)), reason: reason() }),
        1 => Just(unauthorized()),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => Just(Answer::Judge),
        3 => error().prop_map(Answer::Fail),
        2 => error().prop_map(Answer::StoreAndFail),
        1 => Just(Answer::Hang),
    ]
}

fn kinds() -> impl Strategy<Value = Vec<&'static str>> {
    let kind = prop_oneof![
        30 => Just("line"),
        1 => Just("poison"),
        1 => Just("conflict"),
        1 => Just("stale"),
        1 => Just("huge"),
    ];
    let count =
        prop_oneof![4 => Just(0..5_usize), 2 => Just(90..110), 3 => Just(300..900), 1 => Just(5_000..6_500)];
    count.prop_flat_map(move |count| prop::collection::vec(kind.clone(), count))
}

fn event() -> impl Strategy<Value = Event> {
    let millis = |range: std::ops::Range<u64>| range.prop_map(Duration::from_millis);
    prop_oneof![
        4 => kinds().prop_map(Event::Observe),
        2 => prop::collection::vec(answer(), 1..6).prop_map(Event::Answer),
        1 => prop::collection::vec(error(), 1..4).prop_map(Event::FailToPrepare),
        1 => (prop::collection::vec(any::<bool>(), 0..3), 0..3_u32, 0..3_u32)
            .prop_map(|(peek, acknowledge, set_aside)| Event::Trouble { peek, acknowledge, set_aside }),
        1 => millis(0..3_000).prop_map(Event::Slow),
        6 => millis(0..90_000).prop_map(Event::Pass),
        1 => any::<bool>().prop_map(Event::DiskFull),
        1 => prop_oneof![Just(Hold::Open), Just(Hold::Closed), Just(Hold::Auto)].prop_map(Event::Hold),
        1 => Just(Event::Crash),
        3 => (1..60_u64).prop_map(Event::CrashIn),
        1 => Just(Event::Restart),
    ]
}

/// Lines that the outbox has room for: less than what is observed at times.
const ROOM: u64 = 6_000;

/// Runs work as a process that is killed once it has taken so many steps.
async fn until_killed(work: impl Future<Output = ()>, steps_left: Arc<AtomicU64>) {
    let mut work = Box::pin(work);
    poll_fn(|context| match steps_left.fetch_sub(1, Ordering::Relaxed) {
        1 => Poll::Ready(()),
        _ => work.as_mut().poll(context),
    })
    .await;
}

/// The world around the sink.
struct World {
    outbox: Arc<Bounded>,
    server: Arc<Server>,
    /// What was accepted, in this order.
    accepted: Vec<String>,
    observed: usize,
    steps_left: Arc<AtomicU64>,
}

impl World {
    fn start(&mut self) -> Running {
        self.steps_left = Arc::new(AtomicU64::new(u64::MAX));
        let sink = InfluxSink::new(exact(), self.outbox.clone(), self.server.clone()).with_seed(7);
        let (report, control) = (sink.report(), sink.control());
        let (totals, stop) = (self.outbox.totals(), CancellationToken::new());
        let work = sink.run(stop.clone(), Duration::from_secs(8));
        let task = tokio::spawn(until_killed(work, Arc::clone(&self.steps_left)));
        Running { started: Instant::now(), report, totals, control, stop, task }
    }

    async fn happen(&mut self, event: Event, sink: Running) -> Running {
        match event {
            Event::Observe(kinds) => {
                let first = self.observed;
                self.observed += kinds.len();
                let lines: Vec<_> =
                    kinds.iter().zip(first..).map(|(kind, number)| format!("{kind} {number}")).collect();
                if self.outbox.accept(lines.clone()) {
                    self.accepted.extend(lines);
                }
            }
            Event::Answer(answers) => self.server.answer(answers),
            Event::FailToPrepare(errors) => self.server.fail_to_prepare(errors),
            Event::Trouble { peek, acknowledge, set_aside } => {
                let troubled = &self.outbox.troubled;
                *troubled.peek.lock().unwrap() = peek.into();
                *troubled.acknowledge.lock().unwrap() = acknowledge;
                *troubled.set_aside.lock().unwrap() = set_aside;
            }
            Event::Slow(time) => self.server.takes(time),
            Event::DiskFull(full) => self.outbox.disk_full(full),
            Event::Hold(hold) => sink.control.hold(hold),
            Event::Pass(time) => tokio::time::sleep(time).await,
            Event::Crash => return self.crash(sink).await,
            Event::CrashIn(steps) => self.steps_left.store(steps, Ordering::Relaxed),
            Event::Restart => {
                assert!(sink.stop().await <= Duration::from_secs(8), "the deadline holds");
                return self.start();
            }
        }
        // Steps are taken as time goes by: a process that was killed is started again.
        if sink.task.is_finished() { self.crash(sink).await } else { sink }
    }

    async fn crash(&mut self, sink: Running) -> Running {
        let killed = self.steps_left.load(Ordering::Relaxed) == 0;
        sink.task.abort();
        match sink.task.await {
            Ok(()) => assert!(killed, "the sink ended by itself"),
            Err(error) => assert!(error.is_cancelled(), "{error}"),
        }
        self.start()
    }

    /// Checks that every line is where it may be; gives the lines that wait.
    async fn check(&self) -> BTreeSet<String> {
        let entries = self.outbox.memory().peek(EntryId::START, usize::MAX).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let waits = entries.iter().map(|entry| text(&entry.bytes)).chain(self.outbox.deferred());
        let pending: BTreeSet<_> = waits.collect();
        let stored: BTreeSet<_> = self.server.stored().into_iter().collect();
        let mut dead = BTreeSet::new();
        for (bytes, rejection) in self.outbox.memory().dead_letters() {
            let line = text(&bytes);
            let (_, reason) = objection(&line).expect("only refused lines are set aside");
            assert!(rejection.reason.contains(&reason), "with the reason of its own: {rejection:?}");
            assert!(dead.insert(line), "and once");
        }
        let mut written = 0;
        for line in &self.accepted {
            match (pending.contains(line), dead.contains(line)) {
                (false, false) => {
                    assert!(stored.contains(line), "{line} is lost");
                    written += 1;
                }
                (true, true) => panic!("{line} is in two places"),
                _ => {}
            }
        }
        let accepted: BTreeSet<_> = self.accepted.iter().cloned().collect();
        assert!(pending.is_subset(&accepted) && dead.is_subset(&accepted), "nothing is made up");
        let totals = *self.outbox.totals().borrow();
        assert_eq!((totals.accepted, totals.delivered), (accepted.len() as u64, written), "{totals:?}");
        assert_eq!(
            (totals.pending, totals.set_aside),
            (pending.len() as u64, dead.len() as u64),
            "{totals:?}"
        );
        pending
    }

    /// Checks what was sent: lines as they were accepted, those of a batch in their order.
    fn check_bodies(&self) {
        let accepted: BTreeSet<_> = self.accepted.iter().collect();
        let number = |line: &String| line.split_once(' ').unwrap().1.parse::<usize>().unwrap();
        for body in self.server.bodies() {
            assert!(body.iter().all(|line| accepted.contains(line)), "lines go as they were accepted");
            assert!(body.is_sorted_by_key(number), "oldest first");
        }
    }
}

async fn play(style: Style, events: Vec<Event>) {
    let mut world = World {
        outbox: Bounded::new(ROOM),
        server: Server::hesitating(style),
        accepted: Vec::new(),
        observed: 0,
        steps_left: Arc::default(),
    };
    let mut sink = world.start();
    for event in events {
        sink = world.happen(event, sink).await;
        world.check().await;
    }
    // All is mended: everything leaves the outbox.
    world.server.mend();
    world.outbox.disk_full(false);
    let sink = world.crash(sink).await;
    sink.until(3_600).await;
    assert_eq!(world.check().await, BTreeSet::new());
    world.check_bodies();
    let poison = world.accepted.iter().filter(|line| objection(line).is_some()).count();
    assert_eq!(world.outbox.memory().dead_letters().len(), poison);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(
        style in prop_oneof![Just(Style::V1), Just(Style::V2), Just(Style::V3)],
        events in prop::collection::vec(event(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(play(style, events));
    }
}
