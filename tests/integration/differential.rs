//! Differential tests against jsonwebtoken, which shares the primitives but not the parsing of tokens: tokens
//! that authkit accepts it accepts, and tokens that it rejects for signature, `exp` or `nbf` authkit rejects.
//!
//! Documented, intended differences:
//! - it supports neither ES512 nor ES256K, nor the name Ed25519;
//! - a negative `nbf` is a date for authkit and malformed for it ([`negative_nbf_is_accepted_as_a_date`]);
//! - it ignores `jwk`, `jku` and the like only when they have the right type; for authkit they are always
//!   unknown members ([`ignored_header_parameters_may_have_any_type`]);
//! - it still accepts in the second of `exp`; its clock cannot be set, so the times below keep a distance
//!   from the current time.

use crate::harness::{ids, key_for, keyring, token};
use crate::properties::{any_json, any_text, mangled};
use authkit::alg::{self, ALGORITHMS, Algorithm};
use authkit::encoding::base64url;
use authkit::key::Material;
use authkit::time::UnixTime;
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation};
use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// Minimum distance in seconds from the current time, larger than any delay between the two verifications.
const APART: i64 = 600;

/// The algorithms that both support.
fn shared() -> Vec<&'static Algorithm> {
    ALGORITHMS.iter().copied().filter(|algorithm| theirs(algorithm).is_some()).collect()
}

fn theirs(algorithm: &Algorithm) -> Option<jsonwebtoken::Algorithm> {
    algorithm.name.parse().ok()
}

fn now() -> i64 {
    i64::try_from(jsonwebtoken::get_current_timestamp()).expect("a date")
}

/// The result of jsonwebtoken.
fn they(algorithm: &Algorithm, token: &[u8]) -> Result<Value, ErrorKind> {
    let key = match &key_for(algorithm).material {
        Material::Secret(secret) => DecodingKey::from_secret(secret.expose()),
        Material::Rsa(rsa) => DecodingKey::from_rsa_raw_components(&rsa.n, &rsa.e),
        Material::Ec(ec) => DecodingKey::from_ec_der(&ec.point()),
        Material::Ed25519(ed) => DecodingKey::from_ed_der(&ed.x),
    };
    let mut validation = Validation::new(theirs(algorithm).expect("a shared algorithm"));
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, &key, &validation).map(|data| data.claims).map_err(|error| error.into_kind())
}

/// The result of authkit: the claims, or the ids of the reject reasons.
fn we(algorithm: &'static Algorithm, token: &[u8], now: i64) -> Result<Value, Vec<&'static str>> {
    let keys = keyring([key_for(algorithm).clone()]);
    let requirements = Requirements { algorithms: vec![algorithm], any_audience: true, ..Requirements::strict() };
    let mut verifier = TokenVerifier::new(&keys, &requirements);
    let verification = verifier.verify(token, UnixTime(now));
    match verification.claims {
        Some(claims) if verification.is_accepted() => Ok(serde_json::from_str(claims).expect("JSON")),
        _ => Err(ids(&verification.reasons)),
    }
}

/// Asserts that both results agree.
fn compared(algorithm: &'static Algorithm, token: &[u8]) -> Result<(), TestCaseError> {
    let (ours, theirs) = (we(algorithm, token, now()), they(algorithm, token));
    let text = String::from_utf8_lossy(token);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
        (Ok(_), Err(error)) => prop_assert!(false, "only we accept {text}: {error:?}"),
        (Err(reasons), Err(error)) => {
            let expected = match error {
                ErrorKind::InvalidSignature => "signature-mismatch",
                ErrorKind::ExpiredSignature => "expired",
                ErrorKind::ImmatureSignature => "not-yet-valid",
                _ => return Ok(()),
            };
            // authkit may find the token malformed where jsonwebtoken does not.
            let stricter = [
                "malformed",
                "header-invalid",
                "claim-invalid",
                "exp-not-seconds",
                "signature-missing",
                "crit-unknown",
                "crit-invalid",
            ];
            prop_assert!(
                reasons.iter().any(|id| *id == expected || stricter.contains(id)),
                "{text}: {error:?}, {reasons:?}"
            );
        }
        (Err(_), Ok(_)) => {}
    }
    Ok(())
}

/// A date claim as JSON: far from the current time, or not a date.
fn any_date() -> impl Strategy<Value = String> {
    let far = (APART..10_000_000_000_i64).prop_flat_map(|by| select(vec![by, -by]));
    prop_oneof![
        6 => far.prop_map(|by| (now() + by).max(0).to_string()),
        2 => (APART..1_000_000_i64, select(vec![".5", ".0", ".999999", "e0", "E+0"])).prop_map(|(by, tail)| format!("{}{tail}", now() + by)),
        1 => (APART..1_000_000_i64, select(vec![".5", "e0"])).prop_map(|(by, tail)| format!("{}{tail}", now() - by)),
        1 => select(vec!["0", "-0", "1e9", "9e9", "1e11", "1e18", "1e300", "18446744073709551615", "99999999999999999999999"]).prop_map(str::to_owned),
        1 => select(vec!["null", "true", "\"1800000000\"", "[1800000000]", "{}"]).prop_map(str::to_owned),
    ]
}

fn any_claims() -> impl Strategy<Value = String> {
    let dates = (
        proptest::option::weighted(0.9, any_date()),
        proptest::option::of(any_date()),
        proptest::option::of(any_date()),
    );
    let registered = prop_oneof![7 => any_text().prop_map(Value::from), 1 => any_json()];
    let registered = btree_map(select(vec!["iss", "sub", "aud", "jti"]), registered, 0..3);
    let others = btree_map(select(vec!["scope", "name", "roles", ""]), any_json(), 0..3);
    (dates, registered, others).prop_map(|((exp, nbf, iat), mut others, more)| {
        others.extend(more);
        let dates = [("exp", exp), ("nbf", nbf), ("iat", iat)];
        let dates = dates.into_iter().filter_map(|(name, date)| Some(format!("\"{name}\":{}", date?)));
        let others = others.iter().map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", dates.chain(others).collect::<Vec<_>>().join(","))
    })
}

/// Claims that both accept.
fn good_claims() -> String {
    format!("{{\"sub\":\"alice\",\"exp\":{},\"nbf\":{}}}", now() + 86_400, now() - 86_400)
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn verdicts_on_signed_claims_agree(claims in any_claims(), algorithm in select(shared())) {
        compared(algorithm, token(algorithm, &claims).as_bytes())?;
    }

    #[test]
    fn verdicts_on_changed_tokens_agree(
        (algorithm, token) in select(shared()).prop_flat_map(|algorithm| {
            (Just(algorithm), mangled(vec![token(algorithm, &good_claims()).into_bytes()]))
        }),
    ) {
        compared(algorithm, &token)?;
    }

    #[test]
    fn token_of_another_algorithm_is_rejected_by_both(algorithm in select(shared()), other in select(ALGORITHMS.to_vec())) {
        prop_assume!(algorithm != other);
        let token = token(other, &good_claims());
        prop_assert!(we(algorithm, token.as_bytes(), now()).is_err() && they(algorithm, token.as_bytes()).is_err());
    }
}

/// Guards against a vacuous comparison: both accept good tokens of every shared algorithm.
#[test]
fn good_tokens_are_accepted_by_both() {
    assert_eq!(shared().len(), ALGORITHMS.len() - 2);
    for algorithm in shared() {
        let token = token(algorithm, &good_claims());
        let theirs = they(algorithm, token.as_bytes()).expect(algorithm.name);
        assert_eq!(we(algorithm, token.as_bytes(), now()), Ok(theirs));
    }
}

fn hs256() -> &'static Algorithm {
    alg::find("HS256").expect("HS256")
}

#[test]
fn negative_nbf_is_accepted_as_a_date() {
    let token = token(hs256(), &format!("{{\"nbf\":-1,\"exp\":{}}}", now() + APART));
    assert!(we(hs256(), token.as_bytes(), now()).is_ok());
    assert!(matches!(they(hs256(), token.as_bytes()), Err(ErrorKind::InvalidClaimFormat(claim)) if claim == "nbf"));
}

#[test]
fn ignored_header_parameters_may_have_any_type() {
    let header = base64url::encode(br#"{"alg":"HS256","jwk":7}"#);
    let input = format!("{header}.{}", base64url::encode(good_claims().as_bytes()));
    let signature = key_for(hs256()).signer(hs256()).expect("a signer").sign(input.as_bytes()).expect("a signature");
    let token = format!("{input}.{}", base64url::encode(&signature));
    assert!(we(hs256(), token.as_bytes(), now()).is_ok());
    assert!(matches!(they(hs256(), token.as_bytes()), Err(ErrorKind::Json(_))));
}
