//! The season of the NFL: preseason, 17 games of each team in 18 weeks, playoffs.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use game_model::SeasonPhase;

use super::draft::{Date, Draft};
use super::rounds::{Pair, rounds, take_one_of_each};
use crate::eastern;

/// Games of a team in the regular season.
const GAMES: usize = 17;

/// Weeks, counted from 0, in which teams have their week off.
const OFF: std::ops::Range<usize> = 4..14;

/// At most so many games are missing in such a week.
const OFF_AT_MOST: usize = 3;

/// Hour and minute of kickoffs, US-Eastern, and the day after the week's Thursday: the first games of a week.
const FEATURED: [(u64, u32, u32); 7] =
    [(0, 20, 15), (4, 20, 15), (3, 20, 20), (3, 16, 25), (3, 16, 25), (3, 16, 5), (3, 16, 25)];

/// All other games: Sunday at one.
const USUAL: (u64, u32, u32) = (3, 13, 0);

/// Kickoffs of a weekend of playoffs, from its Saturday on.
const PLAYOFFS: [(u64, u32, u32); 6] =
    [(0, 16, 30), (0, 20, 15), (1, 13, 0), (1, 16, 30), (1, 20, 15), (2, 20, 15)];

/// Teams of a conference in the playoffs.
const SEEDS: usize = 7;

/// Draws up the season that begins in this year.
pub(super) fn draw(draft: &mut Draft, begins: i32) {
    let opening = opening(begins);
    let mut rounds = rounds(draft.teams());
    draft.random.shuffle(&mut rounds);
    let preseason = rounds.split_off(GAMES);
    let hall_of_fame = &preseason[3][..1];
    week(draft, hall_of_fame, opening - Days::new(35), SeasonPhase::Preseason, 1);
    for (games, number) in preseason[..3].iter().zip(2..) {
        let thursday = opening - Days::new(7 * (6 - u64::from(number)));
        week(draft, games, thursday, SeasonPhase::Preseason, number);
    }
    let last = take_one_of_each(&mut rounds[OFF], draft.teams(), OFF_AT_MOST);
    rounds.push(last);
    for (games, number) in rounds.iter().zip(1_u32..) {
        week(draft, games, opening + Days::new(7 * u64::from(number - 1)), SeasonPhase::Regular, number);
    }
    // The Saturday after the 18th week.
    playoffs(draft, opening + Days::new(7 * 18 + 2));
}

/// The Thursday after Labor Day.
fn opening(year: i32) -> NaiveDate {
    let labor_day = NaiveDate::from_weekday_of_month_opt(year, 9, Weekday::Mon, 1);
    let opening = labor_day.unwrap_or_default() + Days::new(3);
    debug_assert_eq!((opening.weekday(), opening.month()), (Weekday::Thu, 9));
    opening
}

fn week(draft: &mut Draft, games: &[Pair], thursday: NaiveDate, phase: SeasonPhase, week: u32) {
    let mut games = games.to_vec();
    draft.random.shuffle(&mut games);
    for (place, pair) in games.into_iter().enumerate() {
        let (day, hour, minute) = FEATURED.get(place).copied().unwrap_or(USUAL);
        let start = eastern::at(thursday + Days::new(day), hour, minute);
        let pair = draft.fairly(pair);
        draft.add(pair, Date { start, phase, week });
    }
}

fn playoffs(draft: &mut Draft, saturday: NaiveDate) {
    let mut left = ["AFC", "NFC"].map(|conference| draft.best(conference, SEEDS));
    // Wild card, divisional, conference: in the first the best team has no opponent.
    for (week, days) in [(1_u32, 0), (2, 7), (3, 15)] {
        let mut place = 0;
        for seeds in &mut left {
            let waits = seeds.len() % 2;
            let mut winners = seeds[..waits].to_vec();
            for game in 0..seeds.len() / 2 {
                let pair = (seeds[waits + game], seeds[seeds.len() - 1 - game]);
                let (day, hour, minute) = PLAYOFFS[place % PLAYOFFS.len()];
                place += 1;
                let start = eastern::at(saturday + Days::new(days + day), hour, minute);
                let won = draft.add(pair, Date { start, phase: SeasonPhase::Postseason, week });
                winners.push(if won { pair.0 } else { pair.1 });
            }
            winners.sort_by_key(|team| seeds.iter().position(|seed| seed == team));
            *seeds = winners;
        }
    }
    let start = eastern::at(saturday + Days::new(29), 18, 30);
    let [home, away] = [left[0][0], left[1][0]];
    draft.add((home, away), Date { start, phase: SeasonPhase::Postseason, week: 5 });
}
