//! Two seasons in the small: everything that becomes of a game.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Observation, Seen, Side, Team, TeamFacts};

pub fn league(key: &str) -> League {
    key.parse().expect("a league")
}

fn side(league: League, facts: &TeamFacts) -> Side {
    let team = Team {
        id: league.team_id(facts.abbreviation),
        espn_id: facts.espn_id.to_string(),
        name: facts.name.into(),
        nickname: facts.nickname.into(),
        abbreviation: facts.abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score: 0, record: None }
}

/// A game that is announced: of two teams by their places in the table, in this year's season.
pub fn announced(key: &str, id: u32, teams: (usize, usize), year: i32, start: DateTime<Utc>) -> Game {
    let league = league(key);
    let season = league.season(year, 2);
    Game {
        id: GameId(format!("{key}{id:04}")),
        league,
        week: league.week(season.phase, 1 + id % 18),
        season: Some(season),
        status: GameStatus::Scheduled,
        start,
        start_text: start.format("%Y-%m-%dT%H:%MZ").to_string(),
        start_confirmed: true,
        home: side(league, &league.teams[teams.0]),
        away: side(league, &league.teams[teams.1]),
        clock: Clock::default(),
        venue: Some("O'Neill \"Park\", East=West \\".into()),
    }
}

/// A game that is announced in a league without a table of teams, between teams as ESPN names them: numeric id, full
/// name, nickname, abbreviation.
pub fn named(key: &str, id: u32, home: [&str; 4], away: [&str; 4], year: i32, start: DateTime<Utc>) -> Game {
    let of = league(key);
    let side = |[espn_id, name, nickname, abbreviation]: [&str; 4]| {
        let team = Team {
            id: of.team_id(abbreviation),
            espn_id: espn_id.into(),
            name: name.into(),
            nickname: nickname.into(),
            abbreviation: abbreviation.into(),
            logo: String::new(),
            colors: Colors::default(),
        };
        Side { team, score: 0, record: None }
    };
    Game {
        league: of,
        id: GameId(format!("{key}{id:04}")),
        week: None,
        season: Some(of.season(year, 2)),
        home: side(home),
        away: side(away),
        ..announced("nfl", id, (0, 1), year, start)
    }
}

/// One look at the game: status, number of the period, clock, scores.
pub fn look(game: &Game, status: GameStatus, number: u32, clock: &str, home: u32, away: u32) -> Game {
    let mut game = game.clone();
    let phase = game.season.as_ref().map(|season| season.phase);
    game.clock = Clock {
        number,
        period: game.league.period(number, phase),
        display: clock.into(),
        ..Clock::default()
    };
    (game.status, game.home.score, game.away.score) = (status, home, away);
    game
}

pub fn moved(game: &Game, by: TimeDelta) -> Game {
    let mut game = game.clone();
    game.start += by;
    game.start_text = game.start.format("%Y-%m-%dT%H:%MZ").to_string();
    game
}

/// What is seen of one game, each look so many minutes after the start that was announced first.
pub fn course(game: &Game) -> Vec<(i64, Game)> {
    use GameStatus::{Canceled, Delayed, Finished, Live, Postponed, Scheduled, Suspended};
    let kind: u32 = game.id.0[3..].parse().expect("a number");
    let regulation = game.league.regulation_periods;
    let first = look(game, Scheduled, 0, "0:00", 0, 0);
    let live = look(game, Live, 1, "9:12", 3, 0);
    let later = look(game, Live, regulation, "0:48", 3, 7);
    let end = look(game, Finished, regulation, "0:00", 10 + kind % 5, 7);
    match kind % 9 {
        0 => vec![(-3000, first), (1, live.clone()), (90, later), (180, end)],
        1 => vec![
            (-3000, first),
            (5, live),
            (170, look(game, Live, regulation + 1, "3:33", 7, 7)),
            (190, look(game, Finished, regulation + 1, "0:00", 7, 10)),
            (200, look(game, Finished, regulation + 1, "0:00", 7, 11)),
        ],
        2 => vec![(-3000, first), (-60, look(game, Postponed, 0, "0:00", 0, 0))],
        3 => {
            vec![(-3000, first), (-2000, look(&moved(game, TimeDelta::days(3)), Scheduled, 0, "0:00", 0, 0))]
        }
        4 => vec![(-3000, first), (-60, look(game, Canceled, 0, "0:00", 0, 0))],
        5 => vec![
            (-3000, first),
            (2, look(game, Delayed, 1, "15:00", 0, 0)),
            (50, live),
            (100, look(game, Suspended, 2, "1:00", 3, 3)),
        ],
        // Still on.
        6 => vec![(-10, first), (30, live), (60, later)],
        // What comes after the end counts no more.
        7 => vec![(-3000, first.clone()), (30, live), (180, end), (300, first)],
        _ => vec![(-3000, first)],
    }
}

/// One look at games of one league.
pub fn seen(observed_at: DateTime<Utc>, games: Vec<Game>) -> Observation {
    let league = games[0].league;
    Observation {
        league,
        observed_at,
        games: games.into_iter().map(Into::into).collect(),
        seen: Seen::default(),
    }
}

/// What is seen of these games, one observation for each moment.
pub fn observations(games: &[Game]) -> Vec<Observation> {
    let looks = games.iter().flat_map(|game| {
        course(game).into_iter().map(|(minutes, look)| (game.start + TimeDelta::minutes(minutes), look))
    });
    let mut looks: Vec<_> = looks.collect();
    looks.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    let observations = looks.into_iter().map(|(observed_at, game)| seen(observed_at, vec![game]));
    observations.collect()
}

/// Games of the seasons of two years of both leagues from a day on, so many of each, some days apart.
pub fn games(from: DateTime<Utc>, of_each: u32) -> Vec<Game> {
    let mut games = Vec::new();
    for number in 0..of_each {
        let start = from + TimeDelta::hours(41 * i64::from(number));
        let year = from.year() - i32::from(number < of_each / 2);
        let teams = |by: usize| {
            let home = number as usize * 3 % 8;
            (home, (home + 1 + (number as usize * by) % 7) % 8)
        };
        games.push(announced("nfl", number, teams(1), year, start));
        games.push(announced("nhl", number, teams(2), year + 1, start + TimeDelta::minutes(30)));
    }
    games
}
