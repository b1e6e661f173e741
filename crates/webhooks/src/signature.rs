//! Signatures of deliveries.

use std::fmt::Write;

use aws_lc_rs::hmac;

/// `X-Webhook-Signature`: the hex HMAC-SHA256 of the body.
///
/// ```
/// let signed = webhooks::signature("It's a Secret to Everybody", b"Hello, World!");
/// assert_eq!(signed, "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
/// ```
pub fn signature(secret: &str, body: &[u8]) -> String {
    Signer::new(secret).plain(body)
}

/// `X-Webhook-Signature-256`: `sha256=` and the hex HMAC-SHA256 of the text of `X-Webhook-Timestamp`, a full stop, and
/// the body. Who checks it refuses a timestamp that is minutes away: nobody can send it again later.
pub fn signature_with_time(secret: &str, timestamp: &str, body: &[u8]) -> String {
    Signer::new(secret).with_time(timestamp, body)
}

/// Signs with one secret.
#[derive(Clone)]
pub(crate) struct Signer(hmac::Key);

impl Signer {
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    pub fn plain(&self, body: &[u8]) -> String {
        hex(hmac::sign(&self.0, body).as_ref())
    }

    pub fn with_time(&self, timestamp: &str, body: &[u8]) -> String {
        let mut signed = hmac::Context::with_key(&self.0);
        signed.update(timestamp.as_bytes());
        signed.update(b".");
        signed.update(body);
        format!("sha256={}", hex(signed.sign().as_ref()))
    }
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4231, test case 2.
    const KEY: &str = "Jefe";
    const HMAC: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn a_signature_is_the_hex_hmac() {
        assert_eq!(signature(KEY, b"what do ya want for nothing?"), HMAC);
    }

    #[test]
    fn the_time_is_part_of_what_is_signed() {
        // The same text, cut at its first full stop.
        assert_eq!(signature_with_time(KEY, "17", b"{}"), format!("sha256={}", signature(KEY, b"17.{}")));
        assert_ne!(signature_with_time(KEY, "17", b"{}"), signature_with_time(KEY, "18", b"{}"));
    }
}
