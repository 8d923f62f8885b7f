//! Audits every token in a HAR file, the export of a browser's network panel, and merges the summaries of its entries.
//!
//!     cargo run --example audit
#![allow(clippy::print_stdout, reason = "an example prints")]

use authkit::audit::observation::Position;
use authkit::audit::summary::{AuditSummary, SummarySettings};
use authkit::audit::token_auditor::{FoundToken, TokenAuditor};
use authkit::extract::har::{Entries, Splitter, extract_tokens};
use authkit::rule_config::RuleConfig;
use authkit::settings::ignore_filter::IgnoreFilter;
use authkit::time::UnixTime;
use authkit::token::compact::MAX_BYTES;
use authkit::token::header_cache::HeaderCache;
use std::error::Error;

const HAR: &[u8] = include_bytes!("../tests/har/browser.har");
const FILE: &str = "browser.har";
/// 2027-01-15T08:00:00Z.
const NOW: UnixTime = UnixTime(1_800_000_000);

/// The number of tokens, then one line for each rule with findings.
pub fn report() -> Result<String, Box<dyn Error>> {
    // A HAR file may be larger than memory: it is fed in chunks, and entries are taken out as they end.
    let (mut splitter, mut entries) = (Splitter::default(), Entries::default());
    for chunk in HAR.chunks(64 * 1024) {
        splitter.feed(chunk, &mut entries);
    }
    splitter.finish()?;

    let (config, headers) = (RuleConfig::default(), HeaderCache::default());
    let mut auditor = TokenAuditor::new(&config, &headers, NOW, MAX_BYTES);
    let mut ignores = IgnoreFilter::new(&[], FILE, false);
    let mut whole = AuditSummary::new(SummarySettings::at(NOW));
    for location in entries.places() {
        // Summaries merge exactly, in any order: each could come from another thread or machine.
        let mut summary = AuditSummary::new(SummarySettings::at(NOW));
        for (ordinal, found) in (0..).zip(extract_tokens(entries.text(location), location)) {
            let position = Position { line: found.place.line, column: found.place.column, ordinal };
            let (token, carrier, url) = (found.token.as_ref(), found.carrier, found.url.as_deref());
            auditor.audit(&FoundToken { token, carrier, position, file: FILE, url }, &mut ignores, &mut summary);
        }
        whole.merge(summary)?;
    }

    let mut lines = format!("{} tokens in {} entries\n", whole.totals().tokens, entries.len());
    for (rule, severity, count) in whole.findings().rules() {
        lines.push_str(&format!("{count:>3} {:<7} {rule}\n", severity.name()));
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", report()?);
    Ok(())
}
