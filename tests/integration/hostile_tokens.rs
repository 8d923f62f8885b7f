//! Tests of tokens built to cause work or noise: reasons and findings do not grow with the token.

use crate::harness::{NOW, ids};
use crate::tokens::{HS256, SECRET, b64, claims, hs256, mac, reject_reasons};
use authkit::inspect::token::describe;
use authkit::key::detect;
use authkit::rule::token::TokenLocation;
use authkit::rule_config::RuleConfig;
use authkit::time::{Span, UnixTime};
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::kind;
use authkit::token::reject_reason::RejectReasonOutput;
use authkit::token::requirements::{ClaimRequirement, Requirements};
use authkit::token::signature_only;
use authkit::token::verify::TokenVerifier;

fn keyring() -> Keyring {
    let key = detect::secret(SECRET).expect("a secret");
    Keyring::new(vec![KeyringEntry::new(authkit::key::Key { kid: Some("a".to_owned()), ..key }, "test")])
}

/// Requirements on every claim that supports one.
fn demanding() -> Requirements {
    let texts = |text: &str| vec![text.to_owned()];
    Requirements {
        issuers: texts("i"),
        audiences: texts("a"),
        subject: Some("s".to_owned()),
        typ: Some("at+jwt".to_owned()),
        kind: kind::find("id-token"),
        max_age: Some(Span::seconds(1)),
        required: texts("/a/b"),
        equal: vec![ClaimRequirement::text("c", "x"), ClaimRequirement::json("d", "{}").expect("JSON")],
        scopes: texts("z"),
        ..Requirements::strict()
    }
}

fn long(length: usize) -> String {
    "\u{7f}é".repeat(length / 3)
}

/// An oversized list of names or values.
fn many(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("x{n}")).collect()
}

fn hostile() -> Vec<(&'static str, String)> {
    let (long, many) = (json(long(300_000)), json(self::many(60_000)));
    let header = |member: &str| hs256(format!(r#"{{"alg":"HS256",{member}}}"#), claims(""));
    let claim = |member: &str| hs256(HS256, claims(&format!("{member},")));
    vec![
        ("crit of many", header(&format!(r#""crit":{many}"#))),
        ("crit of 16", header(&format!(r#""crit":{}"#, json(self::many(16))))),
        ("crit of 16 long names", header(&format!(r#""crit":{}"#, json(long_names())))),
        ("kid", header(&format!(r#""kid":{long}"#))),
        ("typ", header(&format!(r#""typ":{long}"#))),
        ("cty", header(&format!(r#""cty":{long}"#))),
        ("alg", hs256(format!(r#"{{"alg":{long}}}"#), claims(""))),
        ("a member twice", header(&format!("{long}:1,{long}:2"))),
        ("iss", claim(&format!(r#""iss":{long}"#))),
        ("sub", claim(&format!(r#""sub":{long}"#))),
        ("aud", claim(&format!(r#""aud":{long}"#))),
        ("aud of many", claim(&format!(r#""aud":{many}"#))),
        ("aud and azp", claim(&format!(r#""aud":{},"azp":{long}"#, json(self::many(100))))),
        ("scope", claim(&format!(r#""scope":{long}"#))),
        ("scope of many", claim(&format!(r#""scope":{many}"#))),
        ("exp", hs256(HS256, format!(r#"{{"exp":{long}}}"#))),
        ("nbf", claim(&format!(r#""nbf":{}"#, "1".repeat(300)))),
        ("claims that are compared", claim(&format!(r#""c":{long},"d":{},"a":{{}}"#, json(self::many(10_000))))),
        (
            "many claims",
            claim(&self::many(30_000).iter().map(|name| format!(r#""{name}":1"#)).collect::<Vec<_>>().join(",")),
        ),
        ("a name", claim(&format!("{long}:1"))),
        ("a secret's name", claim(&format!(r#""password{}":"x""#, "y".repeat(300_000)))),
    ]
}

fn long_names() -> Vec<String> {
    (0..16).map(|n| format!("{n}{}", long(20_000))).collect()
}

fn json(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).expect("JSON")
}

#[test]
fn reasons_do_not_grow_with_the_token() {
    const BYTES: usize = 32 * 1024;
    let (keyring, demanding, strict) = (keyring(), demanding(), Requirements::strict());
    for (what, token) in hostile() {
        assert!(token.len() <= 1 << 20, "{what} is refused unread: {} bytes", token.len());
        for requirements in [&demanding, &strict] {
            let mut verifier = TokenVerifier::new(&keyring, requirements);
            let verification = verifier.verify(token.as_bytes(), UnixTime(NOW));
            let data: Vec<RejectReasonOutput<'_>> = verification.reasons.iter().map(RejectReasonOutput::from).collect();
            let text = serde_json::to_string(&data).expect("JSON");
            assert!(text.len() < BYTES, "{what}: {} bytes of {:?}", text.len(), ids(&verification.reasons));
            assert!(data.iter().all(|reason| reason.message.chars().count() < 2_000), "{what}");
        }
    }
}

#[test]
fn findings_do_not_grow_with_the_token() {
    for (what, token) in hostile() {
        let Ok((_, findings)) = describe(
            token.as_bytes(),
            TokenLocation::Unknown,
            &Keyring::default(),
            UnixTime(NOW),
            &RuleConfig::default(),
        ) else {
            continue;
        };
        for finding in findings {
            let length = finding.message.chars().count();
            assert!(length <= 801, "{what}: {} has {length} characters", finding.rule);
        }
    }
}

#[test]
fn many_crit_names_yield_one_reason() {
    let names = |count: usize| serde_json::to_string(&many(count)).unwrap();
    let with = |count: usize| hs256(format!(r#"{{"alg":"HS256","crit":{}}}"#, names(count)), claims(""));
    assert_eq!(reject_reasons(with(60_000), &[]), ["crit-invalid"]);
    assert_eq!(reject_reasons(with(17), &[]), ["crit-invalid"]);
    assert_eq!(reject_reasons(with(16), &[]), ["crit-invalid", "crit-unknown"]);
}

#[test]
fn many_signatures_with_many_crit_names_yield_bounded_reasons() {
    let crit = serde_json::to_string(&many(1_000)).unwrap();
    for crit in [crit, serde_json::to_string(&many(16)).unwrap()] {
        let protected = b64(format!(r#"{{"alg":"HS256","crit":{crit}}}"#));
        let one =
            format!(r#"{{"protected":"{protected}","signature":"{}"}}"#, mac(SECRET, &format!("{protected}.e30")));
        let all = vec![one; 64].join(",");
        let requirements = Requirements { max_bytes: 1 << 24, ..Requirements::strict() };
        let text = format!(r#"{{"payload":"e30","signatures":[{all}]}}"#);
        let keyring = keyring();
        let result = signature_only::verify(&text, None, &keyring, &requirements);
        assert!(!result.is_accepted(false) && result.signatures.len() == 64);
        for one in &result.signatures {
            let text: usize = one.reasons.iter().map(|reason| reason.to_string().len()).sum();
            assert!(one.reasons.len() <= 2 && text < 2_000, "{:?}", ids(&one.reasons));
        }
    }
}

/// Every JSON notation of numbers, and dates at the boundaries.
#[test]
fn numeric_dates_in_every_spelling_are_compared_exactly() {
    let exp = |value: &str| reject_reasons(hs256(HS256, format!(r#"{{"exp":{value}}}"#)), &[]);
    for good in ["1769861700", "1769861700.0", "17698617e2", "1.7698617E+9", "17698617000e-1", "99999999999"] {
        assert_eq!(exp(good), [""; 0], "{good}");
    }
    for (bad, reason) in [
        ("-0", "expired"),
        ("-1769861700", "expired"),
        ("1769860800", "expired"),
        ("1769860799.999999999", "expired"),
        ("100000000001", "exp-not-seconds"),
        ("1e-400", "expired"),
        ("01769861700", "malformed"),
        ("+1769861700", "malformed"),
        (".5", "malformed"),
        ("1.", "malformed"),
        ("0x7fffffff", "malformed"),
        ("Infinity", "malformed"),
        ("1_769_861_700", "malformed"),
        ("\"2026-01-31T13:00:00Z\"", "claim-invalid"),
        ("[1769861700]", "claim-invalid"),
        ("{\"exp\":1769861700}", "claim-invalid"),
        ("false", "claim-invalid"),
    ] {
        assert_eq!(exp(bad), [reason], "{bad}");
    }
}

/// Members forbidden in JWS JSON (RFC 7515 §7.2.1, RFC 7797 §3).
#[test]
fn jws_json_with_forbidden_members_is_rejected() {
    let sign = |protected: &str, more: &str| {
        let protected = b64(protected);
        let signature = mac(SECRET, &format!("{protected}.e30"));
        format!(r#""protected":"{protected}",{more}"signature":"{signature}""#)
    };
    let flat = |protected: &str, more: &str| format!(r#"{{"payload":"e30",{}}}"#, sign(protected, more));
    let keyring = keyring();
    let accepted =
        |text: &str| signature_only::verify(text, None, &keyring, &Requirements::strict()).is_accepted(false);
    assert!(accepted(&flat(r#"{"alg":"HS256"}"#, "")), "the control");
    assert!(accepted(&flat(r#"{"alg":"HS256"}"#, r#""header":{"kid":"a"},"#)));
    for (what, text) in [
        ("alg in both headers", flat(r#"{"alg":"HS256"}"#, r#""header":{"alg":"HS256"},"#)),
        ("crit unprotected", flat(r#"{"alg":"HS256","b64":true}"#, r#""header":{"crit":["b64"]},"#)),
        ("b64 unprotected", flat(r#"{"alg":"HS256","crit":["b64"]}"#, r#""header":{"b64":true},"#)),
        ("b64 not in crit", flat(r#"{"alg":"HS256","b64":true}"#, "")),
        ("an unknown critical name", flat(r#"{"alg":"HS256","x":1,"crit":["x"]}"#, "")),
        ("a critical name that is registered", flat(r#"{"alg":"HS256","crit":["alg"]}"#, "")),
        ("alg none", flat(r#"{"alg":"none"}"#, "")),
        ("no alg", flat("{}", "")),
        ("another kid", flat(r#"{"alg":"HS256"}"#, r#""header":{"kid":"b"},"#)),
        ("a member twice", flat(r#"{"alg":"HS256","alg":"HS256"}"#, "")),
        ("the payload twice", flat(r#"{"alg":"HS256"}"#, r#""payload":"e30","#)),
        ("signatures besides", flat(r#"{"alg":"HS256"}"#, r#""signatures":[],"#)),
        ("no payload", format!("{{{}}}", sign(r#"{"alg":"HS256"}"#, ""))),
        ("a payload that is padded", flat(r#"{"alg":"HS256"}"#, "").replace("\"e30\"", "\"e30=\"")),
        ("text behind it", format!("{} x", flat(r#"{"alg":"HS256"}"#, ""))),
        ("no signatures", r#"{"payload":"e30","signatures":[]}"#.to_owned()),
        ("more than 64 signatures", {
            let one = format!("{{{}}}", sign(r#"{"alg":"HS256"}"#, ""));
            format!(r#"{{"payload":"e30","signatures":[{}]}}"#, vec![one; 65].join(","))
        }),
    ] {
        assert!(!accepted(&text), "{what}: {text}");
    }
}

/// A null claim counts as absent, for rules as for the verifier.
#[test]
fn null_claim_is_absent_for_rules() {
    let rules = |claims: &str| {
        let token = hs256(r#"{"alg":"HS256","typ":"at+jwt"}"#, claims);
        let described = describe(
            token.as_bytes(),
            TokenLocation::Unknown,
            &Keyring::default(),
            UnixTime(NOW),
            &RuleConfig::default(),
        );
        let (_, findings) = described.map_err(|error| error.0).expect("a token");
        findings.iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    for name in ["client_id", "cnf"] {
        let (absent, null) = (rules(&claims("")), rules(&claims(&format!(r#""{name}":null,"#))));
        assert_eq!(absent, null, "{name}");
    }
}
