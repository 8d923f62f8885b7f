//! Baselines as files.

use super::context::Context;
use super::failure::Failure;
use super::input;
use super::output::{self, Mode};
use authkit::encoding::escape;
use authkit::settings::baseline::Baseline;
use authkit::settings::ignore_filter::FindingCounts;
use std::path::Path;

/// The most that is read of one.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// # Errors
/// It cannot be read, or is none.
pub fn read(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = input::read_file(path, MAX_BYTES)?.bytes;
    let text = std::str::from_utf8(bytes.expose())
        .map_err(|_| Failure::input(format!("the baseline {shown} is not UTF-8")))?;
    Baseline::parse(text).map_err(|error| Failure::input(format!("the baseline {shown}: {error}")))
}

/// Writes what was found as a baseline, and says so.
///
/// # Errors
/// It cannot be written.
pub fn write<'t>(
    path: &Path,
    tallies: impl IntoIterator<Item = (&'t str, &'t FindingCounts)>,
    context: &Context,
) -> Result<(), Failure> {
    write_whole(path, &Baseline::from_counts(tallies), context)
}

/// Writes a baseline, and says so.
///
/// # Errors
/// It cannot be written.
pub fn write_whole(path: &Path, baseline: &Baseline, context: &Context) -> Result<(), Failure> {
    let text = format!("{}\n", escape::json(&serde_json::to_string_pretty(baseline)?));
    output::write_file(context, path, text.as_bytes(), Mode::Public, context.force)?;
    context.note(format!("baseline written to {}", path.display()));
    Ok(())
}
