//! The safeguard against a wrong setting that looks like bad data.

#[cfg(test)]
mod tests;

use influx_client::DataRefusal;
use outbox::Rejection;

/// So many lines refused for one reason, before any was taken, are not each bad: something else is wrong.
const TOO_MANY: usize = 3;

/// The lines of a batch that the server refused before it took any line of that batch.
///
/// They are held back until it is clear that they, and not a setting, are at fault: when a line was taken, when
/// their reasons differ, when a reason can only be about the data, or when the batch is over.
#[derive(Debug, Default)]
pub(crate) struct Suspects {
    held: Vec<Rejection>,
    convinced: bool,
}

impl Suspects {
    /// A line of the batch was taken.
    pub fn line_taken(&mut self) {
        self.convinced = true;
    }

    /// Lines were refused: gives those to be set aside now, or the reason why all are to be kept.
    pub fn refused(&mut self, kind: DataRefusal, lines: Vec<Rejection>) -> Result<Vec<Rejection>, String> {
        self.held.extend(lines);
        self.convinced |= matches!(kind, DataRefusal::TypeConflict | DataRefusal::BeyondRetention);
        self.convinced |= self.held.windows(2).any(|pair| pair[0].reason != pair[1].reason);
        match &self.held[..] {
            _ if self.convinced => Ok(self.release()),
            [first, ..] if self.held.len() >= TOO_MANY => Err(format!(
                "InfluxDB refused the first {TOO_MANY} lines of a batch with one reason and took none, so a setting \
                 is wrong rather than the data: {}",
                first.reason
            )),
            _ => Ok(Vec::new()),
        }
    }

    /// The batch is over: gives the lines that are still held.
    pub fn release(&mut self) -> Vec<Rejection> {
        std::mem::take(&mut self.held)
    }
}
