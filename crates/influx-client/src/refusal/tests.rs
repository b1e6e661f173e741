//! Answers of real servers, and of what stands before them.

use proptest::prelude::*;

use super::read;
use crate::DataRefusal::{BeyondRetention, Malformed, TypeConflict};
use crate::{DataRefusal, WriteError};

fn kind(body: &str) -> Option<DataRefusal> {
    match read(body.as_bytes(), 10)? {
        WriteError::Data { kind, .. } => Some(kind),
        other => panic!("a refusal of data, not {other:?}"),
    }
}

#[test]
fn refusals_of_data_are_known_by_their_words() {
    for (body, expected) in [
        // InfluxDB 1.
        (r#"{"error":"unable to parse 'garbage in here': invalid field format"}"#, Malformed),
        (
            r#"{"error":"partial write: unable to parse 'garb': missing fields\nunable to parse 'mm': missing fields dropped=0"}"#,
            Malformed,
        ),
        (
            r#"{"error":"unable to parse 'm f=1i 99999999999999999999': strconv.ParseInt: parsing \"99999999999999999999\": value out of range"}"#,
            Malformed,
        ),
        (
            r#"{"error":"partial write: invalid tag key: input tag \"time\" on measurement \"m\" is invalid dropped=1"}"#,
            Malformed,
        ),
        (
            r#"{"error":"partial write: field type conflict: input field \"f\" on measurement \"m\" is type string, already exists as type integer dropped=1"}"#,
            TypeConflict,
        ),
        (r#"{"error":"field type conflict"}"#, TypeConflict),
        (r#"{"error":"partial write: points beyond retention policy dropped=1"}"#, BeyondRetention),
        // What cannot be parsed may say anything.
        (
            r#"{"error":"unable to parse 'beyond retention type conflict limit exceeded': missing fields"}"#,
            Malformed,
        ),
        // InfluxDB 2.
        (r#"{"code":"invalid","message":"unable to parse 'garbage': missing fields"}"#, Malformed),
        (
            r#"{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict: input field \"f\" on measurement \"m\" is type string, already exists as type integer dropped=1"}"#,
            TypeConflict,
        ),
        (
            r#"{"code":"unprocessable entity","message":"failure writing points to database: partial write: dropped 1 points outside retention policy of duration 24h0m0s - oldest point m at 1970-01-01T00:00:00Z dropped=1"}"#,
            BeyondRetention,
        ),
        (
            r#"{"code":"invalid","message":"failed to parse line protocol: errors encountered on line(s):\nerror parsing line 2"}"#,
            Malformed,
        ),
        (r#"{"code":"invalid","message":"something about it","line":2}"#, Malformed),
        // InfluxDB 3 that stored nothing.
        (
            r#"{"error":"parsing failed for write_lp endpoint","data":{"original_line":"garbage","line_number":1,"error_message":"No fields were provided"}}"#,
            Malformed,
        ),
    ] {
        assert_eq!(kind(body), Some(expected), "{body}");
    }
}

#[test]
fn everything_else_is_a_setting() {
    for body in [
        "",
        "404 page not found",
        "Client sent an HTTP request to an HTTPS server.\n",
        "<html>unable to parse '</html>",
        "unable to parse 'm': missing fields",
        r#"{"error":"database is required"}"#,
        r#"{"error":"retention policy not found: \"\""}"#,
        r#"{"error":"partial write: max-series-per-database limit exceeded: (1000000) dropped=1"}"#,
        r#"{"error":"partial write: max-values-per-tag limit exceeded (100000/100000): measurement=\"m\" tag=\"t\" value=\"v\" dropped=1"}"#,
        r#"{"error":{"message":"unable to parse 'm': missing fields"}}"#,
        r#"{"message":"unable to parse 'm': missing fields"}"#,
        r#"{"code":"internal error","message":"unable to parse 'm': missing fields"}"#,
        r#"{"code":"invalid","message":"invalid precision; valid precision units are ns, us, ms, and s"}"#,
        r#"{"code":"invalid","message":"writing requires points"}"#,
        r#"{"code":"invalid"}"#,
        r#"{"error":"invalid character in database name","data":null}"#,
        r#"{"error":"wal error: cannot write","data":[]}"#,
        r#"{"error":"write buffer error: catalog update error: update to schema would exceed number of columns per table limit of 500"}"#,
        r#"{"error":"partial write of line protocol occurred","data":[{"original_line":"m","line_number":1,"error_message":"No fields were provided"},{"original_line":"m","line_number":2,"error_message":"update to schema would exceed number of columns per table limit of 500"}]}"#,
    ] {
        assert_eq!(kind(body), None, "{body}");
    }
}

fn partial(numbers: &[usize], message: &str) -> String {
    let line =
        |number| serde_json::json!({"original_line": "m", "line_number": number, "error_message": message});
    let data: Vec<_> = numbers.iter().map(line).collect();
    serde_json::json!({"error": "partial write of line protocol occurred", "data": data}).to_string()
}

#[test]
fn refused_lines_are_named() {
    let conflict = "invalid column type for column 'f', expected iox::column_type::field::integer, got \
                    iox::column_type::field::string";
    let Some(WriteError::Data { kind, reason, lines }) = read(partial(&[2, 7], conflict).as_bytes(), 7)
    else {
        panic!("a refusal of data");
    };
    assert_eq!((kind, &*reason), (TypeConflict, conflict));
    assert_eq!(
        lines.iter().map(|line| (line.line, &*line.reason)).collect::<Vec<_>>(),
        [(2, conflict), (7, conflict)]
    );
}

proptest! {
    #[test]
    fn numbers_outside_the_batch_are_not_relied_upon(numbers in prop::collection::vec(0_usize..20, 1..5), sent in 0_usize..20) {
        let Some(WriteError::Data { kind, lines, .. }) = read(partial(&numbers, "no fields").as_bytes(), sent) else {
            panic!("a refusal of data");
        };
        prop_assert_eq!(kind, Malformed);
        let named: Vec<_> = lines.iter().map(|line| line.line).collect();
        let sensible = numbers.iter().all(|number| (1..=sent).contains(number));
        prop_assert_eq!(named, if sensible { numbers } else { vec![] });
    }

    #[test]
    fn no_answer_is_too_odd(body in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,50}") {
        prop_assert_eq!(read(&body, 1), None);
        let quoted = serde_json::json!({"error": text, "data": text, "line": text, "code": 7}).to_string();
        prop_assert_eq!(read(quoted.as_bytes(), 1), None);
    }
}
