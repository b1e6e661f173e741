//! Parameters of requests, described. Each type that reads parameters describes them, with the limits it enforces.

use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{Object, RefOr, Required, Schema};

/// A parameter of the query that may be left out.
pub(crate) fn query(
    name: &str,
    description: &str,
    schema: impl Into<RefOr<Schema>>,
    example: impl Into<Value>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .example(Some(example.into()))
        .build()
}

/// What the path names.
pub(crate) fn path(
    name: &str,
    description: &str,
    schema: impl Into<RefOr<Schema>>,
    example: impl Into<Value>,
) -> Parameter {
    let mut parameter = query(name, description, schema, example);
    (parameter.parameter_in, parameter.required) = (ParameterIn::Path, Required::True);
    parameter
}

/// One of these words.
pub(crate) fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// What a schema allows, or nothing but blanks, which are as no parameter.
pub(crate) fn or_blank(schema: impl Into<RefOr<Schema>>) -> Schema {
    let blank = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\s*$"));
    AnyOfBuilder::new().item(schema).item(blank).build().into()
}

/// A text of up to so many characters.
pub(crate) fn text(max_length: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(max_length))
}

/// A whole number from 1 to a maximum.
pub(crate) fn number(max: u64) -> ObjectBuilder {
    // None of ours is above 2^32.
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(max))
}
