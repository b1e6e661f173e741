//! An object whose keys depend on the leagues, in the order in which they were put in.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// An object whose keys depend on the leagues.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Object(Vec<(String, Value)>);

impl Object {
    /// Adds a key and its value.
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.push((key.into(), value.into()));
        self
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
