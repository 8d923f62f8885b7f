//! Assembly of keys from the parts of a file: a private key and its certificates, chains of certificates.

use super::error::KeyError;
use super::{Key, MAX_CERTIFICATES, certificate};

/// Groups what belongs to one key.
#[derive(Default)]
pub(super) struct KeyAssembly {
    keys: Vec<Key>,
    /// The key of the last certificate, and the issuer that the certificate names.
    chain: Option<(usize, Vec<u8>)>,
}

impl KeyAssembly {
    /// The keys, in the order of their first parts.
    pub(super) fn into_keys(self) -> Vec<Key> {
        self.keys
    }

    fn position(&self, key: &Key) -> Option<usize> {
        self.keys.iter().position(|own| own.same_key(key))
    }

    pub(super) fn add_key(&mut self, key: Key) {
        self.chain = None;
        match self.position(&key).and_then(|at| self.keys.get_mut(at)) {
            Some(own) if key.is_private() => own.material = key.material,
            Some(_) => {}
            None => self.keys.push(key),
        }
    }

    /// Adds a certificate to its key, or to the chain whose issuer is its subject.
    pub(super) fn add_certificate(&mut self, key: Key) -> Result<(), KeyError> {
        let certificates = key.certificates.clone();
        let der = certificates.first().map(Vec::as_slice).unwrap_or_default();
        let parts = certificate::parts(der)?;
        let at = match &self.chain {
            Some((at, issuer)) if issuer == parts.subject => *at,
            _ => match self.position(&key) {
                Some(at) => at,
                None => {
                    self.keys.push(Key { certificates: Vec::new(), ..key });
                    self.keys.len().saturating_sub(1)
                }
            },
        };
        if let Some(own) = self.keys.get_mut(at) {
            if own.certificates.len() == MAX_CERTIFICATES {
                return Err(KeyError::TooMany { what: "certificates of one key", limit: MAX_CERTIFICATES });
            }
            if !own.certificates.iter().any(|seen| seen == der) {
                own.certificates.push(der.to_vec());
            }
        }
        // A self-signed certificate ends its chain.
        self.chain = (parts.issuer != parts.subject).then(|| (at, parts.issuer.to_vec()));
        Ok(())
    }
}
