//! The program: what it says, what it serves, how it fails.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use espn_sim::shape::{event, scoreboard};
use serde_json::Value;

/// The program, ended with the test.
struct Program(Child);

impl Program {
    /// Starts it on a free port, and reads the line that says where it listens.
    fn start(captures: &Path, options: &[&str]) -> (Self, String) {
        let mut child = command(captures, options).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(captures: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_espn-sim"));
    command.arg("--captures").arg(captures).args(["--port", "0"]).args(options);
    command
}

fn captures() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let game = event("401").home("BOS", 3).away("BUF", 2).at("2025-10-08T01:40Z");
    let board = scoreboard("nhl".parse().unwrap()).event(game).to_json();
    std::fs::write(folder.path().join("nhl.json"), board.to_string()).unwrap();
    folder
}

#[tokio::test]
async fn it_says_where_it_listens_and_what_it_serves() {
    let folder = captures();
    let options = ["--no-shift", "--max-age", "7", "--allow-date-ranges", "--fault", "nhl:429/30*1"];
    let (_program, line) = Program::start(folder.path(), &options);
    assert!(line.contains("nhl (1)"), "{line}");
    let start = line.find("http://127.0.0.1:").unwrap();
    let url = line[start..].split([',', ' ']).next().unwrap();
    let scoreboard = format!("{url}/apis/site/v2/sports/hockey/nhl/scoreboard");

    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let limited = client.get(&scoreboard).send().await.unwrap();
    assert_eq!((limited.status().as_u16(), &limited.headers()["retry-after"]), (429, &"30".parse().unwrap()));
    let answer = client.get(format!("{scoreboard}?dates=20251006-20251008")).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "max-age=7");
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["events"][0]["date"], "2025-10-08T01:40Z");
}

fn output(captures: &Path, options: &[&str]) -> Output {
    command(captures, options).output().unwrap()
}

#[test]
fn it_says_what_is_wrong() {
    let missing = output(Path::new("no/such/folder"), &[]);
    assert_eq!(missing.status.code(), Some(1));
    let said = String::from_utf8_lossy(&missing.stderr);
    assert!(said.contains("no/such/folder") && said.contains("name an existing folder"), "{said}");

    let folder = captures();
    let wrong = output(folder.path(), &["--fault", "explode"]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert!(said.contains("\"explode\" is neither a status"), "{said}");

    let help = output(folder.path(), &["--help"]);
    let said = String::from_utf8_lossy(&help.stdout);
    assert!(help.status.success() && said.contains("--step-every"), "{said}");
}
