//! What a person wrote down of the day, looking at one snapshot after the other: a rain delay before the first pitch,
//! a visitors' rout of 17 to 1 (score by score 0-3, 0-6, 0-11, 0-14), and five evening games that had begun by the
//! last look, almost two hours after the one before.
//!
//! A look that comes more than 70 s after the one before tells late what it finds of a game in play.

/// One snapshot: its time of day, and what was written down on seeing it.
pub struct Snapshot {
    pub at: &'static str,
    events: &'static [&'static str],
}

impl Snapshot {
    pub fn lines(&self) -> impl Iterator<Item = String> + use<> {
        let events: &'static [&'static str] = self.events;
        events.iter().map(|line| (*line).to_owned())
    }
}

const fn snapshot(at: &'static str, events: &'static [&'static str]) -> Snapshot {
    Snapshot { at, events }
}

pub const DAY: &[Snapshot] = &[
    // The delayed game is seen for the first time: it tells nothing. The others are announced.
    snapshot(
        "20:13:55",
        &[
            "401816002 game_scheduled",
            "401816003 game_scheduled",
            "401816004 game_scheduled",
            "401816005 game_scheduled",
            "401816006 game_scheduled",
            "401816008 game_scheduled",
            "401816009 game_scheduled",
            "401816010 game_scheduled",
            "401816011 game_scheduled",
            "401816012 game_scheduled",
            "401816013 game_scheduled",
            "401816014 game_scheduled",
        ],
    ),
    snapshot("20:14:48", &[]),
    // The rain is over and the first pitch thrown: a start, and no resumption.
    snapshot("20:15:28", &["401816007 game_started"]),
    snapshot("20:34:10", &[]),
    snapshot("20:34:28", &[]),
    snapshot("20:45:59", &["401816007 period_ended 1 late", "401816007 period_started 2 late"]),
    snapshot("20:45:59", &[]),
    snapshot("20:46:34", &["401816007 score_changed away 0 to 3", "401816007 lead_changed away"]),
    snapshot("20:46:50", &[]),
    snapshot("20:59:12", &["401816007 period_ended 2 late", "401816007 period_started 3 late"]),
    snapshot("21:00:31", &[]),
    snapshot(
        "21:26:06",
        &[
            "401816007 period_ended 3 late",
            "401816007 period_started 4 late",
            "401816007 score_changed away 3 to 6 late",
        ],
    ),
    snapshot("21:27:09", &[]),
    snapshot("21:31:18", &[]),
    snapshot("21:36:23", &["401816007 score_changed away 6 to 11 late"]),
    snapshot("21:38:56", &[]),
    snapshot("21:39:45", &[]),
    snapshot("21:44:52", &[]),
    snapshot("21:52:18", &["401816007 period_ended 4 late", "401816007 period_started 5 late"]),
    snapshot("21:56:00", &[]),
    snapshot("22:06:43", &["401816007 score_changed away 11 to 14 late"]),
    snapshot(
        "23:51:27",
        &[
            "401816002 game_started late",
            "401816002 score_changed away 0 to 1 late",
            "401816002 lead_changed away late",
            "401816003 game_started late",
            "401816003 score_changed home 0 to 1 late",
            "401816003 lead_changed home late",
            "401816004 game_started late",
            "401816004 score_changed home 0 to 1 late",
            "401816004 score_changed away 0 to 1 late",
            "401816005 game_started late",
            "401816005 score_changed home 0 to 2 late",
            "401816005 lead_changed home late",
            "401816006 game_started late",
            "401816006 score_changed home 0 to 5 late",
            "401816006 score_changed away 0 to 1 late",
            "401816006 lead_changed home late",
            "401816007 period_ended 5 late",
            "401816007 period_started 9 late",
            "401816007 score_changed home 0 to 1 late",
            "401816007 score_changed away 14 to 17 late",
            "401816007 game_ended away 1-17 late",
        ],
    ),
];
