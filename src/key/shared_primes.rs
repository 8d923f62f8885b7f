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
pub struct Shared {
    /// Its place in the list that was asked about.
    pub place: usize,
    /// The first other place with the same factor; `None` when that is not known, because each prime of the modulus
    /// is shared with another one that does not stand alone.
    pub with: Option<usize>,
}

/// The places of all moduli that share a factor with another one, sorted. Moduli are big-endian. Equal moduli count
/// as one: that they are equal is no news about their primes. Zeros share with nobody.
///
/// The time is that of a few multiplications of a number as long as all moduli together, for each level of a tree.
pub fn shared(moduli: &[&[u8]]) -> Vec<Shared> {
    let mut places: BTreeMap<UBig, usize> = BTreeMap::new();
    for (place, modulus) in moduli.iter().enumerate() {
        places.entry(UBig::from_be_bytes(modulus)).or_insert(place);
    }
    places.retain(|modulus, _| *modulus > UBig::ONE);
    let (distinct, places): (Vec<UBig>, Vec<usize>) = places.into_iter().unzip();
    let mut found: Vec<(usize, UBig, UBig)> = common_factors(&distinct)
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
fn common_factors(moduli: &[UBig]) -> Vec<UBig> {
    if moduli.len() < 2 {
        return vec![UBig::ONE; moduli.len()];
    }
    let fractions = fractions(tree(moduli));
    let factor = |modulus: &UBig, (fraction, bits): (UBig, usize)| {
        // Rounded to the nearest whole number: fractions are a little off.
        let half = UBig::ONE << bits.saturating_sub(1);
        let rest = (fraction * modulus + half) >> bits;
        if rest == UBig::ZERO || rest >= *modulus { modulus.clone() } else { modulus.gcd(&rest) }
    };
    moduli.iter().zip(fractions).map(|(modulus, fraction)| factor(modulus, fraction)).collect()
}

/// The tree of products, the moduli first, and the sum of all quotients of its top by one modulus.
struct Tree {
    levels: Vec<Vec<UBig>>,
    sum: UBig,
}

fn tree(moduli: &[UBig]) -> Tree {
    let mut levels = vec![moduli.to_vec()];
    let mut sums = vec![UBig::ONE; moduli.len()];
    while let Some(below) = levels.last().filter(|level| level.len() > 1) {
        let pairs = || below.chunks(2).zip(sums.chunks(2));
        let sum = |(products, sums): (&[UBig], &[UBig])| match (products, sums) {
            ([left, right], [left_sum, right_sum]) => left_sum * right + right_sum * left,
            (_, rest) => rest.iter().sum(),
        };
        let above = pairs().map(sum).collect();
        levels.push(pairs().map(|(products, _)| products.iter().product()).collect());
        sums = above;
    }
    Tree { levels, sum: sums.into_iter().next().unwrap_or(UBig::ZERO) }
}

/// For each modulus, the fraction sum/product of the top times the product of all other moduli, modulo 1: its bits
/// after the point, and how many they are.
fn fractions(tree: Tree) -> Vec<(UBig, usize)> {
    let Tree { mut levels, sum } = tree;
    let Some(top) = levels.pop().and_then(|top| top.into_iter().next()) else { return Vec::new() };
    let bits = top.bit_len().saturating_add(GUARD);
    let mut above = vec![(quotient::fraction(&(sum % &top), &top, bits), bits)];
    while let Some(level) = levels.pop() {
        let mut fractions = Vec::with_capacity(level.len());
        for (pair, (fraction, bits)) in level.chunks(2).zip(above) {
            let [left, right] = pair else {
                fractions.push((fraction, bits));
                continue;
            };
            for (own, sibling) in [(left, right), (right, left)] {
                let mut scaled = quotient::product(&fraction, sibling);
                scaled.clear_high_bits(bits);
                let kept = own.bit_len().saturating_add(GUARD).min(bits);
                fractions.push((scaled >> bits.saturating_sub(kept), kept));
            }
        }
        above = fractions;
    }
    above
}

/// Who shares with whom. `found`: place, common factor and modulus, sorted by place.
///
/// A hostile set may share everything with everybody, so factors are looked up, not tried against each other; only
/// moduli of which both primes are shared need trials, and of those there are few.
fn partners(found: &[(usize, UBig, UBig)]) -> Vec<Shared> {
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
    found.iter().map(|(place, factor, modulus)| Shared { place: *place, with: with(*place, factor, modulus) }).collect()
}

#[cfg(test)]
mod tests;
