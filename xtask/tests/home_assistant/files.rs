//! The files that are checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

pub fn path(name: &str) -> PathBuf {
    repository("deploy/home-assistant").join(name)
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of the kit.
pub fn home_assistant(name: &str) -> String {
    read(&path(name))
}

/// The names of the files of a folder of the kit.
pub fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(path(folder)).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// The settings of the service.
pub fn variables_of_the_template() -> BTreeSet<String> {
    let text = read(&repository("deploy/sports-data.env.template"));
    let names = text.lines().filter_map(|line| line.strip_prefix('#')?.split_once('='));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Whether a program is on the `PATH`.
pub fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
