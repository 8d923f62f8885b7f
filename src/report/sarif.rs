//! SARIF 2.1.0 renderer (OASIS, errata 01) for code scanning: all rules, and the findings as results. It has its own
//! structs: internal types can change without affecting the format. Section numbers refer to the standard.

use super::{Report, json};
use crate::encoding::escape;
use crate::finding::{Finding, Location, Severity};
use crate::rule::{RuleInfo, all_rules};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Identifies the format; GitHub requires it, but it is never fetched.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// §3.13
#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

/// §3.14
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    /// §3.14.17: the unit of columns, as in `finding::Location`.
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

/// §3.18
#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

/// §3.19
#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Descriptor>,
}

/// §3.20.14: the tool ran successfully, with or without findings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

/// §3.49
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: SarifMessage,
    full_description: SarifMessage,
    help: SarifMessage,
    default_configuration: Configuration,
    properties: Properties,
}

/// §3.50
#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// §3.8
#[derive(Serialize)]
struct Properties {
    basis: &'static str,
    source: &'static str,
}

/// §3.11, §3.12
#[derive(Serialize)]
struct SarifMessage {
    text: String,
}

/// §3.27
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: SarifMessage,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<SarifLocation>,
    partial_fingerprints: Fingerprints,
}

/// §3.27.17
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "authkit/v1")]
    v1: String,
}

/// §3.28
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<Physical>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
}

/// §3.29
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// §3.4
#[derive(Serialize)]
struct Artifact {
    uri: String,
}

/// §3.30
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u64>,
}

/// §3.33
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
    kind: &'static str,
}

/// One line of JSON, newline included.
///
/// # Errors
/// The report cannot be serialised, which is a bug.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let rules = all_rules();
    let mut seen = FingerprintCounts::new();
    let run = SarifRun {
        results: report.findings.iter().map(|finding| found(finding, &rules, &mut seen)).collect(),
        tool: Tool {
            driver: Driver {
                name: "authkit",
                version: env!("CARGO_PKG_VERSION"),
                rules: rules.iter().map(descriptor).collect(),
            },
        },
        invocations: [Invocation { execution_successful: true }],
        column_kind: "unicodeCodePoints",
    };
    json::line(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Viewers print the text unchanged, some of them as HTML or on a terminal.
fn message(text: &str) -> SarifMessage {
    SarifMessage { text: escape::line(text).into_owned() }
}

fn descriptor(rule: &RuleInfo) -> Descriptor {
    let RuleInfo { id, subject, severity, basis, source, why, fix, .. } = *rule;
    Descriptor {
        id,
        // The id names the fault.
        short_description: message(&format!("{subject}: {}", id.replace('-', " "))),
        full_description: message(why),
        help: message(&format!("To fix it: {fix}. Source: {source}.")),
        default_configuration: Configuration { level: level(severity) },
        properties: Properties { basis: basis.name(), source },
    }
}

fn found<'a>(finding: &'a Finding, rules: &[RuleInfo], seen: &mut FingerprintCounts<'a>) -> SarifResult<'a> {
    SarifResult {
        rule_id: finding.rule,
        rule_index: rules.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: message(&finding.message),
        locations: place(&finding.location).into_iter().collect(),
        partial_fingerprints: Fingerprints { v1: fingerprint(finding, seen) },
    }
}

fn place(location: &Location) -> Option<SarifLocation> {
    let Location { file, line, column, pointer, url } = location;
    let (file_url, url) = match url {
        Some(url) if url.starts_with("file:") => (Some(url), None),
        other => (None, other.as_ref()),
    };
    let uri = file.as_deref().map(file_uri).or_else(|| file_url.map(|url| file_url_again(url)));
    let region = line.map(|start_line| Region { start_line, start_column: *column });
    let physical_location = uri.map(|uri| Physical { artifact_location: Artifact { uri }, region });
    // §3.33.5 for a JSON pointer; a remote URL is not an artefact that a viewer can open.
    let logical = |kind| move |name: &String| Logical { fully_qualified_name: message(name).text, kind };
    let pointer = pointer.as_ref().map(logical("property"));
    let logical_locations: Vec<_> = pointer.into_iter().chain(url.map(logical("resource"))).collect();
    (physical_location.is_some() || !logical_locations.is_empty())
        .then_some(SarifLocation { physical_location, logical_locations })
}

/// A path as a URI reference (§3.4.3, RFC 3986 §4.2): relative paths stay relative, for the viewer to resolve.
fn file_uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let path = path.strip_prefix("./").unwrap_or(&path);
    let drive = cfg!(windows) && path.as_bytes().get(1) == Some(&b':');
    // In the first segment of a relative reference, a colon would end a scheme.
    let text = escaped(path, b"/");
    match path {
        _ if drive => format!("file:///{}", escaped(path, b"/:")),
        _ if path.starts_with('/') => format!("file://{text}"),
        _ => text,
    }
}

/// A `file:` URL with only URI characters; existing percent-encoding is kept.
fn file_url_again(url: &str) -> String {
    let is_encoded = |rest: &str| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let mut parts = url.split('%');
    let mut out = escaped(parts.next().unwrap_or_default(), b"/:");
    for part in parts {
        out.push_str(if is_encoded(part) { "%" } else { "%25" });
        out.push_str(&escaped(part, b"/:"));
    }
    out
}

/// Percent-encodes all except unreserved characters (RFC 3986 §2.3) and those in `kept`.
fn escaped(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The number of findings by rule, file and pointer.
type FingerprintCounts<'a> = BTreeMap<[&'a str; 3], u64>;

/// Stable for the same fault at the same location when lines move: computed from rule, file, pointer and the number of
/// equal findings before. Never from a message, which may contain a value.
fn fingerprint<'a>(finding: &'a Finding, seen: &mut FingerprintCounts<'a>) -> String {
    let Location { file, pointer, .. } = &finding.location;
    let parts = [finding.rule, file.as_deref().unwrap_or_default(), pointer.as_deref().unwrap_or_default()];
    let ordinal = seen.entry(parts).or_default();
    let mut hash = Sha256::new();
    for part in parts.into_iter().chain([&*ordinal.to_string()]) {
        // The length separates the parts.
        hash.update(part.len().to_string());
        hash.update(":");
        hash.update(part);
    }
    *ordinal = ordinal.saturating_add(1);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;
    use crate::report::Verdict;
    use serde_json::Value;

    fn log(findings: Vec<Finding>) -> Value {
        let report = Report { findings, ..Report::new("inspect", Verdict::Done, &()).unwrap() };
        let text = render(&report).unwrap();
        test_fixtures::assert_nothing_hidden(&text);
        let log = serde_json::from_str(&text).unwrap();
        let schema = include_str!("../../tests/schemas/sarif-schema-2.1.0.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        let faults: Vec<_> = validator.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        log
    }

    #[test]
    fn results_refer_to_listed_rules() {
        let location =
            Location { file: Some("./a b:ü.log".into()), line: Some(3), column: Some(7), ..Location::pointer("/exp") };
        let log = log(vec![test_fixtures::finding(Severity::Info, "late", location)]);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), all_rules().len());
        let result = &run["results"][0];
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!((&rules[index]["id"], &result["level"]), (&result["ruleId"], &Value::from("note")));
        let place = &result["locations"][0];
        assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "a%20b%3A%C3%BC.log");
        assert_eq!(place["physicalLocation"]["region"], serde_json::json!({"startLine": 3, "startColumn": 7}));
        assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "/exp");
    }

    #[test]
    fn report_with_hostile_text_matches_schema() {
        log(vec![test_fixtures::finding(Severity::Error, test_fixtures::TEXT, test_fixtures::location())]);
        log(vec![test_fixtures::finding(
            Severity::Error,
            test_fixtures::TEXT,
            Location { file: None, ..test_fixtures::location() },
        )]);
        log(Vec::new());
    }

    #[test]
    fn only_files_become_artefacts() {
        let uri = |location: Location| {
            let log = log(vec![test_fixtures::finding(Severity::Error, "x", location)]);
            log["runs"][0]["results"][0]["locations"][0].clone()
        };
        let at = |url: &str| Location { url: Some(url.to_owned()), ..Location::default() };
        assert_eq!(uri(at("file:///a%20b%z\n"))["physicalLocation"]["artifactLocation"]["uri"], "file:///a%20b%25z%0A");
        let place = uri(at("https://issuer.test/jwks"));
        assert_eq!(
            (&place["physicalLocation"], &place["logicalLocations"][0]["kind"]),
            (&Value::Null, &"resource".into())
        );
        assert_eq!(file_uri("/tmp/a#b"), "file:///tmp/a%23b");
        assert_eq!(file_uri("../a/b.log"), "../a/b.log");
        assert_eq!(uri(Location::default()), Value::Null);
    }

    #[test]
    fn fingerprints_ignore_lines_and_distinguish_equal_findings() {
        let at = |file: &str, line, message: &str| {
            let location = Location { file: Some(file.into()), line: Some(line), ..Location::pointer("/claims/exp") };
            test_fixtures::finding(Severity::Error, message, location)
        };
        let prints = |findings: &[Finding]| -> Vec<String> {
            let mut seen = FingerprintCounts::new();
            findings.iter().map(|finding| fingerprint(finding, &mut seen)).collect()
        };
        let first = prints(&[at("a", 1, "x"), at("a", 5, "y"), at("b", 1, "x")]);
        assert_eq!(first, prints(&[at("a", 2, "other"), at("a", 9, "secret"), at("b", 3, "x")]));
        assert!(first[0] != first[1] && first[0] != first[2] && first[0].len() == 64);
    }
}
