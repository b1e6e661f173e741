//! `cargo xtask test`: every test, with the servers that they need.

mod summary;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ExitCode, Stdio};
use std::time::Instant;

use anyhow::Context;

use crate::interrupt::Interrupt;
use crate::process::{Group, describe};
use crate::servers::Servers;
use crate::workspace;
use summary::Summary;

/// What is tested.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Arguments of `cargo test`, such as `-p store` or the name of a test; without any, everything is tested.
    #[arg(last = true, value_name = "CARGO TEST ARGUMENTS")]
    arguments: Vec<String>,
}

/// Starts the servers, runs the tests, stops the servers, and ends with the exit code of the tests.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let begin = Instant::now();
    let interrupt = Interrupt::watch()?;
    let servers = Servers::start(&interrupt)?;
    let mut command = workspace::cargo_command("test");
    if !names_packages(&options.arguments) {
        command.arg("--workspace");
    }
    command.arg("--no-fail-fast").args(&options.arguments).stdout(Stdio::piped());
    servers.tell(&mut command);
    println!("xtask: {}", describe(&command));

    let mut tests = Group::spawn(&mut command)?;
    let stdout = tests.child().stdout.take().context("the output of cargo test is not piped")?;
    let reader = std::thread::spawn(move || pass_on(stdout, std::io::stdout()));
    let status = tests.wait(&interrupt);
    let summary = reader.join().unwrap_or_default();
    let skipped = servers.skipped().to_vec();
    drop(servers);

    let status = status?;
    for without in skipped {
        println!("xtask: {without}");
    }
    let verdict = if status.success() { "passed" } else { "FAILED" };
    println!("xtask: tests {verdict}: {summary}, {} s", begin.elapsed().as_secs());
    // A test run that a signal ended has no code.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// Whether the arguments choose packages themselves.
fn names_packages(arguments: &[String]) -> bool {
    let of_cargo = arguments.iter().take_while(|argument| *argument != "--");
    of_cargo.into_iter().any(|argument| {
        argument.starts_with("-p") || argument == "--package" || argument.starts_with("--package=")
    })
}

/// Prints what the tests print, and adds up what they say at their end.
fn pass_on(output: impl Read, mut to: impl Write) -> Summary {
    let mut summary = Summary::default();
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A reader of ours that went away (`| head`) does not end the tests.
        let _ = to.write_all(&line);
        summary.take(&String::from_utf8_lossy(&line));
        line.clear();
    }
    summary
}

#[cfg(test)]
mod tests;
