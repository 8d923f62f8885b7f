//! What guessing the secret of a token costs: the bare HMAC of aws-lc-rs, a key set up and a tag made for each guess,
//! against `guess`, on the same words and one thread: rates and their ratio, on a signing input of 200 bytes.
//!
//!     cargo bench --bench guess
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench reads a clock and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench is not the program"
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

/// Few, so that a round fits in a slice of the scheduler and the medians hold on a busy machine.
const WORDS: usize = 500;
/// Bytes that a typical token signs: a header with `kid`, and the registered claims.
const SIGNING_INPUT: usize = 200;

/// A token with a signing input of [`SIGNING_INPUT`] bytes, signed with a secret that no list holds.
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

/// Of the length that people choose, so that none of them is read as base64 as well.
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

/// Every word for the tokens, none of which it opens.
fn guesses(targets: &[HmacTarget]) -> Work {
    let guesser = Cracker::new(targets);
    Box::new(move || {
        let words: Vec<&[u8]> = words().iter().map(|word| word.as_bytes()).collect();
        let hits = guesser.try_chunk(0, black_box(&words), &guesser.nothing());
        assert!(black_box(hits).as_slice().iter().all(Option::is_none));
    })
}

/// The whole published list, as a run without a word list tries it: unpacked, then tried, base64 readings included.
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
