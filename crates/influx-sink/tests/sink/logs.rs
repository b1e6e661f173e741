//! What is said in the log.

use std::io;
use std::sync::{Arc, Mutex};

use circuit_breaker::Hold;

use crate::server::{Server, Style};
use crate::{Running, exact, lines, unavailable, waiting};

/// Keeps what is logged.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged until the guard is dropped.
pub fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Checks that a line has all of these words.
    pub fn has(&self, words: &[&str]) {
        let text = self.text();
        let found = text.lines().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(found, "no line with {words:?} in:\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn transitions_of_the_breaker_tell_the_reason_and_how_many_lines_wait() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting([lines(0..99), vec!["poison".into()]].concat()), Server::new(Style::V3));
    server.fail(vec![unavailable(); 3]);
    let sink = Running::start(exact(), outbox, server);
    sink.until(75).await;
    log.has(&["WARN", "opened", "to=open", "503 Service Unavailable", "waiting=100"]);
    log.has(&["INFO", "from=open", "to=half_open", "waiting=100"]);
    log.has(&["INFO", "from=half_open", "to=closed", "waiting="]);
    log.has(&["WARN", "dead letters", "unable to parse 'poison'"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_decides_is_logged_with_how_many_lines_wait() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting(lines(0..70)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox, server);
    sink.until(1).await;
    sink.control.hold(Hold::Open);
    sink.control.hold(Hold::Closed);
    log.has(&["INFO", "a person decides", "hold=Open", "state=closed"]);
    log.has(&["WARN", "opened", "a person holds it open", "waiting=70"]);
    log.has(&["INFO", "from=open", "to=closed", "a person holds it closed", "waiting=70"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_flush_tells_how_many_lines_are_left() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting(lines(0..70)), Server::new(Style::V2));
    server.fail([unavailable()]);
    let sink = Running::start(exact(), outbox, server);
    sink.until(1).await;
    sink.stop().await;
    log.has(&["DEBUG", "flushed for the last time", "waiting=70"]);
}
