//! RSA key generation. The only file that names the `rsa` crate: it never signs, so RUSTSEC-2023-0071 (timing of
//! private operations) does not apply.

use crate::key::{RsaKey, derive, prime};
use ::rsa::PrivateKey;
use ::rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::Flavor;
use crypto_primes::fips::{FipsOptions, is_prime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Miller–Rabin rounds with random bases. FIPS 186-5 table B.1 requires 4, 3 and 2 for primes of 1024, 1536 and
/// 2048 bits and an error of 2^-100; the 5 required for 2^-112 at 1024 bits suffice for every size here, as
/// longer primes need fewer. They are in addition to the crate's base-2 and Lucas tests.
const ROUNDS: usize = 5;

/// The public exponent.
const E: u32 = 65_537;

/// Limit of attempts; a sound generator passes the first one, except with odds below 2^-90.
const ATTEMPTS: usize = 8;

/// A key of `bits` bits (a multiple of 256 from 2048) with e = 65537 and both primes as FIPS 186-5 §A.1.3 requires.
/// `None` if the generator is not random.
pub(super) fn generate_key(bits: u32, rng: &mut dyn CryptoRng) -> Option<RsaKey> {
    let divisors = prime::divisors(half(bits));
    (0..ATTEMPTS).find_map(|_| candidate(bits, &divisors, rng))
}

fn candidate(bits: u32, divisors: &[u32], rng: &mut dyn CryptoRng) -> Option<RsaKey> {
    let mut draw = || prime::draw(half(bits), E, divisors, rng).map(Zeroizing::new);
    let (first, second) = (draw()?, draw()?);
    let (first, second): (&Odd<BoxedUint>, &Odd<BoxedUint>) = (&first, &second);
    if !acceptable(first, second, bits, rng) {
        return None;
    }
    // Larger first, as other tools do.
    let (p, q) = if first > second { (first, second) } else { (second, first) };
    // d from the least common multiple of p − 1 and q − 1 (FIPS 186-5 §A.1.1), not from their product.
    let key = PrivateKey::from_p_q(p.as_ref().clone(), q.as_ref().clone(), BoxedUint::from(E)).ok()?;
    if !above_power(key.d(), half(bits)) {
        return None;
    }
    let (n, e) = (key.n_bytes().into_vec(), key.e_bytes().into_vec());
    let (d, p, q) = (bytes(key.d()), bytes(p), bytes(q));
    let private = derive::rsa_complete(&n, &e, &d, Some((&p, &q)))?;
    Some(RsaKey { n, e, private: Some(private) })
}

/// Whether both are prime and |p − q| > 2^(bits/2 − 100) (FIPS 186-5 §A.1.3, steps 5.4 and 5.6).
fn acceptable(p: &Odd<BoxedUint>, q: &Odd<BoxedUint>, bits: u32, rng: &mut dyn CryptoRng) -> bool {
    let difference = Zeroizing::new(if p > q { p.wrapping_sub(q.as_ref()) } else { q.wrapping_sub(p.as_ref()) });
    above_power(&difference, half(bits).saturating_sub(100))
        && [p, q]
            .into_iter()
            .all(|prime| is_prime(rng, Flavor::Any, prime.as_ref(), FipsOptions::with_mr_iterations(ROUNDS)))
}

/// Whether number > 2^exponent.
fn above_power(number: &BoxedUint, exponent: u32) -> bool {
    let below = Zeroizing::new(number.wrapping_sub(BoxedUint::one()));
    !number.is_zero().to_bool() && below.bit_width() > exponent
}

const fn half(bits: u32) -> u32 {
    bits >> 1
}

fn bytes(number: &BoxedUint) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(number.to_be_bytes_trimmed_vartime().into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(exponent: u32) -> BoxedUint {
        BoxedUint::one_with_precision(256).unbounded_shl(exponent)
    }

    #[test]
    fn above_power_of_equal_number_is_false() {
        assert!(!above_power(&BoxedUint::zero_with_precision(256), 0));
        assert!(!above_power(&power(100), 100));
        assert!(above_power(&power(100).wrapping_add(BoxedUint::one()), 100));
        assert!(!above_power(&power(99), 100));
        assert!(above_power(&power(101), 100));
    }

    #[test]
    fn composite_or_close_primes_are_rejected() {
        let mut rng = crate::key::generate::tests::Counter::new(7);
        let odd = |number: BoxedUint| Odd::new(number).unwrap();
        // 2^255 − 19 is prime, 2^255 − 21 is not.
        let top = power(255);
        let prime = odd(top.wrapping_sub(BoxedUint::from(19u32)));
        let composite = odd(top.wrapping_sub(BoxedUint::from(21u32)));
        let small = odd(BoxedUint::from(65_537u32));
        assert!(acceptable(&prime, &small, 512, &mut rng));
        assert!(acceptable(&small, &prime, 512, &mut rng));
        assert!(!acceptable(&composite, &small, 512, &mut rng));
        assert!(!acceptable(&prime, &prime, 512, &mut rng));
        assert!(!acceptable(&prime, &composite, 512, &mut rng));
    }
}
