//! Teams of the real program over a real broker.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use game_model::League;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{DEADLINE, Program, output};

/// A broker of the test's own; none where there is no Mosquitto, which CI has.
pub struct Broker {
    child: Child,
    pub port: String,
    _folder: TempDir,
}

impl Broker {
    pub fn start() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let file = folder.path().join("mosquitto.conf");
        let text = format!("user root\npersistence false\nlistener {port} 127.0.0.1\nallow_anonymous true\n");
        std::fs::write(&file, text).expect("written");
        let started = Command::new("mosquitto")
            .arg("-c")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no mosquitto");
            println!("skipped: there is no mosquitto");
            return None;
        };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < DEADLINE, "the broker does not listen");
            std::thread::yield_now();
        }
        Some(Self { child, port: port.to_string(), _folder: folder })
    }

    fn client(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("mosquitto_sub");
        command
            .args(["-V", "mqttv5", "-h", "127.0.0.1", "-p", &self.port])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Waits until a topic retains this.
    fn wait_for(&self, topic: &str, wanted: &str) {
        let begun = Instant::now();
        loop {
            let seen =
                self.client(&["-t", topic, "-C", "1", "-W", "1", "-N"]).output().expect("mosquitto_sub runs");
            let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
            if seen == wanted {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "{topic} holds {seen:?}, not {wanted:?}");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn board(home: u32, status: &str) -> Value {
    let game = event("401").home("NE", home).away("BUF", 3).status(status).period(2).clock("3:21");
    scoreboard(nfl()).event(game.starts(chrono::Utc::now() - chrono::TimeDelta::minutes(30))).to_json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_is_followed_over_mqtt_from_its_scores_to_its_end() {
    let Some(broker) = Broker::start() else { return };
    let config = SimConfig {
        max_age: Duration::from_secs(1),
        ..SimConfig::in_memory(vec![(nfl(), board(0, "STATUS_IN_PROGRESS"))])
    };
    let espn = EspnSim::start(config).await.expect("a simulated ESPN");
    let folder = TempDir::new().expect("a folder");
    let url = format!("mqtt://127.0.0.1:{}", broker.port);
    let environment = [
        ("ESPN_BASE_URL", espn.url()),
        ("LEAGUES", "nfl"),
        ("LIVE_POLL_SECONDS", "1"),
        ("MQTT_URL", url.as_str()),
    ];
    let program = Program::start(&folder, &environment);

    let health = program.wait_for("/health", |health| health["mqtt"]["connected"] == true).await;
    let reasons = health["reasons"].to_string();
    assert!(reasons.contains("no team is followed"), "{health}");
    // A team that is saved has its device at once.
    program.post("/api/v1/user/teams", r#"{"nfl_teams": ["nfl-ne"]}"#).await;
    program
        .wait_for("/health", |health| health["mqtt"]["devices"] == 1 && health["status"] == "healthy")
        .await;
    tokio::task::block_in_place(|| broker.wait_for("sports-data/nfl-ne/state", "IN"));

    let listens = broker.client(&["-q", "1", "-t", "sports-data/nfl-ne/event", "-C", "2", "-W", "60"]);
    let mut listens = tokio::process::Command::from(listens);
    let listener = listens.stdout(Stdio::piped()).spawn().expect("mosquitto_sub runs");
    espn.show(nfl(), board(7, "STATUS_IN_PROGRESS"));
    tokio::task::block_in_place(|| broker.wait_for("sports-data/nfl-ne/score", "7"));
    espn.show(nfl(), board(14, "STATUS_IN_PROGRESS"));
    tokio::task::block_in_place(|| broker.wait_for("sports-data/nfl-ne/score", "14"));
    espn.show(nfl(), board(14, "STATUS_FINAL"));
    tokio::task::block_in_place(|| broker.wait_for("sports-data/nfl-ne/state", "POST"));
    let heard = listener.wait_with_output().await.expect("its output");
    let heard = String::from_utf8_lossy(&heard.stdout).into_owned();
    let events: Vec<Value> = heard.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(events.len() == 2 && events.iter().all(|event| event["team_id"] == "nfl-ne"), "{heard}");
    assert!(
        events.iter().any(|event| event["event_type"] == "score_changed" && event["side"] == "team"),
        "{heard}"
    );

    let metrics = program.get("/metrics").await.text;
    assert!(metrics.contains("sports_data_mqtt_connected 1"), "{metrics}");
    let (status, took, log) = program.terminate();
    assert!(status.success() && took < Duration::from_secs(8), "{took:?}\n{log}");
    broker.wait_for("sports-data/status", "offline");
    broker.wait_for("sports-data/nfl-ne/score", "14");
    espn.stop().await;
}

#[test]
fn a_password_is_shown_nowhere() {
    let folder = TempDir::new().expect("a folder");
    let checked = output(folder.path(), &["check-config"], &[("MQTT_URL", "mqtt://me:hunter2@ha.local")]);
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(
        checked.status.success() && text.contains("mqtt://***@ha.local") && !text.contains("hunter2"),
        "{text}"
    );
}
