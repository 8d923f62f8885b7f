//! Forged signatures that are valid except for one detail, constructed by hand because no library produces them.

use super::{MESSAGE, both, rsa_2048};
use crate::alg::{ALGORITHMS, Curve, KeyFamily, find};
use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;
use sha2::{Digest as _, Sha256};

/// Bytes of the modulus.
const K: usize = 256;

fn number(bytes: &[u8]) -> UBig {
    UBig::from_be_bytes(bytes)
}

/// Big-endian, with leading zeros.
fn bytes(number: &UBig, length: usize) -> Vec<u8> {
    let own = number.to_be_bytes();
    [vec![0; length.saturating_sub(own.len())], own.to_vec()].concat()
}

fn modulus() -> UBig {
    number(&rsa_2048()[1])
}

/// `encoded` to the power of the private exponent (RFC 8017 §5.2.1).
fn rsa(encoded: &[u8]) -> Vec<u8> {
    let key = rsa_2048();
    let ring = ConstDivisor::new(number(&key[1]));
    bytes(&ring.reduce(number(encoded)).pow(&number(&key[3])).residue(), K)
}

fn unhex(text: &str) -> Vec<u8> {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// `00 01 PADDING 00 INFO`, as long as the modulus (RFC 8017 §9.2).
fn pkcs1(info: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &vec![0xff; K.saturating_sub(info.len().saturating_add(3))], &[0], info].concat()
}

#[test]
fn rsa_pkcs1_padding_is_exact() {
    let verifier = both(find("RS256").unwrap()).1;
    let accepts = |encoded: &[u8]| verifier.verify(MESSAGE, &rsa(encoded));
    let hash = Sha256::digest(MESSAGE).to_vec();
    let info = |head: &str, hash: &[u8]| [unhex(head), hash.to_vec()].concat();
    const SHA256: &str = "3031300d060960864801650304020105000420";
    let good = pkcs1(&info(SHA256, &hash));
    assert!(accepts(&good), "the control");
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut encoded = good.clone();
        change(&mut encoded);
        encoded
    };
    let right = info(SHA256, &hash);
    let short_padding = |fill: &[u8]| {
        let head = [&[0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0][..], &right, fill].concat();
        [head.clone(), vec![0; K - head.len()]].concat()
    };
    for (what, encoded) in [
        (
            "no NULL after the algorithm",
            pkcs1(&info("302f300b0609608648016503040201042 0".replace(' ', "").as_str(), &hash)),
        ),
        ("the hash without DigestInfo", pkcs1(&hash)),
        ("SHA-1", pkcs1(&info("3021300906052b0e03021a05000414", &hash[..20]))),
        ("SHA-512 by name", pkcs1(&info("3031300d060960864801650304020305000420", &hash))),
        ("a length in two bytes", pkcs1(&info("308131300d060960864801650304020105000420", &hash))),
        ("a hash cut short", pkcs1(&info("3030300d06096086480165030402010500041f", &hash[..31]))),
        ("a hash and one byte", pkcs1(&[right.clone(), vec![0]].concat())),
        ("garbage after the hash (CVE-2006-4339)", short_padding(&[])),
        ("other garbage after the hash", short_padding(&[0xff; 9])),
        ("block type 2", changed(|encoded| encoded[1] = 2)),
        ("block type 0", changed(|encoded| encoded[1] = 0)),
        ("padding that is not all FF", changed(|encoded| encoded[100] = 0xfe)),
        ("padding that ends early", changed(|encoded| encoded[100] = 0)),
        ("no zero after the padding", changed(|encoded| encoded[K - 52] = 0xff)),
        ("a begin that is not zero", changed(|encoded| encoded[0] = 1)),
        ("the hash at the end alone", [vec![0; K - 32], hash.clone()].concat()),
    ] {
        assert_eq!(encoded.len(), K, "{what}");
        assert!(!accepts(&encoded), "{what}");
    }
}

#[test]
fn rsa_signatures_are_below_the_modulus() {
    let top = number(&[0xff; K]);
    for name in ["RS256", "PS256"] {
        let (signer, verifier) = both(find(name).unwrap());
        // n has 2048 bits: some signatures can be increased by n.
        let forged = (0..64_u8).find_map(|turn| {
            let sum = number(&signer.sign(&[turn]).unwrap()) + modulus();
            (sum <= top).then(|| (turn, bytes(&sum, K)))
        });
        let (turn, forged) = forged.expect("one in 64");
        assert!(!verifier.verify(&[turn], &forged), "{name}");
    }
    let verifier = both(find("RS256").unwrap()).1;
    for number in [UBig::from(0_u8), UBig::from(1_u8), modulus() - UBig::from(1_u8), modulus()] {
        assert!(!verifier.verify(MESSAGE, &bytes(&number, K)));
    }
}

/// MGF1 with SHA-256 (RFC 8017 §B.2.1).
fn mask(seed: &[u8], length: usize) -> Vec<u8> {
    let block = |counter: u32| Sha256::digest([seed, &counter.to_be_bytes()].concat()).to_vec();
    (0..).flat_map(block).take(length).collect()
}

/// EMSA-PSS with SHA-256 (RFC 8017 §9.1.1).
fn pss(salt: &[u8], trailer: u8) -> Vec<u8> {
    let hash = Sha256::digest([&[0; 8][..], &Sha256::digest(MESSAGE), salt].concat()).to_vec();
    let block = [vec![0; K.saturating_sub(salt.len().saturating_add(34))], vec![1], salt.to_vec()].concat();
    let mut masked: Vec<u8> = block.iter().zip(mask(&hash, block.len())).map(|(one, other)| one ^ other).collect();
    masked[0] &= 0x7f;
    [masked, hash, vec![trailer]].concat()
}

/// RFC 7518 §3.5: the salt is as long as the hash.
#[test]
fn rsa_pss_salts_have_the_length_of_the_hash() {
    let verifier = both(find("PS256").unwrap()).1;
    let accepts = |encoded: &[u8]| verifier.verify(MESSAGE, &rsa(encoded));
    assert!(accepts(&pss(&[5; 32], 0xbc)), "the control");
    for length in [0, 1, 20, 31, 33, 64, K - 34] {
        assert!(!accepts(&pss(&vec![5; length], 0xbc)), "a salt of {length} bytes");
    }
    assert!(!accepts(&pss(&[5; 32], 0xcc)), "another trailer");
}

fn order(curve: Curve) -> UBig {
    number(&unhex(match curve {
        Curve::P256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        Curve::P384 => {
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        }
        Curve::P521 => {
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d0\
             3bb5c9b8899c47aebb6fb71e91386409"
        }
        Curve::Secp256k1 => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    }))
}

/// r and s are below the order; otherwise a signature would have several encodings.
#[test]
fn ecdsa_numbers_are_below_the_order() {
    for algorithm in ALGORITHMS {
        let KeyFamily::Ec(curve) = algorithm.family else { continue };
        let (signer, verifier) = both(algorithm);
        let (order, length) = (order(curve), curve.bytes());
        let signature = signer.sign(MESSAGE).unwrap();
        let (r, s) = signature.split_at(length);
        for over in [order.clone(), order.clone() + UBig::from(1_u8), number(&vec![0xff; length])] {
            let over = bytes(&over, length);
            assert!(!verifier.verify(MESSAGE, &[r, &over].concat()), "{algorithm:?}");
            assert!(!verifier.verify(MESSAGE, &[&over, s].concat()), "{algorithm:?}");
        }
        // P-521 has seven spare bits: r or s plus the order would fit.
        let most = number(&vec![0xff; length]);
        for (place, half) in [r, s].into_iter().enumerate() {
            let again = number(half) + order.clone();
            if again > most {
                continue;
            }
            let again = bytes(&again, length);
            let forged = if place == 0 { [&again, s].concat() } else { [r, &again].concat() };
            assert!(!verifier.verify(MESSAGE, &forged), "{algorithm:?}");
        }
        assert!(verifier.verify(MESSAGE, &signature));
    }
}

/// RFC 8032 §5.1.7: S is below the order of the group.
#[test]
fn ed25519_numbers_are_below_the_order() {
    let (signer, verifier) = both(find("EdDSA").unwrap());
    let order = number(&unhex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"));
    let signature = signer.sign(MESSAGE).unwrap();
    let (r, s) = signature.split_at(32);
    let reversed: Vec<u8> = s.iter().rev().copied().collect();
    for times in 1..=14_u8 {
        let mut sum = bytes(&(number(&reversed) + order.clone() * UBig::from(times)), 32);
        sum.reverse();
        assert!(!verifier.verify(MESSAGE, &[r, &sum].concat()), "S + {times} L");
    }
    assert!(verifier.verify(MESSAGE, &signature));
}
