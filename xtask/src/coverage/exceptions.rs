//! Lines that no test covers, and why that can't be helped.

/// Where this list stands, for messages.
pub const FILE: &str = "xtask/src/coverage/exceptions.rs";

/// Lines that are left out of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    /// The file, from the root of the workspace.
    pub file: &'static str,
    /// What the line holds: a part of its text, so that the exception moves along with it.
    pub line: &'static str,
    /// Why it can't be covered.
    pub reason: &'static str,
}

/// Every exception.
pub const EXCEPTIONS: &[Exception] = &[Exception {
    file: "crates/influx-sink/src/drain.rs",
    line: "biased;",
    reason: "a word of tokio::select!, to which the macro's code for the case that no branch is left is attributed; \
             here one always is",
}];
