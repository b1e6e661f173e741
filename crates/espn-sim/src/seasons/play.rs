//! One game as it is played.

use fastrand::Rng;

use super::Fixture;
use super::rules::{self, Extra, Rules};
use crate::GameClock;
use crate::shape::{EventShape, event};

/// Steps from the announced start to the first play.
const LATE: std::ops::Range<u32> = 3..24;

/// Steps of the break before an overtime, and of a shootout.
const BEFORE_OVERTIME: u32 = 6;
const SHOOTOUT: u32 = 20;

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing yet, for so many steps after the announced start.
    Announced(u32),
    Playing,
    /// A break of so many steps, and then a period of so many seconds.
    Break(u32, u32),
    Shootout(u32),
    Over,
}

/// One game as it is played, a step at each poll.
#[derive(Debug, Clone)]
pub(super) struct Play<'a> {
    pub fixture: &'a Fixture,
    rules: &'static Rules,
    random: Rng,
    stage: Stage,
    clock: GameClock,
    score: (u32, u32),
}

impl<'a> Play<'a> {
    /// A game that was announced.
    pub fn new(fixture: &'a Fixture) -> Self {
        let mut random = Rng::with_seed(fixture.seed);
        let stage = Stage::Announced(random.u32(LATE));
        let rules = rules::of(fixture.league);
        Self { fixture, rules, random, stage, clock: GameClock::default(), score: (0, 0) }
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Home and away.
    pub fn score(&self) -> (u32, u32) {
        self.score
    }

    /// Moves on, once the announced start has come. Says whether there is anything new to see.
    pub fn step(&mut self) -> bool {
        self.stage = match self.stage {
            Stage::Announced(0) => {
                self.clock.begin_period(self.rules.period);
                Stage::Playing
            }
            Stage::Announced(left) => Stage::Announced(left - 1),
            Stage::Playing => self.play(),
            Stage::Break(0, seconds) => {
                self.clock.begin_period(seconds);
                Stage::Playing
            }
            Stage::Break(left, seconds) => Stage::Break(left - 1, seconds),
            Stage::Shootout(0) => {
                self.add(1);
                Stage::Over
            }
            Stage::Shootout(left) => Stage::Shootout(left - 1),
            Stage::Over => return false,
        };
        !matches!(self.stage, Stage::Announced(_))
    }

    fn play(&mut self) -> Stage {
        let (least, most) = self.rules.pace;
        let scored = self.random.f64() < self.rules.scoring;
        if scored {
            let points = self.rules.worth(&mut self.random);
            self.add(points);
        }
        let is_over = self.clock.run(self.random.u32(least..=most));
        if scored && self.overtimes() > 0 {
            return Stage::Over;
        }
        if is_over { self.after_period() } else { Stage::Playing }
    }

    fn add(&mut self, points: u32) {
        if self.random.f64() < self.fixture.home_share {
            self.score.0 += points;
        } else {
            self.score.1 += points;
        }
    }

    fn regulation(&self) -> u32 {
        self.fixture.league.regulation_periods
    }

    /// Periods beyond regulation.
    fn overtimes(&self) -> u32 {
        self.clock.period().saturating_sub(self.regulation())
    }

    fn after_period(&mut self) -> Stage {
        let period = self.clock.period();
        if period < self.regulation() {
            let steps = self.rules.breaks.get(period as usize - 1).copied().unwrap_or(0);
            return Stage::Break(steps, self.rules.period);
        }
        if self.score.0 != self.score.1 {
            return Stage::Over;
        }
        match self.rules.extra(self.fixture.league, self.fixture.phase, self.overtimes()) {
            Extra::Tie => Stage::Over,
            Extra::Overtime(seconds) => Stage::Break(BEFORE_OVERTIME, seconds),
            Extra::Shootout => {
                self.clock.begin_period(0);
                Stage::Shootout(SHOOTOUT)
            }
        }
    }

    /// How it stands on a scoreboard.
    pub fn event(&self) -> EventShape {
        let Fixture { id, home, away, start, .. } = self.fixture;
        let shown = event(id.as_str())
            .home(home.abbreviation, self.score.0)
            .away(away.abbreviation, self.score.1)
            .period(self.clock.period())
            .clock(&self.clock.to_string())
            .starts(*start)
            .venue(&format!("{} Arena", home.name));
        match self.stage {
            Stage::Announced(_) => shown,
            Stage::Playing | Stage::Shootout(_) => shown.status("STATUS_IN_PROGRESS"),
            Stage::Break(..) if self.rules.halftime_after == Some(self.clock.period()) => {
                shown.status("STATUS_HALFTIME")
            }
            Stage::Break(..) => shown.status("STATUS_END_PERIOD"),
            Stage::Over => shown.status("STATUS_FINAL").detail(&self.final_detail()),
        }
    }

    fn final_detail(&self) -> String {
        let period = self.fixture.league.period(self.clock.period(), Some(self.fixture.phase));
        match period {
            Some(extra) if self.overtimes() > 0 => format!("Final/{extra}"),
            _ => "Final".to_owned(),
        }
    }
}
