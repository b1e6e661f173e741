//! As InfluxDB 3.

use influx_sim::{InfluxSim, Kind, Options};
use reqwest::Method;

use crate::{WRITE, get, json, post, request, start};

const PATH: &str = "/api/v3/write_lp?db=sports_data&precision=nanosecond&accept_partial=true&no_sync=false";
const CONFIGURE: &str = "/api/v3/configure/database";

#[tokio::test]
async fn bad_lines_are_named_and_the_others_are_stored() {
    let sim = start(Kind::V3).await;
    let (status, body) = post(&sim, PATH, "m f=1i 1\ngarbage\nm f=\"x\" 2\nm f=3i 3").await;
    assert_eq!((status, sim.lines()), (400, vec!["m f=1i 1".to_owned(), "m f=3i 3".to_owned()]));
    let data = json(&body)["data"].clone();
    let numbers: Vec<_> =
        data.as_array().expect("refusals").iter().map(|one| one["line_number"].as_u64()).collect();
    assert_eq!(numbers, [Some(2), Some(3)]);
    assert!(data[1]["error_message"].as_str().is_some_and(|words| words.contains("column type")), "{body}");
}

#[tokio::test]
async fn nothing_is_stored_where_partial_writes_are_not_wanted() {
    let sim = start(Kind::V3).await;
    let whole = PATH.replace("accept_partial=true", "accept_partial=false");
    for path in
        [&*whole, "/api/v2/write?bucket=sports_data&precision=ns", "/write?db=sports_data&precision=n"]
    {
        let (status, body) = post(&sim, path, "m f=1i 1\ngarbage").await;
        assert_eq!((status, json(&body)["data"]["line_number"].as_u64()), (400, Some(2)));
    }
    assert_eq!((sim.lines().len(), sim.points().len()), (0, 0));
}

#[tokio::test]
async fn the_first_write_makes_a_database_that_keeps_for_ever() {
    let sim = start(Kind::V3).await;
    assert_eq!(sim.retention("sports_data"), None);
    assert_eq!(post(&sim, PATH, "m f=1i 1\nm f=2i 1").await.0, 204);
    assert_eq!(sim.retention("sports_data"), Some(0));
    assert_eq!(sim.points()[&("m".into(), 1)]["f"], "1i", "nobody shall rely on the newer");
    sim.set_retention("sports_data", 86_400);
    assert_eq!(post(&sim, PATH, "m f=3i 2").await.0, 204, "old points are taken");
}

#[tokio::test]
async fn databases_are_configured() {
    let sim = start(Kind::V3).await;
    let body = r#"{"db":"games","retention_period":"730d"}"#;
    let put = async |body: &str| {
        let request = request(&sim, Method::PUT, CONFIGURE, "Bearer test-token").body(body.to_owned());
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(put(body).await, 404);
    assert_eq!((post(&sim, CONFIGURE, body).await.0, sim.retention("games")), (200, Some(63_072_000)));
    assert_eq!(post(&sim, CONFIGURE, r#"{"db":"games"}"#).await.0, 409);
    assert_eq!(
        (put(r#"{"db":"games","retention_period":"7d"}"#).await, sim.retention("games")),
        (200, Some(604_800))
    );
    let (_, rows) = get(&sim, "/api/v3/query_sql?db=_internal&q=SELECT%20*%20FROM%20system.databases").await;
    assert_eq!(json(&rows)[1]["retention_period_ns"], 604_800_000_000_000_u64);
    assert_eq!(
        (put(r#"{"db":"games"}"#).await, sim.retention("games")),
        (200, Some(0)),
        "it clears the period"
    );
    assert_eq!(put(r#"{"db":"games","retention_period":"soon"}"#).await, 400);
    assert_eq!(put(r#"{"db":"_games"}"#).await, 400);
    assert_eq!(get(&sim, "/api/v3/query_sql?db=games&q=SELECT%201").await.0, 500);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let sim = InfluxSim::start(Kind::V3, Options { max_body: 20, ..Options::default() }).await;
    assert_eq!(post(&sim, &PATH.replace("sports_data", "a%20b"), "m f=1i").await.0, 400);
    assert_eq!(post(&sim, &PATH.replace("nanosecond", "year"), "m f=1i").await.0, 400);
    assert_eq!(post(&sim, PATH, "\n").await.0, 400);
    assert_eq!(post(&sim, PATH, &"m f=1i 1\n".repeat(3)).await.0, 413);
    assert_eq!(get(&sim, "/nothing").await.0, 404);
    let (_, answer) = post(&sim, "/query", "db=sports_data&q=SHOW+DATABASES").await;
    assert_eq!(json(&answer)["results"][0]["error"], "database not found: sports_data");
    let no_gzip = request(&sim, Method::POST, PATH, WRITE).header("Content-Encoding", "gzip").body("no gzip");
    assert_eq!(no_gzip.send().await.expect("an answer").status(), 500);
    for precision in ["microsecond", "millisecond", "second"] {
        assert_eq!(post(&sim, &PATH.replace("nanosecond", precision), "m f=1i 1").await.0, 204);
    }
    let times: Vec<_> = sim.points().into_keys().map(|(_, time)| time).collect();
    assert_eq!(times, [1_000, 1_000_000, 1_000_000_000]);
}

#[tokio::test]
async fn tokens_matter_for_ping_too() {
    let sim = start(Kind::V3).await;
    let status = async |path, token| {
        request(&sim, Method::POST, path, token)
            .body("m f=1i")
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16()
    };
    for path in ["/ping", PATH, CONFIGURE] {
        assert_eq!(status(path, "Bearer wrong").await, 401);
    }
    assert_eq!(status("/ping", WRITE).await, 200);
    assert_eq!(status(PATH, "Bearer write-token").await, 204);
    assert_eq!(status(CONFIGURE, WRITE).await, 403);
    assert_eq!(status("/health", "none").await, 200, "it proves nothing");
}
