//! ESPN's scoreboards.

use espn_client::decode;
use game_model::{League, Slate};

/// Decodes the bytes as the scoreboard of a league that the first byte picks. It must not panic, must account for
/// every event, and must give the same answer twice.
///
/// # Panics
/// Where a promise is broken.
pub fn espn_decoder(data: &[u8]) {
    let Some((&pick, body)) = data.split_first() else { return };
    let leagues: Vec<League> = League::all().collect();
    let league = leagues[usize::from(pick) % leagues.len()];
    let decoded = decode(league, Slate::Current, body);
    if let Ok(board) = &decoded {
        let mut ids: Vec<_> = board.games.iter().map(|game| &game.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), board.games.len(), "a game is there twice");
        assert!(board.games.iter().all(|game| game.league == league && !game.id.0.is_empty()));
        assert!(board.problems.iter().all(|problem| !problem.reason.is_empty()));
    }
    assert_eq!(decoded, decode(league, Slate::Current, body), "another answer for the same bytes");
}
