//! What happens when a server starts late, or not at all.

use super::*;

/// Starts `sh` with a script that never listens.
fn start(script: &'static str, ready: bool, interrupt: &Interrupt) -> anyhow::Result<Server> {
    let command = |place: &Place| {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("ADDRESS", place.address.to_string());
        Ok(command)
    };
    let ready = |_| if ready { Ok(()) } else { bail!("no answer yet") };
    Server::start(&Recipe { name: "Example", command: &command, ready: &ready }, interrupt)
}

#[test]
fn a_server_that_ends_is_told_of_with_its_log() {
    let error = format!(
        "{:#}",
        start("echo the disk is full; exit 7", false, &Interrupt::default()).expect_err("it ended")
    );
    assert!(error.contains("Example did not start"), "{error}");
    assert!(error.contains("the disk is full") && error.contains("exit status: 7"), "{error}");
}

#[test]
fn an_interrupt_ends_the_wait() {
    let error = start("exec sleep 600", false, &Interrupt::interrupted()).expect_err("interrupted");
    assert!(format!("{error:#}").contains("interrupted"), "{error:#}");
}

#[test]
fn a_dropped_server_leaves_nothing_behind() {
    let server = start("exec sleep 600", true, &Interrupt::default()).expect("starts");
    let folder = server.place.folder.clone();
    assert!(folder.join("log").exists());
    assert_eq!(server.url(), format!("http://{}", server.address()));
    drop(server);
    assert!(!folder.exists());
}

#[test]
fn free_addresses_differ() {
    let [first, second] = free_addresses().expect("free ports");
    assert_ne!(first, second);
}

#[test]
fn only_the_end_of_a_long_log_is_shown() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let lines: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
    std::fs::write(file.path(), lines.join("\n")).expect("written");
    let shown = tail(file.path());
    assert_eq!((shown.lines().count(), shown.lines().next()), (LOG_LINES, Some("line 80")));
    assert_eq!(tail(Path::new("/nonexistent")), "");
}
