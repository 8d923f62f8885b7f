//! RSA moduli that are easy to factor: primes, perfect powers, and products with a small factor or of two close primes.
//! The factors give the private key. Verification does not need these tests, which cost milliseconds per key; they
//! serve key checks. Public numbers only.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of any length do not overflow, and no divisor is zero")]

use super::{derive, prime};
use crate::encoding::bounds::as_u64;
use crypto_bigint::BoxedUint;
use crypto_primes::{Flavor, is_prime};
use dashu_int::UBig;
use dashu_int::ops::{BitTest as _, Gcd as _, SquareRoot as _, SquareRootRem as _};
use std::fmt;
use std::sync::LazyLock;

/// Why a modulus can be factored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factorable {
    /// The modulus is prime: φ(n) = n − 1.
    Prime,
    /// An odd prime below 2^16 divides it; every command rejects an even modulus.
    SmallFactor {
        /// The divisor.
        factor: u32,
    },
    /// A perfect power with this exponent.
    PerfectPower {
        /// At least 2.
        exponent: u32,
    },
    /// The two factors are so close that Fermat's method finds them in `FERMAT_STEPS` steps (CVE-2022-26320).
    CloseFactors,
}

impl fmt::Display for Factorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prime => f.write_str("is a prime number, so anyone can compute the private exponent"),
            Self::SmallFactor { factor } => write!(f, "is divisible by {factor}"),
            Self::PerfectPower { exponent: 2 } => f.write_str("is a perfect square"),
            Self::PerfectPower { exponent } => write!(f, "is a perfect power with exponent {exponent}"),
            Self::CloseFactors => f.write_str("is the product of two close numbers, which Fermat's method finds"),
        }
    }
}

/// Upper bound of the small primes: what trial division, or one greatest common divisor, finds.
const SMALL: u32 = 1 << 16;
/// Bit length for which [`prime::divisors`] reaches [`SMALL`].
const SMALL_BITS: u32 = 512;
/// The keys of CVE-2022-26320 fell within the first twenty steps; keys of FIPS 186-5 §A.1.3 never do.
const FERMAT_STEPS: usize = 100;

/// All odd primes below [`SMALL`].
static PRIMES: LazyLock<Vec<u32>> =
    LazyLock::new(|| prime::divisors(SMALL_BITS).into_iter().take_while(|prime| *prime < SMALL).collect());

/// Their product, computed by halves so that factors of equal length are multiplied.
static PRODUCT: LazyLock<UBig> = LazyLock::new(|| {
    fn product(primes: &[u32]) -> UBig {
        match primes {
            [] => UBig::ONE,
            [prime] => UBig::from(*prime),
            many => {
                let (low, high) = many.split_at(many.len() / 2);
                product(low) * product(high)
            }
        }
    }
    product(&PRIMES)
});

/// Runs the tests that take a fraction of a millisecond: all but [`Factorable::Prime`]. `modulus` is big-endian and
/// within the key size limit (the work grows with its square).
pub fn at_once(modulus: &[u8]) -> Option<Factorable> {
    let n = UBig::from_be_bytes(modulus);
    if n <= UBig::from(3_u8) || !n.bit(0) {
        return None;
    }
    small_factor(&n)
        .map(|factor| Factorable::SmallFactor { factor })
        .or_else(|| perfect_power(&n).map(|exponent| Factorable::PerfectPower { exponent }))
        .or_else(|| has_close_factors(&n).then_some(Factorable::CloseFactors))
}

/// Whether the modulus is prime. One exponentiation, most of the cost of checking a key: see [`primality_cost`].
pub fn is_prime_modulus(modulus: &[u8]) -> bool {
    let trimmed = derive::trimmed(modulus);
    let bits = u32::try_from(trimmed.len().saturating_mul(8)).unwrap_or(u32::MAX);
    BoxedUint::from_be_slice(trimmed, bits).is_ok_and(|n| is_prime(Flavor::Any, &n))
}

/// Cost of [`is_prime_modulus`], in 1024-bit exponentiations (one millisecond each): cubic in the length.
pub fn primality_cost(modulus: &[u8]) -> u64 {
    const UNIT_BYTES: u64 = 128;
    let bytes = as_u64(derive::trimmed(modulus).len());
    bytes.saturating_pow(3).div_ceil(UNIT_BYTES.pow(3))
}

fn small_factor(n: &UBig) -> Option<u32> {
    if n.gcd(&(&*PRODUCT % n)) == UBig::ONE {
        return None;
    }
    let divides = |prime: &&u32| n % **prime == 0 && *n > UBig::from(**prime);
    PRIMES.iter().find(divides).copied()
}

/// The smallest exponent of which the number is a perfect power. It has no small factor, so its root is not below
/// [`SMALL`], and the exponent is at most a sixteenth of its bits.
fn perfect_power(n: &UBig) -> Option<u32> {
    if n.sqrt_rem().1 == UBig::ZERO {
        return Some(2);
    }
    let most = u32::try_from(n.bit_len() / 16).unwrap_or(u32::MAX);
    let is_power = |exponent: &&u32| {
        let places = usize::try_from(**exponent).unwrap_or(usize::MAX);
        may_be_power(n, **exponent) && n.nth_root(places).pow(places) == *n
    };
    PRIMES.iter().take_while(|exponent| **exponent <= most).find(is_power).copied()
}

/// Whether the residues of the number allow a perfect power: a root costs a thousand times as much as this test. Modulo
/// a prime r with r ≡ 1 modulo the exponent k, one in k numbers is a k-th power; several primes exclude nearly all.
fn may_be_power(n: &UBig, exponent: u32) -> bool {
    const TRIES: usize = 6;
    let fitting = PRIMES.iter().filter(|prime| (**prime - 1).checked_rem(exponent) == Some(0)).take(TRIES);
    fitting.copied().all(|prime| power((n % prime).into(), (prime - 1) / exponent, prime) == 1)
}

/// `base` to `exponent` modulo a prime below 2^16.
fn power(mut base: u64, mut exponent: u32, prime: u32) -> u64 {
    let (mut result, prime) = (1_u64, u64::from(prime));
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    result
}

/// Fermat's method: a² − n is a square for the midpoint a of two factors.
fn has_close_factors(n: &UBig) -> bool {
    let root = n.sqrt();
    let mut a = if &root * &root == *n { root } else { root + UBig::ONE };
    let mut rest = &a * &a - n;
    (0..FERMAT_STEPS).any(|_| {
        let is_found = is_square(&rest);
        rest += (&a << 1) + UBig::ONE;
        a += UBig::ONE;
        is_found
    })
}

/// Squares have 12 of 64, 16 of 63 and 21 of 65 residues: only one number in 22 needs the root.
fn is_square(number: &UBig) -> bool {
    let may_be = |modulus: u32| {
        let rest = number % modulus;
        (0..modulus).any(|root| root * root % modulus == rest)
    };
    may_be(64) && may_be(63) && may_be(65) && number.sqrt_rem().1 == UBig::ZERO
}

#[cfg(test)]
mod tests;
