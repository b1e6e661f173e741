//! The real program, run in a temporary folder on a free port.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for something to become true. On a machine under load a start takes seconds.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A command of the program without any setting of whoever runs the tests.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sports-data"));
    command.env_clear().current_dir(folder);
    command
}

/// Runs a command to its end.
pub fn output(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> Output {
    command(folder).args(args).envs(environment.iter().copied()).output().expect("the program starts")
}

/// The running service.
pub struct Program {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    url: String,
    client: reqwest::Client,
}

/// An answer of the service.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Program {
    /// Starts the service in a folder and waits until it listens.
    pub fn start(folder: &TempDir, environment: &[(&str, &str)]) -> Self {
        let mut child = command(folder.path())
            .envs([("PORT", "0"), ("BIND_ADDRESS", "127.0.0.1"), ("BACKFILL_ON_START", "false")])
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stderr.take().expect("its standard error")).lines();
        let sink = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                sink.lock().unwrap().push(line);
            }
        });
        let mut program = Self { child, log, url: String::new(), client: client() };
        let begun = Instant::now();
        while program.url.is_empty() {
            assert!(begun.elapsed() < DEADLINE, "it does not listen:\n{}", program.log());
            if let Some(status) = program.child.try_wait().expect("its state") {
                panic!("it ended ({status}) before it listened:\n{}", program.log());
            }
            let listening = program.log().lines().find_map(|line| {
                Some(
                    line.split_once("listening on http://")?.1.split(['"', ' ', '\u{1b}']).next()?.to_owned(),
                )
            });
            if let Some(address) = listening {
                program.url = format!("http://{address}");
            }
            std::thread::yield_now();
        }
        program
    }

    /// Host and port on which it listens.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Everything it logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    pub async fn get(&self, path: &str) -> Answer {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        Answer { status, headers, text }
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        let request =
            self.client.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        Answer { status, headers, text }
    }

    /// Asks again and again until the answer is as wanted.
    pub async fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.get(path).await;
            let seen = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
            if answer.status == 200 && wanted(&seen) {
                return seen;
            }
            assert!(
                begun.elapsed() < DEADLINE,
                "{path} never answered as wanted; last {}: {}\n{}",
                answer.status,
                answer.text,
                self.log()
            );
            tokio::task::yield_now().await;
        }
    }

    /// Tells it to stop, and waits until it did.
    pub fn terminate(mut self) -> (ExitStatus, Duration, String) {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("its exit");
        (status, begun.elapsed(), self.log())
    }

    /// Kills it without warning.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("its exit");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().expect("a client")
}
