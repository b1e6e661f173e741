//! What is said in the log.

use std::io;
use std::sync::{Arc, Mutex};

use crate::server::{Server, Style};
use crate::{Running, exact, lines, unavailable, waiting};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn transitions_of_the_breaker_tell_the_reason_and_how_many_lines_wait() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (outbox, server) = (waiting([lines(0..99), vec!["poison".into()]].concat()), Server::new(Style::V3));
    server.fail(vec![unavailable(); 3]);
    let sink = Running::start(exact(), outbox, server);
    sink.until(75).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line_with = |words: &[&str]| text.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(line_with(&["WARN", "opened", "to=open", "503 Service Unavailable", "waiting=100"]), "{text}");
    assert!(line_with(&["INFO", "from=open", "to=half_open", "waiting=100"]), "{text}");
    assert!(line_with(&["INFO", "from=half_open", "to=closed", "waiting="]), "{text}");
    assert!(line_with(&["WARN", "dead letters", "unable to parse 'poison'"]), "{text}");
}
