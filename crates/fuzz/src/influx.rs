//! InfluxDB's answers to writes that it refuses.

use influx_client::{WriteError, read_refusal};

/// The most characters of a server's words that are kept.
const LONGEST_REASON: usize = 1_000;

/// Reads the bytes as the body of a refusal of as many lines as the first byte says. Lines that are blamed must have
/// been sent, and what is said must be short enough to be kept.
///
/// # Panics
/// Where a promise is broken.
pub fn influx_answers(data: &[u8]) {
    let Some((&sent, body)) = data.split_first() else { return };
    let Some(error) = read_refusal(body, sent.into()) else { return };
    let WriteError::Data { reason, lines, .. } = error else {
        panic!("{error:?} is not about lines");
    };
    assert!(reason.chars().count() <= LONGEST_REASON, "{reason:?}");
    for line in lines {
        assert!((1..=usize::from(sent)).contains(&line.line), "line {} of {sent}", line.line);
        assert!(line.reason.chars().count() <= LONGEST_REASON, "{:?}", line.reason);
    }
}
