//! Settings, in the file and in the environment.

use std::ffi::OsString;

use sports_data::settings::{CATALOG, Settings};

/// Reads the first half of the text as the settings file and the rest as values of variables. Whatever is wrong
/// must be said in a sentence each, and no secret may be in it.
///
/// # Panics
/// Where a promise is broken.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (file, values) = text.split_once('\0').unwrap_or((text, ""));
    let environment: Vec<(OsString, OsString)> = CATALOG
        .iter()
        .zip(values.split('\0'))
        .map(|(setting, value)| (setting.name.into(), value.into()))
        .collect();
    let (result, given) = Settings::read_text(file, environment);
    match result {
        Ok(settings) => assert!(!settings.leagues.is_empty()),
        Err(error) => {
            assert!(!error.problems.is_empty(), "it fails without a reason");
            let token = given.get("INFLUXDB_TOKEN").map(|given| given.text.as_str());
            let unlike_the_rest = |token: &&str| token.len() > 8 && !file.contains(*token);
            if let Some(token) = token.filter(unlike_the_rest) {
                let others =
                    CATALOG.iter().filter(|setting| !setting.secret).filter_map(|s| given.get(s.name));
                if !others.clone().any(|other| other.text.contains(token)) {
                    assert!(!error.to_string().contains(token), "a secret is told: {error}");
                }
            }
        }
    }
}
