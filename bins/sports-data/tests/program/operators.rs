//! What an operator does beside the running service: dead letters, replay, the doctor, the breaker.

use std::process::Output;
use std::time::{Duration, Instant};

use espn_sim::{EspnSim, Fault, Times};
use influx_sim::{InfluxSim, Kind, Options};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::service::{board, espn};
use crate::support::{DEADLINE, Program, output};

/// The service with points to write, and what it writes to.
struct House {
    espn: EspnSim,
    influx: InfluxSim,
    folder: TempDir,
    program: Program,
}

impl House {
    async fn new(influx: InfluxSim, more: &[(&str, &str)]) -> Self {
        let espn = espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await;
        let folder = tempfile::tempdir().expect("a folder");
        let program = {
            let url = influx.url();
            let own = [
                ("ESPN_BASE_URL", espn.url()),
                ("INFLUXDB_URL", &url),
                ("INFLUXDB_TOKEN", "test-token"),
                ("LEAGUES", "nfl"),
                ("INFLUXDB_FLUSH_INTERVAL_MS", "50"),
                ("INFLUXDB_FLUSH_JITTER_MS", "0"),
            ];
            Program::start(&folder, &[&own[..], more].concat())
        };
        Self { espn, influx, folder, program }
    }

    /// Runs a command beside the service, with the service's settings.
    async fn command(&self, arguments: &[&str]) -> Output {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let (folder, espn, influx) =
            (self.folder.path().to_owned(), self.espn.url().to_owned(), self.influx.url());
        let run = move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let settings = [
                ("ESPN_BASE_URL", espn.as_str()),
                ("INFLUXDB_URL", &influx),
                ("INFLUXDB_TOKEN", "test-token"),
                ("LEAGUES", "nfl"),
                ("INFLUXDB_RETRY_INTERVAL_MS", "10"),
                ("INFLUXDB_MAX_RETRIES", "2"),
            ];
            output(&folder, &arguments, &settings)
        };
        tokio::task::spawn_blocking(run).await.expect("it ran")
    }

    async fn wait_for_points(&self, name: &str, least: u64) -> Value {
        let enough = |health: &Value| health["influxdb"]["stats"][name].as_u64() >= Some(least);
        self.program.wait_for("/health", enough).await
    }

    async fn end(self) {
        self.program.kill();
        self.influx.stop().await;
        self.espn.stop().await;
    }
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// A server on which the type of a field is another one: it refuses every point of the NFL for what is in it.
async fn refusing() -> InfluxSim {
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let url = format!("{}/api/v2/write?org=homeiq&bucket=sports_data&precision=ns", influx.url());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.post(url).header("Authorization", "Token test-token");
    let written = request.body("nfl_scores home_score=\"seven\" 1").send().await.expect("an answer");
    assert_eq!(written.status(), 204);
    influx
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_shown_retried_and_discarded_beside_the_service() {
    let house = House::new(refusing().await, &[]).await;
    let health = house.wait_for_points("points_dead_lettered", 2).await;
    assert!(health["reasons"].to_string().contains("dead letters"), "{health}");

    let listed = house.command(&["dead-letters", "list", "--json", "--limit", "1"]).await;
    let first: Value = serde_json::from_slice(&listed.stdout).unwrap_or_else(|_| panic!("{}", text(&listed)));
    assert!(first["reason"].as_str().is_some_and(|reason| reason.contains("field type conflict")), "{first}");
    assert!(first["line"].as_str().is_some_and(|line| line.starts_with("nfl_scores,")), "{first}");
    assert!(first["server"].as_str().is_some_and(|server| server.contains("InfluxDB 2")), "{first}");
    let id = first["id"].to_string();
    let shown = text(&house.command(&["dead-letters", "show", &id]).await);
    assert!(shown.contains("field type conflict") && shown.contains("home_score=26i"), "{shown}");
    let table = text(&house.command(&["dead-letters", "list"]).await);
    assert!(table.contains("in all") && table.contains(&id), "{table}");

    let unsaid = house.command(&["dead-letters", "discard"]).await;
    assert!(unsaid.status.code() == Some(1) && text(&unsaid).contains("--all"), "{}", text(&unsaid));
    let discarded = house.command(&["dead-letters", "discard", &id]).await;
    assert_eq!(text(&discarded), "1 thrown away\n");
    let gone = house.command(&["dead-letters", "show", &id]).await;
    assert!(
        gone.status.code() == Some(1) && text(&gone).contains("there is no dead letter"),
        "{}",
        text(&gone)
    );

    // The service notices by itself what a command changed.
    house.espn.fault(None, Fault::status(500), Times::UntilCleared);
    house.wait_for_points("points_discarded", 1).await;
    let retried = text(&house.command(&["dead-letters", "retry", "--all"]).await);
    assert!(retried.ends_with("queued for InfluxDB again\n") && !retried.starts_with('0'), "{retried}");
    // They are sent again, and refused again under new ids.
    let begun = Instant::now();
    let newest = loop {
        let listed = house.command(&["dead-letters", "list", "--json"]).await;
        if !listed.stdout.is_empty() {
            break listed;
        }
        assert!(
            begun.elapsed() < DEADLINE,
            "what was queued again is not refused again: {}",
            house.program.log()
        );
    };
    let line = newest.stdout.split(|byte| *byte == b'\n').next().expect("a line");
    let newest: Value = serde_json::from_slice(line).expect("JSON");
    assert!(newest["id"].as_i64() > first["id"].as_i64(), "{newest}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_replayed_with_the_bytes_it_had() {
    let house = House::new(InfluxSim::start(Kind::V2, Options::default()).await, &[]).await;
    house.wait_for_points("points_written", 2).await;
    house.espn.fault(None, Fault::status(500), Times::UntilCleared);
    house.program.wait_for("/health", |health| health["influxdb"]["stats"]["points_pending"] == 0).await;
    let before = house.influx.lines();

    let range = ["--from", "2020-01-01", "--to", "2100-01-01T00:00:00Z"];
    let influx = |more: &[&'static str]| [&["replay", "influx"][..], &range, more].concat();
    let dry = house.command(&influx(&["--dry-run"])).await;
    assert!(dry.status.success() && text(&dry).contains("would be sent"), "{}", text(&dry));
    assert_eq!(house.influx.lines(), before);

    // A time-out after the first try: the same bytes are sent again.
    house.influx.fault(influx_sim::Fault::Status { code: 503, body: String::new(), retry_after: None });
    let sent = house.command(&influx(&[])).await;
    assert!(sent.status.success() && text(&sent).contains("points were sent"), "{}", text(&sent));
    let after = house.influx.lines();
    assert!(
        after.len() > before.len() && after[before.len()..].iter().all(|line| before.contains(line)),
        "{after:#?}"
    );

    let other = text(&house.command(&influx(&["--league", "nhl"])).await);
    assert!(other.contains("0 of 0 points were sent"), "{other}");
    for (wrong, words) in [
        (vec!["replay", "influx", "--from", "2026-02-01", "--to", "2026-01-01"], "is not before"),
        (vec!["replay", "influx", "--from", "yesterday", "--to", "2026-01-01"], "a day such as 2026-11-26"),
        (
            vec!["replay", "influx", "--from", "2026-01-01", "--to", "2026-02-01", "--league", "cricket"],
            "nfl, nhl",
        ),
    ] {
        let refused = house.command(&wrong).await;
        assert!(!refused.status.success() && text(&refused).contains(words), "{}", text(&refused));
    }
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    let house = House::new(InfluxSim::start(Kind::V3, Options::default()).await, &[]).await;
    house.wait_for_points("points_written", 2).await;
    let well = house.command(&["doctor"]).await;
    assert!(well.status.success(), "{}", text(&well));
    for words in
        ["espn nfl", "store integrity", "may write", "keeps 730 days", "influxdb clock", "all is well"]
    {
        assert!(text(&well).contains(words), "{words}: {}", text(&well));
    }
    house.influx.set_retention("sports_data", 86_400);
    house.espn.fault(None, Fault::status(403), Times::UntilCleared);
    let ill = house.command(&["doctor", "--json"]).await;
    assert_eq!(ill.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&ill.stdout).expect("JSON");
    assert_eq!(findings["all_well"], false);
    let problems: Vec<&Value> = findings["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter(|check| check["verdict"] == "problem")
        .collect();
    let details = json!(problems).to_string();
    assert!(details.contains("ESPN_USER_AGENT") && details.contains("setup-retention"), "{details}");
    assert_eq!(problems.len(), 2, "{details}");
    house.end().await;

    let folder = tempfile::tempdir().expect("a folder");
    let nothing = [("ESPN_BASE_URL", "http://127.0.0.1:9"), ("INFLUXDB_URL", "http://127.0.0.1:9")];
    let lost =
        tokio::task::spawn_blocking(move || output(folder.path(), &["doctor"], &nothing)).await.expect("ran");
    let said = text(&lost);
    assert_eq!(lost.status.code(), Some(1), "{said}");
    assert!(said.contains("there is no database") && said.contains("INFLUXDB_URL"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_holds_the_breaker_open_and_lets_it_go() {
    let token = ("ADMIN_TOKEN", "0123456789abcdef");
    let house = House::new(InfluxSim::start(Kind::V2, Options::default()).await, &[token]).await;
    house.wait_for_points("points_written", 2).await;
    let client =
        reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    let hold = async |state: &str| {
        let url = format!("http://{}/api/v1/admin/breaker", house.program.address());
        let request = client.post(url).bearer_auth(token.1).json(&json!({"state": state}));
        request.send().await.expect("an answer").json::<Value>().await.expect("JSON")
    };
    assert_eq!(hold("open").await, json!({"held": "open", "circuit_breaker_status": "open"}));
    let health = house.program.get("/health").await.json();
    assert!(health["reasons"].to_string().contains("a person holds"), "{health}");
    assert_eq!(health["influxdb"]["circuit_breaker_held"], "open");
    house.wait_for_points("points_pending", 1).await;
    assert_eq!(hold("auto").await["held"], "auto");
    house.program.wait_for("/health", |health| health["influxdb"]["stats"]["points_pending"] == 0).await;
    house.end().await;
}
