//! The stream of events of the real program: followed, lost by a kill, gone on with, and ended by a stop.

use std::time::Duration;

use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, SimConfig};
use game_model::League;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{DEADLINE, Program};

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn board(home: u32, away: u32, status: &str) -> Value {
    let start = chrono::Utc::now() - chrono::TimeDelta::minutes(30);
    let game =
        event("401").home("NE", home).away("BUF", away).status(status).period(2).clock("3:21").starts(start);
    let other =
        event("402").home("PIT", home).away("KC", away).status(status).period(2).clock("3:21").starts(start);
    scoreboard(nfl()).event(game).event(other).to_json()
}

/// What was received: the number, the kind and the body.
type Received = (u64, String, Value);

/// A client of the stream.
struct Follower {
    answer: reqwest::Response,
    text: String,
}

impl Follower {
    async fn new(program: &Program, last: Option<u64>) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let url =
            format!("http://{}/api/v1/events?team=Patriots&kind=score_changed,game_ended", program.address());
        let mut request = client.get(url);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last.to_string());
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].as_bytes()),
            (200, &b"text/event-stream"[..])
        );
        Self { answer, text: String::new() }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Received> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                        .map(str::to_owned)
                };
                if let (Some(id), Some(kind), Some(data)) = (field("id"), field("event"), field("data")) {
                    let number = id.parse().expect("a number");
                    return Some((number, kind, serde_json::from_str(&data).expect("JSON")));
                }
            }
            let chunk = tokio::time::timeout(DEADLINE, self.answer.chunk()).await.expect("something comes");
            self.text += std::str::from_utf8(&chunk.ok()??).expect("UTF-8");
        }
    }
}

fn start(folder: &TempDir, espn: &EspnSim) -> Program {
    Program::start(folder, &[("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl"), ("LIVE_POLL_SECONDS", "1")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_hears_each_score_once_also_over_a_kill() {
    let config = SimConfig {
        max_age: Duration::from_secs(1),
        ..SimConfig::in_memory(vec![(nfl(), board(0, 0, "STATUS_IN_PROGRESS"))])
    };
    let (folder, espn) =
        (TempDir::new().expect("a folder"), EspnSim::start(config).await.expect("a simulated ESPN"));
    let program = start(&folder, &espn);
    program.wait_for("/health", |health| health["espn"]["nfl"]["games"] == 2).await;
    let mut follower = Follower::new(&program, None).await;
    program.wait_for("/health", |health| health["event_stream"]["clients"] == 1).await;
    espn.show(nfl(), board(7, 0, "STATUS_IN_PROGRESS"));
    let (first, kind, body) = follower.next().await.expect("a score");
    assert_eq!(kind, "score_changed");
    // What webhooks get.
    assert_eq!((&body["id"], &body["event"]), (&json!("nfl-401-score_changed-1"), &json!("score_changed")));
    assert_eq!(
        (&body["home_team"], &body["home_diff"], &body["late"]),
        (&json!("NE"), &json!(7), &json!(false))
    );
    program.kill();
    assert_eq!(follower.next().await, None, "the service is gone");

    espn.show(nfl(), board(7, 3, "STATUS_IN_PROGRESS"));
    let program = start(&folder, &espn);
    let mut follower = Follower::new(&program, Some(first)).await;
    let (second, _, body) = follower.next().await.expect("what was missed");
    assert_eq!((&body["id"], &body["away_diff"]), (&json!("nfl-401-score_changed-2"), &json!(3)));
    espn.show(nfl(), board(7, 3, "STATUS_FINAL"));
    let (third, kind, body) = follower.next().await.expect("the end of the game");
    assert_eq!((&*kind, &body["status"], &body["game_id"]), ("game_ended", &json!("final"), &json!("401")));
    assert!(first < second && second < third, "{first} {second} {third}");

    // All of it again, for one who has nothing yet.
    let mut newcomer = Follower::new(&program, Some(0)).await;
    let mut numbers = Vec::new();
    while numbers.last() != Some(&third) {
        numbers.push(newcomer.next().await.expect("what is kept").0);
    }
    assert_eq!(numbers, [first, second, third]);

    let (status, took, log) =
        tokio::task::spawn_blocking(move || program.terminate()).await.expect("it stopped");
    assert!(status.success() && took < Duration::from_secs(5), "{took:?}\n{log}");
    assert_eq!((follower.next().await, newcomer.next().await), (None, None));
    espn.stop().await;
}
