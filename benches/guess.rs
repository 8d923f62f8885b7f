//! Benchmark of cracking HMAC secrets: the bare HMAC of aws-lc-rs, with key set-up and tag for each candidate,
//! against `crack`, on the same words and one thread: rates and their ratio, for a signing input of 200 bytes.
//!
//!     cargo bench --bench guess
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

use authkit::crack::cracker::Cracker;
use authkit::crack::published::PublishedSecrets;
use authkit::crack::target::HmacTarget;
use authkit::encoding::base64url::encode;
use aws_lc_rs::hmac;
use race::{Entry, Race, Wanted, Work, bar};
use std::hint::black_box;
use std::sync::LazyLock;

mod race;

/// Small enough for a round to fit in a scheduler time slice, which keeps medians stable on a busy machine.
const WORDS: usize = 500;
/// Size of a typical signing input in bytes: a header with `kid`, and the registered claims.
const SIGNING_INPUT: usize = 200;

/// A token with a signing input of [`SIGNING_INPUT`] bytes, signed with a secret that is in no list.
fn token((name, algorithm): (&str, hmac::Algorithm), number: u8) -> (String, HmacTarget) {
    let header = encode(format!("{{\"alg\":\"{name}\",\"typ\":\"JWT\"}}").as_bytes());
    let room = SIGNING_INPUT - header.len() - 1;
    let payload = encode(&vec![number; room * 3 / 4]);
    let input = format!("{header}.{payload}");
    assert!((SIGNING_INPUT - 1..=SIGNING_INPUT).contains(&input.len()));
    let tag = hmac::sign(&hmac::Key::new(algorithm, b"a secret of the bench alone"), input.as_bytes());
    let target = HmacTarget::parse(format!("{input}.{}", encode(tag.as_ref())).as_bytes()).unwrap();
    (input, target)
}

/// Words of a typical length, chosen so that none is also valid base64.
fn words() -> &'static [String] {
    static ALL: LazyLock<Vec<String>> =
        LazyLock::new(|| (0..WORDS).map(|number| format!("password-{number:04}")).collect());
    &ALL
}

/// The bare HMAC, one token, and four tokens at once, on the same words.
fn against_raw(algorithm: (&'static str, hmac::Algorithm)) -> Race {
    let (input, target) = token(algorithm, b'a');
    let four: Vec<HmacTarget> = (b'a'..=b'd').map(|number| token(algorithm, number).1).collect();
    let raw = move || {
        for word in black_box(words()) {
            black_box(hmac::sign(&hmac::Key::new(algorithm.1, word.as_bytes()), black_box(input.as_bytes())));
        }
    };
    let lanes: Vec<(&str, Work)> =
        vec![("raw", Box::new(raw)), ("authkit", guesses(&[target])), ("four-tokens", guesses(&four))];
    let bars = vec![bar("raw", "authkit", Wanted::AtLeast(1.0)), bar("four-tokens", "authkit", Wanted::AtMost(4.0))];
    Race { items: WORDS, rounds: 2_000, lanes, bars }
}

/// Tries every word on the tokens, without a match.
fn guesses(targets: &[HmacTarget]) -> Work {
    let guesser = Cracker::new(targets);
    Box::new(move || {
        let words: Vec<&[u8]> = words().iter().map(|word| word.as_bytes()).collect();
        let hits = guesser.try_chunk(0, black_box(&words), &guesser.nothing());
        assert!(black_box(hits).as_slice().iter().all(Option::is_none));
    })
}

/// The complete published list, as tried without a word list: decompressed, then tried, including base64 decodings.
fn published() -> Race {
    let list = PublishedSecrets::unpack().unwrap();
    let items = list.secrets().count();
    let guesser = Cracker::new(&[token(("HS256", hmac::HMAC_SHA256), b'a').1]);
    let lanes: Vec<(&str, Work)> = vec![
        ("unpack", Box::new(|| drop(black_box(PublishedSecrets::unpack().unwrap())))),
        (
            "try",
            Box::new(move || {
                let secrets: Vec<&[u8]> = list.secrets().collect();
                drop(black_box(guesser.try_chunk(0, &secrets, &guesser.nothing())));
            }),
        ),
    ];
    Race { items, rounds: 20, lanes, bars: vec![bar("unpack", "try", Wanted::Nothing)] }
}

const RACES: &[Entry] = &[
    ("hs256", || against_raw(("HS256", hmac::HMAC_SHA256))),
    ("hs384", || against_raw(("HS384", hmac::HMAC_SHA384))),
    ("hs512", || against_raw(("HS512", hmac::HMAC_SHA512))),
    ("published", published),
];

fn main() {
    race::main(RACES);
}
