//! What the test programs say at their end, added up.

use std::fmt;

/// How many tests there were, by their outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Test programs that reported; the doctests of a crate count as one.
    pub programs: u32,
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were not run: marked `ignore`.
    pub ignored: u32,
    /// Names of those that failed.
    pub failures: Vec<String>,
}

impl Summary {
    /// Takes a line of what a test program prints.
    pub fn take(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            let count = |what: &str| count_of(result, what).unwrap_or(0);
            self.programs += 1;
            self.passed += count("passed");
            self.failed += count("failed");
            self.ignored += count("ignored");
        } else if let Some(name) =
            line.trim_end().strip_prefix("test ").and_then(|t| t.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }
}

/// The number before a word: `ok. 12 passed; 0 failed; ...`.
fn count_of(result: &str, what: &str) -> Option<u32> {
    result.split([';', '.']).find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { programs, passed, failed, ignored, failures } = self;
        write!(f, "{passed} passed, {failed} failed, {ignored} ignored in {programs} programs")?;
        if !failures.is_empty() {
            write!(f, " (failed: {})", failures.join(", "))?;
        }
        Ok(())
    }
}
