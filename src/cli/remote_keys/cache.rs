//! On-disk cache of remote JWKS. A user who can write to it decides which tokens are accepted, so its directory must be
//! private; entries that are stale, invalid or from the future are not used.

use super::fetch::FetchedJwks;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::open_directory::OpenDirectory;
use crate::cli::output::{self, Mode};
use authkit::encoding::base64url;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Maximum lifetime of an entry, in seconds; an entry with a longer one was not written by authkit.
const LONGEST: i64 = 24 * 3600;

/// The cache file of one source.
pub struct JwksCache {
    directory: OpenDirectory,
    name: String,
    source: String,
}

impl JwksCache {
    /// The cache file of `source` in the directory `path`, which is created if it is missing.
    ///
    /// # Errors
    /// A directory that belongs to another user, or that other users can write.
    pub fn open(path: &Path, source: &str) -> Result<Self, Failure> {
        if !input::exists(path) {
            crate::cli::open_directory::create_private_dir(path)?;
        }
        let directory = input::require_private_dir(path)?;
        let name = format!("{}.json", base64url::encode(&Sha256::digest(source.as_bytes())));
        Ok(Self { directory, name, source: source.to_owned() })
    }

    /// The cached JWKS; `None` when it is missing or invalid.
    pub fn read(&self, context: &Context, now: i64) -> Option<FetchedJwks> {
        let most = authkit::key::MAX_SET_BYTES.saturating_mul(2);
        let read = match input::regular_file(&self.directory, self.name.as_ref(), most, "cached key set") {
            Ok(None) => return None,
            read => read.ok().flatten().filter(|input| input.exposure.changeable().is_none()),
        };
        let entry = read.and_then(|input| serde_json::from_slice::<FetchedJwks>(input.bytes.expose()).ok());
        let Some(entry) = entry.filter(|entry| entry.source == self.source) else {
            context.warn(format!("{} is not a valid cache entry; ignoring it", self.path().display()));
            return None;
        };
        let in_order =
            entry.fetched <= now && entry.tried() <= now && entry.fresh_until.saturating_sub(entry.fetched) <= LONGEST;
        in_order.then_some(entry)
    }

    /// Stores `fetched`.
    ///
    /// # Errors
    /// A failed write.
    pub fn write(&self, context: &Context, fetched: &FetchedJwks) -> Result<(), Failure> {
        output::write_file(context, &self.path(), &serde_json::to_vec(fetched)?, Mode::Private, true)
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }
}
