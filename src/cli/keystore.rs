//! The key store: a private JWKS in the user's data folder, one family of keys, one active key for each
//! algorithm. Every member has a `kid` and exactly one `alg`.

use super::ambient;
use super::context::Context;
use super::failure::Failure;
use super::input;
use super::output::{self, Mode};
use authkit::key::{Key, KeySet, jwk};
use authkit::secret::Secret;
use std::path::{Path, PathBuf};

/// The most that is read of a key store.
const MAX_BYTES: usize = authkit::key::MAX_SET_BYTES;

/// Where the key store is: `--keystore`, `AUTHKIT_KEYSTORE`, or the platform's data folder.
///
/// # Errors
/// When no data folder is known.
pub fn path(context: &Context) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.keystore {
        return Ok(path.clone());
    }
    let folder = ambient::data_folder().ok_or_else(|| {
        Failure::surroundings("no data folder is known for this user").hint("name the key store with --keystore FILE")
    })?;
    Ok(folder.join("authkit").join("keys.json"))
}

/// The key store, or `None` when there is none yet.
///
/// # Errors
/// Unreadable, writable by others, or not a private JWKS.
pub fn read(context: &Context, path: &Path) -> Result<Option<KeySet>, Failure> {
    let shown = path.display().to_string();
    if !input::is_path(&shown) {
        return Ok(None);
    }
    let input = input::file(path, MAX_BYTES)?;
    if input.exposure.writable {
        return Err(
            Failure::input(format!("others can write the key store {shown}")).hint(format!("chmod 600 {shown}"))
        );
    }
    if input.exposure.readable {
        context.warn(format!("others can read the key store {shown} (chmod 600)"));
    }
    let text = std::str::from_utf8(input.bytes.expose())
        .map_err(|_| Failure::input(format!("the key store {shown} is not UTF-8")))?;
    let set = jwk::parse_set(text).map_err(|error| Failure::key(&format!("the key store {shown}"), &error))?;
    for skipped in &set.skipped {
        context.warn(format!("key store: member {} is left out: {}", skipped.index, skipped.reason));
    }
    Ok(Some(set))
}

/// Changes the key store under its lock: reads, lets `change` have the keys, writes whole or not at all.
///
/// # Errors
/// Lock held, unreadable or unwritable store, or what `change` says; then nothing is written.
pub fn change<T>(
    context: &Context,
    path: &Path,
    change: impl FnOnce(&mut Vec<Key>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        output::make_private_folder(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let _lock = output::lock(Path::new(&beside))?;
    let set = read(context, path)?;
    if let Some(left_out) = set.as_ref().map(|set| set.skipped.len()).filter(|count| *count > 0) {
        return Err(Failure::input(format!(
            "the key store holds {left_out} members that cannot be read; writing it would lose them"
        ))
        .hint("mend or remove them by hand first"));
    }
    let mut keys = set.map(|set| set.keys).unwrap_or_default();
    let result = change(&mut keys)?;
    let bytes = serialise(&keys);
    output::write_file(path, bytes.expose(), Mode::Private, true)?;
    Ok(result)
}

/// The store as text, a JWKS with its private parts.
fn serialise(keys: &[Key]) -> Secret<Vec<u8>> {
    let mut bytes = jwk::set_to_json(keys, true).expose().clone().into_bytes();
    bytes.push(b'\n');
    Secret::new(bytes)
}

/// Adds a key: same family as what is there, no key twice, every `kid` once.
///
/// # Errors
/// A key that does not belong here.
pub fn add(keys: &mut Vec<Key>, key: Key) -> Result<(), Failure> {
    if keys.iter().any(|own| own.is_secret() != key.is_secret()) {
        let (new, old) =
            if key.is_secret() { ("a secret", "asymmetric keys") } else { ("an asymmetric key", "secrets") };
        return Err(Failure::usage(format!("the key store holds {old}; {new} does not belong beside them"))
            .hint("keep it in a store of its own: --keystore FILE"));
    }
    if let Some(own) = keys.iter().find(|own| own.same_key(&key)) {
        return Err(Failure::surroundings(format!(
            "the key is in the key store already, as kid \"{}\"",
            own.kid.as_deref().unwrap_or_default()
        )));
    }
    if keys.iter().any(|own| own.kid == key.kid) {
        return Err(Failure::surroundings(format!(
            "the key store has a key with kid \"{}\"",
            key.kid.as_deref().unwrap_or_default()
        ))
        .hint("name another with --kid"));
    }
    keys.push(key);
    Ok(())
}

/// The key of `keys` that `kid` names: exactly, or as a prefix of six characters or more that only one has.
///
/// # Errors
/// None, or several, whose kids are listed.
pub fn select<'k>(keys: &'k [Key], kid: &str) -> Result<&'k Key, Failure> {
    const SHORTEST: usize = 6;
    let exact = keys.iter().find(|key| key.kid.as_deref() == Some(kid));
    if let Some(key) = exact {
        return Ok(key);
    }
    let by_prefix: Vec<&Key> = keys
        .iter()
        .filter(|key| kid.chars().count() >= SHORTEST && key.kid.as_deref().is_some_and(|own| own.starts_with(kid)))
        .collect();
    match by_prefix.as_slice() {
        [key] => Ok(key),
        [] => Err(Failure::input(format!("no key has the kid \"{kid}\"")).hint(format!("known: {}", kids(keys)))),
        several => {
            let listed: Vec<&str> = several.iter().filter_map(|key| key.kid.as_deref()).collect();
            Err(Failure::usage(format!("\"{kid}\" begins the kids of several keys")).hint(listed.join(", ")))
        }
    }
}

fn kids(keys: &[Key]) -> String {
    let kids: Vec<&str> = keys.iter().filter_map(|key| key.kid.as_deref()).collect();
    if kids.is_empty() { "none".to_owned() } else { kids.join(", ") }
}

/// What a key of the store is for now: the first of its algorithm signs, later ones wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Active,
    Next,
}

/// The state of the key at `place`.
pub fn state(keys: &[Key], place: usize) -> State {
    let alg = keys.get(place).and_then(|key| key.alg.as_deref()).and_then(authkit::alg::find);
    let before = keys.iter().take(place).any(|key| key.alg.as_deref().and_then(authkit::alg::find) == alg);
    if before { State::Next } else { State::Active }
}
