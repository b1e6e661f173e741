//! `InfluxQL` over `/query`, which all three have.

#[cfg(test)]
mod tests;

use reqwest::Method;
use serde_json::Value;

use crate::answer::shorten;
use crate::transport::Transport;
use crate::{Api, InfluxError};

/// The answer to a query of a database. A statement that failed is an error, though it arrives with status 200.
pub(crate) async fn query(
    transport: &Transport,
    api: Api,
    database: &str,
    query: &str,
    parameters: Option<&Value>,
) -> Result<Value, InfluxError> {
    let mut form = vec![("db", database.to_owned()), ("epoch", "ns".into()), ("q", query.into())];
    form.extend(parameters.map(|parameters| ("params", parameters.to_string())));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = transport
        .request(Method::POST, "/query", &[], Some(api))
        .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    let answer = transport.send(request).await?;
    if answer.status == 400
        && let Ok(said) = answer.json::<Value>()
        && said["error"].is_string()
    {
        return Err(InfluxError::Statement { server: answer.server.clone(), message: answer.words() });
    }
    let answer = answer.check()?;
    let said: Value = answer.json()?;
    match error(&said) {
        Some(message) => Err(InfluxError::Statement { server: answer.server, message }),
        None => Ok(said),
    }
}

/// The first error in an answer.
fn error(answer: &Value) -> Option<String> {
    let results = answer["results"].as_array().into_iter().flatten();
    let error = std::iter::once(answer).chain(results).find_map(|result| result["error"].as_str());
    error.map(shorten)
}

/// A name as it stands in a statement.
pub(crate) fn identifier(name: &str) -> String {
    let name = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{name}\"")
}
