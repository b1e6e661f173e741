//! Whatever happens, in whatever order: nothing is lost, nothing is set aside without reason.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use influx_client::WriteError;
use outbox::{EntryId, MemoryOutbox, Outbox};
use proptest::prelude::*;

use crate::outbox_trouble::Troubled;
use crate::server::{Answer, Server, Style, objection};
use crate::{Running, exact, unauthorized, unavailable};

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    /// Lines of these kinds are queued.
    Queue(Vec<&'static str>),
    /// The next writes are answered so.
    Answer(Vec<Answer>),
    /// The next looks at the server fail so.
    FailToPrepare(Vec<WriteError>),
    /// The outbox's disk fails so often.
    Trouble { peek: Vec<bool>, acknowledge: u32, set_aside: u32 },
    /// A write takes so long.
    Slow(Duration),
    /// Time goes by.
    Pass(Duration),
    /// The process is killed and started again.
    Crash,
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
    let count = prop_oneof![Just(0..5_usize), Just(90..110), Just(300..900)];
    count.prop_flat_map(move |count| prop::collection::vec(kind.clone(), count))
}

fn event() -> impl Strategy<Value = Event> {
    let millis = |range: std::ops::Range<u64>| range.prop_map(Duration::from_millis);
    prop_oneof![
        4 => kinds().prop_map(Event::Queue),
        2 => prop::collection::vec(answer(), 1..6).prop_map(Event::Answer),
        1 => prop::collection::vec(error(), 1..4).prop_map(Event::FailToPrepare),
        1 => (prop::collection::vec(any::<bool>(), 0..3), 0..3_u32, 0..3_u32)
            .prop_map(|(peek, acknowledge, set_aside)| Event::Trouble { peek, acknowledge, set_aside }),
        1 => millis(0..3_000).prop_map(Event::Slow),
        6 => millis(0..90_000).prop_map(Event::Pass),
        1 => Just(Event::Crash),
        1 => Just(Event::Restart),
    ]
}

/// The world around the sink.
struct World {
    outbox: Arc<Troubled>,
    server: Arc<Server>,
    queued: Vec<String>,
}

impl World {
    fn start(&self) -> Running {
        Running::start(exact(), self.outbox.clone(), self.server.clone())
    }

    fn memory(&self) -> &MemoryOutbox {
        &self.outbox.inner
    }

    async fn happen(&mut self, event: Event, sink: Running) -> Running {
        match event {
            Event::Queue(kinds) => {
                let first = self.queued.len();
                let lines: Vec<_> =
                    kinds.iter().zip(first..).map(|(kind, number)| format!("{kind} {number}")).collect();
                self.queued.extend(lines.clone());
                self.memory().queue(lines);
            }
            Event::Answer(answers) => self.server.answer(answers),
            Event::FailToPrepare(errors) => self.server.fail_to_prepare(errors),
            Event::Trouble { peek, acknowledge, set_aside } => {
                *self.outbox.peek.lock().unwrap() = peek.into();
                *self.outbox.acknowledge.lock().unwrap() = acknowledge;
                *self.outbox.set_aside.lock().unwrap() = set_aside;
            }
            Event::Slow(time) => self.server.takes(time),
            Event::Pass(time) => tokio::time::sleep(time).await,
            Event::Crash => return self.crash(sink).await,
            Event::Restart => {
                assert!(sink.stop().await <= Duration::from_secs(8), "the deadline holds");
                return self.start();
            }
        }
        sink
    }

    async fn crash(&self, sink: Running) -> Running {
        sink.task.abort();
        assert!(sink.task.await.unwrap_err().is_cancelled(), "the sink ended by itself");
        self.start()
    }

    /// Checks that every line is where it may be; gives the lines that wait.
    async fn check(&self) -> BTreeSet<String> {
        let entries = self.memory().peek(EntryId::START, usize::MAX).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let pending: BTreeSet<_> = entries.iter().map(|entry| text(&entry.bytes)).collect();
        let stored: BTreeSet<_> = self.server.stored().into_iter().collect();
        let mut dead = BTreeSet::new();
        for (bytes, rejection) in self.memory().dead_letters() {
            let line = text(&bytes);
            let (_, reason) = objection(&line).expect("only refused lines are set aside");
            assert!(rejection.reason.contains(&reason), "with the reason of its own: {rejection:?}");
            assert!(dead.insert(line), "and once");
        }
        for line in &self.queued {
            let places = [pending.contains(line), dead.contains(line)];
            let delivered = places == [false, false];
            assert!(!delivered || stored.contains(line), "{line} is lost");
            assert_ne!(places, [true, true], "{line} is in two places");
        }
        let queued: BTreeSet<_> = self.queued.iter().cloned().collect();
        assert!(stored.is_subset(&queued), "lines go as they were queued");
        let totals = *self.memory().totals().borrow();
        assert_eq!(totals.accepted, totals.delivered + totals.pending + totals.set_aside);
        assert_eq!((totals.accepted, totals.set_aside), (queued.len() as u64, dead.len() as u64));
        pending
    }
}

async fn play(style: Style, events: Vec<Event>) {
    let mut world =
        World { outbox: Arc::new(Troubled::default()), server: Server::new(style), queued: Vec::new() };
    let mut sink = world.start();
    for event in events {
        sink = world.happen(event, sink).await;
        world.check().await;
    }
    // All is mended: everything leaves the outbox.
    world.server.mend();
    let sink = world.crash(sink).await;
    sink.until(3_600).await;
    assert_eq!(world.check().await, BTreeSet::new());
    let poison = world.queued.iter().filter(|line| objection(line).is_some()).count();
    assert_eq!(world.memory().dead_letters().len(), poison);
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
