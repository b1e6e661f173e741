//! What happens when a server starts late, or not at all.

use super::*;

/// A server that never listens.
fn silent(_: &Place) -> Command {
    let mut command = Command::new("sleep");
    command.arg("600");
    command
}

fn dying(_: &Place) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "echo the disk is full; exit 7"]);
    command
}

fn recipe(command: fn(&Place) -> Command, ready: fn(SocketAddr) -> anyhow::Result<()>) -> Recipe {
    Recipe { name: "Example", configuration: |place| format!("listen = {}", place.address), command, ready }
}

#[test]
fn a_server_that_ends_is_told_of_with_its_log() {
    let recipe = recipe(dying, |_| bail!("no answer yet"));
    let error = format!("{:#}", Server::start(&recipe, &Interrupt::default()).expect_err("it ended"));
    assert!(error.contains("Example did not start"), "{error}");
    assert!(error.contains("the disk is full") && error.contains("exit status: 7"), "{error}");
}

#[test]
fn an_interrupt_ends_the_wait() {
    let recipe = recipe(silent, |_| bail!("no answer yet"));
    let error = Server::start(&recipe, &Interrupt::interrupted()).expect_err("interrupted");
    assert!(format!("{error:#}").contains("interrupted"), "{error:#}");
}

#[test]
fn a_dropped_server_leaves_nothing_behind() {
    let recipe = recipe(silent, |_| Ok(()));
    let server = Server::start(&recipe, &Interrupt::default()).expect("starts");
    let folder = server.place.folder.clone();
    let configuration = std::fs::read_to_string(folder.join("configuration")).expect("a file");
    assert_eq!(configuration.replace("listen = ", "http://"), server.url());
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
