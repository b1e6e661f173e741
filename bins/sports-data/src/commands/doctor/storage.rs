//! Whether the embedded store is whole, has room, and is fed.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use store::Checkup;

use super::Finding;
use crate::settings::Settings;

/// A commit that takes longer holds up a busy evening: the disk is not made for this.
const SLOW_COMMIT: Duration = Duration::from_millis(500);

/// Looks into the database, beside a running service or without one.
pub fn check(settings: &Settings) -> Vec<Finding> {
    let dir = &settings.data_dir;
    if !dir.join("sports.db").exists() {
        let detail =
            format!("there is no database in {} yet; the service makes it at its start", dir.display());
        return vec![Finding::skipped("store", detail)];
    }
    match Checkup::run(dir) {
        Ok(checkup) => findings(settings, &checkup),
        Err(error) => vec![Finding::problem("store", format!("{:#}", anyhow::Error::from(error)))],
    }
}

fn findings(settings: &Settings, checkup: &Checkup) -> Vec<Finding> {
    let whole = Finding::of(
        "store integrity",
        checkup.damage.is_empty(),
        match checkup.damage.first() {
            None => format!("{} is whole, {} observations", checkup.path.display(), checkup.observations),
            Some(damage) => format!(
                "{} is damaged ({damage}); stop the service and start it again: it sets the file aside and begins a new one",
                checkup.path.display()
            ),
        },
    );
    let counted = match checkup.differences.first() {
        None => Finding::ok("store counters", "agree with the tables"),
        Some(difference) => Finding::problem("store counters", difference.clone()),
    };
    let commit = match &checkup.commit {
        Ok(took) => Finding::of(
            "store commit",
            *took <= SLOW_COMMIT,
            if *took <= SLOW_COMMIT {
                format!("{} ms to the disk", took.as_millis())
            } else {
                format!("{} ms to the disk; DATA_DIR belongs on a faster one", took.as_millis())
            },
        ),
        Err(reason) => Finding::problem("store commit", reason.clone()),
    };
    let mut findings = vec![whole, counted, room(settings, checkup), commit, newest(checkup)];
    if settings.influx_enabled {
        findings.extend(queue(checkup));
    }
    findings
}

fn room(settings: &Settings, checkup: &Checkup) -> Finding {
    let used = megabytes(checkup.bytes);
    let Some(free) = checkup.disk_free_bytes else {
        return Finding::ok("store size", format!("{used} MB; how much is free on its disk is not known"));
    };
    let least = settings.disk_free_min_bytes;
    let free_mb = megabytes(free);
    if free > least {
        return Finding::ok("store size", format!("{used} MB, {free_mb} MB free"));
    }
    Finding::problem(
        "store size",
        format!(
            "{used} MB, and only {free_mb} MB free, where DISK_FREE_MIN_BYTES asks for {} MB; make room: \
             points are not queued for InfluxDB until then",
            megabytes(least)
        ),
    )
}

fn newest(checkup: &Checkup) -> Finding {
    let Some(newest) = checkup.newest else {
        return Finding::ok("store newest", "nothing was observed yet");
    };
    let age = (Utc::now() - newest).max(TimeDelta::zero());
    let age = match (age.num_days(), age.num_hours(), age.num_minutes()) {
        (0, 0, minutes) => format!("{minutes} minutes"),
        (0, hours, _) => format!("{hours} hours"),
        (days, ..) => format!("{days} days"),
    };
    Finding::ok("store newest", format!("a game was last seen to change {age} ago"))
}

fn queue(checkup: &Checkup) -> [Finding; 2] {
    let totals = checkup.totals;
    let kept = totals.set_aside.saturating_sub(totals.discarded);
    let letters = if kept == 0 {
        Finding::ok("dead letters", "none")
    } else {
        let detail = format!(
            "InfluxDB refused {kept} points; `sports-data dead-letters list` shows why, `retry` and `discard` end it"
        );
        Finding::problem("dead letters", detail)
    };
    let deferred = match totals.deferred {
        0 => String::new(),
        deferred => format!(", {deferred} of them in the history alone until there is room"),
    };
    [Finding::ok("outbox", format!("{} points wait for InfluxDB{deferred}", totals.pending)), letters]
}

fn megabytes(bytes: u64) -> u64 {
    bytes / (1024 * 1024)
}
