use super::*;
use crate::alg::tests::{rsa_1024, rsa_2048};
use crate::encoding::base64url;

fn decode(text: &str) -> Vec<u8> {
    base64url::decode(text.as_bytes()).unwrap()
}

/// RFC 7515 §A.3.1 (P-256) and §A.4.1 (P-521).
#[test]
fn public_points_match_rfc_examples() {
    let p256 = ec_public(Curve::P256, &decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")).unwrap();
    assert_eq!(p256.0, decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
    assert_eq!(p256.1, decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
    let d = decode("AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C");
    let p521 = ec_public(Curve::P521, &d).unwrap();
    assert_eq!(
        p521.0,
        decode("AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk")
    );
    assert_eq!(
        p521.1,
        decode("ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2")
    );
}

/// The orders n of the groups (SP 800-186 §3.2.1, SEC 2 §2.4.1).
const ORDERS: [(Curve, &str); 4] = [
    (Curve::P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (Curve::P384, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    (
        Curve::P521,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    (Curve::Secp256k1, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
];

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn scalar_outside_the_group_order_is_rejected() {
    for (curve, order) in ORDERS {
        let mut scalar = unhex(order);
        assert_eq!(scalar.len(), curve.bytes());
        assert_eq!(ec_public(curve, &scalar), None, "{curve:?}: n");
        *scalar.last_mut().unwrap() -= 1;
        let (x, y) = ec_public(curve, &scalar).unwrap();
        assert!(ec_on_curve(curve, &x, &y));
        let mut one = vec![0; curve.bytes()];
        assert_eq!(ec_public(curve, &one), None, "{curve:?}: zero");
        one[curve.bytes() - 1] = 1;
        // n − 1 and 1 have the same x and opposite y.
        let generator = ec_public(curve, &one).unwrap();
        assert_eq!(generator.0, x);
        assert_ne!(generator.1, y);
        assert_eq!(ec_public(curve, &vec![0xff; curve.bytes()]), None);
        for length in [0, 1, 24, 31, 33, 47, 49, 65, 67, 1000] {
            if length != curve.bytes() {
                assert_eq!(ec_public(curve, &vec![1; length]), None, "{curve:?} {length}");
            }
        }
    }
}

#[test]
fn point_of_another_curve_is_rejected() {
    for curve in Curve::ALL {
        let (x, y) = ec_public(curve, &[&[0], vec![5; curve.bytes() - 1].as_slice()].concat()).unwrap();
        assert!(ec_on_curve(curve, &x, &y));
        let mut wrong = y.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert!(!ec_on_curve(curve, &x, &wrong));
        assert!(!ec_on_curve(curve, &y, &x));
        assert!(!ec_on_curve(curve, &vec![0; curve.bytes()], &vec![0; curve.bytes()]));
        assert!(!ec_on_curve(curve, &vec![0xff; curve.bytes()], &y));
        assert!(!ec_on_curve(curve, &x[1..], &y));
        assert!(!ec_on_curve(curve, &x, &[&[0], y.as_slice()].concat()));
        assert!(!ec_on_curve(curve, &[], &[]));
        for other in Curve::ALL.into_iter().filter(|other| *other != curve) {
            assert!(!ec_on_curve(other, &x, &y), "{curve:?} on {other:?}");
        }
    }
}

/// RFC 8037 §A.1, §A.2.
#[test]
fn ed25519_public_key_matches_rfc_example() {
    let seed: [u8; 32] = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").try_into().unwrap();
    assert_eq!(ed_public(&seed).to_vec(), decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
    assert!(ed_point_ok(&ed_public(&seed)));
}

#[test]
fn invalid_ed25519_points_are_rejected() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert!(!ed_point_ok(&neutral), "the neutral element");
    assert!(!ed_point_ok(&[0; 32]), "order four");
    // y = p − 1, order two.
    let mut top = [0xff; 32];
    (top[0], top[31]) = (0xec, 0x7f);
    assert!(!ed_point_ok(&top));
    // y = p + 3 encodes y = 3: not below p.
    top[0] = 0xf0;
    assert!(!ed_point_ok(&top));
    assert!(!ed_point_ok(&[0xff; 32]));
    let accepted = (0..=255u8).filter(|first| {
        let mut y = [7; 32];
        y[0] = *first;
        ed_point_ok(&y)
    });
    let count = accepted.count();
    assert!((90..166).contains(&count), "about half of all y are on the curve, not {count}");
}

fn same(private: &RsaPrivate, key: &[Vec<u8>]) {
    let (p, q) = (private.p.expose(), private.q.expose());
    assert_eq!(private.d.expose(), &key[3]);
    assert_eq!((p, q), (&key[4], &key[5]));
    assert_eq!((private.dp.expose(), private.dq.expose(), private.qi.expose()), (&key[6], &key[7], &key[8]));
}

#[test]
fn rsa_key_is_completed_with_or_without_primes() {
    for key in [rsa_1024(), rsa_2048()] {
        let (n, e, d, p, q) = (&key[1], &key[2], &key[3], &key[4], &key[5]);
        same(&rsa_complete(n, e, d, Some((p, q))).unwrap(), &key);
        // openssl writes the larger prime first, like this crate.
        same(&rsa_complete(n, e, d, None).unwrap(), &key);
        let swapped = rsa_complete(n, e, d, Some((q, p))).unwrap();
        assert_eq!((swapped.p.expose(), swapped.q.expose()), (q, p));
        assert_eq!(swapped.dp.expose(), &key[7]);
        let zero = |number: &[u8]| [&[0, 0], number].concat();
        same(&rsa_complete(&zero(n), &zero(e), &zero(d), Some((&zero(p), &zero(q)))).unwrap(), &key);
    }
}

/// e·d ≡ 1 holds for d + k·λ too; the primes are recovered from each, and from d = e^-1 mod (p − 1)·(q − 1).
#[test]
fn primes_are_recovered_from_any_d_below_n() {
    let key = rsa_1024();
    let wide = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, 2048).unwrap();
    let one = BoxedUint::one_with_precision(2048);
    let (p, q) = (wide(&key[4]).wrapping_sub(&one), wide(&key[5]).wrapping_sub(&one));
    let order = p.wrapping_mul(&q);
    let lambda = order.wrapping_div(&NonZero::new(p.gcd(&q)).unwrap());
    let mut d = wide(&key[3]);
    let mut checked = 0;
    while d < wide(&key[1]) && checked < 4 {
        same_primes(&key, &d.to_be_bytes_trimmed_vartime());
        d = d.wrapping_add(&lambda);
        checked += 1;
    }
    assert!(checked > 0);
    let e = BoxedUint::from(65_537u32).resize(2048);
    let totient = e.invert_mod(&NonZero::new(order).unwrap()).unwrap();
    same_primes(&key, &totient.to_be_bytes_trimmed_vartime());
}

fn same_primes(key: &[Vec<u8>], d: &[u8]) {
    let private = rsa_complete(&key[1], &key[2], d, None).unwrap();
    assert_eq!((private.p.expose(), private.q.expose()), (&key[4], &key[5]));
}

/// The numbers are small, the method is the same: p = 11, q = 17, e = 3.
#[test]
fn primes_are_recovered_with_a_small_exponent() {
    let private = rsa_complete(&[187], &[3], &[27], None).unwrap();
    assert_eq!((private.p.expose().as_slice(), private.q.expose().as_slice()), (&[17][..], &[11][..]));
    assert_eq!((private.dp.expose().as_slice(), private.dq.expose().as_slice()), (&[11][..], &[7][..]));
    assert_eq!(private.qi.expose(), &[14]);
}

#[test]
fn inconsistent_rsa_parts_are_rejected() {
    let (key, other) = (rsa_2048(), rsa_1024());
    let (n, e, d, p, q) = (&key[1], &key[2], &key[3], &key[4], &key[5]);
    let changed = |number: &Vec<u8>| {
        let mut number = number.clone();
        *number.last_mut().unwrap() ^= 2;
        number
    };
    let primes = Some((p.as_slice(), q.as_slice()));
    assert!(rsa_complete(&changed(n), e, d, primes).is_none());
    assert!(rsa_complete(n, &changed(e), d, primes).is_none());
    assert!(rsa_complete(n, e, &changed(d), primes).is_none());
    assert!(rsa_complete(n, e, d, Some((&changed(p), q))).is_none());
    assert!(rsa_complete(n, e, d, Some((p, p))).is_none());
    assert!(rsa_complete(n, e, d, Some((n, &[1]))).is_none());
    assert!(rsa_complete(n, e, d, Some((&[1], n))).is_none());
    assert!(rsa_complete(n, e, d, Some((&[], &[]))).is_none());
    assert!(rsa_complete(n, e, &other[3], None).is_none());
    for (n, e, d) in [(&changed(n), e, d), (n, &changed(e), d), (n, e, &changed(d)), (n, e, &vec![1]), (n, e, n)] {
        assert!(rsa_complete(n, e, d, None).is_none());
    }
}

#[test]
fn hostile_rsa_numbers_fail_fast_without_panic() {
    let numbers: [&[u8]; 9] = [&[], &[0], &[1], &[2], &[3], &[0xff], &[0xff; 128], &[0x80; 128], &[0; 2000]];
    for n in numbers {
        for e in numbers {
            for d in numbers {
                assert!(rsa_complete(n, e, d, None).is_none());
                for p in numbers {
                    assert!(rsa_complete(n, e, d, Some((p, p))).is_none());
                }
            }
        }
    }
    // The largest accepted modulus, and larger ones.
    let largest = [0xff; 1024];
    assert!(rsa_complete(&largest, &[1, 0, 1], &largest[1..], None).is_none());
    assert!(rsa_complete(&largest, &[1, 0, 1], &largest[1..], Some((&largest, &largest))).is_none());
    assert!(rsa_complete(&[0xff; 1025], &[1, 0, 1], &[1], None).is_none());
    assert!(rsa_complete(&vec![0xff; 10_000_000], &[1, 0, 1], &[1], None).is_none());
    assert!(rsa_complete(&largest, &largest, &largest, None).is_none());
}
