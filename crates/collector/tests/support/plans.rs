//! What will be played in simulated seasons.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use game_model::{League, SlateId, eastern_date};

use super::season::{Planned, Season};

/// A moment given in Eastern time, of 2025 or of the winter after it.
pub fn eastern(date: NaiveDate, time: (u32, u32)) -> DateTime<Utc> {
    let local = date.and_time(NaiveTime::from_hms_opt(time.0, time.1, 0).unwrap()).and_utc();
    let is_summer = date < NaiveDate::from_ymd_opt(2025, 11, 2).unwrap();
    local + TimeDelta::hours(if is_summer { 4 } else { 5 })
}

/// Kickoffs of a week by the days after its Thursday; the rest are Sunday's at one o'clock.
fn kickoffs(week: u32, games: usize) -> Vec<(u64, (u32, u32))> {
    let sunday = [(3, (16, 5)), (3, (16, 5)), (3, (16, 25)), (3, (16, 25)), (3, (20, 20))];
    let mut starts: Vec<(u64, (u32, u32))> = match week {
        1 => vec![(0, (20, 20)), (1, (20, 0)), (4, (20, 15))],
        2 | 6 => vec![(0, (20, 15)), (4, (19, 0)), (4, (22, 0))],
        4 | 5 | 7 | 10 => vec![(0, (20, 15)), (3, (9, 30)), (4, (20, 15))],
        13 => vec![(0, (13, 0)), (0, (16, 30)), (0, (20, 20)), (1, (15, 0)), (4, (20, 15))],
        16 => vec![(0, (20, 15)), (2, (17, 0)), (2, (20, 20)), (4, (20, 15))],
        17 => vec![(0, (13, 0)), (0, (16, 30)), (0, (20, 15)), (2, (16, 30)), (2, (20, 0)), (4, (20, 15))],
        18 => vec![(2, (16, 30)), (2, (20, 0))],
        _ => vec![(0, (20, 15)), (4, (20, 15))],
    };
    starts.extend(sunday);
    starts.resize(games, (3, (13, 0)));
    starts
}

/// A season like that of 2025: 272 games in 18 weeks, 13 in the playoffs.
pub fn nfl_season() -> Season {
    const GAMES: [usize; 18] = [16, 16, 16, 16, 14, 15, 15, 13, 14, 14, 15, 14, 16, 14, 16, 16, 16, 16];
    let league = "nfl".parse().unwrap();
    let first_thursday = NaiveDate::from_ymd_opt(2025, 9, 4).unwrap();
    let teams: Vec<&str> = League::known_teams(league).map(|team| team.abbreviation).collect();
    let regular = (1_u32..)
        .zip(GAMES)
        .map(|(number, games)| (2, number, u64::from(number) - 1, kickoffs(number, games)));
    let playoffs = [
        (1, vec![(2, (16, 30)), (2, (20, 0)), (3, (13, 0)), (3, (16, 30)), (3, (20, 0)), (4, (20, 15))]),
        (2, vec![(2, (16, 30)), (2, (20, 0)), (3, (15, 0)), (3, (18, 30))]),
        (3, vec![(3, (15, 0)), (3, (18, 30))]),
        (4, vec![]),
        (5, vec![(3, (18, 30))]),
    ];
    let playoffs = playoffs.into_iter().map(|(number, starts)| (3, number, 17 + u64::from(number), starts));
    let (mut games, mut weeks) = (Vec::new(), Vec::new());
    for (phase, number, weeks_on, starts) in regular.chain(playoffs) {
        let slate = SlateId::Week { year: 2025, phase, number };
        let thursday = first_thursday + Days::new(7 * weeks_on);
        weeks.push((slate, eastern(thursday + Days::new(6), (3, 0))));
        for (place, (days, time)) in starts.into_iter().enumerate() {
            let shift = place * 2 + number as usize;
            games.push(Planned {
                id: format!("{phase}-{number}-{place}"),
                slate,
                start: eastern(thursday + Days::new(days), time),
                // 3:00 to 3:20, 3:10 in the mean.
                lasts: TimeDelta::minutes(180 + i64::try_from(shift * 7 % 21).unwrap()),
                away: teams[shift % 32].into(),
                home: teams[(shift + 1) % 32].into(),
            });
        }
    }
    let current = |season: &Season, now| season.weeks.iter().find(|(_, end)| *end > now).map(|(id, _)| *id);
    Season { league, games, weeks, current }
}

/// A week of hockey with a day without a game, and late games on the west coast.
pub fn nhl_week() -> Season {
    const GAMES: [usize; 8] = [4, 11, 2, 13, 0, 12, 7, 3];
    const TEAMS: [&str; 9] = ["BOS", "MTL", "TOR", "EDM", "NYR", "SEA", "DAL", "LA", "SJ"];
    let monday = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let mut games = Vec::new();
    for (days, count) in (0_u64..).zip(GAMES) {
        let date = monday + Days::new(days);
        for place in 0..count {
            let time = match place {
                1 => (22, 30),
                3 => (20, 0),
                7 => (22, 0),
                _ => (19, 0),
            };
            games.push(Planned {
                id: format!("{date}-{place}"),
                slate: SlateId::Day(date),
                start: eastern(date, time),
                lasts: TimeDelta::minutes(150 + i64::try_from(place).unwrap()),
                away: TEAMS[place % 4 * 2 + 1].into(),
                home: TEAMS[place % 4 * 2].into(),
            });
        }
    }
    let current = |_: &Season, now| Some(SlateId::Day(eastern_date(now)));
    Season { league: "nhl".parse().unwrap(), games, weeks: Vec::new(), current }
}
