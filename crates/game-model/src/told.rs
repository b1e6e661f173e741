//! Teams and seasons as points of InfluxDB tell them: by a nickname, and by a label.

#[cfg(test)]
mod tests;

use crate::{Colors, League, PastTeam, Season, SeasonNames, SeasonPhase, Team, TeamFacts, WeekNames};

/// The phase of a season that a label does not tell: games of it count for records and standings.
const UNKNOWN_PHASE: SeasonPhase = SeasonPhase::Other(0);

impl Team {
    /// The team that a point tells by its nickname, of this division (empty where it is not told) where several
    /// teams were called so.
    ///
    /// The table of leagues gives what a point does not tell. A team that it does not know is called by its nickname
    /// alone, which then stands for the abbreviation in its id.
    pub fn told(league: League, nickname: &str, division: &str) -> Self {
        match facts(league, nickname, division) {
            Some(facts) => Self {
                id: league.team_id(facts.abbreviation),
                espn_id: facts.espn_id.to_string(),
                name: facts.name.to_owned(),
                nickname: facts.nickname.to_owned(),
                abbreviation: facts.abbreviation.to_owned(),
                logo: String::new(),
                colors: Colors { primary: facts.colors.0.to_owned(), secondary: facts.colors.1.to_owned() },
            },
            None => Self {
                id: league.team_id(nickname),
                espn_id: String::new(),
                name: nickname.to_owned(),
                nickname: nickname.to_owned(),
                abbreviation: String::new(),
                logo: String::new(),
                colors: Colors::default(),
            },
        }
    }
}

/// The team of this nickname, of this division where several were called so.
fn facts(league: League, nickname: &str, division: &str) -> Option<&'static TeamFacts> {
    let called = || league.known_teams().filter(|facts| facts.nickname == nickname);
    called().find(|facts| facts.division == division).or_else(|| called().next())
}

impl PastTeam {
    /// A team as a game named it.
    pub fn of(team: &Team) -> Self {
        let franchise = if team.espn_id.is_empty() { &team.id } else { &team.espn_id };
        Self {
            franchise: franchise.clone(),
            id: team.id.clone(),
            name: team.name.clone(),
            nickname: team.nickname.clone(),
            abbreviation: team.abbreviation.clone(),
        }
    }

    /// The team that a point tells by its nickname: see [`Team::told`].
    pub fn told(league: League, nickname: &str) -> Self {
        Self::of(&Team::told(league, nickname, ""))
    }

    /// Whether nothing but its nickname is known of it.
    pub fn is_nickname_alone(&self) -> bool {
        self.abbreviation.is_empty() && self.franchise == self.id
    }

    /// The one of these teams of a league that a point means by this nickname: its nickname, or its full name.
    ///
    /// None where nobody or more than one is called so (college football has a dozen Tigers). Of several names of
    /// the one that is meant the last is taken.
    pub fn meant<'a>(nickname: &str, teams: impl IntoIterator<Item = &'a Self>) -> Option<&'a Self> {
        let is_called = |team: &&Self| team.nickname == nickname || team.name == nickname;
        let mut meant: Option<&Self> = None;
        for team in teams.into_iter().filter(|team| !team.is_nickname_alone()).filter(is_called) {
            if meant.is_some_and(|meant| meant.franchise != team.franchise) {
                return None;
            }
            meant = Some(team);
        }
        meant
    }
}

impl League {
    /// The season of this label. The week tells its phase, where the league has weeks.
    ///
    /// Of other leagues a label does not tell the phase: their games count, whatever they are.
    pub fn season_told(self, label: &str, week: Option<&str>) -> Season {
        let phase = match (self.week_names, week) {
            (WeekNames::None, _) | (_, None) => UNKNOWN_PHASE,
            (_, Some(week)) if week == "hall_of_fame" || week.starts_with("pre_") => SeasonPhase::Preseason,
            (_, Some(week)) if week.bytes().all(|byte| byte.is_ascii_digit()) => SeasonPhase::Regular,
            (_, Some(_)) => SeasonPhase::Postseason,
        };
        let mut season = Season { year: 0, label: label.to_owned(), phase };
        season.year = match self.season_names {
            SeasonNames::EndsIn => season.begins().saturating_add(1),
            SeasonNames::OneYear | SeasonNames::StartsIn => season.begins(),
        };
        season
    }
}
