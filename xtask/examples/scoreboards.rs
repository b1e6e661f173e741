//! Scoreboards for `cargo xtask bench` where there are no captures: `scoreboards FOLDER` writes one for the NFL and
//! one for the NHL, with games under way.

use std::path::Path;

use anyhow::Context;
use espn_sim::shape::{event, scoreboard};
use game_model::League;

/// Games of a full week of football, and of a busy night of hockey.
const GAMES: [(&str, usize, u32); 2] = [("nfl", 16, 4), ("nhl", 12, 3)];

/// Of every three games two are under way and one is still to come.
const LIVE_OF_THREE: usize = 2;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("name the folder to write to")?;
    for (league, games, periods) in GAMES {
        let league: League = league.parse()?;
        let board = board(league, games, periods);
        std::fs::write(Path::new(&folder).join(format!("{}.json", league.key)), board)?;
    }
    Ok(())
}

fn board(league: League, games: usize, periods: u32) -> String {
    let teams: Vec<_> = league.known_teams().map(|team| team.abbreviation).collect();
    let mut board = scoreboard(league);
    for (number, pair) in teams.chunks_exact(2).take(games).enumerate() {
        let live = number % 3 < LIVE_OF_THREE;
        let game = event(format!("4014376{number:02}")).at("2025-10-05T17:00Z");
        let score = |points: usize| if live { u32::try_from(points).unwrap_or(0) } else { 0 };
        let game = game.home(pair[0], score(number + 3)).away(pair[1], score(number));
        board = board.event(if live {
            game.status("STATUS_IN_PROGRESS").period(periods).clock("0:48")
        } else {
            game.status("STATUS_SCHEDULED")
        });
    }
    board.to_json().to_string()
}
