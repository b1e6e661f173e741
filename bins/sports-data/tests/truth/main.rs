//! History against truth that is not ours: ESPN's own winners, and final standings that anybody can look up.

mod captures;
mod nfl;
mod nhl;
mod support;
