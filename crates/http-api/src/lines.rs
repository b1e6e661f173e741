//! Games of history as lines of a file, with the bytes that the API answers.

use game_model::PastGame;

use crate::wire::past::{GAME_COLUMNS, PastGameBody};

pub use crate::wire::past::csv_line;

/// Appends the names of the columns of [`csv_of_game`].
pub fn csv_header_of_games(out: &mut Vec<u8>) {
    csv_line(out, &GAME_COLUMNS);
}

/// Appends a game as a line of values, separated by commas (RFC 4180).
pub fn csv_of_game(out: &mut Vec<u8>, game: &PastGame) {
    csv_line(out, &PastGameBody::new(game).values());
}

/// Appends a game as a line of JSON.
pub fn json_of_game(out: &mut Vec<u8>, game: &PastGame) {
    // Writing into memory does not fail, and none of our keys and values does.
    let _ = serde_json::to_writer(&mut *out, &PastGameBody::new(game));
    out.push(b'\n');
}
