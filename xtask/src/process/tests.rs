//! Children end with the task that started them.

use super::*;

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn alive(pid: u32) -> bool {
    // A zombie has ended: its parent merely did not ask yet.
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.starts_with(" Z")))
}

#[test]
fn a_dropped_group_takes_its_grandchildren_along() {
    let mut group = Group::spawn(shell("sleep 600 & echo $!; wait").stdout(Stdio::piped())).expect("starts");
    let stdout = group.child().stdout.take().expect("piped");
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("a line");
    let grandchild = line.trim().parse().expect("a process id");
    assert!(alive(grandchild));
    drop(group);
    let deadline = Instant::now() + GRACE;
    while alive(grandchild) {
        assert!(Instant::now() < deadline, "process {grandchild} is still there");
        std::thread::yield_now();
    }
}

#[test]
fn an_interrupt_stops_what_is_waited_for() {
    let interrupt = Interrupt::interrupted();
    let mut group = Group::spawn(&mut shell("sleep 600")).expect("starts");
    let error = group.wait(&interrupt).expect_err("interrupted");
    assert_eq!(error.to_string(), "interrupted");
    assert!(group.ended().expect("looked at").is_some());
}

#[test]
fn the_end_of_a_command_is_told() {
    let status = Group::spawn(&mut shell("exit 3")).expect("starts").wait(&Interrupt::default());
    assert_eq!(status.expect("ended").code(), Some(3));
    let error = run(&mut shell("exit 3")).expect_err("fails").to_string();
    assert!(error.contains("`sh -c exit 3` failed"), "{error}");
    let error = run(&mut Command::new("/nonexistent/program")).expect_err("is not there").to_string();
    assert!(error.contains("cannot start program"), "{error}");
}
