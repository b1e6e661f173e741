//! Coverage per crate, and the thresholds.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::exceptions::Exception;
use super::report::{Line, SourceFile};

/// Crates whose every line counts: what reaches `InfluxDB` is decided in them.
const WHOLE: [&str; 4] = ["circuit-breaker", "influx-client", "influx-schema", "influx-sink"];

/// Per cent of the lines that the tests must cover.
const THRESHOLD_OF_STORE: f64 = 90.0;

/// The same, of every other crate.
const THRESHOLD: f64 = 80.0;

/// Starts cargo, servers and package managers; its own tests can't do that within themselves.
const NOT_MEASURED: &str = "xtask";

/// What was measured of one crate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Lines that count.
    pub lines: usize,
    /// Those of them that a test ran.
    pub covered: usize,
    /// Lines left out, with a reason.
    pub excepted: usize,
    /// Those that no test ran: file, number and text.
    pub uncovered: Vec<String>,
}

impl Crate {
    /// Per cent of the lines that tests cover. A crate of which no line was seen was not measured: that is no 100.
    pub fn percent(&self) -> f64 {
        100.0 * self.covered as f64 / self.lines.max(1) as f64
    }

    /// Per cent that tests must cover.
    pub fn threshold(&self) -> f64 {
        match self.name.as_str() {
            name if WHOLE.contains(&name) => 100.0,
            "store" => THRESHOLD_OF_STORE,
            _ => THRESHOLD,
        }
    }

    /// Whether tests cover enough of it.
    pub fn is_enough(&self) -> bool {
        self.percent() >= self.threshold()
    }

    fn take(&mut self, path: &str, line: &Line, excepted: bool) {
        if !line.covered && excepted {
            self.excepted += 1;
            return;
        }
        self.lines += 1;
        if line.covered {
            self.covered += 1;
        } else {
            self.uncovered.push(format!("{path}:{}: {}", line.number, line.text));
        }
    }
}

/// Adds the files up by crate. The second part: exceptions that no uncovered line needs.
pub fn crates<'a>(files: &[SourceFile], exceptions: &'a [Exception]) -> (Vec<Crate>, Vec<&'a Exception>) {
    let mut crates: BTreeMap<&str, Crate> = BTreeMap::new();
    let mut used = vec![false; exceptions.len()];
    for file in files {
        let Some(name) = crate_of(&file.path).filter(|name| *name != NOT_MEASURED) else { continue };
        let measured = crates.entry(name).or_insert_with(|| Crate { name: name.into(), ..Crate::default() });
        for line in &file.lines {
            let exception = exceptions.iter().position(|e| e.file == file.path && line.text.contains(e.line));
            if let (Some(index), false) = (exception, line.covered) {
                used[index] = true;
            }
            measured.take(&file.path, line, exception.is_some());
        }
    }
    let unused = exceptions.iter().zip(used).filter_map(|(exception, used)| (!used).then_some(exception));
    (crates.into_values().collect(), unused.collect())
}

/// The crate by its folder: `crates/NAME/...`, `bins/NAME/...`, `xtask/...`.
fn crate_of(path: &str) -> Option<&str> {
    let mut parts = path.split('/');
    match parts.next()? {
        "crates" | "bins" => parts.next(),
        folder => Some(folder),
    }
}

/// The lines that are not covered where that is too many, then the table.
pub fn print(crates: &[Crate]) -> String {
    let mut text = String::new();
    for measured in crates.iter().filter(|measured| !measured.is_enough()) {
        for line in &measured.uncovered {
            let _ = writeln!(text, "not covered: {line}");
        }
    }
    let _ = writeln!(
        text,
        "\n{:<18} {:>7} {:>8} {:>9} {:>9} {:>9}",
        "crate", "lines", "covered", "excepted", "per cent", "at least"
    );
    for measured in crates {
        let verdict = if measured.is_enough() { "" } else { "  too few" };
        let _ = writeln!(
            text,
            "{:<18} {:>7} {:>8} {:>9} {:>9.2} {:>9.0}{verdict}",
            measured.name,
            measured.lines,
            measured.covered,
            measured.excepted,
            measured.percent(),
            measured.threshold()
        );
    }
    text
}
