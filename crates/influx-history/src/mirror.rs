//! The games of a league in memory, as far as they were read: windows of time, kept for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{StreamExt, stream};
use game_model::League;
use tokio::time::Instant;

use crate::games::{Games, Known, add_games, add_rows};
use crate::row::{rows, times};
use crate::server::{Refusal, Server};
use crate::span::{DAY, Span};
use crate::statement::{End, Statement};

/// Windows that are read at a time.
const AT_A_TIME: usize = 4;

/// Points of a game are written until so long after its start: 4 days. What changes later shows a little later.
const MOVING: i64 = 4 * DAY;

/// What is kept of games that may still change, and where points begin and end: 1 min.
pub(crate) const KEPT_FOR: Duration = Duration::from_mins(1);

/// What is kept of what the store began after, and nobody changes any more: 15 min.
const OLD_KEPT_FOR: Duration = Duration::from_mins(15);

/// Games that are kept in memory of one league, in all windows. Of more, what was read is forgotten after the answer.
const MAX_KEPT: usize = 50_000;

/// What a question is about, and when it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub league: League,
    /// In which its points may lie.
    pub span: Span,
    /// Only what was observed before this counts.
    pub before: Option<i64>,
    /// The time of day, nanoseconds since the epoch.
    pub now: i64,
    /// How much was written so far: it grows with every write.
    pub written: u64,
}

/// When something was read.
#[derive(Debug, Clone, Copy)]
struct Read {
    at: Instant,
    written: u64,
}

#[derive(Debug)]
struct Window {
    read: Read,
    games: Games,
}

/// What is known of a league.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    before: Option<i64>,
    ends: Option<(Read, Option<Span>)>,
    windows: BTreeMap<Span, Window>,
}

impl Read {
    fn now(asked: &Asked) -> Self {
        Self { at: Instant::now(), written: asked.written }
    }

    /// Whether it still says what would be read now, of what was written until then.
    fn holds(self, asked: &Asked, until: i64) -> bool {
        let age = self.at.elapsed();
        if asked.before.is_some() {
            return age < OLD_KEPT_FOR;
        }
        let is_moving = until > asked.now.saturating_sub(MOVING);
        age < KEPT_FOR && (self.written == asked.written || !is_moving)
    }
}

impl Mirror {
    /// The games of the span; others of its windows as well.
    pub async fn games(&mut self, server: &Server, asked: &Asked) -> Result<Games, Refusal> {
        if self.before != asked.before {
            *self = Self { before: asked.before, ..Self::default() };
        }
        let Some(ends) = self.ends(server, asked).await? else { return Ok(Games::new()) };
        let wanted: Vec<Span> = asked.span.and(ends).windows().collect();
        self.windows.retain(|span, window| window.read.holds(asked, span.until));
        let missing: Vec<Span> =
            wanted.iter().filter(|span| !self.windows.contains_key(span)).copied().collect();
        let mut reading = stream::iter(missing)
            .map(async |span| (span, read(server, asked, span).await))
            .buffer_unordered(AT_A_TIME);
        while let Some((span, games)) = reading.next().await {
            // Kept one by one: a question that runs out of time has not asked in vain.
            self.windows.insert(span, Window { read: Read::now(asked), games: games? });
        }
        drop(reading);
        let mut games = Games::new();
        for span in &wanted {
            if let Some(window) = self.windows.get(span) {
                add_games(&mut games, &window.games);
            }
        }
        if self.windows.values().map(|window| window.games.len()).sum::<usize>() > MAX_KEPT {
            self.windows.clear();
        }
        Ok(games)
    }

    /// In which all points of the league lie; none where there are none.
    async fn ends(&mut self, server: &Server, asked: &Asked) -> Result<Option<Span>, Refusal> {
        if let Some((read, ends)) = self.ends
            && read.holds(asked, i64::MAX)
        {
            return Ok(ends);
        }
        let read = Read::now(asked);
        let ends = match self.look(server, asked).await {
            Err(Refusal::TooMuch(_)) => {
                // It does not tell: as far back as it keeps, and as far ahead as schedules are known.
                let back = DAY.saturating_mul(server.config().retention_days.into());
                Some(Span {
                    from: asked.now.saturating_sub(back),
                    until: asked.now.saturating_add(400 * DAY),
                })
            }
            other => other?,
        };
        self.ends = Some((read, ends));
        Ok(ends)
    }

    async fn look(&self, server: &Server, asked: &Asked) -> Result<Option<Span>, Refusal> {
        let time = async |end| {
            let answer = server.ask(&Statement::end(asked.league, end, asked.before)).await?;
            Ok(times(&answer).first().map(|(_, time)| *time))
        };
        let Some(from) = time(End::First).await? else { return Ok(None) };
        let last = time(End::Last).await?.unwrap_or(from);
        Ok(Some(Span { from, until: last.saturating_add(1) }))
    }
}

/// Reads a window.
async fn read(server: &Server, asked: &Asked, span: Span) -> Result<Games, Refusal> {
    let (league, before) = (asked.league, asked.before);
    let mut games = Games::new();
    let statement = |part| Statement::newest(league, part, before);
    server
        .ask_in_parts(span, statement, |part, answer| {
            add_rows(&mut games, rows(league, &answer), part);
        })
        .await?;
    // Of a series the newest row is known. Where none tells the start, the first does as far as it can.
    if games.values().any(Known::has_no_start) {
        let statement = |part| Statement::first_moving(league, part, before);
        let take = |_: Span, answer: serde_json::Value| {
            for (id, time) in times(&answer) {
                if let Some(known) = games.get_mut(&id) {
                    known.moved_at(time);
                }
            }
        };
        server.ask_in_parts(span, statement, take).await?;
    }
    Ok(games)
}
