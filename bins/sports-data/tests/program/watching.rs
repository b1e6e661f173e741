//! Which games the real program watches closely: those of the setting, and those of users, without a restart.

use serde_json::json;

use crate::service::{board, espn};
use crate::support::{Program, output};

#[tokio::test(flavor = "multi_thread")]
async fn teams_that_are_saved_count_at_once_and_after_a_restart() {
    let espn = espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl")];
    let program = Program::start(&folder, &settings);
    let health = program.wait_for("/health", |health| health["espn"]["nfl"]["watching"] == "live").await;
    assert_eq!(health["espn"]["nfl"]["tracked_teams"], json!(null), "all games");

    // Neither of the live game's teams, and one that is no team.
    let saved =
        program.post("/api/v1/user/teams", r#"{"user_id":"ann","nfl_teams":["Patriots","no such"]}"#).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let quiet = |health: &serde_json::Value| health["espn"]["nfl"]["watching"] == "idle";
    let health = program.wait_for("/health", quiet).await;
    assert_eq!(health["espn"]["nfl"]["tracked_teams"], json!(["nfl-ne"]));
    assert!(program.log().contains("no such"), "{}", program.log());
    let status = program.get("/api/v1/ha/game-status/no?sport=nfl").await.json();
    assert_eq!(
        (&status["status"], &status["opponent"]),
        (&json!("playing"), &json!("ATL")),
        "it is served all the same"
    );

    program.kill();
    let program = Program::start(&folder, &settings);
    program.wait_for("/health", |health| health["espn"]["nfl"]["tracked_teams"] == json!(["nfl-ne"])).await;
    program.kill();

    let with_team = [settings[0], settings[1], ("TEAMS", "nfl-atl")];
    let program = Program::start(&folder, &with_team);
    let health = program.wait_for("/health", |health| health["espn"]["nfl"]["watching"] == "live").await;
    assert_eq!(health["espn"]["nfl"]["tracked_teams"], json!(["nfl-atl", "nfl-ne"]), "those of both");
    let metrics = program.get("/metrics").await.text;
    assert!(metrics.contains(r#"sports_data_watching{league="nfl",state="live"} 1"#), "{metrics}");
    program.kill();
    espn.stop().await;
}

#[test]
fn a_team_that_is_none_stops_the_start_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = output(folder.path(), &[], &[("PORT", "0"), ("TEAMS", "nfl-ne,patriot")]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("\"patriot\" is no team") && said.contains("nfl-ne (New England Patriots)"),
        "{said}"
    );
}
