//! The season of the NHL: 82 games of each team from October to April, and playoffs of the best of seven.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use game_model::SeasonPhase;

use super::draft::{Date, Draft};
use super::rounds::rounds;
use crate::eastern;

/// Games of a team in the regular season.
const GAMES: usize = 82;

/// A round is played on two days, and the next begins so many tenths of a day after it began.
const ROUND_TENTHS: u64 = 23;

/// Teams of a conference in the playoffs.
const SEEDS: usize = 8;

/// Wins that a series takes.
const WINS: u32 = 4;

/// Days from the begin of a round of the playoffs to the next: seven games, one every other day.
const SERIES_DAYS: u64 = 15;

/// Whether the better team is at home in each game of a series.
const AT_HOME: [bool; 7] = [true, true, false, false, true, false, true];

/// Draws up the season that begins in this year.
pub(super) fn draw(draft: &mut Draft, begins: i32) {
    let october = NaiveDate::from_weekday_of_month_opt(begins, 10, Weekday::Tue, 2).unwrap_or_default();
    let all = rounds(draft.teams());
    let mut last = october;
    for number in 0..GAMES {
        // Every pair meets twice, and some once more.
        let mut games = all[number % all.len()].clone();
        draft.random.shuffle(&mut games);
        let first = october + Days::new(number as u64 * ROUND_TENTHS / 10);
        for (place, pair) in games.into_iter().enumerate() {
            let day = first + Days::new(u64::from(place >= 9));
            let pair = draft.fairly(pair);
            let west = draft.conference(pair.0) == "Western";
            let start = start(day, west, place);
            draft.add(pair, Date { start, phase: SeasonPhase::Regular, week: 0 });
            last = day;
        }
    }
    playoffs(draft, last + Days::new(3));
}

/// When a game of this day begins: at seven or half past in the East, at ten or half past nine in the West, and in
/// the afternoon on some Saturdays.
fn start(day: NaiveDate, west: bool, place: usize) -> chrono::DateTime<chrono::Utc> {
    let half_past = 30 * (u32::try_from(place).unwrap_or(0) % 2);
    match (west, day.weekday()) {
        (false, Weekday::Sat) if place.is_multiple_of(3) => eastern::at(day, 13, 0),
        (false, _) => eastern::at(day, 19, half_past),
        (true, _) => eastern::at(day, 21 + u32::from(half_past == 0), half_past),
    }
}

fn playoffs(draft: &mut Draft, begin: NaiveDate) {
    let mut left = ["Eastern", "Western"].map(|conference| draft.best(conference, SEEDS));
    let mut begin = begin;
    while left[0].len() > 1 {
        for seeds in &mut left {
            let series = seeds.len() / 2;
            let mut winners: Vec<usize> = (0..series)
                .map(|number| {
                    best_of_seven(draft, (seeds[number], seeds[2 * series - 1 - number]), begin, number)
                })
                .collect();
            winners.sort_by_key(|team| seeds.iter().position(|seed| seed == team));
            *seeds = winners;
        }
        begin = begin + Days::new(SERIES_DAYS);
    }
    best_of_seven(draft, (left[0][0], left[1][0]), begin, 0);
}

/// Plays a series and says who won it.
fn best_of_seven(
    draft: &mut Draft,
    (better, other): (usize, usize),
    begin: NaiveDate,
    number: usize,
) -> usize {
    let mut wins = [0, 0];
    for (game, at_home) in AT_HOME.into_iter().enumerate() {
        let day = begin + Days::new(2 * game as u64 + number as u64 % 2);
        let pair = if at_home { (better, other) } else { (other, better) };
        let west = draft.conference(pair.0) == "Western";
        let date = Date { start: start(day, west, number), phase: SeasonPhase::Postseason, week: 0 };
        let better_won = draft.add(pair, date) == at_home;
        wins[usize::from(!better_won)] += 1;
        if wins.contains(&WINS) {
            break;
        }
    }
    if wins[0] == WINS { better } else { other }
}
