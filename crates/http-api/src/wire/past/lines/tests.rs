//! Values that would break a line are quoted.

use super::*;

#[test]
fn values_are_quoted_where_they_must_be() {
    let mut out = Vec::new();
    csv_line(&mut out, &["a", "", "b,c", "the \"best\"", "two\nlines", "=1 '; --"]);
    csv_line(&mut out, &ENTRY_COLUMNS);
    let expected = "a,,\"b,c\",\"the \"\"best\"\"\",\"two\nlines\",=1 '; --\r\n\
                    time,home_score,away_score,period,time_remaining,status\r\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
