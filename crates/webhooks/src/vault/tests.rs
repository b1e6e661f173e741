//! Secrets and the file of their key.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

const SECRET: &str = "a secret of sixteen characters";

fn id() -> WebhookId {
    WebhookId("wh_1".into())
}

fn secret() -> WebhookSecret {
    WebhookSecret::new(SECRET.into())
}

fn path(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("webhooks.key")
}

#[test]
fn a_sealed_secret_opens_with_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = Vault::open(path(&folder)).seal(&id(), &secret()).unwrap();
    let bytes = &sealed.0;
    assert!(!bytes.windows(8).any(|part| SECRET.as_bytes().windows(8).any(|known| known == part)));
    let mode = fs::metadata(path(&folder)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Vault::open(path(&folder)).unseal(&id(), &sealed).unwrap().expose(), SECRET);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn the_same_secret_is_sealed_differently_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(path(&folder));
    assert_ne!(vault.seal(&id(), &secret()).unwrap().0, vault.seal(&id(), &secret()).unwrap().0);
}

#[test]
fn a_lost_key_and_another_one_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = Vault::open(path(&folder)).seal(&id(), &secret()).unwrap();
    let kept = fs::read(path(&folder)).unwrap();
    fs::remove_file(path(&folder)).unwrap();
    let vault = Vault::open(path(&folder));
    let said = vault.unseal(&id(), &sealed).unwrap_err().to_string();
    assert!(said.contains("webhooks.key is missing"), "{said}");
    vault.seal(&id(), &secret()).unwrap();
    let said = vault.unseal(&id(), &sealed).unwrap_err().to_string();
    assert!(said.contains("is not the one"), "{said}");
    fs::write(path(&folder), kept).unwrap();
    assert_eq!(Vault::open(path(&folder)).unseal(&id(), &sealed).unwrap(), secret(), "it was put back");
}

#[test]
fn a_file_that_is_no_key_is_said_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["", "not hex", &"g".repeat(64), &"ä".repeat(32)] {
        fs::write(path(&folder), text).unwrap();
        let vault = Vault::open(path(&folder));
        let said = vault.seal(&id(), &secret()).unwrap_err().to_string();
        assert!(said.contains("64 hex digits"), "{said}");
        assert_eq!(fs::read_to_string(path(&folder)).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_open_to_others_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(path(&folder));
    vault.seal(&id(), &secret()).unwrap();
    fs::set_permissions(path(&folder), fs::Permissions::from_mode(0o644)).unwrap();
    Vault::open(path(&folder));
    assert_eq!(fs::metadata(path(&folder)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_secret_opens_for_its_webhook_alone_and_undamaged() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(path(&folder));
    let sealed = vault.seal(&id(), &secret()).unwrap();
    assert_eq!(vault.unseal(&WebhookId("wh_2".into()), &sealed), Err(VaultError::Damaged));
    for place in 0..sealed.0.len() {
        let mut damaged = sealed.clone();
        damaged.0[place] ^= 1;
        assert!(vault.unseal(&id(), &damaged).is_err(), "byte {place}");
        damaged.0.truncate(place);
        assert!(vault.unseal(&id(), &damaged).is_err(), "cut at {place}");
    }
}
