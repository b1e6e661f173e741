//! Every fault, between a client and a small server that answers each request with what it was asked.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fault_proxy::{Fault, FaultKind, FaultProxy, Mix, Plan};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens, happens by then.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client that hangs so long hangs.
const HANGS: Duration = Duration::from_millis(50);

/// A server that answers with a prefix and the bytes it got, and keeps them.
struct Echo {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Echo {
    async fn start(prefix: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::<Mutex<Vec<u8>>>::default();
        let all = received.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let all = all.clone();
                tokio::spawn(async move {
                    let mut buffer = vec![0; 1 << 16];
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        all.lock().unwrap().extend_from_slice(&buffer[..read]);
                        let answer = [prefix.as_bytes(), &buffer[..read]].concat();
                        if stream.write_all(&answer).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, received }
    }

    fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap()).into_owned()
    }

    /// Waits until it got all this.
    async fn gets(&self, wanted: &str) {
        let begun = Instant::now();
        while self.received() != wanted {
            assert!(begun.elapsed() < PATIENCE, "it only got {:?}", self.received());
            tokio::task::yield_now().await;
        }
    }
}

async fn with(plan: Plan) -> (Echo, FaultProxy) {
    let echo = Echo::start("re: ").await;
    let proxy = FaultProxy::start(echo.address).await.expect("a proxy");
    proxy.plan(plan);
    (echo, proxy)
}

async fn connect(proxy: &FaultProxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.expect("connected")
}

async fn exchange(client: &mut TcpStream, request: &str) -> std::io::Result<String> {
    client.write_all(request.as_bytes()).await?;
    let mut answer = vec![0; "re: ".len() + request.len()];
    tokio::time::timeout(PATIENCE, client.read_exact(&mut answer)).await.expect("an end")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// What the connection ends with: all it still gives, or how it fails.
async fn rest(client: &mut TcpStream) -> Result<String, ErrorKind> {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, client.read_to_end(&mut answer)).await.expect("an end");
    read.map(|_| String::from_utf8_lossy(&answer).into_owned()).map_err(|error| error.kind())
}

async fn hangs(client: &mut TcpStream) -> bool {
    tokio::time::timeout(HANGS, client.read_u8()).await.is_err()
}

#[tokio::test]
async fn a_healthy_connection_passes_everything() {
    let (echo, proxy) = with(Plan::Healthy).await;
    let mut client = connect(&proxy).await;
    for request in ["one", "two"] {
        assert_eq!(exchange(&mut client, request).await.expect("an answer"), format!("re: {request}"));
    }
    client.shutdown().await.expect("closed");
    assert_eq!(rest(&mut client).await, Ok(String::new()));
    assert_eq!(echo.received(), "onetwo");
    assert_eq!((proxy.counts().connections(), proxy.counts().injected()), (1, 0));
}

#[tokio::test]
async fn a_refused_connection_is_reset_before_the_server_hears_of_it() {
    let (echo, proxy) = with(Plan::Always(Fault::Refuse)).await;
    let mut client = connect(&proxy).await;
    assert_eq!(rest(&mut client).await, Err(ErrorKind::ConnectionReset));
    assert_eq!((echo.received().as_str(), proxy.counts().of(FaultKind::Refuse)), ("", 1));
}

#[tokio::test]
async fn a_reset_in_the_request_lets_so_many_bytes_pass() {
    for (after, passed) in [(0, ""), (3, "req")] {
        let (echo, proxy) = with(Plan::Always(Fault::ResetRequest { after })).await;
        let mut client = connect(&proxy).await;
        client.write_all(b"request").await.expect("sent");
        assert_eq!(rest(&mut client).await, Err(ErrorKind::ConnectionReset));
        // The reset may overtake the bytes on their way to the server; more than these never come.
        assert!(passed.starts_with(&echo.received()), "{}", echo.received());
        assert_eq!(proxy.counts().of(FaultKind::ResetRequest), 1);
    }
}

#[tokio::test]
async fn a_cut_answer_ends_after_so_many_bytes() {
    for (after, answer) in [(0, ""), (6, "re: re"), (11, "re: request")] {
        let (echo, proxy) = with(Plan::Always(Fault::CutAnswer { after })).await;
        let mut client = connect(&proxy).await;
        client.write_all(b"request").await.expect("sent");
        assert_eq!(rest(&mut client).await, Ok(answer.to_owned()));
        assert_eq!(echo.received(), "request", "the server did its part");
        assert_eq!(proxy.counts().of(FaultKind::CutAnswer), 1);
    }
}

#[tokio::test]
async fn a_black_hole_swallows_requests_and_never_answers() {
    let (echo, proxy) = with(Plan::Always(Fault::BlackHole)).await;
    let mut client = connect(&proxy).await;
    client.write_all(b"request").await.expect("sent");
    assert!(hangs(&mut client).await);
    assert_eq!((echo.received().as_str(), proxy.counts().of(FaultKind::BlackHole)), ("", 1));
    proxy.reset_connections();
    assert_eq!(rest(&mut client).await, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_half_open_connection_passes_requests_and_swallows_answers() {
    let (echo, proxy) = with(Plan::Always(Fault::HalfOpen)).await;
    let mut client = connect(&proxy).await;
    client.write_all(b"request").await.expect("sent");
    echo.gets("request").await;
    assert!(hangs(&mut client).await);
    assert_eq!(proxy.counts().of(FaultKind::HalfOpen), 1);
    proxy.reset_connections();
    assert_eq!(rest(&mut client).await, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn latency_delays_both_ways() {
    let time = Duration::from_millis(30);
    let (_echo, proxy) = with(Plan::Always(Fault::Latency(time))).await;
    let mut client = connect(&proxy).await;
    let begun = Instant::now();
    assert_eq!(exchange(&mut client, "request").await.expect("an answer"), "re: request");
    assert!(begun.elapsed() >= 2 * time, "{:?}", begun.elapsed());
    assert_eq!(proxy.counts().of(FaultKind::Latency), 1, "once for a connection");
}

#[tokio::test]
async fn a_trickle_passes_everything_slowly() {
    let every = Duration::from_millis(5);
    let (_echo, proxy) = with(Plan::Always(Fault::Trickle { bytes: 2, every })).await;
    let mut client = connect(&proxy).await;
    let begun = Instant::now();
    client.write_all(b"a longer request").await.expect("sent");
    client.shutdown().await.expect("closed");
    let answer = rest(&mut client).await.expect("an answer");
    assert_eq!(answer.replace("re: ", ""), "a longer request");
    assert!(begun.elapsed() >= 14 * every, "{:?}", begun.elapsed());
    assert_eq!(proxy.counts().of(FaultKind::Trickle), 1);
}

#[tokio::test]
async fn a_drawn_fault_can_strike_a_connection_that_worked() {
    let kinds = vec![FaultKind::CutAnswer];
    let (_echo, proxy) = with(Plan::Mix(Mix { healthy: 0.0, kinds, ..Mix::new(3) })).await;
    let mut exchanges = Vec::new();
    for _ in 0..40 {
        let mut client = connect(&proxy).await;
        // Longer than what is passed of a cut answer.
        let request = "x".repeat(500);
        let mut done = 0;
        while exchange(&mut client, &request).await.is_ok() {
            done += 1;
        }
        exchanges.push(done);
    }
    assert_eq!(proxy.counts().of(FaultKind::CutAnswer), 40);
    for done in 0..=3 {
        assert!(exchanges.contains(&done), "{exchanges:?}");
    }
    assert_eq!(exchanges.iter().max(), Some(&3));
}

#[tokio::test]
async fn another_server_takes_over() {
    let (_echo, proxy) = with(Plan::Healthy).await;
    let mut before = connect(&proxy).await;
    assert_eq!(exchange(&mut before, "a").await.expect("an answer"), "re: a");
    let other = Echo::start("RE: ").await;
    proxy.replace_upstream(other.address);
    let mut client = connect(&proxy).await;
    assert_eq!(exchange(&mut client, "b").await.expect("an answer"), "RE: b");
    assert_eq!(exchange(&mut before, "c").await.expect("an answer"), "re: c", "which keeps its server");
}

#[tokio::test]
async fn a_server_that_is_gone_is_a_reset() {
    let echo = Echo::start("").await;
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("an address");
    let proxy = FaultProxy::start(echo.address).await.expect("a proxy");
    proxy.replace_upstream(gone);
    let mut client = connect(&proxy).await;
    assert_eq!(rest(&mut client).await, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_dropped_proxy_listens_no_more() {
    let (_echo, proxy) = with(Plan::Healthy).await;
    let mut client = connect(&proxy).await;
    assert_eq!(exchange(&mut client, "a").await.expect("an answer"), "re: a");
    let address = proxy.address();
    drop(proxy);
    assert!(matches!(rest(&mut client).await, Ok(rest) if rest.is_empty()));
    let begun = Instant::now();
    while TcpStream::connect(address).await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still listens");
        tokio::task::yield_now().await;
    }
}
