//! Benchmark of keys: RSA generation against `openssl genpkey`, as whole processes, and the search for shared
//! primes in a set of 2,000 keys against comparing all pairs. `cargo bench --bench keys` prints the figures;
//! there is no pass or fail. `-- generate` or `-- shared` runs one of the two, `-- KEYS=100` sets the number of keys.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock, starts processes and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is not the program"
)]

use authkit::encoding::base64url;
use authkit::key::shared_primes::{SequentialJoin, find_shared_primes};
use dashu_int::UBig;
use dashu_int::ops::Gcd as _;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Instant;

const MODULI: usize = 2_000;
const MODULUS_BYTES: usize = 256;

fn seconds(work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn run(mut command: Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}

fn authkit(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authkit"));
    command.args(arguments);
    command
}

/// The mean, and its standard error.
fn mean(times: &[f64]) -> (f64, f64) {
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, (variance / count).sqrt())
}

/// Generates keys alternately, so that machine load affects both alike. The time per key varies randomly,
/// so the means of many keys are compared.
fn generate(bits: &str, keys: usize, bar: f64) {
    let (mut own, mut openssl) = (Vec::new(), Vec::new());
    let (kind, option) = (format!("rsa:{bits}"), format!("rsa_keygen_bits:{bits}"));
    for _ in 0..keys {
        own.push(seconds(&mut || run(authkit(&["keys", "generate", "--type", &kind, "-o", "-"]))));
        openssl.push(seconds(&mut || {
            let mut command = Command::new("openssl");
            command.args(["genpkey", "-algorithm", "RSA", "-pkeyopt", &option]);
            run(command);
        }));
    }
    let ((own, own_error), (openssl, openssl_error)) = (mean(&own), mean(&openssl));
    println!(
        "RSA-{bits}, {keys} keys: authkit {:.1} ± {:.1} ms, openssl genpkey {:.1} ± {:.1} ms, ratio {:.2} (bar: {bar})",
        own * 1e3,
        own_error * 1e3,
        openssl * 1e3,
        openssl_error * 1e3,
        own / openssl
    );
}

/// Random numbers of 2,048 bits without small factors, with residues distributed like those of real keys. Neither
/// search depends on them being products of two primes, and two thousand real keys would take
/// minutes to generate.
fn moduli() -> Vec<UBig> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()
    };
    let small = (3_u32..200).filter(|n| (2..*n).all(|divisor| n % divisor != 0));
    let step = small.fold(UBig::from(2u8), |product, prime| product * prime);
    let modulus = |_| {
        let mut bytes: Vec<u8> = (0..MODULUS_BYTES / 8).flat_map(|_| next()).collect();
        bytes[0] |= 0xC0;
        let mut modulus = UBig::from_be_bytes(&bytes);
        while (&modulus).gcd(&step) > UBig::ONE {
            modulus += UBig::ONE;
        }
        modulus
    };
    (0..MODULI).map(modulus).collect()
}

fn pairs(moduli: &[UBig]) -> usize {
    let others =
        |place: usize| moduli[place + 1..].iter().filter(move |other| (&moduli[place]).gcd(*other) > UBig::ONE);
    (0..moduli.len()).map(|place| others(place).count()).sum()
}

fn shared_primes() {
    let moduli = moduli();
    let bytes: Vec<Box<[u8]>> = moduli.iter().map(|modulus| modulus.to_be_bytes()).collect();
    let bytes: Vec<&[u8]> = bytes.iter().map(|bytes| &**bytes).collect();
    let path = std::env::temp_dir().join(format!("authkit-bench-{}.json", std::process::id()));
    let members = bytes.iter().enumerate().map(|(kid, n)| {
        let n = base64url::encode(n);
        format!(r#"{{"kty":"RSA","kid":"{kid}","alg":"RS256","use":"sig","n":"{n}","e":"AQAB"}}"#)
    });
    std::fs::write(&path, format!(r#"{{"keys":[{}]}}"#, members.collect::<Vec<_>>().join(","))).unwrap();
    let file = path.display().to_string();
    let (mut trees, mut checks) = (Vec::new(), Vec::new());
    let mut each = Vec::new();
    for _ in 0..3 {
        trees.push(seconds(&mut || drop(black_box(find_shared_primes(black_box(&bytes), &SequentialJoin)))));
        checks.push(seconds(&mut || run(authkit(&["keys", "check", &file, "--fail-on", "never", "--quiet"]))));
        each.push(seconds(&mut || {
            black_box(pairs(black_box(&moduli)));
        }));
    }
    std::fs::remove_file(&path).unwrap();
    let ((tree, _), (check, _), (each, _)) = (mean(&trees), mean(&checks), mean(&each));
    println!(
        "shared primes of {MODULI} RSA-2048 moduli: on one thread each with each {each:.2} s ({:.1} µs a pair), product \
         tree {tree:.2} s ({:.1} times as fast), all of `keys check`, on all cores, {check:.2} s ({:.1} times as fast; bar: 20)",
        each * 1e6 / (MODULI * (MODULI - 1) / 2) as f64,
        each / tree,
        each / check
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let keys = arguments.iter().find_map(|argument| argument.strip_prefix("KEYS=")?.parse().ok()).unwrap_or(60);
    let wanted = |name: &str| {
        let named = |argument: &&String| !argument.starts_with("KEYS=");
        arguments.iter().filter(named).count() == 0 || arguments.iter().any(|argument| argument == name)
    };
    if wanted("shared") {
        shared_primes();
    }
    if wanted("generate") {
        generate("2048", keys, 0.35);
        generate("4096", keys.div_ceil(3), 0.5);
    }
}
