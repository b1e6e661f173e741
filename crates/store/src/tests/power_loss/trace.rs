//! What `strace` wrote down, as events.

use std::collections::HashMap;
use std::path::Path;

use super::Answer;

/// The file that the traced process writes its answers to.
pub const ANSWERS: &str = "answers";

/// The system calls that are traced: all by which files change and are made durable.
pub const CALLS: &str =
    "trace=write,pwrite64,writev,pwritev,ftruncate,fallocate,fsync,fdatasync,sync_file_range,unlink,rename";

/// Something that happened to a file of the database, named without its folder, or an answer.
#[derive(Debug)]
pub enum Event {
    /// Bytes were written at a place.
    Wrote { file: String, at: usize, bytes: Vec<u8> },
    /// The file was cut or extended to a length.
    Resized { file: String, length: usize },
    /// What was written to the file so far is durable.
    Synced(String),
    /// The file is gone.
    Removed(String),
    /// The store answered.
    Answered(Answer),
}

/// Reads the output of `strace -f -y -xx`. Calls count at the moment at which they return.
pub fn read(list: &str) -> Vec<Event> {
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut events = Vec::new();
    for line in list.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some(beginning) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(process, beginning);
        } else if call.starts_with("<... ") {
            let (_, end) = call.split_once(" resumed>").unwrap();
            let beginning = begun.remove(process).unwrap();
            events.extend(event(&format!("{beginning}{end}")));
        } else {
            events.extend(event(call));
        }
    }
    events
}

/// The event that a complete call is: `pwrite64(7<path>, "bytes", 4096, 32) = 4096`.
fn event(call: &str) -> Option<Event> {
    // Signals and ends of processes are no calls.
    let (name, rest) = call.split_once('(').filter(|(name, _)| !name.contains(' '))?;
    let (arguments, result) = rest.rsplit_once(" = ").unwrap();
    let arguments = arguments.trim_end().strip_suffix(')').unwrap();
    // Failed calls changed nothing.
    let result: usize = result.split_whitespace().next()?.parse().ok()?;
    if name == "unlink" {
        return database_file(&between(arguments, '"', '"')?).map(Event::Removed);
    }
    let path = between(arguments, '<', '>')?;
    let last = || arguments.rsplit(", ").next()?.parse().ok();
    if Path::new(&text(&path)).file_name()? == ANSWERS {
        return Some(Event::Answered(figures(&between(arguments, '"', '"')?)));
    }
    let file = database_file(&path)?;
    match name {
        "pwrite64" => {
            let mut bytes = between(arguments, '"', '"')?;
            bytes.truncate(result);
            Some(Event::Wrote { file, at: last()?, bytes })
        }
        "ftruncate" => Some(Event::Resized { file, length: last()? }),
        "fsync" | "fdatasync" => Some(Event::Synced(file)),
        _ => panic!("a call that this test does not know changes {file}: {name}"),
    }
}

/// The name of a file whose content the database consists of. The shared index of the log is none: it is made anew
/// from the log at the first start after a power loss.
fn database_file(path: &[u8]) -> Option<String> {
    let name = Path::new(&text(path)).file_name()?.to_str()?.to_owned();
    (name.starts_with("sports.db") && !name.ends_with("-shm")).then_some(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn figures(bytes: &[u8]) -> Answer {
    let figures: Vec<_> = text(bytes).split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    figures.try_into().unwrap()
}

/// The bytes that stand, each as `\x41`, between two marks.
fn between(text: &str, begin: char, end: char) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(begin)?;
    let (hex, _) = rest.split_once(end)?;
    hex.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte, 16).ok()).collect()
}
