//! Pages: the header that names the others, and what is said where there is none.

use axum::http::{HeaderValue, Uri};
use game_model::HistoryQuery;

use crate::error::shown;
use crate::query::decoded;

/// The header that names the first, the previous, the next and the last page; none where there is only one.
pub(super) fn link(uri: &Uri, page: u64, total_pages: u64) -> Option<HeaderValue> {
    if total_pages <= 1 {
        return None;
    }
    let others = uri.query().unwrap_or_default().split('&').filter(|part| {
        let name = part.split_once('=').map_or(*part, |(name, _)| name);
        !part.is_empty() && decoded(name).as_deref() != Some("page")
    });
    let others: String = others.flat_map(|part| [part, "&"]).collect();
    let to = |page: u64, rel: &str| format!("<{}?{others}page={page}>; rel=\"{rel}\"", uri.path());
    let mut links = vec![to(1, "first")];
    links.extend((page > 1).then(|| to(page - 1, "prev")));
    links.extend((page < total_pages).then(|| to(page + 1, "next")));
    links.push(to(total_pages, "last"));
    HeaderValue::from_str(&links.join(", ")).ok()
}

/// What is said where no game was found, with what could be left out.
pub(super) fn nothing_found(query: &HistoryQuery) -> String {
    let HistoryQuery { league, team, opponent, home_away, season, status, from, until, .. } = query;
    let of_what = [
        league.map(|league| format!(" of {league}")),
        team.as_deref().map(|team| format!(" with the team {}", shown(team))),
        opponent.as_deref().map(|opponent| format!(" against {}", shown(opponent))),
        season.map(|year| format!(" in the season that began in {year}")),
        status.map(|status| format!(" that is {status}")),
    ];
    let of_what: String = of_what.into_iter().flatten().collect();
    let given = [
        ("opponent", opponent.is_some()),
        ("home_away", home_away.is_some()),
        ("season", season.is_some()),
        ("status", status.is_some()),
        ("from", from.is_some()),
        ("to", until.is_some()),
        ("league", league.is_some()),
    ];
    let given: Vec<&str> =
        given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect();
    let mut hints = Vec::new();
    if !given.is_empty() {
        hints.push(format!("leave out {}", given.join(" or ")));
    }
    if team.is_some() {
        hints.push(TEAMS_STAND.into());
    }
    if hints.is_empty() {
        hints.push("history fills as games are observed; ask again later".into());
    }
    format!("no game{of_what} is known; {}", hints.join(", or "))
}

/// Where to find how a team is called.
pub(super) const TEAMS_STAND: &str = "look for the team's name at /api/v1/teams";
