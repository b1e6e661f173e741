//! What history is read with.

use influx_sim::{InfluxSim, Kind, Options};
use serde_json::{Value, json};

async fn sim(kind: Kind, max_files: usize) -> InfluxSim {
    let sim = InfluxSim::start(kind, Options { max_files, ..Options::default() }).await;
    let (path, query) = match kind {
        Kind::V2 => ("/api/v2/write", "org=homeiq&bucket=sports_data&precision=ns"),
        Kind::V3 => ("/api/v3/write_lp", "db=sports_data&precision=nanosecond"),
    };
    let lines =
        "m,t=a\\ 'b',u=x f=1i,g=\"one\" 10\nm,t=a\\ 'b',u=y f=3i 20\nm,t=c f=2i 700000000000\nother f=9i 5";
    let request = client().post(format!("{}{path}?{query}", sim.url())).body(lines);
    let answer = request.header("Authorization", "Token test-token").send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
    sim
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

async fn ask(sim: &InfluxSim, statement: &str, params: &str) -> Value {
    let form = [("db", "sports_data"), ("q", statement), ("params", params)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = client().post(format!("{}/query", sim.url())).body(body);
    let answer = request.header("Authorization", "Token test-token").send().await.expect("an answer");
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

#[tokio::test]
async fn points_are_selected_by_conditions_and_tags() {
    for kind in [Kind::V2, Kind::V3] {
        let sim = sim(kind, 432).await;
        let newest = ask(
            &sim,
            "SELECT max(f) AS best, g FROM \"m\" WHERE time >= '1970-01-01T00:00:00Z' GROUP BY t",
            "",
        );
        assert_eq!(
            newest.await["results"][0]["series"],
            json!([
                {"name": "m", "tags": {"t": "a 'b'"}, "columns": ["time", "best", "g"], "values": [[20, 3, null]]},
                {"name": "m", "tags": {"t": "c"}, "columns": ["time", "best", "g"], "values": [[700_000_000_000_i64, 2, null]]},
            ])
        );
        let statement = "SELECT f FROM m WHERE t = 'a \\'b\\'' AND f < 3 AND (u = 'x' OR u = 'z')";
        assert_eq!(ask(&sim, statement, "").await["results"][0]["series"][0]["values"], json!([[10, 1]]));
        let last = ask(&sim, "SELECT last(f) AS f FROM m WHERE time < '1970-01-01T00:00:01Z'", "").await;
        assert_eq!(last["results"][0]["series"][0]["values"], json!([[20, 3]]));
        assert_eq!(ask(&sim, "SELECT f FROM nothing", "").await["results"][0]["series"], json!([]));
        for bad in [
            "SELECT f FROM m WHERE t = 'a'; DROP",
            "SELECT f FROM m WHERE t = 'a",
            "SELECT f FROM m WHERE t = '\\d'",
        ] {
            assert!(ask(&sim, bad, "").await["results"][0]["error"].is_string(), "{bad}");
        }
        sim.stop().await;
    }
}

#[tokio::test]
async fn influxdb_3_binds_parameters_and_limits_files_and_influxdb_2_does_neither() {
    let statement = "SELECT f FROM m WHERE t = $t";
    let params = r#"{"t": "a 'b'"}"#;
    let (two, three) = (sim(Kind::V2, 1).await, sim(Kind::V3, 1).await);
    let of = async |sim, statement| ask(sim, statement, params).await["results"][0].clone();
    assert!(of(&two, statement).await["error"].as_str().is_some_and(|said| said.contains("parameter")));
    assert!(
        of(&three, statement).await["error"].as_str().is_some_and(|said| said.contains("file limit of 1"))
    );
    let narrow = format!("{statement} AND time < '1970-01-01T00:00:01Z'");
    assert_eq!(of(&three, &narrow).await["series"][0]["values"], json!([[10, 1], [20, 3]]));
    assert_eq!(of(&two, "SELECT f FROM m").await["series"][0]["values"].as_array().map(Vec::len), Some(3));
    two.stop().await;
    three.stop().await;
}
