//! Questions answered of games in memory, as the store answers them of its rows.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use game_model::{
    GameId, GameOrder, HistoryPage, HistoryQuery, HomeAway, League, PastGame, PastTeam, Season, TeamSeason,
};

/// The place of a game in the order of its start.
pub(crate) type Key = (DateTime<Utc>, League, GameId);

pub(crate) fn key(game: &PastGame) -> Key {
    (game.start, game.league, game.id.clone())
}

/// Whether the first comes before the second in this order.
pub(crate) fn is_before(order: GameOrder, first: &Key, second: &Key) -> bool {
    match order {
        GameOrder::NewestFirst => first > second,
        GameOrder::OldestFirst => first < second,
    }
}

/// Teams under every name that is known, each with its league.
pub(crate) type Names = BTreeSet<(League, PastTeam)>;

/// Teams, each by its league and what it keeps under other names.
pub(crate) type Teams = BTreeSet<(League, String)>;

/// The names that games give their teams.
pub(crate) fn names<'a>(games: impl IntoIterator<Item = &'a PastGame>) -> Names {
    let mut names = Names::new();
    for game in games {
        for side in game.sides() {
            let name = (game.league, side.team.clone());
            if !names.contains(&name) {
                names.insert(name);
            }
        }
    }
    names
}

/// The teams that are called so, by one of their names.
pub(crate) fn called<'a>(names: impl IntoIterator<Item = &'a (League, PastTeam)>, name: &str) -> Teams {
    let called = names.into_iter().filter(|(league, team)| team.is_called(*league, name));
    called.map(|(league, team)| (*league, team.franchise.clone())).collect()
}

/// Whether the team plays in the game.
pub(crate) fn plays(game: &PastGame, league: League, franchise: &str) -> bool {
    game.league == league && game.sides().iter().any(|side| side.team.franchise == franchise)
}

/// Which games are asked for.
pub(crate) struct Filter<'a> {
    query: &'a HistoryQuery,
    teams: Option<Teams>,
    opponents: Option<Teams>,
}

impl<'a> Filter<'a> {
    /// Teams are looked for among these names.
    pub fn new<'n>(
        query: &'a HistoryQuery,
        names: &(impl Iterator<Item = &'n (League, PastTeam)> + Clone),
    ) -> Self {
        let of = |name: &Option<String>| name.as_ref().map(|name| called(names.clone(), name));
        // Against whom somebody plays is asked where it is said who plays.
        let opponents = query.team.as_ref().and_then(|_| of(&query.opponent));
        Self { query, teams: of(&query.team), opponents }
    }

    /// Whether the game is of those asked for, on whatever page.
    pub fn admits(&self, game: &PastGame) -> bool {
        let query = self.query;
        self.is_of_sides(game)
            && query.status.is_none_or(|status| status == game.status)
            && query.from.is_none_or(|from| from <= game.start)
            && query.until.is_none_or(|until| game.start < until)
            && query.after.as_ref().is_none_or(|after| is_before(query.order, after, &key(game)))
    }

    /// Whether league, season and teams are as asked for: what another row of the same game says as well.
    fn is_of_sides(&self, game: &PastGame) -> bool {
        let query = self.query;
        query.league.is_none_or(|league| league == game.league)
            && query.season.is_none_or(|begins| begins_of(game) == Some(begins))
            && self.is_of_teams(game)
    }

    fn is_of_teams(&self, game: &PastGame) -> bool {
        let Some(teams) = &self.teams else { return true };
        let is = |among: &Teams, team: &PastTeam| among.contains(&(game.league, team.franchise.clone()));
        let plays = |ours: &PastTeam, theirs: &PastTeam| {
            is(teams, ours) && self.opponents.as_ref().is_none_or(|opponents| is(opponents, theirs))
        };
        let (home, away) = (&game.home.team, &game.away.team);
        (self.query.home_away != Some(HomeAway::Away) && plays(home, away))
            || (self.query.home_away != Some(HomeAway::Home) && plays(away, home))
    }
}

pub(crate) fn begins_of(game: &PastGame) -> Option<i32> {
    game.season.as_ref().map(Season::begins)
}

/// How two games stand to each other in this order.
pub(crate) fn compare(order: GameOrder, a: &PastGame, b: &PastGame) -> Ordering {
    let older_first = (a.start, a.league, &a.id).cmp(&(b.start, b.league, &b.id));
    match order {
        GameOrder::NewestFirst => older_first.reverse(),
        GameOrder::OldestFirst => older_first,
    }
}

/// Puts games in this order.
pub(crate) fn sort(games: &mut [PastGame], order: GameOrder) {
    games.sort_by(|a, b| compare(order, a, b));
}

/// The page of a query.
pub(crate) fn page(mut games: Vec<PastGame>, query: &HistoryQuery) -> HistoryPage {
    let names = names(&games);
    let filter = Filter::new(query, &names.iter());
    let admitted: Vec<bool> = games.iter().map(|game| filter.admits(game)).collect();
    let mut admitted = admitted.into_iter();
    games.retain(|_| admitted.next().unwrap_or(false));
    sort(&mut games, query.order);
    let total = games.len() as u64;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let games = games.into_iter().skip(count(query.skip)).take(count(query.limit)).collect();
    HistoryPage { games, total }
}

/// The season of each of these teams: the one that begins in this year, or its newest.
pub(crate) fn team_seasons(games: &[&PastGame], teams: &Teams, begins: Option<i32>) -> Vec<TeamSeason> {
    let mut seasons = Vec::new();
    for (league, franchise) in teams {
        let of_team = || games.iter().copied().filter(|game| plays(game, *league, franchise));
        let newest = of_team().filter_map(begins_of).max();
        let Some(begins) = begins.or(newest) else { continue };
        let mut of_season: Vec<PastGame> =
            of_team().filter(|game| begins_of(game) == Some(begins)).cloned().collect();
        sort(&mut of_season, GameOrder::OldestFirst);
        let team = {
            let mut sides = of_season.iter().rev().flat_map(PastGame::sides).map(|side| &side.team);
            sides.find(|team| team.franchise == *franchise).cloned()
        };
        if let Some(team) = team {
            seasons.push(TeamSeason { league: *league, team, begins, games: of_season });
        }
    }
    seasons
}

/// The season that begins in this year, or the newest, of the games of one league.
pub(crate) fn league_season(mut games: Vec<PastGame>, begins: Option<i32>) -> Vec<PastGame> {
    let begins = begins.or_else(|| games.iter().filter_map(begins_of).max());
    games.retain(|game| begins.is_some() && begins_of(game) == begins);
    sort(&mut games, GameOrder::OldestFirst);
    games
}
