//! What history knows of a team that no scoreboard shows any more, or not yet: its last result, and its next game.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{
    Clock, Colors, Game, GameHistory, GameStatus, League, PastGame, PastSide, Side, Team, TeamSeason, Week,
};

use crate::team::KnownTeam;

/// A history that takes longer is asked again later.
const WITHIN: Duration = Duration::from_secs(10);

/// The games that are still to come, of all that history knows: scoreboards know those that are near.
const AHEAD: usize = 2;

/// The last game that is over and the next ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    pub games: Vec<Arc<Game>>,
}

/// Asks for a team's games. An error is a sentence.
pub(crate) async fn ask(
    history: Arc<dyn GameHistory>,
    team: KnownTeam,
    now: DateTime<Utc>,
) -> Result<Past, String> {
    let season = |begins| {
        let (history, league, id) = (history.clone(), team.league, team.id.clone());
        async move { season(&*history, league, id, begins).await }
    };
    let Some(newest) = season(None).await? else { return Ok(Past::default()) };
    let mut past = Past::default();
    let before =
        if newest.games.iter().any(is_over) { None } else { season(Some(newest.begins - 1)).await? };
    let played =
        before.iter().flat_map(|season| &season.games).chain(&newest.games).filter(|game| is_over(game));
    past.games.extend(played.max_by_key(|game| game.start).map(|game| Arc::new(as_seen(game))));
    let mut ahead: Vec<&PastGame> =
        newest.games.iter().filter(|game| game.status == GameStatus::Scheduled && game.start > now).collect();
    ahead.sort_by_key(|game| game.start);
    past.games.extend(ahead.into_iter().take(AHEAD).map(|game| Arc::new(as_seen(game))));
    Ok(past)
}

fn is_over(game: &PastGame) -> bool {
    game.status == GameStatus::Finished
}

/// The season of the team that begins in this year, or its newest.
async fn season(
    history: &dyn GameHistory,
    league: League,
    id: String,
    begins: Option<i32>,
) -> Result<Option<TeamSeason>, String> {
    let asked = history.team_seasons(Some(league), id, begins);
    match tokio::time::timeout(WITHIN, asked).await {
        Ok(Ok(told)) => Ok(told.found.into_iter().next()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("history does not answer within {} s", WITHIN.as_secs())),
    }
}

/// The game as a scoreboard would have shown it, as far as history keeps that.
fn as_seen(past: &PastGame) -> Game {
    let period = past.period;
    let number =
        |label: &String| label.rsplit('_').next().and_then(|number| number.parse().ok()).unwrap_or_default();
    Game {
        id: past.id.clone(),
        league: past.league,
        season: past.season.clone(),
        week: past.week.as_ref().map(|label| Week { number: number(label), label: label.clone() }),
        status: past.status,
        start: past.start,
        start_text: past.start_text.clone(),
        start_confirmed: true,
        home: side(&past.home),
        away: side(&past.away),
        clock: Clock {
            number: period.map_or(0, |period| number_of(past.league, period)),
            period,
            ..Clock::default()
        },
        venue: None,
    }
}

fn number_of(league: League, period: game_model::Period) -> u32 {
    match period {
        game_model::Period::Regulation(number) => number,
        game_model::Period::Overtime(number) => league.regulation_periods + number,
        game_model::Period::Shootout => league.regulation_periods + 2,
    }
}

fn side(past: &PastSide) -> Side {
    let PastSide { team, score } = past;
    let team = Team {
        id: team.id.clone(),
        espn_id: team.franchise.clone(),
        name: team.name.clone(),
        nickname: team.nickname.clone(),
        abbreviation: team.abbreviation.clone(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score: *score, record: None }
}

/// Gives the teams of a game the logos and colours that another game shows.
pub(crate) fn with_looks<'a>(
    game: &Arc<Game>,
    shown: &(impl Iterator<Item = &'a Game> + Clone),
) -> Arc<Game> {
    let look = |team: &Team| {
        let mut teams = shown.clone().flat_map(Game::sides).map(|side| &side.team);
        teams.find(|other| other.id == team.id && !other.logo.is_empty())
    };
    let (home, away) = (look(&game.home.team), look(&game.away.team));
    let mut game = Arc::clone(game);
    for (found, is_home) in [(home, true), (away, false)] {
        if let Some(found) = found {
            let game = Arc::make_mut(&mut game);
            let side = if is_home { &mut game.home } else { &mut game.away };
            (side.team.logo, side.team.colors) = (found.logo.clone(), found.colors.clone());
        }
    }
    game
}
