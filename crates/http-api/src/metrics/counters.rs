//! Counters of requests and connections: atomics only, as each request pays for them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;

use crate::route::Route;

/// The statuses that are counted each by itself; any other counts as the last.
pub(crate) const STATUSES: [u16; 14] = [200, 201, 204, 400, 401, 403, 404, 405, 413, 422, 429, 500, 503, 0];

/// Upper bounds of the buckets of durations, in microseconds.
pub(crate) const BUCKETS: [u64; 10] =
    [50, 100, 250, 500, 1_000, 5_000, 25_000, 100_000, 1_000_000, 10_000_000];

/// Counters of requests and connections.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    routes: [RouteCounters; Route::ALL.len()],
    /// Connections now open.
    pub(crate) connections: AtomicU64,
    /// Connections that were too many.
    pub(crate) turned_away: AtomicU64,
    /// Requests that met a defect.
    pub(crate) panics: AtomicU64,
}

/// Counters of one route's requests.
#[derive(Debug, Default)]
pub(crate) struct RouteCounters {
    statuses: [AtomicU64; STATUSES.len()],
    /// The last is of those that took longer than every bound.
    durations: [AtomicU64; BUCKETS.len() + 1],
    microseconds: AtomicU64,
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn count(&self, route: Route, status: StatusCode, took: Duration) {
        let counters = self.of(route);
        let last = STATUSES.len() - 1;
        let place = STATUSES.iter().position(|&known| known == status.as_u16()).unwrap_or(last);
        counters.statuses[place].fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.iter().position(|&bound| took <= bound).unwrap_or(BUCKETS.len());
        counters.durations[bucket].fetch_add(1, Ordering::Relaxed);
        counters.microseconds.fetch_add(took, Ordering::Relaxed);
    }

    /// The counters of a route.
    pub(crate) fn of(&self, route: Route) -> &RouteCounters {
        &self.routes[route as usize]
    }
}

impl RouteCounters {
    /// Answers by status, those that there were.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (u16, u64)> {
        let counts = self.statuses.iter().map(|count| count.load(Ordering::Relaxed));
        STATUSES.into_iter().zip(counts).filter(|&(_, count)| count > 0)
    }

    /// The sum of the durations in seconds, their number, and how many lie in each bucket by its bound in seconds.
    pub(crate) fn durations(&self) -> (f64, u64, Vec<(f64, u64)>) {
        let bounds = BUCKETS.iter().map(|&bound| bound as f64 / 1e6).chain([f64::INFINITY]);
        let counts = self.durations.iter().map(|count| count.load(Ordering::Relaxed));
        let buckets: Vec<_> = bounds.zip(counts).collect();
        let number = buckets.iter().map(|(_, count)| count).sum();
        (self.microseconds.load(Ordering::Relaxed) as f64 / 1e6, number, buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_routes_are_their_places() {
        for (place, route) in Route::ALL.into_iter().enumerate() {
            assert_eq!(route as usize, place);
            assert_eq!(Route::of(route.path()), route);
        }
        assert_eq!(Route::of("/nowhere"), Route::Other);
    }

    #[test]
    fn answers_are_counted_by_route_status_and_duration() {
        let counters = Counters::default();
        counters.count(Route::Live, StatusCode::OK, Duration::from_micros(50));
        counters.count(Route::Live, StatusCode::OK, Duration::from_micros(51));
        counters.count(Route::Live, StatusCode::IM_A_TEAPOT, Duration::from_mins(1));
        let live = counters.of(Route::Live);
        assert_eq!(live.statuses().collect::<Vec<_>>(), [(200, 2), (0, 1)]);
        let (sum, number, buckets) = live.durations();
        assert!((sum - 60.000_101).abs() < 1e-9, "{sum}");
        assert_eq!(number, 3);
        let filled: Vec<_> = buckets.into_iter().filter(|&(_, count)| count > 0).collect();
        assert_eq!(filled, [(0.000_05, 1), (0.000_1, 1), (f64::INFINITY, 1)]);
        assert_eq!(counters.of(Route::Teams).durations().1, 0);
    }
}
