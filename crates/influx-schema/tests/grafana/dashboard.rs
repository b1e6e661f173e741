//! A dashboard as it stands in its file.

use std::path::Path;

use serde_json::Value;

/// A parsed dashboard.
pub struct Dashboard(pub Value);

/// A query of a panel, and what is done to its rows.
pub struct Target {
    /// The title of the panel, with the letter of the query where the panel has several.
    pub name: String,
    /// The query, with variables.
    pub query: String,
    /// Sorts by this column, backwards or not.
    pub sort: Option<(String, bool)>,
    /// Shows so many rows at most.
    pub limit: Option<usize>,
}

impl Dashboard {
    /// Reads `deploy/grafana/dashboards/{name}.json`.
    pub fn read(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/grafana/dashboards");
        let path = folder.join(format!("{name}.json"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// Every query of every panel.
    pub fn targets(&self) -> Vec<Target> {
        self.0["panels"].as_array().expect("panels").iter().flat_map(targets).collect()
    }

    /// The variables that ask the server: name, query, and what is taken of each answer.
    pub fn variables(&self) -> Vec<(&str, &str, &str)> {
        let all = self.0["templating"]["list"].as_array().expect("variables");
        let asked = all.iter().filter(|variable| variable["type"] == "query");
        asked
            .map(|variable| {
                let text = |value: &'static str| variable[value].as_str().unwrap_or_default();
                (text("name"), variable["query"]["query"].as_str().expect("a query"), text("regex"))
            })
            .collect()
    }

    /// The value behind an option of a variable that offers fixed ones.
    pub fn option(&self, variable: &str, text: &str) -> String {
        let all = self.0["templating"]["list"].as_array().expect("variables");
        let variable = all.iter().find(|given| given["name"] == variable).expect("the variable");
        let mut options = variable["options"].as_array().expect("options").iter();
        let option = options.find(|option| option["text"] == text).expect("the option");
        let value = option["value"].as_str().expect("a value");
        let listed = format!("{text} : {value}");
        assert!(
            variable["query"].as_str().expect("a list").split(", ").any(|item| item == listed),
            "{listed}"
        );
        value.to_owned()
    }
}

fn targets(panel: &Value) -> Vec<Target> {
    let title = panel["title"].as_str().expect("a title");
    let queries = panel["targets"].as_array().expect("targets");
    let steps = panel["transformations"].as_array().cloned().unwrap_or_default();
    let options = |id: &str| steps.iter().find(|step| step["id"] == id).map(|step| step["options"].clone());
    let sort = options("sortBy").map(|sort| {
        let sort = &sort["sort"][0];
        (sort["field"].as_str().expect("a column").to_owned(), sort["desc"] == true)
    });
    let limit = options("limit").and_then(|limit| limit["limitField"].as_u64());
    queries
        .iter()
        .map(|target| Target {
            name: match queries.len() {
                1 => title.to_owned(),
                _ => format!("{title} {}", target["refId"].as_str().expect("a letter")),
            },
            query: target["query"].as_str().expect("a query").to_owned(),
            sort: sort.clone(),
            limit: limit.map(|limit| usize::try_from(limit).expect("a small number")),
        })
        .collect()
}
