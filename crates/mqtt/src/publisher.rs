//! The publisher: follows scoreboards, events and the teams that are followed, and keeps the broker told.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache::Cache;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use game_model::{EventFilter, EventLog, EventNumber, GameHistory, League, LoggedEvent, WallClock};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::backoff::Backoff;
use crate::board::{Board, News};
use crate::config::MqttConfig;
use crate::event;
use crate::link::{Dial, Incoming, LinkError, Message, Outcome};
use crate::phase::{Dialed, Joined, Phase, Step};
use crate::queue::{EventMessage, Queue};
use crate::report::MqttStatus;
use crate::retained::{Place, Rank, Retained};
use crate::team::FollowedTeams;
use crate::topics::{Leaf, OFFLINE, ONLINE};

/// Messages of which the broker said nothing yet, at most.
const IN_FLIGHT: usize = 64;

/// Events that are read at once.
const PAGE: usize = 200;

/// A log that can not be read is read again after this.
const READ_AGAIN: Duration = Duration::from_secs(2);

/// What changes by time alone is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// After a connection is made, announcements of ours that the broker keeps are listened for so long.
const SWEEP_FOR: Duration = Duration::from_secs(10);

/// When Home Assistant was started, everything is sent again within this, at a moment of chance.
const SEND_AGAIN_WITHIN: Duration = Duration::from_secs(5);

/// A connection that lasted so long was a good one.
const GOOD_AFTER: Duration = Duration::from_secs(30);

/// Of the time to stop, the last half second is for the goodbye.
const GOODBYE: Duration = Duration::from_millis(500);

/// Where states and events come from.
pub struct Sources {
    /// The newest games.
    pub cache: Arc<Cache>,
    /// The leagues whose games it holds.
    pub leagues: Vec<League>,
    /// The log of events.
    pub events: Arc<dyn EventLog>,
    /// Older games, and announced ones that are far ahead.
    pub history: Arc<dyn GameHistory>,
    /// The teams that have a device.
    pub teams: watch::Receiver<FollowedTeams>,
    /// The time of day.
    pub clock: Arc<dyn WallClock>,
}

/// What a message was about.
enum About {
    Retained(Place),
    Event(u64),
    Goodbye,
}

type Pending = BoxFuture<'static, (About, Arc<str>, Outcome)>;

/// Keeps the broker told.
pub struct MqttPublisher {
    config: MqttConfig,
    dial: Arc<dyn Dial>,
    random: Box<dyn FnMut() -> f64 + Send>,
    teams: watch::Receiver<FollowedTeams>,
    events: Arc<dyn EventLog>,
    clock: Arc<dyn WallClock>,
    board: Board,
    retained: Retained,
    queue: Queue,
    /// Everything up to here was read.
    read: EventNumber,
    read_at: Instant,
    receipts: FuturesUnordered<Pending>,
    backoff: Backoff,
    status: MqttStatus,
}

impl MqttPublisher {
    /// Publishes over connections that `dial` makes. Events from now on are told. `random` gives numbers from 0 to 1.
    pub fn new(
        config: MqttConfig,
        dial: Arc<dyn Dial>,
        sources: Sources,
        random: impl FnMut() -> f64 + Send + 'static,
    ) -> Self {
        let Sources { cache, leagues, events, history, teams, clock } = sources;
        Self {
            status: MqttStatus::new(config.broker.to_string()),
            board: Board::new(config.clone(), &cache, &leagues, history),
            read: events.newest(),
            read_at: Instant::now(),
            config,
            dial,
            random: Box::new(random),
            teams,
            events,
            clock,
            retained: Retained::default(),
            queue: Queue::default(),
            receipts: FuturesUnordered::new(),
            backoff: Backoff::default(),
        }
    }

    /// How it goes.
    pub fn status(&self) -> MqttStatus {
        self.status.clone()
    }

    /// Publishes until it is told to stop. Then what waits goes out, and that the service is gone.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut phase = Phase::Apart { until: Instant::now() };
        let mut look_at = Instant::now() + LOOK_EVERY;
        self.follow();
        self.look(true);
        loop {
            if let Phase::Joined(joined) = &mut phase
                && let Err(error) = self.send(joined)
            {
                self.part(&mut phase, error);
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = logged(&*self.events, self.read, self.read_at) => self.read_events().await,
                Some((about, topic, outcome)) = self.receipts.next() => self.settle(about, topic, &outcome),
                happened = phase.step() => self.take(&mut phase, happened),
                Ok(()) = self.teams.changed() => {
                    self.follow();
                    self.look(true);
                }
                news = self.board.next() => match news {
                    News::Scoreboard => self.look(false),
                    News::History(answer) => {
                        self.board.answered(answer);
                        self.look(true);
                    }
                },
                () = sleep_until(look_at) => {
                    look_at = Instant::now() + LOOK_EVERY;
                    self.look(true);
                }
            }
        }
        if let Phase::Joined(joined) = phase {
            self.leave(joined).await;
        }
    }

    fn follow(&mut self) {
        let followed = self.teams.borrow_and_update().clone();
        self.board.follow(&followed);
        let mut status = self.status.lock();
        status.followed = followed.is_complete.then_some(followed.teams.len());
        status.too_many = self.board.too_many;
    }

    fn look(&mut self, all: bool) {
        self.board.look(all, self.clock.now(), &mut self.retained);
        self.status.lock().devices = self.board.devices() as u64;
    }

    /// Reads what was committed since, and queues it for the devices of the teams that it is about.
    async fn read_events(&mut self) {
        let filter = EventFilter::default();
        loop {
            let newest = self.events.newest();
            match self.events.events(self.read, &filter, PAGE).await {
                Ok(page) => {
                    page.events.iter().for_each(|event| self.queue_event(event));
                    self.read = page.through;
                    if !page.more {
                        // Numbers may be left out: what was the newest before this page is read too.
                        self.read = self.read.max(newest);
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!("events can not be read for MQTT, tried again soon: {error}");
                    self.read_at = Instant::now() + READ_AGAIN;
                    return;
                }
            }
        }
    }

    fn queue_event(&mut self, logged: &LoggedEvent) {
        let event = &*logged.event;
        let is_stale = event.late && !event::holds_when_late(event.kind());
        let mut dropped = 0;
        let messages: Vec<EventMessage> = self
            .board
            .teams_of(&event.game)
            .map(|team| EventMessage {
                observed_at: event.observed_at,
                topic: self.board.topics.of(&team.id, Leaf::Event),
                payload: event::payload(event, team),
            })
            .collect();
        for message in messages {
            dropped += if is_stale { 1 } else { self.queue.push(message) };
        }
        self.status.lock().events_dropped += dropped;
    }

    /// Sends what there is to send, as far as the broker keeps up.
    fn send(&mut self, joined: &mut Joined) -> Result<(), LinkError> {
        self.status.lock().events_dropped += self.queue.drop_old(self.clock.now());
        while self.receipts.len() < IN_FLIGHT {
            let event = if joined.is_synced { self.queue.send() } else { None };
            if let Some((number, EventMessage { topic, payload, .. })) = event {
                self.publish(joined, About::Event(number), Message { topic, payload, retain: false })?;
            } else if let Some((place, payload)) = self.retained.next() {
                let message = Message { topic: place.topic.clone(), payload: payload.clone(), retain: true };
                self.retained.was_sent(place.clone(), payload);
                self.publish(joined, About::Retained(place), message)?;
            } else if joined.is_synced {
                return Ok(());
            } else {
                joined.is_synced = true;
            }
        }
        Ok(())
    }

    fn publish(&mut self, joined: &mut Joined, about: About, message: Message) -> Result<(), LinkError> {
        let topic = message.topic.clone();
        let receipt = joined.link.publish(message)?;
        self.receipts.push(receipt.map(move |outcome| (about, topic, outcome)).boxed());
        Ok(())
    }

    /// The broker said what it does with a message.
    fn settle(&mut self, about: About, topic: Arc<str>, outcome: &Outcome) {
        let mut status = self.status.lock();
        match outcome {
            // The end of the connection is told apart, and what it means for each message.
            Outcome::Lost => return,
            Outcome::Taken => {
                status.published += 1;
                if status.refusal.as_ref().is_some_and(|(refused, _)| *refused == topic) {
                    status.refusal = None;
                }
            }
            Outcome::Refused(reason) => {
                status.refused += 1;
                if status.refusal.is_none() {
                    tracing::warn!(topic = &*topic, "the MQTT broker refuses what is published: {reason}");
                    status.refusal = Some((topic, reason.clone()));
                }
            }
        }
        match about {
            About::Retained(place) if *outcome == Outcome::Taken => self.retained.was_taken(&place),
            About::Event(number) => {
                status.events += u64::from(*outcome == Outcome::Taken);
                self.queue.settle(number);
            }
            About::Retained(_) | About::Goodbye => {}
        }
    }

    fn take(&mut self, phase: &mut Phase, step: Step) {
        match (step, &mut *phase) {
            (Step::Dial, _) => {
                let (dial, within) = (self.dial.clone(), self.config.connect_within);
                let dialing = async move {
                    let late = || LinkError(format!("it takes no connection within {} s", within.as_secs()));
                    timeout(within, dial.dial()).await.unwrap_or_else(|_| Err(late()))
                };
                *phase = Phase::Dialing(dialing.boxed());
            }
            (Step::Dialed(dialed), _) => self.dialed(phase, dialed),
            (Step::Told(Incoming::Lost(error)), _) => self.part(phase, error),
            (Step::Told(Incoming::Received { topic, payload, retained }), Phase::Joined(joined)) => {
                self.received(joined, &topic, &payload, retained);
            }
            (Step::SweepIsOver, Phase::Joined(joined)) => {
                joined.sweep_until = None;
                let _ = joined.link.unsubscribe(&self.board.topics.every_config());
            }
            (Step::SendAgain, Phase::Joined(joined)) => {
                joined.again_at = None;
                self.retained.forget_sent();
            }
            _ => {}
        }
    }

    fn dialed(&mut self, phase: &mut Phase, dialed: Dialed) {
        let (birth, configs) = (self.board.topics.birth(), self.board.topics.every_config());
        let availability = self.board.topics.availability();
        let subscribed = dialed.and_then(|mut link| {
            link.subscribe(&birth)?;
            link.subscribe(&configs)?;
            link.subscribe(&availability)?;
            Ok(link)
        });
        match subscribed {
            Ok(link) => {
                tracing::info!("connected to the MQTT broker {}", self.config.broker);
                let since = Instant::now();
                let sweep_until = Some(since + SWEEP_FOR);
                *phase = Phase::Joined(Joined { link, since, is_synced: false, sweep_until, again_at: None });
                // What history or the clock changed meanwhile is told at once.
                self.look(true);
                let mut status = self.status.lock();
                (status.connected, status.last_error, status.retry_at) = (true, None, None);
                (status.refusal, status.connections) = (None, status.connections + 1);
            }
            Err(error) => self.part(phase, error),
        }
    }

    /// There is no connection any more, or none could be made: another is made after a while.
    fn part(&mut self, phase: &mut Phase, error: LinkError) {
        if let Phase::Joined(joined) = phase
            && joined.since.elapsed() >= GOOD_AFTER
        {
            self.backoff.reset();
        }
        self.receipts = FuturesUnordered::new();
        self.queue.unsend();
        self.retained.forget_sent();
        let wait = self.backoff.next((self.random)());
        let until = Instant::now() + wait;
        *phase = Phase::Apart { until };
        let mut status = self.status.lock();
        if status.last_error.as_ref() != Some(&error.0) {
            tracing::warn!("there is no connection to the MQTT broker {}: {error}", self.config.broker);
        }
        (status.connected, status.last_error, status.retry_at) = (false, Some(error.0), Some(until));
    }

    fn received(&mut self, joined: &mut Joined, topic: &str, payload: &[u8], retained: bool) {
        if topic == self.board.topics.birth() {
            // One that the broker kept is of before: everything was sent since.
            if !retained && payload == ONLINE.as_bytes() {
                let wait = SEND_AGAIN_WITHIN.mul_f64((self.random)().clamp(0.0, 1.0));
                joined.again_at = Some(Instant::now() + wait);
            }
            return;
        }
        if *topic == *self.board.topics.availability() {
            // The will or the goodbye of a process before this one, which came after we said that we are there.
            if !retained && payload != ONLINE.as_bytes() {
                self.retained.forget(Rank::Availability);
            }
            return;
        }
        self.board.found(topic, payload);
        self.board.take_back(&mut self.retained);
    }

    /// Sends what waits, says that the service is gone, and closes the connection.
    async fn leave(mut self, mut joined: Joined) {
        let end = Instant::now() + self.config.stop_within;
        let _ = timeout_at(end - GOODBYE, self.read_events()).await;
        let flushing = async {
            while self.send(&mut joined).is_ok() {
                let Some((about, topic, outcome)) = self.receipts.next().await else { break };
                self.settle(about, topic, &outcome);
            }
        };
        if timeout_at(end - GOODBYE, flushing).await.is_err() {
            tracing::warn!("not everything was published to the MQTT broker in time");
        }
        let payload = Bytes::from_static(OFFLINE.as_bytes());
        let goodbye = Message { topic: self.board.topics.availability(), payload, retain: true };
        if self.publish(&mut joined, About::Goodbye, goodbye).is_ok() {
            let said = async {
                while let Some((about, topic, outcome)) = self.receipts.next().await {
                    let is_goodbye = matches!(about, About::Goodbye);
                    self.settle(about, topic, &outcome);
                    if is_goodbye {
                        return;
                    }
                }
            };
            let _ = timeout_at(end, said).await;
        }
        let _ = timeout_at(end, joined.link.close()).await;
    }
}

/// Waits until there is an event to read.
async fn logged(events: &dyn EventLog, read: EventNumber, read_at: Instant) {
    sleep_until(read_at).await;
    events.wait_beyond(read).await;
}
