//! Lints a Keycloak realm under the profile asvs-l2, with one limit changed, and counts the safe fixes.
//!
//!     cargo run --example lint
#![allow(clippy::print_stdout, reason = "an example prints")]

use authkit::lint::Linter;
use authkit::rule_config::limit;
use authkit::rule_config::profile;
use authkit::rule_config::{RuleConfig, SeverityOverride};
use std::error::Error;

const REALM: &str = include_str!("../tests/lint/keycloak/1.json");

/// The recognised format, then one line for each finding, and the number of fixes.
pub fn report() -> Result<String, Box<dyn Error>> {
    let asvs = profile::find("asvs-l2").ok_or("unknown profile")?;
    let mut config = RuleConfig::default().with_profile(asvs);
    // Seconds, the unit of this limit.
    config.set_limit(limit::find("access-token-max").ok_or("unknown limit")?, 300);
    config.set_severity("refresh-token-rotation-off", SeverityOverride::Off);

    // One linter serves many files. The format is detected by content; the name is for the positions.
    let linter = Linter::new(&config);
    let result = linter.lint(REALM, "realm.json", None);

    let formats: Vec<&str> = result.recognised.iter().map(|found| found.format.name).collect();
    let mut lines = format!("{}: {} settings, {} defaults\n", formats.join(", "), result.explicit, result.defaults);
    for finding in &result.findings {
        let line = finding.location.line.unwrap_or_default();
        lines.push_str(&format!("realm.json:{line} {} {}\n", finding.severity.name(), finding.rule));
    }
    lines.push_str(&format!("{} safe fixes\n", result.edits.len()));
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", report()?);
    Ok(())
}
