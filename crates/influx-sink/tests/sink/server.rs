//! A server that answers as it is told, then by what the lines say, and remembers when it was asked for what.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use influx_client::{DataRefusal, LineRefusal, LineWriter, ServerFacts, WriteError};
use tokio::task::yield_now;
use tokio::time::Instant;

pub const NAME: &str = "a scripted server";

/// What the server does with a batch that holds lines it does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Stores the others, and does not say which it refused.
    V1,
    /// Stores nothing, and does not say why in terms of lines.
    #[default]
    V2,
    /// Stores the others, and says which it refused.
    V3,
}

/// What becomes of a write.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It is answered by what the lines say.
    Judge,
    /// Nothing is stored.
    Fail(WriteError),
    /// The lines are stored, and the answer is lost.
    StoreAndFail(WriteError),
    /// There is no answer.
    Hang,
    /// The writer has a fault.
    Panic,
}

#[derive(Debug, Default)]
struct State {
    style: Style,
    prepares: VecDeque<WriteError>,
    answers: VecDeque<Answer>,
    takes: Duration,
    prepared_at: Vec<Duration>,
    writes: Vec<(Duration, Vec<String>)>,
    stored: Vec<String>,
    /// The lines under way, and how many writes hold them.
    in_flight: HashSet<String>,
    writes_in_flight: usize,
    most_in_flight: usize,
}

#[derive(Debug)]
pub struct Server {
    started: Instant,
    parallel_writes: usize,
    /// Whether a writer can be killed between what is done and the answer.
    hesitates: bool,
    state: Mutex<State>,
}

impl Server {
    pub fn new(style: Style) -> Arc<Self> {
        let parallel_writes = if style == Style::V3 { 4 } else { 1 };
        let state = Mutex::new(State { style, ..State::default() });
        Arc::new(Self { started: Instant::now(), parallel_writes, hesitates: false, state })
    }

    /// A server whose writers can be killed between what is done and the answer.
    pub fn hesitating(style: Style) -> Arc<Self> {
        let server = Arc::into_inner(Self::new(style)).unwrap();
        Arc::new(Self { hesitates: true, ..server })
    }

    /// The next writes are answered so.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// The next writes fail so.
    pub fn fail(&self, errors: impl IntoIterator<Item = WriteError>) {
        self.answer(errors.into_iter().map(Answer::Fail));
    }

    /// The next preparations fail so.
    pub fn fail_to_prepare(&self, errors: impl IntoIterator<Item = WriteError>) {
        self.state.lock().unwrap().prepares.extend(errors);
    }

    /// What it was told to answer is forgotten, and it is quick again.
    pub fn mend(&self) {
        let mut state = self.state.lock().unwrap();
        state.takes = Duration::ZERO;
        state.answers.clear();
        state.prepares.clear();
    }

    /// How long a write takes.
    pub fn takes(&self, time: Duration) {
        self.state.lock().unwrap().takes = time;
    }

    /// The times of the writes so far, in milliseconds since the server's start, and the number of lines.
    pub fn writes(&self) -> Vec<(u64, usize)> {
        let state = self.state.lock().unwrap();
        state.writes.iter().map(|(at, lines)| (millis(*at), lines.len())).collect()
    }

    /// The lines of each write so far.
    pub fn bodies(&self) -> Vec<Vec<String>> {
        self.state.lock().unwrap().writes.iter().map(|(_, lines)| lines.clone()).collect()
    }

    /// The times of the preparations so far, in milliseconds.
    pub fn prepared_at(&self) -> Vec<u64> {
        self.state.lock().unwrap().prepared_at.iter().copied().map(millis).collect()
    }

    /// The lines stored, as often as they were.
    pub fn stored(&self) -> Vec<String> {
        self.state.lock().unwrap().stored.clone()
    }

    /// How many writes were under way at a time.
    pub fn most_in_flight(&self) -> usize {
        self.state.lock().unwrap().most_in_flight
    }

    /// What becomes of lines; none: there is no answer.
    fn answer_to(
        &self,
        lines: Vec<String>,
        answer: Option<Answer>,
        style: Style,
    ) -> Option<Result<(), WriteError>> {
        let refused: Vec<_> = lines.iter().map(|line| objection(line)).collect();
        let first = refused.iter().flatten().next().cloned();
        assert!(!matches!(answer, Some(Answer::Panic)), "as it was told");
        let mut state = self.state.lock().unwrap();
        match (answer, first) {
            (Some(Answer::Fail(error)), _) => Some(Err(error)),
            (Some(Answer::StoreAndFail(error)), None) => {
                state.stored.extend(lines);
                Some(Err(error))
            }
            (Some(Answer::Hang | Answer::Panic | Answer::StoreAndFail(_)), _) => None,
            (None | Some(Answer::Judge), None) => {
                state.stored.extend(lines);
                Some(Ok(()))
            }
            (None | Some(Answer::Judge), Some((kind, reason))) => {
                if style != Style::V2 {
                    let good = lines.iter().zip(&refused).filter(|(_, refusal)| refusal.is_none());
                    state.stored.extend(good.map(|(line, _)| line.clone()));
                }
                let numbered = (1..).zip(refused).filter(|_| style == Style::V3);
                let lines = numbered
                    .filter_map(|(line, refusal)| Some(LineRefusal { line, reason: refusal?.1 }))
                    .collect();
                Some(Err(WriteError::Data { kind, reason, lines }))
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap()
}

/// What a server has against a line.
pub fn objection(line: &str) -> Option<(DataRefusal, String)> {
    match line.split(' ').next()? {
        "poison" => Some((DataRefusal::Malformed, format!("unable to parse '{line}'"))),
        "indistinct" => Some((DataRefusal::Malformed, "bad request".into())),
        "conflict" => Some((DataRefusal::TypeConflict, "field type conflict".into())),
        "stale" => Some((DataRefusal::BeyondRetention, "points beyond retention policy".into())),
        "huge" => Some((DataRefusal::TooLarge, format!("too large: '{line}'"))),
        _ => None,
    }
}

/// Counts a write as in flight, also when it is dropped before its end.
struct InFlight<'a>(&'a Server, Vec<String>);

impl<'a> InFlight<'a> {
    fn new(server: &'a Server, lines: Vec<String>) -> Self {
        let mut state = server.state.lock().unwrap();
        for line in &lines {
            // Lines without a number may be alike.
            let first = state.in_flight.insert(line.clone()) || !line.ends_with(char::is_numeric);
            assert!(first, "{line} is in flight twice");
        }
        state.writes_in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.writes_in_flight);
        Self(server, lines)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Ok(mut state) = self.0.state.lock() {
            for line in &self.1 {
                state.in_flight.remove(line);
            }
            state.writes_in_flight -= 1;
        }
    }
}

#[async_trait]
impl LineWriter for Server {
    async fn prepare(&self) -> Result<ServerFacts, WriteError> {
        let mut state = self.state.lock().unwrap();
        state.prepared_at.push(self.started.elapsed());
        match state.prepares.pop_front() {
            Some(error) => Err(error),
            None => Ok(ServerFacts {
                name: NAME.into(),
                version: None,
                parallel_writes: self.parallel_writes,
                retention_days: Some(730),
            }),
        }
    }

    async fn write(&self, batch: Bytes) -> Result<(), WriteError> {
        let text = String::from_utf8(batch.to_vec()).unwrap();
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let in_flight = InFlight::new(self, lines.clone());
        let (answer, takes, style) = {
            let mut state = self.state.lock().unwrap();
            state.writes.push((self.started.elapsed(), lines.clone()));
            (state.answers.pop_front(), state.takes, state.style)
        };
        if self.hesitates {
            yield_now().await;
        }
        tokio::time::sleep(takes).await;
        let answer = self.answer_to(lines, answer, style);
        if self.hesitates {
            // It is done, and the answer on its way.
            yield_now().await;
        }
        drop(in_flight);
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}
