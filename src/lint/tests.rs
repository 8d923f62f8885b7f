//! Files in, findings out: places by line and column, defaults that weigh less, secrets that nobody sees.

use super::*;
use crate::policy::profile;

fn lint(text: &str, name: &str) -> Linted {
    Linter::new(&Policy::default()).lint(text, name, None)
}

fn ids(linted: &Linted) -> Vec<&'static str> {
    linted.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_finding_points_at_the_value() {
    let linted = lint("# ä\n[auth]\r\njwt_expiry = 604800 # a week\n", "supabase/config.toml");
    let found = linted.findings.iter().find(|finding| finding.rule == "access-token-ttl").unwrap();
    let place = &found.location;
    assert_eq!((place.line, place.column, place.pointer.as_deref()), (Some(3), Some(14), Some("/auth/jwt_expiry")));
    assert!(found.message.contains("7 d + 1 min at worst"), "{}", found.message);
    let excerpt = found.excerpt.as_ref().unwrap();
    assert_eq!((excerpt.text.as_str(), excerpt.column, excerpt.length), ("jwt_expiry = 604800", 13, 6));
}

#[test]
fn a_mark_of_byte_order_moves_nothing() {
    let plain = lint("[auth]\njwt_expiry = 604800\n", "a.toml").findings;
    assert_eq!(lint("\u{feff}[auth]\njwt_expiry = 604800\n", "a.toml").findings, plain);
}

#[test]
fn defaults_are_warnings_at_most_and_can_be_hidden() {
    let text = r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true}]}"#;
    let linted = lint(text, "realm.json");
    assert!(ids(&linted).contains(&"pkce-not-required"));
    assert!(linted.findings.iter().all(|finding| finding.severity < Severity::Error), "{:?}", linted.findings);
    assert!(linted.findings.iter().all(|finding| finding.message.contains("the default of Keycloak")));
    let mut linter = Linter { explicit_only: true, ..Linter::new(Box::leak(Box::default())) };
    assert_eq!(ids(&linter.lint(text, "realm.json", None)), [""; 0]);
    linter.explicit_only = false;
    assert!(!linter.lint(text, "realm.json", None).findings.is_empty());
}

#[test]
fn the_profile_turns_rotation_round() {
    let text = r#"{"realm": "a", "revokeRefreshToken": true, "clients": [{"clientId": "api"}]}"#;
    let fapi = Policy::default().with_profile(profile::find("fapi2").unwrap());
    let found = Linter::new(&fapi).lint(text, "realm.json", None);
    let on = found.findings.iter().find(|finding| finding.rule == "refresh-token-rotation-on").unwrap();
    assert_eq!(on.severity, Severity::Warning);
    let off = text.replace("true", "false");
    assert!(!ids(&Linter::new(&fapi).lint(&off, "realm.json", None)).contains(&"refresh-token-rotation-off"));
    assert!(ids(&lint(&off, "realm.json")).contains(&"refresh-token-rotation-off"));
}

#[test]
fn no_secret_is_shown() {
    let secret = "u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2";
    let toml = format!("[auth]\njwt_expiry = 604800\njwt_secret = \"{secret}\"\n");
    let json = format!(
        r#"{{"realm": "a", "clients": [{{"clientId": "b", "secret": "{secret}", "implicitFlowEnabled": true}}]}}"#
    );
    for (text, name) in [(toml, "a.toml"), (json, "a.json")] {
        let linted = lint(&text, name);
        assert!(ids(&linted).contains(&"secret-committed"), "{name}");
        assert!(!format!("{:?}", linted.findings).contains(secret), "{name}: {:?}", linted.findings);
    }
}

#[test]
fn what_is_computed_is_counted_and_not_judged() {
    let linted = lint("[auth]\njwt_expiry = \"env(TTL)\"\nrefresh_token_reuse_interval = 10\n", "a.toml");
    assert_eq!(linted.not_checked.len(), 1);
    assert_eq!((linted.not_checked[0].pointer.as_str(), linted.not_checked[0].line), ("/auth/jwt_expiry", 2));
    assert!(!ids(&linted).iter().any(|id| id.contains("invalid") || *id == "access-token-ttl"));
}

#[test]
fn a_broken_file_that_was_meant_is_an_error_and_any_other_is_none() {
    let linted = lint("{\"realm\": \"a\", \"accessTokenLifespan\": 300, \"sslRequired\": \"all\",}", "realm.json");
    assert_eq!(ids(&linted), ["config-syntax"]);
    assert!(!lint("{\"a\": 1,}", "other.json").is_known());
    assert!(lint("realm: a\naccessTokenLifespan: {{ .Values.ttl }}\n", "realm.yaml").template);
}

#[test]
fn keys_that_stand_twice_are_said() {
    let linted = lint(r#"{"realm": "a", "accessTokenLifespan": 300, "accessTokenLifespan": 86401}"#, "realm.json");
    assert!(ids(&linted).contains(&"config-duplicate-key") && ids(&linted).contains(&"access-token-ttl"));
}

mod mutated;

mod damaged {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}", name in "[a-z]{1,4}\\.(json|toml|yaml|env|cfg)") {
            for format in crate::config::formats::FORMATS {
                Linter::new(&Policy::default()).lint(&text, &name, Some(format));
            }
        }

        #[test]
        fn a_damaged_file_never_panics(at in 0_usize..1_200, byte in 0_u8..128) {
            let mut text = include_str!("../../tests/lint/keycloak/5.json").as_bytes().to_vec();
            let at = at.checked_rem(text.len()).unwrap();
            text[at] = byte;
            lint(std::str::from_utf8(&text).unwrap(), "realm.json");
        }
    }
}
