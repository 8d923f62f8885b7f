//! Tests of `authkit keys check`: deliberately weak keys are found, good ones are not, and the exit code follows.

use crate::harness::{NOW, RunOutput, Sandbox, rng, root};
use crate::tokens::{b64, fixture};
use authkit::key::factoring;
use authkit::key::generate::{self, KeyType};
use authkit::key::{Key, Material};
use dashu_int::UBig;
use serde_json::{Value, json};
use sha2::Digest as _;

/// A public Ed25519 key without findings.
const ED: &str =
    r#"{"kty":"OKP","crv":"Ed25519","kid":"ed","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// Its private key.
const ED_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// The rules with findings in `text`, with their severities, sorted.
#[track_caller]
fn found(room: &Sandbox, text: &str, flags: &[&str]) -> Vec<String> {
    let path = room.write("key", text);
    rules(&room.run(&[&["keys", "check", &path, "--json"], flags].concat()))
}

#[track_caller]
fn rules(ran: &RunOutput) -> Vec<String> {
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap_or_else(|| panic!("{ran:?}"));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let mut rules: Vec<String> =
        findings.iter().map(|finding| format!("{} {}", text(finding, "severity"), text(finding, "rule"))).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn set(members: &[Value]) -> String {
    json!({ "keys": members }).to_string()
}

fn ed() -> Value {
    serde_json::from_str(ED).unwrap()
}

fn with(mut member: Value, name: &str, value: impl Into<Value>) -> Value {
    member[name] = value.into();
    member
}

/// A public RSA key with this modulus and exponent.
fn rsa(kid: &str, n: &UBig, e: u32) -> Value {
    let e = e.to_be_bytes();
    let e = &e[e.iter().position(|byte| *byte != 0).unwrap_or(3)..];
    json!({ "kty": "RSA", "kid": kid, "alg": "RS256", "n": b64(n.to_be_bytes()), "e": b64(e) })
}

/// An odd number of `bits` bits; no key check can distinguish it from a product of two primes.
fn odd(bits: usize) -> UBig {
    let digit = |n: usize| UBig::from(0x9e37_79b9_u32.rotate_left(n as u32 % 31) ^ (n as u32)) << (32 * n);
    let number = (0..bits.div_ceil(32)).fold(UBig::ZERO, |sum, n| sum + digit(n));
    let odd = (number % (UBig::ONE << (bits - 1))) / UBig::from(2u8) * UBig::from(2u8)
        + UBig::ONE
        + (UBig::ONE << (bits - 1));
    looks_sound(odd)
}

/// The number, or the next odd one that cannot be factored at once.
fn looks_sound(odd: UBig) -> UBig {
    let mut numbers = (0_u32..).map(|step| &odd + UBig::from(2 * step));
    let is_sound = |number: &UBig| {
        let bytes = number.to_be_bytes();
        factoring::at_once(&bytes).is_none() && !factoring::is_prime_modulus(&bytes)
    };
    numbers.find(is_sound).unwrap()
}

fn primes(key: &Key) -> [UBig; 2] {
    let Material::Rsa(rsa) = &key.material else { panic!("no RSA key") };
    let private = rsa.private.as_ref().unwrap();
    [&private.p, &private.q].map(|prime| UBig::from_be_bytes(prime.expose()))
}

#[test]
fn good_key_has_no_findings() {
    let room = Sandbox::new();
    for kind in ["p256", "ed25519", "rsa:3072"] {
        let store = format!("{}.json", kind.replace(':', ""));
        room.run(&["keys", "generate", "--type", kind, "--keystore", &store]).ok();
        let ran = room.run(&["keys", "check", "--keystore", &store, "--fail-on", "info", "--json"]).ok();
        assert_eq!((ran.json()["verdict"].as_str(), rules(&ran)), (Some("passed"), vec![]), "{kind}");
    }
    room.run(&["keys", "generate", "--type", "hs256", "--keystore", "secret.json"]).ok();
    room.run(&["keys", "check", "--keystore", "secret.json", "--fail-on", "info"]).ok();
    assert!(found(&room, ED, &["--fail-on", "info"]).is_empty());
}

#[test]
fn weak_rsa_modulus_or_exponent_is_a_finding() {
    let room = Sandbox::new();
    let of = |n: &UBig, e| found(&room, &rsa("a", n, e).to_string(), &[]);
    assert_eq!(of(&odd(512), 65_537), ["error rsa-key-small"]);
    assert_eq!(of(&odd(1024), 65_537), ["error rsa-key-small"]);
    assert_eq!(of(&odd(2047), 65_537), ["error rsa-key-small"]);
    assert_eq!(of(&odd(2048), 65_537), ["info rsa-bits-below-advised"]);
    assert_eq!(of(&odd(3072), 65_537), [""; 0]);
    assert_eq!(of(&odd(3072), 3), ["warning rsa-exponent-weak"]);
    assert_eq!(of(&odd(3072), 17), ["warning rsa-exponent-weak"]);
    assert_eq!(of(&odd(3072), 1), ["error rsa-exponent-weak"]);
    assert_eq!(of(&odd(3072), 65_536), ["error rsa-exponent-weak"]);
    assert_eq!(of(&(odd(3072) + UBig::ONE), 65_537), ["error key-unsound"]);
    assert_eq!(of(&odd(9000), 65_537), ["error key-unsound"]);
    let path = room.write("key", rsa("a", &odd(2048), 65_537).to_string());
    let judged = room.run(&["keys", "check", &path, "--profile", "asvs-l2", "--fail-on", "warning", "--json"]);
    assert_eq!((judged.code, rules(&judged)), (1, vec!["warning rsa-bits-below-advised".to_owned()]));
}

/// p and q of the form k·M + (65537^a mod M), as generated by the Infineon library.
#[test]
fn roca_modulus_is_a_finding() {
    let small: Vec<u32> = (2..168).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
    let m = small.iter().fold(UBig::ONE, |product, prime| product * UBig::from(*prime));
    let power = |exponent: usize| (0..exponent).fold(UBig::ONE, |power, _| power * UBig::from(65_537u32) % &m);
    // Of different lengths, because close factors are a separate finding.
    let half = |bits: usize, a: usize, k: usize| (odd(bits) + UBig::from(k)) * &m + power(a);
    let sound = |n: &UBig| factoring::at_once(&n.to_be_bytes()).is_none();
    let n = (1..).map(|k| half(1_400, 5_417, k) * half(1_300, 391, k)).find(sound).unwrap();
    let room = Sandbox::new();
    assert_eq!(found(&room, &rsa("a", &n, 65_537).to_string(), &[]), ["error rsa-roca"]);
    let next = looks_sound(n + UBig::from(2u8));
    assert_eq!(found(&room, &rsa("a", &next, 65_537).to_string(), &[]), [""; 0]);
}

#[test]
fn shared_prime_between_files_or_keys_is_a_finding() {
    let keys: Vec<Key> = (0..2).map(|_| generate::generate(KeyType::Rsa { bits: 2048 }, &mut rng()).unwrap()).collect();
    let ([p, q], [r, s]) = (primes(&keys[0]), primes(&keys[1]));
    let room = Sandbox::new();
    let good = set(&[rsa("a", &(&p * &q), 65_537), rsa("b", &(&r * &s), 65_537)]);
    assert_eq!(found(&room, &good, &[]), ["info rsa-bits-below-advised"]);
    let bad = set(&[rsa("a", &(&p * &q), 65_537), rsa("b", &(&r * &s), 65_537), rsa("c", &(&p * &s), 65_537)]);
    let (bad, alone) =
        (room.write("bad.json", bad), room.write("alone.json", rsa("d", &(&q * &r), 65_537).to_string()));
    let ran = room.run(&["keys", "check", &bad, "--json"]);
    assert_eq!((ran.code, ran.json()["data"]["moduli_compared"].as_u64()), (1, Some(3)));
    let shared: Vec<String> = shared(&ran);
    assert_eq!(shared.len(), 3, "{shared:?}");
    assert!(shared[0].contains("\"a\" shares a prime with key \"c\""), "{shared:?}");
    let across = room.run(&["keys", "check", &good_file(&room, &good), &alone, "--json"]);
    let shared = self::shared(&across);
    assert_eq!(shared.len(), 3, "{shared:?}");
    assert!(shared[0].contains("key \"d\" of ") && shared[0].contains("alone.json"), "{shared:?}");
    // Two copies of one key do not count as a shared prime.
    let (one, two) = (good_file(&room, &good), room.write("copy.json", &good));
    assert_eq!(rules(&room.run(&["keys", "check", &one, &two, "--json"])), ["info rsa-bits-below-advised"]);
}

fn good_file(room: &Sandbox, text: &str) -> String {
    room.write("good.json", text)
}

fn shared(ran: &RunOutput) -> Vec<String> {
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap().iter();
    let shared = findings.filter(|finding| finding["rule"] == "rsa-prime-shared");
    shared.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn weak_or_published_secret_is_a_finding() {
    let room = Sandbox::new();
    let known = "your-super-secret-jwt-token-with-at-least-32-characters-long";
    assert_eq!(found(&room, known, &[]), ["error hmac-key-low-entropy", "error secret-known-default"]);
    assert_eq!(
        found(&room, "secret", &[]),
        ["error hmac-key-low-entropy", "error hmac-key-short", "error secret-known-default"]
    );
    let random = "Zm9vYmFyYmF6cXV4-9_QkLr3vX8sT1nM5pW7yB2cD4"; // 43 characters, not in any list
    assert_eq!(found(&room, random, &[]), [""; 0]);
    assert_eq!(found(&room, "3f2a9c81d07be64f5512ab90cd34ef67", &[]), ["warning hmac-key-low-entropy"]);
    let jwk = |alg: &str| json!({ "kty": "oct", "kid": "a", "alg": alg, "k": b64([0x9d, 7, 211, 40].repeat(8)) });
    assert!(found(&room, &jwk("HS512").to_string(), &[]).contains(&"error hmac-key-short".to_owned()));
    assert!(!found(&room, &jwk("HS256").to_string(), &[]).contains(&"error hmac-key-short".to_owned()));
    // A finding names the list, never the secret.
    let path = room.write("secret", known);
    for format in ["human", "json", "sarif", "github", "junit", "markdown"] {
        let ran = room.run(&["keys", "check", &path, "--format", format]);
        assert!(
            ran.code == 1 && !ran.stdout.contains("super-secret") && !ran.stderr.contains("super-secret"),
            "{ran:?}"
        );
    }
}

#[test]
fn inconsistent_kid_use_or_alg_is_a_finding() {
    let room = Sandbox::new();
    let in_set = |members: &[Value]| found(&room, &set(members), &[]);
    let other = json!({ "kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let without = |mut member: Value, name: &str| {
        member.as_object_mut().unwrap().remove(name);
        member
    };
    assert_eq!(in_set(&[ed(), other.clone()]), [""; 0]);
    assert_eq!(in_set(&[without(ed(), "kid"), other.clone()]), ["warning jwks-kid-missing"]);
    assert_eq!(in_set(&[without(ed(), "kid")]), ["info jwks-kid-missing"]);
    assert_eq!(in_set(&[without(ed(), "alg")]), ["info jwks-alg-missing"]);
    assert_eq!(in_set(&[ed(), with(other.clone(), "kid", "ed")]), ["warning jwks-kid-duplicate"]);
    assert_eq!(in_set(&[ed(), ed()]), ["error jwks-kid-duplicate", "warning key-repeated"]);
    assert_eq!(in_set(&[with(other.clone(), "alg", "ES384")]), ["error ec-curve-mismatch"]);
    assert_eq!(in_set(&[with(other.clone(), "alg", "ES256K")]), ["error ec-curve-mismatch"]);
    assert_eq!(in_set(&[with(other.clone(), "alg", "RS256")]), ["error key-alg-mismatch"]);
    assert_eq!(in_set(&[with(other.clone(), "alg", "HS256")]), ["error key-alg-mismatch"]);
    assert_eq!(in_set(&[with(other.clone(), "alg", "XS1")]), ["warning key-alg-mismatch"]);
    assert_eq!(in_set(&[with(other.clone(), "use", "enc")]), ["error jwks-use-conflict"]);
    let both = with(with(other.clone(), "use", "sig"), "key_ops", json!(["verify"]));
    assert_eq!(in_set(&[both]), ["info jwks-use-conflict"]);
    let off = with(with(other.clone(), "use", "sig"), "key_ops", json!(["encrypt"]));
    assert_eq!(in_set(&[off]), ["error jwks-use-conflict"]);
    let mixed = with(other.clone(), "key_ops", json!(["verify", "deriveKey"]));
    assert_eq!(in_set(&[mixed]), ["warning jwks-use-conflict"]);
    let encrypts = with(with(other.clone(), "use", "enc"), "alg", "ECDH-ES");
    assert_eq!(in_set(&[ed(), encrypts]), ["warning jwks-use-missing"]);
    assert_eq!(in_set(&[with(other.clone(), "y", b64([1; 32]))]), ["error key-unsound"]);
    assert_eq!(in_set(&[with(other, "y", b64([1; 31]))]), ["error jwks-member-unusable"]);
    let x25519 = json!({ "kty": "OKP", "crv": "X25519", "kid": "x", "use": "enc", "x": b64([9; 32]) });
    assert_eq!(in_set(&[with(ed(), "use", "sig"), x25519]), ["info jwks-member-unusable"]);
}

/// A set without a usable key must not pass.
#[test]
fn set_of_unusable_keys_exits_with_3() {
    let room = Sandbox::new();
    let unknown = json!({ "kty": "NEW", "kid": "n" });
    let x25519 = json!({ "kty": "OKP", "crv": "X25519", "kid": "x", "use": "enc", "x": b64([9; 32]) });
    for (name, members) in
        [("empty.json", vec![]), ("unknown.json", vec![unknown.clone()]), ("both.json", vec![unknown, x25519])]
    {
        room.write(name, set(&members));
        for more in [&[][..], &["--fail-on", "never"]] {
            let ran = room.run(&[&["keys", "check", name, "--json"], more].concat());
            assert_eq!((ran.code, ran.json()["error"]["kind"].as_str()), (3, Some("input")), "{ran:?}");
            assert!(ran.json()["error"]["message"].as_str().unwrap().contains("no key to check"), "{ran:?}");
        }
    }
    // A finding at the --fail-on severity exits with 1.
    let broken = json!({ "kty": "EC", "crv": "P-256", "kid": "b", "x": b64([1; 31]), "y": b64([1; 32]) });
    room.write("broken.json", set(&[broken]));
    assert_eq!(room.run(&["keys", "check", "broken.json"]).code, 1);
    assert_eq!(room.run(&["keys", "check", "broken.json", "--fail-on", "never"]).code, 3);
    // Next to a usable key they are findings.
    room.write("key.json", set(&[ed()]));
    assert_eq!(room.run(&["keys", "check", "both.json", "key.json"]).code, 0);
}

#[test]
fn private_member_in_published_set_is_a_finding() {
    let room = Sandbox::new();
    let private = with(ed(), "d", ED_D);
    let oct = json!({ "kty": "oct", "kid": "o", "alg": "HS256", "k": b64((0..32_u8).map(|n| n.wrapping_mul(37).wrapping_add(n.wrapping_mul(n))).collect::<Vec<u8>>()) });
    assert_eq!(found(&room, &set(std::slice::from_ref(&private)), &[]), [""; 0]);
    assert_eq!(
        found(&room, &set(std::slice::from_ref(&private)), &["--public"]),
        ["error jwks-private-key-exposed", "info jwks-single-key"]
    );
    let next = json!({ "kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    assert_eq!(found(&room, &set(&[private, next]), &[]), ["error jwks-private-key-exposed"]);
    assert_eq!(found(&room, &set(std::slice::from_ref(&oct)), &[]), [""; 0]);
    let published = found(&room, &set(std::slice::from_ref(&oct)), &["--public"]);
    assert_eq!(published, ["error jwks-symmetric", "info jwks-single-key"]);
    assert_eq!(found(&room, &set(&[oct, ed()]), &[]), ["error jwks-mixed"]);
}

#[test]
fn stale_or_expired_key_is_a_finding() {
    let room = Sandbox::new();
    let day = 86_400;
    let aged = |days: i64| found(&room, &set(&[with(ed(), "iat", NOW - days * day)]), &[]);
    assert_eq!(aged(90), [""; 0]);
    assert_eq!(aged(91), ["warning jwks-stale-key"]);
    let longer = found(&room, &set(&[with(ed(), "iat", NOW - 91 * day)]), &["--limit", "key-age-max=365d"]);
    assert_eq!(longer, [""; 0]);
    assert_eq!(found(&room, &set(&[with(ed(), "exp", NOW)]), &[]), ["warning jwks-inactive-key"]);
    assert_eq!(found(&room, &set(&[with(ed(), "exp", NOW + 1)]), &[]), [""; 0]);
    let revoked = with(ed(), "revoked", json!({ "revoked_at": NOW - day, "reason": "compromised" }));
    assert_eq!(found(&room, &set(&[revoked]), &[]), ["error jwks-inactive-key"]);
    let key = |kid: &str, n: u8, nbf: i64, exp: i64| {
        let x: Vec<u8> = generate::generate(KeyType::Ed25519, &mut rng())
            .map(|key| match key.material {
                Material::Ed25519(ed) => ed.x.to_vec(),
                _ => vec![n],
            })
            .unwrap();
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": "EdDSA", "x": b64(x), "nbf": nbf, "exp": exp })
    };
    let next = |nbf| found(&room, &set(&[key("a", 1, NOW - day, NOW + day), key("b", 2, nbf, NOW + 9 * day)]), &[]);
    assert_eq!(next(NOW + day / 2), [""; 0]);
    assert_eq!(next(NOW + day), ["warning jwks-no-overlap"]);
    assert_eq!(next(NOW + 2 * day), ["warning jwks-no-overlap"]);
}

#[test]
fn expired_or_mismatched_certificate_is_a_finding() {
    let room = Sandbox::new();
    let keys = root().join("tests/keys");
    let pem = keys.join("p256.cert.pem").display().to_string();
    let at = |now: &str| rules(&room.run(&["keys", "check", &pem, "--json", "--now", now]));
    assert_eq!(at("2026-12-01T00:00:00Z"), [""; 0]);
    assert_eq!(at("2200-01-01T00:00:00Z"), ["warning certificate-expired"]);
    assert_eq!(at("2020-01-01T00:00:00Z"), ["warning certificate-expired"]);
    let jwk = room.run(&["keys", "convert", &pem, "--encoding", "jwk"]).ok().stdout;
    let jwk: Value = serde_json::from_str(&jwk).unwrap();
    let x5c = jwk["x5c"].clone();
    assert!(x5c.is_array(), "{jwk}");
    let fault = found(&room, &set(&[with(ed(), "x5c", x5c)]), &[]);
    assert_eq!(fault, ["error x5c-mismatch"]);
    let der = std::fs::read(root().join("tests/keys/p256.cert.der")).unwrap();
    let named = with(with(jwk, "kid", "c"), "alg", "ES256");
    for (name, right) in [("x5t", b64(sha1::Sha1::digest(&der))), ("x5t#S256", b64(sha2::Sha256::digest(&der)))] {
        let thumbed = |digest: String| {
            found(&room, &set(&[with(named.clone(), name, digest)]), &["--now", "2026-12-01T00:00:00Z"])
        };
        assert_eq!(thumbed(right), [""; 0]);
        assert_eq!(thumbed(b64([0; 32])), ["error x5t-mismatch"], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn accessible_private_key_file_is_a_finding() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Sandbox::new();
    let (private, public) =
        (room.write("private.json", with(ed(), "d", ED_D).to_string()), room.write("public.json", ED));
    let at = |path: &str, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        rules(&room.run(&["keys", "check", path, "--json"]))
    };
    assert_eq!(at(&private, 0o600), [""; 0]);
    assert_eq!(at(&private, 0o644), ["warning key-file-readable"]);
    assert_eq!(at(&private, 0o666), ["error key-file-writable", "warning key-file-readable"]);
    assert_eq!(at(&public, 0o644), [""; 0]);
    assert_eq!(at(&public, 0o646), ["error key-file-writable"]);
}

#[test]
fn exit_code_follows_findings_and_unreadable_files() {
    let room = Sandbox::new();
    let (good, bad) = (room.write("good.json", ED), room.write("bad.json", rsa("a", &odd(1024), 65_537).to_string()));
    let code = |arguments: &[&str]| room.run(&[&["keys", "check"], arguments].concat()).code;
    assert_eq!(code(&[&good]), 0);
    assert_eq!(code(&[&bad]), 1);
    assert_eq!(code(&[&bad, "--fail-on", "never"]), 0);
    assert_eq!(code(&[&good, "./missing"]), 4);
    assert_eq!(code(&[&bad, "./missing"]), 1);
    assert_eq!(code(&["./missing"]), 4);
    assert_eq!(code(&[]), 4, "no key store is no answer");
    assert_eq!(code(&[&room.write("empty", "")]), 3);
    assert_eq!(code(&[&room.write("none.json", r#"{"keys":[]}"#)]), 3);
    assert_eq!(code(&[&room.write("cut.pem", "-----BEGIN PUBLIC KEY-----\nAAAA")]), 3);
    assert_eq!(code(&["-", "-"]), 2);
    assert_eq!(code(&[&good, "--fail-on", "all"]), 2);
    assert_eq!(room.run_with(&["keys", "check", "-"], ED).code, 0);
}

#[test]
fn baselines_ignores_and_severities_are_applied() {
    let room = Sandbox::new();
    room.write("bad.json", set(&[rsa("a", &odd(1024), 65_537)]));
    let run = |more: &[&str]| room.run(&[&["keys", "check", "bad.json", "--json"], more].concat());
    assert_eq!(run(&["--write-baseline", "known.json"]).code, 0);
    let again = run(&["--baseline", "known.json", "--fail-on", "info"]);
    assert_eq!((again.code, again.json()["data"]["baselined"].as_u64()), (0, Some(1)), "{again:?}");
    room.write("bad.json", set(&[rsa("a", &odd(1024), 65_537), rsa("b", &odd(1000), 65_537)]));
    assert_eq!(run(&["--baseline", "known.json"]).code, 1);
    assert_eq!(run(&["--severity", "rsa-key-small=warning"]).code, 0);
    room.write("authkit.toml", "[[ignore]]\nrule = \"rsa-key-small\"\npath = \"bad.json\"\nreason = \"a fixture\"\n");
    assert_eq!(run(&[]).code, 1, "a discovered file has no effect");
    let ignored = run(&["--config", "authkit.toml"]);
    assert_eq!((ignored.code, ignored.json()["data"]["ignored"].as_u64()), (0, Some(2)), "{ignored:?}");
    assert_eq!(run(&["--config", "authkit.toml", "--no-ignores"]).code, 1);
}

#[test]
fn key_store_and_single_kid_are_checked() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--type", "rsa:2048"]).ok();
    let kid = room.run(&["keys", "generate", "--type", "ed25519", "--json"]).ok().json()["data"]["kid"].clone();
    let all = room.run(&["keys", "check", "--json"]);
    assert_eq!(rules(&all), ["info rsa-bits-below-advised"]);
    let one = room.run(&["keys", "check", kid.as_str().unwrap(), "--fail-on", "info", "--json"]).ok();
    assert_eq!((rules(&one), one.json()["data"]["sources"][0]["keys"].as_u64()), (vec![], Some(1)));
    assert_eq!(room.run(&["keys", "check", "nobody"]).code, 4);
}

#[test]
fn finding_locations_are_those_of_the_file() {
    let room = Sandbox::new();
    let text = format!("{{\n  \"keys\": [\n    {ED},\n    {}\n  ]\n}}", ED.replace("EdDSA", "ES256"));
    let path = room.write("set.json", text);
    let ran = room.run(&["keys", "check", &path, "--format", "github"]);
    assert!(ran.stdout.contains("line=4,col=5"), "{}", ran.stdout);
}

#[test]
fn locked_or_missing_source_does_not_keep_others_from_being_checked() {
    let room = Sandbox::new();
    let (good, locked) = (fixture(&room, "p256.spki.pem"), fixture(&room, "rsa2048.pbkdf2.pem"));
    for (arguments, code, words) in [
        (&["keys", "check", &locked, &good, "--no-input"][..], 2, "passphrase"),
        (&["keys", "check", &good, "none.pem"], 4, "none.pem"),
        (&["keys", "check", &locked, "none.pem", &good, "--no-input"], 4, "passphrase"),
    ] {
        let ran = room.run(arguments);
        assert!(ran.code == code && ran.stdout.contains("1 key") && ran.stderr.contains(words), "{ran:?}");
    }
    assert_eq!(room.run(&["keys", "check", &locked, "--no-input"]).code, 2);
}
