//! Reading of key, passphrase and CA certificate files. Content that another user could have chosen is refused.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use super::file_access::{belongs_to_other_user, directory_exposure, is_pipe, is_planted, is_superuser};
use super::input::{self, Input, canonical, unreadable};
use super::open_directory::{Access, directory_of};
use super::resolved_path::ResolvedPath;
use super::system;
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// Reads a key or a passphrase. For a missing file, the hint names the SPEC for other sources.
///
/// # Errors
/// As [`read_trusted`].
pub fn read(path: &Path, limit: usize) -> Result<Input, Failure> {
    read_trusted(path, limit).map_err(|failure| match path.to_str() {
        Some(name) if !input::exists(path) => failure.hint_if(source_hint(name)),
        _ => failure,
    })
}

/// The SPEC that was probably meant by a word that is not a file.
fn source_hint(name: &str) -> Option<String> {
    if name.is_empty() || name.contains(['/', '\\', '.']) {
        return None;
    }
    Some(match system::variable_bytes(name) {
        Some(_) => format!("environment variable {name} is set: pass env:{name}"),
        None => "to pass a secret, use env:NAME, prompt: or - for standard input".to_owned(),
    })
}

/// Reads a file whose content decides what is trusted. Symbolic links are resolved first and the target is opened without following any, so
/// the file that is checked is the file that is read.
///
/// # Errors
/// Missing, unreadable, a directory, too large; a symbolic link of another user; a pipe of another user, who may never
/// write to it; for the superuser, a file that another user put into a shared directory.
pub fn read_trusted(path: &Path, limit: usize) -> Result<Input, Failure> {
    let cannot = |error: io::Error| unreadable(&path.display().to_string(), &error);
    let found = std::fs::metadata(path).map_err(cannot)?;
    let resolved = ResolvedPath::follow(path).map_err(cannot)?;
    // Checked before opening, which would block until a pipe has a writer, and again on the open file.
    let file = if canonical(path).is_some() {
        check(path, &resolved, &resolved.directory.metadata(&resolved.name).map_err(cannot)?)?;
        resolved.directory.open_existing(&resolved.name, Access::ReadWaiting).map_err(cannot)?
    } else {
        // A pipe behind /dev/fd has no path: only its owner and the symbolic links to it can be checked.
        check(path, &resolved, &found)?;
        input::open(path)?
    };
    check(path, &resolved, &file.metadata().map_err(cannot)?)?;
    let mut input = input::read(file, path, limit)?;
    for found in [std::fs::metadata(directory_of(path)), resolved.directory.own_metadata()].into_iter().flatten() {
        let exposure = directory_exposure(&found);
        input.exposure.replaceable |= exposure.writable || exposure.foreign;
        input.exposure.group_writable |= exposure.group_writable;
        input.exposure.of_other_user |= exposure.of_other_user;
    }
    Ok(input)
}

fn check(path: &Path, resolved: &ResolvedPath, found: &Metadata) -> Result<(), Failure> {
    if found.is_dir() {
        return Err(Failure::environment(format!("{} is a directory", path.display())));
    }
    if resolved.is_led_by_other_user(Some(found)) {
        return Err(chosen_by_other_user(path, "symbolic link"));
    }
    // For users other than root, a foreign file is refused where it is used, and `keys check` reports it.
    let is_planted = is_superuser() && is_planted(&resolved.directory, found);
    if is_pipe(found) && (is_planted || belongs_to_other_user(found)) {
        return Err(chosen_by_other_user(path, "pipe"));
    }
    if is_planted {
        let why = "it belongs to another user, and its directory is writable by others";
        return Err(Failure::input(format!("refusing to use {} as a key: {why}", path.display()))
            .hint("copy it into a directory that you own, or pass it on standard input (-)"));
    }
    Ok(())
}

fn chosen_by_other_user(path: &Path, what: &str) -> Failure {
    Failure::input(format!("{} is a {what} of another user, who controls its content", path.display()))
}
