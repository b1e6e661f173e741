//! The standings of a season.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};

use super::{Outcome, Tally, is_regular, went_by_regulation};
use crate::{League, PastGame, PastTeam, RecordForm};

/// A team's place in the standings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The team, as it was last called.
    pub team: PastTeam,
    /// Its conference, where the table of leagues knows the team.
    pub conference: Option<&'static str>,
    /// Its division, where the table of leagues knows the team.
    pub division: Option<&'static str>,
    /// Its place in the league, from 1.
    pub rank: u32,
    /// Its place in its conference.
    pub conference_rank: Option<u32>,
    /// Its place in its division.
    pub division_rank: Option<u32>,
    /// Its record in the regular season.
    pub tally: Tally,
    /// Games won without overtime or shootout.
    pub regulation_wins: u32,
}

/// The standings of a league's season, made of its finished games of the regular season.
///
/// By percentage, a tie counting half; hockey by points, then fewer games, then wins in regulation; soccer by
/// points. What is still equal goes by wins, by the difference of points and by the points scored: the games
/// between two teams and the other rules that leagues have for ties are not looked at. Teams that have not
/// finished a game yet are listed where one of their games is known. Where the table of leagues lists a league's
/// teams, others (all-star teams) are left out.
pub fn standings(league: League, games: &[PastGame]) -> Vec<Standing> {
    let mut teams: BTreeMap<&str, Standing> = BTreeMap::new();
    let mut by_start: Vec<&PastGame> = games.iter().filter(|game| is_regular(game)).collect();
    by_start.sort_by_key(|game| (game.start, &game.id));
    for game in by_start {
        for (ours, theirs) in [(&game.home, &game.away), (&game.away, &game.home)] {
            let facts = league.team_by_espn_id(&ours.team.franchise);
            if facts.is_none() && !league.teams.is_empty() {
                continue;
            }
            let standing = teams.entry(&ours.team.franchise).or_insert_with(|| Standing {
                team: ours.team.clone(),
                conference: facts.map(|facts| facts.conference),
                division: facts.map(|facts| facts.division),
                rank: 0,
                conference_rank: None,
                division_rank: None,
                tally: Tally::default(),
                regulation_wins: 0,
            });
            standing.team.clone_from(&ours.team);
            if let Some(outcome) = Outcome::of(game, ours, theirs) {
                standing.tally.add(outcome, ours.score, theirs.score);
                standing.regulation_wins += u32::from(outcome == Outcome::Win && went_by_regulation(game));
            }
        }
    }
    let mut standings: Vec<Standing> = teams.into_values().collect();
    standings.sort_by(|a, b| before(league, a, b));
    number(&mut standings);
    standings
}

/// Gives every team its places.
fn number(standings: &mut [Standing]) {
    let mut places: HashMap<(Option<&str>, Option<&str>), u32> = HashMap::new();
    let mut next = |conference, division| {
        let place = places.entry((conference, division)).or_default();
        *place += 1;
        *place
    };
    for standing in standings {
        let (conference, division) = (standing.conference, standing.division);
        standing.rank = next(None, None);
        standing.conference_rank = conference.map(|_| next(conference, None));
        standing.division_rank = division.map(|_| next(conference, division));
    }
}

fn before(league: League, a: &Standing, b: &Standing) -> Ordering {
    let points = |standing: &Standing| standing.tally.points(league).map_or(0, |points| points.won);
    let hockey = league.record_form == RecordForm::WinsLossesOvertimeLosses;
    let by_rules = if let Some(_points) = a.tally.points(league) {
        let regulation = |standing: &Standing| {
            if hockey { (Reverse(standing.tally.games()), standing.regulation_wins) } else { (Reverse(0), 0) }
        };
        points(b).cmp(&points(a)).then_with(|| regulation(b).cmp(&regulation(a)))
    } else {
        by_percentage(&b.tally, &a.tally)
    };
    let rest = |standing: &Standing| {
        let tally = &standing.tally;
        let wins = if league.record_form == RecordForm::WinsTiesLosses { 0 } else { tally.wins };
        (wins, tally.differential(), tally.points_for)
    };
    by_rules.then_with(|| rest(b).cmp(&rest(a))).then_with(|| a.team.cmp(&b.team))
}

/// Compares two shares of games won without rounding them; a team without a game has won none.
fn by_percentage(a: &Tally, b: &Tally) -> Ordering {
    let half_wins = |tally: &Tally| u64::from(2 * tally.wins + tally.ties);
    let games = |tally: &Tally| u64::from(tally.games().max(1));
    (half_wins(a) * games(b)).cmp(&(half_wins(b) * games(a)))
}
