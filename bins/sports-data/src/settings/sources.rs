//! Where settings come from: defaults, then a file, then the environment.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat, Source, Value, ValueKind};

use super::catalog::{CATALOG, Setting};

/// The file that is read where none is named, if it is there.
pub const DEFAULT_FILE: &str = "sports-data.toml";

/// Names at least so alike (1 is equal) are taken for slips of each other: one letter in six or fewer is wrong.
const LIKE_ENOUGH: f64 = 0.83;

/// A value as it was given, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The value as text.
    pub text: String,
    /// Where it stands: `the default`, `the environment`, or the file's path.
    pub origin: String,
}

impl Given {
    /// The value as it may be shown: without what stands before the host of an address, which may be a password.
    pub fn shown(&self) -> String {
        let Some((scheme, rest)) = self.text.split_once("://") else { return self.text.clone() };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        match rest[..end].rfind('@') {
            Some(at) => format!("{scheme}://***{}", &rest[at..]),
            None => self.text.clone(),
        }
    }
}

/// What was given for each setting, by its name in the environment.
pub type GivenSettings = BTreeMap<&'static str, Given>;

/// Gathers what was given, and the problems of the sources themselves. What the command line gives goes before all.
pub fn gather(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    command_line: &[(&'static str, String)],
) -> (GivenSettings, Vec<String>) {
    let path = file.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_path_buf);
    let origin = path.display().to_string();
    let source = File::from(path).format(FileFormat::Toml).required(file.is_some());
    let (mut given, problems) = gather_from(&source, &origin, environment);
    for (name, text) in command_line {
        let (text, origin) = (text.trim().to_owned(), "the command line".into());
        // An empty one counts as unset, as everywhere.
        if text.is_empty() {
            given.remove(name);
        } else {
            given.insert(name, Given { text, origin });
        }
    }
    (given, problems)
}

/// The same, with the text of the file.
pub fn gather_text(
    text: &str,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> (GivenSettings, Vec<String>) {
    gather_from(&File::from_str(text, FileFormat::Toml), "the file", environment)
}

fn gather_from(
    file: &impl Source,
    origin: &str,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> (GivenSettings, Vec<String>) {
    let mut problems = Vec::new();
    let mut given: GivenSettings = CATALOG
        .iter()
        .filter(|setting| !setting.default.is_empty())
        .map(|s| (s.name, Given { text: s.default.into(), origin: "the default".into() }))
        .collect();
    match file.collect() {
        Ok(values) => take(values.into_iter().collect(), origin, true, &mut given, &mut problems),
        Err(error) => {
            // The line itself is left out: it may hold a secret.
            let message = error.to_string();
            let message: Vec<&str> =
                message.lines().filter(|line| !line.contains('|') && !line.trim().is_empty()).collect();
            problems.push(format!("{origin} cannot be read as TOML: {}", message.join(": ")));
        }
    }
    match environment_source(environment, &mut problems).collect() {
        Ok(values) => {
            take(values.into_iter().collect(), "the environment", false, &mut given, &mut problems);
        }
        Err(error) => problems.push(format!("the environment cannot be read: {error}")),
    }
    (given, problems)
}

/// The variables of the catalogue alone; an empty one counts as unset.
fn environment_source(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    problems: &mut Vec<String>,
) -> Environment {
    let mut known = HashMap::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| find(name).is_some()) else { continue };
        match value.into_string() {
            Ok(value) => drop(known.insert(name.to_owned(), value)),
            Err(_) => problems.push(format!("{name} (from the environment) is not valid UTF-8")),
        }
    }
    Environment::default().ignore_empty(true).source(Some(known))
}

fn take(
    values: BTreeMap<String, Value>,
    origin: &str,
    refuse_unknown: bool,
    given: &mut GivenSettings,
    problems: &mut Vec<String>,
) {
    let mut from_here: BTreeMap<&str, Given> = BTreeMap::new();
    for (key, value) in values {
        let Some(setting) = find(&key) else {
            if refuse_unknown {
                problems.push(format!("{key} (from {origin}) is no setting; {}", nearest(&key)));
            }
            continue;
        };
        let text = match plain_text(value) {
            Some(text) if text.trim().is_empty() => continue,
            Some(text) => text.trim().to_owned(),
            None => {
                problems.push(format!("{key} (from {origin}) must be a single value or a list of values"));
                continue;
            }
        };
        let new = Given { text, origin: origin.to_owned() };
        match from_here.insert(setting.name, new.clone()) {
            Some(other) if other.text != new.text => problems.push(format!(
                "{} and {} (both from {origin}) differ; they are one setting, so give one of them",
                setting.name,
                setting.alias.unwrap_or(setting.name)
            )),
            _ => drop(given.insert(setting.name, new)),
        }
    }
}

fn find(key: &str) -> Option<&'static Setting> {
    CATALOG.iter().find(|setting| {
        setting.name.eq_ignore_ascii_case(key)
            || setting.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(key))
    })
}

/// A variable of the environment that means no setting, but looks like one that was misspelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// The variable.
    pub name: String,
    /// The setting that it looks like.
    pub meant: &'static str,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, meant } = self;
        write!(f, "{name} (from the environment) is no setting and is ignored; did you mean {meant}?")
    }
}

/// Variables of the environment that look like misspelt settings. They are ignored, as other programs' are, but a
/// person should hear of them.
pub fn misspelt<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Misspelt> {
    let likeness = |name: &str, known: &str| strsim::normalized_damerau_levenshtein(name, known);
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| find(name).is_none()) {
        let known = CATALOG.iter().flat_map(|setting| std::iter::once(setting.name).chain(setting.alias));
        let best = known.map(|known| (likeness(name, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, meant)) = best.filter(|&(likeness, _)| likeness >= LIKE_ENOUGH) {
            found.push(Misspelt { name: name.to_owned(), meant });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn nearest(key: &str) -> String {
    let best = CATALOG.iter().map(Setting::key).max_by(|a, b| {
        let likeness = |name: &str| strsim::jaro_winkler(name, &key.to_lowercase());
        likeness(a).total_cmp(&likeness(b))
    });
    match best {
        Some(name) => format!("did you mean {name}? `sports-data check-config` lists them all"),
        None => "`sports-data check-config` lists them all".into(),
    }
}

fn plain_text(value: Value) -> Option<String> {
    match value.kind {
        ValueKind::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(plain_text).collect();
            Some(items?.join(","))
        }
        ValueKind::Table(_) => None,
        _ => value.into_string().ok(),
    }
}
