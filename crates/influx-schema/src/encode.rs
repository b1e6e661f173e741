//! The bytes of a point.

use crate::Point;

/// Digits of the longest 64-bit integer, its sign included.
const INTEGER_LENGTH: usize = 20;

/// Room for the fields and the timestamp of a usual point, their texts aside.
const USUAL_FIELDS_LENGTH: usize = 144;

impl Point {
    /// Appends the line of the point, without a newline at its end. Equal points have equal lines.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.series.as_bytes());
        out.extend_from_slice(b" away_score=");
        integer(out, self.away_score);
        out.extend_from_slice(b"i,home_score=");
        integer(out, self.home_score);
        out.extend_from_slice(b"i,observed_at=");
        integer(out, self.observed_at);
        out.push(b'i');
        if let Some(period) = &self.period {
            text_field(out, self.period_field.key(), period);
        }
        text_field(out, "time_remaining", &self.time_remaining);
        if let Some(venue) = &self.venue {
            text_field(out, "venue", venue);
        }
        out.push(b' ');
        integer(out, self.timestamp);
    }

    /// The line of the point, without a newline at its end.
    pub fn encode(&self) -> Vec<u8> {
        let texts = self.time_remaining.len() + self.venue.as_ref().map_or(0, String::len);
        let mut out = Vec::with_capacity(self.series.len() + USUAL_FIELDS_LENGTH + texts);
        self.encode_into(&mut out);
        out
    }
}

/// Appends `,key="value"`. A newline, which would end the line for some readers, becomes a space.
fn text_field(out: &mut Vec<u8>, key: &str, value: &str) {
    out.push(b',');
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"=\"");
    if value.bytes().any(|byte| matches!(byte, b'"' | b'\\' | b'\n')) {
        for byte in value.bytes() {
            match byte {
                b'\n' => out.push(b' '),
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                _ => out.push(byte),
            }
        }
    } else {
        out.extend_from_slice(value.as_bytes());
    }
    out.push(b'"');
}

fn integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0; INTEGER_LENGTH];
    let mut start = INTEGER_LENGTH;
    let mut rest = value.unsigned_abs();
    loop {
        start -= 1;
        // A remainder of 10 always fits a byte.
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[start..]);
}
