//! The server: one loopback listener.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use game_model::League;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, HeaderMap, USER_AGENT};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::answer::{FORBIDDEN, Manner, NO_LEAGUE, NO_RANGES, failed};
use crate::slates::{Asked, Question};
use crate::state::State;
use crate::{Fault, RequestSeen, Scoreboards, SimConfig, SimError, Times, captures};

/// What stands before and behind a league's path.
const PREFIX: &str = "/apis/site/v2/sports/";
const SUFFIX: &str = "/scoreboard";

/// How long nothing is accepted after that has failed.
const AFTER_FAILURE: Duration = Duration::from_millis(50);

/// A running simulated ESPN. It stops when dropped.
#[derive(Debug)]
pub struct EspnSim {
    url: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl EspnSim {
    /// Reads the scoreboards and starts to listen on 127.0.0.1.
    pub async fn start(mut config: SimConfig) -> Result<Self, SimError> {
        let scoreboards = match std::mem::replace(&mut config.scoreboards, Scoreboards::InMemory(Vec::new()))
        {
            Scoreboards::Captures(folder) => captures::read(&folder)?,
            Scoreboards::InMemory(scoreboards) => scoreboards,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, config.port));
        let cannot_listen = |source| SimError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(cannot_listen)?);
        let state = Arc::new(State::new(config, scoreboards));
        let serving = Arc::clone(&state);
        let accepting = tokio::spawn(async move {
            // Dropped with this task, which ends the connections.
            let mut connections = JoinSet::new();
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&serving)))),
                    // The client has left already, or there are too many open files: later ones may do.
                    Err(error) => {
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(AFTER_FAILURE).await;
                    }
                }
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { url, state, accepting })
    }

    /// The base URL: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The leagues that are served, and how many scoreboards each has to show.
    pub fn leagues(&self) -> Vec<(League, usize)> {
        self.state.leagues()
    }

    /// The requests so far, oldest first; at most the newest 10,000.
    pub fn requests(&self) -> Vec<RequestSeen> {
        self.state.requests()
    }

    /// Makes requests fail: those for one league, or with `None` all.
    pub fn fault(&self, league: impl Into<Option<League>>, fault: Fault, times: Times) {
        self.state.plan_fault(league.into(), fault, times);
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.state.clear_faults();
    }

    /// Shows the league's next scoreboard; false when the last one is shown already.
    pub fn step(&self, league: League) -> bool {
        self.state.step(league)
    }

    /// Replaces everything that the league still has to show by this scoreboard.
    pub fn show(&self, league: League, scoreboard: Value) {
        self.state.show(league, scoreboard);
    }

    /// Moves the `Date` header ahead of this machine's clock.
    pub fn set_clock_offset(&self, offset: chrono::TimeDelta) {
        self.state.set_clock_offset(offset);
    }

    /// Stops listening and drops every connection.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // It was aborted, or had ended by itself: both are well.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for EspnSim {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves one connection until the client leaves or a fault breaks it.
async fn serve(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(|request| respond(request, Arc::clone(&state)));
    let served =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended");
    }
}

/// The error that closes a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on request")]
struct Closed;

async fn respond(request: Request<Incoming>, state: Arc<State>) -> Result<Response<Body>, Closed> {
    let (path, query) =
        (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let user_agent = header(request.headers(), USER_AGENT).map(str::to_owned);
    let gzip = header(request.headers(), ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip"));
    let refused = state.config.filter_user_agents && !user_agent.as_deref().is_some_and(is_welcome);
    let league = league_of(&path);
    let question = Question::parse(&query);
    state.remember(RequestSeen { path, query, user_agent, at: Instant::now() });

    let manner = Manner { max_age: state.config.max_age, clock_offset: state.clock_offset(), gzip };
    if refused {
        return Ok(manner.status(403, FORBIDDEN, None));
    }
    let fault = state.take_fault(league);
    match &fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Slow(time)) => tokio::time::sleep(*time).await,
        Some(Fault::Reset) => return Err(Closed),
        Some(Fault::Garbage) => return Ok(manner.garbage()),
        Some(fault @ Fault::Status { .. }) => {
            if let Some(answer) = failed(manner, fault) {
                return Ok(answer);
            }
        }
        Some(Fault::Truncate) | None => {}
    }
    let Some(body) = league.and_then(|league| state.answer(league, question)) else {
        return Ok(manner.status(404, NO_LEAGUE, None));
    };
    match question.asked {
        Asked::Range(..) if state.config.refuse_date_ranges => Ok(manner.status(400, NO_RANGES, None)),
        Asked::Nonsense => Ok(manner.status(400, NO_RANGES, None)),
        _ if fault == Some(Fault::Truncate) => Ok(manner.truncated(&body)),
        _ => Ok(manner.scoreboard(&body)),
    }
}

fn header(headers: &HeaderMap, name: hyper::header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The league of a scoreboard's path.
fn league_of(path: &str) -> Option<League> {
    let path = path.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    League::all().find(|league| league.path == path)
}

/// Whether ESPN's edge takes the user agent: `Name/1.0 (+https://...)`.
fn is_welcome(user_agent: &str) -> bool {
    user_agent.split_once(" (+http").is_some_and(|(name, rest)| {
        name.split_once('/').is_some_and(|(name, version)| !name.is_empty() && !version.is_empty())
            && rest.contains("://")
            && rest.ends_with(')')
    })
}
