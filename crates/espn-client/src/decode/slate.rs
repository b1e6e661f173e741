//! What the frame of a scoreboard says: season, week and day.

use chrono::NaiveDate;
use game_model::{League, Season, Slate, SlateId, SlateKind, Week, WeekNames};

use super::event::YEARS;
use super::leaf::{Leaf, Object};
use super::wire::{WireScoreboard, WireSeason, WireWeek};

/// Season, week and day of a whole scoreboard, for the events that do not say their own.
pub(super) struct Frame {
    league: League,
    season: Option<(i32, i32)>,
    week: Option<u32>,
    day: Option<NaiveDate>,
    asked: Slate,
}

impl Frame {
    pub(super) fn new(league: League, asked: Slate, wire: &WireScoreboard<'_>) -> Self {
        let season = wire.season.get().and_then(|season| Some((year(&season.year)?, season.phase.whole()?)));
        let day = wire.day.get().and_then(|day| day.date.text()?.parse().ok());
        Self { league, season, week: number(&wire.week), day, asked }
    }

    /// The slate that the answer says it is.
    pub(super) fn slate(&self) -> Option<SlateId> {
        let week = || {
            let (year, phase) = self.season?;
            Some(SlateId::Week { year, phase, number: self.week? })
        };
        let day = || self.day.map(SlateId::Day);
        match self.league.slate {
            SlateKind::Week => week().or_else(day),
            SlateKind::Day => day(),
        }
    }

    /// The season of an event: its own, else the scoreboard's, else the one asked for.
    pub(super) fn season_of(&self, event: Option<&WireSeason<'_>>) -> Option<Season> {
        let own_year: Option<i32> = event.and_then(|season| year(&season.year));
        let own_phase: Option<i32> = event.and_then(|season| season.phase.whole());
        let same_year = |year: &i32| own_year.is_none_or(|own| own == *year);
        let (year, phase) = match (own_year, own_phase) {
            (Some(year), Some(phase)) => (year, phase),
            _ => [self.season, self.asked_week().map(|(season, _)| season)]
                .into_iter()
                .flatten()
                .find(|(year, _)| same_year(year))?,
        };
        Some(self.league.season(year, phase))
    }

    /// The week of an event of the season: its own, else the scoreboard's or the one asked for where these are
    /// of the same season.
    pub(super) fn week_of(&self, event: &Object<WireWeek<'_>>, season: Option<&Season>) -> Option<Week> {
        if self.league.week_names == WeekNames::None {
            return None;
        }
        let season = season?;
        let named = (season.year, season.phase.to_espn());
        let number = number(event)
            .or_else(|| self.week.filter(|_| self.season == Some(named)))
            .or_else(|| self.asked_week().filter(|(asked, _)| *asked == named).map(|(_, number)| number))?;
        self.league.week(season.phase, number)
    }

    fn asked_week(&self) -> Option<((i32, i32), u32)> {
        match self.asked {
            Slate::Named(SlateId::Week { year, phase, number }) if YEARS.contains(&year) => {
                Some(((year, phase), number))
            }
            _ => None,
        }
    }
}

/// ESPN's year of a season; none where it is no year.
pub(super) fn year(leaf: &Leaf<'_>) -> Option<i32> {
    leaf.whole().filter(|year| YEARS.contains(year))
}

fn number(week: &Object<WireWeek<'_>>) -> Option<u32> {
    week.get()?.number.whole()
}
