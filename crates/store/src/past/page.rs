//! A page of games.

use game_model::{GameOrder, HistoryPage, HistoryQuery, HomeAway};
use influx_schema::nanoseconds;
use rusqlite::types::Value;
use rusqlite::{Connection, Result, params_from_iter};

use super::rows::{self, select_games};
use super::teams::{self, Named};

/// The conditions of a query, and what is bound to their question marks.
#[derive(Default)]
struct Conditions {
    clauses: Vec<String>,
    bound: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, clause: &str, value: impl Into<Value>) {
        self.clauses.push(clause.into());
        self.bound.push(value.into());
    }

    /// That one of the sides is one of these teams, and the other one of the opponents.
    fn add_sides(&mut self, home_away: Option<HomeAway>, teams: &[Named], opponents: Option<&[Named]>) {
        let pairs: &[_] = match home_away {
            Some(HomeAway::Home) => &[("g.home", "g.away")],
            Some(HomeAway::Away) => &[("g.away", "g.home")],
            None => &[("g.home", "g.away"), ("g.away", "g.home")],
        };
        let mut ways = Vec::new();
        for (ours, theirs) in pairs {
            let mut way = self.one_of(ours, teams);
            if let Some(opponents) = opponents {
                way = format!("({way} AND {})", self.one_of(theirs, opponents));
            }
            ways.push(way);
        }
        self.clauses.push(format!("({})", ways.join(" OR ")));
    }

    fn one_of(&mut self, column: &str, teams: &[Named]) -> String {
        self.bound.extend(teams.iter().map(|named| Value::from(named.id)));
        format!("{column} IN ({})", vec!["?"; teams.len()].join(","))
    }

    fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!(" WHERE {}", self.clauses.join(" AND ")) }
    }
}

/// The page of a query, and how many games all pages have.
pub(crate) fn games(db: &Connection, query: &HistoryQuery) -> Result<HistoryPage> {
    let mut conditions = Conditions::default();
    if let Some(team) = &query.team {
        let teams = teams::called(db, query.league, team)?;
        let opponents = match &query.opponent {
            Some(opponent) => Some(teams::called(db, query.league, opponent)?),
            None => None,
        };
        if teams.is_empty() || opponents.as_ref().is_some_and(Vec::is_empty) {
            return Ok(HistoryPage::default());
        }
        conditions.add_sides(query.home_away, &teams, opponents.as_deref());
    }
    // The numbers of teams imply the league.
    if let (Some(league), None) = (query.league, &query.team) {
        conditions.add("g.league = ?", league.key.to_owned());
    }
    if let Some(begins) = query.season {
        conditions.add("g.begins = ?", begins);
    }
    if let Some(status) = query.status {
        conditions.add("g.status = ?", status.as_str().to_owned());
    }
    if let Some(from) = query.from {
        conditions.add("g.start >= ?", nanoseconds(from));
    }
    if let Some(until) = query.until {
        conditions.add("g.start < ?", nanoseconds(until));
    }
    if let Some((start, league, id)) = &query.after {
        let side = if query.order == GameOrder::NewestFirst { "<" } else { ">" };
        conditions.clauses.push(format!("(g.start, g.league, g.espn_id) {side} (?, ?, ?)"));
        conditions.bound.extend([
            nanoseconds(*start).into(),
            league.key.to_owned().into(),
            id.0.clone().into(),
        ]);
    }
    let conditions_sql = conditions.sql();
    let count = format!("SELECT count(*) FROM past_games g{conditions_sql}");
    let total: u64 =
        db.prepare_cached(&count)?.query_row(params_from_iter(&conditions.bound), |row| row.get(0))?;
    let order = match query.order {
        GameOrder::NewestFirst => "g.start DESC, g.league DESC, g.espn_id DESC",
        GameOrder::OldestFirst => "g.start, g.league, g.espn_id",
    };
    let page = format!("(SELECT * FROM past_games g{conditions_sql} ORDER BY {order} LIMIT ? OFFSET ?)");
    let sql = format!("{} ORDER BY {order}", select_games(&page));
    for number in [query.limit, query.skip] {
        conditions.bound.push(i64::try_from(number).unwrap_or(i64::MAX).into());
    }
    let games = rows::games(db.prepare_cached(&sql)?, params_from_iter(&conditions.bound))?;
    Ok(HistoryPage { games, total })
}
