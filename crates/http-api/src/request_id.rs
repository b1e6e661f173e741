//! Ids of requests: the client's own, or a new one.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Carries the id of a request, there and back.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client's id has at most so many bytes; a longer one is replaced.
const MAX_LENGTH: usize = 64;

/// The client's id of the request where it is a plain word, so that it may stand in logs; a new one else.
pub(crate) fn request_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(X_REQUEST_ID) {
        Some(given) if is_plain(given.as_bytes()) => given.clone(),
        _ => new_id(),
    }
}

fn is_plain(id: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(plain)
}

/// 16 hexadecimal digits: those of this run of the service, and the number of the request.
fn new_id() -> HeaderValue {
    static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()) << 32);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut number = RUN.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    let mut digits = [b'0'; 16];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 0xf) as usize];
        number >>= 4;
    }
    HeaderValue::from_bytes(&digits).unwrap_or_else(|_| HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(given: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_str(given).expect("a header"));
        request_id(&headers).to_str().expect("text").to_owned()
    }

    #[test]
    fn a_plain_id_is_kept_and_any_other_replaced() {
        assert_eq!(id_for("4f-A_b.9:1"), "4f-A_b.9:1");
        for strange in ["", "two words", "\"quoted\"", &"x".repeat(65)] {
            assert_eq!(id_for(strange).len(), 16, "{strange:?}");
        }
    }

    #[test]
    fn new_ids_differ() {
        let (first, second) = (new_id(), new_id());
        assert_ne!(first, second);
        assert!(is_plain(first.as_bytes()) && first.len() == 16);
    }
}
