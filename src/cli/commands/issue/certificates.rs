//! `--x5c`, `--x5t` and `--x5t-sha1`: the certificate of the signing key in the header. Verifiers of authkit never take a key from
//! there; others may ask for it.

use super::IssueCommand;
use crate::cli::failure::Failure;
use crate::cli::input;
use authkit::key::certificate::{self, CertificateSummary, Digest};
use authkit::key::{self, Key, detect};
use authkit::token::json_builder::JsonObjectBuilder;
use base64ct::Encoding as _;
use std::path::Path;

/// The certificates that go with a token.
#[derive(Default)]
pub struct HeaderCertificates {
    /// DER, the certificate of the key first.
    chain: Vec<Vec<u8>>,
    /// Members of the header that name it, with the digest.
    thumbprints: Vec<(&'static str, String)>,
    /// What they say, to be judged.
    pub summaries: Vec<CertificateSummary>,
}

impl HeaderCertificates {
    /// Writes the members that were asked for: `x5c` holds plain base64 (RFC 7515 §4.1.6), the others a digest in
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
    /// A file that holds no chain, or the chain of another key.
    pub(super) fn certificates(&self, key: &Key) -> Result<HeaderCertificates, Failure> {
        let chain = self.x5c.as_deref().map(|path| chain("--x5c", path, key)).transpose()?.unwrap_or_default();
        let (mut thumbprints, mut all) = (Vec::new(), chain.clone());
        let sha1 = ("--x5t-sha1", &self.x5t_sha1, "x5t", certificate::x5t as Digest);
        let sha256 = ("--x5t", &self.x5t, "x5t#S256", certificate::x5t_s256 as Digest);
        for (flag, path, name, digest) in [sha1, sha256] {
            let Some(path) = path else { continue };
            let leaf = self::chain(flag, path, key)?.into_iter().next();
            let leaf = leaf.ok_or_else(|| Failure::input(format!("{flag}: {path} holds no certificate")))?;
            thumbprints.push((name, digest(&leaf)));
            if !all.contains(&leaf) {
                all.push(leaf);
            }
        }
        let summaries = all.iter().filter_map(|der| certificate::summary(der).ok()).collect();
        Ok(HeaderCertificates { chain, thumbprints, summaries })
    }
}

/// The certificates in `path`, PEM or DER, of which the first is that of the key.
fn chain(flag: &str, path: &str, key: &Key) -> Result<Vec<Vec<u8>>, Failure> {
    if key.is_secret() {
        return Err(Failure::usage(format!("{flag}: a secret has no certificate")));
    }
    let input = input::read_file(Path::new(path), key::MAX_FILE_BYTES)?;
    let set = detect::read(input.bytes.expose(), None).map_err(|error| Failure::key(path, &error))?;
    let none = || Failure::input(format!("{flag}: {path} holds no certificate"));
    let [holder] = set.keys.as_slice() else {
        return Err(Failure::input(format!("{flag}: the certificates in {path} are no one chain"))
            .hint("the certificate of the key first, then that of its issuer, and so on"));
    };
    if holder.certificates.is_empty() {
        return Err(none());
    }
    if !holder.same_key(key) {
        let subject = holder.certificates.first().and_then(|der| certificate::summary(der).ok());
        let whose = subject.map(|summary| format!(" ({})", summary.subject)).unwrap_or_default();
        return Err(Failure::input(format!(
            "{flag}: the certificate in {path}{whose} is of another key than the one that signs"
        ))
        .hint("the certificate of the signing key comes first"));
    }
    Ok(holder.certificates.clone())
}
