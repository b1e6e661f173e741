//! One team that has a device: what is known of it, and what its topics are to retain.

use std::sync::Arc;

use bytes::Bytes;
use cache::LeagueView;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameId, GameStatus};
use tokio::time::Instant;

use crate::attributes::{Attributes, clock, record_text, timestamp};
use crate::last::{Past, with_looks};
use crate::retained::{Place, Rank};
use crate::state::{Picture, Word};
use crate::team::{KnownTeam, NamedTeam};
use crate::topics::{Leaf, Topics};

/// A clock that runs is told this often at most, unless something else changed: a value that changes at each look fills
/// the recorder.
const CLOCK_EVERY: TimeDelta = TimeDelta::seconds(60);

/// What Home Assistant takes for an unknown value.
const UNKNOWN: &str = "None";

/// One team that has a device.
#[derive(Debug)]
pub(crate) struct Seat {
    pub named: NamedTeam,
    /// None while no scoreboard shows who is meant.
    pub team: Option<KnownTeam>,
    /// What history knows; none until it was asked.
    pub past: Option<Past>,
    /// When history is asked again, should it have changed since this revision.
    pub ask_at: Instant,
    pub asked: Option<u64>,
    pub is_asking: bool,
    /// Whether there is a scoreboard to tell of.
    has_view: bool,
    /// The last game that was seen over, and when its end was seen, where that was.
    last: Option<(Arc<Game>, Option<DateTime<Utc>>)>,
    /// The games that were not over when they were looked at last.
    open: Vec<GameId>,
    clock: Option<ShownClock>,
    /// What the topics are to retain.
    pub wanted: Vec<(Place, Bytes)>,
}

/// The clock as it was last told, and with what else.
#[derive(Debug)]
struct ShownClock {
    text: String,
    at: DateTime<Utc>,
    beside: Vec<u8>,
}

impl Seat {
    pub fn new(named: NamedTeam) -> Self {
        Self {
            named,
            team: None,
            past: None,
            ask_at: Instant::now(),
            asked: None,
            is_asking: false,
            has_view: false,
            last: None,
            open: Vec::new(),
            clock: None,
            wanted: Vec::new(),
        }
    }

    /// Whether its states are not told yet as history was not heard.
    pub fn waits_for_history(&self) -> bool {
        self.team.is_some() && self.has_view && self.past.is_none()
    }

    /// Looks at the newest scoreboard; the announcement of the device comes first.
    pub fn look(
        &mut self,
        view: &LeagueView,
        config: Option<(Place, Bytes)>,
        topics: &Topics,
        now: DateTime<Utc>,
    ) {
        self.wanted = config.into_iter().collect();
        self.has_view = true;
        let Some(team) = self.team.clone() else { return };
        let shown: Vec<&Arc<Game>> = view.games.iter().filter(|game| team.plays_in(game)).collect();
        self.remember(&shown, now);
        let Some(past) = &self.past else { return };
        let looks = view.games.iter().map(AsRef::as_ref);
        let others = self.last.iter().map(|(game, _)| game).chain(&past.games);
        let mut games: Vec<Arc<Game>> = shown.into_iter().cloned().collect();
        for game in others {
            if !games.iter().any(|known| known.id == game.id) {
                games.push(with_looks(game, &looks));
            }
        }
        let games: Vec<&Game> = games.iter().map(AsRef::as_ref).collect();
        let ended_at =
            |game: &Game| self.last.as_ref().filter(|(last, _)| last.id == game.id).and_then(|(_, at)| *at);
        let picture = Picture::of(&team, &games, looks, ended_at, now);
        let attributes = attributes(&team, &picture, &mut self.clock, now);
        let values = values(&team, &picture);
        let place = |leaf| Place { rank: Rank::Of(leaf), topic: topics.of(&team.id, leaf) };
        self.wanted.push((place(Leaf::Attributes), attributes));
        self.wanted.extend(values.into_iter().map(|(leaf, value)| (place(leaf), Bytes::from(value))));
    }

    /// Keeps the last game that is over: scoreboards drop it some time.
    fn remember(&mut self, shown: &[&Arc<Game>], now: DateTime<Utc>) {
        let is_over = |game: &Game| game.status == GameStatus::Finished;
        if self
            .last
            .as_ref()
            .is_some_and(|(last, _)| shown.iter().any(|game| game.id == last.id && !is_over(game)))
        {
            self.last = None;
        }
        if let Some(&ended) = shown.iter().filter(|game| is_over(game)).max_by_key(|game| game.start) {
            let known = self.last.as_ref().filter(|(last, _)| last.id == ended.id);
            let at = match known {
                Some((_, at)) => *at,
                None => self.open.contains(&ended.id).then_some(now),
            };
            if self.last.as_ref().is_none_or(|(last, _)| last.start <= ended.start) {
                self.last = Some((Arc::clone(ended), at));
            }
        }
        self.open = shown.iter().filter(|game| !is_over(game)).map(|game| game.id.clone()).collect();
    }
}

/// The attributes, whose clock is renewed with everything else, and else once in a while.
fn attributes(
    team: &KnownTeam,
    picture: &Picture<'_>,
    kept: &mut Option<ShownClock>,
    now: DateTime<Utc>,
) -> Bytes {
    let json = |attributes: &Attributes<'_>| serde_json::to_vec(attributes).unwrap_or_default();
    let attributes = Attributes::new(team, picture);
    let beside = json(&attributes);
    let is_current = |kept: &ShownClock| {
        kept.beside == beside && (TimeDelta::zero()..CLOCK_EVERY).contains(&(now - kept.at))
    };
    let text = match kept {
        Some(kept) if is_current(kept) => kept.text.clone(),
        _ => {
            let text = clock(picture);
            *kept = Some(ShownClock { text: text.clone(), at: now, beside });
            text
        }
    };
    json(&attributes.with_clock(&text)).into()
}

/// The other values.
fn values(team: &KnownTeam, picture: &Picture<'_>) -> [(Leaf, String); 6] {
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| UNKNOWN.into());
    let (score, opponent_score) = picture.scores().unzip();
    [
        (Leaf::Score, or_unknown(score.map(|score| score.to_string()))),
        (Leaf::OpponentScore, or_unknown(opponent_score.map(|score| score.to_string()))),
        (Leaf::NextGame, or_unknown(picture.next.map(|next| timestamp(next.game.start)))),
        (Leaf::Record, or_unknown(picture.record.map(|record| record_text(team.league, record)))),
        (Leaf::Playing, if picture.word == Word::In { "ON" } else { "OFF" }.into()),
        (Leaf::State, picture.word.as_str().into()),
    ]
}
