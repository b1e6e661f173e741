//! The paths that there are.

/// A path that there is, or [`Route::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Root,
    OpenApi,
    Docs,
    DocsFile,
    Health,
    Ready,
    Metrics,
    Live,
    Upcoming,
    Teams,
    UserTeams,
    ApiUsage,
    CacheStats,
    History,
    Timeline,
    Schedule,
    TeamStats,
    Standings,
    HaStatus,
    HaContext,
    Events,
    Breaker,
    WebhookRegister,
    WebhookList,
    Webhook,
    WebhookTest,
    WebhookDeliveries,
    Other,
}

impl Route {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 28] = [
        Self::Root,
        Self::OpenApi,
        Self::Docs,
        Self::DocsFile,
        Self::Health,
        Self::Ready,
        Self::Metrics,
        Self::Live,
        Self::Upcoming,
        Self::Teams,
        Self::UserTeams,
        Self::ApiUsage,
        Self::CacheStats,
        Self::History,
        Self::Timeline,
        Self::Schedule,
        Self::TeamStats,
        Self::Standings,
        Self::HaStatus,
        Self::HaContext,
        Self::Events,
        Self::Breaker,
        Self::WebhookRegister,
        Self::WebhookList,
        Self::Webhook,
        Self::WebhookTest,
        Self::WebhookDeliveries,
        Self::Other,
    ];

    /// The route's path, which is its label in the metrics.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Root => "/",
            Self::OpenApi => "/openapi.json",
            Self::Docs => "/docs",
            Self::DocsFile => "/docs/{file}",
            Self::Health => "/health",
            Self::Ready => "/health/ready",
            Self::Metrics => "/metrics",
            Self::Live => "/api/v1/games/live",
            Self::Upcoming => "/api/v1/games/upcoming",
            Self::Teams => "/api/v1/teams",
            Self::UserTeams => "/api/v1/user/teams",
            Self::ApiUsage => "/api/v1/metrics/api-usage",
            Self::CacheStats => "/api/v1/cache/stats",
            Self::History => "/api/v1/games/history",
            Self::Timeline => "/api/v1/games/timeline/{game_id}",
            Self::Schedule => "/api/v1/games/schedule/{team}",
            Self::TeamStats => "/api/v1/teams/{team}/stats",
            Self::Standings => "/api/v1/standings",
            Self::HaStatus => "/api/v1/ha/game-status/{team}",
            Self::HaContext => "/api/v1/ha/game-context/{team}",
            Self::Events => "/api/v1/events",
            Self::Breaker => "/api/v1/admin/breaker",
            Self::WebhookRegister => "/api/v1/webhooks/register",
            Self::WebhookList => "/api/v1/webhooks/list",
            Self::Webhook => "/api/v1/webhooks/{id}",
            Self::WebhookTest => "/api/v1/webhooks/{id}/test",
            Self::WebhookDeliveries => "/api/v1/webhooks/{id}/deliveries",
            Self::Other => "other",
        }
    }

    /// The route of a path.
    pub(crate) fn of(path: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|route| route.path() == path)
            .or_else(|| Self::WITH_NAMES.into_iter().find(|route| route.named_in(path).is_some()))
            .unwrap_or(Self::Other)
    }

    /// The routes whose path names something: their `{...}` stands for any one part of a path.
    const WITH_NAMES: [Self; 9] = [
        Self::HaStatus,
        Self::HaContext,
        Self::Timeline,
        Self::Schedule,
        Self::TeamStats,
        Self::DocsFile,
        Self::Webhook,
        Self::WebhookTest,
        Self::WebhookDeliveries,
    ];

    /// What a path of this route names, as it stands there; none where the path is no path of this route.
    pub(crate) fn named_in(self, path: &str) -> Option<&str> {
        let (before, rest) = self.path().split_once('{')?;
        let (_, after) = rest.split_once('}')?;
        let named = path.strip_prefix(before)?.strip_suffix(after)?;
        (!named.is_empty() && !named.contains('/')).then_some(named)
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn paths_are_told_apart() {
        for route in Route::ALL {
            assert_eq!(Route::of(route.path()), route);
        }
        for (path, route, named) in [
            ("/api/v1/games/timeline/401", Route::Timeline, "401"),
            ("/api/v1/games/schedule/New%20England", Route::Schedule, "New%20England"),
            ("/api/v1/teams/ne/stats", Route::TeamStats, "ne"),
            ("/api/v1/ha/game-status/ne", Route::HaStatus, "ne"),
            ("/api/v1/ha/game-context/ne", Route::HaContext, "ne"),
            ("/api/v1/webhooks/wh_1", Route::Webhook, "wh_1"),
            ("/api/v1/webhooks/list/test", Route::WebhookTest, "list"),
            ("/api/v1/webhooks/wh_1/deliveries", Route::WebhookDeliveries, "wh_1"),
        ] {
            assert_eq!((Route::of(path), route.named_in(path)), (route, Some(named)));
        }
        for path in
            ["/api/v1/games/timeline/", "/api/v1/games/schedule/a/b", "/api/v1/teams//stats", "/api/v1/x"]
        {
            assert_eq!(Route::of(path), Route::Other, "{path}");
        }
    }
}
