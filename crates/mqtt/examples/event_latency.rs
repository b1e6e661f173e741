//! How long it takes from ESPN's answer read until clients of a broker hold the event, published over MQTT.
//!
//! `cargo run --release -p mqtt --example event_latency -- --broker mqtt://127.0.0.1:1883`: a scoreboard of 16 games,
//! all of whose teams have a device, is decoded, shown and its score committed to a store on disk. 100 clients have
//! subscribed to the events of the team that scores, 50 times. What the broker takes to pass them on is in the figures.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cache::{Cache, CacheConfig};
use chrono::{DateTime, TimeDelta, Utc};
use espn_client::decode;
use espn_sim::shape::{event, scoreboard};
use game_model::{League, Observation, ObservationLog, Seen, Slate, SystemClock};
use mqtt::{BrokerAddress, Client, FollowedTeams, MqttConfig, MqttPublisher, NamedTeam, Sources};
use rumqttc::mqttbytes::QoS;
use rumqttc::{AsyncClient, Event, Incoming, MqttOptions};
use store::{Store, StoreConfig};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Clients that have subscribed.
const SUBSCRIBERS: usize = 100;

/// Scores of a run.
const SCORES: u32 = 50;

/// Between two scores everything comes to rest.
const REST: Duration = Duration::from_millis(200);

/// The last client gets an event within this, or the run ends.
const DEADLINE: Duration = Duration::from_secs(30);

type Arrivals = Arc<Mutex<Vec<Instant>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let broker = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--broker"), Some(url)) => url.parse::<BrokerAddress>()?,
        _ => return Err("say where the broker is: --broker mqtt://127.0.0.1:1883".into()),
    };
    if broker.tls || broker.credentials.is_some() {
        return Err("the clients that listen know neither TLS nor passwords".into());
    }
    let mut all = measure(broker).await?;
    all.sort_by(f64::total_cmp);
    println!("{SUBSCRIBERS} subscribers, p50: {:.2} ms", percentile(&all, 50));
    println!("{SUBSCRIBERS} subscribers, p99: {:.2} ms", percentile(&all, 99));
    println!("{SUBSCRIBERS} subscribers, worst: {:.2} ms", percentile(&all, 100));
    Ok(())
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

/// How long each client waited for each score, in milliseconds.
async fn measure(broker: BrokerAddress) -> Result<Vec<f64>, Box<dyn Error>> {
    let league: League = "nfl".parse()?;
    let folder = tempfile::tempdir()?;
    let config = StoreConfig { dir: folder.path().to_owned(), ..StoreConfig::default() };
    let store = Arc::new(Store::open(config, Arc::new(SystemClock))?);
    let cache = Arc::new(Cache::new(CacheConfig::default(), [league]));
    let named = league.teams.iter().map(|team| NamedTeam { league, name: league.team_id(team.abbreviation) });
    let (_teams, followed) =
        watch::channel(FollowedTeams { teams: named.take(32).collect(), is_complete: true });
    let sources = Sources {
        cache: cache.clone(),
        leagues: vec![league],
        events: store.clone(),
        history: store.clone(),
        teams: followed,
        clock: Arc::new(SystemClock),
    };
    let scorer = league.team_id(league.teams[0].abbreviation);
    let arrivals = subscribe(&broker, &format!("sports-data/{scorer}/event")).await?;
    let config = MqttConfig::new(broker);
    let client = Client::new(&config, format!("event-latency-{}", std::process::id()))?;
    let publisher = MqttPublisher::new(config, Arc::new(client), sources, || 0.1);
    let status = publisher.status();
    let stop = CancellationToken::new();
    let running = tokio::spawn(publisher.run(stop.clone()));
    let begun = Instant::now();
    while !status.report().connected {
        if begun.elapsed() > DEADLINE {
            return Err("the broker can not be reached".into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let start = Utc::now() - TimeDelta::minutes(30);
    let mut took = Vec::new();
    for score in 0..=SCORES {
        let body = answer(league, start, score);
        let read = Instant::now();
        let board = decode(league, Slate::Current, &body)?;
        let games: Vec<_> = board.games.into_iter().map(Arc::new).collect();
        let observed_at = Utc::now();
        cache.publish(league, games.clone(), Some(observed_at), Duration::from_secs(5));
        store.commit(Observation { league, observed_at, games, seen: Seen::Watched }).await?;
        let wanted = if score == 0 { 0 } else { SUBSCRIBERS };
        while arrivals.lock().map_or(0, |arrived| arrived.len()) < wanted {
            if read.elapsed() > DEADLINE {
                return Err("not every client got the event".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(REST).await;
        let arrived = arrivals.lock().map(|mut arrived| std::mem::take(&mut *arrived)).unwrap_or_default();
        if arrived.len() != wanted {
            return Err(format!("{} messages came of {wanted}", arrived.len()).into());
        }
        took.extend(arrived.into_iter().map(|at| at.duration_since(read).as_secs_f64() * 1e3));
    }
    stop.cancel();
    running.await?;
    Store::clone(&store).close().await;
    Ok(took)
}

/// A scoreboard of 16 games in ESPN's shape, in one of which the home side has so many points.
fn answer(league: League, start: DateTime<Utc>, score: u32) -> Vec<u8> {
    let pairs = league.teams.chunks(2).take(16).enumerate();
    let board = pairs.fold(scoreboard(league), |board, (n, pair)| {
        let points = if n == 0 { score } else { 0 };
        let game =
            event(format!("{}", 401 + n)).home(pair[0].abbreviation, points).away(pair[1].abbreviation, 100);
        board.event(game.status("STATUS_IN_PROGRESS").period(2).clock("3:21").starts(start))
    });
    board.to_json().to_string().into_bytes()
}

/// Has all clients subscribe, and notes when messages come to them.
async fn subscribe(broker: &BrokerAddress, topic: &str) -> Result<Arrivals, Box<dyn Error>> {
    let arrivals = Arrivals::default();
    let (ready, mut subscribed) = mpsc::channel(SUBSCRIBERS);
    for n in 0..SUBSCRIBERS {
        let name = format!("subscriber-{}-{n}", std::process::id());
        let options = MqttOptions::new(name, (broker.host.clone(), broker.port));
        let (client, mut events) = AsyncClient::builder(options).capacity(8).build();
        client.subscribe(topic, QoS::AtLeastOnce).await?;
        let (arrivals, ready) = (arrivals.clone(), ready.clone());
        tokio::spawn(async move {
            // Held, because the connection ends without it.
            let _client = client;
            // Dropped with the task of a client that fails.
            let mut ready = Some(ready);
            while let Ok(event) = events.poll().await {
                match event {
                    Event::Incoming(Incoming::SubAck(_)) => {
                        if let Some(ready) = ready.take() {
                            let _ = ready.send(()).await;
                        }
                    }
                    Event::Incoming(Incoming::Publish(_)) => {
                        if let Ok(mut arrivals) = arrivals.lock() {
                            arrivals.push(Instant::now());
                        }
                    }
                    _ => {}
                }
            }
        });
    }
    drop(ready);
    for _ in 0..SUBSCRIBERS {
        subscribed.recv().await.ok_or("a client could not subscribe")?;
    }
    Ok(arrivals)
}
