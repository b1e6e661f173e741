//! Seasons, their phases and weeks. [`League::season`](crate::League::season) and
//! [`League::week`](crate::League::week) make them.

use serde::{Deserialize, Serialize};

/// A season of a league and the phase of it in which a game is played.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Season {
    /// ESPN's year of the season.
    pub year: i32,
    /// `2025`, or `2025-26` where the season spans two years.
    pub label: String,
    /// The part of the season.
    pub phase: SeasonPhase,
}

impl Season {
    /// The year in which it begins, by its label.
    pub fn begins(&self) -> i32 {
        let year = self.label.rsplit_once('-').filter(|(year, _)| !year.is_empty()).map(|(year, _)| year);
        year.unwrap_or(&self.label).parse().unwrap_or(self.year)
    }
}

/// The year in which a season begins that somebody calls `2025`, `2025-26` or `2025-2026`; none for other forms.
pub fn season_begins(name: &str) -> Option<i32> {
    let year = |text: &str| -> Option<i32> {
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_year.then(|| text.parse().ok())?
    };
    match name.split_once('-') {
        None => year(name),
        Some((first, second)) => year(first).filter(|first| {
            let next = format!("{:04}", first + 1);
            second == next || second == &next[2..]
        }),
    }
}

/// The part of a season, ESPN's `season.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeasonPhase {
    /// 1
    Preseason,
    /// 2
    Regular,
    /// 3
    Postseason,
    /// 4
    Off,
    /// Any other number: soccer numbers each competition's season.
    Other(i32),
}

impl SeasonPhase {
    /// The phase that ESPN's number names.
    pub fn from_espn(number: i32) -> Self {
        match number {
            1 => Self::Preseason,
            2 => Self::Regular,
            3 => Self::Postseason,
            4 => Self::Off,
            other => Self::Other(other),
        }
    }

    /// ESPN's number of the phase.
    pub fn to_espn(self) -> i32 {
        match self {
            Self::Preseason => 1,
            Self::Regular => 2,
            Self::Postseason => 3,
            Self::Off => 4,
            Self::Other(number) => number,
        }
    }
}

/// A week of a season's phase.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Week {
    /// ESPN's number: unique only together with the season's year and phase.
    pub number: u32,
    /// `5`, `pre_1`, `wild_card`, ...
    pub label: String,
}

#[cfg(test)]
mod tests {
    use crate::League;

    #[test]
    fn a_season_begins_in_the_first_year_of_its_label() {
        for (league, year, begins) in [
            ("nfl", 2025, 2025),
            ("nhl", 2026, 2025),
            ("epl", 2025, 2025),
            ("nhl", 2000, 1999),
            ("nfl", -5, -5),
        ] {
            let league: League = league.parse().unwrap();
            assert_eq!(league.season(year, 2).begins(), begins, "{league} {year}");
        }
    }
}
