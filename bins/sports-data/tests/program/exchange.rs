//! What is imported is history, and what is exported is what was imported.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::service::{board, espn};
use crate::support::{Program, command, output};

/// A game of 2019 as this service wrote it, and one of hockey.
const LINES: [&str; 4] = [
    "nfl_scores,away_conference=AFC,away_division=East,away_team=Bills,game_id=401127,home_conference=AFC,\
     home_division=East,home_team=Patriots,season=2019,status=scheduled,week=16 away_score=0i,home_score=0i,\
     observed_at=1576800000000000001i,time_remaining=\"\",venue=\"Gillette Stadium\" 1576963800000000000",
    "nfl_scores,away_conference=AFC,away_division=East,away_team=Bills,game_id=401127,home_conference=AFC,\
     home_division=East,home_team=Patriots,season=2019,status=live,week=16 away_score=3i,home_score=10i,\
     observed_at=1576967400000000001i,quarter=\"2\",time_remaining=\"4:05\",venue=\"Gillette Stadium\" \
     1576967400000000001",
    "nfl_scores,away_conference=AFC,away_division=East,away_team=Bills,game_id=401127,home_conference=AFC,\
     home_division=East,home_team=Patriots,season=2019,status=finished,week=16 away_score=17i,home_score=24i,\
     observed_at=1576974600000000001i,quarter=\"4\",time_remaining=\"Final\",venue=\"Gillette Stadium\" \
     1576963800000000000",
    "nhl_scores,away_team=Sabres,game_id=401128,home_team=Bruins,season=2019-20,status=finished away_score=2i,\
     home_score=3i,observed_at=1577412000000000001i,period=\"OT\",time_remaining=\"Final\" 1577404800000000000",
];

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    output(folder, arguments, &[])
}

/// Runs a command that reads this.
fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = command(folder);
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("its input").write_all(input).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) {
    std::fs::write(folder.path().join(name), bytes).expect("written");
}

fn exported(folder: &Path) -> String {
    let lines = run(folder, &["export", "--format", "lp", "-o", "-"]);
    assert!(lines.status.success(), "{}", text(&lines));
    String::from_utf8(lines.stdout).expect("text")
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("compressed");
    encoder.finish().expect("compressed")
}

/// As `influx_inspect export` writes it: a head, and a line for each field, series after series.
fn inspected() -> String {
    let mut lines = Vec::new();
    for line in LINES {
        let (series, rest) = line.split_once(" away_score=").expect("fields");
        let (fields, timestamp) = rest.rsplit_once(' ').expect("a timestamp");
        for field in format!("away_score={fields}").split(',') {
            lines.push(format!("{series} {field} {timestamp}"));
        }
    }
    lines.sort();
    let head = "# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z\n# DDL\nCREATE DATABASE sports WITH \
                NAME autogen\n# DML\n# CONTEXT-DATABASE:sports\n# CONTEXT-RETENTION-POLICY:autogen\n# writing tsm data\n";
    format!("{head}{}\n", lines.join("\n"))
}

#[test]
fn an_export_is_imported_once_and_comes_back_with_its_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let expected = LINES.join("\n") + "\n";
    file(&folder, "old.lp.gz", &gzipped(&inspected()));
    let dry = run(folder.path(), &["import", "old.lp.gz", "--dry-run"]);
    assert!(
        dry.status.success() && text(&dry).contains("4 of 4 observations would be added"),
        "{}",
        text(&dry)
    );
    assert!(!folder.path().join("data").exists());
    let first = run(folder.path(), &["import", "old.lp.gz"]);
    assert!(
        first.status.success() && text(&first).contains("4 of 4 observations were added"),
        "{}",
        text(&first)
    );
    assert_eq!(exported(folder.path()), expected);
    let again = fed(folder.path(), &["import", "-"], expected.as_bytes());
    assert!(again.status.success(), "{}", text(&again));
    assert!(text(&again).contains("standard input: 0 of 4 observations were added, 4 were there already"));
    assert_eq!(exported(folder.path()), expected);
}

#[test]
fn bad_lines_are_told_and_stop_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = LINES[1].replace("home_score=10i", "home_score=ten");
    let contradicts = LINES[2].replace("home_score=24i", "home_score=25i");
    let lines = [LINES[2], &wrong, &contradicts, "", "cricket_scores,a=b c=1 5", LINES[3], "weather t=1 5"];
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend_from_slice(b"\n\xff\n");
    bytes.extend(std::iter::repeat_n(b'x', 70_000));
    bytes.extend_from_slice(format!("\n{}", LINES[3].replace("home_score=3i,", "")).as_bytes());
    let imported = fed(folder.path(), &["import", "-"], &bytes);
    let said = text(&imported);
    assert_eq!(imported.status.code(), Some(1), "{said}");
    for words in [
        "2 of 3 observations were added",
        "7 lines were refused",
        "line 2: it is no line protocol",
        "line 3: observed_at is 1576974600000000001",
        "line 5: the measurement is \"cricket_scores\"; allowed are",
        "line 7: the measurement is \"weather\"",
        "line 8: it is not UTF-8",
        "line 9: it is longer than 65536 bytes",
        "line 10: the field home_score is missing",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(exported(folder.path()), format!("{}\n{}\n", LINES[2], LINES[3]));
}

#[test]
fn what_comes_before_the_break_of_a_file_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    // Random enough that the second half of the file is not needed to read the first.
    let lines = (0..2_000_u64).map(|number| {
        let venue = format!("{:x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let line = LINES[2].replace("game_id=401127", &format!("game_id={number}"));
        line.replace("Gillette Stadium", &venue)
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    let bytes = gzipped(&lines);
    file(&folder, "cut.lp.gz", &bytes[..bytes.len() / 2]);
    let cut = run(folder.path(), &["import", "cut.lp.gz"]);
    let said = text(&cut);
    assert_eq!(cut.status.code(), Some(1), "{said}");
    assert!(said.contains("cut.lp.gz can not be read from line ") && said.contains("are taken"), "{said}");
    let taken = exported(folder.path()).lines().count();
    assert!((500..1_500).contains(&taken), "{taken}");
    assert!(said.contains(&format!("cut.lp.gz: {taken} of {taken} observations were added")), "{said}");
    file(&folder, "whole.lp.gz", &bytes);
    let whole = run(folder.path(), &["import", "whole.lp.gz"]);
    assert!(whole.status.success(), "{}", text(&whole));
    assert_eq!(exported(folder.path()).lines().count(), 2_000);
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    file(&folder, "empty.lp", b"");
    let empty = run(folder.path(), &["import", "empty.lp"]);
    assert!(
        empty.status.success() && text(&empty).contains("there is no observation in it"),
        "{}",
        text(&empty)
    );
    fed(folder.path(), &["import", "-"], LINES.join("\n").as_bytes());
    let export =
        |more: &[&str]| run(folder.path(), &[&["export", "--format", "csv", "-o"][..], more].concat());
    let none = export(&["none.csv", "--league", "nhl", "--season", "1999"]);
    let said = text(&none);
    assert!(none.status.success(), "{said}");
    for words in [
        "0 games were written to none.csv",
        "holds nothing of the NHL of the season that began in 1999",
        "backfill --league nhl --season 1999",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for more in [&["."][..], &[".", "--force"]] {
        assert!(text(&export(more)).contains(". is a folder; name a file in it"), "{}", text(&export(more)));
    }
    let nowhere = text(&export(&["no/such/file"]));
    assert!(
        nowhere.contains("no file can be made in no/such: No such file") && !nowhere.contains(".part"),
        "{nowhere}"
    );
}

#[test]
fn an_export_is_a_whole_file_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = run(folder.path(), &["export", "--format", "csv", "-o", "games.csv"]);
    assert!(
        missing.status.code() == Some(1) && text(&missing).contains("there is no database"),
        "{}",
        text(&missing)
    );
    fed(folder.path(), &["import", "-"], LINES.join("\n").as_bytes());
    let export =
        |more: &[&str]| run(folder.path(), &[&["export", "-o", "games.csv", "--format"][..], more].concat());
    let written = export(&["csv"]);
    assert!(text(&written).contains("2 games were written to games.csv"), "{}", text(&written));
    let refused = export(&["ndjson"]);
    assert!(refused.status.code() == Some(1) && text(&refused).contains("--force"), "{}", text(&refused));
    let games = std::fs::read_to_string(folder.path().join("games.csv")).expect("the file");
    assert!(games.starts_with("game_id,sport,season,week,") && games.lines().count() == 3, "{games}");
    assert!(export(&["ndjson", "--force", "--season", "2019-20", "--league", "nhl"]).status.success());
    let games = std::fs::read_to_string(folder.path().join("games.csv")).expect("the file");
    let game: Value = serde_json::from_str(games.trim()).expect("one line of JSON");
    assert_eq!((&game["game_id"], &game["period"]), (&"401128".into(), &"OT".into()));
    for (wrong, words) in [
        (vec!["lp", "--what", "games"], "allowed with --format lp is observations"),
        (vec!["xml"], "ndjson"),
        (vec!["csv", "--season", "19"], "2025-26"),
        (vec!["csv", "--league", "cricket"], "nfl, nhl"),
    ] {
        let refused = export(&wrong);
        assert!(!refused.status.success() && text(&refused).contains(words), "{}", text(&refused));
    }
    let nowhere = run(folder.path(), &["export", "--format", "csv", "-o", "no/such/file"]);
    assert!(text(&nowhere).contains("no file can be made in no/such"), "{}", text(&nowhere));
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").flatten().collect();
    assert_eq!(names.len(), 2, "the data and the file, and no other: {names:?}");
}

#[test]
fn observations_have_a_row_each() {
    let folder = tempfile::tempdir().expect("a folder");
    fed(folder.path(), &["import", "-"], LINES.join("\n").as_bytes());
    let export = |format| {
        let out = run(folder.path(), &["export", "--what", "observations", "--format", format, "-o", "-"]);
        assert!(out.status.success(), "{}", text(&out));
        String::from_utf8(out.stdout).expect("text")
    };
    let csv = export("csv");
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with("game_id,sport,season,week,status,home_team,away_team,"), "{csv}");
    assert_eq!(
        rows[2],
        "401127,nfl,2019,16,live,Patriots,Bills,AFC,East,AFC,East,10,3,2,4:05,Gillette Stadium,\
         2019-12-21T22:30:00.000000001Z,2019-12-21T22:30:00.000000001Z"
    );
    let json: Vec<Value> =
        export("ndjson").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(json.len(), 4);
    assert_eq!(json[0]["period"], Value::Null);
    assert_eq!((&json[3]["home_score"], &json[3]["away_score"]), (&3.into(), &2.into()));
    assert_eq!(json[3]["observed_at"], "2019-12-27T02:00:00.000000001Z");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_holds_the_same_rows() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    let folder = tempfile::tempdir().expect("a folder");
    fed(folder.path(), &["import", "-"], LINES.join("\n").as_bytes());
    for (what, count) in [("games", 2), ("observations", 4)] {
        let out = run(folder.path(), &["export", "--what", what, "--format", "parquet", "-o", what]);
        assert!(out.status.success(), "{}", text(&out));
        let file = std::fs::File::open(folder.path().join(what)).expect("the file");
        let reader = SerializedFileReader::new(file).expect("Parquet");
        let rows: Vec<_> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), count);
        let of = |row: usize, column: &str| {
            let row = rows[row].get_column_iter().find(|(name, _)| *name == column);
            row.expect("the column").1.clone()
        };
        assert_eq!(of(0, "game_id"), Field::Str("401127".into()));
        assert_eq!(of(count - 1, "week"), Field::Null);
        assert_eq!(of(count - 1, "home_score"), Field::Long(3));
        let observed_at = format!("{:?}", of(count - 1, "observed_at"));
        assert!(observed_at.contains("1577412000000000001"), "{observed_at}");
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_built_without_parquet_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fed(folder.path(), &["import", "-"], LINES.join("\n").as_bytes());
    let out = run(folder.path(), &["export", "--format", "parquet", "-o", "games"]);
    assert!(out.status.code() == Some(1) && text(&out).contains("--features parquet"), "{}", text(&out));
    assert!(!folder.path().join("games").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_service_tells_what_was_imported_beside_it() {
    let espn = espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start(&folder, &[("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl,nhl")]);
    program.wait_for("/health", |health| health["storage"]["observations"].as_u64() >= Some(2)).await;
    let path = folder.path().to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let queue = fed(&path, &["import", "-", "--queue"], LINES.join("\n").as_bytes());
        let imported = fed(&path, &["import", "-"], LINES.join("\n").as_bytes());
        let csv = run(&path, &["export", "--season", "2019", "--format", "csv", "-o", "-"]);
        (queue, imported, csv)
    });
    let (queue, imported, csv) = ran.await.expect("they ran");
    assert!(queue.status.code() == Some(1) && text(&queue).contains("InfluxDB is off"), "{}", text(&queue));
    assert!(text(&imported).contains("4 of 4 observations were added"), "{}", text(&imported));
    let history = "/api/v1/games/history?season=2019&order=oldest";
    let told = program.wait_for(history, |told| told["total"] == 2).await;
    assert_eq!(told["games"][0]["home_team_name"], "New England Patriots");
    assert_eq!(told["games"][0]["home_score"], 24);
    let answer = program.get(&format!("{history}&format=csv")).await;
    assert_eq!(answer.text, String::from_utf8(csv.stdout).expect("text"), "the rows of the API");
    let timeline = program.get("/api/v1/games/timeline/401127?sport=nfl").await.json();
    assert_eq!(timeline["timeline"].as_array().map(Vec::len), Some(3), "{timeline}");
    let health = program.wait_for("/health", |health| health["storage"]["observations"] == 6).await;
    assert_eq!(health["storage"]["reasons"].as_array().map_or(0, Vec::len), 0, "{health}");
    program.kill();
    espn.stop().await;
}

/// What a real InfluxDB 1 holds, as lines of a field each, or none, with a printed word, where there is no server.
async fn kept_by_influxdb_1(lines: &str) -> Option<String> {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        return None;
    };
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let query = async |statement: &str| {
        let asked = [("db", "exchange"), ("epoch", "ns"), ("q", statement)];
        let request = client.post(format!("{url}/query")).query(&asked);
        let answer = request.basic_auth("test", Some("test-password")).send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")
    };
    query("DROP DATABASE exchange").await;
    query("CREATE DATABASE exchange").await;
    let write = client.post(format!("{url}/write?db=exchange&precision=ns")).body(lines.to_owned());
    let written = write.basic_auth("test", Some("test-password")).send().await.expect("an answer");
    assert_eq!(written.status(), 204);
    let kept = query("SELECT * FROM /.*/ GROUP BY *").await;
    let mut lines = String::new();
    for series in kept["results"][0]["series"].as_array().expect("series") {
        let mut begin = series["name"].as_str().expect("a name").to_owned();
        for (key, value) in series["tags"].as_object().expect("tags") {
            let value = value.as_str().expect("text").replace(' ', "\\ ");
            if !value.is_empty() {
                begin.extend([",", key, "=", &value]);
            }
        }
        let columns = series["columns"].as_array().expect("columns");
        for values in series["values"].as_array().expect("rows") {
            for (column, value) in columns.iter().zip(values.as_array().expect("a row")).skip(1) {
                let column = column.as_str().expect("a name");
                let value = match value {
                    Value::Null => continue,
                    Value::Number(number) => format!("{number}i"),
                    other => other.to_string(),
                };
                writeln!(lines, "{begin} {column}={value} {}", values[0]).expect("text takes all");
            }
        }
    }
    Some(lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_real_influxdb_1_keeps_comes_back_with_its_bytes() {
    let expected = LINES.join("\n") + "\n";
    let Some(kept) = kept_by_influxdb_1(&expected).await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let ran = tokio::task::spawn_blocking(move || {
        let imported = fed(folder.path(), &["import", "-"], kept.as_bytes());
        (text(&imported), exported(folder.path()))
    });
    let (said, lines) = ran.await.expect("they ran");
    assert!(said.contains("4 of 4 observations were added"), "{said}");
    assert_eq!(lines, expected);
}
