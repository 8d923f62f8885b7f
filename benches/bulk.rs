//! Benchmark of bulk verification: authkit against the bare primitive and against jsonwebtoken, on the same
//! tokens, one thread, keys prepared. Every line with a target is the ratio of one interleaved run.
//!
//!     cargo bench --bench bulk                     every race
//!     cargo bench --bench bulk -- hs256/authkit    one lane, to count instructions under valgrind
//!     ROUNDS=10 cargo bench --bench bulk           fewer rounds, or more
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is not the program"
)]

use authkit::alg;
use authkit::encoding::base64url;
use authkit::key::{Key, detect};
use authkit::time::UnixTime;
use authkit::token::json_builder::{JsonObjectBuilder, sign};
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RsaKeyPair, VerificationAlgorithm,
};
use race::{Entry, Race, Wanted, Work, bar};
use std::hint::black_box;
use std::rc::Rc;

mod race;
mod tightest;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: UnixTime = UnixTime(1_900_000_000);

/// Custom claims of access tokens of large identity providers, in addition to the registered ones.
const NESTED: &str = r#"{"roles":["offline_access","default-roles","uma_authorization"],"account":{"id":17,"roles":["manage-account","manage-links","view-profile"]},"address":{"country":"CH","locality":"Bern"}}"#;

type Signing = Box<dyn Fn(&[u8]) -> Vec<u8>>;

type Checking = Box<dyn Fn(&[u8], &[u8]) -> bool>;

/// A key of one algorithm, for authkit and for the bare primitive.
struct Subject {
    alg: &'static str,
    key: Key,
    sign: Signing,
    verify: Checking,
}

impl Subject {
    fn hs256() -> Self {
        let own = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
        let sign = own.clone();
        Self {
            alg: "HS256",
            key: detect::secret(SECRET).unwrap(),
            sign: Box::new(move |message| hmac::sign(&sign, message).as_ref().to_vec()),
            verify: Box::new(move |message, tag| hmac::verify(&own, message, tag).is_ok()),
        }
    }

    fn es256() -> Self {
        let scheme = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(scheme, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(scheme, der.as_ref()).unwrap();
        let verify = public(&signature::ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        let sign = move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
        Self { alg: "ES256", key: key(der.as_ref()), sign: Box::new(sign), verify }
    }

    fn rs256() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let key = key(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref());
        let verify = public(&signature::RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
        let sign = move |message: &[u8]| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        };
        Self { alg: "RS256", key, sign: Box::new(sign), verify }
    }

    fn eddsa() -> Self {
        let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap();
        let verify = public(&signature::ED25519, pair.public_key().as_ref());
        let sign = move |message: &[u8]| pair.sign(message).as_ref().to_vec();
        Self { alg: "EdDSA", key: key(der.as_ref()), sign: Box::new(sign), verify }
    }

    /// Tokens as created by `authkit issue`; `jti` makes every payload distinct.
    fn tokens(&self, claims: &JsonObjectBuilder, count: usize) -> Vec<String> {
        let signer = self.key.signer(alg::find(self.alg).unwrap()).unwrap();
        let (header, mut claims) = (self.header(), claims.clone());
        let one = |number| {
            claims.set_text("jti", &format!("{number:022}"));
            sign(&header, &claims, &signer).unwrap().expose().clone()
        };
        (0..count).map(one).collect()
    }

    fn header(&self) -> JsonObjectBuilder {
        let mut header = JsonObjectBuilder::default();
        header.set_text("alg", self.alg);
        header.set_text("typ", "JWT");
        header
    }
}

fn key(der: &[u8]) -> Key {
    detect::read(der, None).unwrap().keys.remove(0)
}

fn public(scheme: &'static dyn VerificationAlgorithm, key: &[u8]) -> Checking {
    let key = ParsedPublicKey::new(scheme, key).unwrap();
    Box::new(move |message, signature| key.verify_sig(message, signature).is_ok())
}

/// Small flat claims, as `authkit issue` writes them.
fn claims() -> JsonObjectBuilder {
    let mut claims = JsonObjectBuilder::default();
    claims.set_text("iss", "https://issuer.example");
    claims.set_text("sub", "alice");
    claims.set_number("iat", 1_899_999_900);
    claims.set_number("exp", 2_000_000_000);
    claims
}

/// Flat claims with everything that an access token requires (RFC 9068 §2.2).
fn access_token_claims() -> JsonObjectBuilder {
    let mut claims = claims();
    claims.set_text("client_id", "web-frontend");
    claims.set_text("scope", "read:orders write:orders profile");
    claims.set_text("tenant", "8d3f1c9a-52e7-4b0e-9a37-0c4c1f6b2d11");
    claims
}

fn nested_claims() -> JsonObjectBuilder {
    let mut claims = claims();
    let nested = authkit::encoding::json::JsonObject::parse(NESTED).unwrap();
    nested.iter().for_each(|(name, value)| claims.set(name, value));
    claims
}

/// The primitive alone: signing input and signature are split and decoded beforehand.
fn raw(subject: Subject, tokens: &[String]) -> Work {
    let cut = |token: &String| {
        let (input, tag) = token.rsplit_once('.').unwrap();
        (input.to_owned(), base64url::decode(tag.as_bytes()).unwrap())
    };
    let parts: Vec<_> = tokens.iter().map(cut).collect();
    Box::new(move || {
        parts.iter().for_each(|(input, tag)| assert!((subject.verify)(black_box(input.as_bytes()), tag)));
    })
}

fn authkit(key: Key, tokens: Vec<String>) -> Work {
    let keyring = Keyring::new(vec![KeyringEntry::new(key, "bench")]);
    let (keyring, requirements) = (Box::leak(Box::new(keyring)), Box::leak(Box::new(Requirements::strict())));
    let mut verifier = TokenVerifier::new(keyring, requirements);
    Box::new(move || {
        tokens.iter().for_each(|token| assert!(verifier.verify(black_box(token.as_bytes()), NOW).is_accepted()));
    })
}

fn jsonwebtoken(tokens: Vec<String>) -> Work {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    let key = DecodingKey::from_secret(SECRET);
    let mut validation = Validation::new(Algorithm::HS256);
    // It uses the system clock; the tokens are valid until 2033.
    validation.validate_nbf = true;
    Box::new(move || {
        tokens.iter().for_each(|token| drop(decode::<serde_json::Value>(black_box(token), &key, &validation).unwrap()));
    })
}

/// The code path of `issue --count`: one claim changes, then the token is signed.
fn issue(subject: &Subject, tokens: usize) -> Work {
    let signer = subject.key.signer(alg::find(subject.alg).unwrap()).unwrap();
    let (header, mut claims) = (subject.header(), claims());
    Box::new(move || {
        for number in 0..tokens {
            claims.set_text("jti", &format!("{number:022}"));
            drop(black_box(sign(&header, &claims, &signer).unwrap()));
        }
    })
}

fn hs256(claims: &JsonObjectBuilder, of_raw: Wanted, of_decode: Wanted) -> Race {
    const TOKENS: usize = 100;
    let subject = Subject::hs256();
    let tokens = subject.tokens(claims, TOKENS);
    let lanes: Vec<(&str, Work)> = vec![
        ("authkit", authkit(subject.key.clone(), tokens.clone())),
        ("raw", raw(subject, &tokens)),
        ("jsonwebtoken", jsonwebtoken(tokens.clone())),
        ("tightest-decode", Box::new(tightest::decode(Rc::new(tokens)))),
    ];
    let bars = vec![
        bar("raw", "authkit", of_raw),
        bar("jsonwebtoken", "authkit", Wanted::AtLeast(4.0)),
        bar("tightest-decode", "raw", of_decode),
    ];
    Race { items: TOKENS, rounds: 3_000, lanes, bars }
}

fn verification(subject: Subject, wanted: f64) -> Race {
    const TOKENS: usize = 10;
    let tokens = subject.tokens(&claims(), TOKENS);
    let lanes = vec![("authkit", authkit(subject.key.clone(), tokens.clone())), ("raw", raw(subject, &tokens))];
    Race { items: TOKENS, rounds: 1_000, lanes, bars: vec![bar("raw", "authkit", Wanted::AtLeast(wanted))] }
}

fn signing(subject: Subject, tokens: usize, wanted: f64) -> Race {
    let inputs = subject.tokens(&claims(), tokens);
    let own = issue(&subject, tokens);
    let raw = move || {
        inputs.iter().for_each(|token| {
            let input = token.rsplit_once('.').unwrap().0;
            drop(black_box((subject.sign)(black_box(input.as_bytes()))));
        });
    };
    let lanes: Vec<(&str, Work)> = vec![("authkit", own), ("raw", Box::new(raw))];
    Race { items: tokens, rounds: 500, lanes, bars: vec![bar("authkit", "raw", Wanted::AtMost(wanted))] }
}

const RACES: &[Entry] = &[
    ("hs256", || hs256(&claims(), Wanted::AtLeast(0.45), Wanted::AtMost(1.1))),
    ("hs256-access-token", || hs256(&access_token_claims(), Wanted::AtLeast(0.45), Wanted::AtMost(1.1))),
    ("hs256-nested", || hs256(&nested_claims(), Wanted::Nothing, Wanted::Nothing)),
    ("es256", || verification(Subject::es256(), 0.95)),
    ("rs256", || verification(Subject::rs256(), 0.90)),
    ("eddsa", || verification(Subject::eddsa(), 0.93)),
    ("sign-rs256", || signing(Subject::rs256(), 4, 1.1)),
    ("sign-es256", || signing(Subject::es256(), 20, 1.2)),
];

fn main() {
    race::main(RACES);
}
