//! The published set: a file that is written in the same step as the key store, or a URL that is asked.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{input, key_store, output};
use authkit::key::{Key, KeySet, jwk};
use authkit::rotation::{KeyStore, public_jwk};
use authkit::time::UnixTime;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct PublishArgs {
    /// Write the public keys to FILE as well, the JWKS that verifiers fetch (0644 less the umask, or as it was)
    #[arg(long, value_name = "FILE")]
    pub publish: Option<PathBuf>,
}

/// The set as the world may see it at `now`, a JWKS on one line.
///
/// # Errors
/// Secrets, which are never published.
pub fn published_jwks(store: &KeyStore, now: UnixTime) -> Result<Vec<u8>, Failure> {
    let keys: Option<Vec<Key>> = store.live(now).map(public_jwk).collect();
    let keys = keys.ok_or_else(|| Failure::input("the key store holds secrets, which are never published"))?;
    let mut bytes = jwk::set_to_json(&keys, false).expose().clone().into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}

/// A file that verifiers fetch.
pub struct PublishedFile {
    path: PathBuf,
    /// What stands there now.
    bytes: Option<Vec<u8>>,
    set: Option<KeySet>,
}

impl PublishedFile {
    /// Looks at what stands there.
    ///
    /// # Errors
    /// Something else than a set of public keys, which only `--force` replaces; a file of the key store.
    pub fn open(context: &Context, path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        key_store::refuse_as_output(context, path)?;
        if !input::exists(path) {
            return Ok(Self { path: path.to_owned(), bytes: None, set: None });
        }
        if !input::is_regular(path) {
            return Err(Failure::usage(format!("--publish: {shown} is no file")));
        }
        let bytes = input::read_file(path, authkit::key::MAX_SET_BYTES)?.bytes.expose().clone();
        let set = std::str::from_utf8(&bytes).ok().and_then(|text| jwk::parse_set(text).ok());
        let set = set.filter(|set| !set.keys.iter().any(|key| key.is_private() || key.is_secret()));
        if set.is_none() && !context.force {
            return Err(Failure::environment(format!("{shown} is not a set of public keys, and is not replaced"))
                .hint("--force replaces it"));
        }
        Ok(Self { path: path.to_owned(), bytes: Some(bytes), set })
    }

    /// Whether the set that stands there holds `key`.
    pub fn holds(&self, key: &Key) -> bool {
        self.set.as_ref().is_some_and(|set| holds(set, key))
    }

    /// Whether `bytes` are news.
    pub fn differs(&self, bytes: &[u8]) -> bool {
        self.bytes.as_deref() != Some(bytes)
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// What cannot be written; then the old file stands.
    pub fn write(&self, context: &Context, bytes: &[u8]) -> Result<(), Failure> {
        output::write_file(context, &self.path, bytes, output::Mode::Public, true)
    }
}

/// Whether `set` holds `key` under its kid. Another key under that kid is not it.
pub fn holds(set: &KeySet, key: &Key) -> bool {
    set.keys.iter().any(|own| own.kid == key.kid && own.same_key(key))
}
