//! Every setting: its name, default and meaning. `--help`, `check-config` and the reader all use this list.

/// One setting, as it may stand in the environment (`INFLUXDB_URL`) or in the file (`influxdb_url`).
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// Another name that means the same.
    pub alias: Option<&'static str>,
    /// What holds where it is not given; empty: unset.
    pub default: &'static str,
    /// What it means, in a line.
    pub meaning: &'static str,
    /// Whether its value is never printed.
    pub secret: bool,
}

impl Setting {
    /// Its name in the file.
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, alias: None, default, meaning, secret: false }
}

/// Every setting, in the order in which it is shown.
pub const CATALOG: &[Setting] = &[
    setting("PORT", "8005", "port of the HTTP interface; 0 takes a free one and logs it"),
    setting("BIND_ADDRESS", "0.0.0.0", "address on which it listens"),
    setting("LEAGUES", "nfl,nhl", "leagues that are tracked, comma-separated"),
    setting(
        "TEAMS",
        "",
        "teams whose games are watched closely, such as nfl-ne, or whole leagues, besides those that users saved; \
         unset and none saved: all games",
    ),
    setting("ESPN_BASE_URL", "https://site.api.espn.com", "where scoreboards come from"),
    setting(
        "ESPN_USER_AGENT",
        concat!("sports-data/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")"),
        "how the service introduces itself to ESPN, which blocks some",
    ),
    setting("LIVE_POLL_SECONDS", "5", "how often a league with a live game is asked, 1 to 3600"),
    setting(
        "BACKFILL_ON_START",
        "true",
        "whether the current season, past and announced games, is fetched in the background: true or false",
    ),
    setting(
        "BACKFILL_PAUSE_MS",
        "2000",
        "time between two requests of the backfill, in the background and by the command, 100 to 600000",
    ),
    setting("DATA_DIR", "data", "folder of the embedded store; created if missing"),
    setting("STORE_RETENTION_DAYS", "0", "days that the embedded store keeps, 0 = for ever"),
    setting(
        "HISTORY_CLOCK_SECONDS",
        "60",
        "polls in which only the clock of a game moved are kept in the history this often at most, 0 = each, 0 to 3600",
    ),
    setting(
        "OUTBOX_MAX_BYTES",
        "1GiB",
        "bytes of points that wait for InfluxDB in the embedded store; beyond, they wait in its history; at least 1MiB",
    ),
    setting(
        "DISK_FREE_MIN_BYTES",
        "100MiB",
        "free disk below which points wait in the history alone, as beyond OUTBOX_MAX_BYTES",
    ),
    setting(
        "HISTORY_BACKEND",
        "auto",
        "where history is read: auto (the embedded store, and what is older than it from InfluxDB), store or influxdb",
    ),
    setting("INFLUXDB_ENABLED", "", "true, false, or unset: on when INFLUXDB_URL or INFLUXDB_TOKEN is set"),
    setting("INFLUXDB_URL", "http://influxdb:8086", "the InfluxDB server"),
    Setting {
        secret: true,
        ..setting("INFLUXDB_TOKEN", "", "token (InfluxDB 2 and 3), or user:password (InfluxDB 1)")
    },
    setting("INFLUXDB_ORG", "homeiq", "organisation (InfluxDB 2)"),
    Setting {
        alias: Some("INFLUXDB_DATABASE"),
        ..setting("INFLUXDB_BUCKET", "sports_data", "bucket or database")
    },
    setting("INFLUXDB_API", "auto", "auto, v1, v2 or v3"),
    setting("INFLUXDB_RETENTION_DAYS", "730", "days that InfluxDB keeps, 1 to 36500"),
    setting("INFLUXDB_BATCH_SIZE", "100", "points of a batch, 1 to 5000"),
    setting("INFLUXDB_FLUSH_INTERVAL_MS", "10000", "longest wait of a point for its batch, 10 to 3600000"),
    setting("INFLUXDB_FLUSH_JITTER_MS", "2000", "random addition to that wait, 0 to 600000"),
    setting(
        "INFLUXDB_RETRY_INTERVAL_MS",
        "5000",
        "wait before the first retry, doubled each time, 10 to 3600000",
    ),
    setting("INFLUXDB_MAX_RETRIES", "5", "retries of a batch before it waits for its next turn, 0 to 100"),
    setting("INFLUXDB_MAX_RETRY_DELAY_MS", "30000", "longest wait between retries, 10 to 3600000"),
    setting(
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
        "3",
        "consecutive failures that open the breaker, 1 to 1000",
    ),
    setting("CIRCUIT_BREAKER_TIMEOUT_SECONDS", "60", "wait of an open breaker before its probe, 1 to 86400"),
    setting(
        "CACHE_TTL_LIVE_SECONDS",
        "15",
        "age beyond the poll interval at which a live answer is stale, 1 to 3600",
    ),
    setting("CACHE_TTL_UPCOMING_SECONDS", "300", "the same for upcoming games, 1 to 86400"),
    setting(
        "CORS_ALLOWED_ORIGINS",
        "http://localhost:3000,http://localhost",
        "origins whose pages may call the interface, comma-separated; * for any",
    ),
    Setting {
        secret: true,
        ..setting("ADMIN_TOKEN", "", "token of the routes under /api/v1/admin; unset: they are off")
    },
    setting(
        "WEBHOOK_ALLOWED_HOSTS",
        "",
        "hosts that webhooks may lead to, comma-separated: names, *.example.org, addresses, networks; unset: any",
    ),
    setting(
        "MQTT_URL",
        "",
        "the MQTT broker, such as mqtt://homeassistant.local or mqtts://broker:8883; Home Assistant discovers the teams \
         there that TEAMS or users name; unset: MQTT is off",
    ),
    setting("MQTT_USERNAME", "", "our user at the broker, where the address names none"),
    Setting { secret: true, ..setting("MQTT_PASSWORD", "", "the password of that user") },
    setting(
        "MQTT_CA_FILE",
        "",
        "file of the authority that signed the certificate of an mqtts:// broker (PEM); unset: those of the system",
    ),
    setting(
        "MQTT_DISCOVERY_PREFIX",
        "homeassistant",
        "what the topics of Home Assistant's discovery begin with",
    ),
    setting(
        "MQTT_TOPIC_PREFIX",
        "sports-data",
        "what our own topics begin with; two services on a broker need two",
    ),
    setting(
        "EVENT_STREAM_MAX_CLIENTS",
        "12000",
        "clients that may follow the stream of events at once, 1 to 100000; each takes an open file and up to 20 KB",
    ),
    setting("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
    setting("LOG_FORMAT", "text", "text or json"),
];
