//! A real Home Assistant: it takes the devices, the package and the blueprints of the kit, and its lights flash.
//!
//! It runs where `HOME_ASSISTANT_PYTHON` names a Python that has the package `homeassistant` and what its parts for MQTT,
//! REST and the frontend need: it is too large to be installed along with the other servers.

use std::fs::File;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use game_model::League;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::mqtt::Broker;
use crate::support::{DEADLINE, Program};

/// It starts slowly.
const STARTS_WITHIN: Duration = Duration::from_mins(2);

/// Parts of it that have nothing to complain of.
const OURS: [&str; 8] = [
    "homeassistant.config",
    "homeassistant.helpers",
    "homeassistant.components.automation",
    "homeassistant.components.blueprint",
    "homeassistant.components.mqtt",
    "homeassistant.components.rest",
    "homeassistant.components.script",
    "homeassistant.components.template",
];

struct HomeAssistant {
    child: Child,
    calls: ChildStdin,
    /// Everything that it said; closed once it says no more.
    said: watch::Receiver<Vec<Value>>,
    errors: PathBuf,
}

impl HomeAssistant {
    fn start(python: &Path, folder: &Path, broker: &str) -> Self {
        let run = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/home_assistant/run.py");
        let errors = folder.join("errors");
        let mut child = Command::new(python)
            .arg(run)
            .arg(folder)
            .arg(broker)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&errors).expect("a file"))
            .spawn()
            .expect("Python starts");
        let (sink, said) = watch::channel(Vec::new());
        let output = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            // Threads of it may print two on a line.
            let values = serde_json::Deserializer::from_reader(BufReader::new(output)).into_iter();
            values.map_while(Result::ok).for_each(|value| sink.send_modify(|said| said.push(value)));
        });
        let calls = child.stdin.take().expect("its input");
        Self { child, calls, said, errors }
    }

    /// Waits until everything that it said is as wanted.
    async fn wait_for(&mut self, what: &str, within: Duration, mut wanted: impl FnMut(&[Value]) -> bool) {
        let is_so = matches!(timeout(within, self.said.wait_for(|said| wanted(said))).await, Ok(Ok(_)));
        let errors = || std::fs::read_to_string(&self.errors).unwrap_or_default();
        assert!(is_so, "{what}: never; it said {:#?}\n{}", &*self.said.borrow(), errors());
    }

    /// Waits until an entity was in these states, one after the other, others between them.
    async fn wait_for_states(&mut self, entity: &str, states: &[&str]) {
        let is_so = |said: &[Value]| {
            let mut seen = said.iter().filter(|said| said["entity"] == entity);
            states.iter().all(|state| seen.any(|said| said["state"] == *state))
        };
        self.wait_for(&format!("{entity} {states:?}"), DEADLINE, is_so).await;
    }

    /// Waits until an entity told an event of this kind, and answers its attributes.
    async fn wait_for_event(&mut self, entity: &str, kind: &str) -> Value {
        let mut told = Value::Null;
        let find = |said: &[Value]| {
            let is_so = |said: &&Value| said["entity"] == entity && said["attributes"]["event_type"] == kind;
            told = said.iter().find(is_so).map_or(Value::Null, |said| said["attributes"].clone());
            !told.is_null()
        };
        self.wait_for(&format!("{entity} {kind}"), DEADLINE, find).await;
        told
    }

    /// Waits until an automation was triggered.
    async fn wait_for_automation(&mut self, name: &str) {
        let entity = format!("automation.{name}");
        let is_so =
            |said: &Value| said["entity"] == entity && !said["attributes"]["last_triggered"].is_null();
        self.wait_for(&entity, DEADLINE, |said| said.iter().any(is_so)).await;
    }

    async fn call(&mut self, domain: &str, service: &str) {
        let call = json!({"domain": domain, "service": service, "data": {}});
        writeln!(self.calls, "{call}").expect("it listens");
        self.wait_for(service, DEADLINE, |said| said.iter().any(|said| said["called"] == call)).await;
    }

    /// What it complains of.
    fn complaints(&self) -> Vec<Value> {
        let is_ours = |of: &str| OURS.iter().any(|part| of.starts_with(part));
        let said = self.said.borrow();
        said.iter().filter(|said| said["of"].as_str().is_some_and(is_ours)).cloned().collect()
    }
}

impl Drop for HomeAssistant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The kit, as a user sets it up, in a house with lamps.
fn set_up(folder: &Path, service: &str) {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/home-assistant");
    let blueprints = Path::new("blueprints/automation/sports-data");
    for part in [Path::new("packages"), blueprints] {
        std::fs::create_dir_all(folder.join(part)).expect("a folder");
        for file in std::fs::read_dir(kit.join(part)).expect("the kit") {
            let file = file.expect("a file");
            let text = std::fs::read_to_string(file.path()).expect("text");
            let text = text.replace("sports-data.local:8005", service);
            std::fs::write(folder.join(part).join(file.file_name()), text).expect("written");
        }
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let id = "0123456789abcdef0123456789abcdef";
    let secrets = format!(
        "port: {port}\nsports_data_nfl_ne_webhook_id: \"{id}\"\n\
         sports_data_nfl_ne_webhook_url: \"http://127.0.0.1:{port}/api/webhook/{id}\"\n\
         sports_data_nfl_ne_webhook_secret: \"a secret of sixteen characters\"\n"
    );
    std::fs::write(folder.join("secrets.yaml"), secrets).expect("written");
    let configuration = include_str!("home_assistant/configuration.yaml");
    std::fs::write(folder.join("configuration.yaml"), configuration).expect("written");
}

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn board([home, away]: [u32; 2], status: &str) -> Value {
    let game = event("401").home("NE", home).away("BUF", away).status(status).period(2).clock("3:21");
    scoreboard(nfl()).event(game.starts(chrono::Utc::now() - chrono::TimeDelta::minutes(1))).to_json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_lights_flash_when_the_team_scores() {
    let python = std::env::var_os("HOME_ASSISTANT_PYTHON").filter(|python| !python.is_empty());
    let Some(python) = python.map(PathBuf::from) else {
        println!("skipped: HOME_ASSISTANT_PYTHON names no Python that has Home Assistant");
        return;
    };
    let Some(broker) = Broker::start() else { return };
    let config = SimConfig {
        max_age: Duration::from_secs(1),
        ..SimConfig::in_memory(vec![(nfl(), board([0, 0], "STATUS_SCHEDULED"))])
    };
    let espn = EspnSim::start(config).await.expect("a simulated ESPN");
    let (folder, home) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let url = format!("mqtt://127.0.0.1:{}", broker.port);
    let environment = [
        ("ESPN_BASE_URL", espn.url()),
        ("LEAGUES", "nfl"),
        ("LIVE_POLL_SECONDS", "1"),
        ("MQTT_URL", url.as_str()),
        ("TEAMS", "nfl-ne"),
    ];
    let program = Program::start(&folder, &environment);
    set_up(home.path(), program.address());
    let mut house = HomeAssistant::start(&python, home.path(), &broker.port);
    let has_started = |said: &[Value]| said.iter().any(|said| said["started"].is_array());
    house.wait_for("its start", STARTS_WITHIN, has_started).await;
    for automation in ["flash_by_mqtt", "flash_by_webhook", "message", "reminder", "game_day"] {
        house.wait_for_states(&format!("automation.{automation}"), &["on"]).await;
    }

    house.wait_for_states("sensor.new_england_patriots_game", &["PRE"]).await;
    house.wait_for_states("binary_sensor.new_england_patriots_playing", &["off"]).await;
    house.wait_for_states("event.new_england_patriots_event", &["unknown"]).await;
    house.wait_for_states("sensor.sports_data_nfl_ne_status", &["upcoming"]).await;
    house.call("script", "sports_data_register_nfl_ne").await;
    program.wait_for("/api/v1/webhooks/list", |listed| listed["webhooks"][0]["team"] == "nfl-ne").await;

    espn.show(nfl(), board([0, 0], "STATUS_IN_PROGRESS"));
    house.wait_for_states("sensor.new_england_patriots_game", &["PRE", "IN"]).await;
    house.wait_for_states("binary_sensor.new_england_patriots_playing", &["on"]).await;
    house.wait_for_automation("game_day").await;

    espn.show(nfl(), board([7, 0], "STATUS_IN_PROGRESS"));
    for (entity, light) in [
        ("event.new_england_patriots_event", "light.by_mqtt"),
        ("sensor.sports_data_nfl_ne_event", "light.by_webhook"),
    ] {
        let told = house.wait_for_event(entity, "score_changed").await;
        assert_eq!(
            (&told["side"], &told["team_score"], &told["previous_team_score"], &told["late"]),
            (&json!("team"), &json!(7), &json!(0), &json!(false)),
            "{entity}: {told}"
        );
        // It flashes, and is as it was.
        house.wait_for_states(light, &["off", "on", "off"]).await;
    }
    house.wait_for_states("sensor.new_england_patriots_score", &["7"]).await;

    espn.show(nfl(), board([7, 0], "STATUS_FINAL"));
    house.wait_for_states("sensor.new_england_patriots_game", &["IN", "POST"]).await;
    let ended = house.wait_for_event("event.new_england_patriots_event", "game_ended").await;
    assert_eq!(ended["won"], true, "{ended}");
    house.wait_for_automation("message").await;
    assert!(house.complaints().is_empty(), "{:#?}", house.complaints());
    drop(house);
    program.kill();
    espn.stop().await;
}
