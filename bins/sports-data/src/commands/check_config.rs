//! `sports-data check-config`: the settings in force, secrets masked, and what is wrong with them.

use std::fmt::Write;

use crate::settings::{CATALOG, GivenSettings, Misspelt, Settings, SettingsError};

/// The report: a line per setting, then every problem, and what looks like a slip.
pub fn report(
    settings: &Result<Settings, SettingsError>,
    given: &GivenSettings,
    misspelt: &[Misspelt],
) -> String {
    let width = CATALOG.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for setting in CATALOG {
        let (value, origin) = match given.get(setting.name) {
            None => ("(unset)".to_owned(), String::new()),
            Some(given) if setting.secret => ("***".to_owned(), format!("   from {}", given.origin)),
            Some(given) => (given.shown(), format!("   from {}", given.origin)),
        };
        // Writing to a String does not fail.
        let _ = writeln!(text, "# {}\n{:width$} = {value}{origin}", setting.meaning, setting.name);
    }
    let _ = match settings {
        Ok(settings) if settings.influx_enabled => {
            writeln!(text, "\nThe settings are valid. Points are written to {}.", settings.influx.url)
        }
        Ok(_) => writeln!(
            text,
            "\nThe settings are valid. InfluxDB is off: history is kept in the embedded store alone; \
             set INFLUXDB_URL and INFLUXDB_TOKEN to fill InfluxDB too."
        ),
        Err(error) => writeln!(text, "\nNot valid: {error}"),
    };
    for slip in misspelt {
        let _ = writeln!(text, "note: {slip}");
    }
    text
}
