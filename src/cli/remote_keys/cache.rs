//! Key sets kept on disk between runs. Whoever can write there can say which tokens are good, so the folder must be
//! the user's alone; what is stale, broken or from the future is not used.

use super::fetch::FetchedJwks;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::open_directory::OpenDirectory;
use crate::cli::output::{self, Mode};
use authkit::encoding::base64url;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The most that a set is kept, in seconds: an entry that says more was not written by us.
const LONGEST: i64 = 24 * 3600;

/// The file of one source.
pub struct JwksCache {
    directory: OpenDirectory,
    name: String,
    source: String,
}

impl JwksCache {
    /// The place of `source` in `folder`, which is made when it is missing.
    ///
    /// # Errors
    /// A folder that is somebody else's, or that others can write.
    pub fn open(folder: &Path, source: &str) -> Result<Self, Failure> {
        if !input::exists(folder) {
            crate::cli::open_directory::create_private_dir(folder)?;
        }
        let directory = input::require_private_dir(folder)?;
        let name = format!("{}.json", base64url::encode(&Sha256::digest(source.as_bytes())));
        Ok(Self { directory, name, source: source.to_owned() })
    }

    /// What is kept. `None` when there is nothing that can be used, also when it is broken.
    pub fn read(&self, context: &Context, now: i64) -> Option<FetchedJwks> {
        let most = authkit::key::MAX_SET_BYTES.saturating_mul(2);
        let read = match input::regular_file(&self.directory, self.name.as_ref(), most, "cached key set") {
            Ok(None) => return None,
            read => read.ok().flatten().filter(|input| input.exposure.changeable().is_none()),
        };
        let entry = read.and_then(|input| serde_json::from_slice::<FetchedJwks>(input.bytes.expose()).ok());
        let Some(entry) = entry.filter(|entry| entry.source == self.source) else {
            context.warn(format!("{} is no key set that authkit kept; it is not used", self.path().display()));
            return None;
        };
        let in_order =
            entry.fetched <= now && entry.tried() <= now && entry.fresh_until.saturating_sub(entry.fetched) <= LONGEST;
        in_order.then_some(entry)
    }

    /// Keeps `fetched`.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn write(&self, context: &Context, fetched: &FetchedJwks) -> Result<(), Failure> {
        output::write_file(context, &self.path(), &serde_json::to_vec(fetched)?, Mode::Private, true)
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }
}
