//! All teams that have a device, and what is to be retained of them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cache::{Cache, LeagueView};
use chrono::{DateTime, Utc};
use futures::future::{BoxFuture, select_all};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use game_model::{Game, GameHistory, League};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::MqttConfig;
use crate::discovery;
use crate::last::{self, Past};
use crate::retained::{Place, Rank, Retained};
use crate::seat::Seat;
use crate::team::{FollowedTeams, KnownTeam};
use crate::topics::{ONLINE, Topics};

/// Teams that have a device at most.
const MOST: usize = 200;

/// Questions to history at a time.
const ASKED_AT_ONCE: usize = 4;

/// History is asked again after this, where it changed.
const ASK_AGAIN: Duration = Duration::from_hours(1);

/// The same after it could not be read.
const ASK_AFTER_FAILURE: Duration = Duration::from_mins(1);

type View = watch::Receiver<Option<Arc<LeagueView>>>;

/// What history answers about a team.
pub(crate) type Answer = (String, Result<Past, String>);

/// What there is to look at.
pub(crate) enum News {
    Scoreboard,
    History(Answer),
}

/// All teams that have a device.
pub(crate) struct Board {
    config: MqttConfig,
    pub topics: Topics,
    history: Arc<dyn GameHistory>,
    views: Vec<(League, View)>,
    /// The versions of the views that were looked at last.
    seen: BTreeMap<League, u64>,
    seats: Vec<Seat>,
    /// Whether devices of other teams are taken back.
    is_complete: bool,
    /// Whether it is known what is to be retained of each team: only then the service says that it is there.
    is_ready: bool,
    pub too_many: usize,
    /// Announcements of ours that the broker keeps, with what they name.
    found: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    asking: FuturesUnordered<BoxFuture<'static, Answer>>,
}

impl Board {
    pub fn new(config: MqttConfig, cache: &Cache, leagues: &[League], history: Arc<dyn GameHistory>) -> Self {
        let topics = Topics::new(&config.discovery_prefix, &config.topic_prefix);
        let views = leagues.iter().filter_map(|&league| Some((league, cache.subscribe(league)?)));
        Self {
            config,
            topics,
            history,
            views: views.collect(),
            seen: BTreeMap::new(),
            seats: Vec::new(),
            is_complete: false,
            is_ready: false,
            too_many: 0,
            found: BTreeMap::new(),
            asking: FuturesUnordered::new(),
        }
    }

    /// Follows these teams from now on. What is known of those that were followed before stays.
    pub fn follow(&mut self, followed: &FollowedTeams) {
        let mut seats = std::mem::take(&mut self.seats);
        self.too_many = followed.teams.len().saturating_sub(MOST);
        for named in followed.teams.iter().take(MOST) {
            let known = seats.iter().position(|seat| seat.named == *named);
            self.seats.push(known.map_or_else(|| Seat::new(named.clone()), |place| seats.swap_remove(place)));
        }
        self.is_complete = followed.is_complete && self.too_many == 0;
        self.seen.clear();
    }

    /// Devices that are announced.
    pub fn devices(&self) -> usize {
        self.seats.iter().filter(|seat| !seat.wanted.is_empty()).count()
    }

    /// The teams that play in a game.
    pub fn teams_of<'a>(&'a self, game: &'a Game) -> impl Iterator<Item = &'a KnownTeam> {
        let announced = self.seats.iter().filter(|seat| !seat.wanted.is_empty());
        announced.filter_map(|seat| seat.team.as_ref()).filter(|team| team.plays_in(game))
    }

    /// Waits until a scoreboard is replaced, or history answers. Nothing is lost where the wait is given up.
    pub async fn next(&mut self) -> News {
        let Self { views, asking, .. } = self;
        tokio::select! {
            () = replaced(views) => News::Scoreboard,
            Some(answer) = asking.next() => News::History(answer),
        }
    }

    /// History answered.
    pub fn answered(&mut self, (id, past): Answer) {
        self.seen.clear();
        for seat in self.seats.iter_mut().filter(|seat| seat.team.as_ref().is_some_and(|team| team.id == id))
        {
            seat.is_asking = false;
            match &past {
                Ok(past) => seat.past = Some(past.clone()),
                Err(error) => {
                    tracing::warn!(
                        team = id,
                        "its last and next games can not be read from history: {error}"
                    );
                    (seat.asked, seat.ask_at) = (None, Instant::now() + ASK_AFTER_FAILURE);
                    seat.past.get_or_insert_default();
                }
            }
        }
    }

    /// The broker keeps this announcement of a device.
    pub fn found(&mut self, topic: &str, payload: &[u8]) {
        if !self.topics.may_be_ours(topic) {
            return;
        }
        match discovery::retained_topics(payload, &self.topics) {
            Some(named) => drop(self.found.insert(topic.into(), named)),
            None => drop(self.found.remove(topic)),
        }
    }

    /// Looks at the scoreboards that changed, or all of them, and at what is to be retained then.
    pub fn look(&mut self, all: bool, now: DateTime<Utc>, retained: &mut Retained) {
        let views: Vec<(League, Option<Arc<LeagueView>>)> =
            self.views.iter().map(|(league, view)| (*league, view.borrow().clone())).collect();
        let mut looked = false;
        for (league, view) in views {
            let version = view.as_ref().map_or(0, |view| view.version);
            if all || self.seen.get(&league) != Some(&version) {
                self.seen.insert(league, version);
                self.look_at(league, view.as_deref(), now);
                looked = true;
            }
        }
        if looked {
            self.ask(now);
            self.is_ready |= !self.seats.iter().any(Seat::waits_for_history);
            retained.want(self.wanted());
            self.take_back(retained);
        }
    }

    fn look_at(&mut self, league: League, view: Option<&LeagueView>, now: DateTime<Utc>) {
        for seat in self.seats.iter_mut().filter(|seat| seat.named.league == league) {
            // What a scoreboard says of a team goes before what its id says.
            let found = KnownTeam::find(&seat.named, view);
            let by_id = || seat.team.clone().or_else(|| view.and_then(|_| KnownTeam::by_id(&seat.named)));
            let team = found.or_else(by_id);
            let id = |team: &Option<KnownTeam>| team.as_ref().map(|team| team.id.clone());
            if id(&team) != id(&seat.team) {
                // What history answers about another id is not about this team.
                (seat.is_asking, seat.asked, seat.ask_at) = (false, None, Instant::now());
            }
            seat.team = team;
            let config = seat.team.as_ref().map(|team| {
                let place = Place { rank: Rank::Config, topic: self.topics.config(&team.id) };
                (place, discovery::payload(&self.config, &self.topics, team))
            });
            match view {
                Some(view) => seat.look(view, config, &self.topics, now),
                None => seat.wanted = config.into_iter().collect(),
            }
        }
    }

    fn ask(&mut self, now: DateTime<Utc>) {
        for seat in &mut self.seats {
            if self.asking.len() >= ASKED_AT_ONCE {
                return;
            }
            let Some(team) = seat.team.clone().filter(|_| !seat.is_asking && seat.ask_at <= Instant::now())
            else {
                continue;
            };
            let revision = self.history.revision(Some(team.league), None);
            if seat.asked == Some(revision) {
                continue;
            }
            (seat.asked, seat.is_asking, seat.ask_at) = (Some(revision), true, Instant::now() + ASK_AGAIN);
            let (history, id) = (self.history.clone(), team.id.clone());
            self.asking.push(async move { (id, last::ask(history, team, now).await) }.boxed());
        }
    }

    fn wanted(&self) -> BTreeMap<Place, Bytes> {
        let online = Place { rank: Rank::Availability, topic: self.topics.availability() };
        let online = self.is_ready.then(|| (online, Bytes::from_static(ONLINE.as_bytes())));
        let mut wanted: BTreeMap<Place, Bytes> = online.into_iter().collect();
        for (place, payload) in self.seats.iter().flat_map(|seat| &seat.wanted) {
            wanted.entry(place.clone()).or_insert_with(|| payload.clone());
        }
        wanted
    }

    /// Takes back the devices of teams that are not followed any more, once it is known who is: those of a league of
    /// which somebody named a team that no scoreboard shows yet have to wait.
    pub fn take_back(&mut self, retained: &mut Retained) {
        if !self.is_complete {
            return;
        }
        let unknown = self.seats.iter().filter(|seat| seat.team.is_none());
        let unknown: Vec<String> =
            unknown.map(|seat| self.topics.configs_of_league(seat.named.league.key)).collect();
        let teams = self.seats.iter().filter_map(|seat| seat.team.as_ref());
        let ours: HashSet<Arc<str>> = teams.map(|team| self.topics.config(&team.id)).collect();
        let may_be_followed =
            |topic: &Arc<str>| ours.contains(topic) || unknown.iter().any(|league| topic.starts_with(league));
        let gone: Vec<Arc<str>> =
            self.found.keys().filter(|topic| !may_be_followed(topic)).cloned().collect();
        for config in gone {
            let named = self.found.remove(&config).unwrap_or_default();
            tracing::info!(topic = &*config, "a device of a team that is not followed is taken back");
            retained.may_hold(Place { rank: Rank::Config, topic: config });
            for topic in named {
                retained.may_hold(Place { rank: Rank::of_topic(&topic), topic });
            }
        }
    }
}

/// Waits until a scoreboard is replaced.
async fn replaced(views: &mut [(League, View)]) {
    if views.is_empty() {
        return std::future::pending().await;
    }
    let changes = views.iter_mut().map(|(_, view)| view.changed().boxed());
    if select_all(changes).await.0.is_err() {
        // The cache is gone: the service ends.
        std::future::pending::<()>().await;
    }
}
