//! What stands in `deploy/grafana` parses, hangs together, and is what docker compose gives to Grafana. The queries
//! themselves are run by the tests of `influx-schema`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Yaml, YamlOwned};
use serde_json::Value;

fn workspace(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn read(name: &str) -> String {
    let path = workspace(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(name: &str) -> YamlOwned {
    YamlOwned::load_from_str(&read(name)).expect("YAML").remove(0)
}

fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(workspace(folder)).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// Every dashboard by its path below `deploy/grafana/dashboards`.
fn dashboards() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for folder in names("deploy/grafana/dashboards") {
        for name in names(&format!("deploy/grafana/dashboards/{folder}")) {
            let text = read(&format!("deploy/grafana/dashboards/{folder}/{name}"));
            let dashboard =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{folder}/{name}: {error}"));
            found.insert(format!("{folder}/{name}"), dashboard);
        }
    }
    found
}

fn list<'a>(value: &'a Value, what: &str) -> &'a [Value] {
    value.as_array().unwrap_or_else(|| panic!("no {what} in {value}"))
}

fn text<'a>(value: &'a Value, what: &str) -> &'a str {
    value.as_str().unwrap_or_else(|| panic!("no {what}: {value}"))
}

/// The queries of a dashboard with what they are of.
fn queries(dashboard: &Value) -> Vec<(&str, &str)> {
    let panels = list(&dashboard["panels"], "panels").iter();
    let of_panels = panels.flat_map(|panel| {
        let targets = list(&panel["targets"], "targets").iter();
        targets.map(|target| {
            (text(&panel["title"], "title"), target["query"].as_str().or(target["expr"].as_str()))
        })
    });
    let variables = list(&dashboard["templating"]["list"], "variables").iter();
    let variables = variables.filter(|variable| variable["type"] == "query");
    let of_variables =
        variables.map(|variable| (text(&variable["name"], "name"), variable["query"]["query"].as_str()));
    of_panels
        .chain(of_variables)
        .map(|(of, query)| (of, query.unwrap_or_else(|| panic!("{of} asks nothing"))))
        .collect()
}

#[test]
fn dashboards_differ_in_uid_and_title_and_their_panels_in_id_and_title() {
    let (mut uids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    let dashboards = dashboards();
    assert_eq!(dashboards.len(), 7);
    for (name, dashboard) in &dashboards {
        assert!(uids.insert(text(&dashboard["uid"], "uid")), "{name}: its uid is taken");
        assert!(titles.insert(text(&dashboard["title"], "title")), "{name}: its title is taken");
        assert!(dashboard.get("id").is_none(), "{name}: an id belongs to one Grafana alone");
        let panels = list(&dashboard["panels"], "panels");
        let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().expect("an id")).collect();
        let named: BTreeSet<&str> = panels.iter().map(|panel| text(&panel["title"], "title")).collect();
        assert_eq!((ids.len(), named.len()), (panels.len(), panels.len()), "{name}: ids or titles of panels");
    }
}

#[test]
fn panels_lie_beside_each_other() {
    for (name, dashboard) in dashboards() {
        let mut taken = BTreeSet::new();
        for panel in list(&dashboard["panels"], "panels") {
            let [x, y, w, h] =
                ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().expect("a number"));
            assert!(x + w <= 24, "{name}: {} is too wide", panel["title"]);
            for (column, row) in (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row))) {
                assert!(taken.insert((column, row)), "{name}: {} lies on another", panel["title"]);
            }
        }
    }
}

#[test]
fn every_query_has_its_data_source_and_its_variables() {
    let sources = yaml("deploy/grafana/provisioning/datasources/sports-data.yml");
    let sources: BTreeMap<&str, &str> = sources["datasources"]
        .as_sequence()
        .expect("data sources")
        .iter()
        .map(|source| (source["uid"].as_str().expect("a uid"), source["type"].as_str().expect("a type")))
        .collect();
    let mut used = BTreeSet::new();
    for (name, dashboard) in &dashboards() {
        let panels = list(&dashboard["panels"], "panels").iter();
        let targets = panels.clone().flat_map(|panel| list(&panel["targets"], "targets"));
        let variables = list(&dashboard["templating"]["list"], "variables");
        let asking = variables.iter().filter(|variable| variable["type"] == "query");
        for asker in panels.chain(targets).chain(asking) {
            let source = &asker["datasource"];
            let uid = text(&source["uid"], "uid");
            assert_eq!(sources.get(uid).copied(), source["type"].as_str(), "{name}: {uid}");
            used.insert(uid.to_owned());
        }
        let known: BTreeSet<&str> =
            variables.iter().map(|variable| text(&variable["name"], "name")).collect();
        for variable in variables {
            let is_query =
                variable["type"] == "query" && !text(&variable["query"]["query"], "query").is_empty();
            let has_options =
                variable["type"] == "custom" && !list(&variable["options"], "options").is_empty();
            assert!(is_query || has_options, "{name}: {} offers nothing", variable["name"]);
        }
        for (of, query) in queries(dashboard) {
            assert!(!query.trim().is_empty(), "{name}: {of} asks nothing");
            for variable in query.split("${").skip(1) {
                let variable = variable.split([':', '}']).next().expect("a name");
                assert!(known.contains(variable), "{name}: {of} wants {variable}");
            }
        }
    }
    assert!(used.iter().eq(sources.keys()), "{used:?}");
}

#[test]
fn links_lead_to_dashboards_and_set_their_variables() {
    let dashboards = dashboards();
    let by_uid = |uid: &str| dashboards.values().find(|dashboard| dashboard["uid"] == uid);
    let mut links = 0;
    for (name, dashboard) in &dashboards {
        let written = dashboard.to_string();
        for link in written.split("\"url\":\"/d/").skip(1) {
            let link = link.split('"').next().expect("an address");
            let (uid, query) = link.split_once('?').expect("a query");
            let target = by_uid(uid).unwrap_or_else(|| panic!("{name}: there is no {uid}"));
            let variables = list(&target["templating"]["list"], "variables");
            for part in query.split('&').filter_map(|part| part.strip_prefix("var-")) {
                let variable = part.split('=').next().expect("a name");
                assert!(
                    variables.iter().any(|given| given["name"] == variable),
                    "{name}: {uid} has no {variable}"
                );
            }
            links += 1;
        }
    }
    assert_eq!(links, 8);
}

#[test]
fn the_health_of_the_service_is_read_from_metrics_that_it_has() {
    let exposed = read("crates/http-api/src/metrics/exposition.rs");
    let scrapes = yaml("deploy/grafana/prometheus.yml");
    let job = &scrapes["scrape_configs"][0];
    assert_eq!(job["job_name"].as_str(), Some("sports-data"));
    assert_eq!(job["static_configs"][0]["targets"][0].as_str(), Some("sports-data:8005"));
    let mut found = BTreeSet::new();
    for (of, query) in queries(&dashboards()["health/health.json"]) {
        let is_up = query == "up{job=\"sports-data\"}";
        assert!(is_up || query.contains("sports_data_"), "{of}: {query}");
        for name in query.split("sports_data_").skip(1) {
            let name = name.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().expect("a name");
            let ending = ["_total", "_bucket"].into_iter().find_map(|ending| name.strip_suffix(ending));
            let family = ending.unwrap_or(name);
            let kind = match name {
                _ if name.ends_with("_total") => "counter",
                _ if name.ends_with("_bucket") => "histogram",
                _ => "gauge",
            };
            let plain: String = exposed.split_whitespace().collect();
            assert!(
                plain.contains(&format!("families.{kind}(\"{family}\",")),
                "{of}: there is no {kind} {family}"
            );
            found.insert(family.to_owned());
        }
    }
    assert!(found.len() > 12, "{found:?}");
}

#[test]
fn compose_gives_grafana_its_folders_and_what_its_data_sources_name() {
    let compose = yaml("deploy/docker-compose.yml");
    let services = &compose["services"];
    let grafana = &services["grafana"];
    let volumes: Vec<&str> = grafana["volumes"]
        .as_sequence()
        .expect("volumes")
        .iter()
        .filter_map(|volume| volume.as_str())
        .collect();
    assert!(volumes.contains(&"./grafana/provisioning:/etc/grafana/provisioning:ro"), "{volumes:?}");
    assert!(volumes.contains(&"./grafana/dashboards:/etc/sports-data/dashboards:ro"), "{volumes:?}");
    let providers = yaml("deploy/grafana/provisioning/dashboards/sports-data.yml");
    let mut folders: Vec<&str> = providers["providers"]
        .as_sequence()
        .expect("providers")
        .iter()
        .map(|provider| {
            let path = provider["options"]["path"].as_str().expect("a path");
            path.strip_prefix("/etc/sports-data/dashboards/").expect("a folder that compose mounts")
        })
        .collect();
    folders.sort_unstable();
    assert_eq!(folders, names("deploy/grafana/dashboards"));

    let written = read("deploy/grafana/provisioning/datasources/sports-data.yml");
    let sources = Yaml::load_from_str(&written).expect("YAML");
    for source in sources[0]["datasources"].as_vec().expect("data sources") {
        let url = source["url"].as_str().expect("a URL");
        let host = url.trim_start_matches("http://").split(':').next().expect("a host");
        assert!(
            services.as_mapping().expect("services").keys().any(|name| name.as_str() == Some(host)),
            "{url}"
        );
        for (_, secret) in
            source.as_mapping_get("secureJsonData").and_then(Yaml::as_mapping).into_iter().flatten()
        {
            assert!(secret.as_str().is_some_and(|secret| secret.ends_with("$INFLUXDB_TOKEN")), "{secret:?}");
        }
    }
    let settings = written.lines().filter(|line| !line.trim_start().starts_with('#'));
    for variable in settings.flat_map(|line| line.split('$').skip(1)) {
        let given = grafana["environment"][variable].as_str();
        assert!(given.is_some(), "{variable} is not in the environment of Grafana");
    }
}

#[test]
fn compose_keeps_grafana_to_this_machine_and_its_images_to_a_version() {
    let compose = yaml("deploy/docker-compose.yml");
    let grafana = &compose["services"]["grafana"];
    assert_eq!(grafana["environment"]["GF_AUTH_ANONYMOUS_ENABLED"].as_str(), Some("false"));
    let port = grafana["ports"][0].as_str();
    assert_eq!(port, Some("${GRAFANA_BIND_ADDRESS:-127.0.0.1}:${GRAFANA_PORT:-3001}:3000"));
    assert!(
        compose["services"]["prometheus"].as_mapping_get("ports").is_none(),
        "nothing but Grafana asks it"
    );
    assert_eq!(compose["services"]["prometheus"]["profiles"][0].as_str(), Some("health"));
    for service in ["influxdb", "grafana", "prometheus"] {
        let image = compose["services"][service]["image"].as_str().expect("an image");
        let tag = image.split_once(':').expect("a tag").1.trim_start_matches('v');
        assert!(
            tag.split('.').count() >= 2 && tag.split('.').all(|part| part.parse::<u32>().is_ok()),
            "{image}"
        );
    }
}

#[test]
fn the_readme_names_every_variable_that_compose_takes() {
    let (compose, readme) = (read("deploy/docker-compose.yml"), read("deploy/README.md"));
    for variable in compose.split("${").skip(1) {
        let variable = variable.split(':').next().expect("a name");
        assert!(readme.contains(variable), "README.md does not name {variable}");
    }
}
