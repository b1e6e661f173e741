//! What the process may open, and what it takes.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::Failure;

/// Lets the process open so many files at once.
pub fn allow(wanted: u64) -> Result<(), Failure> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    if let Some(maximum) = maximum.filter(|&maximum| maximum < wanted) {
        return Err(format!(
            "{wanted} files are needed at once, and {maximum} allowed; ulimit -Hn raises it"
        )
        .into());
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })?;
    Ok(())
}

/// What is resident of the process, in KB of 1,000 bytes.
pub fn resident_kb() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.split_whitespace().next().ok_or("no number")?.parse()?;
    Ok(kib * 1.024)
}
