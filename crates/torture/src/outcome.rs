//! What came of a run, as a table.

use std::fmt;
use std::time::Duration;

use fault_proxy::{Counts, FaultKind};

use crate::ledger::Totals;
use crate::verdict::Verdict;

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What it was drawn by.
    pub seed: u64,
    /// Kills.
    pub kills: u32,
    /// Answers of `/health` that were checked.
    pub looks: u64,
    /// What the network did.
    pub faults: Counts,
    /// What the service's database says.
    pub totals: Totals,
    /// Most points that waited in the history at one time, as the disk counted as full.
    pub most_deferred: u64,
    /// Points that the server has.
    pub in_server: u64,
    /// Why points were refused, each reason with how often.
    pub reasons: Vec<(String, u64)>,
    /// Whether all is where it belongs; none where the run was interrupted.
    pub verdict: Option<Verdict>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            kills: 0,
            looks: 0,
            faults: Counts::default(),
            totals: Totals::default(),
            most_deferred: 0,
            in_server: 0,
            reasons: Vec::new(),
            verdict: None,
            interrupted: false,
            took: Duration::ZERO,
        }
    }

    /// How far it is.
    pub(crate) fn progress(&self, kills: u32) -> String {
        let Totals { accepted, written, pending, dead_lettered, .. } = self.totals;
        format!(
            "{} of {kills} kills, {} faults; points: {accepted} accepted, {written} written, {pending} pending, \
             {dead_lettered} dead-lettered",
            self.kills,
            self.faults.injected()
        )
    }

    /// Whether every accepted point is where it belongs, once and unchanged, and the counts say so.
    pub fn is_clean(&self) -> bool {
        self.verdict.as_ref().is_some_and(Verdict::is_clean) && self.count_is_right()
    }

    /// Every accepted point is a row of history, and each that is called written is in the server.
    fn count_is_right(&self) -> bool {
        let Totals { accepted, written, pending, observations, .. } = self.totals;
        pending == 0 && accepted == observations && written == self.in_server
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |what: &str, count: u64| writeln!(f, "{what:<28} {count:>9}");
        row("seed", self.seed)?;
        row("seconds", self.took.as_secs())?;
        row("kills", self.kills.into())?;
        row("looks at /health", self.looks)?;
        row("connections to InfluxDB", self.faults.connections())?;
        row("faults injected", self.faults.injected())?;
        for kind in FaultKind::ALL {
            row(&format!("  {kind}"), self.faults.of(kind))?;
        }
        row("points accepted", self.totals.accepted)?;
        row("  written", self.totals.written)?;
        row("  dead-lettered", self.totals.dead_lettered)?;
        row("  pending", self.totals.pending)?;
        row("  deferred at most", self.most_deferred)?;
        let Some(verdict) = &self.verdict else {
            return writeln!(f, "interrupted: there is no verdict");
        };
        row("points in InfluxDB", self.in_server)?;
        for (what, findings) in verdict.all() {
            row(&format!("  {what}"), findings.count)?;
        }
        for (reason, count) in &self.reasons {
            writeln!(f, "set aside, {count} times: {reason}")?;
        }
        for (what, findings) in verdict.all() {
            for one in &findings.first {
                writeln!(f, "{what}: {one}")?;
            }
        }
        if !self.count_is_right() {
            writeln!(
                f,
                "the counts are wrong: {:?}, and the server has {} points",
                self.totals, self.in_server
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean() -> Outcome {
        let totals =
            Totals { accepted: 10, written: 9, dead_lettered: 1, observations: 10, ..Totals::default() };
        let verdict = Some(Verdict::default());
        Outcome { totals, in_server: 9, verdict, kills: 3, ..Outcome::new(77) }
    }

    #[test]
    fn it_is_clean_only_with_a_verdict_and_counts_that_are_right() {
        assert!(clean().is_clean());
        assert!(!Outcome { verdict: None, interrupted: true, ..clean() }.is_clean());
        assert!(!Outcome { in_server: 8, ..clean() }.is_clean());
        let lost = crate::Findings { count: 1, first: vec!["the first".into()] };
        let verdict = Some(Verdict { lost, ..Verdict::default() });
        assert!(!Outcome { verdict, ..clean() }.is_clean());
        let totals = Totals { pending: 1, written: 8, ..clean().totals };
        assert!(!Outcome { totals, in_server: 8, ..clean() }.is_clean());
    }

    #[test]
    fn the_table_says_what_was_found() {
        let reasons = vec![("too old".to_owned(), 1)];
        let table = Outcome { reasons, ..clean() }.to_string();
        for row in ["kills", "half-open", "points accepted", "lost", "duplicated", "1 times: too old"] {
            assert!(table.contains(row), "{row}:\n{table}");
        }
        assert!(!table.contains("the counts are wrong"));
        assert!(Outcome { in_server: 8, ..clean() }.to_string().contains("the counts are wrong"));
        assert!(Outcome { verdict: None, ..clean() }.to_string().contains("interrupted"));
    }
}
