//! Seasons written by hand, and the laws of every season.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::{Outcome, Streak, Tally, standings, team_results};
use crate::{GameId, GameStatus, League, PastGame, PastSide, PastTeam, Period};

/// A finished game of the regular season, on this day, between teams of these ids.
pub fn game(league: &str, day: u32, home: (&str, u32), away: (&str, u32)) -> PastGame {
    let league: League = league.parse().unwrap();
    let side = |(id, score): (&str, u32)| {
        let facts = league.team_by_espn_id(id);
        let abbreviation = facts.map_or(id, |facts| facts.abbreviation).to_owned();
        let team = PastTeam {
            franchise: id.into(),
            id: league.team_id(&abbreviation),
            name: facts.map_or(id, |facts| facts.name).into(),
            nickname: facts.map_or(id, |facts| facts.nickname).into(),
            abbreviation,
        };
        PastSide { team, score }
    };
    let start = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day.into());
    PastGame {
        id: GameId(format!("{day}-{}", home.0)),
        league,
        season: Some(league.season(2025, 2)),
        week: None,
        status: GameStatus::Finished,
        start,
        start_text: String::new(),
        observed_at: start,
        home: side(home),
        away: side(away),
        period: Some(Period::Regulation(league.regulation_periods)),
    }
}

fn in_overtime(game: PastGame) -> PastGame {
    PastGame { period: Some(Period::Overtime(1)), ..game }
}

fn in_phase(game: PastGame, phase: i32) -> PastGame {
    PastGame { season: Some(game.league.season(2025, phase)), ..game }
}

/// `wins-losses-ties-overtime losses`
fn record(tally: &Tally) -> String {
    format!("{}-{}-{}-{}", tally.wins, tally.losses, tally.ties, tally.overtime_losses)
}

#[test]
fn a_team_s_season_is_told_apart_by_place_phase_and_outcome() {
    let games = [
        in_phase(game("nfl", 1, ("1", 3), ("2", 40)), 1),
        game("nfl", 10, ("1", 21), ("2", 20)),
        game("nfl", 20, ("3", 10), ("1", 17)),
        in_overtime(game("nfl", 30, ("1", 20), ("4", 20))),
        in_overtime(game("nfl", 40, ("5", 23), ("1", 20))),
        game("nfl", 50, ("1", 0), ("6", 9)),
        game("nfl", 60, ("7", 14), ("1", 13)),
        PastGame { status: GameStatus::Live, ..game("nfl", 70, ("1", 50), ("2", 0)) },
        PastGame { status: GameStatus::Canceled, ..game("nfl", 71, ("1", 50), ("2", 0)) },
        in_phase(game("nfl", 90, ("1", 30), ("2", 10)), 3),
        game("nfl", 15, ("8", 1), ("9", 2)),
    ];
    let mut shuffled = games.to_vec();
    shuffled.reverse();
    let results = team_results(&shuffled, "1");
    assert_eq!(record(&results.overall), "2-3-1-0");
    assert_eq!((record(&results.home), record(&results.away)), ("1-1-1-0".into(), "1-2-0-0".into()));
    assert_eq!(record(&results.postseason), "1-0-0-0");
    assert_eq!((results.overall.points_for, results.overall.points_against), (91, 96));
    assert_eq!(results.overall.differential(), -5);
    assert_eq!(results.streak, Some(Streak { outcome: Outcome::Loss, games: 3 }));
    let last_five: Vec<_> = results.last_five.iter().map(|outcome| outcome.as_str()).collect();
    assert_eq!(last_five, ["W", "T", "L", "L", "L"]);
    assert!((results.overall.win_percentage() - 2.5 / 6.0).abs() < 1e-12);
    assert_eq!(results, team_results(&games, "1"), "in any order");
    assert_eq!(team_results(&games, "none"), super::TeamResults::default());
}

#[test]
fn hockey_counts_losses_after_regulation_apart_but_not_in_the_playoffs() {
    let shootout = PastGame { period: Some(Period::Shootout), ..game("nhl", 2, ("1", 2), ("2", 3)) };
    let games = [
        in_overtime(game("nhl", 1, ("2", 3), ("1", 2))),
        shootout,
        game("nhl", 3, ("1", 1), ("2", 4)),
        in_phase(in_overtime(game("nhl", 9, ("1", 1), ("2", 2))), 3),
    ];
    let results = team_results(&games, "1");
    assert_eq!((record(&results.overall), record(&results.postseason)), ("0-1-0-2".into(), "0-1-0-0".into()));
    assert_eq!(results.streak, Some(Streak { outcome: Outcome::Loss, games: 3 }));
    let points = results.overall.points("nhl".parse().unwrap()).unwrap();
    assert_eq!((points.won, points.of), (2, 6));
    assert_eq!(results.overall.points("nfl".parse().unwrap()), None);
}

/// The order of the teams, with what they are ordered by.
fn order(league: &str, games: &[PastGame]) -> Vec<(String, u32)> {
    let standings = standings(league.parse().unwrap(), games);
    standings.into_iter().map(|standing| (standing.team.franchise, standing.rank)).collect()
}

#[test]
fn football_goes_by_percentage_with_a_tie_as_half_a_win() {
    // 1: 1-0-1 (.750), 2: 0-0-1 (.500), 6: 1-1 (.500), 3: 0-2 (.000); 4 has not played.
    let games = [
        game("nfl", 1, ("1", 20), ("2", 20)),
        game("nfl", 8, ("1", 14), ("3", 7)),
        game("nfl", 9, ("6", 14), ("3", 7)),
        game("nfl", 10, ("6", 0), ("31", 3)),
        PastGame { status: GameStatus::Scheduled, ..game("nfl", 30, ("4", 0), ("3", 0)) },
        in_phase(game("nfl", 40, ("3", 60), ("1", 0)), 3),
        game("nfl", 50, ("31", 3), ("32", 100)),
    ];
    let table = standings("nfl".parse().unwrap(), &games);
    let teams: Vec<_> = table
        .iter()
        .map(|standing| (standing.team.abbreviation.as_str(), standing.rank, record(&standing.tally)))
        .collect();
    let expected = [
        ("ATL", 1, "1-0-1-0"),
        ("DAL", 2, "1-1-0-0"),
        ("BUF", 3, "0-0-1-0"),
        ("CIN", 4, "0-0-0-0"),
        ("CHI", 5, "0-2-0-0"),
    ];
    assert_eq!(teams, expected.map(|(team, rank, record)| (team, rank, record.to_owned())));
    let atlanta = &table[0];
    assert_eq!((atlanta.conference, atlanta.division), (Some("NFC"), Some("South")));
    assert_eq!((atlanta.conference_rank, atlanta.division_rank), (Some(1), Some(1)));
    let chicago = &table[4];
    assert_eq!((chicago.conference_rank, chicago.division_rank), (Some(3), Some(1)));
}

#[test]
fn hockey_goes_by_points_then_fewer_games_then_wins_in_regulation() {
    let games = [
        // 1: two points of one game. 2: two losses in overtime, two points of two. 5: 2 points of 2 games, none in regulation.
        game("nhl", 1, ("1", 3), ("7", 1)),
        in_overtime(game("nhl", 2, ("2", 1), ("5", 2))),
        in_overtime(game("nhl", 3, ("2", 1), ("10", 2))),
        game("nhl", 4, ("5", 0), ("10", 5)),
    ];
    let expected = [("10", 1), ("1", 2), ("5", 3), ("2", 4), ("7", 5)];
    assert_eq!(order("nhl", &games), expected.map(|(team, rank)| (team.to_owned(), rank)));
}

#[test]
fn soccer_gives_three_points_for_a_win_and_knows_its_teams_from_games_alone() {
    let games = [
        game("epl", 1, ("a", 1), ("b", 0)),
        game("epl", 2, ("c", 0), ("d", 0)),
        game("epl", 3, ("c", 2), ("d", 2)),
        game("epl", 4, ("b", 5), ("e", 5)),
    ];
    let expected = [("a", 1), ("c", 2), ("d", 3), ("e", 4), ("b", 5)];
    assert_eq!(order("epl", &games), expected.map(|(team, rank)| (team.to_owned(), rank)));
}

fn seasons(league: &'static str) -> impl Strategy<Value = Vec<PastGame>> {
    let teams = prop::sample::subsequence(vec!["1", "2", "3", "4", "5", "6", "7", "8"], 2).prop_shuffle();
    let one = (0u32..200, teams, 0u32..6, 0u32..6, 0usize..3, 1i32..4, any::<bool>());
    let one = one.prop_map(move |(day, teams, home, away, status, phase, overtime)| {
        let status = [GameStatus::Finished, GameStatus::Finished, GameStatus::Live][status];
        let played = PastGame { status, ..game(league, day, (teams[0], home), (teams[1], away)) };
        in_phase(if overtime { in_overtime(played) } else { played }, phase)
    });
    prop::collection::vec(one, 0..60)
}

proptest! {
    #[test]
    fn the_sums_of_standings_balance(league in prop::sample::select(vec!["nfl", "nhl"]), seed in seasons("nfl")) {
        let league: League = league.parse().unwrap();
        let games: Vec<_> = seed.into_iter().map(|game| PastGame { league, ..game }).collect();
        // Both leagues have teams of these ids, 5 to 8 of them aside where a league skips one.
        let known = |game: &&PastGame| game.sides().iter().all(|side| league.team_by_espn_id(&side.team.franchise).is_some());
        let games: Vec<_> = games.iter().filter(known).cloned().collect();
        let counted = games.iter()
            .filter(|game| game.status == GameStatus::Finished && super::is_regular(game)).count();
        let table = standings(league, &games);
        let sum = |of: fn(&Tally) -> u32| table.iter().map(|standing| of(&standing.tally)).sum::<u32>();
        prop_assert_eq!(sum(Tally::games) as usize, 2 * counted);
        prop_assert_eq!(sum(|tally| tally.wins), sum(|tally| tally.losses + tally.overtime_losses));
        prop_assert_eq!(sum(|tally| tally.ties) % 2, 0);
        prop_assert_eq!(sum(|tally| tally.points_for), sum(|tally| tally.points_against));
        let ranks: Vec<u32> = table.iter().map(|standing| standing.rank).collect();
        prop_assert_eq!(ranks, (1..=u32::try_from(table.len()).unwrap()).collect::<Vec<_>>());
        for pair in table.windows(2) {
            let worth = |tally: &Tally| tally.points(league)
                .map_or_else(|| tally.win_percentage(), |points| f64::from(points.won));
            prop_assert!(worth(&pair[0].tally) >= worth(&pair[1].tally));
        }
        for standing in &table {
            let results = team_results(&games, &standing.team.franchise);
            prop_assert_eq!(results.overall, standing.tally);
        }
    }

    #[test]
    fn wins_losses_and_ties_are_the_games_home_and_away(games in seasons("nhl"), team in 1u32..9) {
        let team = team.to_string();
        let results = team_results(&games, &team);
        let (all, home, away) = (results.overall, results.home, results.away);
        let played = games.iter().filter(|game| {
            game.status == GameStatus::Finished && super::is_regular(game)
                && game.sides().iter().any(|side| side.team.franchise == team)
        });
        prop_assert_eq!(all.wins + all.losses + all.ties + all.overtime_losses, u32::try_from(played.count()).unwrap());
        for of in [|t: &Tally| t.wins, |t: &Tally| t.losses, |t: &Tally| t.ties, |t: &Tally| t.overtime_losses,
                   |t: &Tally| t.points_for, |t: &Tally| t.points_against] {
            prop_assert_eq!(of(&all), of(&home) + of(&away));
        }
        prop_assert_eq!(u32::try_from(results.last_five.len()), Ok(all.games().min(5)));
        prop_assert_eq!(results.streak.is_some(), all.games() > 0);
        prop_assert!((0.0..=1.0).contains(&all.win_percentage()));
    }
}
