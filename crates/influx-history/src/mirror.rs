//! The games of a league in memory, as far as they were read: windows of time, or parts of them, kept for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use game_model::League;
use tokio::time::{Instant, timeout};

use crate::games::{Games, Known, add_games, add_rows};
use crate::row::{rows, times};
use crate::server::{Refusal, Server};
use crate::span::{DAY, Span};
use crate::statement::{End, Statement};

/// Parts that are read at a time.
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

/// A part of time that was read.
#[derive(Debug)]
struct Part {
    read: Read,
    games: Games,
}

/// What is known of a league.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    before: Option<i64>,
    ends: Option<(Read, Option<Span>)>,
    parts: BTreeMap<Span, Part>,
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
        self.parts.retain(|span, part| part.read.holds(asked, span.until));
        self.read(server, asked, &wanted).await?;
        let mut games = Games::new();
        for span in &wanted {
            self.within(*span).for_each(|(_, part)| add_games(&mut games, &part.games));
        }
        if self.parts.values().map(|part| part.games.len()).sum::<usize>() > MAX_KEPT {
            self.parts.clear();
        }
        Ok(games)
    }

    /// Reads what lacks of these windows, the latest first. What came is kept part by part, so that a question that
    /// runs out of time has not asked in vain.
    async fn read(&mut self, server: &Server, asked: &Asked, windows: &[Span]) -> Result<(), Refusal> {
        let mut waiting: Vec<Span> = windows.iter().flat_map(|window| self.missing(*window)).collect();
        let mut reading = FuturesUnordered::new();
        loop {
            while reading.len() < AT_A_TIME
                && let Some(span) = waiting.pop()
            {
                if server.parts().is_too_long(span) {
                    waiting.extend(span.halves());
                } else {
                    reading.push(async move { (span, server.part(span, read(server, asked, span)).await) });
                }
            }
            match reading.next().await {
                None => return Ok(()),
                Some((span, Ok(games))) => {
                    self.parts.insert(span, Part { read: Read::now(asked), games });
                }
                // The next time in halves.
                Some((span, Err(Refusal::TooMuch(_)))) => waiting.push(span),
                Some((_, Err(refusal))) => return Err(refusal),
            }
        }
    }

    /// The parts of a span that were not read. All parts are halves of windows, or halves of those.
    fn missing(&self, span: Span) -> Vec<Span> {
        if self.parts.contains_key(&span) {
            return Vec::new();
        }
        if self.within(span).next().is_none() {
            return vec![span];
        }
        span.halves().into_iter().flat_map(|half| self.missing(half)).collect()
    }

    /// The parts of a span that were read.
    fn within(&self, span: Span) -> impl Iterator<Item = (&Span, &Part)> {
        let first = Span { from: span.from, until: i64::MIN };
        self.parts.range(first..).take_while(move |(part, _)| part.from < span.until)
    }

    /// In which all points of the league lie; none where there are none.
    async fn ends(&mut self, server: &Server, asked: &Asked) -> Result<Option<Span>, Refusal> {
        if let Some((read, ends)) = self.ends
            && read.holds(asked, i64::MAX)
        {
            return Ok(ends);
        }
        let read = Read::now(asked);
        let look = timeout(server.parts().patience(), self.look(server, asked)).await;
        let ends = match look.unwrap_or_else(|_| Err(Refusal::TooMuch("it is slow to tell".into()))) {
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

/// Reads a part.
async fn read(server: &Server, asked: &Asked, span: Span) -> Result<Games, Refusal> {
    let (league, before) = (asked.league, asked.before);
    let mut games = Games::new();
    let answer = server.ask(&Statement::newest(league, span, before)).await?;
    add_rows(&mut games, rows(league, &answer), span);
    // Of a series the newest row is known. Where none tells the start, the first does as far as it can.
    if games.values().any(Known::has_no_start) {
        let answer = server.ask(&Statement::first_moving(league, span, before)).await?;
        for (id, time) in times(&answer) {
            if let Some(known) = games.get_mut(&id) {
                known.moved_at(time);
            }
        }
    }
    Ok(games)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{Games, Mirror, Part, Read};
    use crate::span::{Span, WINDOW};

    #[test]
    fn what_was_read_of_a_window_is_not_read_again() {
        let mut mirror = Mirror::default();
        let window = Span { from: WINDOW, until: 2 * WINDOW };
        assert_eq!(mirror.missing(window), [window]);
        let [early, late] = window.halves();
        let [late, last] = late.halves();
        let mut keep = |span: Span| {
            let read = Read { at: Instant::now(), written: 0 };
            mirror.parts.insert(span, Part { read, games: Games::new() });
        };
        keep(Span { from: 0, until: WINDOW });
        keep(late);
        assert_eq!(mirror.missing(window), [early, last]);
        assert_eq!(mirror.within(window).map(|(span, _)| *span).collect::<Vec<_>>(), [late]);
        let mut keep = |span: Span| {
            let read = Read { at: Instant::now(), written: 0 };
            mirror.parts.insert(span, Part { read, games: Games::new() });
        };
        keep(early);
        keep(last);
        assert!(mirror.missing(window).is_empty());
    }
}
