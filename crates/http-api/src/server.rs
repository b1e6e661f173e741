//! The server loop: connections, their limits, and the end.

mod activity;
mod config;
mod connection;
mod streamed;
mod watched;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

pub use config::ServerConfig;

use crate::HttpService;

/// After a failure to accept (no file descriptor is left, say) the next attempt waits so long.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// At the stop, connections that were made before it are accepted for so long.
const LAST_CONNECTIONS_WITHIN: Duration = Duration::from_millis(20);

/// Serves until `stop`, then lets requests that arrived be answered within `drain_within`, and returns.
pub async fn serve(
    listener: TcpListener,
    service: HttpService,
    config: ServerConfig,
    stop: CancellationToken,
    drain_within: Duration,
) {
    let places = Arc::new(Semaphore::new(config.max_connections));
    let server = Arc::new(Server { service, config, stop, places });
    let mut connections = JoinSet::new();
    accept_all(listener, &server, &mut connections).await;
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(drain_within, drained).await.is_err() {
        tracing::warn!("{} connections were cut off: they did not end in time", connections.len());
        connections.shutdown().await;
    }
}

struct Server {
    service: HttpService,
    config: ServerConfig,
    stop: CancellationToken,
    /// Those of connections that do not follow events.
    places: Arc<Semaphore>,
}

async fn accept_all(listener: TcpListener, server: &Arc<Server>, connections: &mut JoinSet<()>) {
    // Before it asks nobody knows whether a connection will follow events: when the service was away, thousands come
    // back at once to do so, and one that is turned away may stay away.
    let max_clients = server.service.app.streams.report().max_clients;
    let most = server.config.max_connections.saturating_add(max_clients).min(Semaphore::MAX_PERMITS);
    let arrivals = Arc::new(Semaphore::new(most));
    let refusals = Arc::new(Semaphore::new(server.config.max_connections.div_ceil(16)));
    loop {
        let accepted = tokio::select! {
            () = server.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, _)) => begin(stream, server, connections, &arrivals, &refusals),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!("can not accept connections just now: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // They would go on for ever.
    server.service.app.streams.end();
    // Whoever connected before the end, and was not accepted yet, may have asked already.
    let until = Instant::now() + LAST_CONNECTIONS_WITHIN;
    while let Ok(accepted) = timeout_at(until, listener.accept()).await {
        let Ok((stream, _)) = accepted else { break };
        begin(stream, server, connections, &arrivals, &refusals);
    }
}

fn begin(
    stream: TcpStream,
    server: &Arc<Server>,
    connections: &mut JoinSet<()>,
    arrivals: &Arc<Semaphore>,
    refusals: &Arc<Semaphore>,
) {
    if let Ok(arrival) = arrivals.clone().try_acquire_owned() {
        connections.spawn(serve_one(stream, server.clone(), arrival));
        return;
    }
    server.service.app.counters.turned_away.fetch_add(1, Ordering::Relaxed);
    // Where even refusals are too many, the connection is just closed.
    if let Ok(place) = refusals.clone().try_acquire_owned() {
        connections.spawn(async move {
            connection::refuse(stream).await;
            drop(place);
        });
    }
}

async fn serve_one(stream: TcpStream, server: Arc<Server>, arrival: OwnedSemaphorePermit) {
    let connections = &server.service.app.counters.connections;
    connections.fetch_add(1, Ordering::Relaxed);
    connection::serve(stream, &server).await;
    connections.fetch_sub(1, Ordering::Relaxed);
    drop(arrival);
}

/// The client gave up before it was accepted: nothing is wrong with the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
