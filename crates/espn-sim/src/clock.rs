//! Period and clock of a game that is played.

use std::fmt;

/// Period and clock of a game that is played. The clock counts down.
///
/// ```
/// let mut clock = espn_sim::GameClock::default();
/// assert_eq!((clock.period(), clock.to_string()), (0, "0:00".to_owned()));
/// clock.begin_period(900);
/// assert!(!clock.run(892), "8 seconds are left");
/// assert_eq!((clock.period(), clock.to_string()), (1, "0:08".to_owned()));
/// assert!(clock.run(20));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GameClock {
    period: u32,
    left: u32,
}

impl GameClock {
    /// Begins the next period, of so many seconds.
    pub fn begin_period(&mut self, seconds: u32) {
        self.period += 1;
        self.left = seconds;
    }

    /// Lets so many seconds pass, and says whether the period is over.
    pub fn run(&mut self, seconds: u32) -> bool {
        self.left = self.left.saturating_sub(seconds);
        self.left == 0
    }

    /// The number of the period, from 1; 0 before the game.
    pub fn period(&self) -> u32 {
        self.period
    }
}

impl fmt::Display for GameClock {
    /// The clock as ESPN displays it, `14:32`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:02}", self.left / 60, self.left % 60)
    }
}
