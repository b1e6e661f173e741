//! The server loop on real sockets: limits, time limits, and the end.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use game_model::PastGame;
use http_api::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Fixture, Ports, game, league, noon};

/// Longest wait for something to become true.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A limit that is to be reached.
const SHORT: Duration = Duration::from_millis(200);

const GET: &[u8] = b"GET /api/v1/games/live HTTP/1.1\r\nhost: x\r\n\r\n";

pub struct Server {
    pub address: SocketAddr,
    pub fixture: Fixture,
    pub stop: CancellationToken,
    pub task: JoinHandle<()>,
}

impl Server {
    pub async fn start(config: ServerConfig) -> Self {
        Self::draining(config, DEADLINE).await
    }

    /// On these ports, which may have seen another server before.
    pub async fn with(ports: Ports, config: ServerConfig) -> Self {
        Self::on(Fixture::with(&["nfl", "nhl"], ports, &["http://localhost:3000"]).await, config, DEADLINE)
            .await
    }

    async fn draining(config: ServerConfig, drain_within: Duration) -> Self {
        let fixture = Fixture::new(&["nfl"]).await;
        fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF")]);
        Self::on(fixture, config, drain_within).await
    }

    async fn on(fixture: Fixture, config: ServerConfig, drain_within: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let serving = http_api::serve(listener, fixture.service.clone(), config, stop.clone(), drain_within);
        Self { address, fixture, task: tokio::spawn(serving), stop }
    }

    pub async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.expect("a connection"))
    }

    pub async fn end(self) {
        self.stop.cancel();
        in_time("the server ends", self.task).await.expect("no panic");
    }
}

/// Waits for something, but not for ever.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("{what}: not in time"))
}

pub struct Client(pub TcpStream);

impl Client {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("sent");
    }

    /// Reads one answer with a length: status, head and body.
    pub async fn answer(&mut self) -> (u16, String, String) {
        in_time("an answer", async {
            let mut bytes = Vec::new();
            loop {
                if let Some(whole) = split(&bytes) {
                    return whole;
                }
                let mut part = [0; 4096];
                let read = self.0.read(&mut part).await.expect("readable");
                assert_ne!(read, 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
                bytes.extend_from_slice(&part[..read]);
            }
        })
        .await
    }

    /// Waits until the server closes, and tells what came before.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        // An end by a reset is an end.
        let _ = in_time("the end of the connection", self.0.read_to_end(&mut bytes)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn split(bytes: &[u8]) -> Option<(u16, String, String)> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let length: usize = length.parse().expect("a length");
    let status = head.split(' ').nth(1)?.parse().expect("a status");
    (body.len() >= length).then(|| (status, head.to_owned(), body[..length].to_owned()))
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let server = Server::start(ServerConfig::default()).await;
    let mut client = server.connect().await;
    for state in ["miss", "hit", "hit"] {
        client.send(GET).await;
        let (status, head, body) = client.answer().await;
        assert_eq!(status, 200);
        assert!(head.contains(&format!("x-cache: {state}")) && head.contains("age: 0"), "{head}");
        assert!(body.contains("\"nfl-ne\""), "{body}");
    }
    client.send(&[GET, GET].concat()).await;
    client.answer().await;
    client.send(b"HEAD /api/v1/games/live HTTP/1.1\r\nconnection: close\r\n\r\n").await;
    let rest = client.rest().await;
    assert!(rest.ends_with("\r\n\r\n") && rest.contains("content-length: "), "{rest}");
    server.end().await;
}

#[tokio::test]
async fn a_head_that_does_not_come_to_its_end_is_given_up() {
    let config = ServerConfig { header_read_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    let mut silent = server.connect().await;
    let mut slow = server.connect().await;
    let (mut reader, mut writer) = slow.0.split();
    // A byte now and then does not help.
    let trickle = async {
        writer.write_all(b"GET / HTTP/1.1\r\n").await?;
        loop {
            writer.write_all(b"a").await?;
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    let mut ended = Vec::new();
    tokio::select! {
        error = trickle => { let _: std::io::Result<()> = error; }
        _ = in_time("the end of a slow head", reader.read_to_end(&mut ended)) => {}
    }
    assert_eq!(ended, b"");
    assert_eq!(silent.rest().await, "");
    let mut other = server.connect().await;
    other.send(GET).await;
    assert_eq!(other.answer().await.0, 200);
    server.end().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_busy_one_kept() {
    let config = ServerConfig { idle_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    let (mut idle, mut busy) = (server.connect().await, server.connect().await);
    idle.send(GET).await;
    idle.answer().await;
    let begun = Instant::now();
    let keep = async {
        while begun.elapsed() < SHORT * 4 {
            busy.send(GET).await;
            busy.answer().await;
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    let (rest, ()) = tokio::join!(idle.rest(), keep);
    assert_eq!(rest, "");
    server.end().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_given_up() {
    let config = ServerConfig { write_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    let games = (0..20_000).map(|id| game("nfl", &id.to_string(), "NE", "BUF")).collect();
    server.fixture.publish(league("nfl"), games);
    let mut client = server.connect().await;
    client.send(GET).await;
    let mut greedy = server.connect().await;
    greedy.send(GET).await;
    let (status, _, body) = greedy.answer().await;
    assert_eq!(status, 200);
    // The counter of open connections tells when the other was given up, whose answer fits into no buffer.
    let begun = Instant::now();
    loop {
        greedy.send(b"GET /metrics HTTP/1.1\r\n\r\n").await;
        let (_, _, metrics) = greedy.answer().await;
        if metrics.contains("sports_data_http_connections 1\n") {
            break;
        }
        assert!(begun.elapsed() < DEADLINE, "still open:\n{metrics}");
        tokio::time::sleep(SHORT / 10).await;
    }
    assert!(client.rest().await.len() < body.len());
    server.end().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up_with_a_sentence() {
    let config = ServerConfig { request_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    let mut client = server.connect().await;
    client.send(b"POST /api/v1/user/teams HTTP/1.1\r\ncontent-length: 10\r\n\r\n{").await;
    let (status, head, body) = client.answer().await;
    assert_eq!(status, 503);
    assert!(head.contains("connection: close") && body.contains("\"detail\""), "{head}\n{body}");
    assert_eq!(client.rest().await, "");
    server.end().await;
}

#[tokio::test]
async fn a_body_that_breaks_off_saves_nothing() {
    let server = Server::start(ServerConfig::default()).await;
    let mut client = server.connect().await;
    client
        .send(b"POST /api/v1/user/teams HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n")
        .await;
    let (status, _, body) = client.answer().await;
    assert_eq!(status, 422, "{body}");
    assert!(body.contains("did not arrive"), "{body}");
    assert!(server.fixture.ports.users.lock().unwrap().is_empty());
    server.end().await;
}

#[tokio::test]
async fn large_bodies_and_heads_are_refused() {
    let server = Server::start(ServerConfig { max_head: 8 * 1024, ..ServerConfig::default() }).await;
    let mut client = server.connect().await;
    client.send(b"POST /api/v1/user/teams HTTP/1.1\r\ncontent-length: 65537\r\n\r\n{").await;
    assert_eq!(client.answer().await.0, 413);
    let mut client = server.connect().await;
    client.send(format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(9000)).as_bytes()).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 431"));
    server.end().await;
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_until_another_ends() {
    let server = Server::start(ServerConfig { max_connections: 1, ..ServerConfig::default() }).await;
    let mut first = server.connect().await;
    first.send(GET).await;
    first.answer().await;
    let mut second = server.connect().await;
    second.send(GET).await;
    let (status, _, body) = second.answer().await;
    assert_eq!(status, 503);
    assert!(body.contains("too many connections"), "{body}");
    first.send(b"GET /metrics HTTP/1.1\r\nconnection: close\r\n\r\n").await;
    let metrics = first.rest().await;
    assert!(metrics.contains("sports_data_http_connections_turned_away_total 1\n"), "{metrics}");
    let begun = Instant::now();
    loop {
        let mut third = server.connect().await;
        third.send(GET).await;
        let (status, _, _) = third.answer().await;
        if status == 200 {
            break;
        }
        assert!(begun.elapsed() < DEADLINE, "still {status}");
    }
    server.end().await;
}

#[tokio::test]
async fn at_the_end_requests_under_way_are_answered_and_idle_connections_closed() {
    let server = Server::start(ServerConfig::default()).await;
    let (mut fresh, mut idle, mut busy) =
        (server.connect().await, server.connect().await, server.connect().await);
    idle.send(GET).await;
    idle.answer().await;
    busy.send(b"POST /api/v1/user/teams HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 16\r\n\r\n")
        .await;
    // The server asks for the body: the request is under way.
    let mut asked = [0; 25];
    in_time("100 Continue", busy.0.read_exact(&mut asked)).await.expect("asked");
    server.stop.cancel();
    assert_eq!((fresh.rest().await, idle.rest().await), (String::new(), String::new()));
    assert!(!server.task.is_finished());
    busy.send(br#"{"nfl_teams":[]}"#).await;
    let (status, head, _) = busy.answer().await;
    assert_eq!(status, 200);
    assert!(head.contains("connection: close"), "{head}");
    in_time("the server ends", server.task).await.expect("no panic");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off() {
    let server = Server::draining(ServerConfig::default(), SHORT).await;
    let mut busy = server.connect().await;
    busy.send(b"POST /api/v1/user/teams HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 16\r\n\r\n")
        .await;
    let mut asked = [0; 25];
    in_time("100 Continue", busy.0.read_exact(&mut asked)).await.expect("asked");
    server.end().await;
    assert_eq!(busy.rest().await, "");
}

#[tokio::test]
async fn a_streamed_answer_that_waits_for_its_next_part_is_not_idle_and_is_ended_at_the_stop() {
    const STREAM: &[u8] = b"GET /api/v1/games/history?format=ndjson HTTP/1.1\r\n\r\n";
    let config = ServerConfig { idle_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    let (history, count) = (server.fixture.history.clone(), 1_800);
    *history.games.lock().unwrap() =
        (0..count).map(|id| PastGame::observed(&game("nfl", &id.to_string(), "NE", "BUF"), noon())).collect();
    // The first part is sent when the second is read; the third waits.
    *history.waits_after.lock().unwrap() = Some(2);
    let gate = history.gate.lock().await;
    let (mut client, mut idle) = (server.connect().await, server.connect().await);
    client.send(STREAM).await;
    let mut begun = vec![0; 4096];
    in_time("the first part", client.0.read_exact(&mut begun)).await.expect("bytes");
    idle.send(GET).await;
    idle.answer().await;
    // Another that is quiet for as long is closed, and then the service is stopped.
    assert_eq!(idle.rest().await, "");
    server.stop.cancel();
    drop(gate);
    let text = String::from_utf8(begun).expect("UTF-8") + &client.rest().await;
    assert!(text.ends_with("\r\n0\r\n\r\n"), "it ends well: {}", &text[text.len() - 200..]);
    assert_eq!(text.matches("\"game_id\"").count(), count);
    in_time("the server ends", server.task).await.expect("no panic");
}

#[tokio::test]
async fn a_connection_is_idle_after_a_streamed_answer() {
    let config = ServerConfig { idle_timeout: SHORT, ..ServerConfig::default() };
    let server = Server::start(config).await;
    *server.fixture.history.games.lock().unwrap() =
        vec![PastGame::observed(&game("nfl", "1", "NE", "BUF"), noon())];
    let mut client = server.connect().await;
    client.send(b"GET /api/v1/games/history?format=csv HTTP/1.1\r\n\r\n").await;
    let rest = client.rest().await;
    assert!(rest.ends_with("\r\n0\r\n\r\n"), "{rest}");
    server.end().await;
}

#[tokio::test]
async fn whoever_asked_before_the_end_is_answered_though_nobody_has_read_it_yet() {
    let server = Server::start(ServerConfig::default()).await;
    // Nothing else runs between these lines: the server has accepted none of them when it is stopped.
    let mut asked: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(server.address).expect("a connection");
            std::io::Write::write_all(&mut stream, GET).expect("sent");
            stream.set_nonblocking(true).expect("a setting");
            Client(TcpStream::from_std(stream).expect("a stream"))
        })
        .collect();
    server.stop.cancel();
    for client in &mut asked {
        assert_eq!(client.answer().await.0, 200);
    }
    in_time("the server ends", server.task).await.expect("no panic");
}
