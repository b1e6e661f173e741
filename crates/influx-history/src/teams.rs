//! Teams and seasons by what `InfluxDB` holds of them: nicknames and labels.

use game_model::{League, PastTeam, Season, SeasonNames, SeasonPhase, WeekNames};

/// The team of this nickname.
///
/// The table of leagues gives what `InfluxDB` does not hold: ESPN's id, the full name, the abbreviation. A team that
/// it does not know is called by its nickname alone.
pub(crate) fn team(league: League, nickname: &str) -> PastTeam {
    if let Some(facts) = league.known_teams().find(|team| team.nickname == nickname) {
        return PastTeam {
            franchise: facts.espn_id.to_string(),
            id: league.team_id(facts.abbreviation),
            name: facts.name.into(),
            nickname: facts.nickname.into(),
            abbreviation: facts.abbreviation.into(),
        };
    }
    let id = league.team_id(nickname);
    PastTeam {
        franchise: id.clone(),
        id,
        name: nickname.into(),
        nickname: nickname.into(),
        abbreviation: String::new(),
    }
}

/// The season of this label. The week tells its phase, where the league has weeks.
///
/// Of other leagues `InfluxDB` does not hold the phase: their games count, whatever they are.
pub(crate) fn season(league: League, label: &str, week: Option<&str>) -> Season {
    let mut season = Season { year: 0, label: label.into(), phase: phase(league, week) };
    let ends_later = i32::from(league.season_names == SeasonNames::EndsIn);
    season.year = season.begins().saturating_add(ends_later);
    season
}

fn phase(league: League, week: Option<&str>) -> SeasonPhase {
    const UNKNOWN: SeasonPhase = SeasonPhase::Other(0);
    match week {
        _ if league.week_names == WeekNames::None => UNKNOWN,
        None => UNKNOWN,
        Some(week) if week == "hall_of_fame" || week.starts_with("pre_") => SeasonPhase::Preseason,
        Some(week) if week.bytes().all(|byte| byte.is_ascii_digit()) => SeasonPhase::Regular,
        Some(_) => SeasonPhase::Postseason,
    }
}

#[cfg(test)]
mod tests {
    use game_model::{League, SeasonPhase};

    use super::{season, team};

    #[test]
    fn a_week_tells_the_phase_and_a_label_the_year() {
        let nfl: League = "nfl".parse().expect("a league");
        for (phase, number) in [
            (SeasonPhase::Preseason, 1),
            (SeasonPhase::Preseason, 3),
            (SeasonPhase::Regular, 18),
            (SeasonPhase::Postseason, 1),
            (SeasonPhase::Postseason, 4),
            (SeasonPhase::Postseason, 5),
        ] {
            let week = nfl.week(phase, number).expect("a week").label;
            assert_eq!(season(nfl, "2025", Some(&week)), nfl.season(2025, phase.to_espn()), "{week}");
        }
        for (league, year) in [("nhl", 2026), ("epl", 2025), ("wnba", 2025)] {
            let league: League = league.parse().expect("a league");
            let known = league.season(year, 2);
            let read = season(league, &known.label, None);
            assert_eq!((read.year, read.begins(), &read.label), (year, known.begins(), &known.label));
        }
    }

    #[test]
    fn the_table_of_leagues_knows_more_of_a_team_than_its_nickname() {
        let nhl: League = "nhl".parse().expect("a league");
        for facts in nhl.teams {
            let team = team(nhl, facts.nickname);
            assert_eq!((team.name.as_str(), team.franchise), (facts.name, facts.espn_id.to_string()));
        }
        let unknown = team(nhl, "O'Brien; DROP");
        assert_eq!(
            (unknown.id.as_str(), unknown.franchise.as_str()),
            ("nhl-o'brien; drop", "nhl-o'brien; drop")
        );
        assert!(unknown.is_called(nhl, "o'brien; drop"));
    }
}
