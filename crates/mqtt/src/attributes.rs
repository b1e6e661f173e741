//! The attributes of a team's state, by the names that users of `TeamTracker` know. Nothing in them changes by time
//! alone, and what does not apply is null.

use chrono::{DateTime, SecondsFormat, Utc};
use game_model::{Game, GameStatus, League, Record, RecordForm, SeasonPhase, Side, TeamGame};
use serde::Serialize;

use crate::state::{Picture, Word};
use crate::team::KnownTeam;

#[derive(Debug, Serialize)]
pub(crate) struct Attributes<'a> {
    sport: &'a str,
    league: &'static str,
    league_path: &'static str,
    league_name: &'static str,
    season: Option<&'static str>,
    season_label: Option<&'a str>,
    /// `in_season` or `off_season`.
    season_state: &'static str,
    week: Option<&'a str>,
    game_id: Option<&'a str>,
    game_status: Option<&'static str>,
    /// `BUF @ NE`.
    event_name: Option<String>,
    date: Option<String>,
    /// False where the time of day is still to be announced.
    date_confirmed: Option<bool>,
    venue: Option<&'a str>,
    quarter: Option<u32>,
    period: Option<String>,
    clock: Option<String>,
    team_id: &'a str,
    team_abbr: &'a str,
    team_name: &'a str,
    team_long_name: &'a str,
    team_logo: Option<&'a str>,
    team_colors: Option<[&'a str; 2]>,
    team_homeaway: Option<&'static str>,
    team_record: Option<String>,
    team_score: Option<u32>,
    team_winner: Option<bool>,
    opponent_id: Option<&'a str>,
    opponent_abbr: Option<&'a str>,
    opponent_name: Option<&'a str>,
    opponent_long_name: Option<&'a str>,
    opponent_logo: Option<&'a str>,
    opponent_colors: Option<[&'a str; 2]>,
    opponent_homeaway: Option<&'static str>,
    opponent_record: Option<String>,
    opponent_score: Option<u32>,
    opponent_winner: Option<bool>,
    last_date: Option<String>,
    last_opponent_abbr: Option<&'a str>,
    last_team_score: Option<u32>,
    last_opponent_score: Option<u32>,
    last_team_winner: Option<bool>,
}

impl<'a> Attributes<'a> {
    pub fn new(team: &'a KnownTeam, picture: &Picture<'a>) -> Self {
        let shown = picture.shown.as_ref();
        let game = shown.map(|shown| shown.game);
        let sides = shown.map(TeamGame::sides);
        let (ours, theirs) = sides.unzip();
        let scores = picture.scores();
        let winner = game.filter(|_| picture.word == Word::Post).zip(scores);
        let won = |ours: u32, theirs: u32| ours > theirs;
        let last = picture.last.as_ref();
        let last_sides = last.map(TeamGame::sides);
        let of_play =
            game.filter(|game| matches!(picture.word, Word::In | Word::Post) && game.clock.number > 0);
        Self {
            sport: sport(team.league),
            league: team.league.code,
            league_path: team.league.key,
            league_name: team.league.name,
            season: game.and_then(|game| phase(game.season.as_ref()?.phase)),
            season_label: game.and_then(|game| Some(game.season.as_ref()?.label.as_str())),
            season_state: if picture.is_off_season { "off_season" } else { "in_season" },
            week: game.and_then(|game| Some(game.week.as_ref()?.label.as_str())),
            game_id: game.map(|game| game.id.0.as_str()),
            game_status: game.map(|game| status_word(game.status)),
            event_name: game
                .map(|game| format!("{} @ {}", game.away.team.abbreviation, game.home.team.abbreviation)),
            date: game.map(|game| timestamp(game.start)),
            date_confirmed: game.map(|game| game.start_confirmed),
            venue: game.and_then(|game| game.venue.as_deref()),
            quarter: of_play.map(|game| game.clock.number),
            period: of_play.and_then(|game| game.clock.period).map(|period| period.to_string()),
            clock: None,
            team_id: &team.id,
            team_abbr: &team.abbreviation,
            team_name: &team.nickname,
            team_long_name: &team.name,
            team_logo: ours.and_then(logo),
            team_colors: ours.and_then(colors),
            team_homeaway: shown.map(|shown| side_word(shown.is_home)),
            team_record: picture.record.map(|record| record_text(team.league, record)),
            team_score: scores.map(|(ours, _)| ours),
            team_winner: winner.map(|(_, (ours, theirs))| won(ours, theirs)),
            opponent_id: theirs.map(|side| side.team.id.as_str()),
            opponent_abbr: theirs.map(|side| side.team.abbreviation.as_str()),
            opponent_name: theirs.map(|side| side.team.nickname.as_str()),
            opponent_long_name: theirs.map(|side| side.team.name.as_str()),
            opponent_logo: theirs.and_then(logo),
            opponent_colors: theirs.and_then(colors),
            opponent_homeaway: shown.map(|shown| side_word(!shown.is_home)),
            opponent_record: theirs.and_then(|side| Some(record_text(team.league, side.record?))),
            opponent_score: scores.map(|(_, theirs)| theirs),
            opponent_winner: winner.map(|(_, (ours, theirs))| won(theirs, ours)),
            last_date: last.map(|last| timestamp(last.game.start)),
            last_opponent_abbr: last_sides.map(|(_, theirs)| theirs.team.abbreviation.as_str()),
            last_team_score: last_sides.map(|(ours, _)| ours.score),
            last_opponent_score: last_sides.map(|(_, theirs)| theirs.score),
            last_team_winner: last_sides.map(|(ours, theirs)| won(ours.score, theirs.score)),
        }
    }

    /// The same, with this clock.
    pub fn with_clock(self, clock: &str) -> Self {
        Self { clock: Some(clock.to_owned()).filter(|clock| !clock.is_empty()), ..self }
    }
}

/// A time as Home Assistant reads it: `2026-11-23T11:16:25Z`.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `football`, from the path of the league.
pub(crate) fn sport(league: League) -> &'static str {
    league.path.split('/').next().unwrap_or_default()
}

/// The status in the words of the HTTP interface.
pub(crate) fn status_word(status: GameStatus) -> &'static str {
    match status {
        GameStatus::Finished => "final",
        other => other.as_str(),
    }
}

pub(crate) fn side_word(is_home: bool) -> &'static str {
    if is_home { "home" } else { "away" }
}

/// A record as its league writes it: `5-2`, `30-12-5`.
pub(crate) fn record_text(league: League, record: Record) -> String {
    let Record { wins, losses, ties, overtime_losses } = record;
    match league.record_form {
        RecordForm::WinsLossesOvertimeLosses => format!("{wins}-{losses}-{overtime_losses}"),
        RecordForm::WinsTiesLosses => format!("{wins}-{ties}-{losses}"),
        RecordForm::WinsLossesTies if ties > 0 => format!("{wins}-{losses}-{ties}"),
        RecordForm::WinsLossesTies | RecordForm::WinsLosses => format!("{wins}-{losses}"),
    }
}

/// The clock of a game that is on, else nothing.
pub(crate) fn clock(picture: &Picture<'_>) -> String {
    let on = picture.shown.filter(|_| picture.word == Word::In);
    on.map(|shown| Game::time_remaining(shown.game).to_owned()).unwrap_or_default()
}

fn phase(phase: SeasonPhase) -> Option<&'static str> {
    match phase {
        SeasonPhase::Preseason => Some("preseason"),
        SeasonPhase::Regular => Some("regular-season"),
        SeasonPhase::Postseason => Some("post-season"),
        SeasonPhase::Off => Some("off-season"),
        SeasonPhase::Other(_) => None,
    }
}

fn logo(side: &Side) -> Option<&str> {
    Some(side.team.logo.as_str()).filter(|logo| !logo.is_empty())
}

/// The colours, where the game tells them: history does not keep logos and colours.
fn colors(side: &Side) -> Option<[&str; 2]> {
    logo(side)?;
    Some([&side.team.colors.primary, &side.team.colors.secondary])
}
