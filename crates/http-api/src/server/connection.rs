//! One connection, from its first request to its end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::IntoResponse;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Server;
use super::activity::{Activity, Phase};
use super::streamed::Streamed;
use super::watched::Watched;
use crate::error::ApiError;
use crate::route::Route;
use crate::stream::Endless;

/// A client that is turned away has so long to take the reason.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(1);

/// Of the request of a client that is turned away so much is read: closing with bytes unread would take the
/// reason from it.
const REFUSED_HEAD: usize = 8 * 1024;

/// At the stop, a request that is on its way has so long to arrive, and the end of an endless answer to go.
const LAST_WITHIN: Duration = Duration::from_millis(100);

/// What a client hears that is turned away.
const TOO_MANY: &str = "too many connections are open; close some, or try again later";

/// hyper refuses to buffer less than this.
const LEAST_MAX_HEAD: usize = 8 * 1024;

/// Serves the requests of a connection until it ends, is overdue, or `stop`; then the request under way alone, or the
/// one that is just arriving.
pub(super) async fn serve(stream: TcpStream, server: &Server) {
    let Server { config, stop, .. } = server;
    let place = Place::default();
    // Small answers go at once; where that can not be had, they go all the same.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::default());
    let io = TokioIo::new(Watched::new(stream, activity.clone()));
    let answer = service_fn(|request: Request<Incoming>| answer(server, &activity, &place, request));
    let mut builder = http1::Builder::new();
    // The head's own time limit is kept by `Activity`.
    builder.header_read_timeout(None).max_buf_size(config.max_head.max(LEAST_MAX_HEAD));
    let mut connection = pin!(builder.serve_connection(io, answer));
    let mut overdue = pin!(activity.overdue(config));
    let mut has_no_more = pin!(has_no_more(&activity));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!("a connection broke: {error}");
                }
                return;
            }
            phase = overdue.as_mut() => {
                tracing::debug!("a connection was closed: it was too long in {phase:?}");
                return;
            }
            () = stop.cancelled(), if !stopping => {
                if activity.phase() == Phase::Idle {
                    return;
                }
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = has_no_more.as_mut(), if stopping => return,
        }
    }
}

/// Ends in a while where no request has come by then, or the client does not take the end of an endless answer.
async fn has_no_more(activity: &Activity) {
    tokio::time::sleep(LAST_WITHIN).await;
    if !matches!(activity.phase(), Phase::Head | Phase::Following | Phase::Parting) {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    server: &Server,
    activity: &Arc<Activity>,
    place: &Place,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    activity.step(Phase::Answering);
    let follows = request.uri().path() == Route::Events.path();
    if !follows && !place.take(&server.places) {
        server.service.app.counters.turned_away.fetch_add(1, Ordering::Relaxed);
        activity.step(Phase::Sending);
        return Ok(too_many());
    }
    let mut response = server.service.answer(request.map(Body::new), server.config.request_timeout).await;
    let is_whole = response.body().size_hint().exact().is_some();
    if is_whole {
        if follows && !place.take(&server.places) {
            // It got no place among those that follow, and there is none among those that ask.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        activity.step(Phase::Sending);
        return Ok(response);
    }
    if response.extensions().get::<Endless>().is_some() {
        place.give_back();
        activity.step(Phase::Following);
    } else {
        activity.step(Phase::Streaming);
    }
    Ok(response.map(|body| Body::new(Streamed { body, activity: Arc::clone(activity) })))
}

/// The place of a connection among those that ask. One that follows events has another.
#[derive(Default)]
struct Place(Mutex<Option<OwnedSemaphorePermit>>);

impl Place {
    /// Takes one, unless it has one; false where all are taken.
    fn take(&self, places: &Arc<Semaphore>) -> bool {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            *place = Arc::clone(places).try_acquire_owned().ok();
        }
        place.is_some()
    }

    fn give_back(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// What a client is told that asks where too many do.
fn too_many() -> Response<Body> {
    let mut response = ApiError::Unavailable(TOO_MANY.into()).into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Tells a client that there are too many.
pub(super) async fn refuse(mut stream: TcpStream) {
    let body = format!(r#"{{"detail":"{TOO_MANY}"}}"#);
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         retry-after: 5\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let refusal = async {
        let mut head = vec![0; REFUSED_HEAD];
        let _ = stream.read(&mut head).await?;
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    // The client is turned away in any case; that it did not hear why is nothing to mend here.
    let _ = tokio::time::timeout(REFUSAL_TIMEOUT, refusal).await;
}
