//! How many files the process may open at once: each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Those of ordinary connections (1,024, and some that are turned away), of the store, of webhooks and of the log.
const OTHERS: u64 = 2_048;

/// Raises the limit of the process as far as these followers need and the system lets it, and answers how many of them
/// there may be. Others keep their files, or half of them where there are few.
pub fn allow(followers: usize) -> usize {
    let wanted = (followers as u64).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let mut allowed = current.unwrap_or(u64::MAX);
    if allowed < wanted {
        let raised = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }) {
            Ok(()) => allowed = raised,
            Err(error) => tracing::debug!("the limit of open files stays at {allowed}: {error}"),
        }
    }
    followers.min(usize::try_from(left(allowed)).unwrap_or(usize::MAX))
}

/// Files that are left for followers.
fn left(allowed: u64) -> u64 {
    allowed.saturating_sub(OTHERS).max(allowed / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_keep_their_files() {
        assert_eq!(left(14_048), 12_000);
        assert_eq!(left(1_024), 512);
        assert_eq!(left(2_049), 1_024);
    }

    #[test]
    fn as_many_follow_as_files_allow() {
        let allowed = allow(100);
        assert_eq!(allowed, 100, "no system lets a process open fewer than 200 files");
        let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        assert!(
            allow(usize::MAX) as u64 <= getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX).max(limit)
        );
    }
}
