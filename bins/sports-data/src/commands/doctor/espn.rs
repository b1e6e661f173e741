//! Whether ESPN answers, and what its clock says of ours.

use std::time::Instant;

use chrono::{TimeDelta, Utc};
use espn_client::EspnClient;
use game_model::{League, ScoreboardSource, Slate};

use super::Finding;
use crate::service::espn_config;
use crate::settings::Settings;

/// A machine whose clock is further off than this needs one that is right.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Asks for the scoreboard of each league, one after the other.
pub async fn check(settings: &Settings) -> Vec<Finding> {
    let client = match EspnClient::new(espn_config(settings)) {
        Ok(client) => client,
        Err(error) => return vec![Finding::problem("espn", error.to_string())],
    };
    let mut findings = Vec::new();
    let mut clock = None;
    for &league in &settings.leagues {
        findings.push(scoreboard(&client, league, &mut clock).await);
    }
    findings.extend(clock.map(clock_finding));
    findings
}

async fn scoreboard(client: &EspnClient, league: League, clock: &mut Option<TimeDelta>) -> Finding {
    let check = format!("espn {}", league.key);
    let begun = Instant::now();
    match client.fetch(league, Slate::Current).await {
        Ok(board) => {
            *clock = board.server_time.map(|time| time - Utc::now()).or(*clock);
            let (games, took) = (board.games.len(), begun.elapsed().as_millis());
            let unreadable = match board.problems.len() {
                0 => String::new(),
                events => format!(", {events} events could not be read"),
            };
            Finding::ok(check, format!("{games} games in {took} ms; the user agent is accepted{unreadable}"))
        }
        Err(error) => Finding::problem(check, error.message),
    }
}

fn clock_finding(off: TimeDelta) -> Finding {
    let seconds = off.num_seconds().abs();
    let detail = if off.abs() <= CLOCK_TOLERANCE {
        format!("within {seconds} s of ESPN's")
    } else {
        format!("{seconds} s away from ESPN's; set it, or let NTP set it (the service uses ESPN's meanwhile)")
    };
    Finding::of("clock", off.abs() <= CLOCK_TOLERANCE, detail)
}
