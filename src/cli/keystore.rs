//! The key store: a private JWKS in the user's data folder, one family of keys, one active key for each
//! algorithm. Every member has a `kid` and exactly one `alg`.

use super::ambient;
use super::context::Context;
use super::failure::Failure;
use super::input;
use super::output;
use authkit::key::Key;
use authkit::rotation::{Meta, Note, Store, StoreError};
use authkit::secret::Secret;
use authkit::time::UnixTime;
use std::path::{Path, PathBuf};

const LEDGER: &str = "ledger of the key store";

/// The most that is read of a key store.
pub const MAX_BYTES: usize = authkit::key::MAX_SET_BYTES;

/// Where the key store is: `--keystore`, `AUTHKIT_KEYSTORE`, or the platform's data folder.
///
/// A link is followed once, here: replacing the link itself would leave the old private keys where it led.
///
/// # Errors
/// When no data folder is known, or at a link that leads nowhere.
pub fn path(context: &Context) -> Result<PathBuf, Failure> {
    let path = named(context)?;
    if !input::is_link(&path) {
        return Ok(path);
    }
    input::canonical(&path).ok_or_else(|| {
        let shown = path.display();
        Failure::surroundings(format!("the key store {shown} is a link, and nothing is where it leads"))
    })
}

/// The files that the key store is read from, as they are named: a link may lead elsewhere later.
///
/// # Errors
/// What [`path`] says.
pub fn files(context: &Context) -> Result<[PathBuf; 2], Failure> {
    Ok([named(context)?, ledger_of(&path(context)?)])
}

fn named(context: &Context) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.keystore {
        return Ok(path.clone());
    }
    let folder = ambient::data_folder().ok_or_else(|| {
        Failure::surroundings("no data folder is known for this user").hint("name the key store with --keystore FILE")
    })?;
    Ok(folder.join("authkit").join("keys.json"))
}

/// The key store in the light of its ledger, or `None` when there is none yet.
///
/// # Errors
/// Unreadable, writable by others, or not a private JWKS.
pub fn read(context: &Context, path: &Path) -> Result<Option<Store>, Failure> {
    Ok(read_both(context, path)?.map(|(store, _)| store))
}

/// The key store, and whether its ledger is behind it: a process was killed between the two writes.
fn read_both(context: &Context, path: &Path) -> Result<Option<(Store, bool)>, Failure> {
    // The ledger is written last and so read first: while another process writes both, the store that is read is never
    // the older of the two, and is not taken for a backup.
    let ledger = parsed(context, &ledger_of(path), LEDGER)?;
    let Some(mut store) = parsed(context, path, "key store")? else { return Ok(None) };
    let behind = ledger.as_ref().map_or(0, |ledger| ledger.meta.sequence) < store.meta.sequence;
    if let Some(ledger) = ledger {
        for note in store.reconcile(ledger) {
            context.warn(words(&note));
        }
    }
    Ok(Some((store, behind)))
}

fn words(note: &Note) -> String {
    match note {
        Note::Restored => "the key store is older than its ledger: a backup was put back".to_owned(),
        Note::Dead { kid } => format!("the key store holds \"{kid}\", which is dead; it is not used"),
        Note::Lost { kid } => {
            format!("the private part of \"{kid}\" is lost; its tokens verify on, and it signs no more")
        }
    }
}

fn parsed(context: &Context, path: &Path, what: &str) -> Result<Option<Store>, Failure> {
    let shown = path.display().to_string();
    if !input::is_path(&shown) {
        return Ok(None);
    }
    let input = input::file(path, MAX_BYTES)?;
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
    Store::parse(text).map(Some).map_err(|error| match &error {
        StoreError::Key(key) => Failure::key(&format!("the {what} {shown}"), key),
        _ => Failure::input(format!("the {what} {shown}: {error}")).hint("mend or remove that key by hand"),
    })
}

/// Beside the store: its public state, so that a backup of the store alone revives no dead key.
fn ledger_of(path: &Path) -> PathBuf {
    beside(path, ".ledger")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether `path` is a file of the key store at `store`.
pub fn is_its_own(store: &Path, path: &Path) -> bool {
    let place = |path: &Path| {
        let folder = input::canonical(output::folder_of(path)).unwrap_or_else(|| output::folder_of(path).to_owned());
        (folder, path.file_name().map(ToOwned::to_owned))
    };
    [store.to_owned(), ledger_of(store), beside(store, ".lock")].iter().any(|own| place(own) == place(path))
}

/// The key store under its lock, to be changed and written whole or not at all.
pub struct Transaction {
    pub store: Store,
    path: PathBuf,
    _lock: output::Lock,
}

/// Locks and reads the key store; an empty one when there is none yet.
///
/// # Errors
/// Lock held; unreadable; a store or a folder that others can write.
pub fn open(context: &Context, path: &Path) -> Result<Transaction, Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        output::make_private_folder(folder)?;
    }
    let folder = output::folder_of(path);
    if input::others_can_rename_in(folder) {
        let shown = folder.display();
        return Err(Failure::input(format!("others can write the folder of the key store, {shown}"))
            .hint(format!("chmod go-w {shown}, or keep the key store elsewhere")));
    }
    if let Some(words) = output::unguarded() {
        context.warn(words.to_owned());
    }
    if let Some(kind) = input::network_file_system(folder) {
        context.warn(format!(
            "the key store is on a network file system ({kind}): its lock may not keep other hosts out, and a write \
             may not be on disk when it is done; change it from one host only"
        ));
    }
    let as_it_was = |failure: Failure| failure.hint("the key store is as it was");
    let lock = output::lock(&beside(path, ".lock"), path).map_err(as_it_was)?;
    // What a killed process left half-written holds private parts.
    output::sweep_drafts(path);
    let store = match read_both(context, path)? {
        Some((store, behind)) => {
            if behind {
                output::write_draft(&ledger_of(path), lines(&store, false).expose()).map_err(as_it_was)?;
            }
            store
        }
        // Without a store there is nothing to go on with, but the dead stay dead.
        None => parsed(context, &ledger_of(path), LEDGER)?
            .map(|ledger| Store { keys: Vec::new(), meta: Meta { rotation: None, ..ledger.meta } })
            .unwrap_or_default(),
    };
    Ok(Transaction { store, path: path.to_owned(), _lock: lock })
}

impl Transaction {
    /// Writes the store, then its ledger: a process that is killed between leaves the new store, and the next
    /// change mends the ledger.
    ///
    /// # Errors
    /// What the system says; then the old store stands.
    pub fn commit(&mut self, context: &Context, now: UnixTime) -> Result<(), Failure> {
        self.store.stamp(now);
        let store = output::write_draft(&self.path, lines(&self.store, true).expose())
            .map_err(|failure| failure.hint("the key store is as it was"))?;
        let ledger = output::write_draft(&ledger_of(&self.path), lines(&self.store, false).expose())
            .map_err(|failure| failure.hint("the key store is changed; the next change mends its ledger"))?;
        let safe = store && ledger;
        if !safe {
            context.warn(format!(
                "the folder of {} cannot be synced on this file system: after a power cut the old key store may be \
                 there again",
                self.path.display()
            ));
        }
        Ok(())
    }
}

/// Changes the key store under its lock: reads, lets `change` have it, writes whole or not at all.
///
/// # Errors
/// Lock held, unreadable or unwritable store, or what `change` says; then nothing is written.
pub fn change<T>(
    context: &Context,
    path: &Path,
    change: impl FnOnce(&mut Store) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut transaction = open(context, path)?;
    let result = change(&mut transaction.store)?;
    transaction.commit(context, context.by_now())?;
    Ok(result)
}

/// The store as text.
fn lines(store: &Store, private: bool) -> Secret<Vec<u8>> {
    let mut bytes = store.to_json(private).expose().clone().into_bytes();
    bytes.push(b'\n');
    Secret::new(bytes)
}

/// Adds a key: same family as what is there, no key twice, every `kid` once.
///
/// # Errors
/// A key that does not belong here.
pub fn add(store: &mut Store, key: Key) -> Result<(), Failure> {
    let dead = store.meta.tombstones.iter().find(|dead| key.kid.as_ref() == Some(&dead.kid));
    if let Some(dead) = store.tombstone(&key).or(dead) {
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
