//! What the doctor found, a line each.

use std::fmt;

use serde::Serialize;

/// Whether something is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is.
    Ok,
    /// It is not: a person has to do something.
    Problem,
    /// It was not looked at, and need not be.
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `influxdb token`.
    pub check: String,
    /// Whether it is well.
    pub verdict: Verdict,
    /// What was found; where it is not well, with what to do.
    pub detail: String,
}

impl Finding {
    /// Something that is well.
    pub fn ok(check: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Ok, detail: detail.into() }
    }

    /// Something that is not well, with what to do.
    pub fn problem(check: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Problem, detail: detail.into() }
    }

    /// Something that was not looked at.
    pub fn skipped(check: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { check: check.into(), verdict: Verdict::Skipped, detail: detail.into() }
    }

    /// Well or not, by whether it is.
    pub fn of(check: &str, is_well: bool, detail: impl Into<String>) -> Self {
        if is_well { Self::ok(check, detail) } else { Self::problem(check, detail) }
    }
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Whether there is no problem.
    pub fn all_well(&self) -> bool {
        self.0.iter().all(|finding| finding.verdict != Verdict::Problem)
    }

    /// The findings as JSON.
    pub fn to_json(&self) -> String {
        format!("{:#}\n", serde_json::json!({"all_well": self.all_well(), "checks": self.0}))
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
        for Finding { check, verdict, detail } in &self.0 {
            let verdict = match verdict {
                Verdict::Ok => "ok     ",
                Verdict::Problem => "PROBLEM",
                Verdict::Skipped => "skipped",
            };
            writeln!(f, "{verdict}  {check:width$}  {detail}")?;
        }
        let problems = self.0.iter().filter(|finding| finding.verdict == Verdict::Problem).count();
        match problems {
            0 => writeln!(f, "all is well"),
            1 => writeln!(f, "1 problem"),
            _ => writeln!(f, "{problems} problems"),
        }
    }
}
