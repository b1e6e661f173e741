//! Names in statements, and errors in answers.

use proptest::prelude::*;
use serde_json::json;

use super::{error, identifier};

#[test]
fn hostile_names_stay_names() {
    assert_eq!(identifier("sports_data"), r#""sports_data""#);
    assert_eq!(identifier(r#"x"; DROP DATABASE "y"#), r#""x\"; DROP DATABASE \"y""#);
    assert_eq!(identifier("back\\slash\nline"), r#""back\\slash\nline""#);
}

#[test]
fn the_first_error_counts() {
    let failed = json!({"results": [{"statement_id": 0}, {"statement_id": 1, "error": "no such thing"}]});
    assert_eq!(error(&failed).as_deref(), Some("no such thing"));
    assert_eq!(error(&json!({"error": "all of it"})).as_deref(), Some("all of it"));
    assert_eq!(error(&json!({"results": [{"series": []}]})), None);
}

proptest! {
    #[test]
    fn a_quoted_name_ends_at_its_end(name in "(\\PC|\n|\"|\\\\){0,20}") {
        let quoted = identifier(&name);
        let mut characters = quoted.strip_prefix('"').expect("a quote").chars();
        let mut read = String::new();
        while let Some(character) = characters.next() {
            match character {
                '"' => break,
                '\\' => match characters.next() {
                    Some('n') => read.push('\n'),
                    other => read.extend(other),
                },
                '\n' => panic!("a line break ends the statement"),
                other => read.push(other),
            }
        }
        prop_assert_eq!((read, characters.as_str()), (name, ""));
    }
}
