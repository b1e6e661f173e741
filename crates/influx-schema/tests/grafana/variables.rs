//! What Grafana puts in place of variables and macros.

use std::collections::BTreeMap;

/// The values of a dashboard's variables, and its time range.
pub struct Variables {
    values: BTreeMap<&'static str, Value>,
    /// From and to, in milliseconds.
    range: (i64, i64),
}

enum Value {
    One(String),
    Several(Vec<String>),
    /// The value for "All", which is put in as it is.
    All(&'static str),
}

impl Variables {
    /// No variables, and this range in milliseconds.
    pub fn new(range: (i64, i64)) -> Self {
        Self { values: BTreeMap::new(), range }
    }

    /// With one value.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(name, Value::One(value.into()));
        self
    }

    /// With several.
    pub fn with_several(mut self, name: &'static str, values: &[&str]) -> Self {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        self.values.insert(name, Value::Several(values));
        self
    }

    /// With the dashboard's own value for "All".
    pub fn with_all(mut self, name: &'static str, value: &'static str) -> Self {
        self.values.insert(name, Value::All(value));
        self
    }

    /// The query as it is sent.
    pub fn put_into(&self, query: &str) -> String {
        // Grafana replaces the first one of a variable's query alone.
        assert!(query.matches("$timeFilter").count() <= 1, "{query}");
        let (from, to) = self.range;
        let mut query = query
            .replace("$timeFilter", &format!("time >= {from}ms and time <= {to}ms"))
            .replace("$__interval", "15s");
        for (name, value) in &self.values {
            query = query.replace(&format!("${{{name}:regex}}"), &value.as_regex());
            if let Value::One(value) = value {
                query = query.replace(&format!("${{{name}:raw}}"), value);
            }
        }
        assert!(!query.contains("${"), "a variable has no value: {query}");
        query
    }
}

impl Value {
    fn as_regex(&self) -> String {
        match self {
            Self::One(value) => escaped(value),
            Self::Several(values) => {
                format!("({})", values.iter().map(|value| escaped(value)).collect::<Vec<_>>().join("|"))
            }
            Self::All(value) => (*value).to_owned(),
        }
    }
}

/// The characters that Grafana escapes for `:regex`.
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for character in value.chars() {
        if r"\^$.*+?()[]{}|/".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
