//! Where the workspace is, and cargo for it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The cargo that runs this task.
pub fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// A subcommand of cargo, run in the workspace.
pub fn cargo_command(subcommand: &str) -> Command {
    let mut command = Command::new(cargo());
    command.arg(subcommand).current_dir(root());
    command
}

/// Whether this run is one of continuous integration, where nothing may be left out.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
