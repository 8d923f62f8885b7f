//! What guessing the secret of a token costs: the bare HMAC of aws-lc-rs, a key set up and a tag made for each guess,
//! against `guess`, on the same words and one thread. `cargo bench --bench guess` prints rates and their ratio.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench reads a clock and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench is not the program"
)]

use authkit::encoding::base64url::encode;
use authkit::guess::attempt::Guesser;
use authkit::guess::published::Published;
use authkit::guess::target::Target;
use aws_lc_rs::hmac;
use std::hint::black_box;
use std::time::Instant;

/// Few, so that a round fits in a slice of the scheduler and the medians hold on a busy machine.
const WORDS: usize = 500;
const ROUNDS: usize = 2_000;
/// Bytes that a typical token signs: a header with `kid`, and the registered claims.
const SIGNING_INPUT: usize = 200;

const ALGORITHMS: [(&str, hmac::Algorithm); 3] =
    [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)];

/// A token with a signing input of [`SIGNING_INPUT`] bytes, signed with a secret that no list holds.
fn token((name, algorithm): (&str, hmac::Algorithm), number: u8) -> (String, Target) {
    let header = encode(format!("{{\"alg\":\"{name}\",\"typ\":\"JWT\"}}").as_bytes());
    let room = SIGNING_INPUT - header.len() - 1;
    let payload = encode(&vec![number; room * 3 / 4]);
    let input = format!("{header}.{payload}");
    assert!((SIGNING_INPUT - 1..=SIGNING_INPUT).contains(&input.len()));
    let tag = hmac::sign(&hmac::Key::new(algorithm, b"a secret of the bench alone"), input.as_bytes());
    let target = Target::parse(format!("{input}.{}", encode(tag.as_ref())).as_bytes()).unwrap();
    (input, target)
}

/// Of the length that people choose, so that none of them is read as base64 as well.
fn words() -> Vec<String> {
    (0..WORDS).map(|number| format!("password-{number:04}")).collect()
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

/// Round after round in turn: what the machine does meanwhile falls on all alike.
fn against_raw(algorithm: (&str, hmac::Algorithm)) {
    let (input, target) = token(algorithm, b'a');
    let four: Vec<Target> = (b'a'..=b'd').map(|number| token(algorithm, number).1).collect();
    let (one, four) = (Guesser::new(&[target]), Guesser::new(&four));
    let words = words();
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let mut raw = || {
        for word in black_box(&words) {
            black_box(hmac::sign(&hmac::Key::new(algorithm.1, word), black_box(input.as_bytes())));
        }
    };
    let guesses = |guesser: &Guesser| {
        let hits = guesser.try_chunk(0, black_box(&words), &guesser.nothing());
        assert!(black_box(hits).as_slice().iter().all(Option::is_none));
    };
    let (mut own, mut own_four) = (|| guesses(&one), || guesses(&four));
    let rounds: Vec<[f64; 3]> =
        (0..ROUNDS).map(|_| [seconds(&mut raw), seconds(&mut own), seconds(&mut own_four)]).collect();
    let middle = |pick: fn(&[f64; 3]) -> f64| median(rounds.iter().map(pick).collect());
    let rate = |seconds: f64| WORDS as f64 / seconds / 1e6;
    println!(
        "{}: raw {:.2} M/s, authkit {:.2} M guesses/s ({:.2} times the raw rate), four tokens at once {:.2} M words/s",
        algorithm.0,
        rate(middle(|[raw, ..]| *raw)),
        rate(middle(|[_, own, _]| *own)),
        middle(|[raw, own, _]| raw / own),
        rate(middle(|[.., four]| *four)),
    );
}

/// The whole published list, as a run without a word list tries it.
fn published() {
    let unpacking = median((0..20).map(|_| seconds(&mut || drop(black_box(Published::unpack().unwrap())))).collect());
    let list = Published::unpack().unwrap();
    let secrets: Vec<&[u8]> = list.secrets().collect();
    let guesser = Guesser::new(&[token(("HS256", hmac::HMAC_SHA256), b'a').1]);
    let mut all = || drop(black_box(guesser.try_chunk(0, &secrets, &guesser.nothing())));
    let trying = median((0..20).map(|_| seconds(&mut all)).collect());
    println!(
        "the published list: {:.0} ms to unpack, {:.0} ms to try ({:.2} M secrets/s, base64 readings included)",
        unpacking * 1e3,
        trying * 1e3,
        secrets.len() as f64 / trying / 1e6
    );
}

fn main() {
    println!("one thread, signing input of {SIGNING_INPUT} bytes, medians of {ROUNDS} rounds");
    ALGORITHMS.into_iter().for_each(against_raw);
    published();
}
