//! The programs in `examples/`: each is run in this process, and its output read.

#[path = "../../examples/audit.rs"]
#[allow(dead_code, reason = "its main only prints the report")]
mod audit;
#[path = "../../examples/cookie.rs"]
#[allow(dead_code, reason = "its main only prints the report")]
mod cookie;
#[path = "../../examples/lint.rs"]
#[allow(dead_code, reason = "its main only prints the report")]
mod lint;
#[path = "../../examples/verify.rs"]
#[allow(dead_code, reason = "its main only prints the report")]
mod verify;

#[test]
fn verify_example_accepts_until_the_token_expires() {
    let report = verify::report().unwrap();
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 2, "{report}");
    assert_eq!(lines[0], "2011-03-22T18:36:40Z accepted: ES256");
    assert!(lines[1].starts_with("2011-03-22T18:43:00Z rejected: ") && lines[1].contains("expired"), "{report}");
}

#[test]
fn audit_example_counts_tokens_of_every_entry() {
    let report = audit::report().unwrap();
    assert!(report.starts_with("16 tokens in "), "{report}");
    assert!(report.lines().any(|line| line.ends_with(" token-in-url")), "{report}");
}

#[test]
fn lint_example_reports_findings_with_lines() {
    let report = lint::report().unwrap();
    assert!(report.starts_with("keycloak: "), "{report}");
    assert!(report.contains("realm.json:") && report.ends_with(" safe fixes\n"), "{report}");
    assert!(!report.contains("refresh-token-rotation-off"), "{report}");
}

#[test]
fn cookie_example_names_the_step_that_rejects() {
    let report = cookie::report();
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[0], "__Host-sid: stored for www.example.org/");
    assert_eq!(lines[1], "__Host-sid: dropped, __Host- with Domain=example.org (6265bis §5.7 step 21.2)");
    assert_eq!(lines[2], "sid: dropped, Secure, but set over plain HTTP (6265bis §5.7 step 13)");
    assert_eq!(lines[3], "theme: dropped, Domain=org is a public suffix (6265bis §5.7 step 9)");
    assert!(lines[4].ends_with("SameSite=None without Secure (6265bis §5.7 step 19)"), "{report}");
}
