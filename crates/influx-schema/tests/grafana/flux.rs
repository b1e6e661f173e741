//! Queries in Flux, without a server: their shape, and what they name.

use std::collections::BTreeSet;

use crate::dashboard::Dashboard;
use crate::games::Games;

const DASHBOARDS: [&str; 3] = ["flux/live", "flux/game", "flux/season"];

/// What Flux itself and the queries add to a point's columns.
const OWN: [&str; 8] = ["_time", "_field", "_value", "_measurement", "at_home", "own", "other", "overtime"];

/// Every query of a dashboard, those of its variables too.
fn queries(name: &str) -> Vec<(String, String)> {
    let dashboard = Dashboard::read(name);
    let panels = dashboard.targets().into_iter().map(|target| (target.name, target.query));
    let variables = dashboard.variables();
    let variables = variables.iter().map(|(name, query, _)| ((*name).to_owned(), (*query).to_owned()));
    panels.chain(variables).collect()
}

/// Keys of tags and fields of the points that the other tests write.
fn written() -> BTreeSet<String> {
    let lines = String::from_utf8(Games::new().lines()).expect("UTF-8");
    let lines = lines.replace("\\ ", "_").replace("The Dome", "The_Dome");
    let mut keys = BTreeSet::new();
    for line in lines.lines() {
        let (series, rest) = line.split_once(' ').expect("tags and fields");
        let fields = rest.split(' ').next().expect("fields");
        for part in series.split(',').skip(1).chain(fields.split(',')) {
            keys.insert(part.split('=').next().expect("a key").to_owned());
        }
    }
    keys
}

/// The names that follow `r.`.
fn properties(query: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let parts = query.match_indices("r.").filter(|(at, _)| !query[..*at].ends_with(is_name));
    parts.map(|(at, _)| query[at + 2..].chars().take_while(|&c| is_name(c)).collect()).collect()
}

/// The texts of a list that follows a parameter's name.
fn lists(query: &str, parameter: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, name) in query.match_indices(parameter) {
        let list = &query[at + name.len()..];
        let list =
            list.strip_prefix(": [").and_then(|list| list.split_once(']')).map_or("", |(list, _)| list);
        found.extend(
            list.split(", ").filter(|item| !item.is_empty()).map(|item| item.trim_matches('"').to_owned()),
        );
    }
    found
}

#[test]
fn they_name_only_tags_and_fields_of_a_point() {
    let written = written();
    assert!(written.contains("home_team") && written.contains("venue"), "{written:?}");
    let known = |name: &String| written.contains(name) || OWN.contains(&name.as_str());
    for dashboard in DASHBOARDS {
        for (name, query) in queries(dashboard) {
            let unknown: Vec<String> = properties(&query).into_iter().filter(|name| !known(name)).collect();
            assert_eq!(unknown, Vec::<String>::new(), "{dashboard}, {name}");
            for comparison in query.split("r._field == ").skip(1) {
                let field = comparison.split('"').nth(1).expect("a text");
                assert!(written.contains(field), "{dashboard}, {name}: {field}");
            }
            let shown = ["Time", "Game", "Observed", "Live games"];
            for column in lists(&query, "columns") {
                let is_known = known(&column) || shown.contains(&column.as_str());
                assert!(is_known, "{dashboard}, {name}: {column}");
            }
            for tag in query.split("tag: \"").skip(1) {
                let tag = tag.split('"').next().expect("a tag");
                assert!(written.contains(tag), "{dashboard}, {name}: {tag}");
            }
        }
    }
}

#[test]
fn they_ask_the_bucket_of_the_data_source_within_a_range() {
    for dashboard in DASHBOARDS {
        for (name, query) in queries(dashboard) {
            let lines: Vec<&str> = query.lines().collect();
            let from = lines.iter().position(|line| line.starts_with("from("));
            if let Some(from) = from {
                assert_eq!(lines[from], "from(bucket: v.defaultBucket)", "{dashboard}, {name}");
                assert!(lines[from + 1].starts_with("  |> range(start: "), "{dashboard}, {name}");
            } else {
                let asks = query.starts_with("import \"influxdata/influxdb/schema\"\n\nschema.");
                assert!(asks && query.contains("bucket: v.defaultBucket"), "{dashboard}, {name}");
            }
            for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
                let count = |wanted| query.matches(wanted).count();
                assert_eq!(count(open), count(close), "{dashboard}, {name}: {open}");
            }
        }
    }
}

#[test]
fn they_show_each_game_as_it_was_seen_last() {
    let newest = "  |> group(columns: [\"_measurement\", \"game_id\"])\n  |> max(column: \"observed_at\")\n  |> group()\n";
    for dashboard in ["flux/live", "flux/season"] {
        for target in Dashboard::read(dashboard).targets() {
            assert!(target.query.contains(newest), "{dashboard}, {}", target.name);
        }
    }
}

#[test]
fn the_same_panels_stand_in_both_languages() {
    for name in ["live", "game", "season"] {
        let titles = |folder: &str| -> Vec<String> {
            let dashboard = Dashboard::read(&format!("{folder}/{name}")).0;
            let panels = dashboard["panels"].as_array().expect("panels").iter();
            panels.map(|panel| panel["title"].as_str().expect("a title").to_owned()).collect()
        };
        assert_eq!(titles("flux"), titles("influxql"), "{name}");
    }
}
