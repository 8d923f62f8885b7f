//! Certificates in the header of an issued token: `--x5c`, `--x5t` and `--x5t-sha1`. For verifiers that require them;
//! authkit never takes a verification key from the header.

use super::IssueCommand;
use crate::cli::failure::Failure;
use crate::cli::input;
use authkit::key::certificate::{self, CertificateSummary, Digest};
use authkit::key::{self, Key, detect};
use authkit::token::json_builder::JsonObjectBuilder;
use base64ct::Encoding as _;
use std::path::Path;

/// Certificates that the header of a token contains or identifies by digest.
#[derive(Default)]
pub struct HeaderCertificates {
    /// `x5c`: DER, the certificate of the signing key first.
    chain: Vec<Vec<u8>>,
    /// Names of the header parameters, each with its base64url digest.
    thumbprints: Vec<(&'static str, String)>,
    /// Subject and validity of every certificate, input of the key rules.
    pub summaries: Vec<CertificateSummary>,
}

impl HeaderCertificates {
    /// Writes the requested header parameters: `x5c` contains plain base64 (RFC 7515 §4.1.6), the others a digest in
    /// base64url (§4.1.7, §4.1.8).
    pub fn write(&self, header: &mut JsonObjectBuilder) {
        if !self.chain.is_empty() {
            let texts: Vec<String> = self.chain.iter().map(|der| base64ct::Base64::encode_string(der)).collect();
            header.set_texts("x5c", &texts);
        }
        for (name, digest) in &self.thumbprints {
            header.set_text(name, digest);
        }
    }
}

impl IssueCommand {
    /// The certificates of `--x5c`, `--x5t` and `--x5t-sha1`.
    ///
    /// # Errors
    /// A file without a certificate chain, or with the chain of a different key.
    pub(super) fn certificates(&self, key: &Key) -> Result<HeaderCertificates, Failure> {
        let chain = self.x5c.as_deref().map(|path| chain("--x5c", path, key)).transpose()?.unwrap_or_default();
        let (mut thumbprints, mut all) = (Vec::new(), chain.clone());
        let sha1 = ("--x5t-sha1", &self.x5t_sha1, "x5t", certificate::x5t as Digest);
        let sha256 = ("--x5t", &self.x5t, "x5t#S256", certificate::x5t_s256 as Digest);
        for (flag, path, name, digest) in [sha1, sha256] {
            let Some(path) = path else { continue };
            let leaf = self::chain(flag, path, key)?.into_iter().next();
            let leaf = leaf.ok_or_else(|| Failure::input(format!("{flag}: no certificate in {path}")))?;
            thumbprints.push((name, digest(&leaf)));
            if !all.contains(&leaf) {
                all.push(leaf);
            }
        }
        let summaries = all.iter().filter_map(|der| certificate::summary(der).ok()).collect();
        Ok(HeaderCertificates { chain, thumbprints, summaries })
    }
}

/// The certificate chain in `path`, PEM or DER; the first certificate must be that of `key`.
fn chain(flag: &str, path: &str, key: &Key) -> Result<Vec<Vec<u8>>, Failure> {
    if key.is_secret() {
        return Err(Failure::usage(format!("{flag}: an HMAC secret has no certificate")));
    }
    let input = input::read_file(Path::new(path), key::MAX_FILE_BYTES)?;
    let set = detect::read(input.bytes.expose(), None).map_err(|error| Failure::key(path, &error))?;
    let none = || Failure::input(format!("{flag}: no certificate in {path}"));
    let [holder] = set.keys.as_slice() else {
        return Err(Failure::input(format!("{flag}: the certificates in {path} do not form a single chain"))
            .hint("put the certificate of the signing key first, then that of its issuer, and so on"));
    };
    if holder.certificates.is_empty() {
        return Err(none());
    }
    if !holder.same_key(key) {
        let subject = holder.certificates.first().and_then(|der| certificate::summary(der).ok());
        let whose = subject.map(|summary| format!(" ({})", summary.subject)).unwrap_or_default();
        return Err(Failure::input(format!("{flag}: certificate in {path}{whose} does not match the signing key"))
            .hint("put the certificate of the signing key first"));
    }
    Ok(holder.certificates.clone())
}
