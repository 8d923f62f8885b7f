use super::*;
use crate::finding::Severity;
use crate::key::inventory;
use crate::key::shared_primes::SequentialJoin;

fn source(name: &str, text: &str) -> LoadedKeySource {
    let survey = inventory::read(text.as_bytes(), None).unwrap();
    LoadedKeySource { name: name.to_owned(), remote: false, survey, public: false, readable: false, changeable: None }
}

fn rules(checked: &KeyCheckResult, place: usize) -> Vec<&'static str> {
    let mut rules: Vec<_> = checked.findings[place].iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn check(sources: &[LoadedKeySource]) -> KeyCheckResult {
    check_sources(sources, None, UnixTime(1_800_000_000), &RuleConfig::default(), &SequentialJoin)
}

const ED: &str =
    r#"{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn a_good_key_has_no_findings() {
    let checked = check(&[source("a.json", ED), source("b.json", &format!("{{\"keys\":[{ED}]}}"))]);
    assert!(checked.findings.iter().all(Vec::is_empty), "{checked:?}");
}

#[test]
fn finding_has_its_location() {
    let text = format!("{{\"keys\":[\n {ED},\n  {}]}}", ED.replace("EdDSA", "ES256"));
    let checked = check(&[source("set.json", &text)]);
    assert_eq!(rules(&checked, 0), ["jwks-kid-duplicate", "key-alg-mismatch", "key-repeated"]);
    let mismatch = checked.findings[0].iter().find(|finding| finding.rule == "key-alg-mismatch").unwrap();
    assert_eq!(mismatch.location.to_text(), "set.json:3:3, /keys/1/alg");
    assert_eq!(mismatch.message, "key \"a\": ES256 cannot be used with a key of type OKP");
    assert_eq!(mismatch.severity, Severity::Error);
    let duplicate = checked.findings[0].iter().find(|finding| finding.rule == "jwks-kid-duplicate").unwrap();
    assert_eq!(duplicate.location.to_text(), "set.json:3:3, /keys/1/kid");
}

#[test]
fn shared_primes_across_sources_are_reported() {
    let primes = [4_294_967_291_u64, 4_294_967_279, 4_294_967_231].map(u128::from);
    let key = |kid: &str, p: usize, q: usize| {
        let modulus = (primes[p] * primes[q]).to_be_bytes();
        let n = crate::encoding::base64url::encode(&modulus);
        format!(r#"{{"kty":"RSA","kid":"{kid}","n":"{n}","e":"AQAB"}}"#)
    };
    let checked = check(&[source("a.json", &key("a", 0, 1)), source("b.json", &key("b", 2, 1))]);
    assert_eq!(checked.moduli, 2);
    for (place, said) in [(0, "key \"b\" of b.json"), (1, "key \"a\" of a.json")] {
        let shared = checked.findings[place].iter().find(|finding| finding.rule == "rsa-prime-shared").unwrap();
        assert!(shared.message.contains(said), "{}", shared.message);
    }
}

/// Moduli that cannot be compared in seconds are counted, and not reported as compared.
#[test]
fn compared_moduli_are_limited() {
    let set = |bytes: usize, count: usize| {
        let member = |place: usize| {
            let mut n = vec![0xFF; bytes];
            n[..8].copy_from_slice(&(u64::MAX - place as u64).to_be_bytes());
            let n = crate::encoding::base64url::encode(&n);
            format!(r#"{{"kty":"RSA","kid":"{place}","n":"{n}","e":"AQAB"}}"#)
        };
        format!(r#"{{"keys":[{}]}}"#, (0..count).map(member).collect::<Vec<_>>().join(","))
    };
    let of = |texts: &[String]| {
        let sources: Vec<LoadedKeySource> = texts.iter().map(|text| source("set.json", text)).collect();
        let ModuliReport { compared, left_out, .. } = moduli::examine(&sources, &SequentialJoin);
        (compared, left_out)
    };
    assert_eq!(of(&[set(1_025, 3), set(1_024, 2)]), (2, 3), "too long to be used");
    assert_eq!(of(&[set(512, 2), set(512, 2)]), (4, 0), "the same ones again cost nothing");
    let fills = moduli::MOST_COMPARED / 1_024;
    let many = [source("set.json", &set(1_024, fills + 5))];
    let within = moduli::within(&many);
    assert_eq!((within.moduli.len(), within.left_out), (fills, 5), "too many");
}

/// The modulus alone matters: 2^n − 1 is divisible by 3 for even n, and prime for some odd ones.
#[test]
fn factorable_moduli_are_reported() {
    let key = |kid: &str, n: &[u8]| {
        let n = crate::encoding::base64url::encode(n);
        format!(r#"{{"kty":"RSA","kid":"{kid}","alg":"RS256","use":"sig","n":"{n}","e":"AQAB"}}"#)
    };
    let mut mersenne = vec![0xFF_u8; 160];
    mersenne[0] = 0x7F;
    let prime = key("prime", &mersenne);
    let set =
        format!("{{\"keys\":[{prime},{},{}]}}", key("three", &[0xFF; 256]), prime.replace("\"prime\"", "\"twin\""));
    let checked = check(&[source("set.json", &set)]);
    let said: Vec<(&str, &str)> = checked.findings[0]
        .iter()
        .filter(|finding| finding.rule == "rsa-modulus-factorable")
        .map(|finding| (finding.location.pointer.as_deref().unwrap(), finding.message.as_str()))
        .collect();
    assert_eq!(said.len(), 3, "{checked:?}");
    assert_eq!(said[1], ("/keys/1/n", "key \"three\": the RSA modulus is divisible by 3"));
    for (place, pointer) in [(0, "/keys/0/n"), (2, "/keys/2/n")] {
        assert!(said[place].0 == pointer && said[place].1.contains("prime number"), "{said:?}");
    }
    assert_eq!((checked.moduli, checked.untested), (3, 0));
}

#[test]
fn primality_tests_are_limited() {
    let member = |place: u64| {
        let mut n = vec![0xFF; 1_024];
        n[..8].copy_from_slice(&(u64::MAX - place).to_be_bytes());
        let n = crate::encoding::base64url::encode(&n);
        format!(r#"{{"kty":"RSA","kid":"{place}","n":"{n}","e":"AQAB"}}"#)
    };
    let set = format!("{{\"keys\":[{}]}}", (0..5).map(member).collect::<Vec<_>>().join(","));
    let checked = check(&[source("set.json", &set)]);
    assert_eq!((checked.moduli, checked.untested), (5, 3), "two keys of 8192 bits cost what 128 of 2048 do");
}

#[test]
fn published_secret_is_reported() {
    let sources = [source("secret", "insecure_session_secret")];
    assert!(holds_secrets(&sources));
    let checked = check_sources(
        &sources,
        Some(&SecretLists::new(b"").unwrap()),
        UnixTime(0),
        &RuleConfig::default(),
        &SequentialJoin,
    );
    assert_eq!(rules(&checked, 0), ["hmac-key-low-entropy", "hmac-key-short", "secret-known-default"]);
    let text = format!("{checked:?}");
    assert!(!text.contains("insecure_session_secret"), "{text}");
}

#[test]
fn location_in_a_url_has_no_lines() {
    let remote = LoadedKeySource {
        remote: true,
        public: true,
        ..source("https://a.test/jwks", &format!("{{\"keys\":[{ED}]}}"))
    };
    let checked = check(&[remote]);
    assert_eq!(rules(&checked, 0), ["jwks-single-key"]);
    assert_eq!(checked.findings[0][0].location.to_text(), "https://a.test/jwks, /keys/0");
}
