//! Secrets as they are kept: encrypted with a key that lies in a file beside the database, so that the database alone
//! does not give them away.

mod key_file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use game_model::{SealedSecret, WebhookId, WebhookSecret};

pub(crate) use key_file::KEY_BYTES;

/// The first byte of a sealed secret; another layout gets another.
const LAYOUT: u8 = 1;

/// Bytes of a sealed secret that tell which key it takes.
const KEY_NAME: usize = 8;

/// Bytes of a nonce, which is random: far fewer than 2^32 secrets are ever sealed with a key.
const NONCE: usize = 12;

/// Why a secret can not be sealed or opened. Its text is a sentence that says what to do, and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VaultError {
    /// There is no key.
    #[error("the key file {0} is missing")]
    Missing(String),
    /// Another key sealed it.
    #[error("the key file {0} is not the one with which it was encrypted")]
    OtherKey(String),
    /// It was sealed for another webhook, or is damaged.
    #[error("it is damaged in the database")]
    Damaged,
    /// The file holds no key.
    #[error("the key file {path} can not be used: {reason}")]
    File {
        /// Its path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Seals and opens secrets.
pub(crate) struct Vault {
    path: PathBuf,
    key: Mutex<Option<[u8; KEY_BYTES]>>,
}

impl Vault {
    /// With the key of the file, if there is one; else one is made when the first secret is sealed.
    pub fn open(path: PathBuf) -> Self {
        let key = key_file::read(&path).unwrap_or_else(|error| {
            tracing::warn!("{error}");
            None
        });
        Self { path, key: Mutex::new(key) }
    }

    /// Encrypts the secret of a webhook. May write to the disk, the first time.
    pub fn seal(&self, id: &WebhookId, secret: &WebhookSecret) -> Result<SealedSecret, VaultError> {
        let key = self.key_or_new()?;
        let mut sealed = secret.expose().as_bytes().to_vec();
        let nonce = cipher(&key)?
            .seal_in_place_append_tag(Aad::from(about(id)), &mut sealed)
            .map_err(|_| VaultError::Damaged)?;
        let head = [&[LAYOUT][..], &name(&key), nonce.as_ref()].concat();
        Ok(SealedSecret([head, sealed].concat()))
    }

    /// Decrypts the secret of a webhook.
    pub fn unseal(&self, id: &WebhookId, sealed: &SealedSecret) -> Result<WebhookSecret, VaultError> {
        let key = match *self.lock() {
            Some(key) => key,
            None => key_file::read(&self.path)?.ok_or_else(|| VaultError::Missing(shown(&self.path)))?,
        };
        let rest = sealed.0.strip_prefix(&[LAYOUT]).ok_or(VaultError::Damaged)?;
        let (sealed_with, rest) = rest.split_at_checked(KEY_NAME).ok_or(VaultError::Damaged)?;
        if sealed_with != name(&key) {
            return Err(VaultError::OtherKey(shown(&self.path)));
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(VaultError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Damaged)?;
        let mut sealed = sealed.to_vec();
        let opened = cipher(&key)?.open_in_place(nonce, Aad::from(about(id)), &mut sealed);
        let opened = opened.map_err(|_| VaultError::Damaged)?;
        String::from_utf8(opened.to_vec()).map(WebhookSecret::new).map_err(|_| VaultError::Damaged)
    }

    fn lock(&self) -> MutexGuard<'_, Option<[u8; KEY_BYTES]>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key_or_new(&self) -> Result<[u8; KEY_BYTES], VaultError> {
        let mut held = self.lock();
        if let Some(key) = *held {
            return Ok(key);
        }
        let key = match key_file::read(&self.path)? {
            Some(key) => key,
            None => key_file::create(&self.path)?,
        };
        *held = Some(key);
        Ok(key)
    }
}

fn cipher(key: &[u8]) -> Result<RandomizedNonceKey, VaultError> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| VaultError::Damaged)
}

/// What tells a key from others without telling the key.
fn name(key: &[u8]) -> [u8; KEY_NAME] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"the name of this key");
    let mut name = [0; KEY_NAME];
    name.copy_from_slice(&tag.as_ref()[..KEY_NAME]);
    name
}

/// A secret opens for the webhook alone that it was sealed for.
fn about(id: &WebhookId) -> Vec<u8> {
    format!("webhook {id}").into_bytes()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
