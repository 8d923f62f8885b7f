//! Renderer for GitHub Actions workflow commands: each finding becomes an annotation of the run, and of the changed
//! file if it has one. A step shows ten annotations of each level; the log contains all of them.
//!
//! "Workflow commands for GitHub Actions" describes `::error file={name},line={line},title={title}::{message}`. The
//! escaping follows the runner's `ActionCommand.cs` and the toolkit's `command.ts`: `%`, CR and LF in the message, also
//! `:` and `,` in properties.

use super::{Report, Verdict};
use crate::encoding::escape;
use crate::finding::{Finding, Location, Severity};

/// One line per finding, then a plain-text summary.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    report.findings.iter().for_each(|finding| annotation(finding, &mut out));
    out.push_str(&format!("{}: {}\n", report.title(), summary(report)));
    out
}

/// `1 error, 2 warnings in 3 files — failed (--fail-on error)`; without a gate only the numbers, and a negative verdict.
fn summary(report: &Report) -> String {
    if let Some(line) = report.answer() {
        let pieces = line.pieces(true).into_iter().skip(1);
        return pieces.map(|(_, piece)| piece).collect();
    }
    let found = report.counts().to_text("");
    let is_plain = !report.verdict.is_negative() || report.verdict == Verdict::Failed;
    if is_plain { found } else { format!("{}; {found}", report.verdict.name()) }
}

fn annotation(finding: &Finding, out: &mut String) {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let Location { file, line, column, .. } = &finding.location;
    let mut properties = String::new();
    let mut rest = finding.location.clone();
    if let Some(file) = file {
        properties.push_str(&format!("file={},", property(file)));
        for (name, number) in [("line", *line), ("col", line.and(*column))] {
            properties.extend(number.map(|number| format!("{name}={number},")));
        }
        // The properties contain these already.
        (rest.file, rest.line, rest.column) = (None, None, None);
    }
    let place = Some(rest.to_text()).filter(|words| !words.is_empty()).map(|words| format!(" ({words})"));
    let message = format!("{}{}", finding.message, place.unwrap_or_default());
    // The line break before the fix is intended; those of the message were escaped before.
    let (message, fix) = (data(&message), data(finding.help));
    out.push_str(&format!("::{command} {properties}title={}::{message}%0Afix: {fix}\n", property(finding.rule)));
}

/// The text after the second `::`.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at `,` or `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;

    #[test]
    fn findings_become_annotations() {
        let mut report = Report::new("keys-show", Verdict::Failed, &()).unwrap();
        let location =
            Location { file: Some("a, b:c.log".into()), line: Some(3), column: Some(7), ..Location::default() };
        report.findings.push(test_fixtures::finding(Severity::Error, "100 % wrong", location));
        report.findings.push(test_fixtures::finding(Severity::Info, "old", Location::pointer("/claims/exp")));
        let expected = "::error file=a%2C b%3Ac.log,line=3,col=7,title=exp-missing::100 %25 wrong%0Afix: add it\n\
                        ::notice title=exp-missing::old (/claims/exp)%0Afix: add it\n\
                        authkit keys show: 1 error, 1 info\n";
        assert_eq!(render(&report), expected);
    }

    #[test]
    fn report_without_findings_is_summarised_as_text() {
        let report = |verdict| Report::new("inspect", verdict, &()).unwrap();
        assert_eq!(render(&report(Verdict::Passed)), "authkit inspect: no findings\n");
        assert_eq!(render(&report(Verdict::Missed)), "authkit inspect: missed; no findings\n");
    }

    #[test]
    fn hostile_text_is_not_a_command() {
        let text = render(&test_fixtures::report());
        test_fixtures::assert_nothing_hidden(&text);
        for line in text.lines().filter(|line| !line.starts_with("authkit ")) {
            let rest = line.strip_prefix("::error ").unwrap_or_else(|| panic!("{line}"));
            let (properties, message) = rest.split_once("::").unwrap();
            assert!(properties.starts_with("file=") && properties.ends_with(",title=exp-missing"), "{properties}");
            assert_eq!(properties.split(',').count(), 4, "{properties}");
            assert!(!message.contains("##["), "{message}");
            assert_eq!(message.matches("%0A").count(), 1, "{message}");
        }
        assert_eq!(text.lines().count(), 2);
    }
}
