//! Who the teams of older games are, of which `InfluxDB` holds nothing but a nickname.

use std::collections::HashMap;

use game_model::{League, PastGame, PastTeam};

/// Gives teams that are told by a nickname alone the identity of the team that the store knows by it, where that is
/// one.
pub(super) fn name_all(games: &mut [PastGame], names: &[(League, PastTeam)]) {
    let mut meant: HashMap<(League, String), Option<PastTeam>> = HashMap::new();
    for game in games {
        let league = game.league;
        for side in [&mut game.home, &mut game.away] {
            if !side.team.is_nickname_alone() {
                continue;
            }
            let known = meant.entry((league, side.team.nickname.clone())).or_insert_with(|| {
                let of_league = names.iter().filter(|(of, _)| *of == league).map(|(_, team)| team);
                PastTeam::meant(&side.team.nickname, of_league).cloned()
            });
            if let Some(known) = known {
                side.team.clone_from(known);
            }
        }
    }
}

/// Whether a team of the game is told by a nickname alone.
pub(super) fn lacks(game: &PastGame) -> bool {
    game.sides().iter().any(|side| side.team.is_nickname_alone())
}

/// Gives teams that are told by a nickname alone the identity that the store's row of the same game gives them.
pub(super) fn name_as(game: &mut PastGame, row: &PastGame) {
    for (side, known) in [(&mut game.home, &row.home), (&mut game.away, &row.away)] {
        if side.team.is_nickname_alone() && side.team.nickname == known.team.nickname {
            side.team.clone_from(&known.team);
        }
    }
}
