//! The series of a game: measurement and tags, sorted and escaped.

#[cfg(test)]
pub(crate) mod tests;

use game_model::{Game, Side};

/// Room for a usual series, so that it is built without growing.
const USUAL_LENGTH: usize = 224;

/// The series of a game as it is now: `nfl_scores,away_conference=NFC,...`.
pub(crate) fn series(game: &Game) -> String {
    let mut out = String::with_capacity(USUAL_LENGTH);
    out.push_str(game.league.key);
    out.push_str("_scores");
    side_tags(&mut out, game, &game.away, ["away_conference", "away_division", "away_team"]);
    tag(&mut out, "game_id", &game.id.0);
    side_tags(&mut out, game, &game.home, ["home_conference", "home_division", "home_team"]);
    if let Some(season) = &game.season {
        tag(&mut out, "season", &season.label);
    }
    tag(&mut out, "status", game.status.as_str());
    if let Some(week) = &game.week {
        tag(&mut out, "week", &week.label);
    }
    out
}

fn side_tags(out: &mut String, game: &Game, side: &Side, keys: [&str; 3]) {
    if let Some(facts) = game.league.team_by_espn_id(&side.team.espn_id) {
        tag(out, keys[0], facts.conference);
        tag(out, keys[1], facts.division);
    }
    tag(out, keys[2], &side.team.nickname);
}

/// Appends `,key=value`, or nothing where the value is empty once what can not be written is gone.
pub(crate) fn tag(out: &mut String, key: &str, value: &str) {
    let value = value.trim_end_matches('\\');
    if value.is_empty() {
        return;
    }
    out.push(',');
    out.push_str(key);
    out.push('=');
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        out.push_str(value);
    } else {
        escape(out, value);
    }
}

/// Appends a tag's value, escaped.
///
/// A newline becomes a space, and so does every other control character: a tab ends a tag for some servers.
/// A single backslash stays single before an ordinary character, which every server reads as itself. Elsewhere
/// it is doubled as the official parser wants it (InfluxDB 1 and 2 then keep both).
fn escape(out: &mut String, value: &str) {
    let mut chars = value.chars().map(|c| if c.is_control() { ' ' } else { c }).peekable();
    let mut after_backslash = false;
    while let Some(c) = chars.next() {
        let special = match c {
            ' ' | ',' | '=' => true,
            '\\' => after_backslash || matches!(chars.peek(), Some(' ' | ',' | '=' | '\\')),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        after_backslash = c == '\\';
    }
}
