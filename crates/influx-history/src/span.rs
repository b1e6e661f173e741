//! A span of time, and its parts.

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use influx_schema::{from_nanoseconds, nanoseconds};

/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 86_400 * 1_000_000_000;

/// What is read and kept at once, on servers that answer so much: 32 days.
pub(crate) const WINDOW: i64 = 32 * DAY;

/// Moments from `from` on, before `until`; nanoseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub from: i64,
    pub until: i64,
}

impl Span {
    /// Everything.
    pub const ALL: Self = Self { from: i64::MIN, until: i64::MAX };

    /// From the moment on, before the other.
    pub fn between(from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Self {
        Self { from: from.map_or(i64::MIN, nanoseconds), until: until.map_or(i64::MAX, nanoseconds) }
    }

    /// In which all points lie of a season that begins in this year: up to two years, as seasons have been put off.
    pub fn of_season(begins: i32) -> Self {
        let new_year = |year: Option<i32>| Utc.with_ymd_and_hms(year?, 1, 1, 0, 0, 0).single();
        Self::between(new_year(Some(begins)), new_year(begins.checked_add(2)))
    }

    pub fn length(self) -> i64 {
        self.until.saturating_sub(self.from)
    }

    /// What both have in common; may be empty.
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// So much longer at both ends.
    pub fn widened(self, by: i64) -> Self {
        Self { from: self.from.saturating_sub(by), until: self.until.saturating_add(by) }
    }

    /// Earlier and later half.
    pub fn halves(self) -> [Self; 2] {
        let middle = self.from + self.length() / 2;
        [Self { until: middle, ..self }, Self { from: middle, ..self }]
    }

    /// The windows that the span touches, whole. Each begins at a multiple of its length, so that they are the same for
    /// every question.
    pub fn windows(self) -> impl Iterator<Item = Self> {
        let last = if self.length() > 0 { (self.until - 1).div_euclid(WINDOW) } else { i64::MIN };
        let first = self.from.div_euclid(WINDOW);
        (first..last.saturating_add(1)).map(|number| {
            let from = number.saturating_mul(WINDOW);
            Self { from, until: from.saturating_add(WINDOW) }
        })
    }
}

/// A moment as it stands in a statement.
pub(crate) fn moment(ns: i64) -> String {
    from_nanoseconds(ns).to_rfc3339_opts(SecondsFormat::Nanos, true)
}

#[cfg(test)]
mod tests {
    use super::{DAY, Span, WINDOW, moment};

    #[test]
    fn windows_cover_a_span_and_are_the_same_for_every_span() {
        let span = Span { from: 3 * DAY, until: 2 * WINDOW + 1 };
        let windows: Vec<_> = span.windows().collect();
        assert_eq!(windows.len(), 3);
        assert_eq!((windows[0].from, windows[2].until), (0, 3 * WINDOW));
        let edge = Span { from: WINDOW, until: 2 * WINDOW };
        assert!(edge.windows().eq([edge]), "its end is no part of it");
        assert_eq!(Span { from: 5, until: 5 }.windows().count(), 0);
        assert_eq!(Span { from: 5, until: 4 }.windows().count(), 0);
        let before = Span { from: -1, until: 1 };
        assert_eq!(before.windows().count(), 2);
    }

    #[test]
    fn halves_meet() {
        let [a, b] = Span { from: 1, until: 4 }.halves();
        assert_eq!((a.from, a.until, b.from, b.until), (1, 2, 2, 4));
    }

    #[test]
    fn a_season_is_looked_for_in_two_years() {
        let season = Span::of_season(2025);
        assert_eq!(moment(season.from), "2025-01-01T00:00:00.000000000Z");
        assert_eq!(moment(season.until), "2027-01-01T00:00:00.000000000Z");
        assert_eq!(Span::of_season(i32::MAX).and(Span { from: 0, until: 5 }), Span { from: 0, until: 5 });
    }
}
