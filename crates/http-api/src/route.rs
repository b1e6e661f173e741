//! The paths that there are.

/// A path that there is, or [`Route::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Root,
    Health,
    Ready,
    Metrics,
    Live,
    Upcoming,
    Teams,
    UserTeams,
    ApiUsage,
    CacheStats,
    Other,
}

impl Route {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 11] = [
        Self::Root,
        Self::Health,
        Self::Ready,
        Self::Metrics,
        Self::Live,
        Self::Upcoming,
        Self::Teams,
        Self::UserTeams,
        Self::ApiUsage,
        Self::CacheStats,
        Self::Other,
    ];

    /// The route's path, which is its label in the metrics.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Root => "/",
            Self::Health => "/health",
            Self::Ready => "/health/ready",
            Self::Metrics => "/metrics",
            Self::Live => "/api/v1/games/live",
            Self::Upcoming => "/api/v1/games/upcoming",
            Self::Teams => "/api/v1/teams",
            Self::UserTeams => "/api/v1/user/teams",
            Self::ApiUsage => "/api/v1/metrics/api-usage",
            Self::CacheStats => "/api/v1/cache/stats",
            Self::Other => "other",
        }
    }

    /// The route of a path.
    pub(crate) fn of(path: &str) -> Self {
        Self::ALL.into_iter().find(|route| route.path() == path).unwrap_or(Self::Other)
    }
}
