//! Primes that RSA keys share: whoever sees both moduli has the prime by one greatest common divisor, and with it both
//! private keys (Heninger et al., "Mining Your Ps and Qs", USENIX Security 2012).
//!
//! Each modulus against each other would take a day for large sets, so all are tried at once (Bernstein, "How to find
//! smooth parts of integers", 2004, and "Scaled remainder trees", 2004). With P the product of all moduli and
//! D = Σ P/nᵢ, every term of D but one vanishes modulo nᵢ, so that D mod nᵢ = P/nᵢ mod nᵢ, and it shares a factor with
//! nᵢ when any other modulus does. One division gives D/P as a binary fraction; going down the tree of products, a
//! multiplication by the sibling's product gives the fraction of each half. Public numbers only.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of any length do not overflow, and no product is zero")]

use dashu_int::UBig;
use dashu_int::ops::{BitTest as _, Gcd as _};
use std::collections::BTreeMap;

mod quotient;

/// Bits of a fraction beyond those of the product that it belongs to. At the top it is two units off in the last place;
/// one level of the tree at most doubles the error and adds one unit, and there are fewer than 32 levels.
const GUARD: usize = 64;

/// A modulus that is not a product of primes of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedPrime {
    /// Its place in the list that was asked about.
    pub place: usize,
    /// The first other place with the same factor; `None` when that is not known, because each prime of the modulus
    /// is shared with another one that does not stand alone.
    pub with: Option<usize>,
}

/// How two pieces of work are done. The library starts no threads; who calls it may have some.
pub trait Join: Sync {
    /// Does both, perhaps at once.
    fn join<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B);
}

/// One after the other.
pub struct SequentialJoin;

impl Join for SequentialJoin {
    fn join<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
        (one(), other())
    }
}

/// The places of all moduli that share a factor with another one, sorted. Moduli are big-endian. Equal moduli count
/// as one: that they are equal is no news about their primes. Zeros share with nobody.
///
/// The time is that of a few multiplications of a number as long as all moduli together, for each level of a tree. Long
/// ones are handed to `work` in pairs.
pub fn find_shared_primes(moduli: &[&[u8]], work: &impl Join) -> Vec<SharedPrime> {
    let mut places: BTreeMap<UBig, usize> = BTreeMap::new();
    for (place, modulus) in moduli.iter().enumerate() {
        places.entry(UBig::from_be_bytes(modulus)).or_insert(place);
    }
    places.retain(|modulus, _| *modulus > UBig::ONE);
    let (distinct, places): (Vec<UBig>, Vec<usize>) = places.into_iter().unzip();
    let mut found: Vec<(usize, UBig, UBig)> = common_factors(&distinct, work)
        .into_iter()
        .zip(distinct)
        .zip(places)
        .filter(|((factor, _), _)| *factor > UBig::ONE)
        .map(|((factor, modulus), place)| (place, factor, modulus))
        .collect();
    found.sort_by_key(|(place, ..)| *place);
    partners(&found)
}

/// For each modulus, its greatest common divisor with the product of all others. The moduli are distinct and above 1.
fn common_factors(moduli: &[UBig], work: &impl Join) -> Vec<UBig> {
    if moduli.len() < 2 {
        return vec![UBig::ONE; moduli.len()];
    }
    let top = ProductNode::of(moduli, work);
    let bits = top.product.bit_len().saturating_add(GUARD);
    let fraction = quotient::fraction(&(&top.sum % &top.product), &top.product, bits);
    let factor = |modulus: &UBig, (fraction, bits): (UBig, usize)| {
        // Rounded to the nearest whole number: fractions are a little off.
        let half = UBig::ONE << bits.saturating_sub(1);
        let rest = (fraction * modulus + half) >> bits;
        if rest == UBig::ZERO || rest >= *modulus { modulus.clone() } else { modulus.gcd(&rest) }
    };
    moduli
        .iter()
        .zip(top.fractions(fraction, bits, work))
        .map(|(modulus, fraction)| factor(modulus, fraction))
        .collect()
}

/// A node of the tree of products: that of some moduli, the sum of its quotients by each of them, and its halves.
struct ProductNode {
    product: UBig,
    sum: UBig,
    halves: Option<Box<(ProductNode, ProductNode)>>,
}

impl ProductNode {
    /// The node of moduli of which there is at least one.
    fn of(moduli: &[UBig], work: &impl Join) -> Self {
        let (left, right) = match moduli {
            [one] => return Self { product: one.clone(), sum: UBig::ONE, halves: None },
            // Full trees to the left: the lengths of their products suit the powers of two of a transform.
            many => many.split_at(many.len().next_power_of_two() >> 1),
        };
        let bits = moduli.iter().map(|modulus| modulus.bit_len()).sum();
        let (left, right) = pair(work, bits, || Self::of(left, work), || Self::of(right, work));
        let ((product, one), other) = pair(
            work,
            bits,
            || pair(work, bits, || &left.product * &right.product, || &left.sum * &right.product),
            || &right.sum * &left.product,
        );
        Self { product, sum: one + other, halves: Some(Box::new((left, right))) }
    }

    /// For each modulus, the fraction sum/product of the top times the product of all other moduli, modulo 1: its bits
    /// after the point, and how many they are. `fraction` is the same of this node.
    fn fractions(self, fraction: UBig, bits: usize, work: &impl Join) -> Vec<(UBig, usize)> {
        let length = self.product.bit_len();
        let Some((left, right)) = self.halves.map(|halves| *halves) else { return vec![(fraction, bits)] };
        let of = |own: &UBig, sibling: &UBig| {
            let mut scaled = quotient::product(&fraction, sibling);
            scaled.clear_high_bits(bits);
            let kept = own.bit_len().saturating_add(GUARD).min(bits);
            (scaled >> bits.saturating_sub(kept), kept)
        };
        let ((one, of_one), (other, of_other)) =
            pair(work, length, || of(&left.product, &right.product), || of(&right.product, &left.product));
        drop(fraction);
        let (mut all, rest) =
            pair(work, length, || left.fractions(one, of_one, work), || right.fractions(other, of_other, work));
        all.extend(rest);
        all
    }
}

/// Does both, through `work` when they are about numbers so long that it is worth it.
fn pair<A: Send, B: Send>(
    work: &impl Join,
    bits: usize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    /// Some hundred keys.
    const LONG: usize = 1 << 18;
    if bits < LONG { (one(), other()) } else { work.join(one, other) }
}

/// Who shares with whom. `found`: place, common factor and modulus, sorted by place.
///
/// A hostile set may share everything with everybody, so factors are looked up, not tried against each other; only
/// moduli of which both primes are shared need trials, and of those there are few.
fn partners(found: &[(usize, UBig, UBig)]) -> Vec<SharedPrime> {
    const TRIALS: usize = 1_024;
    let mut by_factor: BTreeMap<&UBig, Vec<usize>> = BTreeMap::new();
    for (place, factor, modulus) in found {
        if factor < modulus {
            by_factor.entry(factor).or_default().push(*place);
        }
    }
    let mut trials = TRIALS;
    let mut with = |place: usize, factor: &UBig, modulus: &UBig| {
        let own = by_factor.get(factor).into_iter().flatten().find(|other| **other != place).copied();
        own.or_else(|| {
            found.iter().find_map(|(other, _, their)| {
                trials = trials.checked_sub(1)?;
                (*other != place && modulus.gcd(their) > UBig::ONE).then_some(*other)
            })
        })
    };
    found
        .iter()
        .map(|(place, factor, modulus)| SharedPrime { place: *place, with: with(*place, factor, modulus) })
        .collect()
}

#[cfg(test)]
mod tests;
