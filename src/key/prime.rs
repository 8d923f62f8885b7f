//! Random primes for RSA keys. Modular exponentiation dominates the cost, so candidates are first divided by many more
//! small primes than in a general-purpose search: four times as many saves almost a third of the exponentiations, and
//! costs as much as one or two.
#![allow(clippy::arithmetic_side_effects, reason = "indices of a sieve and remainders of small numbers")]

use crypto_bigint::{BoxedUint, Limb, NonZero, Odd};
use crypto_primes::{Flavor, is_prime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Odd numbers that are examined from one random start. With odds of 1 in 300 none of 4096 bits is prime.
const SPAN: usize = 1 << 13;
/// Limit of random starts; a sound generator needs more with odds below 2^-100.
const STARTS: usize = 16;

/// The odd primes for trial division of candidates of `bits` bits: up to where a division costs more than it saves.
pub(super) fn divisors(bits: u32) -> Vec<u32> {
    let below = (bits >> 1).saturating_mul(bits >> 1).clamp(1 << 12, 1 << 21);
    let length = usize::try_from(below >> 1).unwrap_or(0);
    // Index n represents 2n + 1.
    let mut composite = vec![false; length];
    let mut primes = Vec::new();
    for place in 1..length {
        if composite.get(place).is_some_and(|composite| !composite) {
            let step = 2 * place + 1;
            primes.extend(u32::try_from(step));
            composite.iter_mut().skip(step * step / 2).step_by(step).for_each(|place| *place = true);
        }
    }
    primes
}

/// A prime of exactly `bits` bits with the two highest bits set (FIPS 186-5 §A.1.3), not congruent to 1 modulo the
/// prime `e`: the next one after a random number. `None` if the generator is not random.
pub(super) fn draw(bits: u32, e: u32, divisors: &[u32], rng: &mut dyn CryptoRng) -> Option<Odd<BoxedUint>> {
    (0..STARTS).find_map(|_| {
        let start = start(bits, rng)?;
        let mut at_e = remainder(&start, u64::from(e))?;
        sieve(&start, divisors)?.iter().zip((0_u64..).step_by(2)).find_map(|(composite, further)| {
            let usable = !composite && at_e != 1;
            at_e = (at_e + 2) % u64::from(e);
            let candidate = usable.then(|| start.wrapping_add(BoxedUint::from(further)))?;
            // Beyond the last number of this length it starts again.
            (candidate >= *start && is_prime(Flavor::Any, &candidate)).then(|| Odd::new(candidate).into_option())?
        })
    })
}

/// A random odd number with the two highest bits set.
fn start(bits: u32, rng: &mut dyn CryptoRng) -> Option<Zeroizing<BoxedUint>> {
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(bits >> 3).ok()?]);
    rng.fill_bytes(&mut bytes);
    *bytes.first_mut()? |= 0xC0;
    *bytes.last_mut()? |= 1;
    BoxedUint::from_be_slice(&bytes, bits).ok().map(Zeroizing::new)
}

fn remainder(number: &BoxedUint, divisor: u64) -> Option<u64> {
    NonZero::new(Limb::from(divisor)).into_option().map(|divisor| u64::from(number.rem_limb(divisor)))
}

/// Marks the odd numbers from `start` on that have one of the divisors.
fn sieve(start: &BoxedUint, divisors: &[u32]) -> Option<Zeroizing<Vec<bool>>> {
    let mut composite = Zeroizing::new(vec![false; SPAN]);
    let mut rest = divisors;
    while !rest.is_empty() {
        // One long division serves all divisors whose product fits into a word.
        let mut product = 1_u64;
        let fits = |divisor: &&u32| {
            let next = product.checked_mul(u64::from(**divisor));
            product = next.unwrap_or(product);
            next.is_some()
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (some, others) = rest.split_at_checked(count)?;
        let shared = remainder(start, product)?;
        for divisor in some {
            let own = u64::from(*divisor);
            let missing = (own - shared % own) % own;
            // Half the distance to the next multiple if that is odd; otherwise to the one after it.
            let first = if missing & 1 == 0 { missing >> 1 } else { (missing + own) >> 1 };
            let (first, step) = (usize::try_from(first).ok()?, usize::try_from(own).ok()?);
            composite.iter_mut().skip(first).step_by(step).for_each(|place| *place = true);
        }
        rest = others;
    }
    Some(composite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::generate::tests::Counter;

    #[test]
    fn divisors_are_the_odd_primes_ascending() {
        let primes = divisors(128);
        let wanted = (3..4_096_u32).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
        assert_eq!(primes, wanted.collect::<Vec<_>>());
        assert!(divisors(2_048).last().is_some_and(|last| *last > 1 << 19));
    }

    #[test]
    fn sieve_keeps_numbers_without_small_divisors() {
        let divisors = divisors(128);
        for seed in 0..8 {
            let start = start(128, &mut Counter::new(seed)).unwrap();
            let wanted = (0_u64..).step_by(2).map(|further| {
                let number = start.wrapping_add(BoxedUint::from(further));
                divisors.iter().any(|divisor| remainder(&number, u64::from(*divisor)) == Some(0))
            });
            assert!(sieve(&start, &divisors).unwrap().iter().copied().eq(wanted.take(SPAN)), "{seed}");
        }
    }

    #[test]
    fn drawn_prime_is_the_next_one_coprime_to_the_exponent() {
        let divisors = divisors(128);
        let (mut spoiled, one) = (0, BoxedUint::one());
        for seed in 0..64 {
            let start = start(128, &mut Counter::new(seed)).unwrap();
            let numbers = (0_u64..).step_by(2).map(|further| start.wrapping_add(BoxedUint::from(further)));
            let mut primes = numbers.filter(|number| is_prime(Flavor::Any, number));
            let first = primes.next().unwrap();
            let bad = remainder(&first.wrapping_sub(&one), 3) == Some(0);
            spoiled += usize::from(bad);
            let wanted = if bad { primes.find(|prime| remainder(prime, 3) != Some(1)).unwrap() } else { first };
            let found = draw(128, 3, &divisors, &mut Counter::new(seed)).unwrap();
            assert_eq!(*found.as_ref(), wanted);
            assert!(found.bit(127).to_bool() && found.bit(126).to_bool());
        }
        assert!(spoiled > 10);
    }
}
