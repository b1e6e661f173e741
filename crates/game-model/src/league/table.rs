//! The rows. Another league is another row here.
//!
//! Paths and codes are ESPN's; which year names a season was read in scoreboards of each league.

use super::{
    LeagueFacts, OvertimeNames, PeriodField, RecordForm, SeasonNames, SlateKind, WeekNames, nfl, nhl,
};

const FOOTBALL: LeagueFacts = LeagueFacts {
    key: "",
    code: "",
    name: "",
    path: "",
    regulation_periods: 4,
    overtime: OvertimeNames::Overtime,
    one_score: 8,
    period_field: PeriodField::Quarter,
    has_clock: true,
    season_names: SeasonNames::OneYear,
    week_names: WeekNames::Numbered,
    record_form: RecordForm::WinsLossesTies,
    slate: SlateKind::Week,
    teams: &[],
    former_teams: &[],
};

const HOCKEY: LeagueFacts = LeagueFacts {
    regulation_periods: 3,
    overtime: OvertimeNames::OvertimeThenShootout,
    one_score: 1,
    period_field: PeriodField::Period,
    season_names: SeasonNames::EndsIn,
    week_names: WeekNames::None,
    record_form: RecordForm::WinsLossesOvertimeLosses,
    slate: SlateKind::Day,
    ..FOOTBALL
};

const BASKETBALL: LeagueFacts = LeagueFacts {
    one_score: 3,
    period_field: PeriodField::Period,
    season_names: SeasonNames::EndsIn,
    week_names: WeekNames::None,
    record_form: RecordForm::WinsLosses,
    slate: SlateKind::Day,
    ..FOOTBALL
};

const BASEBALL: LeagueFacts = LeagueFacts {
    regulation_periods: 9,
    overtime: OvertimeNames::CountOn,
    one_score: 1,
    has_clock: false,
    season_names: SeasonNames::OneYear,
    ..BASKETBALL
};

const SOCCER: LeagueFacts = LeagueFacts {
    regulation_periods: 2,
    overtime: OvertimeNames::ExtraTime,
    one_score: 1,
    season_names: SeasonNames::StartsIn,
    record_form: RecordForm::WinsTiesLosses,
    ..BASKETBALL
};

pub(super) static LEAGUES: &[LeagueFacts] = &[
    LeagueFacts {
        key: "nfl",
        code: "NFL",
        name: "National Football League",
        path: "football/nfl",
        week_names: WeekNames::Nfl,
        teams: nfl::TEAMS,
        ..FOOTBALL
    },
    LeagueFacts {
        key: "nhl",
        code: "NHL",
        name: "National Hockey League",
        path: "hockey/nhl",
        teams: nhl::TEAMS,
        former_teams: nhl::FORMER_TEAMS,
        ..HOCKEY
    },
    LeagueFacts {
        key: "ncaaf",
        code: "NCAAF",
        name: "NCAA Football",
        path: "football/college-football",
        ..FOOTBALL
    },
    LeagueFacts {
        key: "nba",
        code: "NBA",
        name: "National Basketball Association",
        path: "basketball/nba",
        ..BASKETBALL
    },
    LeagueFacts {
        key: "wnba",
        code: "WNBA",
        name: "Women's National Basketball Association",
        path: "basketball/wnba",
        season_names: SeasonNames::OneYear,
        ..BASKETBALL
    },
    LeagueFacts { key: "mlb", code: "MLB", name: "Major League Baseball", path: "baseball/mlb", ..BASEBALL },
    LeagueFacts {
        key: "mls",
        code: "MLS",
        name: "Major League Soccer",
        path: "soccer/usa.1",
        season_names: SeasonNames::OneYear,
        ..SOCCER
    },
    LeagueFacts { key: "epl", code: "EPL", name: "Premier League", path: "soccer/eng.1", ..SOCCER },
];
