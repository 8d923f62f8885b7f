//! Human output of `authkit lint`.

use super::files::Files;
use super::output::*;
use crate::cli::sources::LeftOut;
use authkit::finding::format_count;
use authkit::report::{Block, Report, Tone, Verdict};

/// The human-readable report; the findings follow it.
pub fn blocks(data: &LintOutput, left_out: &LeftOut) -> Vec<Block> {
    let mut rest = format!("of {} checked: {}", data.files_scanned, format_count(data.explicit, "setting"));
    if data.defaults > 0 {
        rest.push_str(&format!(", {}", format_count(data.defaults, "default")));
    }
    if data.not_checked > 0 {
        rest.push_str(&format!(", {} not checked", data.not_checked));
    }
    for (count, what) in [(data.baselined, "in the baseline"), (data.ignored, "ignored")] {
        if count > 0 {
            rest.push_str(&format!(", {} {what}", format_count(count, "finding")));
        }
    }
    if data.too_large > 0 {
        rest.push_str(&format!(", {} too large", format_count(data.too_large, "file")));
    }
    if let Some(count) = left_out.counted() {
        rest.push_str(&format!(", {count} left out by ignore files"));
    }
    let word = format_count(data.files.len(), "file");
    let mut blocks = vec![Block::Status { tone: Tone::Plain, word, rest }];
    for file in &data.files {
        if file.template {
            blocks
                .push(Block::Paragraph(format!("{}: not checked: a template that must be rendered first", file.file)));
        }
    }
    blocks.push(Block::Gap);
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
