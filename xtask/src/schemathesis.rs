//! The schema fuzzer that holds the service against its description: a Python program, in an environment of its own
//! under `target`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::packages;
use crate::process;
use crate::workspace;

/// The version: what another one finds would fail builds in which nothing changed.
const VERSION: &str = "4.32.5";

/// Debian's package with Python's `venv`, which is not part of `python3` there.
const VENV: &str = "python3-venv";

/// The variable by which the tests learn where it is.
const VARIABLE: &str = "SPORTS_DATA_TEST_SCHEMATHESIS";

/// Where the fuzzer is, or what is not tested without it.
#[derive(Debug)]
pub struct Schemathesis(Result<PathBuf, String>);

impl Default for Schemathesis {
    fn default() -> Self {
        Self(Err(String::new()))
    }
}

impl Schemathesis {
    /// Installs it where it is missing. In CI it is an error where that fails.
    pub fn install() -> anyhow::Result<Self> {
        let folder = workspace::root().join("target").join(format!("schemathesis-{VERSION}"));
        match installed(&folder) {
            Ok(program) => Ok(Self(Ok(program))),
            Err(error) => {
                let without =
                    format!("the answers are not held against the description by schemathesis: {error:#}");
                if workspace::is_ci() {
                    bail!("{without}; with CI=true nothing is left out");
                }
                println!("xtask: {without}");
                Ok(Self(Err(without)))
            }
        }
    }

    /// Tells the tests that the command runs where it is.
    pub fn tell(&self, command: &mut Command) {
        match &self.0 {
            Ok(program) => command.env(VARIABLE, program),
            Err(_) => command.env_remove(VARIABLE),
        };
    }

    /// What is not tested, as a sentence.
    pub fn skipped(&self) -> Option<&str> {
        self.0.as_ref().err().map(String::as_str).filter(|without| !without.is_empty())
    }
}

/// Its program in the environment in this folder, which is made where it is missing or was left half made.
fn installed(folder: &Path) -> anyhow::Result<PathBuf> {
    let program = folder.join("bin/schemathesis");
    if runs(&program, &["--version"]) {
        return Ok(program);
    }
    if !runs(Path::new("python3"), &["-c", "import venv, ensurepip"]) {
        packages::install(&[VENV]);
    }
    println!("xtask: installing schemathesis {VERSION} into {}", folder.display());
    let mut environment = Command::new("python3");
    process::run(environment.args(["-m", "venv", "--clear"]).arg(folder).stdout(Stdio::null()))
        .context("no environment for it (is there a python3 with venv?)")?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    process::run(pip.arg(format!("schemathesis=={VERSION}"))).context("it can not be installed")?;
    if !runs(&program, &["--version"]) {
        bail!("{} does not run", program.display());
    }
    Ok(program)
}

/// Whether a program is there and ends well.
fn runs(program: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_does_not_run() {
        assert!(!runs(Path::new("/nowhere/schemathesis"), &["--version"]));
        assert!(runs(Path::new("true"), &[]) && !runs(Path::new("false"), &[]));
    }

    #[test]
    fn tests_are_told_where_it_is_or_that_it_is_not() {
        let told = |fuzzer: &Schemathesis| {
            let mut command = Command::new("true");
            fuzzer.tell(&mut command);
            command
                .get_envs()
                .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
                .collect::<Vec<_>>()
        };
        let there = Schemathesis(Ok("/x/schemathesis".into()));
        assert_eq!(told(&there), [(VARIABLE.into(), Some("/x/schemathesis".into()))]);
        let missing = Schemathesis(Err("not tested".into()));
        assert_eq!(told(&missing), [(VARIABLE.into(), None)]);
        assert_eq!((there.skipped(), missing.skipped()), (None, Some("not tested")));
    }
}
