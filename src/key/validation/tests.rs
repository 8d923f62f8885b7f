use super::*;
use crate::alg::find;
use crate::alg::tests::{rsa_1024, rsa_2048};
use crate::key::RsaPrivate;
use crate::secret::Secret;
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero};

fn key(material: Material) -> Key {
    Key {
        material,
        kid: None,
        alg: None,
        usage: None,
        operations: None,
        certificates: Vec::new(),
        others: serde_json::Map::new(),
    }
}

fn secret(length: usize) -> Key {
    key(Material::Secret(Secret::new(vec![1; length])))
}

fn public(n: &[u8], e: &[u8]) -> Key {
    key(Material::Rsa(RsaKey { n: n.to_vec(), e: e.to_vec(), private: None }))
}

fn private(numbers: &[Vec<u8>]) -> Key {
    let part = |index: usize| Secret::new(numbers[index].clone());
    let private = RsaPrivate { d: part(3), p: part(4), q: part(5), dp: part(6), dq: part(7), qi: part(8) };
    key(Material::Rsa(RsaKey { n: numbers[1].clone(), e: numbers[2].clone(), private: Some(private) }))
}

fn ec(curve: Curve, x: &[u8], y: &[u8], d: Option<&[u8]>) -> Key {
    let private = d.map(|d| Secret::new(d.to_vec()));
    key(Material::Ec(EcKey { curve, x: x.to_vec(), y: y.to_vec(), private }))
}

const E: &[u8] = &[1, 0, 1];

#[test]
fn empty_or_short_secrets_are_reported() {
    assert_eq!(check(&secret(0)), Err(InvalidKey::EmptySecret));
    assert_eq!(check(&secret(1)), Ok(()));
    let needs = |length, name| weakness(&secret(length), find(name).unwrap());
    assert_eq!(needs(32, "HS256"), None);
    assert_eq!(needs(31, "HS256"), Some(Weakness::ShortSecret { bits: 248, needed: 256 }));
    assert_eq!(needs(32, "HS384"), Some(Weakness::ShortSecret { bits: 256, needed: 384 }));
    assert_eq!(needs(64, "HS512"), None);
    assert_eq!(needs(1, "RS256"), None);
}

#[test]
fn rsa_modulus_size_is_limited() {
    let odd = |length: usize, first: u8| [&[first], vec![0xfd; length - 1].as_slice()].concat();
    assert_eq!(check(&public(&odd(128, 0x7f), E)), Err(InvalidKey::RsaTooSmall { bits: 1023 }));
    assert_eq!(check(&public(&odd(128, 0x80), E)), Ok(()));
    assert_eq!(check(&public(&odd(1024, 0xff), E)), Ok(()));
    assert_eq!(check(&public(&odd(1025, 0x01), E)), Err(InvalidKey::RsaTooLarge { bits: 8193 }));
    assert_eq!(check(&public(&vec![0xff; 5_000_000], E)), Err(InvalidKey::RsaTooLarge { bits: 40_000_000 }));
    assert_eq!(check(&public(&[], E)), Err(InvalidKey::RsaTooSmall { bits: 0 }));
    assert_eq!(check(&public(&[0xfe; 256], E)), Err(InvalidKey::RsaEvenModulus));
    let weak = |n: &[u8]| weakness(&public(n, E), find("RS256").unwrap());
    assert_eq!(weak(&odd(256, 0x7f)), Some(Weakness::SmallRsa { bits: 2047 }));
    assert_eq!(weak(&odd(256, 0x80)), None);
    assert_eq!(weakness(&public(&odd(128, 0x80), E), find("HS256").unwrap()), None);
}

#[test]
fn invalid_rsa_exponents_are_rejected() {
    let n = &rsa_2048()[1];
    let fault = |e: &[u8]| match check(&public(n, e)) {
        Err(InvalidKey::RsaExponent { fault }) => Some(fault),
        other => other.map(|()| None).unwrap(),
    };
    assert_eq!(fault(&[3]), None);
    assert_eq!(fault(&[1, 0xff, 0xff, 0xff, 0xff]), None);
    assert_eq!(fault(&[]), Some(ExponentFault::TooSmall));
    assert_eq!(fault(&[0]), Some(ExponentFault::TooSmall));
    assert_eq!(fault(&[1]), Some(ExponentFault::TooSmall));
    assert_eq!(fault(&[2]), Some(ExponentFault::Even));
    assert_eq!(fault(&[1, 0, 0]), Some(ExponentFault::Even));
    assert_eq!(fault(&[2, 0, 0, 0, 1]), Some(ExponentFault::TooLong { bits: 34 }));
    assert_eq!(fault(&[0xff; 256]), Some(ExponentFault::TooLong { bits: 2048 }));
}

#[test]
fn inconsistent_rsa_private_part_is_rejected() {
    let good = rsa_2048();
    assert_eq!(check(&private(&good)), Ok(()));
    assert_eq!(check(&private(&rsa_1024())), Ok(()));
    for index in 3..9 {
        let mut numbers = good.clone();
        *numbers[index].last_mut().unwrap() ^= 2;
        assert_eq!(check(&private(&numbers)), Err(InvalidKey::Inconsistent), "{index}");
        numbers[index] = Vec::new();
        assert_eq!(check(&private(&numbers)), Err(InvalidKey::Inconsistent), "{index}");
        numbers[index] = vec![0xff; 3000];
        assert_eq!(check(&private(&numbers)), Err(InvalidKey::Inconsistent), "{index}");
    }
}

#[test]
fn points_off_the_curve_are_rejected() {
    for curve in Curve::ALL {
        let size = curve.bytes();
        let d = [&[0], vec![9; size - 1].as_slice()].concat();
        let (x, y) = derive::ec_public(curve, &d).unwrap();
        assert_eq!(check(&ec(curve, &x, &y, None)), Ok(()));
        assert_eq!(check(&ec(curve, &x, &y, Some(&d))), Ok(()));
        let mut other = d.clone();
        other[size - 1] ^= 1;
        assert_eq!(check(&ec(curve, &x, &y, Some(&other))), Err(InvalidKey::Inconsistent));
        assert_eq!(check(&ec(curve, &x, &y, Some(&vec![0; size]))), Err(InvalidKey::Inconsistent));
        assert_eq!(check(&ec(curve, &y, &x, None)), Err(InvalidKey::OffCurve { curve }));
        let length = |member, bytes| Err(InvalidKey::CoordinateLength { curve, member, bytes });
        assert_eq!(check(&ec(curve, &x[1..], &y, None)), length("x", size - 1));
        assert_eq!(check(&ec(curve, &x, &[&[0], y.as_slice()].concat(), None)), length("y", size + 1));
        assert_eq!(check(&ec(curve, &x, &y, Some(&d[1..]))), length("d", size - 1));
    }
}

#[test]
fn invalid_ed25519_points_are_rejected() {
    let of = |x, seed: Option<[u8; 32]>| check(&key(Material::Ed25519(EdKey { x, private: seed.map(Secret::new) })));
    let x = derive::ed_public(&[3; 32]);
    assert_eq!(of(x, None), Ok(()));
    assert_eq!(of(x, Some([3; 32])), Ok(()));
    assert_eq!(of(x, Some([4; 32])), Err(InvalidKey::Inconsistent));
    assert_eq!(of([0; 32], None), Err(InvalidKey::BadPoint));
    assert_eq!(of([0xff; 32], None), Err(InvalidKey::BadPoint));
}

/// Checks the table, and that M is the M of the paper's 512-bit keys without its factor 2.
#[test]
fn roca_primes_are_the_first_odd_primes() {
    let primes: Vec<u32> = (3..=167).filter(|number| (2..*number).all(|divisor| number % divisor != 0)).collect();
    assert_eq!(primes, ROCA_PRIMES);
}

/// n = p·q with p and q = k·M + (65537^a mod M), as the library generated them; primality is irrelevant.
#[test]
fn roca_key_is_rejected() {
    let width = 1088;
    let product = ROCA_PRIMES
        .iter()
        .fold(BoxedUint::one_with_precision(width), |product, prime| product.wrapping_mul(BoxedUint::from(*prime)));
    let m = NonZero::new(product.clone()).unwrap();
    let factor = |exponent: u32, multiple: &[u8]| {
        let mut power = BoxedUint::one_with_precision(width);
        for _ in 0..exponent {
            power = power.wrapping_mul(BoxedUint::from(65_537u32)).rem(&m);
        }
        let multiple = BoxedUint::from_be_slice(multiple, 832).unwrap();
        multiple.concatenating_mul(&product).wrapping_add(&power)
    };
    for (a, b, seed) in [(5, 9, 0x91), (1, 1, 0xa3), (1234, 987, 0xb7)] {
        let n = factor(a, &[seed; 38]).concatenating_mul(&factor(b, &[seed ^ 8; 38]));
        let mut n = n.to_be_bytes_trimmed_vartime().into_vec();
        assert!(has_roca_fingerprint(&n), "{a} {b}");
        if !is_even(&n) {
            assert_eq!(check(&public(&n, E)), Err(InvalidKey::Roca), "{a} {b}");
        }
        *n.last_mut().unwrap() ^= 4;
        assert!(!has_roca_fingerprint(&n), "{a} {b}");
    }
    // 65537^64 is such a number itself.
    let power = (0..6).fold(BoxedUint::from(65_537u32), |power, _| power.concatenating_mul(&power));
    assert_eq!(check(&public(&power.to_be_bytes_trimmed_vartime(), E)), Err(InvalidKey::Roca));
}

#[test]
fn roca_check_passes_other_keys() {
    assert!(!has_roca_fingerprint(&rsa_1024()[1]));
    assert!(!has_roca_fingerprint(&rsa_2048()[1]));
    assert!(!has_roca_fingerprint(&[]));
    assert!(!has_roca_fingerprint(&[3; 128]));
}

/// A power modulo each prime, but without a common exponent: 65537 modulo 5 and 1 modulo all others.
#[test]
fn roca_check_requires_one_common_exponent() {
    assert_eq!(logarithm_of_65537(1, 3), Some((0, 2)));
    assert_eq!(logarithm_of_65537(2, 3), Some((1, 2)));
    assert_eq!(logarithm_of_65537(0, 3), None);
    assert_eq!(greatest_common_divisor(12, 18), 6);
    let others = ROCA_PRIMES.iter().filter(|prime| **prime != 5);
    let product =
        others.fold(BoxedUint::one_with_precision(512), |product, prime| product.wrapping_mul(BoxedUint::from(*prime)));
    let number = (0..5).fold(BoxedUint::one_with_precision(512), |number, _| {
        let residue = remainder(&number.to_be_bytes(), 5);
        if residue == 2 { number } else { number.wrapping_add(&product) }
    });
    let bytes = number.to_be_bytes();
    assert!(ROCA_PRIMES.iter().all(|prime| logarithm_of_65537(remainder(&bytes, *prime), *prime).is_some()));
    assert!(!has_roca_fingerprint(&bytes));
}

#[test]
fn messages_name_values_and_limits() {
    let faults = [
        InvalidKey::EmptySecret,
        InvalidKey::RsaTooSmall { bits: 512 },
        InvalidKey::RsaTooLarge { bits: 9000 },
        InvalidKey::RsaEvenModulus,
        InvalidKey::RsaExponent { fault: ExponentFault::Even },
        InvalidKey::Roca,
        InvalidKey::OffCurve { curve: Curve::P256 },
        InvalidKey::CoordinateLength { curve: Curve::P521, member: "x", bytes: 65 },
        InvalidKey::BadPoint,
        InvalidKey::Inconsistent,
    ];
    for fault in faults {
        assert!(fault.to_string().len() > 20);
    }
    assert_eq!(
        InvalidKey::CoordinateLength { curve: Curve::P521, member: "x", bytes: 65 }.to_string(),
        "\"x\" has 65 bytes; P-521 requires exactly 66, with leading zeros (RFC 7518 §6.2)"
    );
    assert_eq!(
        Weakness::ShortSecret { bits: 64, needed: 256 }.to_string(),
        "HMAC secret too short: 64 bits, 256 required (RFC 7518 §3.2)"
    );
}
