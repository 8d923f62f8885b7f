use super::*;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, SecretKey};
use pkcs8::EncodePrivateKey;
use std::collections::BTreeSet;

mod forged;

const RSA_2048: &[u8] = include_bytes!("testdata/rsa2048.der");
const RSA_1024: &[u8] = include_bytes!("testdata/rsa1024.der");
const MESSAGE: &[u8] = b"eyJhbGciOiJub25lIn0.e30";

/// The integers of a PKCS#1 private key without leading zeros: version, n, e, d, p, q, dp, dq, qi.
pub(crate) fn integers(der: &[u8]) -> Vec<Vec<u8>> {
    fn element(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, body) = match der[1] {
            0x81 => (usize::from(der[2]), &der[3..]),
            0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), &der[4..]),
            short => (usize::from(short), &der[2..]),
        };
        body.split_at(length)
    }
    let (mut rest, _) = element(der);
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let (number, next) = element(rest);
        numbers.push(number.iter().copied().skip_while(|byte| *byte == 0).collect());
        rest = next;
    }
    numbers
}

pub(crate) fn rsa_2048() -> Vec<Vec<u8>> {
    integers(RSA_2048)
}

pub(crate) fn rsa_1024() -> Vec<Vec<u8>> {
    integers(RSA_1024)
}

/// A key pair, owned.
struct Pair {
    family: KeyFamily,
    public: Vec<Vec<u8>>,
    private: Vec<u8>,
}

impl Pair {
    fn public(&self) -> VerificationKeyParts<'_> {
        let first = &self.public[0];
        match self.family {
            KeyFamily::Hmac => VerificationKeyParts::Hmac(first),
            KeyFamily::Rsa => VerificationKeyParts::Rsa { n: first, e: &self.public[1] },
            KeyFamily::Ec(curve) => VerificationKeyParts::Ec { curve, point: first },
            KeyFamily::Ed25519 => VerificationKeyParts::Ed25519(first.as_slice().try_into().unwrap()),
        }
    }

    fn private(&self) -> SigningKeyParts<'_> {
        match self.family {
            KeyFamily::Hmac => SigningKeyParts::Hmac(&self.private),
            KeyFamily::Rsa => SigningKeyParts::Rsa(&self.private),
            KeyFamily::Ec(curve) => SigningKeyParts::Ec { curve, pkcs8: &self.private },
            KeyFamily::Ed25519 => SigningKeyParts::Ed25519(&self.private),
        }
    }
}

fn pair(family: KeyFamily) -> Pair {
    fn ec<C>(curve: Curve) -> (Vec<Vec<u8>>, Vec<u8>)
    where
        C: CurveArithmetic,
        AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
        FieldBytesSize<C>: ModulusSize,
        SecretKey<C>: EncodePrivateKey,
    {
        let mut scalar = vec![0x11; curve.bytes()];
        scalar[0] = 0;
        let key = SecretKey::<C>::from_slice(&scalar).unwrap();
        let point = key.public_key().to_sec1_point(false).as_bytes().to_vec();
        (vec![point], key.to_pkcs8_der().unwrap().as_bytes().to_vec())
    }
    let (public, private) = match family {
        KeyFamily::Hmac => (vec![vec![7; 64]], vec![7; 64]),
        KeyFamily::Rsa => (rsa_2048()[1..3].to_vec(), RSA_2048.to_vec()),
        KeyFamily::Ec(Curve::P256) => ec::<p256::NistP256>(Curve::P256),
        KeyFamily::Ec(Curve::P384) => ec::<p384::NistP384>(Curve::P384),
        KeyFamily::Ec(Curve::P521) => ec::<p521::NistP521>(Curve::P521),
        KeyFamily::Ec(Curve::Secp256k1) => ec::<k256::Secp256k1>(Curve::Secp256k1),
        KeyFamily::Ed25519 => {
            let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
            let pkcs8 = ed25519_dalek::pkcs8::EncodePrivateKey::to_pkcs8_der(&key).unwrap().as_bytes().to_vec();
            (vec![key.verifying_key().to_bytes().to_vec()], pkcs8)
        }
    };
    Pair { family, public, private }
}

const FAMILIES: [KeyFamily; 7] = [
    KeyFamily::Hmac,
    KeyFamily::Rsa,
    KeyFamily::Ec(Curve::P256),
    KeyFamily::Ec(Curve::P384),
    KeyFamily::Ec(Curve::P521),
    KeyFamily::Ec(Curve::Secp256k1),
    KeyFamily::Ed25519,
];

fn both(algorithm: &Algorithm) -> (Signer, SignatureVerifier) {
    let pair = pair(algorithm.family);
    (algorithm.signer(&pair.private()).unwrap(), algorithm.verifier(&pair.public()).unwrap())
}

#[test]
fn own_signature_verifies() {
    for algorithm in ALGORITHMS {
        let (signer, verifier) = both(algorithm);
        for message in [MESSAGE, b"", &[0xff; 5000]] {
            let signature = signer.sign(message).unwrap();
            assert!(verifier.verify(message, &signature), "{algorithm:?}");
            assert!(!verifier.verify(b"other", &signature), "{algorithm:?}");
        }
    }
}

#[test]
fn any_flipped_bit_is_refused() {
    for algorithm in ALGORITHMS {
        let (signer, verifier) = both(algorithm);
        let signature = signer.sign(MESSAGE).unwrap();
        // To limit slow primitives, one bit of each byte is flipped, a different one in turn.
        for index in 0..signature.len() {
            let mut flipped = signature.clone();
            flipped[index] ^= 1 << (index % 8);
            assert!(!verifier.verify(MESSAGE, &flipped), "{algorithm:?} byte {index}");
        }
        for index in 0..MESSAGE.len() {
            let mut flipped = MESSAGE.to_vec();
            flipped[index] ^= 1 << (index % 8);
            assert!(!verifier.verify(&flipped, &signature), "{algorithm:?} message byte {index}");
        }
        assert!(verifier.verify(MESSAGE, &signature), "{algorithm:?} still verifies after failures");
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    for algorithm in ALGORITHMS {
        let (signer, verifier) = both(algorithm);
        let signature = signer.sign(MESSAGE).unwrap();
        for length in [0, 1, 16, 31, 32, 63, 64, 65, 96, 128, 131, 133, 255, 257, 100_000] {
            if length != signature.len() {
                let mut other = signature.clone();
                other.resize(length, 0);
                assert!(!verifier.verify(MESSAGE, &other), "{algorithm:?} {length}");
            }
        }
    }
}

/// CVE-2022-21449.
#[test]
fn psychic_signatures_are_refused() {
    for algorithm in ALGORITHMS {
        let (signer, verifier) = both(algorithm);
        let length = signer.sign(MESSAGE).unwrap().len();
        assert!(!verifier.verify(MESSAGE, &vec![0; length]), "{algorithm:?}");
        assert!(!verifier.verify(MESSAGE, &vec![0xff; length]), "{algorithm:?}");
    }
}

/// r = 0 or s = 0 with a valid other value, and s or r equal to the order.
#[test]
fn ecdsa_numbers_out_of_range_are_refused() {
    for algorithm in ALGORITHMS.iter().filter(|algorithm| matches!(algorithm.family, KeyFamily::Ec(_))) {
        let (signer, verifier) = both(algorithm);
        let signature = signer.sign(MESSAGE).unwrap();
        let half = signature.len() / 2;
        for zeroed in [0..half, half..signature.len()] {
            let mut broken = signature.clone();
            broken[zeroed].fill(0);
            assert!(!verifier.verify(MESSAGE, &broken), "{algorithm:?}");
        }
    }
}

#[test]
fn ecdsa_in_der_is_refused() {
    fn integer(number: &[u8]) -> Vec<u8> {
        let mut body: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        if body[0] >= 0x80 {
            body.insert(0, 0);
        }
        [vec![2, u8::try_from(body.len()).unwrap()], body].concat()
    }
    for algorithm in ALGORITHMS.iter().filter(|algorithm| matches!(algorithm.family, KeyFamily::Ec(_))) {
        let (signer, verifier) = both(algorithm);
        let signature = signer.sign(MESSAGE).unwrap();
        let (r, s) = signature.split_at(signature.len() / 2);
        let body = [integer(r), integer(s)].concat();
        let length = u8::try_from(body.len()).unwrap();
        let head = if length < 0x80 { vec![0x30, length] } else { vec![0x30, 0x81, length] };
        let der = [head, body].concat();
        assert!(!verifier.verify(MESSAGE, &der), "{algorithm:?}");
        let mut padded = der;
        padded.resize(signature.len(), 0);
        assert!(!verifier.verify(MESSAGE, &padded), "{algorithm:?}");
    }
}

#[test]
fn es256k_is_issued_with_low_s_and_accepted_with_either() {
    let (signer, verifier) = both(find("ES256K").unwrap());
    for turn in 0..40u8 {
        let signature = signer.sign(&[turn]).unwrap();
        assert!(!has_high_s(&signature));
        // n − s by the same rule, from the low side.
        let s = crypto_bigint::U256::from_be_slice(&signature[32..]);
        let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        let high = crypto_bigint::U256::from_be_hex(order).wrapping_sub(&s);
        let other = [&signature[..32], high.to_be_bytes().as_ref()].concat();
        assert!(has_high_s(&other));
        assert!(verifier.verify(&[turn], &other));
    }
    assert!(!has_high_s(&[0xff; 63]));
    assert!(!has_high_s(&[]));
}

#[test]
fn a_key_of_another_family_is_the_wrong_key() {
    for algorithm in ALGORITHMS {
        for family in FAMILIES.into_iter().filter(|family| *family != algorithm.family) {
            let pair = pair(family);
            assert_eq!(algorithm.verifier(&pair.public()).unwrap_err(), AlgError::WrongKey, "{algorithm:?} {family:?}");
            assert_eq!(algorithm.signer(&pair.private()).unwrap_err(), AlgError::WrongKey, "{algorithm:?} {family:?}");
        }
    }
}

#[test]
fn broken_keys_are_rejected_on_construction() {
    for algorithm in ALGORITHMS {
        let (signer, verifier): (Vec<SigningKeyParts<'_>>, Vec<VerificationKeyParts<'_>>) = match algorithm.family {
            KeyFamily::Hmac => (vec![SigningKeyParts::Hmac(&[])], vec![VerificationKeyParts::Hmac(&[])]),
            KeyFamily::Rsa => (
                vec![SigningKeyParts::Rsa(&[]), SigningKeyParts::Rsa(&[0x30, 0])],
                vec![
                    VerificationKeyParts::Rsa { n: &[], e: &[1, 0, 1] },
                    VerificationKeyParts::Rsa { n: &[0; 256], e: &[1, 0, 1] },
                    VerificationKeyParts::Rsa { n: &[0xfe; 256], e: &[1, 0, 1] },
                    VerificationKeyParts::Rsa { n: &[0xff; 127], e: &[1, 0, 1] },
                    VerificationKeyParts::Rsa { n: &[0xff; 1025], e: &[1, 0, 1] },
                    VerificationKeyParts::Rsa { n: &[0xff; 256], e: &[] },
                ],
            ),
            KeyFamily::Ec(curve) => (
                vec![SigningKeyParts::Ec { curve, pkcs8: &[] }, SigningKeyParts::Ec { curve, pkcs8: &[0x30, 0] }],
                vec![
                    VerificationKeyParts::Ec { curve, point: &[] },
                    VerificationKeyParts::Ec { curve, point: &[0] },
                    VerificationKeyParts::Ec { curve, point: &[4; 65] },
                    VerificationKeyParts::Ec { curve, point: &[4; 97] },
                    VerificationKeyParts::Ec { curve, point: &[4; 133] },
                ],
            ),
            KeyFamily::Ed25519 => (vec![SigningKeyParts::Ed25519(&[]), SigningKeyParts::Ed25519(&[7; 32])], vec![]),
        };
        for key in signer {
            assert_eq!(algorithm.signer(&key).unwrap_err(), AlgError::KeyRefused, "{algorithm:?}");
        }
        for key in verifier {
            assert_eq!(algorithm.verifier(&key).unwrap_err(), AlgError::KeyRefused, "{algorithm:?}");
        }
    }
}

/// A compressed point is a key that the primitive would accept.
#[test]
fn compressed_points_are_rejected() {
    let pair = pair(KeyFamily::Ec(Curve::P256));
    let compressed = [&[2 + (pair.public[0][64] & 1)], &pair.public[0][1..33]].concat();
    let key = VerificationKeyParts::Ec { curve: Curve::P256, point: &compressed };
    assert_eq!(find("ES256").unwrap().verifier(&key).unwrap_err(), AlgError::KeyRefused);
}

/// Signed with `openssl dgst -sha256 -sign` by the 1024-bit key.
#[test]
fn legacy_rsa_keys_verify_only_where_the_primitive_can() {
    let signature = include_bytes!("testdata/rsa1024-rs256.sig");
    let key = rsa_1024();
    let public = VerificationKeyParts::Rsa { n: &key[1], e: &key[2] };
    let verifier = find("RS256").unwrap().verifier(&public).unwrap();
    assert!(verifier.verify(MESSAGE, signature));
    assert!(!verifier.verify(b"other", signature));
    assert!(!find("RS512").unwrap().verifier(&public).unwrap().verify(MESSAGE, signature));
    for name in ["RS384", "PS256", "PS384", "PS512"] {
        assert_eq!(find(name).unwrap().verifier(&public).unwrap_err(), AlgError::KeyRefused, "{name}");
    }
    for algorithm in ALGORITHMS.iter().filter(|algorithm| algorithm.family == KeyFamily::Rsa) {
        assert_eq!(algorithm.signer(&SigningKeyParts::Rsa(RSA_1024)).unwrap_err(), AlgError::KeyRefused);
    }
}

#[test]
fn one_algorithm_does_not_verify_another() {
    for signing in ALGORITHMS {
        let signature = both(signing).0.sign(MESSAGE).unwrap();
        for verifying in ALGORITHMS.iter().filter(|other| other != &signing) {
            assert!(!both(verifying).1.verify(MESSAGE, &signature), "{signing:?} under {verifying:?}");
        }
    }
}

#[test]
fn names_and_aliases_are_unique_and_found() {
    let mut names = BTreeSet::new();
    for algorithm in ALGORITHMS {
        for name in std::iter::once(&algorithm.name).chain(algorithm.aliases) {
            // Also case-insensitively: a type name must mean one algorithm.
            assert!(names.insert(name.to_ascii_lowercase()), "{name} twice");
            assert_eq!(find(name), Some(*algorithm));
            assert_eq!(algorithm.spelling(name), Some(*name));
        }
        assert!(algorithm.source.starts_with("RFC "));
    }
    assert_eq!(names.len(), 15);
}

#[test]
fn algorithm_names_are_case_sensitive() {
    for name in ["hs256", "none", "None", "NONE", "", "HS256 ", "ed25519", "EDDSA", "HS1", "Ed448", "ES256k"] {
        assert_eq!(find(name), None, "{name:?}");
    }
    assert_eq!(find("EdDSA"), find("Ed25519"));
    assert_eq!(find("HS256").unwrap().spelling("Ed25519"), None);
}

#[test]
fn curves_are_found_by_their_names() {
    for curve in Curve::ALL {
        assert_eq!(Curve::from_name(curve.name()), Some(curve));
    }
    assert_eq!(Curve::from_name("p-256"), None);
}

#[test]
fn debug_shows_no_key() {
    let pair = pair(KeyFamily::Hmac);
    let algorithm = find("HS256").unwrap();
    let (signer, verifier) = both(algorithm);
    let shown = format!("{signer:?} {verifier:?} {:?} {:?} {algorithm:?}", pair.public(), pair.private());
    assert_eq!(shown, "Signer Verifier PublicParts PrivateParts HS256");
}

/// RFC 7515 §A.1 (HS256), §A.2 (RS256 has its own key), RFC 8037 §A.4 (EdDSA).
#[test]
fn published_examples_verify() {
    let decode = |text: &str| crate::encoding::base64url::decode(text.as_bytes()).unwrap();
    let key = decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    let message = b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let verifier = find("HS256").unwrap().verifier(&VerificationKeyParts::Hmac(&key)).unwrap();
    assert!(verifier.verify(message, &decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));

    let key: [u8; 32] = decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").try_into().unwrap();
    let verifier = find("Ed25519").unwrap().verifier(&VerificationKeyParts::Ed25519(&key)).unwrap();
    let signature = decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    assert!(verifier.verify(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", &signature));
}

#[test]
fn typed_name_is_found_in_any_case_and_a_header_name_is_not() {
    for (typed, spelling) in [("es256", "ES256"), ("Es256k", "ES256K"), ("eddsa", "EdDSA"), ("ED25519", "Ed25519")] {
        assert_eq!(find_typed(typed).map(|(_, name)| name), Some(spelling));
        assert_eq!(find(typed), None, "{typed}");
    }
    assert_eq!(find_typed("none"), None);
}
