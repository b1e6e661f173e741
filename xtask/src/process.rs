//! Child processes: run to their end, or stopped when dropped.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt::Interrupt;

/// How often a child is looked at.
const POLL: Duration = Duration::from_millis(25);

/// A child that was told to end has so long before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// A child with a process group of its own: a Ctrl-C at the terminal does not reach it, and stopping it stops the
/// children that it started too. It is stopped when dropped.
#[derive(Debug)]
pub struct Group(Child);

impl Group {
    /// Starts the command. Nothing is read from the terminal.
    pub fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        child.map(Self).with_context(|| format!("cannot start {}", describe(command)))
    }

    /// The child.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.0.try_wait().context("cannot look at a child process")
    }

    /// Waits for its end; an interrupt stops it.
    pub fn wait(&mut self, interrupt: &Interrupt) -> anyhow::Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if interrupt.seen() {
                self.stop();
                interrupt.check()?;
            }
            std::thread::sleep(POLL);
        }
    }

    /// Asks it to end, and kills it where it does not.
    pub fn stop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        let group = Pid::from_child(&self.0);
        let asked = Instant::now();
        // A signal to a group that is gone already is no failure: the wait below ends at once.
        let _ = kill_process_group(group, Signal::TERM);
        while matches!(self.0.try_wait(), Ok(None)) {
            if asked.elapsed() > GRACE {
                let _ = kill_process_group(group, Signal::KILL);
                let _ = self.0.wait();
                return;
            }
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command; a failure is an error that names it.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", describe(command)))?;
    ensure!(status.success(), "`{}` failed ({status})", describe(command));
    Ok(())
}

/// The command as one would type it.
pub fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
