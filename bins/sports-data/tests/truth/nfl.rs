//! The NFL of 2022, game by game, against its final standings.
//!
//! Both were written by hand, from different sources. The season has two ties, and a game that was not played to its
//! end: two teams have 16 games.

use chrono::{DateTime, TimeDelta, Utc};
use espn_sim::shape::{EventShape, event, scoreboard};
use game_model::{GameHistory, League, Outcome, Standing, Told, team_results};

use super::support::{Watched, assert_stands, table};

const BEGINS: i32 = 2022;

fn nfl() -> League {
    "nfl".parse().unwrap()
}

/// Sunday at one, as they say there, of a week of the season.
fn sunday(week: u32) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2022-09-11T17:00:00Z".parse().unwrap();
    first + TimeDelta::weeks(i64::from(week) - 1)
}

/// A game of the list: `BUF 31 LAR 10`.
fn game(id: String, text: &str) -> EventShape {
    let words: Vec<&str> = text.split_whitespace().collect();
    let &[away, away_score, home, home_score] = &words[..] else { panic!("{text:?} is no game") };
    let played = event(id);
    if home_score == "x" {
        return played.home(home, 0).away(away, 0).status("STATUS_CANCELED");
    }
    let (away_score, home_score): (u32, u32) = (away_score.parse().unwrap(), home_score.parse().unwrap());
    let played = played.home(home, home_score).away(away, away_score).status("STATUS_FINAL").clock("0:00");
    if home_score == away_score { played.period(5).detail("Final/OT") } else { played.period(4) }
}

/// Shows the season, week by week, and says how many games it has.
async fn watch(watched: &Watched) -> usize {
    let mut games = 0;
    for line in include_str!("nfl_2022.txt").lines().filter(|line| !line.starts_with('#')) {
        let (week, rest) = line.split_once(' ').unwrap();
        let week: u32 = week.parse().unwrap();
        let mut board = scoreboard(nfl()).season(BEGINS, 2).week(week);
        for text in rest.split(", ") {
            games += 1;
            board = board.event(game(format!("4014{games:05}"), text).starts(sunday(week)));
        }
        see(watched, board.to_json().to_string(), sunday(week)).await;
    }
    games
}

async fn see(watched: &Watched, board: String, start: DateTime<Utc>) {
    watched.see(nfl(), start + TimeDelta::hours(4), board.as_bytes()).await;
}

fn figures(standing: &Standing) -> Vec<u32> {
    let tally = standing.tally;
    assert_eq!(tally.overtime_losses, 0, "football does not count them apart");
    vec![tally.wins, tally.losses, tally.ties, tally.points_for, tally.points_against]
}

#[tokio::test]
async fn the_standings_of_2022_are_the_final_ones() {
    let watched = Watched::new();
    assert_eq!(watch(&watched).await, 272);
    let table = table(include_str!("nfl_2022_standings.txt"));
    let standings = watched.standings(nfl(), BEGINS).await;
    assert_stands(&standings, &table, figures);

    let mut champions: Vec<&str> = standings
        .iter()
        .filter(|standing| standing.division_rank == Some(1))
        .map(|standing| standing.team.abbreviation.as_str())
        .collect();
    champions.sort_unstable();
    assert_eq!(champions, ["BUF", "CIN", "JAX", "KC", "MIN", "PHI", "SF", "TB"]);
    let top: Vec<&str> = standings
        .iter()
        .filter(|standing| standing.conference_rank == Some(1))
        .map(|standing| standing.team.abbreviation.as_str())
        .collect();
    assert_eq!(top.len(), 2);
    assert!(top.contains(&"KC") && top.contains(&"PHI"), "{top:?}");
}

#[tokio::test]
async fn neither_preseason_nor_playoffs_count_for_them() {
    let watched = Watched::new();
    watch(&watched).await;
    let before = watched.standings(nfl(), BEGINS).await;
    // The Hall of Fame game, and the Super Bowl.
    for (phase, week, start, text) in
        [(1, 1, "2022-08-05T00:00:00Z", "JAX 11 LV 27"), (3, 5, "2023-02-12T23:30:00Z", "KC 38 PHI 35")]
    {
        let start: DateTime<Utc> = start.parse().unwrap();
        let board = scoreboard(nfl()).season(BEGINS, phase).week(week);
        let board = board.event(game(format!("40143999{phase}"), text).starts(start));
        see(&watched, board.to_json().to_string(), start).await;
    }
    assert_eq!(watched.games().await.len(), 274);
    assert_eq!(watched.standings(nfl(), BEGINS).await, before);
    let Told { found, .. } =
        watched.store.team_seasons(Some(nfl()), "chiefs".into(), Some(BEGINS)).await.unwrap();
    let chiefs = team_results(&found[0].games, &found[0].team.franchise);
    assert_eq!((chiefs.overall.wins, chiefs.overall.losses), (14, 3));
    assert_eq!((chiefs.postseason.wins, chiefs.postseason.points_for), (1, 38));
}

#[tokio::test]
async fn streaks_and_places_at_the_end_of_2022_are_those_that_were() {
    let watched = Watched::new();
    watch(&watched).await;
    // The 49ers won their last ten, the Bengals eight with the game between that does not count; the Packers won four
    // and lost the last.
    for (team, outcome, games, last_five) in [
        ("49ers", Outcome::Win, 10, "W W W W W"),
        ("bengals", Outcome::Win, 8, "W W W W W"),
        ("nfl-gb", Outcome::Loss, 1, "W W W W L"),
        ("Washington Commanders", Outcome::Win, 1, "T L L L W"),
    ] {
        let Told { found, .. } = watched.store.team_seasons(None, team.into(), Some(BEGINS)).await.unwrap();
        let results = team_results(&found[0].games, &found[0].team.franchise);
        let streak = results.streak.unwrap();
        assert_eq!((streak.outcome, streak.games), (outcome, games), "{team}");
        let last: Vec<&str> = results.last_five.iter().map(|outcome| outcome.as_str()).collect();
        assert_eq!(last.join(" "), last_five, "{team}");
        assert_eq!(results.home.games() + results.away.games(), results.overall.games());
    }
}
