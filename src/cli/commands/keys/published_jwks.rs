//! The published JWKS: a file that is written in the same step as the key store. It contains public keys only.

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
    /// Also write the public keys to FILE, as a JWKS
    ///
    /// FILE is the JWKS that verifiers fetch. A new file gets mode 0644 less the umask; an existing file keeps its
    /// mode.
    #[arg(long, value_name = "FILE")]
    pub publish: Option<PathBuf>,
}

/// The JWKS to publish at `now`, on one line.
///
/// # Errors
/// HMAC secrets, which are never published.
pub fn published_jwks(store: &KeyStore, now: UnixTime) -> Result<Vec<u8>, Failure> {
    let keys: Option<Vec<Key>> = store.live(now).map(public_jwk).collect();
    let keys = keys.ok_or_else(|| Failure::input("the key store contains HMAC secrets, which are never published"))?;
    let mut bytes = jwk::set_to_json(&keys, false).expose().clone().into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}

/// The JWKS file that verifiers fetch.
pub struct PublishedFile {
    path: PathBuf,
    /// Current contents, if the file exists.
    bytes: Option<Vec<u8>>,
    set: Option<KeySet>,
}

impl PublishedFile {
    /// Reads the current contents.
    ///
    /// # Errors
    /// Contents other than a public JWKS, which only `--force` overwrites; a path of the key store.
    pub fn open(context: &Context, path: &Path) -> Result<Self, Failure> {
        let display = path.display();
        key_store::refuse_as_output(context, path)?;
        if !input::exists(path) {
            return Ok(Self { path: path.to_owned(), bytes: None, set: None });
        }
        if !input::is_regular(path) {
            return Err(Failure::usage(format!("--publish: {display} is not a regular file")));
        }
        let bytes = input::read_file(path, authkit::key::MAX_SET_BYTES)?.bytes.expose().clone();
        let set = std::str::from_utf8(&bytes).ok().and_then(|text| jwk::parse_set(text).ok());
        let set = set.filter(|set| !set.keys.iter().any(|key| key.is_private() || key.is_secret()));
        if set.is_none() && !context.force {
            return Err(Failure::environment(format!("{display} exists and is not a public JWKS"))
                .hint("use --force to overwrite it"));
        }
        Ok(Self { path: path.to_owned(), bytes: Some(bytes), set })
    }

    /// Whether the current JWKS contains `key`.
    pub fn holds(&self, key: &Key) -> bool {
        self.set.as_ref().is_some_and(|set| holds(set, key))
    }

    /// Whether `bytes` differ from the current contents.
    pub fn differs(&self, bytes: &[u8]) -> bool {
        self.bytes.as_deref() != Some(bytes)
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// A failed write; the old file then remains.
    pub fn write(&self, context: &Context, bytes: &[u8]) -> Result<(), Failure> {
        output::write_file(context, &self.path, bytes, output::Mode::Public, true)
    }
}

/// Whether `set` contains `key` with the same kid. A different key with that kid does not match.
pub fn holds(set: &KeySet, key: &Key) -> bool {
    set.keys.iter().any(|published| published.kid == key.kid && published.same_key(key))
}
