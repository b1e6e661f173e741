//! Servers that misbehave: what is to be sent again, and when.

use std::time::{Duration, Instant, SystemTime};

use influx_client::{InfluxConfig, LineWriter, WriteError};
use influx_sim::{Fault, InfluxSim, Kind, Options};

use crate::{TIMEOUT, client, config, setting, simulated, write};

const KINDS: [Kind; 2] = [Kind::V2, Kind::V3];

fn status(code: u16, body: &str, retry_after: Option<String>) -> Fault {
    Fault::Status { code, body: body.into(), retry_after }
}

/// What is to be waited, and why.
fn retry(result: Result<(), WriteError>) -> (Option<Duration>, String) {
    match result {
        Err(WriteError::Retry { after, reason }) => (after, reason),
        other => panic!("it is to be sent again, not {other:?}"),
    }
}

#[tokio::test]
async fn overload_is_waited_out() {
    for kind in KINDS {
        let (sim, client) = simulated(kind).await;
        client.server().await.expect("a server");
        for code in [408, 429, 500, 502, 503, 504] {
            sim.fault(status(code, "busy", Some("17".into())));
            let (after, reason) = retry(write(&client, &["m f=1i 1"]).await);
            assert_eq!(after, Some(Duration::from_secs(17)));
            assert!(reason.contains(&format!("({code}): busy")), "{reason}");
            sim.fault(status(code, "", None));
            assert_eq!(retry(write(&client, &["m f=1i 1"]).await).0, None);
        }
        let until = SystemTime::now() + Duration::from_mins(2);
        sim.fault(status(503, "", Some(httpdate::fmt_http_date(until))));
        let after = retry(write(&client, &["m f=1i 1"]).await).0.expect("a wait");
        assert!((Duration::from_mins(1)..=Duration::from_mins(2)).contains(&after), "{after:?}");
        write(&client, &["m f=1i 1"]).await.expect("all is well again");
        assert_eq!(sim.lines(), ["m f=1i 1"]);
    }
}

#[tokio::test]
async fn broken_connections_are_tried_again() {
    for kind in KINDS {
        let (sim, client) = simulated(kind).await;
        client.server().await.expect("a server");
        let faults = [(Fault::ResetBeforeAnswer, 0), (Fault::ResetAfterStoring, 1), (Fault::CutAnswer, 2)];
        for (fault, stored) in faults {
            sim.fault(fault.clone());
            let (after, reason) = retry(write(&client, &["m f=1i 1"]).await);
            assert!(reason.contains("cannot be reached") && reason.contains("INFLUXDB_URL"), "{reason}");
            assert_eq!((after, sim.lines().len()), (None, stored), "{fault:?}");
        }
        write(&client, &["m f=1i 1"]).await.expect("all is well again");
        assert_eq!(sim.points().len(), 1, "the same bytes are the same point");
    }
}

#[tokio::test]
async fn a_refusal_that_breaks_off_is_none() {
    let (sim, client) = simulated(Kind::V2).await;
    client.server().await.expect("a server");
    for _ in 0..2 {
        sim.fault(Fault::CutAnswer);
        retry(write(&client, &[&"garbage".repeat(300)]).await);
    }
}

#[tokio::test]
async fn no_answer_is_waited_for_longer_than_it_may_take() {
    for kind in KINDS {
        let sim = InfluxSim::start(kind, Options::default()).await;
        let timeout = Duration::from_millis(150);
        let client = client(InfluxConfig { timeout, ..config(&sim.url(), "test-token") });
        sim.fault(Fault::Hang);
        let begin = Instant::now();
        let (_, reason) = retry(client.prepare().await.map(drop));
        assert!(reason.contains("no whole answer within 0.15 s"), "{reason}");
        assert!((timeout..TIMEOUT).contains(&begin.elapsed()));
        client.server().await.expect("a server");
        sim.fault(Fault::Slow(Duration::from_mins(1)));
        retry(write(&client, &["m f=1i 1"]).await);
        assert!(begin.elapsed() < TIMEOUT);
        sim.fault(Fault::Slow(Duration::from_millis(10)));
        write(&client, &["m f=1i 1"]).await.expect("slow is no error");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_not_reached_by_anything() {
    let (sim, client) = simulated(Kind::V2).await;
    let url = sim.url();
    sim.stop().await;
    for result in [write(&client, &["m f=1i 1"]).await, client.prepare().await.map(drop)] {
        let (_, reason) = retry(result);
        assert!(reason.starts_with(&format!("InfluxDB at {url} cannot be reached: ")), "{reason}");
    }
}

#[tokio::test]
async fn what_stands_in_front_is_a_setting() {
    for kind in KINDS {
        let (sim, client) = simulated(kind).await;
        client.server().await.expect("a server");
        for (code, body, named) in [
            (200, "<html>Log in</html>", "(200): a page for people; check INFLUXDB_URL"),
            (202, "", "(202): it says nothing; check INFLUXDB_URL"),
            (
                400,
                "Client sent an HTTP request to an HTTPS server.",
                "to an HTTPS server.; check INFLUXDB_URL",
            ),
            (400, r#"{"error":"database is required"}"#, "INFLUXDB_BUCKET"),
            (401, "", "INFLUXDB_TOKEN"),
            (403, "", "INFLUXDB_TOKEN"),
            (404, "404 page not found", "INFLUXDB_API"),
            (405, "", "INFLUXDB_URL"),
            (422, "", "INFLUXDB_URL"),
        ] {
            sim.fault(status(code, body, None));
            let reason = setting(write(&client, &["m f=1i 1"]).await);
            assert!(reason.contains(named), "{reason}");
        }
        assert_eq!(sim.lines().len(), 0);
    }
}

#[tokio::test]
async fn a_token_that_comes_back_is_not_shown() {
    let (sim, client) = simulated(Kind::V2).await;
    client.server().await.expect("a server");
    sim.fault(status(400, "bad header: Token test-token", None));
    let reason = setting(write(&client, &["m f=1i 1"]).await);
    assert!(reason.contains("bad header: Token ***"), "{reason}");
}

#[tokio::test]
async fn large_batches_arrive_whole() {
    let (sim, client) = simulated(Kind::V3).await;
    let lines: Vec<_> = (0..5_000).map(|number| format!("m,t=a f={number}i {number}")).collect();
    client.write(lines.join("\n").into()).await.expect("write");
    assert_eq!(sim.lines(), lines);
}
