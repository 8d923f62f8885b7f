//! Key generation; the generator that is passed in is the only source of randomness.

use crate::alg::{self, ALGORITHMS, Algorithm, Curve, KeyFamily};
use crate::encoding::base64url;
use crate::key::{EcKey, EdKey, Key, Material, derive, rsa_generation};
use crate::secret::Secret;
use crate::suggest::did_you_mean;
use k256::Secp256k1;
use p256::NistP256;
use p256::elliptic_curve::{CurveArithmetic, Generate as _, SecretKey};
use p384::NistP384;
use p521::NistP521;
use rand_core::CryptoRng;
use std::fmt;
use zeroize::Zeroizing;

/// Type of the key to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyType {
    /// A secret of exactly the hash length (RFC 7518 §3.2).
    Hmac {
        /// The length in bits.
        bits: u16,
    },
    /// An RSA key with the public exponent 65537.
    Rsa {
        /// The size of the modulus in bits.
        bits: u32,
    },
    /// A key on one of the curves.
    Ec(Curve),
    /// An Ed25519 key.
    Ed25519,
}

/// A key type and the algorithm to generate it for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyRequest {
    /// The type of the key.
    pub kind: KeyType,
    /// The algorithm that it is for.
    pub algorithm: &'static Algorithm,
    /// The name of the algorithm for the key's `alg`.
    pub alg_name: &'static str,
}

/// Why no key was generated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GenerateError {
    /// The type is not one of [`ACCEPTED`].
    UnknownType {
        /// The type as given.
        given: String,
    },
    /// The size is not a multiple of 256 from 2048 to 8192 bits.
    RsaSize {
        /// The size as given.
        given: String,
    },
    /// The algorithm is not registered.
    UnknownAlgorithm {
        /// The algorithm as given.
        given: String,
    },
    /// The algorithm exists, but not for keys of this type.
    Mismatch {
        /// The type as given.
        given: String,
        /// The algorithm.
        algorithm: &'static str,
        /// Algorithms for keys of this type.
        fitting: Vec<&'static str>,
    },
    /// The generated numbers are not those of a random generator.
    FaultyRng,
}

const RSA_DEFAULT: u32 = 2048;

/// Type names in addition to the algorithm names: also those of the curves in JOSE, X9.62 and SEC 2.
const WORDS: [(&str, KeyType); 14] = [
    ("rsa", KeyType::Rsa { bits: RSA_DEFAULT }),
    ("p256", KeyType::Ec(Curve::P256)),
    ("p384", KeyType::Ec(Curve::P384)),
    ("p521", KeyType::Ec(Curve::P521)),
    ("secp256k1", KeyType::Ec(Curve::Secp256k1)),
    ("ed25519", KeyType::Ed25519),
    ("ec", KeyType::Ec(Curve::P256)),
    ("P-256", KeyType::Ec(Curve::P256)),
    ("P-384", KeyType::Ec(Curve::P384)),
    ("P-521", KeyType::Ec(Curve::P521)),
    ("prime256v1", KeyType::Ec(Curve::P256)),
    ("secp256r1", KeyType::Ec(Curve::P256)),
    ("secp384r1", KeyType::Ec(Curve::P384)),
    ("secp521r1", KeyType::Ec(Curve::P521)),
];

/// The type names that [`parse`] accepts, for messages and help.
pub const ACCEPTED: &str =
    "hs256, hs384, hs512, rsa:2048, rsa:3072, rsa:4096, p256, p384, p521, secp256k1, ed25519, or an algorithm (ES256)";

impl KeyType {
    /// Whether a key of this type can be used with the algorithm.
    fn serves(self, algorithm: &Algorithm) -> bool {
        match self {
            Self::Hmac { bits } => algorithm.family == KeyFamily::Hmac && algorithm.hash_bits == bits,
            Self::Rsa { .. } => algorithm.family == KeyFamily::Rsa,
            Self::Ec(curve) => algorithm.family == KeyFamily::Ec(curve),
            Self::Ed25519 => algorithm.family == KeyFamily::Ed25519,
        }
    }

    /// The default key type of an algorithm.
    fn for_algorithm(algorithm: &Algorithm) -> Self {
        match algorithm.family {
            KeyFamily::Hmac => Self::Hmac { bits: algorithm.hash_bits },
            KeyFamily::Rsa => Self::Rsa { bits: RSA_DEFAULT },
            KeyFamily::Ec(curve) => Self::Ec(curve),
            KeyFamily::Ed25519 => Self::Ed25519,
        }
    }
}

/// Parses `--type` and `--alg`. A type is a word ([`ACCEPTED`]) or an algorithm name, and `--alg` the
/// name of an algorithm that fits the type, all in any case. Without it the first algorithm that fits is used: RSA means
/// RS256, and Ed25519 means EdDSA.
pub fn parse(kind_text: &str, alg: Option<&str>) -> Result<KeyRequest, GenerateError> {
    let (kind, candidates) = candidates(kind_text)?;
    let Some(name) = alg else {
        let algorithm = candidates.first().copied().ok_or_else(|| unknown(kind_text))?;
        return Ok(KeyRequest { kind, algorithm, alg_name: algorithm.name });
    };
    let Some((algorithm, alg_name)) = alg::find_typed(name) else {
        return Err(GenerateError::UnknownAlgorithm { given: name.to_owned() });
    };
    if candidates.contains(&algorithm) {
        return Ok(KeyRequest { kind, algorithm, alg_name });
    }
    let fitting = candidates.iter().map(|algorithm| algorithm.name).collect();
    Err(GenerateError::Mismatch { given: kind_text.to_owned(), algorithm: alg_name, fitting })
}

/// The key type of a type name, and its algorithms, the default first.
fn candidates(text: &str) -> Result<(KeyType, Vec<&'static Algorithm>), GenerateError> {
    let word = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, kind)| *kind);
    let kind = match rsa_size(text) {
        Some(bits) => Some(KeyType::Rsa { bits: bits? }),
        None => word,
    };
    if let Some(kind) = kind {
        return Ok((kind, ALGORITHMS.iter().copied().filter(|algorithm| kind.serves(algorithm)).collect()));
    }
    let (algorithm, _) = alg::find_typed(text).ok_or_else(|| unknown(text))?;
    Ok((KeyType::for_algorithm(algorithm), vec![algorithm]))
}

/// `rsa:BITS`: any multiple of 256 from 2048 to 8192; `None` for other names.
fn rsa_size(text: &str) -> Option<Result<u32, GenerateError>> {
    let (word, size) = text.split_once(':')?;
    if !word.eq_ignore_ascii_case("rsa") {
        return None;
    }
    let bits = (2048..=8192u32).step_by(256).find(|bits| bits.to_string() == size);
    Some(bits.ok_or_else(|| GenerateError::RsaSize { given: size.to_owned() }))
}

fn unknown(given: &str) -> GenerateError {
    GenerateError::UnknownType { given: given.to_owned() }
}

/// Generates a key without `kid` and `alg`: the caller sets them.
///
/// ```
/// use authkit::key::encode::{Options, encode};
/// use authkit::key::generate::{generate, parse};
/// use authkit::key::{KeyEncoding, detect};
/// use rand_core::CryptoRng;
///
/// fn check_round_trip(rng: &mut dyn CryptoRng) -> Result<(), Box<dyn std::error::Error>> {
///     let key = generate(parse("p256", None)?.kind, rng)?;
///     let options = Options { private: true, passphrase: None };
///     let pem = encode(std::slice::from_ref(&key), KeyEncoding::Pem, options, rng)?;
///     let read = detect::read(pem.expose(), None)?.keys;
///     assert_eq!(read[0].thumbprint(), key.thumbprint());
///
///     let public = encode(&read, KeyEncoding::Jwks, Options { private: false, passphrase: None }, rng)?;
///     assert!(!detect::read(public.expose(), None)?.keys[0].is_private());
///     Ok(())
/// }
/// ```
pub fn generate(kind: KeyType, rng: &mut dyn CryptoRng) -> Result<Key, GenerateError> {
    let material = match kind {
        KeyType::Hmac { bits } => {
            let mut secret = Zeroizing::new(vec![0; usize::from(bits).div_ceil(8)]);
            rng.fill_bytes(&mut secret);
            Material::Secret(Secret::new(std::mem::take(&mut *secret)))
        }
        KeyType::Rsa { bits } => {
            Material::Rsa(rsa_generation::generate_key(bits, rng).ok_or(GenerateError::FaultyRng)?)
        }
        KeyType::Ec(curve) => {
            let scalar = match curve {
                Curve::P256 => scalar::<NistP256>(rng),
                Curve::P384 => scalar::<NistP384>(rng),
                Curve::P521 => scalar::<NistP521>(rng),
                Curve::Secp256k1 => scalar::<Secp256k1>(rng),
            };
            let (x, y) = derive::ec_public(curve, scalar.expose()).ok_or(GenerateError::FaultyRng)?;
            Material::Ec(EcKey { curve, x, y, private: Some(scalar) })
        }
        KeyType::Ed25519 => {
            let seed = Secret::new(ed25519_dalek::SigningKey::generate(rng).to_bytes());
            Material::Ed25519(EdKey { x: derive::ed_public(seed.expose()), private: Some(seed) })
        }
    };
    Ok(Key {
        material,
        kid: None,
        alg: None,
        usage: None,
        operations: None,
        certificates: Vec::new(),
        others: serde_json::Map::new(),
    })
}

/// A private scalar, drawn until it is between 1 and the order of the curve (FIPS 186-5 §A.2.2).
fn scalar<C: CurveArithmetic>(rng: &mut dyn CryptoRng) -> Secret<Vec<u8>> {
    let bytes = Zeroizing::new(SecretKey::<C>::generate_from_rng(rng).to_bytes());
    Secret::new(bytes.to_vec())
}

impl GenerateError {
    /// The name that was probably meant.
    pub fn hint(&self) -> Option<String> {
        let algorithms = ALGORITHMS.iter().map(|algorithm| algorithm.name);
        match self {
            Self::UnknownType { given } => did_you_mean(given, WORDS.iter().map(|(word, _)| *word).chain(algorithms)),
            Self::UnknownAlgorithm { given } => did_you_mean(given, algorithms),
            _ => None,
        }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType { given } => write!(f, "unknown key type {given:?}; expected {ACCEPTED}"),
            Self::RsaSize { given } => {
                write!(f, "invalid RSA key size {given:?}; use 2048, 3072, 4096 or another multiple of 256 up to 8192")
            }
            Self::UnknownAlgorithm { given } => {
                write!(f, "unknown algorithm {given:?}; expected ")?;
                list(
                    f,
                    ALGORITHMS
                        .iter()
                        .flat_map(|algorithm| std::iter::once(algorithm.name).chain(algorithm.aliases.iter().copied())),
                )
            }
            Self::Mismatch { given, algorithm, fitting } => {
                write!(f, "a key of type {given:?} cannot be used with {algorithm}; expected ")?;
                list(f, fitting.iter().copied())
            }
            Self::FaultyRng => f.write_str("the random number generator is faulty"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, names: impl Iterator<Item = &'static str>) -> fmt::Result {
    for (index, name) in names.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        f.write_str(name)?;
    }
    Ok(())
}

impl std::error::Error for GenerateError {}

/// The default `kid`: the thumbprint, or 128 random bits for a secret, whose thumbprint would permit an offline
/// dictionary attack (RFC 7638 §7).
pub fn default_kid(key: &Key, rng: &mut impl CryptoRng) -> String {
    key.thumbprint().unwrap_or_else(|| {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        base64url::encode(&bytes)
    })
}

#[cfg(test)]
pub(crate) mod tests;
