//! Whom we trust where the connection is encrypted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Certificates of authorities, read from a file.
#[derive(Debug, Clone)]
pub struct CaFile {
    path: PathBuf,
    certificates: Vec<CertificateDer<'static>>,
}

impl CaFile {
    /// Reads a PEM file. An error is a sentence that says what is allowed.
    pub fn read(path: &Path) -> Result<Self, String> {
        let allowed = "a PEM file with the certificate of the authority that signed the broker's";
        let file = CertificateDer::pem_file_iter(path).map_err(|error| format!("{allowed} ({error})"))?;
        let certificates =
            file.collect::<Result<Vec<_>, _>>().map_err(|error| format!("{allowed} ({error})"))?;
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|error| format!("{allowed} ({error})"))?;
        }
        if certificates.is_empty() {
            Err(format!("{allowed}; it holds none"))
        } else {
            Ok(Self { path: path.into(), certificates })
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// How a connection is encrypted: the authorities of the file are trusted, or those of this system.
pub(crate) fn client_config(ca: Option<&CaFile>) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(file) => {
            for certificate in &file.certificates {
                roots.add(certificate.clone())?;
            }
        }
        // What this system has and rustls can not read is no reason to trust nobody.
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_told_by_what_it_should_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let refused = |path: &Path| CaFile::read(path).unwrap_err();
        assert!(refused(&path).contains("a PEM file"), "{}", refused(&path));
        std::fs::write(&path, "not a certificate").unwrap();
        assert!(refused(&path).contains("holds none"), "{}", refused(&path));
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert!(refused(&path).contains("a PEM file"), "{}", refused(&path));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&path, made.cert.pem()).unwrap();
        let read = CaFile::read(&path).unwrap();
        assert_eq!((read.certificates.len(), read.path()), (1, path.as_path()));
        assert!(client_config(Some(&read)).is_ok());
    }
}
