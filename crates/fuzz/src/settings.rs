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
    let (result, given) = Settings::read_text(file, environment.clone());
    match result {
        Ok(settings) => assert!(!settings.leagues.is_empty()),
        Err(error) => {
            assert!(!error.problems.is_empty(), "it fails without a reason");
            let told = error.to_string();
            let told_without = told_without_secrets(file, environment);
            for secret in CATALOG.iter().filter(|setting| setting.secret).filter_map(|s| given.get(s.name)) {
                let text = secret.text.as_str();
                // A sentence may hold the same words for another reason, as one that names what is allowed.
                let is_known = text.len() <= 8 || file.contains(text) || told_without.contains(text);
                assert!(is_known || !told.contains(text), "a secret is told: {told}");
            }
        }
    }
}

/// What is told where the secrets of the environment are others.
fn told_without_secrets(file: &str, mut environment: Vec<(OsString, OsString)>) -> String {
    let is_secret = |name: &OsString| CATALOG.iter().any(|setting| setting.secret && name == setting.name);
    for (_, value) in environment.iter_mut().filter(|(name, value)| is_secret(name) && !value.is_empty()) {
        *value = "another secret, long enough".into();
    }
    Settings::read_text(file, environment).0.err().map(|error| error.to_string()).unwrap_or_default()
}
