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

/// What is said where no game was found.
pub(super) fn nothing_found(query: &HistoryQuery) -> String {
    let HistoryQuery { league, team, opponent, season, .. } = query;
    let of_what = [
        league.map(|league| format!(" of {league}")),
        team.as_deref().map(|team| format!(" with the team {}", shown(team))),
        opponent.as_deref().map(|opponent| format!(" against {}", shown(opponent))),
        season.map(|year| format!(" in the season that began in {year}")),
    ];
    let of_what: String = of_what.into_iter().flatten().collect();
    format!("no game{of_what} is known that is as asked for; ask for less")
}
