//! Tests of token kinds: required and forbidden claims, and rejection of one kind as another.

use crate::harness::{NOW, ids};
use crate::tokens::{SECRET, hs256};
use authkit::key::detect;
use authkit::time::UnixTime;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::kind::{self, LOGOUT_EVENT, TOKEN_KINDS};
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use serde_json::{Value, json};

/// The reject reasons of an HS256 token as `kind`, for the audience `api`.
#[track_caller]
fn refused(kind: &str, typ: Option<&str>, claims: &Value) -> Vec<&'static str> {
    let mut header = json!({ "alg": "HS256" });
    if let Some(typ) = typ {
        header["typ"] = typ.into();
    }
    let key = detect::secret(SECRET).expect("a secret");
    let keyring = Keyring::new(vec![KeyringEntry::new(key, "test")]);
    let requirements =
        Requirements { kind: kind::find(kind), audiences: vec!["api".to_owned()], ..Requirements::strict() };
    let token = hs256(header.to_string(), claims.to_string());
    ids(&TokenVerifier::new(&keyring, &requirements).verify(token.as_bytes(), UnixTime(NOW)).reasons)
}

/// Claims that satisfy every kind, except for the claims that a kind forbids.
fn claims() -> Value {
    json!({
        "iss": "https://a.test", "sub": "s", "aud": "api", "client_id": "c", "jti": "1", "sid": "1",
        "iat": NOW, "exp": NOW + 60,
    })
}

fn with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

fn of_kind(kind: &str) -> Value {
    let mut claims = claims();
    match kind {
        "client-assertion" => claims["sub"] = claims["iss"].clone(),
        "logout" => claims["events"] = json!({ LOGOUT_EVENT: {} }),
        _ => {}
    }
    claims
}

#[test]
fn each_kind_is_accepted_as_itself() {
    for kind in TOKEN_KINDS {
        assert_eq!(refused(kind.name, Some(kind.typ), &of_kind(kind.name)), [""; 0], "{}", kind.name);
    }
}

#[test]
fn token_of_one_kind_is_rejected_as_another() {
    for own in TOKEN_KINDS {
        for other in TOKEN_KINDS.iter().filter(|other| other.name != own.name) {
            for typ in [Some(own.typ), Some("JWT"), None] {
                let claims = of_kind(own.name);
                let reasons = refused(other.name, typ, &claims);
                // No forbidden claim distinguishes ID tokens and client assertions, and a token without the
                // typ of an access token is not one.
                let alike = ["client-assertion", "id-token"];
                let untold = (alike.contains(&own.name) && alike.contains(&other.name))
                    || (own.name == "at+jwt" && typ != Some("at+jwt"));
                assert!(untold || !reasons.is_empty(), "{} with typ {typ:?} passes for {}", own.name, other.name);
            }
        }
    }
}

/// For any typ, and without typ.
#[test]
fn logout_token_is_rejected_as_another_kind() {
    for kind in ["at+jwt", "client-assertion", "id-token"] {
        for events in [json!({ LOGOUT_EVENT: {} }), json!({ LOGOUT_EVENT: null }), json!({}), json!(null)] {
            let mut claims = with(json!({ "events": events, "azp": "api" }));
            if kind == "client-assertion" {
                claims["sub"] = claims["iss"].clone();
            }
            let typ = if kind == "at+jwt" { Some("at+jwt") } else { None };
            assert_eq!(refused(kind, typ, &claims), ["claim-forbidden"], "{kind}: {claims}");
        }
    }
}

#[test]
fn required_claim_absent_or_null_is_rejected() {
    for kind in TOKEN_KINDS {
        for name in kind.required {
            let mut claims = of_kind(kind.name);
            claims.as_object_mut().unwrap().remove(*name);
            let absent = refused(kind.name, Some(kind.typ), &claims);
            assert!(absent.contains(&"claim-missing"), "{} without {name}: {absent:?}", kind.name);
            claims[name] = Value::Null;
            let null = refused(kind.name, Some(kind.typ), &claims);
            assert!(
                null.contains(&"claim-missing") || null.contains(&"claim-invalid"),
                "{} with {name} null: {null:?}",
                kind.name
            );
        }
    }
    assert_eq!(refused("at+jwt", Some("at+jwt"), &with(json!({ "client_id": null }))), ["claim-missing"]);
    let mut claims = of_kind("logout");
    (claims["sub"], claims["sid"]) = (Value::Null, Value::Null);
    assert!(refused("logout", Some("logout+jwt"), &claims).contains(&"kind-mismatch"));
}

#[test]
fn profile_claim_of_wrong_type_is_rejected() {
    for (name, wrong) in [
        ("client_id", json!(5)),
        ("client_id", json!(["c"])),
        ("azp", json!(1)),
        ("azp", json!(true)),
        ("nonce", json!({})),
        ("sid", json!(1)),
        ("acr", json!(1)),
        ("amr", json!("pwd")),
        ("amr", json!([1])),
        ("auth_time", json!("1769860800")),
        ("auth_time", json!(1_769_860_800_000_i64)),
        ("at_hash", json!(1)),
        ("cnf", json!("key")),
    ] {
        for kind in ["at+jwt", "id-token"] {
            let claims = with(json!({ name: wrong }));
            assert_eq!(refused(kind, kind::find(kind).map(|kind| kind.typ), &claims), ["claim-invalid"], "{claims}");
        }
    }
    for (name, right) in [
        ("azp", json!("api")),
        ("amr", json!(["pwd", "otp"])),
        ("auth_time", json!(NOW - 5)),
        ("nonce", json!("n")),
        ("nonce", json!(null)),
        ("cnf", json!({ "jkt": "a" })),
    ] {
        assert_eq!(refused("id-token", None, &with(json!({ name: right }))), [""; 0], "{name}");
    }
    let mut claims = of_kind("logout");
    for events in [json!("x"), json!([LOGOUT_EVENT]), json!({ LOGOUT_EVENT: "x" }), json!({ "x": {} })] {
        claims["events"] = events;
        assert!(!refused("logout", Some("logout+jwt"), &claims).is_empty(), "{claims}");
    }
}

/// OpenID Connect Core §3.1.3.7.
#[test]
fn azp_among_several_audiences_must_be_the_verifier() {
    let several = |azp: Value| with(json!({ "aud": ["api", "other"], "azp": azp }));
    assert_eq!(refused("id-token", None, &several(json!("api"))), [""; 0]);
    assert_eq!(refused("id-token", None, &several(json!("other"))), ["claim-mismatch"]);
    // Optional since errata set 2.
    assert_eq!(refused("id-token", None, &several(json!(null))), [""; 0]);
    assert!(!refused("id-token", None, &several(json!(1))).is_empty());
    let one = with(json!({ "azp": "the app that asked" }));
    assert_eq!(refused("id-token", None, &one), [""; 0], "with a single audience azp is not checked");
    assert_eq!(refused("at+jwt", Some("at+jwt"), &several(json!("other"))), [""; 0]);
}
