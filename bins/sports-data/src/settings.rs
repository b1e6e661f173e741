//! The settings in force: defaults, then `sports-data.toml` or `--config FILE`, then the environment.

mod catalog;
mod mqtt;
mod reader;
mod sources;
mod teams;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::mqtt::MqttConfig;
use collector::Tracked;
use game_model::League;
use influx_client::{ApiChoice, Secret};
use url::Url;
use webhooks::AllowedHosts;

pub use catalog::{CATALOG, Setting};
use reader::Reader;
pub use sources::{DEFAULT_FILE, Given, GivenSettings, Misspelt, misspelt};

/// A shorter token could be guessed.
const SHORTEST_ADMIN_TOKEN: usize = 16;

/// Every setting, read and checked as a whole.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address on which it listens.
    pub bind_address: IpAddr,
    /// Port on which it listens; 0 takes a free one.
    pub port: u16,
    /// Tracked leagues, each once.
    pub leagues: Vec<League>,
    /// The teams whose games are watched closely; every game is, where none is named.
    pub teams: Tracked,
    /// Where scoreboards come from.
    pub espn_base_url: Url,
    /// How the service introduces itself to ESPN.
    pub espn_user_agent: String,
    /// How often a league with a live game is asked.
    pub live_poll: Duration,
    /// Whether the current season is fetched in the background.
    pub backfill_on_start: bool,
    /// Time between two requests of the backfill.
    pub backfill_pause: Duration,
    /// Folder of the embedded store.
    pub data_dir: PathBuf,
    /// What the embedded store keeps; none for ever.
    pub store_retention: Option<Duration>,
    /// How often, at most, a poll in which only a clock moved is kept in the history.
    pub history_clock: Duration,
    /// Bytes of points that may wait in the outbox.
    pub outbox_max_bytes: u64,
    /// Free disk below which nothing is added to the outbox.
    pub disk_free_min_bytes: u64,
    /// Where history is read.
    pub history: HistoryBackend,
    /// Whether points are written to InfluxDB.
    pub influx_enabled: bool,
    /// How InfluxDB is reached.
    pub influx: InfluxSettings,
    /// Origins whose pages may call the interface.
    pub cors_allowed_origins: Vec<String>,
    /// Time to live of live answers.
    pub cache_ttl_live: Duration,
    /// Time to live of answers on upcoming games.
    pub cache_ttl_upcoming: Duration,
    /// The token of the administrative routes; none: they are off.
    pub admin_token: Option<Secret>,
    /// Hosts that webhooks may lead to.
    pub webhook_allowed_hosts: AllowedHosts,
    /// How teams are published over MQTT; none: they are not.
    pub mqtt: Option<MqttConfig>,
    /// Clients that may follow the stream of events at once.
    pub event_stream_max_clients: usize,
    /// What is logged.
    pub log: LogSettings,
}

/// Where history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryBackend {
    /// The embedded store, and InfluxDB for what is older than it where that is on.
    Auto,
    /// The embedded store.
    Store,
    /// InfluxDB.
    Influx,
}

/// How InfluxDB is reached and written to.
#[derive(Debug, Clone)]
pub struct InfluxSettings {
    /// The server.
    pub url: Url,
    /// The token, where one is set.
    pub token: Option<Secret>,
    /// The organisation (InfluxDB 2).
    pub org: String,
    /// The bucket or database.
    pub bucket: String,
    /// Which interface the server has.
    pub api: ApiChoice,
    /// Days that InfluxDB keeps.
    pub retention_days: u32,
    /// Points of a batch.
    pub batch_size: NonZeroUsize,
    /// Longest wait of a point for its batch.
    pub flush_interval: Duration,
    /// Random addition to that wait.
    pub flush_jitter: Duration,
    /// Wait before the first retry.
    pub retry_interval: Duration,
    /// Retries of a batch.
    pub max_retries: usize,
    /// Longest wait between retries.
    pub max_retry_delay: Duration,
    /// Consecutive failures that open the breaker.
    pub breaker_threshold: NonZeroU32,
    /// Wait of an open breaker before its probe.
    pub breaker_timeout: Duration,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy)]
pub struct LogSettings {
    /// The least severe level that is logged.
    pub level: tracing::Level,
    /// JSON lines instead of text.
    pub json: bool,
}

/// Everything that is wrong with the settings, in sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// A sentence per problem.
    pub problems: Vec<String>,
}

impl std::error::Error for SettingsError {}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("the settings have a problem:")?,
            n => write!(f, "the settings have {n} problems:")?,
        }
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl Settings {
    /// Gathers and reads the settings; the second part says what was given, even where it can't be read.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> (Result<Self, SettingsError>, GivenSettings) {
        Self::load_overridden(file, environment, &[])
    }

    /// As [`load`](Self::load), with what the command line gives for settings, by their names in the environment.
    pub fn load_overridden(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        command_line: &[(&'static str, String)],
    ) -> (Result<Self, SettingsError>, GivenSettings) {
        let (given, problems) = sources::gather(file, environment, command_line);
        (Self::check(&given, problems), given)
    }

    /// As [`load`](Self::load), with the text of the file instead of its name.
    pub fn read_text(
        file: &str,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> (Result<Self, SettingsError>, GivenSettings) {
        let (given, problems) = sources::gather_text(file, environment);
        (Self::check(&given, problems), given)
    }

    fn check(given: &GivenSettings, problems: Vec<String>) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(given, problems);
        let settings = Self::read(&mut reader);
        let problems = reader.into_problems();
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(SettingsError { problems }),
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        // Every value is read before the first missing one ends it: all problems are told at once.
        let bind_address = r.read("BIND_ADDRESS", |text| {
            text.parse().map_err(|_| "an IP address such as 0.0.0.0, 127.0.0.1 or ::")
        });
        let port = r.number("PORT", 0..=u16::MAX);
        let leagues = r.read("LEAGUES", leagues);
        let teams = leagues.as_ref().and_then(|leagues| r.read("TEAMS", |text| teams::teams(text, leagues)));
        let espn_base_url = r.read("ESPN_BASE_URL", http_url);
        let espn_user_agent = r.read("ESPN_USER_AGENT", header_text);
        let live_poll = r.seconds("LIVE_POLL_SECONDS", 1..=3600);
        let backfill_on_start = r.read("BACKFILL_ON_START", truth);
        let backfill_pause = r.milliseconds("BACKFILL_PAUSE_MS", 100..=600_000);
        let data_dir = r.text("DATA_DIR").map(PathBuf::from);
        let store_days = r.number("STORE_RETENTION_DAYS", 0..=36_500_u64);
        let history_clock = r.seconds("HISTORY_CLOCK_SECONDS", 0..=3600);
        let outbox_max_bytes = r.bytes("OUTBOX_MAX_BYTES", 1024 * 1024);
        let disk_free_min_bytes = r.bytes("DISK_FREE_MIN_BYTES", 0);
        let influx_enabled = influx_enabled(r);
        let history = history_backend(r, influx_enabled);
        let influx = InfluxSettings::read(r);
        let cors_allowed_origins = r.read("CORS_ALLOWED_ORIGINS", origins);
        let cache_ttl_live = r.seconds("CACHE_TTL_LIVE_SECONDS", 1..=3600);
        let cache_ttl_upcoming = r.seconds("CACHE_TTL_UPCOMING_SECONDS", 1..=86_400);
        let admin_token = admin_token(r);
        // Unset: any. A value that can't be read is a problem of its own.
        let webhook_allowed_hosts =
            r.read("WEBHOOK_ALLOWED_HOSTS", str::parse::<AllowedHosts>).unwrap_or_default();
        let mqtt = mqtt::read(r);
        let event_stream_max_clients = r.number("EVENT_STREAM_MAX_CLIENTS", 1..=100_000);
        let log = LogSettings::read(r);
        Some(Self {
            bind_address: bind_address?,
            port: port?,
            leagues: leagues?,
            teams: teams.unwrap_or_default(),
            espn_base_url: espn_base_url?,
            espn_user_agent: espn_user_agent?,
            live_poll: live_poll?,
            backfill_on_start: backfill_on_start?,
            backfill_pause: backfill_pause?,
            data_dir: data_dir?,
            store_retention: store_days.filter(|&days| days > 0).map(days),
            history_clock: history_clock?,
            outbox_max_bytes: outbox_max_bytes?,
            disk_free_min_bytes: disk_free_min_bytes?,
            history: history?,
            influx_enabled: influx_enabled?,
            influx: influx?,
            cors_allowed_origins: cors_allowed_origins?,
            cache_ttl_live: cache_ttl_live?,
            cache_ttl_upcoming: cache_ttl_upcoming?,
            admin_token,
            webhook_allowed_hosts,
            mqtt,
            event_stream_max_clients: event_stream_max_clients?,
            log: log?,
        })
    }
}

impl InfluxSettings {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let url = r.read("INFLUXDB_URL", http_url);
        let token = r.text("INFLUXDB_TOKEN").map(|text| Secret::new(text.to_owned()));
        let org = r.text("INFLUXDB_ORG").map(str::to_owned);
        let bucket = r.text("INFLUXDB_BUCKET").map(str::to_owned);
        let api =
            r.read("INFLUXDB_API", |text| text.to_lowercase().parse().map_err(|_| "auto, v1, v2 or v3"));
        let retention_days = r.number("INFLUXDB_RETENTION_DAYS", 1..=36_500);
        let batch_size = r.number("INFLUXDB_BATCH_SIZE", 1..=5000);
        let flush_interval = r.milliseconds("INFLUXDB_FLUSH_INTERVAL_MS", 10..=3_600_000);
        let flush_jitter = r.milliseconds("INFLUXDB_FLUSH_JITTER_MS", 0..=600_000);
        let retry_interval = r.milliseconds("INFLUXDB_RETRY_INTERVAL_MS", 10..=3_600_000);
        let max_retries = r.number("INFLUXDB_MAX_RETRIES", 0..=100);
        let max_retry_delay = r.milliseconds("INFLUXDB_MAX_RETRY_DELAY_MS", 10..=3_600_000);
        let threshold = r.number("CIRCUIT_BREAKER_FAILURE_THRESHOLD", 1..=1000);
        let breaker_timeout = r.seconds("CIRCUIT_BREAKER_TIMEOUT_SECONDS", 1..=86_400);
        Some(Self {
            url: url?,
            token,
            org: org?,
            bucket: bucket?,
            api: api?,
            retention_days: retention_days?,
            batch_size: NonZeroUsize::new(batch_size?)?,
            flush_interval: flush_interval?,
            flush_jitter: flush_jitter?,
            retry_interval: retry_interval?,
            max_retries: max_retries?,
            max_retry_delay: max_retry_delay?,
            breaker_threshold: NonZeroU32::new(threshold?)?,
            breaker_timeout: breaker_timeout?,
        })
    }
}

impl LogSettings {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let level = r.read("LOG_LEVEL", |text| {
            match text.to_lowercase().as_str() {
                known @ ("error" | "warn" | "info" | "debug" | "trace") => known.parse().ok(),
                _ => None,
            }
            .ok_or("error, warn, info, debug or trace")
        });
        let json = r.read("LOG_FORMAT", |text| match text.to_lowercase().as_str() {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("text or json"),
        });
        Some(Self { level: level?, json: json? })
    }
}

fn truth(text: &str) -> Result<bool, &'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("true or false"),
    }
}

/// Days as a duration.
pub fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

fn influx_enabled(r: &mut Reader<'_>) -> Option<bool> {
    let reachable = r.was_given("INFLUXDB_URL") || r.was_given("INFLUXDB_TOKEN");
    match r.text("INFLUXDB_ENABLED").map(str::to_lowercase).as_deref() {
        None => Some(reachable),
        Some("false" | "no" | "off" | "0") => Some(false),
        Some("true" | "yes" | "on" | "1") if reachable => Some(true),
        Some("true" | "yes" | "on" | "1") => {
            r.problem(
                "INFLUXDB_ENABLED is true, but neither INFLUXDB_URL nor INFLUXDB_TOKEN is set; \
                 set the server's address, its token, or both"
                    .into(),
            );
            None
        }
        Some(_) => {
            r.refuse("INFLUXDB_ENABLED", "true or false");
            None
        }
    }
}

/// Where history is read. InfluxDB can't be asked while it is off.
fn history_backend(r: &mut Reader<'_>, influx_enabled: Option<bool>) -> Option<HistoryBackend> {
    let backend = r.read("HISTORY_BACKEND", |text| match text.to_lowercase().as_str() {
        "auto" => Ok(HistoryBackend::Auto),
        "store" => Ok(HistoryBackend::Store),
        "influxdb" => Ok(HistoryBackend::Influx),
        _ => Err("auto, store or influxdb"),
    })?;
    if backend == HistoryBackend::Influx && influx_enabled == Some(false) {
        r.problem(
            "HISTORY_BACKEND is influxdb, but InfluxDB is off; set INFLUXDB_URL, INFLUXDB_TOKEN or both, or \
             HISTORY_BACKEND to auto or store"
                .into(),
        );
        return None;
    }
    Some(backend)
}

/// The token, where one is set. A short one could be guessed.
fn admin_token(r: &mut Reader<'_>) -> Option<Secret> {
    r.read("ADMIN_TOKEN", |text| {
        let good = text.len() >= SHORTEST_ADMIN_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Secret::new(text.to_owned())).ok_or_else(|| {
            format!("at least {SHORTEST_ADMIN_TOKEN} visible ASCII characters, such as `openssl rand -hex 32` gives")
        })
    })
}

fn leagues(text: &str) -> Result<Vec<League>, String> {
    let known = || League::all().map(|league| league.key).collect::<Vec<_>>().join(", ");
    let mut leagues = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let league = name.parse::<League>();
        let league = league.map_err(|_| format!("a comma-separated list of {} (not {name:?})", known()))?;
        if !leagues.contains(&league) {
            leagues.push(league);
        }
    }
    if leagues.is_empty() { Err(format!("at least one of {}", known())) } else { Ok(leagues) }
}

fn http_url(text: &str) -> Result<Url, &'static str> {
    const ALLOWED: &str = "an http:// or https:// address such as http://localhost:8086, \
                           without user, password or query";
    let url = Url::parse(text).map_err(|_| ALLOWED)?;
    let plain = url.username().is_empty() && url.password().is_none();
    let whole = url.query().is_none() && url.fragment().is_none() && url.has_host();
    if matches!(url.scheme(), "http" | "https") && plain && whole { Ok(url) } else { Err(ALLOWED) }
}

fn header_text(text: &str) -> Result<String, &'static str> {
    let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if printable { Ok(text.to_owned()) } else { Err("printable ASCII: it is sent as an HTTP header") }
}

fn origins(text: &str) -> Result<Vec<String>, String> {
    let given = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    given
        .map(|origin| {
            let url = http_url(origin).ok().filter(|url| url.path() == "/" && !origin.ends_with('/'));
            match (origin, url) {
                ("*", _) | (_, Some(_)) => Ok(origin.to_owned()),
                _ => Err(format!(
                    "origins such as http://localhost:3000 (no path, no / at the end), or *, not {origin:?}"
                )),
            }
        })
        .collect()
}
