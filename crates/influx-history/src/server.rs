//! Asking the server: within its time, not while it does not answer, and for no more at once than it gives.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use circuit_breaker::{Admission, CircuitBreaker};
use game_model::HistoryError;
use influx_client::{Api, InfluxClient, InfluxError};
use serde_json::Value;

use crate::InfluxHistoryConfig;
use crate::parts::{Parts, SHORTEST};
use crate::row::is_partial;
use crate::span::Span;
use crate::statement::Statement;

/// A failure is told of for so long after it, if nobody asks again: 15 min.
const TOLD_FOR: TimeDelta = TimeDelta::minutes(15);

/// Why a statement was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// More was asked for than the server gives at once.
    TooMuch(String),
    /// Anything else, in a sentence.
    Other(String),
}

impl From<Refusal> for HistoryError {
    fn from(refusal: Refusal) -> Self {
        let (Refusal::TooMuch(message) | Refusal::Other(message)) = refusal;
        Self { message }
    }
}

/// What is wrong with history out of `InfluxDB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Why the last question was not answered, a sentence.
    pub reason: String,
    /// When that was.
    pub at: DateTime<Utc>,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.format("%Y-%m-%dT%H:%M:%SZ");
        write!(f, "a question of history was not answered by InfluxDB (at {at}): {}", self.reason)
    }
}

/// The server, and the breaker before it.
pub(crate) struct Server {
    client: InfluxClient,
    breaker: Mutex<CircuitBreaker>,
    config: InfluxHistoryConfig,
    /// How much is asked for at once.
    parts: Parts,
    /// It was found to bind no values.
    binds_nothing: AtomicBool,
    /// Statements that it answered.
    answered: AtomicU64,
    trouble: Mutex<Option<Trouble>>,
}

/// A statement on its way. One that nobody waits for any more tells nothing of the server.
struct Call<'a> {
    server: &'a Server,
    is_probe: bool,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.server.breaker().release();
        }
    }
}

impl Server {
    pub fn new(client: InfluxClient, config: InfluxHistoryConfig) -> Self {
        Self {
            client,
            breaker: Mutex::new(CircuitBreaker::new(config.breaker)),
            config,
            parts: Parts::new(config.within),
            binds_nothing: AtomicBool::new(false),
            answered: AtomicU64::new(0),
            trouble: Mutex::default(),
        }
    }

    pub fn config(&self) -> &InfluxHistoryConfig {
        &self.config
    }

    fn breaker(&self) -> MutexGuard<'_, CircuitBreaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_trouble(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the last question was not answered, unless that is long ago. From memory: never waits.
    pub fn trouble(&self, now: DateTime<Utc>) -> Option<Trouble> {
        self.last_trouble().clone().filter(|trouble| now - trouble.at < TOLD_FOR)
    }

    /// The answer to a question of several statements, in time.
    pub async fn question<T>(
        &self,
        now: DateTime<Utc>,
        question: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, HistoryError> {
        let answered_before = self.answered.load(Ordering::Relaxed);
        let answer = match tokio::time::timeout(self.config.within, question).await {
            Ok(answer) => answer.map_err(HistoryError::from),
            Err(_elapsed) => Err(self.out_of_time(answered_before)),
        };
        *self.last_trouble() =
            answer.as_ref().err().map(|error| Trouble { reason: error.message.clone(), at: now });
        answer
    }

    fn out_of_time(&self, answered_before: u64) -> HistoryError {
        let within = self.config.within.as_secs_f64();
        if self.answered.load(Ordering::Relaxed) > answered_before {
            let message = format!(
                "InfluxDB has not given everything within {within} s; ask again, as what it gave is kept, or ask for \
                 one season"
            );
            return HistoryError { message };
        }
        let message = format!("InfluxDB has not answered a question of history within {within} s");
        self.fail(&message);
        HistoryError { message }
    }

    fn fail(&self, reason: &str) {
        if let Some(transition) = self.breaker().fail(Instant::now(), reason) {
            tracing::warn!(%transition, "the circuit breaker of history before InfluxDB");
        }
    }

    /// The answer to one statement.
    pub async fn ask(&self, statement: &Statement) -> Result<Value, Refusal> {
        let (admission, transition) = self.breaker().admit(Instant::now());
        if let Some(transition) = transition {
            tracing::info!(%transition, "the circuit breaker of history before InfluxDB");
        }
        if let Admission::Refused { retry_in } = admission {
            let last = self.last_trouble().as_ref().map(|trouble| trouble.reason.clone());
            return Err(Refusal::Other(refused(retry_in.map(|wait| wait.as_secs()), last)));
        }
        let mut call = Call { server: self, is_probe: admission == Admission::Probe };
        let answer = self.send(statement).await;
        call.is_probe = false;
        match answer {
            Ok(answer) => {
                self.succeed();
                if is_partial(&answer) {
                    let message = "InfluxDB has given a part of an answer alone; raise its max-row-limit";
                    return Err(Refusal::TooMuch(message.into()));
                }
                Ok(answer)
            }
            Err(error) => Err(self.refusal(&error).await),
        }
    }

    fn succeed(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        if let Some(transition) = self.breaker().succeed(Instant::now()) {
            tracing::info!(%transition, "the circuit breaker of history before InfluxDB");
        }
    }

    /// What an error means. A server that answers, be it that it can't, is not away.
    async fn refusal(&self, error: &InfluxError) -> Refusal {
        let message = error.to_string();
        // InfluxDB 3 words it as "exceed file limit" and "exceeding the file limit", and has answered with 500.
        let is_much = match error {
            InfluxError::Statement { message, .. } | InfluxError::Busy { status: 400..=500, message, .. } => {
                message.contains("file limit")
            }
            InfluxError::Refused { message, .. } => {
                message.contains("file limit") || message.contains("its answer has more than")
            }
            _ => false,
        };
        let is_blank =
            matches!(error, InfluxError::Busy { status: 500, .. }) && self.api().await == Some(Api::V3);
        if is_much || matches!(error, InfluxError::Statement { .. }) {
            self.succeed();
        } else {
            self.fail(&message);
        }
        if is_much || is_blank { Refusal::TooMuch(message) } else { Refusal::Other(message) }
    }

    async fn api(&self) -> Option<Api> {
        self.client.server().await.ok().map(|server| server.api)
    }

    /// Binds values where the server binds them: `InfluxDB` 1 does, and 3 in some releases.
    async fn send(&self, statement: &Statement) -> Result<Value, InfluxError> {
        let binds = statement.has_values()
            && !self.binds_nothing.load(Ordering::Relaxed)
            && self.client.server().await?.api != Api::V2;
        if !binds {
            return self.client.query_influxql(&statement.quoted()).await;
        }
        let (text, values) = statement.bound();
        match self.client.query_influxql_with(text, values).await {
            Err(error) if is_of_binding(&error) => {
                let answer = self.client.query_influxql(&statement.quoted()).await;
                // It was the binding, if it works without.
                self.binds_nothing.store(answer.is_ok(), Ordering::Relaxed);
                answer
            }
            answer => answer,
        }
    }

    /// How much is asked for at once.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What a question about a part of time finds, if it comes in time; [`Refusal::TooMuch`] where the part is to be
    /// asked for in halves.
    pub async fn part<T>(
        &self,
        part: Span,
        question: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        if part.length() <= SHORTEST {
            // It can not be shorter: it is waited for as long as the question is.
            return question.await.map_err(|refusal| match refusal {
                Refusal::TooMuch(message) => Refusal::Other(message),
                other @ Refusal::Other(_) => other,
            });
        }
        let underway = self.parts.ask(part);
        match tokio::time::timeout(self.parts.patience(), question).await {
            Ok(Ok(found)) => {
                underway.came();
                Ok(found)
            }
            Ok(Err(refusal)) => {
                underway.failed();
                if matches!(refusal, Refusal::TooMuch(_)) {
                    self.parts.refused(part);
                }
                Err(refusal)
            }
            Err(_elapsed) => {
                drop(underway);
                Err(Refusal::TooMuch(format!(
                    "InfluxDB has not answered a question of history within {} s",
                    self.parts.patience().as_secs_f64()
                )))
            }
        }
    }

    /// Asks for a span, in parts as long as the server gives at once and in time, the earliest first.
    pub async fn ask_in_parts(
        &self,
        span: Span,
        statement: impl Fn(Span) -> Statement,
        mut take: impl FnMut(Span, Value),
    ) -> Result<(), Refusal> {
        let mut waiting = vec![span];
        while let Some(part) = waiting.pop() {
            if self.parts.is_too_long(part) {
                waiting.extend(part.halves().into_iter().rev());
                continue;
            }
            let statement = statement(part);
            match self.part(part, self.ask(&statement)).await {
                Ok(answer) => take(part, answer),
                Err(Refusal::TooMuch(_)) => waiting.push(part),
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(())
    }
}

/// Whether a server that binds no values would answer so.
fn is_of_binding(error: &InfluxError) -> bool {
    match error {
        InfluxError::Statement { message, .. }
        | InfluxError::Refused { message, .. }
        | InfluxError::Busy { status: 500, message, .. } => {
            let message = message.to_lowercase();
            message.contains("param") || message.contains("$game")
        }
        _ => false,
    }
}

fn refused(retry_in: Option<u64>, last: Option<String>) -> String {
    let again = match retry_in {
        Some(seconds) => format!("for {seconds} s"),
        None => "until another question is answered".into(),
    };
    let last = last.map(|last| format!(": {last}")).unwrap_or_default();
    // A refusal repeats what it was refused for, and not the refusals before it.
    let last = last.rsplit_once(REPEATED).map_or(last.clone(), |(_, first)| first.to_owned());
    format!("InfluxDB is not asked for history {again}{REPEATED}{last}")
}

/// Stands between a refusal and its reason.
const REPEATED: &str = ", as it has failed again and again";
