//! The real program, asked what its description says and what it does not, by a schema fuzzer.

use std::process::Command;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use influx_sim::{InfluxSim, Kind, Options};
use serde_json::Value;

use crate::support::Program;

/// Names the fuzzer's program.
const FUZZER: &str = "SPORTS_DATA_TEST_SCHEMATHESIS";

/// How it asks.
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");

/// The token in that file.
const ADMIN_TOKEN: &str = "0123456789abcdef";

/// Cases, always the same, per operation and phase: enough for each kind of wrong value, and few enough for a minute.
const EXAMPLES: &str = "100";

/// A fuzzer that takes longer hangs.
const AT_MOST: Duration = Duration::from_mins(4);

/// A finished game and one that is on, with the names of the examples, so that these are answered with games.
fn board(league: &str, id: &str, sides: [&str; 4]) -> (game_model::League, Value) {
    let league = league.parse().expect("a league");
    let start = (Utc::now() - TimeDelta::hours(2)).format("%Y-%m-%dT%H:%MZ").to_string();
    let [home, away, other_home, other_away] = sides;
    let over = event(id).home(home, 24).away(away, 26).status("STATUS_FINAL").period(4).clock("0:00");
    let on = event(format!("{id}1"))
        .home(other_home, 7)
        .away(other_away, 3)
        .status("STATUS_IN_PROGRESS")
        .period(1)
        .clock("9:00");
    let board = scoreboard(league).season(2025, 2).week(5).event(over.at(&start)).event(on.at(&start));
    (league, board.to_json())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_breaks_the_description() {
    let Ok(fuzzer) = std::env::var(FUZZER) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{FUZZER} is unset");
        println!("skipped: {FUZZER} is unset; cargo xtask test installs the fuzzer");
        return;
    };
    let boards = vec![
        board("nfl", "401772510", ["ATL", "NO", "NE", "BUF"]),
        board("nhl", "401802077", ["TOR", "BOS", "SEA", "DET"]),
    ];
    let espn = EspnSim::start(SimConfig::in_memory(boards)).await.expect("a simulated ESPN");
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let influx_url = influx.url();
    let program = Program::start(
        &folder,
        &[
            ("ESPN_BASE_URL", espn.url()),
            ("INFLUXDB_URL", &influx_url),
            ("INFLUXDB_TOKEN", "test-token"),
            ("LEAGUES", "nfl,nhl"),
            ("ADMIN_TOKEN", ADMIN_TOKEN),
            // Whatever is registered, nothing goes anywhere.
            ("WEBHOOK_ALLOWED_HOSTS", "127.0.0.1"),
        ],
    );
    program.wait_for("/api/v1/games/history", |history| history["total"] == 4).await;
    program.wait_for("/health/ready", |ready| ready["ready"] == true).await;

    let address = format!("http://{}", program.address());
    let mut command = Command::new(fuzzer);
    command.current_dir(folder.path()).args([
        "--config-file",
        CONFIG,
        "run",
        &format!("{address}/openapi.json"),
    ]);
    command.args(["--url", &address, "--checks", "all", "--max-examples", EXAMPLES]);
    command.args(["--generation-deterministic", "--continue-on-failure"]);
    command.args(["--no-color", "--request-timeout", "10"]);
    let begun = Instant::now();
    let asked = tokio::task::spawn_blocking(move || command.output().expect("the fuzzer starts"));
    let asked = tokio::time::timeout(AT_MOST, asked).await.expect("the fuzzer hangs").expect("it ran");
    let told = String::from_utf8_lossy(&asked.stdout);
    println!("{told}\nfuzzed for {} s", begun.elapsed().as_secs());
    assert!(
        asked.status.success(),
        "the fuzzer ended with {}\n{}\n{}",
        asked.status,
        String::from_utf8_lossy(&asked.stderr),
        program.log()
    );
    assert!(!program.log().contains("panicked"), "{}", program.log());
    program.kill();
    influx.stop().await;
    espn.stop().await;
}
