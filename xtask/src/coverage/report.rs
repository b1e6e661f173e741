//! The report of cargo-tarpaulin, as far as it is used.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

/// A source file of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path from the root of the workspace.
    pub path: String,
    /// The lines that hold code.
    pub lines: Vec<Line>,
}

/// A line that holds code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// Whether a test ran it.
    pub covered: bool,
}

/// Reads the report. Only sources of the crates count: not their tests, their examples, or what builds generated.
pub fn read(json: &[u8], root: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let report: Value = serde_json::from_slice(json).context("the report of tarpaulin is not JSON")?;
    let files = report["files"].as_array().context("the report of tarpaulin has no `files`")?;
    Ok(files.iter().filter_map(|file| source_file(file, root)).collect())
}

fn source_file(file: &Value, root: &Path) -> Option<SourceFile> {
    let path: PathBuf = file["path"].as_array()?.iter().filter_map(Value::as_str).collect();
    let path = path.strip_prefix(root).ok()?.to_str()?.to_owned();
    if !is_source(&path) {
        return None;
    }
    let text: Vec<&str> = file["content"].as_str()?.lines().collect();
    let lines = file["traces"].as_array()?.iter().filter_map(|trace| line(trace, &text)).collect();
    Some(SourceFile { path, lines })
}

fn line(trace: &Value, text: &[&str]) -> Option<Line> {
    let number = usize::try_from(trace["line"].as_u64()?).ok()?;
    let text = text.get(number.checked_sub(1)?).copied().unwrap_or_default().trim().to_owned();
    Some(Line { number, text, covered: trace["stats"]["Line"].as_u64()? > 0 })
}

fn is_source(path: &str) -> bool {
    let mut parts = path.split('/');
    let in_a_crate = matches!(parts.next(), Some("crates" | "bins")) || path.starts_with("xtask/");
    let source = path.contains("/src/");
    let test = path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "test_support.rs"));
    in_a_crate && source && !test
}
