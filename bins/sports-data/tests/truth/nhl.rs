//! The NHL of 2023-24 against its final standings.
//!
//! The standings were written by hand; the games are none that were played. They are drawn so that every team has
//! its true number of wins, losses, and losses in overtime or shootout: what is held against the truth is what
//! standings make of these, the points and their order.

use chrono::{DateTime, TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
use game_model::{League, Standing};

use super::support::{Row, Watched, assert_stands, table};

/// How a loser loses: in regulation, in overtime, or in the shootout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Regulation,
    Overtime,
    Shootout,
}

fn nhl() -> League {
    "nhl".parse().unwrap()
}

/// Games that give every team its wins and losses: the team with the most wins left beats those with the most losses
/// left.
fn games(rows: &[Row]) -> Vec<(String, String, Lost)> {
    let mut wins: Vec<(u32, &str)> = rows.iter().map(|(team, figures)| (figures[0], team.as_str())).collect();
    let mut losses: Vec<(u32, u32, &str)> =
        rows.iter().map(|(team, figures)| (figures[1], figures[2], team.as_str())).collect();
    let mut games = Vec::new();
    loop {
        wins.sort_unstable_by(|a, b| b.cmp(a));
        let (left, winner) = wins[0];
        if left == 0 {
            return games;
        }
        let of_others = losses.iter_mut().filter(|(.., team)| *team != winner);
        let (regulation, overtime, loser) =
            of_others.max_by_key(|(lost, overtime, _)| lost + overtime).unwrap();
        let lost = if *overtime == 0 {
            *regulation -= 1;
            Lost::Regulation
        } else {
            *overtime -= 1;
            if overtime.is_multiple_of(2) { Lost::Overtime } else { Lost::Shootout }
        };
        games.push((winner.to_owned(), (*loser).to_owned(), lost));
        wins[0].0 -= 1;
    }
}

fn figures(standing: &Standing) -> Vec<u32> {
    let tally = standing.tally;
    assert_eq!((tally.games(), tally.ties), (82, 0));
    let points = tally.points(nhl()).unwrap();
    assert_eq!(points.of, 164);
    vec![tally.wins, tally.losses, tally.overtime_losses, points.won]
}

#[tokio::test]
async fn the_points_of_2023_24_are_the_final_ones() {
    let table = table(include_str!("nhl_2023_standings.txt"));
    let rows: Vec<Row> = table.concat();
    let games = games(&rows);
    assert_eq!(games.len(), 1312);
    let watched = Watched::new();
    let begin: DateTime<Utc> = "2023-10-11T00:00:00Z".parse().unwrap();
    for (day, number) in games.chunks(8).zip(0..) {
        let start = begin + TimeDelta::days(number);
        let mut board = scoreboard(nhl()).season(2024, 2).day(&start.date_naive().to_string());
        for ((winner, loser, lost), place) in day.iter().zip(0..) {
            let game = event(format!("4015{number:03}{place:02}"))
                .status("STATUS_FINAL")
                .clock("0:00")
                .starts(start);
            // The winner is at home in every other game.
            let game = if place % 2 == 0 {
                game.home(winner, 3).away(loser, 2)
            } else {
                game.away(winner, 3).home(loser, 2)
            };
            board = board.event(match lost {
                Lost::Regulation => game.period(3).detail("Final"),
                Lost::Overtime => game.period(4).detail("Final/OT"),
                // As ESPN leaves it at times: the detail alone says it.
                Lost::Shootout => game.period(if place % 3 == 0 { 3 } else { 5 }).detail("Final/SO"),
            });
        }
        watched.see(nhl(), start + TimeDelta::hours(3), board.to_json().to_string().as_bytes()).await;
    }
    let standings = watched.standings(nhl(), 2023).await;
    assert_stands(&standings, &table, figures);
    let first = |conference: &str| {
        let of = standings.iter().find(|s| s.conference == Some(conference) && s.conference_rank == Some(1));
        of.unwrap().team.abbreviation.clone()
    };
    assert_eq!((first("Eastern"), first("Western")), ("NYR".into(), "DAL".into()));
}
