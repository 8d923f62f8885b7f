//! JUnit XML renderer for CI systems: one suite per command, one case per finding. There is no standard; this is the
//! common subset of the schemas of Jenkins and Maven Surefire.
//!
//! A finding that fails the run is a failure. Any other is a passing case with `system-out`: it is not skipped, and must
//! not fail the build. Without a gate (`inspect`) errors and warnings are failures. A report without findings is one
//! passing case, to make the run visible.
//!
//! `tests` and `failures` are the numbers of findings that were found. Where only the first of a rule are kept, one case
//! stands for all others.

use super::{Report, Verdict};
use crate::encoding::escape;
use crate::finding::{CountsByRule, Finding, Severity, group_digits};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

type Xml = Writer<Vec<u8>>;

/// The whole document. The characters that XML 1.0 §2.2 forbids are a subset of those escaped everywhere.
///
/// # Errors
/// None except from memory allocation: the writer is an in-memory [`io::Write`].
pub fn render(report: &Report) -> io::Result<String> {
    let counts = report.counts();
    let failures = counts.total(|severity| is_failure(report, severity));
    // A negative verdict without a failed case would look green.
    let lone_no = report.verdict.is_negative() && failures == 0;
    let cases = counts.total(|_| true).saturating_add(u64::from(lone_no)).max(1);
    let failures = failures.saturating_add(u64::from(lone_no)).to_string();
    let (title, cases) = (report.title(), cases.to_string());
    let numbers = [("tests", &*cases), ("failures", &*failures), ("errors", "0"), ("skipped", "0")];

    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").with_attributes(numbers).write_inner_content(|xml| {
        let suite = xml.create_element("testsuite").with_attribute(("name", &*title)).with_attributes(numbers);
        suite.write_inner_content(|xml| {
            report.findings.iter().try_for_each(|finding| case(report, finding, xml))?;
            let kept = CountsByRule::from_findings(&report.findings);
            for (rule, severity, count) in counts.ranked() {
                let others = count.saturating_sub(kept.get(rule, severity));
                if others > 0 {
                    other_cases(report, rule, severity, others, xml)?;
                }
            }
            if lone_no || counts == CountsByRule::default() {
                verdict(&title, report.verdict, xml)?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    let mut text = String::from_utf8(xml.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn is_failure(report: &Report, severity: Severity) -> bool {
    report.summary.as_ref().map_or(severity > Severity::Info, |summary| summary.fails_on(severity))
}

fn case(report: &Report, finding: &Finding, xml: &mut Xml) -> io::Result<()> {
    let place = finding.location.to_text();
    let name = if place.is_empty() { finding.rule.to_owned() } else { format!("{} at {place}", finding.rule) };
    let title = report.title();
    let class = finding.location.file.as_deref().unwrap_or(&title);
    let (class, name, message) = (escape::line(class), escape::line(&name), escape::line(&finding.message));
    let advice = format!("fix: {}\nsource: {}", escape::line(finding.help), escape::line(finding.source));
    written_case(report, (&class, &name), finding.severity, (&message, &advice), xml)
}

/// One case for the findings of a rule that were counted and not kept.
fn other_cases(report: &Report, rule: &'static str, severity: Severity, count: u64, xml: &mut Xml) -> io::Result<()> {
    let others = format!("{} more like it", group_digits(&count.to_string()));
    let advice = format!("run: authkit explain {rule}");
    written_case(report, (&report.title(), &format!("{rule}: {others}")), severity, (&others, &advice), xml)
}

/// A case with its class and name, and a message with the advice below it.
fn written_case(
    report: &Report,
    (class, name): (&str, &str),
    severity: Severity,
    (message, advice): (&str, &str),
    xml: &mut Xml,
) -> io::Result<()> {
    let case = xml.create_element("testcase").with_attributes([("classname", class), ("name", name)]);
    case.write_inner_content(|xml| {
        if is_failure(report, severity) {
            let attributes = [("message", message), ("type", severity.name())];
            let text = format!("message: {message}\n{advice}");
            xml.create_element("failure").with_attributes(attributes).write_text_content(BytesText::new(&text))?;
        } else {
            let text = format!("{}: {message}\n{advice}", severity.name());
            xml.create_element("system-out").write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The single case for the run as a whole.
fn verdict(title: &str, verdict: Verdict, xml: &mut Xml) -> io::Result<()> {
    let case = xml.create_element("testcase").with_attributes([("classname", title), ("name", "verdict")]);
    if verdict.is_negative() {
        case.write_inner_content(|xml| {
            let attributes = [("message", verdict.name()), ("type", "verdict")];
            xml.create_element("failure").with_attributes(attributes).write_empty()?;
            Ok(())
        })?;
    } else {
        case.write_empty()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;
    use crate::finding::Location;
    use crate::report::answer::CheckSummary;
    use crate::settings::FailOn;
    use quick_xml::Reader;
    use std::collections::BTreeMap;

    /// Every element with its attributes and its text; panics if the document is not well-formed.
    fn read(text: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
        let allowed = |c: char| matches!(c, '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(allowed), "XML 1.0 §2.2: {text:?}");
        let mut reader = Reader::from_str(text);
        let mut elements: Vec<(String, BTreeMap<String, String>, String)> = Vec::new();
        let mut open = Vec::new();
        loop {
            let event = reader.read_event().unwrap();
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    if matches!(event, Event::Start(_)) {
                        open.push(tag.name().as_ref().to_owned());
                    }
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                        (attribute.key.as_ref().to_owned(), value)
                    });
                    elements.push((tag.name().as_ref().to_owned(), attributes.collect(), String::new()));
                }
                Event::End(tag) => assert_eq!(open.pop().as_deref(), Some(tag.name().as_ref())),
                Event::Text(text) => {
                    if let Some((_, _, own)) = elements.last_mut() {
                        own.push_str(text);
                    }
                }
                Event::GeneralRef(name) => {
                    let name = format!("&{};", &**name);
                    elements.last_mut().unwrap().2.push_str(&quick_xml::escape::unescape(&name).unwrap());
                }
                Event::Eof => break,
                Event::Decl(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(open.is_empty(), "{text}");
        elements
    }

    fn named<'a>(
        elements: &'a [(String, BTreeMap<String, String>, String)],
        name: &str,
    ) -> Vec<(&'a BTreeMap<String, String>, &'a str)> {
        elements.iter().filter(|(own, ..)| own == name).map(|(_, attributes, text)| (attributes, text.trim())).collect()
    }

    #[test]
    fn errors_and_warnings_fail_and_info_passes() {
        let mut report = Report::new("inspect", Verdict::Done, &()).unwrap();
        let location = Location { file: Some("app.log".into()), line: Some(3), ..Location::pointer("/claims/exp") };
        report.findings.push(test_fixtures::finding(Severity::Error, "a < b", location));
        report.findings.push(test_fixtures::finding(Severity::Warning, "late", Location::default()));
        report.findings.push(test_fixtures::finding(Severity::Info, "old", Location::default()));
        let elements = read(&render(&report).unwrap());
        let suite = named(&elements, "testsuite")[0].0;
        assert_eq!((&*suite["name"], &*suite["tests"], &*suite["failures"]), ("authkit inspect", "3", "2"));
        let cases = named(&elements, "testcase");
        assert_eq!(cases[0].0["classname"], "app.log");
        assert_eq!(cases[0].0["name"], "exp-missing at app.log:3, /claims/exp");
        assert_eq!(cases[1].0["classname"], "authkit inspect");
        let failures = named(&elements, "failure");
        assert_eq!((&*failures[0].0["message"], &*failures[1].0["type"]), ("a < b", "warning"));
        assert_eq!(failures[0].1, "message: a < b\nfix: add it\nsource: RFC 7519 §4.1.4");
        assert_eq!(named(&elements, "system-out")[0].1, "info: old\nfix: add it\nsource: RFC 7519 §4.1.4");
    }

    #[test]
    fn counted_findings_are_tests_and_fail_as_the_run_does() {
        let found = [(("exp-missing", Severity::Error), 1_000), (("typ-missing", Severity::Warning), 7)];
        let summary = CheckSummary::new(found.into_iter().collect(), FailOn::Error, "1,000 tokens".to_owned());
        let mut report = Report::for_checks("audit", summary, &()).unwrap();
        report.findings.push(test_fixtures::finding(Severity::Error, "no exp", Location::default()));
        let elements = read(&render(&report).unwrap());
        let suite = named(&elements, "testsuite")[0].0;
        assert_eq!((&*suite["tests"], &*suite["failures"]), ("1007", "1000"));
        let names: Vec<&str> = named(&elements, "testcase").iter().map(|(case, _)| &*case["name"]).collect();
        assert_eq!(names, ["exp-missing", "exp-missing: 999 more like it", "typ-missing: 7 more like it"]);
        assert_eq!(named(&elements, "failure").len(), 2);
        assert_eq!(named(&elements, "system-out")[0].1, "warning: 7 more like it\nrun: authkit explain typ-missing");
    }

    #[test]
    fn verdict_without_findings_is_one_case() {
        for (verdict, failures) in [(Verdict::Passed, 0), (Verdict::Done, 0), (Verdict::Missed, 1)] {
            let elements = read(&render(&Report::new("inspect", verdict, &()).unwrap()).unwrap());
            assert_eq!(named(&elements, "testcase").len(), 1);
            assert_eq!(named(&elements, "failure").len(), failures);
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let text = render(&test_fixtures::report()).unwrap();
        test_fixtures::assert_nothing_hidden(&text);
        let elements = read(&text);
        let names: Vec<_> = elements.iter().map(|(name, ..)| &**name).collect();
        assert_eq!(names, ["testsuites", "testsuite", "testcase", "failure"]);
        assert_eq!(named(&elements, "failure")[0].0["message"], escape::line(test_fixtures::TEXT));
    }
}
