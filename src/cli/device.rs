//! Outputs that are neither files nor directories: pipes, terminals, /dev/null. They are written in place; a private
//! key or a token is never written to a pipe of another user, who could read it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use super::whole_file::Mode;
use std::fs::{File, Metadata, OpenOptions};
use std::path::Path;

/// Opens the pipe or the device at `path`; `None` when a regular file is to be created or replaced there.
///
/// A symbolic link is not followed and yields `None`. Inherited descriptors (/dev/stdout, /dev/fd/63 of a process
/// substitution) were chosen by the user who started the process, so their owner is not checked.
///
/// # Errors
/// It cannot be opened, or it belongs to another user and `mode` is private.
pub fn open(path: &Path, mode: Mode) -> Result<Option<File>, Failure> {
    let shown = path.display().to_string();
    let cannot = |error| Failure::cannot_write(&shown, &error);
    if is_inherited(path) {
        // Append mode, to respect a `>>` of the shell.
        return OpenOptions::new().append(true).open(path).map(Some).map_err(cannot);
    }
    let Some(found) = std::fs::symlink_metadata(path).ok().filter(is_device) else { return Ok(None) };
    let check = |found: &Metadata| match mode == Mode::Private && !is_safe(found) {
        true => Err(Failure::environment(format!(
            "{shown} is a pipe or a device of another user, who could read the secret"
        ))
        .hint("use a file, or a pipe that you own")),
        false => Ok(()),
    };
    // Before opening, which blocks until there is a reader, and after, because the path may resolve elsewhere by then.
    check(&found)?;
    let file = open_for_writing(path).map_err(cannot)?;
    let found = file.metadata().map_err(cannot)?;
    check(&found)?;
    match is_device(&found) {
        true => Ok(Some(file)),
        false => Err(Failure::environment(format!("{shown} was replaced while it was being opened"))),
    }
}

/// Neither a file nor a directory nor a symbolic link.
fn is_device(found: &Metadata) -> bool {
    !found.is_file() && !found.is_dir() && !found.is_symlink()
}

/// Whether `path` names an inherited descriptor of this process.
fn is_inherited(path: &Path) -> bool {
    let is_number = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.parse::<u32>().is_ok());
    if !cfg!(unix) {
        return false;
    }
    ["/dev/stdout", "/dev/stderr"].iter().any(|standard| path == Path::new(standard))
        || ["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|directory| path.parent() == Some(Path::new(directory)) && path.file_name().is_some_and(is_number))
}

#[cfg(unix)]
fn open_for_writing(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new().write(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open_for_writing(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

/// Whether it belongs to this user, or is a character device of the superuser, such as /dev/null and /dev/tty.
#[cfg(unix)]
fn is_safe(found: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    found.uid() == rustix::process::geteuid().as_raw() || (found.file_type().is_char_device() && found.uid() == 0)
}

#[cfg(not(unix))]
fn is_safe(_: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn descriptor_path_of_this_process_is_inherited() {
        for path in ["/dev/stdout", "/dev/stderr", "/dev/fd/63", "/proc/self/fd/1"] {
            assert!(is_inherited(Path::new(path)), "{path}");
        }
        for path in ["/dev/null", "/dev/fd", "/dev/fd/x", "/dev/fd/1/2", "/tmp/fd/1", "/dev/fd/../tty", "fd/1"] {
            assert!(!is_inherited(Path::new(path)), "{path}");
        }
    }
}
