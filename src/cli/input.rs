//! All input of the program: arguments that may be files, standard input, prompts. Everything is read up to a size
//! limit and held as a secret, because it may be one.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::context::Context;
use super::failure::Failure;
use super::file_access::{exposure, is_planted};
use super::open_directory::{Access, OpenDirectory};
use super::system;
use authkit::encoding::bounds::as_u64;
use authkit::encoding::escape;
use authkit::encoding::utf16;
use authkit::secret::Secret;
use authkit::token::{paste, scan};
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, BufRead as _, Read};
use std::path::Path;

pub use super::file_access::Exposure;

/// Size limit of one TOKEN or INPUT, in bytes. Far above the limit of a token, so that an oversized token is rejected
/// with its size.
pub const MAX_INPUT_BYTES: usize = 64 * MEBIBYTE;

/// The longest answer that is read.
const MAX_ANSWER: u64 = 100;

const MEBIBYTE: usize = 1024 * 1024;

/// Bytes that were read, and their name for messages.
#[derive(Debug)]
pub struct Input {
    pub bytes: Secret<Vec<u8>>,
    pub name: String,
    /// Access of other users to the file.
    pub exposure: Exposure,
}

/// Reads TOKEN or INPUT: a literal, `-`, `@FILE`, an existing path, or standard input when absent.
///
/// # Errors
/// Unreadable input.
pub fn read_argument(context: &Context, value: Option<&str>, what: &'static str) -> Result<Input, Failure> {
    match value {
        None | Some("-") => read_stdin(context, what, MAX_INPUT_BYTES),
        Some(text) => match text.strip_prefix('@') {
            Some(path) => read_file(Path::new(path), MAX_INPUT_BYTES),
            None if !is_token(text) && is_path(text) => read_file(Path::new(text), MAX_INPUT_BYTES),
            None if is_missing_path(text) => Err(missing(text)),
            None => Ok(Input {
                bytes: Secret::new(text.as_bytes().to_vec()),
                name: "the argument".to_owned(),
                exposure: Exposure::default(),
            }),
        },
    }
}

/// Whether `text` can only be meant as a path: it is none that can be read, and no token is in it. A token has no slash,
/// and at least two dots.
fn is_missing_path(text: &str) -> bool {
    const ENDINGS: [&str; 6] = [".jwt", ".txt", ".json", ".pem", ".log", ".token"];
    let is_name = !text.is_empty()
        && text.len() <= MAX_PATH_BYTES
        && !text.contains(|c: char| c.is_control() || matches!(c, '"' | '{' | '='))
        && !text.contains("://");
    let is_path = text.contains(['/', '\\']) || text.starts_with('~') || ENDINGS.iter().any(|end| text.ends_with(end));
    let has_no_segments = text.matches('.').count() < 2 && !text.contains(char::is_whitespace);
    is_name
        && (is_path || has_no_segments)
        && scan::scan(text.as_bytes()).is_empty()
        && paste::find(text.as_bytes()).is_empty()
}

/// The longest argument that is taken for the name of a file that does not exist.
const MAX_PATH_BYTES: usize = 255;

fn missing(text: &str) -> Failure {
    let shown = escape::line(text);
    if Path::new(text).is_dir() {
        return Failure::environment(format!("{shown} is a directory"));
    }
    Failure::environment(format!("file {shown} does not exist, and it is not a token"))
}

/// Strips the `@` of `@FILE`, for arguments that are paths and need not be UTF-8.
pub fn without_at(path: &Path) -> &Path {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        path.as_os_str().as_bytes().strip_prefix(b"@").map_or(path, |rest| Path::new(OsStr::from_bytes(rest)))
    }
    #[cfg(not(unix))]
    path.to_str().and_then(|text| text.strip_prefix('@')).map_or(path, Path::new)
}

/// Whether `text` has the shape of a token; such a string is never a path.
fn is_token(text: &str) -> bool {
    let text = text.trim_ascii();
    scan::scan(text.as_bytes()).first().is_some_and(|found| found.offset == 0 && found.token.len() == text.len())
}

/// Whether `path` exists, be it as a dangling symbolic link.
pub fn exists(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Metadata that identifies the state of a regular file without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileStamp {
    /// Device and inode, to detect a replaced file.
    identity: (u64, u64),
    /// The last change of content or permissions, in seconds and nanoseconds.
    changed: (i64, i64),
    modified: (i64, i64),
    bytes: u64,
}

/// The state of the file at `path`; `None` when it is missing or not a regular file.
pub fn file_stamp(path: &Path) -> Option<FileStamp> {
    let found = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some(FileStamp {
            identity: (found.dev(), found.ino()),
            changed: (found.ctime(), found.ctime_nsec()),
            modified: (found.mtime(), found.mtime_nsec()),
            bytes: found.len(),
        })
    }
    #[cfg(not(unix))]
    {
        let since = found.modified().ok()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let modified = (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), i64::from(since.subsec_nanos()));
        Some(FileStamp { identity: (0, 0), changed: (0, 0), modified, bytes: found.len() })
    }
}

/// Whether `text` is an existing path that is not a directory.
pub fn is_path(text: &str) -> bool {
    !text.is_empty() && std::fs::metadata(text).is_ok_and(|found| !found.is_dir())
}

/// Whether `text` is the path of a directory.
pub fn is_directory(text: &str) -> bool {
    std::fs::metadata(text).is_ok_and(|found| found.is_dir())
}

/// Reads standard input for `reader`; only one argument per run may.
///
/// # Errors
/// Already read, unreadable, or larger than `limit` bytes.
pub fn read_stdin(context: &Context, reader: &'static str, limit: usize) -> Result<Input, Failure> {
    claim_stdin(context, reader)?;
    let bytes = capped(io::stdin().lock(), limit, "standard input")?;
    Ok(Input { bytes, name: "standard input".to_owned(), exposure: Exposure::default() })
}

/// Checks that at most one of `readers` reads standard input, before any of them does.
///
/// # Errors
/// There are two.
pub fn one_reads_stdin(mut readers: impl Iterator<Item = &'static str>) -> Result<(), Failure> {
    match (readers.next(), readers.next()) {
        (Some(first), Some(second)) => Err(Failure::stdin_twice(first, second)),
        _ => Ok(()),
    }
}

/// Standard input as a stream of lines.
///
/// # Errors
/// When another argument has read it.
pub fn stdin_stream(context: &Context, reader: &'static str) -> Result<Box<dyn Read>, Failure> {
    claim_stdin(context, reader)?;
    Ok(Box::new(io::stdin()))
}

/// Claims standard input for `reader`, and says so where a user would wait for the program in vain.
fn claim_stdin(context: &Context, reader: &'static str) -> Result<(), Failure> {
    context.claim_stdin(reader)?;
    if system::stdin_is_terminal() {
        context.warn(format!("reading {reader} from the terminal; end with Ctrl-D"));
        context.tell_notes();
    }
    Ok(())
}

/// A file as a stream of lines.
///
/// # Errors
/// Missing, unreadable, a directory.
pub fn file_stream(path: &Path) -> Result<Box<dyn Read>, Failure> {
    Ok(Box::new(open(path)?))
}

/// Reads a file, a pipe or a device up to `limit` bytes.
///
/// # Errors
/// Missing, unreadable, a directory, too large.
pub fn read_file(path: &Path, limit: usize) -> Result<Input, Failure> {
    read(open(path)?, path, limit)
}

/// Reads the regular file `name`; `what` describes it in messages. `None` when it is missing.
///
/// # Errors
/// Unreadable, too large, a symbolic link, a pipe, a directory.
pub fn regular_file(
    directory: &OpenDirectory,
    name: &OsStr,
    limit: usize,
    what: &str,
) -> Result<Option<Input>, Failure> {
    let path = directory.path().join(name);
    let refuse = |why: &str| Err(Failure::input(format!("{what} {} {why}", path.display())));
    let file = match directory.open_existing(name, Access::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) if directory.metadata(name).is_ok_and(|found| found.is_symlink()) => {
            return refuse("is a symbolic link");
        }
        Err(error) => return Err(unreadable(&path.display().to_string(), &error)),
    };
    match file.metadata() {
        Ok(found) if !found.is_file() => return refuse("is not a regular file"),
        // The superuser acts for the owner of a directory, not for users who can create files in it, as in /tmp.
        Ok(found) if is_planted(directory, &found) => {
            return refuse("belongs to another user, and its directory is writable by others");
        }
        _ => {}
    }
    read(file, &path, limit).map(Some)
}

pub(super) fn read(file: File, path: &Path, limit: usize) -> Result<Input, Failure> {
    let name = path.display().to_string();
    let exposure = exposure(&file);
    let bytes = capped(file, limit, &name)?;
    Ok(Input { bytes, name, exposure })
}

pub(super) fn open(path: &Path) -> Result<File, Failure> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| unreadable(&shown.to_string(), &error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Failure::environment(format!("{shown} is a directory")));
    }
    Ok(file)
}

pub(super) fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::environment(format!("cannot read {name}: {error}"))
}

fn capped(reader: impl Read, limit: usize, name: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    // One extra byte distinguishes a file of exactly the limit from one that exceeds it.
    let most = as_u64(limit).saturating_add(1);
    let read = reader.take(most).read_to_end(&mut bytes);
    let bytes = Secret::new(bytes);
    read.map_err(|error| unreadable(name, &error))?;
    if bytes.expose().len() > limit {
        let most = match limit.checked_div(MEBIBYTE) {
            Some(mebibytes) if mebibytes.checked_mul(MEBIBYTE) == Some(limit) => format!("{mebibytes} MiB"),
            _ => format!("{limit} bytes"),
        };
        return Err(Failure::input(format!("{name} exceeds the limit of {most}")));
    }
    Ok(bytes)
}

/// Whether `path` is a regular file, and neither a symbolic link nor a device.
pub fn is_regular(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Whether `path` is a symbolic link.
pub fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// The canonical path; `None` when it does not exist, or when the system forbids this user to follow a symbolic link in
/// a shared directory (fs.protected_symlinks), which `canonicalize` alone does not check.
pub fn canonical(path: &Path) -> Option<std::path::PathBuf> {
    std::fs::metadata(path).and_then(|_| std::fs::canonicalize(path)).ok()
}

/// The type of network file system that `directory` is on, according to the mount table (Linux).
pub fn network_file_system(directory: &Path) -> Option<String> {
    let whole = canonical(directory)?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    network_mount(&mounts, &whole)
}

/// proc(5): `ID PARENT MAJOR:MINOR ROOT MOUNT-POINT OPTIONS … - TYPE SOURCE OPTIONS`.
fn network_mount(mounts: &str, path: &Path) -> Option<String> {
    const KINDS: [&str; 10] =
        ["9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "nfs", "nfs4", "smb3"];
    let nearest = mounts
        .lines()
        .filter_map(|line| {
            let (place, kind) = line.split_once(" - ")?;
            let point = place.split(' ').nth(4)?.replace("\\040", " ");
            path.starts_with(&point).then(|| (point.len(), kind.split(' ').next().unwrap_or_default()))
        })
        // Of two mounts on one mount point, the later one is visible.
        .max_by_key(|(length, _)| *length)?;
    KINDS.contains(&nearest.1).then(|| nearest.1.to_owned())
}

/// Checks that a directory belongs to this user, and that no other user can write to it.
///
/// # Errors
/// It does not, they can, or it is not a directory.
#[cfg(feature = "net")]
pub fn require_private_dir(path: &Path) -> Result<OpenDirectory, Failure> {
    let shown = path.display();
    let directory = OpenDirectory::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotADirectory => Failure::environment(format!("{shown} is not a directory")),
        _ => unreadable(&shown.to_string(), &error),
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let found = directory.own_metadata().map_err(|error| unreadable(&shown.to_string(), &error))?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(Failure::input(format!("directory {shown} belongs to another user")));
        }
        if found.mode() & 0o022 != 0 {
            return Err(Failure::input(format!("directory {shown} is writable by other users"))
                .hint(format!("run: chmod go-w {shown}")));
        }
    }
    Ok(directory)
}

/// Prompts on the controlling terminal without echo, even when standard input is a pipe.
///
/// # Errors
/// No terminal, or `--no-input`.
pub fn prompt(context: &Context, question: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let cannot = |why: &str| {
        Failure::usage(format!("cannot prompt for {question}: {why}"))
            .hint("use another source: a file, env:NAME, or - for standard input")
    };
    if context.no_input {
        return Err(cannot("--no-input is set"));
    }
    rpassword::prompt_password(format!("{question}: "))
        .map(|text| Secret::new(text.into_bytes()))
        .map_err(|_| cannot("no terminal"))
}

/// Asks a question that is answered with yes or no, on the terminal.
///
/// # Errors
/// Not answered with yes; no terminal, or `--no-input`: then the hint names the `instead` of an answer.
pub fn confirm(context: &Context, question: &str, instead: &str) -> Result<(), Failure> {
    if context.no_input || !system::stdin_is_terminal() {
        return Err(Failure::usage(format!("not confirmed: {question}")).hint(format!("pass {instead}")));
    }
    system::write_stderr(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().take(MAX_ANSWER).read_line(&mut answer).map_err(|error| unreadable("the answer", &error))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(Failure::usage("not confirmed; nothing changed"))
    }
}

/// Decodes text written by a Windows shell: UTF-16 with a byte order mark is converted, a UTF-8 mark is removed, both
/// with a warning. Other bytes are returned unchanged.
pub fn decode_text(context: &Context, input: Input) -> Input {
    let bytes = input.bytes.expose();
    if let Some(text) = utf16::marked(bytes) {
        context.warn(format!("{} is UTF-16; converted to UTF-8", input.name));
        return Input { bytes: Secret::new(text.to_vec()), ..input };
    }
    match bytes.strip_prefix(utf16::UTF8_MARK) {
        Some(rest) => {
            context.warn(format!("{} begins with a byte order mark; ignoring it", input.name));
            Input { bytes: Secret::new(rest.to_vec()), ..input }
        }
        None => input,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_system_is_taken_from_the_nearest_mount() {
        const MOUNTS: &str = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
            31 22 0:50 / /srv/keys rw,relatime - nfs4 host:/keys rw\n\
            32 31 0:51 / /srv/keys/local rw - tmpfs tmpfs rw\n";
        let kind = |path: &str| network_mount(MOUNTS, Path::new(path));
        assert_eq!(kind("/srv/keys/a"), Some("nfs4".to_owned()));
        assert_eq!(kind("/srv/keys"), Some("nfs4".to_owned()));
        for local in ["/srv", "/srv/keysmith", "/srv/keys/local/a", "/"] {
            assert_eq!(kind(local), None, "{local}");
        }
    }
}
