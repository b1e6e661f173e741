//! Debian packages with the servers and tools that a task needs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::process;

/// A program, and the Debian package that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Name of the package.
    pub name: &'static str,
    /// Name of its program.
    pub program: &'static str,
}

impl Package {
    /// Whether the program is on the `PATH`.
    pub fn is_installed(self) -> bool {
        std::env::var_os("PATH").is_some_and(|path| {
            std::env::split_paths(&path).any(|folder| folder.join(self.program).is_file())
        })
    }
}

/// Installs the packages that are missing, where this task may; else the tasks say what they go without.
pub fn install_missing(packages: &[Package]) {
    let missing: Vec<&str> = packages.iter().filter(|p| !p.is_installed()).map(|p| p.name).collect();
    if !missing.is_empty() {
        install(&missing);
    }
}

/// Installs packages by their names, where this task may.
pub fn install(missing: &[&str]) {
    if let Err(reason) = may_install() {
        println!("xtask: not installing {}: {reason}", missing.join(", "));
        return;
    }
    println!("xtask: installing {}", missing.join(", "));
    if let Err(error) = install_each(missing) {
        println!("xtask: {error:#}");
    }
}

/// Whether packages can be installed here without asking anyone.
fn may_install() -> Result<(), &'static str> {
    if !Path::new("/etc/debian_version").exists() {
        return Err("this is neither Debian nor Ubuntu");
    }
    if !rustix::process::geteuid().is_root() {
        return Err("that needs root");
    }
    Ok(())
}

fn install_each(packages: &[&str]) -> anyhow::Result<()> {
    apt_get(&["update"])?;
    // One by one: a release that lacks one of them still gets the others.
    let mut failed = Ok(());
    for package in packages {
        failed = apt_get(&["install", "--yes", "--no-install-recommends", package]).and(failed);
    }
    failed
}

/// Runs apt-get without questions. A service that a package brings along is left as it is, and not used.
fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("apt-get");
    command.arg("--quiet=2").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(command.stdin(Stdio::null()).stdout(Stdio::null()))
}
