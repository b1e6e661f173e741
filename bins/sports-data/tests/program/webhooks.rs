//! Webhooks of the real program: registered, told of scores, signed, and kept over a kill.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use game_model::League;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{DEADLINE, Program};

const SECRET: &str = "a secret of sixteen characters";

/// A request that a receiver got: its head in lower case, and its body.
#[derive(Debug, Clone)]
struct Got {
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn is_signed(&self) -> bool {
        let time = self.header("x-webhook-timestamp");
        self.header("x-webhook-signature") == ::webhooks::signature(SECRET, &self.body)
            && self.header("x-webhook-signature-256")
                == ::webhooks::signature_with_time(SECRET, time, &self.body)
    }
}

/// A receiver that answers each request on a connection of its own with a status.
struct Receiver {
    url: String,
    status: Arc<Mutex<u16>>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let (status, got) = (Arc::new(Mutex::new(200)), Arc::new(Mutex::new(Vec::new())));
        let receiver = Self { url, status: status.clone(), got: got.clone() };
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !is_whole(&bytes) {
                    match stream.read_buf(&mut bytes).await {
                        Ok(read) if read > 0 => {}
                        _ => break,
                    }
                }
                if let Some((head, body)) = split(&bytes) {
                    got.lock().unwrap().push(Got { head, body });
                }
                let status = *status.lock().unwrap();
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            Ok::<(), Infallible>(())
        });
        receiver
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until it got an event of this kind with this score, and answers it.
    async fn wait_for(&self, kind: &str, home: u32, away: u32) -> Got {
        let begun = Instant::now();
        loop {
            let found = self.got().into_iter().find(|got| {
                let body = got.json();
                body["event"] == kind && body["score"] == json!({"home": home, "away": away})
            });
            if let Some(found) = found {
                return found;
            }
            assert!(begun.elapsed() < DEADLINE, "no {kind} at {home}-{away} in {:?}", self.got());
            tokio::task::yield_now().await;
        }
    }
}

fn split(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&bytes[..end]).to_lowercase(), bytes[end + 4..].to_vec()))
}

fn is_whole(bytes: &[u8]) -> bool {
    split(bytes).is_some_and(|(head, body)| {
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        length.is_some_and(|length: usize| body.len() >= length)
    })
}

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn board(home: u32, away: u32, status: &str) -> Value {
    let game = event("401").home("NE", home).away("BUF", away).status(status).period(2).clock("3:21");
    scoreboard(nfl()).event(game.starts(chrono::Utc::now() - chrono::TimeDelta::minutes(30))).to_json()
}

async fn espn() -> EspnSim {
    let config = SimConfig {
        max_age: Duration::from_secs(1),
        ..SimConfig::in_memory(vec![(nfl(), board(0, 0, "STATUS_IN_PROGRESS"))])
    };
    EspnSim::start(config).await.expect("a simulated ESPN")
}

fn start(folder: &TempDir, espn: &EspnSim) -> Program {
    Program::start(folder, &[("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl"), ("LIVE_POLL_SECONDS", "1")])
}

async fn watching(program: &Program) {
    program.wait_for("/health", |health| health["espn"]["nfl"]["games"] == 1).await;
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().expect("a client")
}

async fn register(program: &Program, url: &str) -> String {
    let body =
        json!({"url": url, "events": ["score_changed", "game_ended"], "secret": SECRET, "team": "Patriots"});
    let answer = client()
        .post(format!("http://{}/api/v1/webhooks/register", program.address()))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 201);
    let answer: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    answer["webhook_id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scores_reach_a_webhook_signed_also_after_a_kill() {
    let (folder, espn, receiver) = (TempDir::new().unwrap(), espn().await, Receiver::start().await);
    let program = start(&folder, &espn);
    watching(&program).await;
    let id = register(&program, &receiver.url).await;

    let test = client().post(format!("http://{}/api/v1/webhooks/{id}/test", program.address())).send().await;
    let test: Value = serde_json::from_str(&test.unwrap().text().await.unwrap()).unwrap();
    assert_eq!((&test["delivered"], &test["status"]), (&json!(true), &json!(200)), "{test}");

    espn.show(nfl(), board(7, 0, "STATUS_IN_PROGRESS"));
    let goal = receiver.wait_for("score_changed", 7, 0).await;
    assert!(goal.is_signed(), "{goal:?}");
    assert_eq!(goal.header("x-webhook-id"), id);
    assert_eq!(goal.header("x-webhook-delivery"), "nfl-401-score_changed-1");
    assert_eq!((&goal.json()["home_diff"], &goal.json()["home_team"]), (&json!(7), &json!("NE")));

    // It is killed while its receiver fails: what it owes is delivered after the start.
    receiver.answers(500);
    espn.show(nfl(), board(7, 3, "STATUS_IN_PROGRESS"));
    receiver.wait_for("score_changed", 7, 3).await;
    program.kill();
    receiver.answers(200);
    let program = start(&folder, &espn);
    let deliveries = format!("/api/v1/webhooks/{id}/deliveries");
    let settled = |wanted: usize| {
        move |seen: &Value| {
            let states = seen["deliveries"].as_array().into_iter().flatten();
            states.filter(|delivery| delivery["state"] == "delivered").count() == wanted
        }
    };
    program.wait_for(&deliveries, settled(2)).await;
    espn.show(nfl(), board(7, 3, "STATUS_FINAL"));
    receiver.wait_for("game_ended", 7, 3).await;
    program.wait_for(&deliveries, settled(3)).await;

    let mut ids: Vec<String> =
        receiver.got().iter().map(|got| got.header("x-webhook-delivery").to_owned()).collect();
    ids.retain(|id| !id.starts_with("test-"));
    ids.dedup();
    let told = ["nfl-401-score_changed-1", "nfl-401-score_changed-2", "nfl-401-game_ended-1"];
    assert_eq!(ids, told, "in order, and the same again under the same id");

    let list = program.get("/api/v1/webhooks/list").await.text;
    assert!(list.contains("\"***\"") && !list.contains(SECRET), "{list}");
    let (status, took, log) = program.terminate();
    assert!(status.success() && took < Duration::from_secs(8), "{took:?}");
    assert!(!log.contains(SECRET), "{log}");
    for file in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{}", path.display());
    }
    espn.stop().await;
}
