use super::*;
use crate::key::validation;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

/// A generator with a known sequence: splitmix64. It replaces randomness in tests only.
pub(crate) struct Counter(u64);

impl Counter {
    pub(crate) fn new(start: u64) -> Self {
        Self(start)
    }
}

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(mixed ^ (mixed >> 31))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

fn parsed(text: &str, alg: Option<&str>) -> (KeyType, &'static str) {
    let request = parse(text, alg).unwrap();
    assert!(alg::find(request.alg_name) == Some(request.algorithm));
    (request.kind, request.alg_name)
}

#[test]
fn type_names_give_their_default_algorithm() {
    for (text, kind, alg) in [
        ("hs256", KeyType::Hmac { bits: 256 }, "HS256"),
        ("HS384", KeyType::Hmac { bits: 384 }, "HS384"),
        ("hs512", KeyType::Hmac { bits: 512 }, "HS512"),
        ("rsa", KeyType::Rsa { bits: 2048 }, "RS256"),
        ("rsa:2048", KeyType::Rsa { bits: 2048 }, "RS256"),
        ("RSA:3072", KeyType::Rsa { bits: 3072 }, "RS256"),
        ("rsa:4096", KeyType::Rsa { bits: 4096 }, "RS256"),
        ("rsa:8192", KeyType::Rsa { bits: 8192 }, "RS256"),
        ("rsa:2304", KeyType::Rsa { bits: 2304 }, "RS256"),
        ("p256", KeyType::Ec(Curve::P256), "ES256"),
        ("P384", KeyType::Ec(Curve::P384), "ES384"),
        ("p521", KeyType::Ec(Curve::P521), "ES512"),
        ("secp256k1", KeyType::Ec(Curve::Secp256k1), "ES256K"),
        ("ed25519", KeyType::Ed25519, "EdDSA"),
        ("Ed25519", KeyType::Ed25519, "EdDSA"),
        ("EdDSA", KeyType::Ed25519, "EdDSA"),
        ("RS256", KeyType::Rsa { bits: 2048 }, "RS256"),
        ("PS512", KeyType::Rsa { bits: 2048 }, "PS512"),
        ("es256k", KeyType::Ec(Curve::Secp256k1), "ES256K"),
        ("ES512", KeyType::Ec(Curve::P521), "ES512"),
        ("ec", KeyType::Ec(Curve::P256), "ES256"),
        ("p-256", KeyType::Ec(Curve::P256), "ES256"),
        ("P-384", KeyType::Ec(Curve::P384), "ES384"),
        ("prime256v1", KeyType::Ec(Curve::P256), "ES256"),
        ("secp521r1", KeyType::Ec(Curve::P521), "ES512"),
    ] {
        assert_eq!(parsed(text, None), (kind, alg), "{text}");
    }
}

#[test]
fn algorithm_name_as_type_selects_its_algorithm() {
    for algorithm in ALGORITHMS {
        let (kind, name) = parsed(algorithm.name, None);
        assert_eq!(name, algorithm.name);
        assert!(kind.serves(algorithm));
        assert_eq!(parsed(algorithm.name, Some(algorithm.name)), (kind, name));
    }
}

#[test]
fn matching_alg_is_accepted() {
    assert_eq!(parsed("rsa:2048", Some("PS256")).1, "PS256");
    assert_eq!(parsed("rsa:3072", Some("RS512")), (KeyType::Rsa { bits: 3072 }, "RS512"));
    assert_eq!(parsed("ed25519", Some("Ed25519")).1, "Ed25519");
    assert_eq!(parsed("EdDSA", Some("Ed25519")).1, "Ed25519");
    assert_eq!(parsed("p521", Some("ES512")).1, "ES512");
    assert_eq!(parsed("rsa", Some("ps256")).1, "PS256", "in any case");
}

#[test]
fn mismatched_alg_is_rejected() {
    for (text, alg) in [
        ("p256", "RS256"),
        ("p256", "ES256K"),
        ("secp256k1", "ES256"),
        ("hs256", "HS512"),
        ("hs512", "HS256"),
        ("rsa:2048", "HS256"),
        ("RS256", "PS256"),
        ("ed25519", "ES256"),
    ] {
        let error = parse(text, Some(alg)).unwrap_err();
        assert!(matches!(error, GenerateError::Mismatch { .. }), "{text} {alg}");
        assert!(error.to_string().contains(alg));
    }
    let error = parse("rsa", Some("HS256")).unwrap_err().to_string();
    assert!(error.ends_with("expected RS256, RS384, RS512, PS256, PS384, PS512"), "{error}");
}

#[test]
fn unknown_names_list_the_valid_ones() {
    for text in ["", "none", "hs128", "x25519", "ed448", "rsa2048", "dsa:2048", "p256:256", " p256", "p_256"] {
        let error = parse(text, None).unwrap_err();
        assert_eq!(error, GenerateError::UnknownType { given: text.to_owned() });
        assert!(error.to_string().contains("rsa:2048"));
    }
    for size in ["", "1024", "2047", "2049", "8448", "+2048", "02048", "2048 ", "-2048", "99999999999", "2048:1"] {
        let error = parse(&format!("rsa:{size}"), None).unwrap_err();
        assert_eq!(error, GenerateError::RsaSize { given: size.to_owned() });
        assert!(error.to_string().contains("2048, 3072, 4096"));
    }
    for alg in ["hs265", "none", "", "ES256 "] {
        let error = parse("p256", Some(alg)).unwrap_err();
        assert_eq!(error, GenerateError::UnknownAlgorithm { given: alg.to_owned() });
        assert!(error.to_string().contains("ES256K, EdDSA, Ed25519"));
    }
    let hint = |kind: &str, alg| parse(kind, alg).unwrap_err().hint().unwrap_or_default();
    assert_eq!(hint("es265", None), "did you mean \"ES256\"?");
    assert_eq!(hint("rsa", Some("PS265")), "did you mean \"PS256\"?");
}

#[test]
fn every_type_gives_a_valid_strong_key() {
    let mut rng = Counter::new(1);
    for algorithm in ALGORITHMS {
        let kind = KeyType::for_algorithm(algorithm);
        if matches!(kind, KeyType::Rsa { .. }) && algorithm.name != "RS256" {
            continue;
        }
        let (one, two) = (generate(kind, &mut rng).unwrap(), generate(kind, &mut rng).unwrap());
        for key in [&one, &two] {
            assert_eq!(validation::check(key), Ok(()), "{kind:?}");
            assert_eq!(validation::weakness(key, algorithm), None, "{kind:?}");
            assert_eq!((&key.kid, &key.alg), (&None, &None));
        }
        let public = |key: &Key| match &key.material {
            Material::Secret(secret) => secret.expose().clone(),
            Material::Rsa(key) => key.n.clone(),
            Material::Ec(key) => key.x.clone(),
            Material::Ed25519(key) => key.x.to_vec(),
        };
        assert_ne!(public(&one), public(&two), "{kind:?}");
    }
}

#[test]
fn secret_length_equals_hash_length() {
    for bits in [256, 384, 512] {
        let key = generate(KeyType::Hmac { bits }, &mut Counter::new(2)).unwrap();
        let Material::Secret(secret) = key.material else { panic!("no secret") };
        assert_eq!(secret.expose().len(), usize::from(bits / 8));
    }
}

#[test]
fn same_generator_gives_the_same_key() {
    for kind in [KeyType::Hmac { bits: 256 }, KeyType::Ec(Curve::P521), KeyType::Ed25519, KeyType::Rsa { bits: 2048 }] {
        let shown = |start| match generate(kind, &mut Counter::new(start)).unwrap().material {
            Material::Secret(secret) => secret.expose().clone(),
            Material::Rsa(key) => key.private.unwrap().d.expose().clone(),
            Material::Ec(key) => key.private.unwrap().expose().clone(),
            Material::Ed25519(key) => key.private.unwrap().expose().to_vec(),
        };
        assert_eq!(shown(3), shown(3), "{kind:?}");
        assert_ne!(shown(3), shown(4), "{kind:?}");
    }
}

#[test]
fn rsa_key_has_requested_size_and_exponent() {
    let Material::Rsa(key) = generate(KeyType::Rsa { bits: 2304 }, &mut Counter::new(5)).unwrap().material else {
        panic!("no RSA key")
    };
    let private = key.private.unwrap();
    assert_eq!((key.n.len(), key.n[0] >> 7), (288, 1));
    assert_eq!(key.e, [1, 0, 1]);
    assert_eq!((private.p.expose().len(), private.q.expose().len()), (144, 144));
    assert!(private.p.expose() > private.q.expose());
    let parts = [&private.d, &private.p, &private.q, &private.dp, &private.dq, &private.qi];
    assert!(parts.iter().all(|part| part.expose()[0] != 0));
    let again = derive::rsa_complete(&key.n, &key.e, private.d.expose(), None).unwrap();
    assert_eq!(again.p, private.p);
}

/// A generator stuck at one value gives p = q.
#[test]
fn stuck_generator_is_rejected() {
    struct Stuck;
    impl TryRng for Stuck {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok(0x5555_5555)
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(0x5555_5555_5555_5555)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.fill(0x55);
            Ok(())
        }
    }
    impl TryCryptoRng for Stuck {}
    assert_eq!(generate(KeyType::Rsa { bits: 2048 }, &mut Stuck).unwrap_err(), GenerateError::FaultyRng);
}
