//! Addresses of webhooks, checked.

use url::Url;

use crate::AllowedHosts;

/// An address has at most so many bytes.
const MAX_URL: usize = 2_048;

/// The address, if deliveries can and may go there; else a sentence that names what is allowed.
pub(crate) fn check(given: &str, allowed: &AllowedHosts) -> Result<Url, String> {
    const SUCH_AS: &str =
        "an http:// or https:// address such as http://homeassistant.local:8123/api/webhook/my-id";
    let given = given.trim();
    if given.len() > MAX_URL {
        return Err(format!("url takes {} bytes; allowed are {MAX_URL}", given.len()));
    }
    // What stands in an address may be secret: the sentence shows its beginning alone.
    let url =
        Url::parse(given).map_err(|error| format!("url is no address ({error}); allowed is {SUCH_AS}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("url begins with {:?}; allowed is {SUCH_AS}", format!("{}:", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "url holds a user or a password; leave them out: deliveries are signed with the secret".into()
        );
    }
    if url.fragment().is_some() {
        return Err("url has a part after #, which is never sent; leave it out".into());
    }
    if url.port() == Some(0) {
        return Err("url has the port 0, at which nothing listens; allowed are 1 to 65535".into());
    }
    if !allowed.allows(&url) {
        let host = url.host_str().unwrap_or_default();
        return Err(format!("url leads to {host:?}; WEBHOOK_ALLOWED_HOSTS allows {allowed}"));
    }
    Ok(url)
}

/// The address as it is shown: what follows the host may be secret.
pub(crate) fn shown(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_and_queries_are_the_normal_case() {
        for good in [
            "http://homeassistant.local:8123/api/webhook/x",
            " https://192.168.1.5/ ",
            "http://[fd00::1]:8080/a?b=c",
            "http://localhost",
        ] {
            assert!(check(good, &AllowedHosts::default()).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_with_what_is_allowed() {
        for (bad, said) in [
            ("", "no address"),
            ("homeassistant.local:8123/x", "begins with \"homeassistant.local:\""),
            ("ftp://a/", "begins with \"ftp:\""),
            ("file:///etc/passwd", "begins with \"file:\""),
            ("http://user:pw@a/", "user or a password"),
            ("http://a/#b", "after #"),
            ("http://a:0/", "port 0"),
            ("http://a:99999/", "no address"),
            ("http://", "no address"),
        ] {
            let problem = check(bad, &AllowedHosts::default()).unwrap_err();
            assert!(problem.starts_with("url ") && problem.contains(said), "{bad}: {problem}");
            assert!(!problem.contains("pw"), "{problem}");
        }
        let long = format!("http://a/{}", "x".repeat(MAX_URL));
        assert!(check(&long, &AllowedHosts::default()).unwrap_err().contains("allowed are 2048"));
    }

    #[test]
    fn a_host_that_is_not_allowed_is_told_with_those_that_are() {
        let allowed = "ha.local".parse().unwrap();
        let problem = check("http://10.0.0.1/", &allowed).unwrap_err();
        assert_eq!(problem, "url leads to \"10.0.0.1\"; WEBHOOK_ALLOWED_HOSTS allows ha.local");
    }
}
