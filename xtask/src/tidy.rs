//! The form of the sources: each opens with a line on its purpose, and none is too long to find one's way in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace;

/// Folders with sources of this workspace.
const FOLDERS: [&str; 3] = ["bins", "crates", "xtask"];

/// A longer file is two files.
const MAX_LINES: usize = 500;

/// What is wrong with the sources, a sentence each.
pub fn check() -> io::Result<Vec<String>> {
    let mut problems = Vec::new();
    for folder in FOLDERS {
        for file in sources(&workspace::root().join(folder))? {
            let text = fs::read_to_string(&file)?;
            let shown = file.strip_prefix(workspace::root()).unwrap_or(&file).display();
            problems.extend(problems_of(&text).map(|problem| format!("{shown} {problem}")));
        }
    }
    Ok(problems)
}

/// Every `.rs` file of a folder, in the order of their names.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

fn problems_of(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().count();
    let opens = text.lines().next().and_then(|line| line.strip_prefix("//!"));
    let purpose = opens.is_none_or(|purpose| purpose.trim().len() < 2);
    [
        purpose.then(|| "must open with a `//!` line that says what it is for".to_owned()),
        (lines > MAX_LINES).then(|| format!("has {lines} lines, more than {MAX_LINES}; split it")),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        problems_of(text).collect()
    }

    #[test]
    fn a_file_opens_with_its_purpose() {
        assert_eq!(problems("//! Adds numbers.\n"), Vec::<String>::new());
        for text in ["", "fn main() {}\n", "\n//! Late.\n", "//!\n", "//! .\n", "// Adds numbers.\n"] {
            assert_eq!(problems(text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_long_file_is_told_to_be_split() {
        let of = |lines: usize| format!("//! Long.\n{}", "\n".repeat(lines - 1));
        assert_eq!(problems(&of(MAX_LINES)), Vec::<String>::new());
        assert_eq!(problems(&of(MAX_LINES + 1)), ["has 501 lines, more than 500; split it"]);
    }

    #[test]
    fn sources_are_found_in_folders_of_folders() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let found = sources(&here).expect("the sources of this crate");
        assert!(found.contains(&here.join("tidy.rs")) && found.contains(&here.join("layers/table.rs")));
    }
}
