//! The years that seasons are named by.

use serde_json::{Value, json};

use super::items;

/// Moves the years of a scoreboard's seasons along with its dates, by the number of years nearest to these days.
pub(super) fn move_by(scoreboard: &mut Value, days: i64) {
    let years = years(days);
    let of = |value: &mut Value| {
        if let Some(season) = value.get_mut("season") {
            rename(season, years);
        }
    };
    items(scoreboard, "leagues").for_each(of);
    items(scoreboard, "events").for_each(of);
    of(scoreboard);
}

/// The whole number of years nearest to so many days.
fn years(days: i64) -> i64 {
    // 1461 days are four years.
    (days * 8 + 1461 * days.signum()) / (2 * 1461)
}

fn rename(season: &mut Value, years: i64) {
    if let Some(year) = season["year"].as_i64() {
        season["year"] = json!(year + years);
    }
    if let Some(name) = season["displayName"].as_str().and_then(|name| renamed(name, years)) {
        season["displayName"] = json!(name);
    }
}

/// `2022` or `2022-23` at the start of a name, moved by so many years.
fn renamed(name: &str, years: i64) -> Option<String> {
    let (first, rest) = name.split_at_checked(4)?;
    let first = first.parse::<i64>().ok()? + years;
    let second = rest.strip_prefix('-').and_then(|rest| rest.split_at_checked(2));
    Some(match second.and_then(|(second, rest)| Some((second.parse::<i64>().ok()?, rest))) {
        Some((second, rest)) => format!("{first}-{:02}{rest}", (second + years).rem_euclid(100)),
        None => format!("{first}{rest}"),
    })
}

#[cfg(test)]
mod tests;
