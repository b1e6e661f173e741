//! Reading back from a real InfluxDB 1.

use std::time::SystemTime;

use torture::{InfluxDb, Point};

/// A line as the service writes it, with all that has to be escaped.
const LINE: &str = r#"nhl_scores,away_team=Maple\ Leafs,game_id=7 away_score=3i,observed_at=1790000000000000001i,time_remaining="",venue="The \"Old\" Arena, A\\B \\""#;

#[tokio::test]
async fn what_was_written_is_read_back_as_it_was() {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        return;
    };
    let influx = InfluxDb::new(&url, "test:test-password", "torture_read_back").expect("an InfluxDB");
    influx.create().await.expect("made");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos();
    // More than one piece of an answer, in two series with different tags.
    let mut lines: Vec<String> = (0..12_000).map(|number| format!("{LINE} {}", now + number)).collect();
    lines.push(format!("nhl_scores,season=2025-26 period=\"SO\" {now}"));
    let write = reqwest::Client::builder().no_proxy().build().expect("a client");
    let write = write.post(format!("{url}/write")).query(&[("db", influx.database()), ("precision", "ns")]);
    let written = write.basic_auth("test", Some("test-password")).body(lines.join("\n")).send().await;
    assert_eq!(written.expect("an answer").status(), 204);

    let mut read = influx.points("nhl_scores").await.expect("points");
    let mut wanted: Vec<Point> = lines.iter().map(|line| Point::parse(line).expect("a line")).collect();
    let order = |a: &Point, b: &Point| a.key().cmp(&b.key());
    read.sort_by(order);
    wanted.sort_by(order);
    assert_eq!(read.len(), wanted.len());
    for (read, wanted) in read.iter().zip(&wanted) {
        assert_eq!(read, wanted);
    }
    assert_eq!(influx.points("nfl_scores").await.expect("no such measurement"), []);
    influx.drop().await.expect("removed");
}
