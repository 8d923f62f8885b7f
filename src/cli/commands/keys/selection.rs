//! The KEY argument of the key commands: a SPEC, a kid of the key store, or by default the whole key store.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{key_spec, key_store};
use authkit::key::{Key, KeyEncoding};

/// Selected keys and their source.
pub struct Selection {
    pub keys: Vec<Key>,
    pub source: String,
    /// Encoding of the source; the key store is a JWKS.
    pub form: KeyEncoding,
}

/// Loads the keys of `name`, or of the key store.
///
/// # Errors
/// An unreadable source, a kid that is not in the key store, or an empty key store.
pub fn select(context: &Context, name: Option<&str>) -> Result<Selection, Failure> {
    let Some(name) = name else { return store(context) };
    if key_spec::is_spec(name) {
        let loaded = key_spec::load(context, name)?;
        return Ok(Selection { keys: loaded.set.keys, source: loaded.source, form: loaded.set.form });
    }
    let path = key_store::path(context)?;
    let keys = key_store::read(context, &path)?.map(|store| store.keys).unwrap_or_default();
    let key = key_store::select_argument(&keys, name)?.clone();
    Ok(Selection { keys: vec![key], source: path.display().to_string(), form: KeyEncoding::Jwk })
}

/// The keys of the key store that are valid now.
fn store(context: &Context) -> Result<Selection, Failure> {
    let path = key_store::path(context)?;
    let store = key_store::read(context, &path)?.unwrap_or_default();
    let keys: Vec<Key> = store.live(context.now).cloned().collect();
    if keys.is_empty() {
        return Err(empty_store_failure(&path));
    }
    Ok(Selection { keys, source: path.display().to_string(), form: KeyEncoding::Jwks })
}

/// The failure for an empty key store, for commands that take a key file as well.
pub fn empty_store_failure(path: &std::path::Path) -> Failure {
    key_store::no_keys(path).hint("run authkit keys generate, or name a key file")
}
