//! YAML with Home Assistant's tags, as JSON: `!input x` is `{"!input": "x"}`.

use std::collections::BTreeSet;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The one document of a text.
pub fn parse(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).expect("YAML");
    assert_eq!(documents.len(), 1, "one document");
    value(&documents[0])
}

fn value(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(is)) => json!(is),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(entries) => {
            let entry = |(key, of): (&Yaml<'_>, &Yaml<'_>)| {
                (key.as_str().expect("keys are texts").to_owned(), value(of))
            };
            Value::Object(entries.iter().map(entry).collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, of) => json!({(format!("!{}", tag.suffix)): value(of)}),
        other => panic!("not YAML as Home Assistant has it: {other:?}"),
    }
}

/// All texts of a value.
pub fn strings(of: &Value) -> Vec<&str> {
    match of {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(entries) => entries.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// What a tag names anywhere in a value.
pub fn tagged<'a>(of: &'a Value, tag: &str) -> BTreeSet<&'a str> {
    match of {
        Value::Array(items) => items.iter().flat_map(|item| tagged(item, tag)).collect(),
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(key, value)| match value.as_str().filter(|_| key == tag) {
                Some(name) => BTreeSet::from([name]),
                None => tagged(value, tag),
            })
            .collect(),
        _ => BTreeSet::new(),
    }
}
