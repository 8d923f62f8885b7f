//! Loading of key sources for `keys check` and `keys show`: all members, including those that other commands refuse.

use super::context::Context;
use super::failure::Failure;
use super::input::Input;
use super::key_spec::{self, SpecDecoding};
use super::key_store;
use authkit::http::url::shown_reference;
use authkit::inspect::key_check::LoadedKeySource;
use authkit::key::inventory::{self, KeyInventory};
use std::ffi::OsStr;
use std::path::Path;

/// Loads the source that KEY names: a SPEC, a kid in the key store, or the whole key store.
///
/// # Errors
/// An unavailable source, or one that is not a key source.
pub fn load_inventory(context: &Context, name: Option<&OsStr>) -> Result<LoadedKeySource, Failure> {
    match name.map(|name| name.to_str().ok_or(name)) {
        None => store(context, None),
        // Only the names of files need not be UTF-8.
        Some(Err(path)) => from_input(context, &SpecDecoding::Detect, key_spec::file(Path::new(path))?),
        Some(Ok(name)) if key_spec::is_spec(name) => from_spec(context, name),
        Some(Ok(kid)) => store(context, Some(kid)),
    }
}

fn from_spec(context: &Context, spec: &str) -> Result<LoadedKeySource, Failure> {
    let spec = key_spec::split_issuer_binding(spec).map_or(spec, |(_, inner)| inner);
    if key_spec::is_network(spec) {
        let text = key_spec::network_text(context, spec)?;
        let name = shown_reference(spec);
        let survey = inventory::read(text.as_bytes(), None).map_err(|error| Failure::key(&name, &error))?;
        return Ok(LoadedKeySource { name, remote: true, survey, public: true, readable: false, changeable: None });
    }
    let (reading, input) = key_spec::read(context, spec)?;
    from_input(context, &reading, input)
}

fn from_input(context: &Context, reading: &SpecDecoding, input: Input) -> Result<LoadedKeySource, Failure> {
    let survey = match reading {
        SpecDecoding::Detect => read_inventory(context, &input)?,
        other => {
            let set = key_spec::parse(context, other, &input)?;
            KeyInventory { notes: set.notes, ..inventory::from_keys(set.keys, set.form) }
        }
    };
    key_spec::warn_of_notes(context, &input.name, &survey.notes);
    Ok(source(input, survey))
}

fn read_inventory(context: &Context, input: &Input) -> Result<KeyInventory, Failure> {
    let read = |passphrase: Option<&_>| inventory::read(input.bytes.expose(), passphrase);
    key_spec::with_passphrase(context, &input.name, read)?.map_err(|error| Failure::key(&input.name, &error))
}

fn source(input: Input, survey: KeyInventory) -> LoadedKeySource {
    let Input { name, exposure, .. } = input;
    let (readable, changeable) = (exposure.readable, exposure.changeable());
    LoadedKeySource { name, remote: false, survey, public: false, readable, changeable }
}

/// The key store, or the one key in it that `kid` names.
fn store(context: &Context, kid: Option<&str>) -> Result<LoadedKeySource, Failure> {
    let path = key_store::path(context)?;
    let no_keys = || key_store::no_keys(&path).hint("run authkit keys generate, or name a key file");
    let Some(input) = key_store::bytes(context, &path)? else {
        return Err(match kid.map(|kid| key_store::select_argument(&[], kid)) {
            Some(Err(failure)) => failure,
            _ => no_keys(),
        });
    };
    let mut survey = read_inventory(context, &input)?;
    if survey.members.is_empty() {
        return Err(no_keys());
    }
    if let Some(kid) = kid {
        let keys: Vec<_> = survey.members.iter().filter_map(|member| member.key.as_ref().ok().cloned()).collect();
        let chosen = key_store::select_argument(&keys, kid)?;
        survey.members.retain(|member| member.kid == chosen.kid);
    }
    // Unlike other key files, the key store must not be writable by its group.
    let by_group = input.exposure.group_writable.then_some("it is writable by its group");
    let changeable = input.exposure.changeable().or(by_group);
    Ok(LoadedKeySource { changeable, ..source(input, survey) })
}
