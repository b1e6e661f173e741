//! Whether InfluxDB can be reached and written to, keeps as long as it should, and has the right time.

use std::time::{Duration, SystemTime};

use influx_client::{Api, InfluxClient, InfluxError};

use super::Finding;
use crate::service::influx_config;
use crate::settings::Settings;

/// Points are stamped by our clock: a server further away shows them in the wrong place of "now".
const CLOCK_TOLERANCE: Duration = Duration::from_mins(1);

/// Asks the server, and writes nothing to it.
pub async fn check(settings: &Settings) -> Vec<Finding> {
    if !settings.influx_enabled {
        return vec![Finding::skipped("influxdb", "off; INFLUXDB_URL and INFLUXDB_TOKEN switch it on")];
    }
    let client = match InfluxClient::new(influx_config(settings)) {
        Ok(client) => client,
        Err(error) => return vec![Finding::problem("influxdb", error.to_string())],
    };
    let server = match client.server().await {
        Ok(server) => server,
        Err(error) => return vec![Finding::problem("influxdb", error.to_string())],
    };
    let version = server.version.as_deref().unwrap_or("of the set interface");
    let reached = format!("InfluxDB {version} ({}) at {}", server.api, settings.influx.url);
    let clock = match client.server_time().await {
        Ok(time) => clock(time),
        // Where INFLUXDB_API is set, this is the first question that it is asked.
        Err(error) => return vec![Finding::problem("influxdb", error.to_string())],
    };
    let (retention, exists) = retention(settings, client.retention().await);
    let token = if server.api == Api::V3 && !exists {
        Finding::skipped(
            "influxdb token",
            "not tried: the first write would create the database without a retention",
        )
    } else {
        match client.may_write().await {
            Ok(()) => Finding::ok("influxdb token", "may write"),
            Err(error) => Finding::problem("influxdb token", error.to_string()),
        }
    };
    vec![Finding::ok("influxdb", reached), token, retention, clock]
}

/// The second part: whether the bucket or database exists, as far as can be told.
fn retention(
    settings: &Settings,
    found: Result<Option<influx_client::Retention>, InfluxError>,
) -> (Finding, bool) {
    const CHECK: &str = "influxdb retention";
    let (wanted, bucket) = (settings.influx.retention_days, &settings.influx.bucket);
    match found {
        Ok(Some(retention)) if retention.seconds == u64::from(wanted) * 86_400 => {
            (Finding::ok(CHECK, format!("{bucket} keeps {wanted} days")), true)
        }
        Ok(Some(retention)) => {
            let kept = match retention.days {
                None => "for ever".to_owned(),
                Some(days) => format!("{days} days"),
            };
            let detail = format!(
                "{bucket} keeps points {kept} where INFLUXDB_RETENTION_DAYS asks for {wanted} days; \
                 `sports-data setup-retention` corrects it"
            );
            (Finding::problem(CHECK, detail), true)
        }
        Ok(None) => {
            let detail = format!(
                "{bucket} does not exist, or is not shown to this token; `sports-data setup-retention` creates it"
            );
            (Finding::problem(CHECK, detail), false)
        }
        Err(InfluxError::Forbidden { .. }) => (Finding::skipped(CHECK, "this token may not read it"), true),
        Err(error) => (Finding::problem(CHECK, error.to_string()), true),
    }
}

fn clock(time: Option<SystemTime>) -> Finding {
    const CHECK: &str = "influxdb clock";
    let Some(time) = time else { return Finding::skipped(CHECK, "the server does not tell its time") };
    let off = time.duration_since(SystemTime::now()).unwrap_or_else(|error| error.duration());
    let seconds = off.as_secs();
    let detail = if off <= CLOCK_TOLERANCE {
        format!("within {seconds} s of this machine's")
    } else {
        format!("{seconds} s away from this machine's; set the one that is wrong")
    };
    Finding::of(CHECK, off <= CLOCK_TOLERANCE, detail)
}
