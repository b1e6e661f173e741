//! Which team a path names, and of which league.

use std::borrow::Cow;
use std::slice;

use axum::http::Uri;
use game_model::{League, Team, TeamFacts, teams_like};

use crate::app::{App, query_of};
use crate::error::{ApiError, shown};
use crate::query::history::name_of;
use crate::query::{decoded_part, league_alone};
use crate::route::Route;
use crate::wire::home_assistant::NameBody;

/// The team that is asked about.
pub(super) struct Asked<'a> {
    /// As the path names it.
    name: Cow<'a, str>,
    league: League,
    found: Found,
}

enum Found {
    /// In the table of leagues.
    Known(&'static TeamFacts),
    /// On a scoreboard: of some leagues only those tell the teams.
    Told(Box<Team>),
}

impl Found {
    fn id(&self, league: League) -> String {
        match self {
            Self::Known(facts) => league.team_id(facts.abbreviation),
            Self::Told(team) => team.id.clone(),
        }
    }
}

impl<'a> Asked<'a> {
    /// The one team that is called so, in the league of the query or in any that is tracked.
    pub(super) fn of(app: &App, uri: &'a Uri, route: Route) -> Result<Self, ApiError> {
        let given = route.named_in(uri.path()).unwrap_or_default();
        let name = decoded_part(given).ok_or_else(|| {
            ApiError::BadParameter(format!("team is {}, which is not UTF-8 once decoded", shown(given)))
        })?;
        let name = trimmed(name);
        name_of("team", &name).map_err(ApiError::BadParameter)?;
        let league = league_alone(query_of(uri), app.leagues())?;
        let leagues = league.as_ref().map_or(app.leagues(), slice::from_ref);
        let mut called = leagues.iter().filter_map(|&league| Some((league, find(app, league, &name)?)));
        match (called.next(), called.next()) {
            (Some((league, found)), None) => Ok(Self { name, league, found }),
            (None, _) => Err(unknown(&name, leagues)),
            (Some(first), Some(second)) => {
                let several = [first, second].into_iter().chain(called);
                let (keys, ids): (Vec<&str>, Vec<String>) =
                    several.map(|(league, found)| (league.key, found.id(league))).unzip();
                Err(ApiError::BadParameter(format!(
                    "team {} means several teams, of {}; add league=, or give the id of one: {}",
                    shown(&name),
                    keys.join(", "),
                    ids.join(", ")
                )))
            }
        }
    }

    /// The team's name as it was given.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn league(&self) -> League {
        self.league
    }

    /// Whether a team of the league is the one.
    pub(super) fn is(&self, team: &Team) -> bool {
        match &self.found {
            Found::Known(facts) => {
                self.league.team_by_espn_id(&team.espn_id).is_some_and(|known| known.espn_id == facts.espn_id)
            }
            Found::Told(found) => found.id == team.id,
        }
    }

    /// What the team is called.
    pub(super) fn team(&self) -> NameBody {
        let name = match &self.found {
            Found::Known(facts) => facts.name,
            Found::Told(team) => &team.name,
        };
        NameBody::new(self.league, self.found.id(self.league), name.to_owned())
    }
}

fn trimmed(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => name.trim().into(),
        Cow::Owned(name) => name.trim().to_owned().into(),
    }
}

fn find(app: &App, league: League, name: &str) -> Option<Found> {
    if !league.teams.is_empty() {
        return league.team_called(name).map(Found::Known);
    }
    let view = app.api.cache.view(league)?;
    let mut teams = view.games.iter().flat_map(|game| game.sides()).map(|side| &side.team);
    teams.find(|team| team.is_called(league, name)).map(|team| Found::Told(Box::new(team.clone())))
}

fn unknown(name: &str, leagues: &[League]) -> ApiError {
    let keys: Vec<&str> = leagues.iter().map(|league| league.key).collect();
    let near = match teams_like(leagues, name) {
        near if near.is_empty() => String::new(),
        near => format!("; near it are {}", near.join(", ")),
    };
    ApiError::NotFound(format!("no team of {} is called {}{near}", keys.join(", "), shown(name)))
}
