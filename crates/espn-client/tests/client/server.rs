//! A server on loopback that answers what it is told to, byte by byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a request meets.
#[derive(Debug, Clone)]
pub enum Reply {
    /// These bytes; the connection stays open.
    Answer(Vec<u8>),
    /// These bytes; then the connection is closed.
    Broken(Vec<u8>),
    /// These bytes, then silence.
    Silence(Vec<u8>),
}

impl Reply {
    /// A whole answer.
    pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let length = body.len();
        let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head += "\r\n";
        Self::Answer([head.as_bytes(), body].concat())
    }

    /// A scoreboard that is not to be kept.
    pub fn scoreboard(body: &str) -> Self {
        Self::answer("200 OK", &[], body.as_bytes())
    }

    pub fn status(status: &str) -> Self {
        Self::answer(status, &[], b"{}")
    }
}

#[derive(Default)]
struct State {
    replies: VecDeque<Reply>,
    /// The heads of the requests so far.
    requests: Vec<String>,
    connections: usize,
}

/// The server. It stops when dropped.
pub struct Server {
    url: String,
    state: Arc<Mutex<State>>,
    open: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Gives each request the next of the replies, and the last one from then on.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state =
            Arc::new(Mutex::new(State { replies: replies.into_iter().collect(), ..State::default() }));
        let (open, gate) = watch::channel(true);
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                connections.spawn(serve(stream, Arc::clone(&shared), gate.clone()));
            }
        });
        Self { url, state, open, task }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Holds back all replies until `release`.
    pub fn hold(&self) {
        self.open.send_replace(false);
    }

    pub fn release(&self) {
        self.open.send_replace(true);
    }

    /// The request lines so far, without method and version.
    pub fn targets(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.requests.iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect()
    }

    /// The head of the newest request, lower case.
    pub fn last_head(&self) -> String {
        self.state.lock().unwrap().requests.last().unwrap().to_lowercase()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// Waits until so many requests came.
    pub async fn has_seen(&self, count: usize) {
        let seen = async {
            while self.targets().len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), seen).await;
        assert!(in_time.is_ok(), "only these requests came: {:?}", self.targets());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>, mut gate: watch::Receiver<bool>) {
    while let Some(head) = read_head(&mut stream).await {
        let reply = {
            let mut state = state.lock().unwrap();
            state.requests.push(head);
            let next = state.replies.pop_front().expect("a reply");
            if state.replies.is_empty() {
                state.replies.push_back(next.clone());
            }
            next
        };
        if gate.wait_for(|open| *open).await.is_err() {
            return;
        }
        let (Reply::Answer(bytes) | Reply::Broken(bytes) | Reply::Silence(bytes)) = &reply;
        if stream.write_all(bytes).await.is_err() {
            return;
        }
        match reply {
            Reply::Answer(_) => {}
            Reply::Broken(_) => return,
            Reply::Silence(_) => std::future::pending().await,
        }
    }
}

/// The head of the next request; none when the client is gone.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
