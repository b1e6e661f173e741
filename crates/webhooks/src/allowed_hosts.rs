//! Which hosts deliveries may go to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

/// The hosts that deliveries may go to; none named: any.
///
/// ```
/// use webhooks::AllowedHosts;
/// let allowed: AllowedHosts = "homeassistant.local, *.example.org, 192.168.0.0/16".parse().unwrap();
/// let allows = |url: &str| allowed.allows(&url.parse().unwrap());
/// assert!(allows("http://homeassistant.local:8123/api/webhook/x") && allows("https://hooks.example.org/"));
/// assert!(allows("http://192.168.1.5/") && !allows("http://10.0.0.1/") && !allows("https://example.org/"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    /// A name, in lower case.
    Name(String),
    /// All names that end so: `.example.org`.
    Below(String),
    /// Addresses.
    Network(IpNet),
}

impl AllowedHosts {
    /// Whether deliveries may go to this address. A name is compared as it is written, whatever it resolves to.
    pub fn allows(&self, url: &Url) -> bool {
        if self.0.is_empty() {
            return true;
        }
        match url.host() {
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                self.0.iter().any(|entry| match entry {
                    Entry::Name(allowed) => *allowed == name,
                    Entry::Below(suffix) => name.len() > suffix.len() && name.ends_with(suffix),
                    Entry::Network(_) => false,
                })
            }
            Some(Host::Ipv4(address)) => self.has(address.into()),
            Some(Host::Ipv6(address)) => {
                // The same address, written in the form of the newer protocol.
                self.has(address.to_ipv4_mapped().map_or(address.into(), IpAddr::V4))
                    || self.has(address.into())
            }
            None => false,
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|entry| matches!(entry, Entry::Network(network) if network.contains(&address)))
    }
}

impl fmt::Display for AllowedHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, entry) in self.0.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            match entry {
                Entry::Name(name) => f.write_str(name)?,
                Entry::Below(suffix) => write!(f, "*{suffix}")?,
                Entry::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                    write!(f, "{}", network.addr())?;
                }
                Entry::Network(network) => write!(f, "{network}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for AllowedHosts {
    type Err = String;

    /// Reads a comma-separated list; the error names what is allowed.
    fn from_str(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| parse(entry).ok_or_else(|| allowed(entry))).collect::<Result<_, _>>().map(Self)
    }
}

fn allowed(entry: &str) -> String {
    format!(
        "a comma-separated list of host names (homeassistant.local), all names below one (*.example.org), \
         addresses (192.168.1.5) and networks (192.168.0.0/16), without scheme, port or path (not {entry:?})"
    )
}

fn parse(entry: &str) -> Option<Entry> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    if let Ok(network) = bare.parse::<IpNet>() {
        return Some(Entry::Network(network.trunc()));
    }
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(Entry::Network(address.into()));
    }
    let (name, below) = match entry.strip_prefix("*.") {
        Some(name) => (name, true),
        None => (entry, false),
    };
    // Parsed as addresses are, so that both are spelled the same.
    match Host::parse(name.trim_end_matches('.')).ok()? {
        Host::Domain(name) if name.contains(['*', '/', ':']) => None,
        Host::Domain(name) if below => Some(Entry::Below(format!(".{}", name.to_ascii_lowercase()))),
        Host::Domain(name) => Some(Entry::Name(name.to_ascii_lowercase())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(list: &str, url: &str) -> bool {
        list.parse::<AllowedHosts>().unwrap().allows(&url.parse().unwrap())
    }

    #[test]
    fn without_names_any_host_is_allowed() {
        assert!(allows("", "http://10.0.0.1/") && allows(" , ", "https://example.org/"));
    }

    #[test]
    fn names_are_compared_as_a_whole_and_in_any_letter_case() {
        assert!(allows("HA.local", "http://ha.LOCAL./x"));
        assert!(!allows("ha.local", "http://xha.local/") && !allows("ha.local", "http://ha.local.evil.org/"));
        assert!(allows("*.ha.local", "http://x.ha.local/"));
        assert!(!allows("*.ha.local", "http://ha.local/") && !allows("*.ha.local", "http://xha.local/"));
        assert!(!allows("ha.local", "http://evil.org/@ha.local"));
    }

    #[test]
    fn addresses_are_compared_however_they_are_written() {
        for url in ["http://192.168.1.5/", "http://0xc0a80105/", "http://[::ffff:192.168.1.5]/"] {
            assert!(allows("192.168.0.0/16", url), "{url}");
            assert!(!allows("192.168.1.6", url) && !allows("ha.local", url), "{url}");
        }
        assert!(allows("fd00::/8", "http://[fd00::1]/") && !allows("fd00::/8", "http://[fe80::1]/"));
        assert!(allows("[::1]", "http://[::1]:8/"));
        assert!(!allows("127.0.0.1", "http://localhost/"), "a name is no address");
    }

    #[test]
    fn what_is_no_host_is_refused_with_what_is_allowed() {
        for wrong in ["http://ha.local", "ha.local:8123", "ha.local/x", "*", "a*b", "10.0.0.0/99", "a b"] {
            let said = wrong.parse::<AllowedHosts>().unwrap_err();
            assert!(said.contains("homeassistant.local") && said.contains(&format!("{wrong:?}")), "{said}");
        }
    }

    #[test]
    fn it_is_shown_as_it_can_be_given() {
        let list = "ha.local, *.example.org, 192.168.1.5, 10.0.0.0/8";
        assert_eq!(list.parse::<AllowedHosts>().unwrap().to_string(), list);
    }
}
