//! What goes wrong on request.

use std::time::{Duration, Instant};

use influx_sim::{Fault, InfluxSim, Kind};
use reqwest::Method;

use crate::{ALL, post, request, start};

const PATH: &str = "/api/v3/write_lp?db=sports_data&precision=nanosecond";

async fn write(sim: &InfluxSim) -> Result<u16, reqwest::Error> {
    let answer = request(sim, Method::POST, PATH, ALL).body("m f=1i 1").send().await?;
    let status = answer.status().as_u16();
    answer.bytes().await?;
    Ok(status)
}

#[tokio::test]
async fn answers_are_as_ordered_and_faults_are_used_up() {
    let sim = start(Kind::V3).await;
    for code in [429, 503] {
        sim.fault(Fault::Status { code, body: "busy".into(), retry_after: Some("7".into()) });
    }
    let answer = request(&sim, Method::POST, PATH, ALL).body("m f=1i 1").send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["Retry-After"].to_str().unwrap()), (429, "7"));
    assert_eq!(answer.text().await.expect("a body"), "busy");
    assert_eq!(write(&sim).await.expect("an answer"), 503);
    assert_eq!(sim.lines(), [""; 0]);
    assert_eq!(write(&sim).await.expect("an answer"), 204);
}

#[tokio::test]
async fn resets_lose_or_keep_what_was_written() {
    let sim = start(Kind::V3).await;
    sim.fault(Fault::ResetBeforeAnswer);
    assert!(write(&sim).await.is_err());
    assert_eq!(sim.lines().len(), 0);
    sim.fault(Fault::ResetAfterStoring);
    assert!(write(&sim).await.is_err());
    assert_eq!(sim.lines().len(), 1);
    sim.fault(Fault::CutAnswer);
    assert!(write(&sim).await.is_err());
    assert_eq!(sim.lines().len(), 2);
}

#[tokio::test]
async fn a_hanging_server_hangs_until_it_is_told_not_to() {
    let sim = start(Kind::V3).await;
    sim.fault_until_cleared(Fault::Hang);
    for _ in 0..2 {
        let hanging = request(&sim, Method::POST, PATH, ALL).timeout(Duration::from_millis(100)).send().await;
        assert!(hanging.expect_err("no answer").is_timeout());
    }
    sim.fault(Fault::Hang);
    sim.clear_faults();
    assert_eq!(write(&sim).await.expect("an answer"), 204);
    assert_eq!(sim.requests().len(), 3);
}

#[tokio::test]
async fn a_slow_server_answers_late() {
    let sim = start(Kind::V3).await;
    sim.fault(Fault::Slow(Duration::from_millis(50)));
    let begin = Instant::now();
    assert_eq!(write(&sim).await.expect("an answer"), 204);
    assert!(begin.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_stopped_server_is_gone() {
    let sim = start(Kind::V3).await;
    assert_eq!(post(&sim, PATH, "m f=1i 1").await.0, 204);
    let url = sim.url();
    sim.stop().await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    assert!(client.get(url).send().await.expect_err("nobody there").is_connect());
}
