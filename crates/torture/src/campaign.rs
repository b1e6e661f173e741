//! The whole run: lives and kills, then the drain and the verdict.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use chrono::{TimeDelta, Utc};
use espn_sim::{EspnSim, Fault, SimConfig, Times};
use fastrand::Rng;
use fault_proxy::{FaultProxy, Plan};
use game_model::League;
use tokio::sync::watch;

use crate::games::World;
use crate::influx::InfluxDb;
use crate::ledger::{Ledger, Totals};
use crate::lives::Life;
use crate::outcome::Outcome;
use crate::service::Service;
use crate::verdict::Verdict;

/// The scoreboards move on so often.
const STEP: Duration = Duration::from_millis(100);

/// The service is looked at so often.
const LOOK: Duration = Duration::from_millis(25);

/// Progress is told so often.
const TELL: Duration = Duration::from_secs(10);

/// Without faults, everything that waits is written by then.
const DRAIN: Duration = Duration::from_mins(3);

/// Failures that open the breaker while the service drains.
const BREAKER_THRESHOLD: u32 = 3;

/// No disk has so much room, so that each counts as full.
const MORE_THAN_ANY_DISK: &str = "1000TiB";

/// What is done, and with what.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The service's program.
    pub program: PathBuf,
    /// The server, with a database of its own.
    pub influx: InfluxDb,
    /// A folder of its own, in which the service runs and keeps its data.
    pub folder: PathBuf,
    /// How often it is killed.
    pub kills: u32,
    /// When there was no time for all kills, the verdict follows after this.
    pub at_most: Duration,
    /// Lives, faults and games are drawn by it.
    pub seed: u64,
}

/// A seed that was most likely not used before.
pub fn fresh_seed() -> u64 {
    fastrand::u64(..1 << 32)
}

/// Carries it out, telling how it goes. A stop ends it early, without a verdict.
///
/// An error is something that must never be: a count that does not add up, a service that ends by itself or does
/// not drain.
pub async fn run(
    campaign: &Campaign,
    stop: watch::Receiver<bool>,
    tell: fn(&str),
) -> anyhow::Result<Outcome> {
    let leagues: Vec<League> = League::all().collect();
    let begin = Utc::now() - TimeDelta::minutes(90);
    let mut world = World::new(campaign.seed, &leagues, begin);
    let config = SimConfig { max_age: Duration::from_secs(1), ..SimConfig::in_memory(world.boards()) };
    let espn = EspnSim::start(config).await?;
    let proxy = FaultProxy::start(campaign.influx.address()).await?;
    campaign.influx.create().await.context("the database cannot be made")?;
    let run = Run { campaign, leagues, espn, proxy, stop, tell };
    let result = tokio::select! {
        outcome = run.lives_and_verdict() => outcome,
        () = play(&mut world, &run.espn) => bail!("the games ended"),
    };
    run.espn.stop().await;
    result
}

/// Lets the games go on.
async fn play(world: &mut World, espn: &EspnSim) {
    let mut steps = tokio::time::interval(STEP);
    loop {
        steps.tick().await;
        world.step();
        for (league, board) in world.boards() {
            espn.show(league, board);
        }
    }
}

struct Run<'a> {
    campaign: &'a Campaign,
    leagues: Vec<League>,
    espn: EspnSim,
    proxy: FaultProxy,
    stop: watch::Receiver<bool>,
    tell: fn(&str),
}

impl Run<'_> {
    async fn lives_and_verdict(&self) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::new(self.campaign.seed);
        let mut random = Rng::with_seed(self.campaign.seed);
        let (begun, mut told) = (Instant::now(), Instant::now());
        for number in 1..=self.campaign.kills {
            if begun.elapsed() > self.campaign.at_most {
                (self.tell)("the time is up");
                break;
            }
            let life = Life::draw(number, &mut random);
            let lasts = life.lasts;
            self.live(life, &mut outcome).await.with_context(|| {
                format!("life {number} of seed {}, meant to last {lasts:?}", outcome.seed)
            })?;
            outcome.faults = self.proxy.counts();
            if *self.stop.borrow() {
                outcome.took = begun.elapsed();
                outcome.interrupted = true;
                return Ok(outcome);
            }
            if told.elapsed() > TELL || number == self.campaign.kills {
                told = Instant::now();
                (self.tell)(&outcome.progress(self.campaign.kills));
            }
        }
        self.drain(&mut outcome).await?;
        self.judge(&mut outcome).await?;
        outcome.took = begun.elapsed();
        Ok(outcome)
    }

    /// Starts the service, looks at it until its time has come, kills it, and looks at what it left.
    async fn live(&self, life: Life, outcome: &mut Outcome) -> anyhow::Result<()> {
        self.proxy.plan(life.network);
        let mut service = self.start(life.breaker_threshold, life.disk_is_full)?;
        let begun = Instant::now();
        let mut later = life.later;
        let mut stop = self.stop.clone();
        while let Some(left) = life.lasts.checked_sub(begun.elapsed()) {
            if let Some((_, plan)) = later.take_if(|(after, _)| begun.elapsed() >= *after) {
                self.proxy.plan(plan);
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                looked = self.look(&service, outcome) => looked?,
                () = tokio::time::sleep(left) => break,
            }
            tokio::time::sleep(LOOK.min(left)).await;
            if !*stop.borrow() {
                service.check_alive()?;
            }
        }
        let log = service.log();
        service.kill().await?;
        outcome.kills += 1;
        self.look_into_ledger(outcome).with_context(|| format!("after a kill; the log ended with\n{log}"))
    }

    /// Asks the service itself.
    async fn look(&self, service: &Service, outcome: &mut Outcome) -> anyhow::Result<()> {
        if let Some(totals) = service.health().await {
            totals.check(&outcome.totals).with_context(|| format!("/health; its log:\n{}", service.log()))?;
            outcome.totals = totals;
            outcome.looks += 1;
        }
        Ok(())
    }

    /// Reads the database of the service that is gone.
    fn look_into_ledger(&self, outcome: &mut Outcome) -> anyhow::Result<()> {
        let Some(ledger) = Ledger::open(&self.data())? else {
            ensure!(outcome.totals == Totals::default(), "the database is gone: {:?}", outcome.totals);
            return Ok(());
        };
        let totals = ledger.totals()?;
        totals.check(&outcome.totals)?;
        outcome.totals = totals;
        outcome.most_deferred = outcome.most_deferred.max(totals.deferred);
        Ok(())
    }

    /// Nothing fails any more and nothing new is observed: the service writes all that waits, and ends in peace.
    async fn drain(&self, outcome: &mut Outcome) -> anyhow::Result<()> {
        (self.tell)(&format!("draining {} points", outcome.totals.pending));
        self.espn.fault(None, Fault::status(500), Times::UntilCleared);
        self.proxy.plan(Plan::Healthy);
        self.proxy.reset_connections();
        let mut service = self.start(BREAKER_THRESHOLD, false)?;
        let begun = Instant::now();
        loop {
            let looks = outcome.looks;
            self.look(&service, outcome).await?;
            if outcome.looks > looks && outcome.totals.pending == 0 {
                break;
            }
            service.check_alive()?;
            let left = outcome.totals;
            ensure!(
                begun.elapsed() < DRAIN,
                "it does not drain: {left:?} by {} answers of /health so far; its log:\n{}",
                outcome.looks,
                service.log()
            );
            tokio::time::sleep(LOOK).await;
        }
        let status = service.terminate().await?;
        ensure!(status.success(), "the service ended with {status} when it was told to stop");
        Ok(())
    }

    /// Compares what was accepted with what became of it.
    async fn judge(&self, outcome: &mut Outcome) -> anyhow::Result<()> {
        self.look_into_ledger(outcome)?;
        let ledger = Ledger::open(&self.data())?.context("there is no database")?;
        ledger.check_integrity()?;
        let accepted = ledger.observed()?;
        let dead = ledger.dead_letters()?;
        let mut server = Vec::new();
        for league in &self.leagues {
            server.extend(self.campaign.influx.points(&format!("{}_scores", league.key)).await?);
        }
        outcome.in_server = server.len() as u64;
        outcome.reasons = ledger.reasons()?;
        outcome.verdict = Some(Verdict::of(&accepted, &server, &dead));
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.campaign.folder.join("data")
    }

    fn start(&self, breaker_threshold: u32, disk_is_full: bool) -> anyhow::Result<Service> {
        let leagues: Vec<&str> = self.leagues.iter().map(|league| league.key).collect();
        let influx = &self.campaign.influx;
        let settings = [
            ("PORT", "0".into()),
            ("BIND_ADDRESS", "127.0.0.1".into()),
            ("DATA_DIR", self.data().display().to_string()),
            ("LEAGUES", leagues.join(",")),
            ("ESPN_BASE_URL", self.espn.url().to_string()),
            ("LIVE_POLL_SECONDS", "1".into()),
            // Its ESPN plays games of today alone.
            ("BACKFILL_ON_START", "false".into()),
            // Every point is a row of history, by which it is looked for.
            ("HISTORY_CLOCK_SECONDS", "0".into()),
            ("DISK_FREE_MIN_BYTES", if disk_is_full { MORE_THAN_ANY_DISK } else { "0" }.into()),
            ("INFLUXDB_URL", format!("http://{}", self.proxy.address())),
            ("INFLUXDB_TOKEN", influx.token()),
            ("INFLUXDB_BUCKET", influx.database().into()),
            ("INFLUXDB_FLUSH_INTERVAL_MS", "50".into()),
            ("INFLUXDB_FLUSH_JITTER_MS", "20".into()),
            ("INFLUXDB_RETRY_INTERVAL_MS", "20".into()),
            ("INFLUXDB_MAX_RETRY_DELAY_MS", "200".into()),
            ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", breaker_threshold.to_string()),
            ("CIRCUIT_BREAKER_TIMEOUT_SECONDS", "1".into()),
        ];
        Service::start(&self.campaign.program, &self.campaign.folder, &settings)
    }
}
