//! The key store as a file: a private JWKS in the user's data directory, with its ledger and its lock. It holds either
//! secrets or asymmetric keys, and every member has a `kid` and exactly one `alg`.

use super::context::Context;
use super::failure::{Failure, FailureKind};
use super::file_access;
use super::input::{self, Exposure, Input};
use super::open_directory;
use super::resolved_path::ResolvedPath;
use super::store_lock::StoreLock;
use super::store_place::{StorePlace, beside};
use super::system;
use super::whole_file::{self, Draft, FileOwner, LEDGER_ENDING, LOCK_ENDING};
use authkit::key::Key;
use authkit::rotation::{KeyStore, KeyStoreError, Meta, ReconcileNote};
use authkit::secret::Secret;
use authkit::suggest::did_you_mean;
use authkit::time::UnixTime;
use std::ffi::OsStr;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const STORE: &str = "key store";
const LEDGER: &str = "ledger of the key store";

/// Size limit of a key store, in bytes.
pub const MAX_BYTES: usize = authkit::key::MAX_SET_BYTES;

/// The path of the key store: `--keystore`, `AUTHKIT_KEYSTORE`, or the platform's data directory.
///
/// A symbolic link is resolved once, here: replacing the link itself would leave the old private keys in its target.
/// Every symbolic link in the path must belong to this user or the superuser. The superuser, who acts for the owner of
/// a key store, also accepts links of the owner of their target: no user can make the superuser change another user's
/// store.
///
/// # Errors
/// No known data directory, a dangling symbolic link, or a symbolic link of another user.
pub fn path(context: &Context) -> Result<PathBuf, Failure> {
    let path = named(context)?;
    if !input::is_link(&path) {
        return Ok(path);
    }
    let shown = path.display();
    let dangling = || Failure::environment(format!("key store {shown} is a dangling symbolic link"));
    let resolved = ResolvedPath::follow(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => dangling(),
        _ => Failure::environment(format!("cannot read key store {shown}: {error}")),
    })?;
    let store = resolved.directory.metadata(&resolved.name).ok();
    if resolved.is_led_by_other_user(store.as_ref()) {
        return Err(Failure::input(format!("key store {shown} is a symbolic link of another user"))
            .hint("name its target with --keystore FILE"));
    }
    store.map(|_| resolved.directory.path().join(&resolved.name)).ok_or_else(dangling)
}

/// The files of the key store, by their unresolved names: a symbolic link may be changed later.
///
/// # Errors
/// As [`path`].
pub fn files(context: &Context) -> Result<[PathBuf; 2], Failure> {
    Ok([named(context)?, beside(&path(context)?, LEDGER_ENDING)])
}

fn named(context: &Context) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.keystore {
        return Ok(path.clone());
    }
    let directory = system::data_dir().ok_or_else(|| {
        Failure::environment("this user has no data directory").hint("name the key store with --keystore FILE")
    })?;
    Ok(directory.join("authkit").join("keys.json"))
}

/// Reads the key store and reconciles it with its ledger; `None` when there is no key store yet.
///
/// # Errors
/// Unreadable, writable by others, or not a private JWKS.
pub fn read(context: &Context, path: &Path) -> Result<Option<KeyStore>, Failure> {
    let Some(place) = StorePlace::open(path)? else { return Ok(None) };
    let store = read_both(context, &place)?.map(|(store, _)| store);
    // A missing store cannot have been replaced, and a change checks the directory again.
    store.map(|store| place.check().map(|()| store)).transpose()
}

/// The bytes of the key store at `path`, regardless of its permissions; `None` when there is none.
///
/// # Errors
/// Unreadable, or not a regular file.
pub fn bytes(context: &Context, path: &Path) -> Result<Option<Input>, Failure> {
    let Some(place) = StorePlace::open(path)? else { return Ok(None) };
    let input = input::regular_file(&place.directory, &place.name, MAX_BYTES, STORE)?;
    let has_ledger = || place.directory.metadata(&place.ledger()).is_ok();
    let text = input.as_ref().and_then(|input| std::str::from_utf8(input.bytes.expose()).ok());
    if text.and_then(|text| KeyStore::parse(text).ok()).is_some_and(|store| store.meta.sequence > 0) && !has_ledger() {
        context.warn(missing_ledger(&place));
    }
    let replaceable = file_access::others_can_rename(&place.directory);
    Ok(input.map(|input| Input { exposure: Exposure { replaceable, ..input.exposure }, ..input }))
}

/// Reads the key store, and whether its ledger is out of date because a process was killed between the two writes.
fn read_both(context: &Context, place: &StorePlace) -> Result<Option<(KeyStore, bool)>, Failure> {
    // The ledger is written last, so it is read first: during a concurrent write, the store read here is never older
    // than the ledger, and is not mistaken for a restored backup.
    let ledger = parsed(context, place, &place.ledger(), LEDGER)?;
    let Some(mut store) = parsed(context, place, &place.name, STORE)? else { return Ok(None) };
    let behind = ledger.as_ref().map_or(0, |ledger| ledger.meta.sequence) < store.meta.sequence;
    match ledger {
        Some(ledger) => {
            for note in store.reconcile(ledger) {
                context.warn(describe(&note));
            }
        }
        None if behind => context.warn(missing_ledger(place)),
        None => {}
    }
    Ok(Some((store, behind)))
}

/// Warning for a store without its ledger. Every write of the store also writes the ledger and increments a sequence
/// number, so a store with a positive number must have one.
fn missing_ledger(place: &StorePlace) -> String {
    let (store, ledger) = (place.path(), place.ledger());
    format!(
        "ledger {} of key store {} is missing; if the key store was restored from a backup, keys revoked or removed \
         since then are accepted again: restore the ledger too, or check the keys (authkit keys list) and revoke them \
         again; the next change writes a new ledger",
        ledger.display(),
        store.display()
    )
}

fn describe(note: &ReconcileNote) -> String {
    match note {
        ReconcileNote::Restored => "key store is older than its ledger: it was restored from a backup".to_owned(),
        ReconcileNote::TombstonedKey { kid } => format!("key \"{kid}\" has a tombstone in the ledger; ignoring it"),
        ReconcileNote::PrivatePartMissing { kid } => {
            format!("private key \"{kid}\" is missing: existing tokens still verify, but it can no longer sign")
        }
    }
}

fn parsed(context: &Context, place: &StorePlace, name: &OsStr, what: &str) -> Result<Option<KeyStore>, Failure> {
    let Some(input) = input::regular_file(&place.directory, name, MAX_BYTES, what)? else { return Ok(None) };
    let shown = &input.name;
    if input.exposure.writable || input.exposure.group_writable {
        return Err(Failure::input(format!("{what} {shown} is writable by other users"))
            .hint(format!("run: chmod 600 {shown}")));
    }
    if input.exposure.foreign {
        return Err(Failure::input(format!("{what} {shown} belongs to another user, who can change it")));
    }
    if input.exposure.readable {
        context.warn(format!("{what} {shown} is readable by other users (chmod 600)"));
    }
    let text = std::str::from_utf8(input.bytes.expose())
        .map_err(|_| Failure::input(format!("{what} {shown} is not UTF-8")))?;
    KeyStore::parse(text).map(Some).map_err(|error| match &error {
        KeyStoreError::Key(key) => Failure::key(&format!("{what} {shown}"), key),
        _ => Failure::input(format!("{what} {shown}: {error}")).hint("repair or remove that key manually"),
    })
}

/// Checks that the output `path` is not a file of the key store, by its path with the directory resolved, and by inode.
/// If no key store can be located, none can be overwritten.
///
/// # Errors
/// It is a file of the key store.
pub fn refuse_as_output(context: &Context, path: &Path) -> Result<(), Failure> {
    let named = named(context).ok();
    let resolved = named.as_deref().and_then(input::canonical);
    for store in [named, resolved].into_iter().flatten() {
        let files = [
            (store.clone(), "the key store itself"),
            (beside(&store, LEDGER_ENDING), "the ledger of the key store"),
            (beside(&store, LOCK_ENDING), "the lock file of the key store"),
        ];
        if let Some((_, what)) = files.iter().find(|(own, _)| file_access::is_same_file(own, path)) {
            let message = format!("cannot write {}: it is {what}", path.display());
            return Err(Failure::usage(message).hint("choose another file"));
        }
    }
    Ok(())
}

/// The locked key store, to be changed and written atomically.
pub struct Transaction {
    pub store: KeyStore,
    place: StorePlace,
    owner: Option<FileOwner>,
    _lock: StoreLock,
}

/// Locks and reads the key store; an empty one when there is none yet.
///
/// # Errors
/// Lock held; unreadable; a store or a directory that other users can write.
pub fn open(context: &Context, path: &Path) -> Result<Transaction, Failure> {
    // No directory is created behind a symbolic link of another user.
    path.ancestors()
        .filter(|ancestor| ancestor.file_name().is_some())
        .find_map(|ancestor| StorePlace::open(ancestor).transpose())
        .transpose()?;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        open_directory::create_private_dir(directory)?;
    }
    let missing = || Failure::environment(format!("directory of key store {} does not exist", path.display()));
    let place = StorePlace::open(path)?.ok_or_else(missing)?;
    place.check()?;
    if let Some(warning) = file_access::permission_warning() {
        context.warn(warning.to_owned());
    }
    if let Some(kind) = input::network_file_system(place.directory.path()) {
        context.warn(format!(
            "key store is on a network file system ({kind}): its lock may not exclude other hosts, and writes may not \
             be durable; change it from one host only"
        ));
    }
    let unchanged = |failure: Failure| failure.hint("the key store is unchanged");
    let owner = place.owner();
    let lock = StoreLock::acquire(&place.directory, &place.beside(LOCK_ENDING), owner).map_err(unchanged)?;
    // Drafts of killed processes contain private keys.
    whole_file::sweep_store(&place.directory, &place.name);
    let stored = read_both(context, &place)?;
    let mut transaction = Transaction { store: KeyStore::default(), place, owner, _lock: lock };
    match stored {
        Some((store, behind)) => {
            transaction.store = store;
            if behind {
                transaction.write_ledger().map_err(unchanged)?;
            }
        }
        // The store is lost, but the tombstones in its ledger remain in force.
        None => {
            let place = &transaction.place;
            if let Some(ledger) = parsed(context, place, &place.ledger(), LEDGER)? {
                transaction.store.meta = Meta { rotation: None, ..ledger.meta };
            }
        }
    }
    let mut rng = system::rng()?;
    transaction.store.salt_secrets(&mut rng);
    Ok(transaction)
}

impl Transaction {
    /// Writes the store, then its ledger: if the process is killed in between, the new store is complete, and the next
    /// change repairs the ledger.
    ///
    /// # Errors
    /// A failed write. If it is the store's, the old store remains.
    pub fn commit(&mut self, context: &Context, now: UnixTime) -> Result<(), Failure> {
        self.store.stamp(now);
        let store = self
            .write(&self.place.name, lines(&self.store, true).expose())
            .map_err(|failure| failure.hint("the key store is unchanged"))?;
        let ledger = self
            .write_ledger()
            .map_err(|failure| failure.hint("the key store was changed; the next change repairs its ledger"))?;
        let is_durable = store && ledger;
        if !is_durable {
            context.warn(format!(
                "directory of {} cannot be synced on this file system: after a power failure, the old key store may \
                 reappear",
                self.place.path().display()
            ));
        }
        Ok(())
    }

    fn write_ledger(&self) -> Result<bool, Failure> {
        self.write(&self.place.ledger(), lines(&self.store, false).expose())
    }

    /// False when the write may not survive a power failure.
    fn write(&self, name: &OsStr, bytes: &[u8]) -> Result<bool, Failure> {
        let directory = self.place.directory.path();
        let write = || {
            let mut draft = Draft::in_store(self.place.directory.try_clone()?, name, self.owner)?;
            draft.write_all(bytes)?;
            draft.publish(true)
        };
        write().map_err(|error| Failure::cannot_write(&directory.join(name).display().to_string(), &error))
    }
}

/// Changes the key store under its lock: reads it, applies `change`, and writes it atomically.
///
/// # Errors
/// Lock held, unreadable or unwritable store, or an error of `change`; then nothing is written.
pub fn change<T>(
    context: &Context,
    path: &Path,
    change: impl FnOnce(&mut KeyStore) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut transaction = open(context, path)?;
    let result = change(&mut transaction.store)?;
    transaction.commit(context, context.current_time())?;
    Ok(result)
}

/// The store, or its ledger when not `private`, as JSON with a final newline.
fn lines(store: &KeyStore, private: bool) -> Secret<Vec<u8>> {
    let mut bytes = store.to_json(private).expose().clone().into_bytes();
    bytes.push(b'\n');
    Secret::new(bytes)
}

/// The failure for an empty or missing key store. No command can answer without a key, so it is not a negative verdict.
pub fn no_keys(path: &Path) -> Failure {
    Failure::environment(format!("no keys in the key store {}", path.display()))
}

/// Adds a key: secrets and asymmetric keys are not mixed, and each key and each `kid` is unique.
///
/// # Errors
/// A key that cannot be added.
pub fn add(store: &mut KeyStore, key: Key) -> Result<(), Failure> {
    let by_kid = store.meta.tombstones.iter().find(|tombstone| key.kid.as_ref() == Some(&tombstone.kid));
    if let Some(tombstone) = by_kid.or_else(|| store.tombstone_of_new(&key)) {
        let (kid, state) = (&tombstone.kid, tombstone.state().name());
        return Err(Failure::input(format!("key \"{kid}\" is {state} in this key store and cannot be added again"))
            .hint("generate a new key with authkit keys generate"));
    }
    let keys = &mut store.keys;
    if keys.iter().any(|own| own.is_secret() != key.is_secret()) {
        let (new, old) = if key.is_secret() { ("secrets", "asymmetric keys") } else { ("asymmetric keys", "secrets") };
        return Err(Failure::usage(format!("cannot mix {old} and {new} in one key store"))
            .hint("use a separate key store: --keystore FILE"));
    }
    if let Some(own) = keys.iter().find(|own| own.same_key(&key)) {
        return Err(Failure::environment(format!(
            "key is already in the key store, as kid \"{}\"",
            own.kid.as_deref().unwrap_or_default()
        )));
    }
    if keys.iter().any(|own| own.kid == key.kid) {
        return Err(Failure::environment(format!(
            "kid \"{}\" is already used in the key store",
            key.kid.as_deref().unwrap_or_default()
        ))
        .hint("choose another kid with --kid"));
    }
    // The algorithm that signed before stays the default; in a new store, that of the first key.
    let first = keys.first().unwrap_or(&key).alg.clone();
    store.meta.default_alg = store.meta.default_alg.take().or(first);
    keys.push(key);
    Ok(())
}

/// The key in `keys` that `kid` names: exactly, or by a unique prefix of at least six characters.
///
/// # Errors
/// No such key, or an ambiguous prefix, whose matches are listed.
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
        [] => Err(Failure::input(format!("no key with kid \"{kid}\""))
            .hint_if(did_you_mean(kid, keys.iter().filter_map(|key| key.kid.as_deref())))
            .hint_if(known_kids(keys))),
        several => {
            let listed: Vec<&str> = several.iter().filter_map(|key| key.kid.as_deref()).collect();
            Err(Failure::usage(format!("kid prefix \"{kid}\" is ambiguous")).hint(listed.join(", ")))
        }
    }
}

/// Selects the key that the KEY argument `name` names, which is not a SPEC of an existing file.
///
/// # Errors
/// As [`select`]; where neither a key nor a file has that name, the file is missing.
pub fn select_argument<'k>(keys: &'k [Key], name: &str) -> Result<&'k Key, Failure> {
    select(keys, name).map_err(|failure| match failure.kind {
        FailureKind::Input => {
            let message = match input::is_directory(name) {
                true => format!("{name} is a directory"),
                false => format!("file \"{name}\" does not exist, and no key has that kid"),
            };
            failure.hints.into_iter().fold(Failure::environment(message), Failure::hint)
        }
        _ => failure,
    })
}

fn known_kids(keys: &[Key]) -> Option<String> {
    let kids: Vec<&str> = keys.iter().filter_map(|key| key.kid.as_deref()).collect();
    (!kids.is_empty()).then(|| format!("known: {}", kids.join(", ")))
}
