//! One connection: requests, faults, answers.

use std::io::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::BufReader;
use tokio::net::TcpStream;

use crate::Fault;
use crate::server::Server;
use crate::wire::{Answer, read, send};

/// Waits for another task to be done with the server.
pub(crate) fn lock(server: &Mutex<Server>) -> MutexGuard<'_, Server> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers the requests of one connection until it ends.
pub(crate) async fn serve(stream: TcpStream, server: Arc<Mutex<Server>>) -> Result<(), Error> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await? {
        let fault = lock(&server).receive(&request);
        let answer = || lock(&server).answer(&request).bytes();
        match fault {
            None => {
                let bytes = answer();
                send(&mut stream, &bytes).await?;
            }
            Some(Fault::Status { code, body, retry_after }) => {
                let mut answer = Answer::text(code, body);
                if let Some(after) = retry_after {
                    answer = answer.with("Retry-After", after);
                }
                send(&mut stream, &answer.bytes()).await?;
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::ResetBeforeAnswer) => return stream.get_ref().set_zero_linger(),
            Some(Fault::ResetAfterStoring) => {
                answer();
                return stream.get_ref().set_zero_linger();
            }
            Some(Fault::CutAnswer) => {
                let bytes = answer();
                return send(&mut stream, &bytes[..bytes.len() / 2]).await;
            }
            Some(Fault::Slow(time)) => {
                let bytes = answer();
                tokio::time::sleep(time).await;
                send(&mut stream, &bytes).await?;
            }
            Some(Fault::SlowByDay(time)) => {
                let bytes = answer();
                tokio::time::sleep(time.mul_f64(days(&request.text()))).await;
                send(&mut stream, &bytes).await?;
            }
        }
    }
    Ok(())
}

/// The days of the span that a statement in a form names; 0 where it names none.
fn days(form: &str) -> f64 {
    const SECONDS: f64 = 86_400.0;
    let form: Vec<_> = url::form_urlencoded::parse(form.as_bytes()).collect();
    let statement = form.iter().find(|(key, _)| key == "q").map_or("", |(_, value)| value);
    let moment = |before: &str| {
        let (_, rest) = statement.split_once(before)?;
        chrono::DateTime::parse_from_rfc3339(rest.split_once('\'')?.0).ok()
    };
    let span = moment("time >= '").zip(moment("time < '")).map(|(from, until)| until - from);
    span.map_or(0.0, |span| span.as_seconds_f64() / SECONDS)
}
