//! Human output of `authkit lint`.

use super::files::Files;
use super::output::*;
use crate::cli::gate_args::removed_findings;
use crate::cli::sources::LeftOut;
use authkit::finding::{format_count, format_counts, group_digits};
use authkit::report::{Block, ProseSpan, Report, Verdict};

/// What was checked: `5 of 9 files`. Templates are not.
pub fn scope(data: &LintOutput) -> String {
    let checked = data.files.iter().filter(|file| !file.template).count();
    let files = format_count(data.files_scanned, "file");
    if checked == data.files_scanned { files } else { format!("{} of {files}", group_digits(&checked.to_string())) }
}

/// The human-readable report below its first line; the findings follow it.
pub fn blocks(data: &LintOutput, left_out: &LeftOut) -> Vec<Block> {
    let settings = format_counts(&[
        (data.explicit, if data.explicit == 1 { "setting" } else { "settings" }),
        (data.defaults, if data.defaults == 1 { "default" } else { "defaults" }),
        (data.not_checked, "not checked"),
    ]);
    let mut parts = vec![if settings.is_empty() { "no settings".to_owned() } else { settings }];
    parts.extend(removed_findings(&[(data.baselined, "in the baseline"), (data.ignored, "ignored")]));
    parts.extend((data.too_large > 0).then(|| format!("{} too large", format_count(data.too_large, "file"))));
    parts.extend(left_out.counted().map(|count| format!("{count} left out by ignore files")));
    let mut blocks = vec![Block::Prose(vec![ProseSpan::Ours(parts.join("; "))])];
    for file in &data.files {
        if file.template {
            blocks
                .push(Block::Paragraph(format!("{}: not checked: a template that must be rendered first", file.file)));
        }
    }
    blocks
}

/// The report of `--list-files`: the detected formats and the reason.
pub fn list(files: &Files) -> Result<Report, serde_json::Error> {
    let data = LintOutput::from_files(files, None);
    let mut rows = Vec::new();
    for file in &data.files {
        for one in &file.recognised {
            rows.push(vec![file.file.clone(), one.format.to_owned(), one.why.to_owned()]);
        }
        if file.recognised.is_empty() {
            let why = if file.template { "not checked: template" } else { "not checked: malformed or too large" };
            rows.push(vec![file.file.clone(), "-".to_owned(), why.to_owned()]);
        }
    }
    let left_out = files.left_out.names().map(|path| path.strip_prefix("./").unwrap_or(path).display().to_string());
    rows.extend(left_out.map(|name| vec![name, "-".to_owned(), "left out by an ignore file".to_owned()]));
    let table = Block::Table { head: vec!["FILE", "FORMAT", "REASON"], numbers: Vec::new(), rows };
    Ok(Report::new("lint", Verdict::Done, &data)?.with(table))
}
