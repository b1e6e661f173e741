//! How long it takes from ESPN's answer read to the last webhook on the wire.
//!
//! `cargo run --release -p webhooks --example fan_out`: a scoreboard of 16 games is decoded, its score committed to a
//! store on disk with a delivery for every webhook, and sent over loopback to a receiver of the same process that
//! checks nothing and answers at once. First 100 webhooks and 50 scores, then 1,000 webhooks and 10 scores.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use espn_client::decode;
use espn_sim::shape::{event, scoreboard};
use game_model::{
    EventFilter, League, NewWebhook, Observation, ObservationLog, Seen, Slate, SystemClock, WebhookDesk,
    WebhookSecret,
};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use store::{Store, StoreConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use webhooks::{Webhooks, WebhooksConfig};

/// Between two scores everything comes to rest.
const REST: Duration = Duration::from_millis(400);

/// The last webhook gets an event within this, or the run ends.
const DEADLINE: Duration = Duration::from_secs(30);

type Arrivals = Arc<Mutex<Vec<Instant>>>;

fn main() -> Result<(), Box<dyn Error>> {
    for (subscribers, scores) in [(100, 50), (1_000, 10)] {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let rounds = runtime.block_on(measure(subscribers, scores))?;
        let mut all: Vec<f64> = rounds.iter().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        let mut last: Vec<f64> = rounds.iter().filter_map(|round| round.last().copied()).collect();
        last.sort_by(f64::total_cmp);
        println!("{subscribers} webhooks, p50: {:.2} ms", percentile(&all, 50));
        println!("{subscribers} webhooks, p99: {:.2} ms", percentile(&all, 99));
        println!("{subscribers} webhooks, last, median: {:.2} ms", percentile(&last, 50));
        println!("{subscribers} webhooks, last, worst: {:.2} ms", percentile(&last, 100));
    }
    Ok(())
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

/// How long each webhook took at each score, in milliseconds.
async fn measure(subscribers: usize, scores: u32) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let config = StoreConfig { dir: folder.path().to_owned(), ..StoreConfig::default() };
    let store = Arc::new(Store::open(config, Arc::new(SystemClock))?);
    let config = WebhooksConfig::new(folder.path().join("webhooks.key"));
    let (desk, delivering) = Webhooks::open(config, store.clone(), Arc::new(SystemClock)).await?;
    let stop = CancellationToken::new();
    let running = tokio::spawn(delivering.run(stop.clone(), Duration::from_secs(5)));
    let arrivals = Arrivals::default();
    let address = receive(arrivals.clone()).await?;
    for n in 0..subscribers {
        let filter = EventFilter { kinds: vec!["score_changed".parse()?], ..EventFilter::default() };
        let secret = WebhookSecret::new("sixteen characters at least".into());
        let url = format!("http://{address}/hook/{n}");
        desk.register(NewWebhook { url, filter, delay: Duration::ZERO, secret }).await?;
    }
    let league: League = "nfl".parse()?;
    let start = chrono::Utc::now() - chrono::TimeDelta::minutes(30);
    let mut rounds = Vec::new();
    for score in 0..=scores {
        let body = answer(league, start, score);
        let read = Instant::now();
        let board = decode(league, Slate::Current, &body)?;
        let games = board.games.into_iter().map(Arc::new).collect();
        let observed_at = chrono::Utc::now();
        store.commit(Observation { league, observed_at, games, seen: Seen::Watched }).await?;
        if score == 0 {
            continue;
        }
        while arrivals.lock().map_or(0, |arrived| arrived.len()) < subscribers {
            if read.elapsed() > DEADLINE {
                return Err("not every webhook got the event".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let arrived = arrivals.lock().map(|mut arrived| std::mem::take(&mut *arrived)).unwrap_or_default();
        let mut took: Vec<f64> =
            arrived.into_iter().map(|at| at.duration_since(read).as_secs_f64() * 1e3).collect();
        took.sort_by(f64::total_cmp);
        rounds.push(took);
        tokio::time::sleep(REST).await;
    }
    stop.cancel();
    running.await?;
    Store::clone(&store).close().await;
    Ok(rounds)
}

/// A scoreboard of 16 games in ESPN's shape, in one of which the home side has so many points.
fn answer(league: League, start: chrono::DateTime<chrono::Utc>, score: u32) -> Vec<u8> {
    let pairs = league.teams.chunks(2).enumerate();
    let board = pairs.fold(scoreboard(league), |board, (n, pair)| {
        let points = if n == 0 { score } else { 0 };
        let game =
            event(format!("{}", 401 + n)).home(pair[0].abbreviation, points).away(pair[1].abbreviation, 100);
        board.event(game.status("STATUS_IN_PROGRESS").period(2).clock("3:21").starts(start))
    });
    board.to_json().to_string().into_bytes()
}

/// A receiver that notes when requests come.
async fn receive(arrivals: Arrivals) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let arrivals = arrivals.clone();
            let service = service_fn(move |_: Request<hyper::body::Incoming>| {
                if let Ok(mut arrivals) = arrivals.lock() {
                    arrivals.push(Instant::now());
                }
                async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
            });
            let serving =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { drop(serving.await) });
        }
    });
    Ok(address)
}
