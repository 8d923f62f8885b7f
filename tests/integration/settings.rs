//! Tests of authkit.toml: settings, trust in discovered and named files, and error messages.

use crate::harness::Sandbox;

/// A sandbox that is a repository with a config file at its root and a subdirectory.
fn repository(settings: &str) -> Sandbox {
    let room = Sandbox::new();
    std::fs::create_dir_all(room.path(".git")).unwrap();
    room.write("authkit.toml", settings);
    room.run(&["keys", "generate"]).ok();
    room
}

const POLICY: &str = "
[policy.api]
iss = \"https://login.example\"
aud = [\"https://api.example\"]
claim = { tenant = \"a\" }
ttl = \"10m\"
";

#[test]
fn issuer_and_verifier_share_a_policy() {
    let room = repository(POLICY);
    let issue = ["issue", "--sub", "alice", "--policy", "api", "--config", "authkit.toml", "-o", "token.jwt"];
    room.run(&issue).ok();
    let verify = ["verify", "token.jwt", "--policy", "api", "--config", "authkit.toml"];
    let answer = room.run(&[&verify[..], &["--json"]].concat()).ok().json();
    assert_eq!(answer["data"]["claims"]["tenant"], "a");
    let lives = answer["data"]["claims"]["exp"].as_i64().unwrap() - answer["data"]["claims"]["iat"].as_i64().unwrap();
    assert_eq!(lives, 600);
    // A flag overrides the file.
    let ran = room.run(&[&verify[..], &["--aud", "https://other.example", "--json"]].concat());
    assert_eq!((ran.code, ran.json()["data"]["reasons"][0]["id"].as_str()), (1, Some("audience-mismatch")));
}

#[test]
fn policy_of_discovered_config_file_is_not_applied() {
    let room = repository(POLICY);
    let ran = room.run(&["issue", "--sub", "alice", "--policy", "api"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("was discovered, not named") && ran.stderr.contains("--trust-config"), "{ran:?}");
    room.run(&["issue", "--sub", "alice", "--policy", "api", "--trust-config"]).ok();
}

#[test]
fn discovered_config_file_does_not_affect_verify_and_issue() {
    let room = repository("this is [no settings file");
    room.run(&["issue", "--sub", "alice", "-o", "token.jwt"]).ok();
    room.run(&["verify", "token.jwt"]).ok();
    room.run(&["inspect", "token.jwt"]).ok();
}

#[test]
fn malformed_config_file_is_reported_with_its_location() {
    let room = repository("\n[limits]\naccess-token-maximum = 3\n");
    let ran = room.run(&["inspect", "--config", "authkit.toml", "e30.e30."]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("authkit.toml:3:1: unknown limit \"access-token-maximum\""), "{ran:?}");
    let ran = room.run(&["inspect", "--config", "missing.toml", "e30.e30."]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn limits_profiles_and_severities_change_findings() {
    let room = repository("");
    room.run(&["issue", "--sub", "alice", "--ttl", "50m", "-o", "token.jwt"]).ok();
    let weight = |more: &[&str]| {
        let answer = room.run(&[&["inspect", "token.jwt", "--json"], more].concat()).ok().json();
        let findings = answer["findings"].as_array().unwrap().clone();
        let long = findings.iter().find(|finding| finding["rule"] == "lifetime-access-token");
        long.map(|finding| finding["severity"].as_str().unwrap().to_owned())
    };
    assert_eq!(weight(&[]).as_deref(), Some("info"));
    assert_eq!(weight(&["--limit", "access-token-max=5m"]).as_deref(), Some("warning"));
    assert_eq!(weight(&["--profile", "short-lived"]).as_deref(), Some("warning"));
    assert_eq!(weight(&["--severity", "lifetime-access-token=error"]).as_deref(), Some("error"));
    assert_eq!(weight(&["--severity", "lifetime-access-token=off"]), None);
    for wrong in
        [["--limit", "soon=1"], ["--profile", "nope"], ["--severity", "nope=off"], ["--severity", "alg-none=x"]]
    {
        assert_eq!(room.run(&[&["inspect", "token.jwt"][..], &wrong[..]].concat()).code, 2, "{wrong:?}");
    }
}

#[test]
fn config_schema_accepts_what_the_parser_accepts() {
    let room = Sandbox::new();
    let schema: serde_json::Value = serde_json::from_str(&room.run(&["schema", "config"]).ok().stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let settings = serde_json::json!({
        "profile": "fapi2", "fail-on": "warning", "limits": { "access-token-max": "5m", "list-items": 3 },
        "severity": { "alg-none": "off" }, "ignore": [{ "rule": "alg-none", "reason": "known", "path": "a/**" }],
        "policy": { "api": { "iss": "a", "aud": ["b"], "claim": { "tenant": "a" } } },
    });
    assert!(validator.is_valid(&settings), "{:?}", validator.iter_errors(&settings).collect::<Vec<_>>());
    assert!(!validator.is_valid(&serde_json::json!({ "profle": "fapi2" })));
}

#[test]
fn rules_reasons_limits_and_profiles_are_explained() {
    let room = Sandbox::new();
    let answer = room.run(&["explain", "--list", "--json"]).ok().json();
    let all = answer["data"]["explanations"].as_array().unwrap();
    for kind in ["rule", "reason", "limit", "profile"] {
        assert!(all.iter().any(|one| one["kind"] == kind), "{kind}");
    }
    let ran = room.run(&["explain", "signature-mismatch", "access-token-max"]).ok();
    assert!(ran.stdout.contains("RFC 7515 §5.2") && ran.stdout.contains("default  1 h"), "{ran:?}");
    assert_eq!(room.run(&["explain", "no-such-thing"]).code, 2);
    assert_eq!(room.run(&["explain"]).code, 2);
}
