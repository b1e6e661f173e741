//! One figure beside its peer or limit, and the table of all.

use std::fmt::Write;

/// What a figure has to keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// `ours / peer` is at least this.
    RatioAtLeast(f64),
    /// `ours / peer` is at most this.
    RatioAtMost(f64),
    /// Ours is at least the limit.
    AtLeast,
    /// Ours is at most the limit.
    AtMost,
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub what: &'static str,
    /// Of which both are.
    pub unit: &'static str,
    /// Ours.
    pub ours: f64,
    /// The peer in the same run, or the limit.
    pub beside: f64,
    /// What the other is.
    pub peer: &'static str,
    /// What it has to keep to.
    pub target: Target,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.ours / self.beside
    }

    /// Whether it keeps to its target.
    pub fn is_met(&self) -> bool {
        match self.target {
            Target::RatioAtLeast(least) => self.ratio() >= least,
            Target::RatioAtMost(most) => self.ratio() <= most,
            Target::AtLeast => self.ours >= self.beside,
            Target::AtMost => self.ours <= self.beside,
        }
    }

    fn wanted(&self) -> String {
        match self.target {
            Target::RatioAtLeast(least) => format!("ratio >= {least}"),
            Target::RatioAtMost(most) => format!("ratio <= {most}"),
            Target::AtLeast => "at least".into(),
            Target::AtMost => "at most".into(),
        }
    }
}

/// All figures, a line each.
pub fn table(figures: &[Figure]) -> String {
    let mut text = String::new();
    row(&mut text, ["what", "unit", "ours", "beside", "which is", "ratio", "wanted", ""]);
    for figure in figures {
        let verdict = if figure.is_met() { "met" } else { "MISSED" };
        row(
            &mut text,
            [
                figure.what,
                figure.unit,
                &number(figure.ours),
                &number(figure.beside),
                figure.peer,
                &format!("{:.2}", figure.ratio()),
                &figure.wanted(),
                verdict,
            ],
        );
    }
    text
}

fn row(text: &mut String, [what, unit, ours, beside, peer, ratio, wanted, verdict]: [&str; 8]) {
    let line = format!(
        "{what:<44} {unit:<9} {ours:>11} {beside:>11}  {peer:<28} {ratio:>6}  {wanted:<12} {verdict}"
    );
    let _ = writeln!(text, "{}", line.trim_end());
}

/// Three digits where there are few, none after the point where there are many.
fn number(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(ours: f64, beside: f64, target: Target) -> Figure {
        Figure { what: "reads", unit: "requests/s", ours, beside, peer: "bare hyper", target }
    }

    #[test]
    fn targets_are_met_up_to_their_bound() {
        assert!(figure(60.0, 100.0, Target::RatioAtLeast(0.6)).is_met());
        assert!(!figure(59.0, 100.0, Target::RatioAtLeast(0.6)).is_met());
        assert!(figure(1.2, 1.0, Target::RatioAtMost(1.2)).is_met());
        assert!(!figure(1.3, 1.0, Target::RatioAtMost(1.2)).is_met());
        assert!(figure(2e6, 1e6, Target::AtLeast).is_met() && !figure(9e5, 1e6, Target::AtLeast).is_met());
        assert!(figure(29.0, 30.0, Target::AtMost).is_met() && !figure(31.0, 30.0, Target::AtMost).is_met());
    }

    #[test]
    fn a_line_tells_figure_peer_ratio_and_verdict() {
        let table = table(&[figure(50.0, 100.0, Target::RatioAtLeast(0.6))]);
        let line = table.lines().nth(1).expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(
            words,
            ["reads", "requests/s", "50.0", "100", "bare", "hyper", "0.50", "ratio", ">=", "0.6", "MISSED"]
        );
    }
}
