//! Games written by hand, around now: a league's test season and what else the dashboards have to tell apart.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Season, SeasonPhase, Side, Team};
use influx_schema::{Point, nanoseconds};

use GameStatus::{Delayed, Finished, Live, Scheduled};

/// The team that the tests follow; its name has what matters to regular expressions.
pub const TEAM: &str = "St. Louis (A/B)";

/// Everything that is written.
pub struct Games {
    /// The time that all others are told from.
    pub now: DateTime<Utc>,
    points: Vec<Point>,
}

/// A game as it is looked at again and again.
struct Looks<'a> {
    games: &'a mut Games,
    game: Game,
    written: Vec<(GameStatus, i64)>,
}

impl Games {
    /// All games.
    pub fn new() -> Self {
        // Whole seconds, so that a time in milliseconds is exact.
        let now = DateTime::<Utc>::from(SystemTime::now());
        let now = DateTime::from_timestamp(now.timestamp(), 0).expect("a time");
        let mut games = Self { now, points: Vec::new() };
        games.season();
        games.around_now();
        games.hockey();
        games
    }

    /// The bytes of all points.
    pub fn lines(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for point in &self.points {
            point.encode_into(&mut bytes);
            bytes.push(b'\n');
        }
        bytes
    }

    /// So many minutes from now, in nanoseconds since the epoch.
    pub fn minutes(&self, minutes: i64) -> i64 {
        nanoseconds(self.now + TimeDelta::minutes(minutes))
    }

    /// The season of one team; the ids do not follow the calendar.
    fn season(&mut self) {
        const WEEK: i64 = 7 * 24 * 60;
        let preseason = ("nfl", SeasonPhase::Preseason, 2);
        let mut game = self.game("107", preseason, -8 * WEEK, TEAM, "Jets");
        game.look(-8 * WEEK + 200, Finished, (3, 30), 4, "0:00");

        // Corrected afterwards: won, not lost.
        let mut game = self.game("106", week(1), -5 * WEEK, "Jets", TEAM);
        game.look(-6 * WEEK, Scheduled, (0, 0), 0, "");
        game.look(-5 * WEEK + 100, Live, (20, 0), 3, "8:00");
        game.look(-5 * WEEK + 200, Finished, (20, 17), 4, "0:00");
        game.look(-5 * WEEK + 900, Finished, (20, 21), 4, "0:00");

        let mut game = self.game("105", week(2), -4 * WEEK, TEAM, "Bills");
        game.look(-4 * WEEK + 200, Finished, (20, 23), 5, "0:00");
        let mut game = self.game("104", week(3), -3 * WEEK, "Dolphins", TEAM);
        game.look(-3 * WEEK + 200, Finished, (17, 17), 5, "0:00");

        // Moved by a day.
        let mut game = self.game("103", week(4), -2 * WEEK, TEAM, "Jets");
        game.look(-4 * WEEK, Scheduled, (0, 0), 0, "");
        game.moves_to(-2 * WEEK + 24 * 60);
        game.look(-3 * WEEK, Scheduled, (0, 0), 0, "");
        game.look(-2 * WEEK + 25 * 60, Finished, (30, 10), 4, "0:00");

        // Of another team, whose name the team's would match if it were not escaped.
        let mut game = self.game("199", week(4), -2 * WEEK, "StX Louis A/B", "Bills");
        game.look(-2 * WEEK + 200, Finished, (50, 0), 4, "0:00");
        // Of another season.
        let mut game = self.game("90", week(1), -40 * WEEK, "Jets", TEAM);
        game.game.season =
            Some(Season { label: "2024".into(), ..game.game.season.clone().expect("a season") });
        game.look(-40 * WEEK + 200, Finished, (7, 0), 4, "0:00");
    }

    /// What is on, was and will be.
    fn around_now(&mut self) {
        let mut game = self.game("102", week(5), -60, "Bills", TEAM);
        game.look(-3 * 24 * 60, Scheduled, (0, 0), 0, "");
        game.look(-57, Live, (0, 0), 1, "12:00");
        game.look(-40, Live, (0, 3), 1, "2:30");
        game.look(-20, Live, (7, 3), 2, "9:10");
        game.look(-1, Live, (7, 10), 2, "3:12");

        // Was to begin in three days, now in six.
        let mut game = self.game("101", week(6), 3 * 24 * 60, TEAM, "Dolphins");
        game.look(-7 * 24 * 60, Scheduled, (0, 0), 0, "");
        game.moves_to(6 * 24 * 60);
        game.look(-24 * 60, Scheduled, (0, 0), 0, "");
        let mut game = self.game("110", week(6), 2 * 24 * 60, "Jets", "Bills");
        game.look(-24 * 60, Scheduled, (0, 0), 0, "");

        // Over, though looks at the live game carry later times than its final score.
        let mut game = self.game("109", week(5), -24 * 60, "Jets", "Dolphins");
        game.look(-23 * 60, Live, (14, 13), 4, "1:00");
        game.look(-22 * 60, Finished, (14, 16), 4, "0:00");
        // The same, and its final score lies just before what the board looks back on.
        let mut game = self.game("108", week(5), -49 * 60, "Bills", "Jets");
        game.look(-47 * 60, Live, (3, 6), 4, "1:00");
        game.look(-46 * 60, Finished, (3, 6), 4, "0:00");
    }

    fn hockey(&mut self) {
        let regular = ("nhl", SeasonPhase::Regular, 0);
        let mut game = self.game("900", regular, -30, "Sabres", "Bruins");
        game.look(-10, Delayed, (0, 0), 1, "20:00");
        let mut game = self.game("899", regular, -20 * 24 * 60, "Sabres", "Bruins");
        game.look(-20 * 24 * 60 + 160, Finished, (3, 2), 5, "0:00");
    }

    /// A game of these teams, visitors first, that begins so many minutes from now.
    fn game(
        &mut self,
        id: &str,
        slot: (&str, SeasonPhase, u32),
        start: i64,
        away: &str,
        home: &str,
    ) -> Looks<'_> {
        let (league, phase, week) = slot;
        let league: League = league.parse().expect("a league");
        let year = if league.key == "nhl" { 2026 } else { 2025 };
        let game = Game {
            id: GameId(id.into()),
            league,
            season: Some(league.season(year, phase.to_espn())),
            week: league.week(phase, week),
            status: Scheduled,
            start: self.now + TimeDelta::minutes(start),
            start_text: String::new(),
            start_confirmed: true,
            home: side(home),
            away: side(away),
            clock: Clock::default(),
            venue: Some("The Dome".into()),
        };
        Looks { games: self, game, written: Vec::new() }
    }
}

impl Looks<'_> {
    /// One look, so many minutes from now: status, visitors' and home side's score, period, clock.
    fn look(&mut self, at: i64, status: GameStatus, score: (u32, u32), period: u32, clock: &str) {
        let phase = self.game.season.as_ref().map(|season| season.phase);
        self.game.status = status;
        (self.game.away.score, self.game.home.score) = score;
        self.game.clock = Clock {
            number: period,
            period: self.game.league.period(period, phase),
            display: clock.into(),
            ..Clock::default()
        };
        let observed_at = self.games.minutes(at);
        let base = Point::base_timestamp(&self.game, observed_at);
        let taken = self.written.iter().filter(|(of, stamp)| *of == status && *stamp >= base);
        let point = Point::observe(&self.game, observed_at, taken.map(|(_, stamp)| *stamp).max());
        self.written.push((status, point.timestamp));
        self.games.points.push(point);
    }

    /// The game begins so many minutes from now instead.
    fn moves_to(&mut self, start: i64) {
        self.game.start = self.games.now + TimeDelta::minutes(start);
    }
}

fn week(number: u32) -> (&'static str, SeasonPhase, u32) {
    ("nfl", SeasonPhase::Regular, number)
}

fn side(nickname: &str) -> Side {
    let team = Team {
        id: String::new(),
        espn_id: String::new(),
        name: String::new(),
        nickname: nickname.into(),
        abbreviation: String::new(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score: 0, record: None }
}
