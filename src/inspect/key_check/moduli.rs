//! Joint checks of the RSA moduli of all sources: shared primes, and moduli that are easy to factor.

use super::LoadedKeySource;
use crate::key::derive;
use crate::key::factoring::{self, Factorable};
use crate::key::shared_primes::{self, Join};
use crate::rule::key_set;
use std::collections::{BTreeMap, BTreeSet};

/// Limit of the compared moduli in bytes: 8,192 keys of 2048 bits, which take about ten seconds. The time grows
/// faster than linearly; the largest set that is read would take many minutes.
pub const MOST_COMPARED: usize = 2 << 20;
/// The longest modulus in bytes that is compared; no command uses a longer one.
const LONGEST_COMPARED: usize = derive::RSA_MAX_BITS.div_ceil(8);
/// Limit of the cost of primality tests, in exponentiations of 1024 bits: 128 keys of 2048 bits, which take about a
/// second.
pub const MOST_TESTED: u64 = 1_024;

/// Indices of source and member.
pub(super) type ModulusLocation = (usize, usize);

/// Result of the checks of all moduli.
pub(super) struct ModuliReport {
    /// Members that share a prime, by source, with the name of the other key.
    pub shared: BTreeMap<usize, Vec<(usize, String)>>,
    pub factorable: BTreeMap<ModulusLocation, Factorable>,
    pub compared: usize,
    /// Too long to be used, or more than can be compared in seconds.
    pub left_out: usize,
    /// Compared, but not tested for primality.
    pub untested: usize,
}

/// The moduli to compare.
pub(super) struct ModulusSet<'s> {
    places: Vec<ModulusLocation>,
    pub moduli: Vec<&'s [u8]>,
    pub left_out: usize,
}

/// The moduli of all sources, up to [`MOST_COMPARED`]. Equal ones are compared and counted once.
pub(super) fn within(sources: &[LoadedKeySource]) -> ModulusSet<'_> {
    let all = sources.iter().enumerate().flat_map(|(source, own)| {
        key_set::moduli(&own.survey).map(move |(member, modulus)| ((source, member), modulus))
    });
    let mut within = ModulusSet { places: Vec::new(), moduli: Vec::new(), left_out: 0 };
    let (mut seen, mut left) = (BTreeSet::new(), MOST_COMPARED);
    for (place, modulus) in all {
        let bytes = if seen.contains(modulus) { 0 } else { modulus.len() };
        match left.checked_sub(bytes).filter(|_| modulus.len() <= LONGEST_COMPARED) {
            Some(rest) => left = rest,
            None => {
                within.left_out = within.left_out.saturating_add(1);
                continue;
            }
        }
        seen.insert(modulus);
        within.places.push(place);
        within.moduli.push(modulus);
    }
    within
}

/// Checks the moduli of all sources.
pub(super) fn examine(sources: &[LoadedKeySource], work: &impl Join) -> ModuliReport {
    let ModulusSet { places, moduli, left_out } = within(sources);
    let name = |from: usize, place: usize| {
        let (source, member) = places.get(place).copied()?;
        let own = sources.get(source)?;
        let name = own.survey.members.get(member)?.name();
        Some(if source == from { name } else { format!("{name} of {}", own.name) })
    };
    let mut shared: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
    for one in shared_primes::find_shared_primes(&moduli, work) {
        let Some((source, member)) = places.get(one.place).copied() else { continue };
        let other = one.with.and_then(|with| name(source, with)).unwrap_or_else(|| "others".to_owned());
        shared.entry(source).or_default().push((member, other));
    }
    let (factorable, untested) = factorable(&places, &moduli, work);
    ModuliReport { shared, factorable, compared: moduli.len(), left_out, untested }
}

/// The moduli that can be factored, by their indices, and the number not tested for primality.
fn factorable(
    places: &[ModulusLocation],
    moduli: &[&[u8]],
    work: &impl Join,
) -> (BTreeMap<ModulusLocation, Factorable>, usize) {
    let distinct: Vec<&[u8]> = moduli.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut left = MOST_TESTED;
    let tests: Vec<(&[u8], bool)> = distinct
        .into_iter()
        .map(|modulus| {
            let rest = left.checked_sub(factoring::primality_cost(modulus));
            left = rest.unwrap_or(left);
            (modulus, rest.is_some())
        })
        .collect();
    let found: BTreeMap<&[u8], Option<Factorable>> = each(&tests, work).into_iter().collect();
    let tested: BTreeMap<&[u8], bool> = tests.into_iter().collect();
    let untested = moduli.iter().filter(|modulus| tested.get(**modulus) == Some(&false)).count();
    let named = places.iter().zip(moduli).filter_map(|(place, modulus)| Some((*place, (*found.get(modulus)?)?)));
    (named.collect(), untested)
}

/// Tests each modulus, also for primality where requested; splits the work into halves for `work`.
fn each<'m>(tests: &[(&'m [u8], bool)], work: &impl Join) -> Vec<(&'m [u8], Option<Factorable>)> {
    /// Number of tests that is worth a thread.
    const MANY: usize = 16;
    let one = |(modulus, for_prime): &(&'m [u8], bool)| {
        let is_prime = || (*for_prime && factoring::is_prime_modulus(modulus)).then_some(Factorable::Prime);
        (*modulus, factoring::at_once(modulus).or_else(is_prime))
    };
    if tests.len() < MANY {
        return tests.iter().map(one).collect();
    }
    let (first, second) = tests.split_at(tests.len() >> 1);
    let (mut all, rest) = work.join(|| each(first, work), || each(second, work));
    all.extend(rest);
    all
}
