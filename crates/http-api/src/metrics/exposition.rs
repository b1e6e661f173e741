//! Everything that Prometheus is told, gathered when it asks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use game_model::{
    BreakerState, InfluxReport, MqttReport, PollReport, StorageReport, Watching, WebhooksReport,
};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::families::{Families, Labels, label, one};
use crate::app::App;
use crate::route::Route;
use crate::routes::{Outlets, reasons};
use crate::stream::StreamReport;

/// What every name begins with.
const PREFIX: &str = "sports_data";

/// The kind of a poll that asked nobody.
const NOT_ASKED: &str = "backing_off";

/// All metrics as text.
pub(crate) fn scrape(app: Arc<App>) -> String {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Scrape(app)));
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = encode(&mut text, &registry);
    text
}

struct Scrape(Arc<App>);

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families = Families(encoder);
        let (app, status) = (&*self.0, &self.0.api.status);
        let (polls, influx, storage) = (status.polls(), status.influx(), status.storage());
        let (webhooks, mqtt) = (app.api.webhooks.report(), status.mqtt());
        let streams = app.streams.report();
        let outlets = Outlets { webhooks: &webhooks, mqtt: mqtt.as_ref(), streams: &streams };
        let reasons = reasons(&polls, influx.as_ref(), &storage, &outlets, app.favorites.error());
        of_service(&mut families, app, reasons.len())?;
        of_requests(&mut families, app)?;
        of_cache(&mut families, app)?;
        of_polls(&mut families, &polls)?;
        of_storage(&mut families, &storage)?;
        of_webhooks(&mut families, &webhooks)?;
        of_streams(&mut families, &streams)?;
        families.gauge("mqtt_enabled", "Whether MQTT is published to", one(mqtt.is_some().into()))?;
        mqtt.map_or(Ok(()), |mqtt| of_mqtt(&mut families, &mqtt))?;
        families.gauge("influxdb_enabled", "Whether InfluxDB is written to", one(influx.is_some().into()))?;
        influx.map_or(Ok(()), |influx| of_influx(&mut families, &influx))
    }
}

fn of_service(families: &mut Families<'_>, app: &App, reasons: usize) -> fmt::Result {
    let version = label("version", app.api.config.version);
    families.gauge("build", "The version of the service", [(version, 1)])?;
    families.gauge("uptime_seconds", "Seconds since the start", one(app.started.elapsed().as_secs()))?;
    families.gauge("degraded_reasons", "Reasons on /health that a person should know", one(reasons as u64))
}

fn of_requests(families: &mut Families<'_>, app: &App) -> fmt::Result {
    let counters = &app.counters;
    let statuses = Route::ALL.into_iter().flat_map(|route| {
        counters.of(route).statuses().map(move |(status, count)| {
            let status = if status == 0 { "other".into() } else { status.to_string() };
            (vec![("route", route.path().to_owned()), ("status", status)], count)
        })
    });
    families.counter("http_requests", "Requests answered, by route and status", statuses)?;
    let durations = Route::ALL.into_iter().filter_map(|route| {
        let durations = counters.of(route).durations();
        (durations.1 > 0).then(|| (label("route", route.path()), durations))
    });
    families.histogram("http_request_duration_seconds", "Time to make the answer, by route", durations)?;
    let load = |counter: &std::sync::atomic::AtomicU64| one(counter.load(Ordering::Relaxed));
    families.gauge("http_connections", "Connections now open", load(&counters.connections))?;
    families.counter(
        "http_connections_turned_away",
        "Connections that were too many",
        load(&counters.turned_away),
    )?;
    families.counter("http_panics", "Requests that met a defect", load(&counters.panics))
}

fn of_cache(families: &mut Families<'_>, app: &App) -> fmt::Result {
    let stats = app.api.cache.stats();
    let by_state = [("hit", stats.hits), ("miss", stats.misses), ("stale", stats.stale)];
    let by_state = by_state.map(|(state, count)| (label("state", state), count));
    families.counter("cache_answers", "Answers of the cache, by their state", by_state)?;
    families.gauge("cache_keys", "Serialized answers now held", one(stats.keys_count))?;
    families.gauge("cache_bytes", "Bytes that serialized answers take", one(stats.bytes))?;
    families.gauge("cache_games", "Games now in memory", one(app.api.cache.games_in_memory() as u64))
}

fn of_polls(families: &mut Families<'_>, polls: &[PollReport]) -> fmt::Result {
    let by_league = |value: fn(&PollReport) -> u64| {
        polls.iter().map(move |poll| (label("league", poll.league.key), value(poll)))
    };
    let outcomes = polls.iter().flat_map(|poll| {
        poll.attempts.iter().map(|&(outcome, count)| {
            (vec![("league", poll.league.key.to_owned()), ("outcome", outcome.to_owned())], count)
        })
    });
    families.counter("polls", "Polls by league and outcome", outcomes)?;
    let requests = by_league(|poll| {
        poll.attempts.iter().filter(|(outcome, _)| *outcome != NOT_ASKED).map(|(_, count)| count).sum()
    });
    families.counter("espn_requests", "Requests to ESPN by league", requests)?;
    families.gauge(
        "espn_requests_today",
        "Requests to ESPN since midnight UTC, by league",
        by_league(|poll| poll.requests_today),
    )?;
    families.gauge(
        "espn_consecutive_failures",
        "Attempts that failed since the last success, by league",
        by_league(|poll| poll.consecutive_failures.into()),
    )?;
    families.gauge(
        "espn_next_poll_seconds",
        "Seconds until the next poll is due, by league",
        by_league(|poll| poll.next_poll_in.as_secs()),
    )?;
    let states = polls.iter().flat_map(|poll| {
        Watching::ALL.into_iter().map(|state| {
            let labels = vec![("league", poll.league.key.to_owned()), ("state", state.as_str().to_owned())];
            (labels, u64::from(state == poll.watching))
        })
    });
    families.gauge(
        "watching",
        "1 for what the league is watched for, which decides how often it is asked",
        states,
    )?;
    families.gauge("games", "Games now in memory, by league", by_league(|poll| poll.games as u64))?;
    families.counter(
        "unreadable_events",
        "Events that could not be read, by league",
        by_league(|poll| poll.unreadable_events),
    )?;
    families.counter(
        "observations_refused",
        "Observations that could not be committed, by league",
        by_league(|poll| poll.refused_observations),
    )?;
    let successes = polls.iter().filter_map(|poll| {
        let at = u64::try_from(poll.last_success?.timestamp()).ok()?;
        Some((label("league", poll.league.key), at))
    });
    families.gauge("last_success_timestamp_seconds", "When a scoreboard last came, by league", successes)
}

fn of_storage(families: &mut Families<'_>, storage: &StorageReport) -> fmt::Result {
    families.gauge("store_bytes", "Bytes of the embedded store on disk", one(storage.bytes))?;
    families.gauge(
        "store_observations",
        "Rows of history in the embedded store",
        one(storage.observations),
    )?;
    families.gauge("outbox_bytes", "Bytes of lines queued for InfluxDB", one(storage.outbox_bytes))?;
    families.gauge(
        "outbox_max_bytes",
        "Bytes that the queue holds at most",
        one(storage.outbox_max_bytes),
    )?;
    let free = storage.disk_free_bytes.map(|free| (Labels::new(), free));
    families.gauge("disk_free_bytes", "Bytes free on the disk of the embedded store", free)
}

fn of_webhooks(families: &mut Families<'_>, webhooks: &WebhooksReport) -> fmt::Result {
    let by_state =
        [("registered", webhooks.registered), ("paused", webhooks.paused), ("failing", webhooks.failing)];
    let by_state = by_state.map(|(state, count)| (label("state", state), count));
    families.gauge(
        "webhooks",
        "Webhooks: all that are registered, and of those paused and failing",
        by_state,
    )?;
    families.gauge("webhook_deliveries_in_flight", "Deliveries now under way", one(webhooks.in_flight))?;
    let attempts = [("delivered", webhooks.delivered), ("failed", webhooks.failed_attempts)];
    let attempts = attempts.map(|(outcome, count)| (label("outcome", outcome), count));
    families.counter(
        "webhook_attempts",
        "Attempts to deliver an event to a webhook, by outcome",
        attempts,
    )?;
    families.counter(
        "webhook_deliveries_given_up",
        "Deliveries that were given up",
        one(webhooks.given_up),
    )?;
    let number = webhooks.durations.iter().map(|(_, count)| count).sum();
    let durations = (webhooks.durations_sum, number, webhooks.durations.clone());
    families.histogram(
        "webhook_delivery_duration_seconds",
        "Time from the commit of an event and the delay of its webhook to the answer, of first attempts",
        (number > 0).then_some((Labels::new(), durations)),
    )
}

fn of_mqtt(families: &mut Families<'_>, mqtt: &MqttReport) -> fmt::Result {
    let connected = one(mqtt.connected.into());
    families.gauge("mqtt_connected", "Whether there is a connection to the MQTT broker", connected)?;
    families.gauge("mqtt_devices", "Devices that are announced over MQTT", one(mqtt.devices))?;
    families.counter("mqtt_connections", "Connections made to the MQTT broker", one(mqtt.connections))?;
    let messages = [("published", mqtt.published), ("refused", mqtt.refused)];
    let messages = messages.map(|(outcome, count)| (label("outcome", outcome), count));
    families.counter("mqtt_messages", "Messages that the MQTT broker took or refused", messages)?;
    let events = [("published", mqtt.events), ("dropped", mqtt.events_dropped)];
    let events = events.map(|(outcome, count)| (label("outcome", outcome), count));
    families.counter(
        "mqtt_events",
        "Events that the MQTT broker took, and those dropped as late or too old",
        events,
    )
}

fn of_streams(families: &mut Families<'_>, streams: &StreamReport) -> fmt::Result {
    families.gauge(
        "event_stream_clients",
        "Clients that follow the events now",
        one(streams.clients as u64),
    )?;
    families.gauge(
        "event_stream_max_clients",
        "Clients that may follow the events at once",
        one(streams.max_clients as u64),
    )?;
    families.counter(
        "event_stream_clients_turned_away",
        "Clients that were too many",
        one(streams.turned_away),
    )?;
    families.counter("event_stream_events_sent", "Events sent to clients", one(streams.events_sent))
}

fn of_influx(families: &mut Families<'_>, influx: &InfluxReport) -> fmt::Result {
    let stats = &influx.stats;
    let by_state = [
        ("accepted", stats.points_accepted),
        ("written", stats.points_written),
        ("pending", stats.points_pending),
        ("dead_lettered", stats.points_dead_lettered),
    ];
    let by_state = by_state.map(|(state, count)| (label("state", state), count));
    families.counter(
        "points",
        "Points for InfluxDB: accepted = written + pending + dead_lettered",
        by_state,
    )?;
    families.gauge(
        "points_deferred",
        "Points that wait in the history until the queue has room",
        one(stats.points_deferred),
    )?;
    families.counter(
        "points_discarded",
        "Points set aside that were thrown away since",
        one(stats.points_discarded),
    )?;
    families.counter(
        "influxdb_bytes_written",
        "Bytes of line protocol that InfluxDB took, before compression",
        one(stats.bytes_written),
    )?;
    families.counter("influxdb_batches_written", "Batches that InfluxDB took", one(stats.batches_written))?;
    families.counter("influxdb_batches_failed", "Attempts that failed", one(stats.batches_failed))?;
    families.gauge(
        "influxdb_connected",
        "Whether the last write, ping or query succeeded",
        one(influx.connected.into()),
    )?;
    let breaker = [BreakerState::Closed, BreakerState::Open, BreakerState::HalfOpen];
    let breaker = breaker.map(|state| (label("state", state.as_str()), u64::from(state == influx.breaker)));
    families.gauge("breaker_state", "1 for the state that the circuit breaker is in", breaker)?;
    let transitions =
        influx.breaker_transitions.iter().map(|&(state, count)| (label("to", state.as_str()), count));
    families.counter("breaker_transitions", "Transitions of the circuit breaker", transitions)
}
