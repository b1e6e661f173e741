//! The real program, killed again and again while it writes through faults to a real InfluxDB 1. `cargo xtask torture`
//! does the same for longer.

use std::time::Duration;

use tokio::sync::watch;
use torture::{Campaign, InfluxDb};

/// Kills in each run of the tests.
const KILLS: u32 = 20;

/// A machine so slow that they take longer goes without the rest of them.
const AT_MOST: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_accepted_is_lost_or_written_twice_however_often_the_service_is_killed() {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        return;
    };
    let given = std::env::var("SPORTS_DATA_TEST_SEED").ok();
    let seed = given.map_or_else(torture::fresh_seed, |seed| seed.parse().expect("a number as the seed"));
    println!("SPORTS_DATA_TEST_SEED={seed} draws the same lives, faults and games");
    let folder = tempfile::tempdir().expect("a folder");
    let influx = InfluxDb::new(&url, "test:test-password", &format!("crash_{seed}")).expect("an InfluxDB");
    let campaign = Campaign {
        program: env!("CARGO_BIN_EXE_sports-data").into(),
        influx: influx.clone(),
        folder: folder.path().to_owned(),
        kills: KILLS,
        at_most: AT_MOST,
        seed,
    };
    let (_never, stop) = watch::channel(false);
    let outcome = torture::run(&campaign, stop, |line| println!("{line}")).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
    println!("{outcome}");
    assert!(outcome.is_clean(), "seed {seed}:\n{outcome}");
    let totals = outcome.totals;
    assert!(totals.written > 0 && totals.dead_lettered > 0 && outcome.faults.injected() > 0, "{outcome}");
    influx.drop().await.expect("the database is removed");
}
