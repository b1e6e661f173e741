//! One game, from its announcement until it makes room for the next.

use chrono::{DateTime, TimeDelta, Utc};
use espn_sim::GameClock;
use espn_sim::shape::{EventShape, event};
use fastrand::Rng;
use game_model::League;

/// Seconds on the clock at the begin of a period.
const PERIOD_SECONDS: u32 = 900;

/// Seconds that pass on the clock in a step.
const STEP_SECONDS: u32 = 20;

/// Steps for which a game is announced, and for which its end is shown.
const SHOWN_STEPS: u32 = 50;

/// Names that have to be escaped, and some that do not.
const VENUES: [Option<&str>; 5] = [
    Some("Lambeau Field"),
    Some("The \"Old\" Arena, North"),
    Some("Estádio = São João"),
    Some("A\\B Center \\"),
    None,
];

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Announced,
    Live,
    Delayed,
    Over,
}

/// One game.
#[derive(Debug, Clone)]
pub(super) struct Play {
    id: u32,
    home: String,
    away: String,
    venue: Option<&'static str>,
    stage: Stage,
    /// Steps that the stage still lasts, where it does not depend on the clock.
    left: u32,
    /// How a game that is over ended.
    end: &'static str,
    score: (u32, u32),
    periods: u32,
    clock: GameClock,
}

impl Play {
    /// An announced game of the teams that play at this place of the slate.
    pub fn new(id: u32, place: usize, league: League, random: &mut Rng) -> Self {
        let team = |number: usize| {
            let known = league.known_teams().nth(number).map(|team| team.abbreviation.to_owned());
            known.unwrap_or_else(|| format!("T{number:02}"))
        };
        Self {
            id,
            home: team(2 * place),
            away: team(2 * place + 1),
            venue: random.choice(VENUES).flatten(),
            stage: Stage::Announced,
            left: random.u32(1..SHOWN_STEPS),
            end: "STATUS_FINAL",
            score: (0, 0),
            periods: league.regulation_periods,
            clock: GameClock::default(),
        }
    }

    /// Whether its end was shown for long enough.
    pub fn is_gone(&self) -> bool {
        self.stage == Stage::Over && self.left == 0
    }

    /// Moves on.
    pub fn step(&mut self, random: &mut Rng) {
        self.left = self.left.saturating_sub(1);
        match self.stage {
            Stage::Announced if self.left == 0 => {
                self.stage = Stage::Live;
                self.clock.begin_period(PERIOD_SECONDS);
            }
            Stage::Live => self.play(random),
            Stage::Delayed if self.left == 0 => self.stage = Stage::Live,
            // A score that is corrected after the end.
            Stage::Over if random.f64() < 0.01 => self.score.0 += 1,
            Stage::Announced | Stage::Delayed | Stage::Over => {}
        }
    }

    fn play(&mut self, random: &mut Rng) {
        match random.u32(0..1_000) {
            0..60 => self.score.0 += 1,
            60..120 => self.score.1 += 1,
            120..123 => (self.stage, self.left) = (Stage::Delayed, SHOWN_STEPS / 5),
            123 => self.over("STATUS_POSTPONED"),
            124 => self.over("STATUS_CANCELED"),
            _ => {}
        }
        let is_over = self.clock.run(STEP_SECONDS);
        if is_over && self.stage == Stage::Live {
            if self.clock.period() >= self.periods {
                self.over("STATUS_FINAL");
            } else {
                self.clock.begin_period(PERIOD_SECONDS);
            }
        }
    }

    fn over(&mut self, end: &'static str) {
        (self.stage, self.end, self.left) = (Stage::Over, end, SHOWN_STEPS);
    }

    /// How it stands on a scoreboard.
    pub fn event(&self, begin: DateTime<Utc>) -> EventShape {
        let (status, start) = match self.stage {
            Stage::Announced => ("STATUS_SCHEDULED", begin + TimeDelta::minutes(20)),
            Stage::Live => ("STATUS_IN_PROGRESS", begin),
            Stage::Delayed => ("STATUS_RAIN_DELAY", begin),
            Stage::Over => (self.end, begin),
        };
        let shown = event(self.id.to_string())
            .home(&self.home, self.score.0)
            .away(&self.away, self.score.1)
            .status(status)
            .period(self.clock.period())
            .clock(&self.clock.to_string())
            .starts(start);
        match self.venue {
            Some(venue) => shown.venue(venue),
            None => shown,
        }
    }
}
