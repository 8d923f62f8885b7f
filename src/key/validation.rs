//! Key validation: keys that are never used, and keys that are used only when weak keys are allowed.

use crate::alg::{Algorithm, Curve, KeyFamily};
use crate::key::{EcKey, EdKey, Key, Material, RsaKey, derive};
use std::fmt;

/// Why a key is invalid regardless of flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "Display states each fault with its fields")]
pub enum InvalidKey {
    EmptySecret,
    RsaTooSmall {
        bits: usize,
    },
    RsaTooLarge {
        bits: usize,
    },
    RsaEvenModulus,
    RsaExponent {
        fault: ExponentFault,
    },
    /// The modulus has the structure of the keys of the Infineon library (CVE-2017-15361).
    Roca,
    OffCurve {
        curve: Curve,
    },
    /// `member` is `x`, `y` or `d`.
    CoordinateLength {
        curve: Curve,
        member: &'static str,
        bytes: usize,
    },
    /// An Ed25519 public key that is not a point, or is a point of small order.
    BadPoint,
    /// The private part does not match the public key.
    Inconsistent,
}

/// The fault of an RSA public exponent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "Display states each fault with its fields")]
pub enum ExponentFault {
    Even,
    TooSmall,
    TooLong { bits: usize },
}

/// Why a key is used only when weak keys are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "Display states each fault with its fields")]
pub enum Weakness {
    ShortSecret { bits: usize, needed: usize },
    SmallRsa { bits: usize },
}

const RSA_MIN_BITS: usize = 1024;
/// RFC 7518 §3.3, §3.5.
pub const RSA_RECOMMENDED_BITS: usize = 2048;

/// The longest exponent in bits that the primitives accept.
const EXPONENT_MAX_BITS: usize = 33;

/// Rejects keys that no flag permits. The work is bounded by the size limits, which are checked first.
pub fn check(key: &Key) -> Result<(), InvalidKey> {
    match &key.material {
        Material::Secret(secret) if secret.expose().is_empty() => Err(InvalidKey::EmptySecret),
        Material::Secret(_) => Ok(()),
        Material::Rsa(key) => check_rsa(key),
        Material::Ec(key) => check_ec(key),
        Material::Ed25519(key) => check_ed(key),
    }
}

/// Why a valid key is too weak for the algorithm: an HMAC secret shorter than the hash (RFC 7518 §3.2), an RSA modulus
/// below 2048 bits (RFC 7518 §3.3, §3.5). `None` also for a key of another family.
pub fn weakness(key: &Key, algorithm: &Algorithm) -> Option<Weakness> {
    match (&key.material, algorithm.family) {
        (Material::Secret(secret), KeyFamily::Hmac) => {
            let (bits, needed) = (secret.expose().len().saturating_mul(8), usize::from(algorithm.hash_bits));
            (bits < needed).then_some(Weakness::ShortSecret { bits, needed })
        }
        (Material::Rsa(key), KeyFamily::Rsa) => {
            let bits = bits(&key.n);
            (bits < RSA_RECOMMENDED_BITS).then_some(Weakness::SmallRsa { bits })
        }
        _ => None,
    }
}

fn check_rsa(key: &RsaKey) -> Result<(), InvalidKey> {
    let bits = bits(&key.n);
    if bits < RSA_MIN_BITS {
        return Err(InvalidKey::RsaTooSmall { bits });
    }
    if bits > derive::RSA_MAX_BITS {
        return Err(InvalidKey::RsaTooLarge { bits });
    }
    if is_even(&key.n) {
        return Err(InvalidKey::RsaEvenModulus);
    }
    check_exponent(&key.e).map_err(|fault| InvalidKey::RsaExponent { fault })?;
    if has_roca_fingerprint(&key.n) {
        return Err(InvalidKey::Roca);
    }
    let Some(private) = &key.private else { return Ok(()) };
    let primes = (private.p.expose().as_slice(), private.q.expose().as_slice());
    let right =
        derive::rsa_complete(&key.n, &key.e, private.d.expose(), Some(primes)).ok_or(InvalidKey::Inconsistent)?;
    let same = right.dp == private.dp && right.dq == private.dq && right.qi == private.qi;
    if same { Ok(()) } else { Err(InvalidKey::Inconsistent) }
}

fn check_exponent(e: &[u8]) -> Result<(), ExponentFault> {
    match bits(e) {
        0 | 1 => Err(ExponentFault::TooSmall),
        bits if bits > EXPONENT_MAX_BITS => Err(ExponentFault::TooLong { bits }),
        _ if is_even(e) => Err(ExponentFault::Even),
        _ => Ok(()),
    }
}

fn check_ec(key: &EcKey) -> Result<(), InvalidKey> {
    let curve = key.curve;
    let d = key.private.as_ref().map(|d| d.expose().as_slice());
    let members = [("x", Some(key.x.as_slice())), ("y", Some(key.y.as_slice())), ("d", d)];
    for (member, value) in members {
        match value.map(<[u8]>::len) {
            Some(bytes) if bytes != curve.bytes() => return Err(InvalidKey::CoordinateLength { curve, member, bytes }),
            _ => {}
        }
    }
    if !derive::ec_on_curve(curve, &key.x, &key.y) {
        return Err(InvalidKey::OffCurve { curve });
    }
    let Some(d) = d else { return Ok(()) };
    match derive::ec_public(curve, d) {
        Some((x, y)) if x == key.x && y == key.y => Ok(()),
        _ => Err(InvalidKey::Inconsistent),
    }
}

fn check_ed(key: &EdKey) -> Result<(), InvalidKey> {
    if !derive::ed_point_ok(&key.x) {
        return Err(InvalidKey::BadPoint);
    }
    match &key.private {
        Some(seed) if derive::ed_public(seed.expose()) != key.x => Err(InvalidKey::Inconsistent),
        _ => Ok(()),
    }
}

/// Length in bits of a big-endian number.
fn bits(number: &[u8]) -> usize {
    let number = derive::trimmed(number);
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len().saturating_mul(8).saturating_sub(unused)
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|last| last & 1 == 0)
}

/// The odd primes whose product M divides the M of every key size of the Infineon library.
const ROCA_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether n is a power of 65537 modulo M, as it is when both primes have the form k·M + (65537^a mod M)
/// (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §2.2). A random modulus matches with odds of
/// 2^-154: the powers modulo each prime must not only exist, but also have one common exponent.
pub fn has_roca_fingerprint(n: &[u8]) -> bool {
    let mut logarithms: Vec<(u32, u32)> = Vec::with_capacity(ROCA_PRIMES.len());
    for prime in ROCA_PRIMES {
        let Some((logarithm, order)) = logarithm_of_65537(remainder(n, prime), prime) else { return false };
        // Congruences to two moduli have a common solution if they agree modulo the greatest common divisor.
        let agrees = logarithms.iter().all(|(other, other_order)| {
            let shared = greatest_common_divisor(order, *other_order);
            logarithm.checked_rem(shared) == other.checked_rem(shared)
        });
        if !agrees {
            return false;
        }
        logarithms.push((logarithm, order));
    }
    true
}

/// The exponent of 65537 that gives `wanted` modulo the prime, and the order of 65537.
fn logarithm_of_65537(wanted: u32, prime: u32) -> Option<(u32, u32)> {
    let (mut power, mut found) = (1, None);
    for exponent in 0..prime {
        if exponent > 0 && power == 1 {
            return found.map(|logarithm| (logarithm, exponent));
        }
        if power == wanted {
            found = Some(exponent);
        }
        power = 65_537u32.checked_rem(prime)?.checked_mul(power)?.checked_rem(prime)?;
    }
    None
}

fn remainder(n: &[u8], prime: u32) -> u32 {
    let step = |rest: u32, byte: &u8| rest.checked_mul(256)?.checked_add(u32::from(*byte))?.checked_rem(prime);
    n.iter().try_fold(0, step).unwrap_or_default()
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    match a.checked_rem(b) {
        None => a,
        Some(rest) => greatest_common_divisor(b, rest),
    }
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySecret => f.write_str("empty secret: anyone can sign with it"),
            Self::RsaTooSmall { bits } => write!(
                f,
                "RSA modulus has {bits} bits; below {RSA_MIN_BITS} it can be factored (RFC 7518 §3.3 requires {RSA_RECOMMENDED_BITS})"
            ),
            Self::RsaTooLarge { bits } => {
                write!(f, "RSA modulus has {bits} bits, exceeding the limit of {}", derive::RSA_MAX_BITS)
            }
            Self::RsaEvenModulus => f.write_str("RSA modulus is even, not a product of two odd primes"),
            Self::RsaExponent { fault } => write!(f, "RSA public exponent {fault}; 65537 is usual"),
            Self::Roca => f.write_str(
                "RSA modulus has the fingerprint of a library whose keys can be factored (ROCA, CVE-2017-15361): replace the key",
            ),
            Self::OffCurve { curve } => {
                write!(f, "point (x, y) is not on {}: the key is damaged or malicious (RFC 7518 §6.2.1)", curve.name())
            }
            Self::CoordinateLength { curve, member, bytes } => write!(
                f,
                "\"{member}\" has {bytes} bytes; {} requires exactly {}, with leading zeros (RFC 7518 §6.2)",
                curve.name(),
                curve.bytes()
            ),
            Self::BadPoint => {
                f.write_str("Ed25519 public key is not a point, or has small order (RFC 8032 §5.1.3)")
            }
            Self::Inconsistent => f.write_str("private part does not match the public part"),
        }
    }
}

impl std::error::Error for InvalidKey {}

impl fmt::Display for ExponentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Even => f.write_str("is even"),
            Self::TooSmall => f.write_str("is below 3"),
            Self::TooLong { bits } => write!(f, "has {bits} bits, more than {EXPONENT_MAX_BITS}"),
        }
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShortSecret { bits, needed } => {
                write!(f, "HMAC secret too short: {bits} bits, {needed} required (RFC 7518 §3.2)")
            }
            Self::SmallRsa { bits } => {
                write!(f, "RSA modulus too short: {bits} bits, {RSA_RECOMMENDED_BITS} required (RFC 7518 §3.3, §3.5)")
            }
        }
    }
}

#[cfg(test)]
mod tests;
