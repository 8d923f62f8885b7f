//! What verifying one HS256 token after another costs: the bare HMAC, authkit, and jsonwebtoken, on the same tokens,
//! one thread, keys ready. `cargo bench --bench bulk` prints a table and then the ratios of one interleaved run.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench reads a clock and prints"
)]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench is not the program")]

use authkit::alg;
use authkit::encoding::base64url;
use authkit::key::detect;
use authkit::time::UnixTime;
use authkit::token::draft::{Members, sign};
use authkit::token::keyring::{Keyring, Member};
use authkit::token::requirements::Requirements;
use authkit::token::verify::Verifier;
use aws_lc_rs::hmac;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::time::Instant;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: UnixTime = UnixTime(1_900_000_000);
/// Few, so that a round fits in a slice of the scheduler and the medians hold on a busy machine.
const TOKENS: i64 = 100;
const ROUNDS: usize = 3_000;

/// As `authkit issue` makes them; `jti` differs, so that no two payloads are equal.
fn tokens() -> Vec<String> {
    let key = detect::secret(SECRET).unwrap();
    let signer = key.signer(alg::find("HS256").unwrap()).unwrap();
    let (mut header, mut claims) = (Members::default(), Members::default());
    header.set_text("alg", "HS256");
    header.set_text("typ", "JWT");
    claims.set_text("iss", "https://issuer.example");
    claims.set_text("sub", "alice");
    claims.set_number("iat", 1_899_999_900);
    claims.set_number("exp", 2_000_000_000);
    let one = |number| {
        claims.set_text("jti", &format!("{number:022}"));
        sign(&header, &claims, &signer).unwrap().expose().clone()
    };
    (0..TOKENS).map(one).collect()
}

/// The HMAC alone: signing input and tag are cut and decoded beforehand.
fn raw() -> impl FnMut() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let cut = |token: &String| {
        let (input, tag) = token.rsplit_once('.').unwrap();
        (input.to_owned(), base64url::decode(tag.as_bytes()).unwrap())
    };
    let parts: Vec<_> = tokens().iter().map(cut).collect();
    move || parts.iter().for_each(|(input, tag)| hmac::verify(&key, black_box(input.as_bytes()), tag).unwrap())
}

fn authkit() -> impl FnMut() {
    let keyring = Keyring { members: vec![Member::new(detect::secret(SECRET).unwrap(), "bench")] };
    let (keyring, requirements) = (Box::leak(Box::new(keyring)), Box::leak(Box::new(Requirements::strict())));
    let (mut verifier, tokens) = (Verifier::new(keyring, requirements), tokens());
    move || tokens.iter().for_each(|token| assert!(verifier.verify(black_box(token.as_bytes()), NOW).is_accepted()))
}

fn jsonwebtoken() -> impl FnMut() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    let (key, tokens) = (DecodingKey::from_secret(SECRET), tokens());
    let mut validation = Validation::new(Algorithm::HS256);
    // Its clock is the machine's; the tokens are good until 2033.
    validation.validate_nbf = true;
    move || {
        tokens.iter().for_each(|token| drop(decode::<serde_json::Value>(black_box(token), &key, &validation).unwrap()));
    }
}

#[divan::bench]
fn raw_hmac(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(tokens().len())).bench_local(raw());
}

#[divan::bench]
fn authkit_verifier(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(tokens().len())).bench_local(authkit());
}

#[divan::bench]
fn jsonwebtoken_decode(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(tokens().len())).bench_local(jsonwebtoken());
}

/// Seconds that `work` takes.
fn seconds(work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Round after round in turn: what the machine does meanwhile falls on all three alike.
fn ratios() {
    let (mut raw, mut own, mut other) = (raw(), authkit(), jsonwebtoken());
    let rounds: Vec<[f64; 3]> =
        (0..ROUNDS).map(|_| [seconds(&mut raw), seconds(&mut own), seconds(&mut other)]).collect();
    let per_second = |[a, b, c]: [f64; 3]| [a, b, c].map(|time| TOKENS as f64 / time);
    for (place, name) in ["raw HMAC-SHA256", "authkit", "jsonwebtoken"].into_iter().enumerate() {
        let rate = median(rounds.iter().filter_map(|round| per_second(*round).get(place).copied()).collect());
        println!("{name:<16} {rate:>12.0} tokens/s");
    }
    let against = |pick: fn([f64; 3]) -> f64| median(rounds.iter().copied().map(pick).collect());
    println!(
        "authkit reaches {:.1} % of the raw HMAC (wanted: 45 % or more)",
        against(|[raw, own, _]| raw / own) * 100.0
    );
    println!(
        "authkit is {:.2} times as fast as jsonwebtoken (wanted: 4 or more)",
        against(|[_, own, other]| other / own)
    );
}

fn main() {
    divan::main();
    ratios();
}
