//! The service: its parts, built from the settings and wired to each other, and the order of its shutdown.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use cache::{Cache, CacheConfig};
use collector::{Backfill, BackfillConfig, BackgroundBackfill, Collector, CollectorConfig, SourceClock};
use espn_client::{EspnClient, EspnConfig};
use game_model::{BackfillReport, GameHistory, SystemClock, WallClock};
use http_api::{AdminToken, Api, ApiConfig, EventStream, ServerConfig};
use influx_client::{InfluxClient, InfluxConfig};
use influx_history::{AutoHistory, InfluxHistory, InfluxHistoryConfig};
use influx_sink::{InfluxSink, SinkConfig, SinkControl, SinkReport};
use mqtt::{MqttPublisher, MqttStatus, Sources};
use outbox::Outbox;
use store::{QueueConfig, Store, StoreConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use webhooks::{Webhooks, WebhooksConfig};

use crate::aside::Aside;
use crate::open_files;
use crate::pregame::tell_starts;
use crate::settings::{HistoryBackend, Settings, days};
use crate::status::{Status, Switch, log_storage_hourly};
use crate::tracking::Tracking;

/// Flushing to InfluxDB and draining HTTP may take so long together, once the service is told to stop.
pub const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(7);

/// Then the store is closed within this. What supervises the service kills it after 10 s.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Deliveries that are due go out within this, once nothing is observed any more; the rest of the deadline keeps what
/// became of them.
const WEBHOOK_DRAIN: Duration = Duration::from_secs(3);

// What comes one after the other fits into the deadline together.
const _: () = assert!(
    collector::DRAIN_WITHIN.as_millis() + WEBHOOK_DRAIN.as_millis() + 2 * webhooks::KEEP_WITHIN.as_millis()
        <= SHUTDOWN_DEADLINE.as_millis()
);

/// The key that encrypts the secrets of webhooks lies beside the database, not in it.
const WEBHOOK_KEY: &str = "webhooks.key";

/// No answer of InfluxDB takes longer than this.
const INFLUX_TIMEOUT: Duration = Duration::from_secs(10);

/// What changed during an outage this long is told as late.
const OUTAGE: Duration = Duration::from_mins(1);

/// The poll before the outage was up to so much of its interval ago, and at least so long.
const POLL_WITH_JITTER: f64 = 1.2;
const POLL_AT_LEAST: Duration = Duration::from_secs(10);

/// The service, running.
pub struct Service {
    address: SocketAddr,
    stop: CancellationToken,
    store: Store,
    collector: JoinHandle<()>,
    backfill: Option<JoinHandle<()>>,
    sink: Option<Aside>,
    http: JoinHandle<()>,
    storage_log: JoinHandle<()>,
    pregames: JoinHandle<()>,
    webhooks: JoinHandle<()>,
    mqtt: Option<JoinHandle<()>>,
    /// Webhooks and MQTT hear of what was observed last.
    stop_outlets: CancellationToken,
}

impl Service {
    /// Builds all parts and starts them. Whoever reads is served from here on.
    pub async fn start(settings: &Settings) -> anyhow::Result<Self> {
        let clock = Arc::new(SourceClock::new(Arc::new(SystemClock)));
        let listener = listen(settings).await?;
        let address = listener.local_addr()?;
        let store = Store::open(store_config(settings), clock.clone())?;
        let cache = Arc::new(Cache::new(cache_config(settings), settings.leagues.iter().copied()));
        let espn = Arc::new(EspnClient::new(espn_config(settings))?);
        let collector = Collector::new(
            CollectorConfig { live_interval: settings.live_poll, ..CollectorConfig::default() },
            settings.leagues.clone(),
            espn,
            Arc::new(store.clone()),
            cache.clone(),
            clock.clone(),
        );
        collector.restore().await;

        let stop = CancellationToken::new();
        let handle = collector.handle();
        let leagues = settings.leagues.clone();
        let tracking = Tracking::new(leagues, settings.teams.clone(), store.clone(), handle.clone());
        tracking.refresh().await;
        let sink = start_sink(settings, &store, &stop)?;
        let report = sink.as_ref().map(|sink| (sink.report.clone(), settings.influx.retention_days));
        let backfill = start_backfill(settings, &collector, &store, &clock, &stop);
        let (backfill, backfills) = backfill.unzip();
        let (history, influx_history) = history(settings, &store, clock.clone())?;
        let stop_outlets = CancellationToken::new();
        let mqtt = start_mqtt(settings, &store, &cache, &clock, &tracking, &stop_outlets)?;
        let (mqtt, mqtt_status) = mqtt.unzip();
        let status =
            Status::new(handle.clone(), store.clone(), report, backfills, influx_history, mqtt_status);
        let status = Arc::new(status);
        let (desk, delivering) =
            Webhooks::open(webhooks_config(settings), Arc::new(store.clone()), clock.clone()).await?;
        let api = Api {
            config: api_config(settings),
            cache,
            status: status.clone(),
            preferences: Arc::new(tracking),
            history,
            breaker: sink.as_ref().map(|sink| Arc::new(Switch(sink.control.clone())) as _),
            webhooks: Arc::new(desk),
            events: event_stream(settings, &store),
            hint: Arc::new(handle),
            clock: clock.clone(),
        };
        let pregames = tokio::spawn(tell_starts(Arc::new(store.clone()), clock.clone(), stop.child_token()));
        let webhooks = tokio::spawn(delivering.run(stop_outlets.clone(), WEBHOOK_DRAIN));
        let router = http_api::router(api).await;
        let http =
            http_api::serve(listener, router, ServerConfig::default(), stop.child_token(), SHUTDOWN_DEADLINE);
        let storage_log = tokio::spawn(async move { log_storage_hourly(&*status).await });
        tracing::info!("listening on http://{address}");
        Ok(Self {
            address,
            store,
            collector: tokio::spawn(collector.run(stop.child_token())),
            backfill,
            sink: sink.map(|sink| sink.task),
            http: tokio::spawn(http),
            storage_log,
            pregames,
            webhooks,
            mqtt,
            stop_outlets,
            stop,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops polling and accepting, flushes to InfluxDB, drains HTTP, delivers what is due to webhooks and says goodbye
    /// over MQTT at the same time, and closes the store last.
    pub async fn stop(self) {
        tracing::info!("stopping");
        self.stop.cancel();
        self.storage_log.abort();
        let parts = async {
            let sink = async {
                if let Some(sink) = self.sink {
                    log_panic("influx-sink", sink.ended().await);
                }
            };
            let backfill = async {
                if let Some(backfill) = self.backfill {
                    log_panic("backfill", backfill.await);
                }
            };
            let events = async {
                let (collector, pregames) = tokio::join!(self.collector, self.pregames);
                log_panic("collector", collector);
                log_panic("pregames", pregames);
                self.stop_outlets.cancel();
                let mqtt = async {
                    if let Some(mqtt) = self.mqtt {
                        log_panic("mqtt", mqtt.await);
                    }
                };
                let (webhooks, ()) = tokio::join!(self.webhooks, mqtt);
                log_panic("webhooks", webhooks);
            };
            let (http, (), (), ()) = tokio::join!(self.http, events, sink, backfill);
            log_panic("http-api", http);
        };
        if tokio::time::timeout(SHUTDOWN_DEADLINE, parts).await.is_err() {
            tracing::warn!("not everything ended in time; what was committed is kept");
        }
        if tokio::time::timeout(CLOSE_WITHIN, self.store.close()).await.is_err() {
            tracing::warn!("the store is busy and is left as after a crash; what was committed is kept");
        }
        tracing::info!("stopped");
    }
}

fn log_panic(part: &str, result: Result<(), tokio::task::JoinError>) {
    if let Err(error) = result {
        tracing::error!("{part} ended badly: {error}");
    }
}

async fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(settings.bind_address, settings.port);
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; is the port taken? PORT and BIND_ADDRESS set another")
    })
}

/// The way to InfluxDB, running.
struct RunningSink {
    task: Aside,
    report: watch::Receiver<SinkReport>,
    control: SinkControl,
}

fn start_sink(
    settings: &Settings,
    store: &Store,
    stop: &CancellationToken,
) -> anyhow::Result<Option<RunningSink>> {
    if !settings.influx_enabled {
        tracing::info!("InfluxDB is off: history is kept in the embedded store alone");
        return Ok(None);
    }
    let client = InfluxClient::new(influx_config(settings))?;
    let sink = InfluxSink::new(sink_config(settings), Arc::new(store.clone()), Arc::new(client));
    let (report, control) = (sink.report(), sink.control());
    let task = Aside::spawn("influx-sink", sink.run(stop.child_token(), SHUTDOWN_DEADLINE))?;
    Ok(Some(RunningSink { task, report, control }))
}

/// Starts the backfill, which waits for the first answer of each league. It is not waited for.
fn start_backfill(
    settings: &Settings,
    collector: &Collector,
    store: &Store,
    clock: &Arc<SourceClock>,
    stop: &CancellationToken,
) -> Option<(JoinHandle<()>, watch::Receiver<Vec<BackfillReport>>)> {
    if !settings.backfill_on_start {
        return None;
    }
    let store = Arc::new(store.clone());
    let config = BackfillConfig { pause: settings.backfill_pause, ..BackfillConfig::default() };
    let backfill = Backfill::new(collector.between_polls(), store.clone(), store, Arc::clone(clock), config);
    let backfill = BackgroundBackfill::new(backfill, collector.handle(), settings.leagues.clone());
    let reports = backfill.reports();
    Some((tokio::spawn(backfill.run(stop.child_token())), reports))
}

/// Publishes the teams that are followed over MQTT, where that is on. The broker is not waited for.
fn start_mqtt(
    settings: &Settings,
    store: &Store,
    cache: &Arc<Cache>,
    clock: &Arc<SourceClock>,
    tracking: &Tracking,
    stop: &CancellationToken,
) -> anyhow::Result<Option<(JoinHandle<()>, MqttStatus)>> {
    let Some(config) = &settings.mqtt else { return Ok(None) };
    let client_id = format!("sports-data-{:016x}", fastrand::u64(..));
    let client = mqtt::Client::new(config, client_id).context("TLS for MQTT can not be set up")?;
    let sources = Sources {
        cache: cache.clone(),
        leagues: settings.leagues.clone(),
        events: Arc::new(store.clone()),
        history: Arc::new(store.clone()),
        teams: tracking.followed(),
        clock: clock.clone(),
    };
    let publisher = MqttPublisher::new(config.clone(), Arc::new(client), sources, fastrand::f64);
    let status = publisher.status();
    Ok(Some((tokio::spawn(publisher.run(stop.clone())), status)))
}

/// Where history is read, and the part of it that asks InfluxDB.
fn history(
    settings: &Settings,
    store: &Store,
    clock: Arc<dyn WallClock>,
) -> anyhow::Result<(Arc<dyn GameHistory>, Option<InfluxHistory>)> {
    let store = Arc::new(store.clone());
    if !settings.influx_enabled || settings.history == HistoryBackend::Store {
        return Ok((store, None));
    }
    let config = InfluxHistoryConfig {
        retention_days: settings.influx.retention_days,
        breaker: breaker_config(settings),
        ..InfluxHistoryConfig::default()
    };
    // A client of its own: readers do not wait as long as the writer.
    let client = InfluxClient::new(InfluxConfig { timeout: config.within, ..influx_config(settings) })?;
    let totals = store.totals();
    let influx = InfluxHistory::new(client, config, clock, move || totals.borrow().delivered);
    let history: Arc<dyn GameHistory> = match settings.history {
        HistoryBackend::Influx => Arc::new(influx.clone()),
        HistoryBackend::Auto | HistoryBackend::Store => Arc::new(AutoHistory::new(store, influx.clone())),
    };
    Ok((history, Some(influx)))
}

/// How the embedded store is kept, by the settings.
pub fn store_config(settings: &Settings) -> StoreConfig {
    let queue = settings
        .influx_enabled
        .then(|| QueueConfig { retention: days(u64::from(settings.influx.retention_days)) });
    StoreConfig {
        dir: settings.data_dir.clone(),
        queue,
        retention: settings.store_retention,
        outbox_max_bytes: settings.outbox_max_bytes,
        disk_free_min_bytes: settings.disk_free_min_bytes,
        history_clock: settings.history_clock,
        late_after: OUTAGE + settings.live_poll.mul_f64(POLL_WITH_JITTER).max(POLL_AT_LEAST),
    }
}

fn cache_config(settings: &Settings) -> CacheConfig {
    CacheConfig {
        ttl_live: settings.cache_ttl_live,
        ttl_upcoming: settings.cache_ttl_upcoming,
        ..CacheConfig::default()
    }
}

/// How ESPN is asked, by the settings.
pub fn espn_config(settings: &Settings) -> EspnConfig {
    EspnConfig {
        base_url: settings.espn_base_url.clone(),
        user_agent: settings.espn_user_agent.clone(),
        ..EspnConfig::default()
    }
}

fn api_config(settings: &Settings) -> ApiConfig {
    ApiConfig {
        version: env!("CARGO_PKG_VERSION"),
        leagues: settings.leagues.clone(),
        admin_token: settings.admin_token.as_ref().map(|token| AdminToken::new(token.expose())),
        cors_allowed_origins: settings.cors_allowed_origins.clone(),
    }
}

/// The stream of events, for as many clients as the settings and the system allow.
fn event_stream(settings: &Settings, store: &Store) -> EventStream {
    let wanted = settings.event_stream_max_clients;
    let max_clients = open_files::allow(wanted);
    if max_clients < wanted {
        tracing::warn!(
            "the system lets the service open few files: {max_clients} clients may follow the stream of events, not \
             {wanted}; LimitNOFILE in the unit, or ulimit -n, raises it"
        );
    }
    EventStream { max_clients, ..EventStream::new(Arc::new(store.clone()), webhooks::event_body) }
}

fn webhooks_config(settings: &Settings) -> WebhooksConfig {
    WebhooksConfig {
        allowed_hosts: settings.webhook_allowed_hosts.clone(),
        ..WebhooksConfig::new(settings.data_dir.join(WEBHOOK_KEY))
    }
}

/// How InfluxDB is reached, by the settings.
pub fn influx_config(settings: &Settings) -> InfluxConfig {
    let influx = &settings.influx;
    InfluxConfig {
        url: influx.url.clone(),
        token: influx.token.clone(),
        org: influx.org.clone(),
        bucket: influx.bucket.clone(),
        api: influx.api,
        timeout: INFLUX_TIMEOUT,
        retention_days: influx.retention_days,
    }
}

fn sink_config(settings: &Settings) -> SinkConfig {
    let influx = &settings.influx;
    SinkConfig {
        batch_size: influx.batch_size,
        flush_interval: influx.flush_interval,
        flush_jitter: influx.flush_jitter,
        retry_interval: influx.retry_interval,
        max_retries: influx.max_retries,
        max_retry_delay: influx.max_retry_delay,
        breaker: breaker_config(settings),
        ..SinkConfig::default()
    }
}

/// The writer and history each have a breaker of their own.
fn breaker_config(settings: &Settings) -> circuit_breaker::Config {
    circuit_breaker::Config {
        failure_threshold: settings.influx.breaker_threshold,
        open_for: settings.influx.breaker_timeout,
        ..circuit_breaker::Config::default()
    }
}
