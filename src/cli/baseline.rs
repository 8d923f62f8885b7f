//! Reading and writing of baseline files. The format itself is the library's ([`Baseline`]).

use super::context::Context;
use super::failure::Failure;
use super::input;
use super::output::{self, Mode};
use authkit::encoding::escape;
use authkit::settings::baseline::Baseline;
use std::path::Path;

/// Size limit of a baseline file, in bytes.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Reads and parses the baseline at `path`.
///
/// # Errors
/// An unreadable file, or one that is not a baseline.
pub fn read(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = input::read_file(path, MAX_BYTES)?.bytes;
    let text =
        std::str::from_utf8(bytes.expose()).map_err(|_| Failure::input(format!("baseline {shown} is not UTF-8")))?;
    Baseline::parse(text).map_err(|error| Failure::input(format!("baseline {shown}: {error}")))
}

/// Writes a baseline, and notes where.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, baseline: &Baseline, context: &Context) -> Result<(), Failure> {
    let text = format!("{}\n", escape::json(&serde_json::to_string_pretty(baseline)?));
    output::write_file(context, path, text.as_bytes(), Mode::Public, context.force)?;
    context.note(format!("baseline written to {}", path.display()));
    Ok(())
}
