//! Primes shared by RSA keys: with both moduli, one greatest common divisor gives the shared prime and with it both
//! private keys (Heninger et al., "Mining Your Ps and Qs", USENIX Security 2012).
//!
//! Pairwise comparison would take a day for large sets, so all moduli are tested at once (Bernstein, "How to find
//! smooth parts of integers", 2004, and "Scaled remainder trees", 2004). With P the product of all moduli and
//! D = Σ P/nᵢ, every term of D but one vanishes modulo nᵢ, so D mod nᵢ = P/nᵢ mod nᵢ, which shares a factor with
//! nᵢ if any other modulus does. One division gives D/P as a binary fraction; descending the product tree, a
//! multiplication by the sibling's product gives the fraction of each child. Public numbers only.
#![allow(clippy::arithmetic_side_effects, reason = "numbers of any length do not overflow, and no product is zero")]

use dashu_int::UBig;
use dashu_int::ops::{BitTest as _, Gcd as _};
use std::collections::BTreeMap;

mod quotient;

/// Additional bits of a fraction beyond those of its product. At the root it is at most two units off in the last
/// place; each level of the tree at most doubles the error and adds one unit, and there are fewer than 32 levels.
const GUARD: usize = 64;

/// A modulus that shares a prime with another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedPrime {
    /// Its index in the input.
    pub place: usize,
    /// The first other index with the same factor; `None` if unknown, because each prime of the modulus is shared with
    /// a modulus of which both primes are shared.
    pub with: Option<usize>,
}

/// How two tasks are run. The library starts no threads; its caller may.
pub trait Join: Sync {
    /// Runs both tasks, possibly in parallel.
    fn join<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B);
}

/// Runs the tasks sequentially.
pub struct SequentialJoin;

impl Join for SequentialJoin {
    fn join<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
        (one(), other())
    }
}

/// The sorted indices of all moduli that share a factor with another one. Moduli are big-endian. Equal moduli count
/// as one: equality is not a shared prime. Zeros share nothing.
///
/// Takes a few multiplications of a number as long as all moduli together, for each level of a tree. Long ones are
/// passed to `work` in pairs.
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

/// The greatest common divisor of each modulus with the product of all others. The moduli are distinct and above 1.
fn common_factors(moduli: &[UBig], work: &impl Join) -> Vec<UBig> {
    if moduli.len() < 2 {
        return vec![UBig::ONE; moduli.len()];
    }
    let top = ProductNode::new(moduli, work);
    let bits = top.product.bit_len().saturating_add(GUARD);
    let fraction = quotient::fraction(&(&top.sum % &top.product), &top.product, bits);
    let factor = |modulus: &UBig, (fraction, bits): (UBig, usize)| {
        // Rounded to the nearest integer: fractions are slightly off.
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

/// A node of the product tree: the product of its moduli, the sum of its quotients by each of them, and its children.
struct ProductNode {
    product: UBig,
    sum: UBig,
    halves: Option<Box<(ProductNode, ProductNode)>>,
}

impl ProductNode {
    /// The node of at least one modulus.
    fn new(moduli: &[UBig], work: &impl Join) -> Self {
        let (left, right) = match moduli {
            [one] => return Self { product: one.clone(), sum: UBig::ONE, halves: None },
            // Full trees to the left: the lengths of their products suit the power-of-two sizes of a transform.
            many => many.split_at(many.len().next_power_of_two() >> 1),
        };
        let bits = moduli.iter().map(|modulus| modulus.bit_len()).sum();
        let (left, right) = pair(work, bits, || Self::new(left, work), || Self::new(right, work));
        let ((product, one), other) = pair(
            work,
            bits,
            || pair(work, bits, || &left.product * &right.product, || &left.sum * &right.product),
            || &right.sum * &left.product,
        );
        Self { product, sum: one + other, halves: Some(Box::new((left, right))) }
    }

    /// For each modulus, the fraction sum/product of the root times the product of all other moduli, modulo 1: its
    /// fractional bits and their number. `fraction` is the same for this node.
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

/// Runs both tasks, through `work` if the numbers are long enough to benefit.
fn pair<A: Send, B: Send>(
    work: &impl Join,
    bits: usize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    /// A few hundred keys.
    const LONG: usize = 1 << 18;
    if bits < LONG { (one(), other()) } else { work.join(one, other) }
}

/// Finds the partner of each modulus. `found`: index, common factor and modulus, sorted by index.
///
/// In a hostile set every modulus may share factors with every other, so factors are looked up instead of compared;
/// only moduli with two shared primes need trial division, and those are few.
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
