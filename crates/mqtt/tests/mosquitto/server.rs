//! A Mosquitto of the test's own, and its clients.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};

/// Longest wait for something to become true.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Whether there is a broker to test against; in CI there has to be.
pub fn is_there() -> bool {
    let on_path = |program: &str| {
        std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
    };
    let missing = ["mosquitto", "mosquitto_sub", "mosquitto_pub", "mosquitto_passwd"]
        .iter()
        .find(|program| !on_path(program));
    if let Some(missing) = missing {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no {missing}");
        println!("skipped: there is no {missing}");
    }
    missing.is_none()
}

/// A running broker.
pub struct Mosquitto {
    child: Child,
    folder: TempDir,
    pub port: u16,
    /// What clients need to be let in.
    pub client_arguments: Vec<String>,
}

impl Mosquitto {
    /// One that lets anybody in.
    pub fn start() -> Self {
        Self::with("allow_anonymous true", TempDir::new().expect("a folder"))
    }

    /// One with these lines in its configuration, which may name files in the folder.
    pub fn with(configuration: &str, folder: TempDir) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        // As root it would become another user, who may not read the folder.
        let text = format!("user root\npersistence false\nlistener {port} 127.0.0.1\n{configuration}\n");
        std::fs::write(folder.path().join("mosquitto.conf"), text).expect("written");
        let child = spawn(folder.path());
        let broker = Self { child, folder, port, client_arguments: Vec::new() };
        broker.wait();
        broker
    }

    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn wait(&self) {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(begun.elapsed() < DEADLINE, "the broker does not listen: {}", self.log());
            std::thread::yield_now();
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Ends it, with all that it retained.
    pub fn stop(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("its end");
    }

    /// Starts it again on the same port.
    pub fn start_again(&mut self) {
        self.child = spawn(self.folder.path());
        self.wait();
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .args(["-V", "mqttv5", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(&self.client_arguments);
        command.stdin(Stdio::null());
        command
    }

    /// What a topic retains now; none where it retains nothing.
    pub fn retained(&self, topic: &str) -> Option<String> {
        // It waits up to a second for what is retained, which comes at once.
        let mut command = self.client("mosquitto_sub");
        let output =
            command.args(["-t", topic, "-C", "1", "-W", "1", "-N"]).output().expect("mosquitto_sub runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        output.status.success().then_some(text)
    }

    /// Waits until a topic retains what is wanted, and answers it.
    pub fn wait_for(&self, topic: &str, wanted: impl Fn(Option<&str>) -> bool) -> Option<String> {
        let begun = Instant::now();
        loop {
            let seen = tokio::task::block_in_place(|| self.retained(topic));
            if wanted(seen.as_deref()) {
                return seen;
            }
            assert!(
                begun.elapsed() < DEADLINE,
                "{topic} never held what is wanted; last {seen:?}; {}",
                self.log()
            );
        }
    }

    /// Publishes as another client would.
    pub fn publish(&self, topic: &str, payload: &str, arguments: &[&str]) {
        let mut command = self.client("mosquitto_pub");
        let status = command.args(["-q", "1", "-t", topic, "-m", payload]).args(arguments).status();
        assert!(status.expect("mosquitto_pub runs").success());
    }

    /// Listens to topics until it is dropped.
    pub fn listen(&self, filter: &str) -> Listener {
        Listener::start(self.client("mosquitto_sub"), filter, self)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    let mut command = Command::new("mosquitto");
    command.arg("-c").arg(folder.join("mosquitto.conf")).stdin(Stdio::null());
    command.stdout(log.try_clone().expect("a log")).stderr(log).spawn().expect("mosquitto starts")
}

/// A message as another client got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub topic: String,
    pub payload: String,
    pub retained: bool,
    pub qos: u8,
    pub at: Instant,
}

/// A client that listens.
pub struct Listener {
    heard: Arc<Mutex<Vec<Heard>>>,
    _child: tokio::process::Child,
}

impl Listener {
    fn start(command: Command, filter: &str, broker: &Mosquitto) -> Self {
        // A message of its own shows that it listens.
        let mark = format!("mark/{}", broker.port);
        let mut command = tokio::process::Command::from(command);
        command.args(["-q", "1", "-t", filter, "-t", &mark, "-F", "%r %q %t %p"]).kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("mosquitto_sub runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (sink, begun) = (heard.clone(), Instant::now());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut parts = line.splitn(4, ' ').map(str::to_owned);
                let mut next = || parts.next().unwrap_or_default();
                let (retained, qos) = (next() == "1", next().parse().expect("a number"));
                let (topic, payload) = (next(), next());
                sink.lock().unwrap().push(Heard { topic, payload, retained, qos, at: Instant::now() });
            }
        });
        let listener = Self { heard, _child: child };
        while !listener.heard.lock().unwrap().iter().any(|heard| heard.topic == mark) {
            assert!(begun.elapsed() < DEADLINE, "it does not listen");
            tokio::task::block_in_place(|| broker.publish(&mark, "listening", &[]));
        }
        listener.heard.lock().unwrap().retain(|heard| heard.topic != mark);
        listener
    }

    /// Everything that it heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|heard| !heard.topic.starts_with("mark/")).cloned().collect()
    }

    /// Waits until it heard what is wanted, and answers that.
    pub async fn wait_for(&self, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let begun = Instant::now();
        loop {
            if let Some(found) = self.heard().into_iter().find(|heard| wanted(heard)) {
                return found;
            }
            assert!(begun.elapsed() < DEADLINE, "never heard; {:#?}", self.heard());
            tokio::task::yield_now().await;
        }
    }
}
