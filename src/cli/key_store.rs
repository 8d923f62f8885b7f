//! The key store: a private JWKS in the user's data folder, one family of keys, one active key for each
//! algorithm. Every member has a `kid` and exactly one `alg`.

use super::context::Context;
use super::failure::Failure;
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
use authkit::time::UnixTime;
use std::ffi::OsStr;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const STORE: &str = "key store";
const LEDGER: &str = "ledger of the key store";

/// The most that is read of a key store.
pub const MAX_BYTES: usize = authkit::key::MAX_SET_BYTES;

/// Where the key store is: `--keystore`, `AUTHKIT_KEYSTORE`, or the platform's data folder.
///
/// A symbolic link is resolved once, here: replacing the link itself would leave the old private keys where it led.
/// Every link on the way must be of this user or the superuser. The superuser, who acts for the owner of a key store, also
/// takes those of the owner of what they lead to: no user can have the superuser change the key store of another one.
///
/// # Errors
/// When no data folder is known, at a dangling link, or at a link of another user.
pub fn path(context: &Context) -> Result<PathBuf, Failure> {
    let path = named(context)?;
    if !input::is_link(&path) {
        return Ok(path);
    }
    let shown = path.display();
    let dangling = || Failure::environment(format!("the key store {shown} is a dangling symbolic link"));
    let resolved = ResolvedPath::follow(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => dangling(),
        _ => Failure::environment(format!("cannot read the key store {shown}: {error}")),
    })?;
    let store = resolved.directory.metadata(&resolved.name).ok();
    if resolved.is_led_by_other_user(store.as_ref()) {
        return Err(Failure::input(format!("the key store {shown} is a symbolic link of another user"))
            .hint("name the file that it leads to with --keystore FILE"));
    }
    store.map(|_| resolved.directory.path().join(&resolved.name)).ok_or_else(dangling)
}

/// The files that the key store is read from, as they are named: a link may lead elsewhere later.
///
/// # Errors
/// What [`path`] says.
pub fn files(context: &Context) -> Result<[PathBuf; 2], Failure> {
    Ok([named(context)?, beside(&path(context)?, LEDGER_ENDING)])
}

fn named(context: &Context) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.keystore {
        return Ok(path.clone());
    }
    let folder = system::data_dir().ok_or_else(|| {
        Failure::environment("no data folder is known for this user").hint("name the key store with --keystore FILE")
    })?;
    Ok(folder.join("authkit").join("keys.json"))
}

/// The key store in the light of its ledger, or `None` when there is none yet.
///
/// # Errors
/// Unreadable, writable by others, or not a private JWKS.
pub fn read(context: &Context, path: &Path) -> Result<Option<KeyStore>, Failure> {
    let Some(place) = StorePlace::open(path)? else { return Ok(None) };
    let store = read_both(context, &place)?.map(|(store, _)| store);
    // Where there is no store yet, there is nothing to be replaced, and a change checks again.
    store.map(|store| place.check().map(|()| store)).transpose()
}

/// The bytes of the key store at `path`, whoever can change it; `None` when there is none.
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

/// The key store, and whether its ledger is behind it: a process was killed between the two writes.
fn read_both(context: &Context, place: &StorePlace) -> Result<Option<(KeyStore, bool)>, Failure> {
    // The ledger is written last and so read first: while another process writes both, the store that is read is never
    // the older of the two, and is not taken for a backup.
    let ledger = parsed(context, place, &place.ledger(), LEDGER)?;
    let Some(mut store) = parsed(context, place, &place.name, STORE)? else { return Ok(None) };
    let behind = ledger.as_ref().map_or(0, |ledger| ledger.meta.sequence) < store.meta.sequence;
    match ledger {
        Some(ledger) => {
            for note in store.reconcile(ledger) {
                context.warn(words(&note));
            }
        }
        None if behind => context.warn(missing_ledger(place)),
        None => {}
    }
    Ok(Some((store, behind)))
}

/// Every write of a store also writes its ledger, and the store counts its writes.
fn missing_ledger(place: &StorePlace) -> String {
    let (store, ledger) = (place.path(), place.ledger());
    format!(
        "the ledger {} of the key store {} is missing; if the key store was restored from a backup, keys that were \
         revoked or removed since are accepted again: restore the ledger too, or look at the keys (authkit keys list) \
         and revoke them again; the next change writes a new ledger",
        ledger.display(),
        store.display()
    )
}

fn words(note: &ReconcileNote) -> String {
    match note {
        ReconcileNote::Restored => "the key store is older than its ledger: a backup was put back".to_owned(),
        ReconcileNote::TombstonedKey { kid } => format!("the key store holds \"{kid}\", which is dead; it is not used"),
        ReconcileNote::PrivatePartMissing { kid } => {
            format!("the private part of \"{kid}\" is lost; its tokens verify on, and it signs no more")
        }
    }
}

fn parsed(context: &Context, place: &StorePlace, name: &OsStr, what: &str) -> Result<Option<KeyStore>, Failure> {
    let Some(input) = input::regular_file(&place.directory, name, MAX_BYTES, what)? else { return Ok(None) };
    let shown = &input.name;
    if input.exposure.writable || input.exposure.group_writable {
        return Err(Failure::input(format!("others can write the {what} {shown}")).hint(format!("chmod 600 {shown}")));
    }
    if input.exposure.foreign {
        return Err(Failure::input(format!("the {what} {shown} belongs to another user, who can change it")));
    }
    if input.exposure.readable {
        context.warn(format!("others can read the {what} {shown} (chmod 600)"));
    }
    let text = std::str::from_utf8(input.bytes.expose())
        .map_err(|_| Failure::input(format!("the {what} {shown} is not UTF-8")))?;
    KeyStore::parse(text).map(Some).map_err(|error| match &error {
        KeyStoreError::Key(key) => Failure::key(&format!("the {what} {shown}"), key),
        _ => Failure::input(format!("the {what} {shown}: {error}")).hint("mend or remove that key by hand"),
    })
}

/// Makes sure that `path`, which is to be written, is no file of the key store: by its place, its directory resolved,
/// and as another name of the same file. Where no key store can be found, none can be overwritten.
///
/// # Errors
/// It is one.
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
            return Err(Failure::usage(message).hint("name another file"));
        }
    }
    Ok(())
}

/// The key store under its lock, to be changed and written whole or not at all.
pub struct Transaction {
    pub store: KeyStore,
    place: StorePlace,
    owner: Option<FileOwner>,
    _lock: StoreLock,
}

/// Locks and reads the key store; an empty one when there is none yet.
///
/// # Errors
/// Lock held; unreadable; a store or a folder that others can write.
pub fn open(context: &Context, path: &Path) -> Result<Transaction, Failure> {
    // No directory is made where a link of another user leads to.
    path.ancestors()
        .filter(|ancestor| ancestor.file_name().is_some())
        .find_map(|ancestor| StorePlace::open(ancestor).transpose())
        .transpose()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        open_directory::create_private_dir(folder)?;
    }
    let missing = || Failure::environment(format!("the directory of the key store {} is missing", path.display()));
    let place = StorePlace::open(path)?.ok_or_else(missing)?;
    place.check()?;
    if let Some(words) = file_access::permission_warning() {
        context.warn(words.to_owned());
    }
    if let Some(kind) = input::network_file_system(place.directory.path()) {
        context.warn(format!(
            "the key store is on a network file system ({kind}): its lock may not keep other hosts out, and a write \
             may not be on disk when it is done; change it from one host only"
        ));
    }
    let as_it_was = |failure: Failure| failure.hint("the key store is as it was");
    let owner = place.owner();
    let lock = StoreLock::acquire(&place.directory, &place.beside(LOCK_ENDING), owner).map_err(as_it_was)?;
    // What a killed process left half-written holds private parts.
    whole_file::sweep_store(&place.directory, &place.name);
    let read = read_both(context, &place)?;
    let mut transaction = Transaction { store: KeyStore::default(), place, owner, _lock: lock };
    match read {
        Some((store, behind)) => {
            transaction.store = store;
            if behind {
                transaction.write_ledger().map_err(as_it_was)?;
            }
        }
        // Without a store there is nothing to go on with, but the dead stay dead.
        None => {
            let place = &transaction.place;
            if let Some(ledger) = parsed(context, place, &place.ledger(), LEDGER)? {
                transaction.store.meta = Meta { rotation: None, ..ledger.meta };
            }
        }
    }
    let mut rng = system::rng().ok_or_else(|| Failure::environment("the system has no randomness"))?;
    transaction.store.salt_secrets(&mut rng);
    Ok(transaction)
}

impl Transaction {
    /// Writes the store, then its ledger: a process that is killed between leaves the new store, and the next
    /// change mends the ledger.
    ///
    /// # Errors
    /// What the system says; then the old store stands.
    pub fn commit(&mut self, context: &Context, now: UnixTime) -> Result<(), Failure> {
        self.store.stamp(now);
        let store = self
            .write(&self.place.name, lines(&self.store, true).expose())
            .map_err(|failure| failure.hint("the key store is as it was"))?;
        let ledger = self
            .write_ledger()
            .map_err(|failure| failure.hint("the key store is changed; the next change mends its ledger"))?;
        let safe = store && ledger;
        if !safe {
            context.warn(format!(
                "the folder of {} cannot be synced on this file system: after a power cut the old key store may be \
                 there again",
                self.place.path().display()
            ));
        }
        Ok(())
    }

    fn write_ledger(&self) -> Result<bool, Failure> {
        self.write(&self.place.ledger(), lines(&self.store, false).expose())
    }

    /// False when a power cut may undo it.
    fn write(&self, name: &OsStr, bytes: &[u8]) -> Result<bool, Failure> {
        let directory = self.place.directory.path();
        let write = || {
            let mut draft = Draft::of_store(self.place.directory.try_clone()?, name, self.owner)?;
            draft.write_all(bytes)?;
            draft.publish(true)
        };
        write().map_err(|error| Failure::cannot_write(&directory.join(name).display().to_string(), &error))
    }
}

/// Changes the key store under its lock: reads, lets `change` have it, writes whole or not at all.
///
/// # Errors
/// Lock held, unreadable or unwritable store, or what `change` says; then nothing is written.
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

/// The store as text.
fn lines(store: &KeyStore, private: bool) -> Secret<Vec<u8>> {
    let mut bytes = store.to_json(private).expose().clone().into_bytes();
    bytes.push(b'\n');
    Secret::new(bytes)
}

/// Adds a key: same family as what is there, no key twice, every `kid` once.
///
/// # Errors
/// A key that does not belong here.
pub fn add(store: &mut KeyStore, key: Key) -> Result<(), Failure> {
    let dead = store.meta.tombstones.iter().find(|dead| key.kid.as_ref() == Some(&dead.kid));
    if let Some(dead) = dead.or_else(|| store.tombstone_of_new(&key)) {
        let state = dead.state().name();
        return Err(Failure::input(format!("the key store knows \"{}\" as {state}; it does not come back", dead.kid))
            .hint("authkit keys generate makes a new key"));
    }
    let keys = &mut store.keys;
    if keys.iter().any(|own| own.is_secret() != key.is_secret()) {
        let (new, old) =
            if key.is_secret() { ("a secret", "asymmetric keys") } else { ("an asymmetric key", "secrets") };
        return Err(Failure::usage(format!("the key store holds {old}; {new} does not belong beside them"))
            .hint("keep it in a store of its own: --keystore FILE"));
    }
    if let Some(own) = keys.iter().find(|own| own.same_key(&key)) {
        return Err(Failure::environment(format!(
            "the key is in the key store already, as kid \"{}\"",
            own.kid.as_deref().unwrap_or_default()
        )));
    }
    if keys.iter().any(|own| own.kid == key.kid) {
        return Err(Failure::environment(format!(
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
