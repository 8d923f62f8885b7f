//! Judging what key sources hold, several at once: each key by itself, each source as a whole, and all moduli against
//! each other.

use crate::finding::{Finding, Location};
use crate::guess::{Lists, Origin};
use crate::key::certificate::{self, Summary};
use crate::key::shared_primes::{self, Both};
use crate::key::survey::{Member, Survey};
use crate::key::{Form, Material, derive};
use crate::policy::Policy;
use crate::rule::{self, Judge, guessed, key, key_set};
use crate::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet};

/// The most bytes of moduli that are compared: 8,192 keys of 2048 bits, which take some ten seconds. The time grows
/// faster than the bytes; the largest set that is read would take many minutes.
const MOST_COMPARED: usize = 2 << 20;
/// No command uses a longer modulus.
const LONGEST_COMPARED: usize = derive::RSA_MAX_BITS.div_ceil(8);

/// One source, read.
pub struct Source {
    /// As the user named it.
    pub name: String,
    /// The name is a URL, not a file.
    pub remote: bool,
    pub survey: Survey,
    /// Meant for everybody's eyes.
    pub public: bool,
    /// Whether others can read or write the file.
    pub readable: bool,
    pub writable: bool,
}

/// What was found.
#[derive(Debug)]
pub struct Checked {
    /// For each source, in their order, the heaviest first.
    pub findings: Vec<Vec<Finding>>,
    /// RSA moduli that were compared with each other.
    pub moduli: usize,
    /// RSA moduli that were not: too long to be used at all, or more than can be compared in seconds.
    pub left_out: usize,
}

/// Whether any source holds a secret, so that the lists of [`judge`] are of use.
pub fn holds_secrets(sources: &[Source]) -> bool {
    secrets(sources).next().is_some()
}

/// Judges all sources. With `lists`, secrets are looked up in them. Comparing many moduli is `work` that can be shared.
pub fn judge(
    sources: &[Source],
    lists: Option<&Lists<'_>>,
    now: UnixTime,
    policy: &Policy,
    work: &impl Both,
) -> Checked {
    let Comparison { shared, moduli, left_out } = compare(sources, work);
    let mut origins = origins(sources, lists);
    let judges = Judges {
        key: Judge::new(key::RULES, policy),
        set: Judge::new(key_set::RULES, policy),
        guessed: Judge::new(guessed::RULES, policy),
    };
    let judged = sources.iter().enumerate().map(|(place, source)| {
        let shared = shared.get(&place).map(Vec::as_slice).unwrap_or_default();
        let mut findings = judges.source(source, shared, now);
        for (index, member) in source.survey.members.iter().enumerate() {
            let origin = origins.remove(&(place, index));
            findings.extend(judges.member(source, member, origin, now));
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    });
    Checked { findings: judged.collect(), moduli, left_out }
}

struct Judges<'p> {
    key: Judge<'p, key::KeySubject>,
    set: Judge<'p, key_set::KeySource>,
    guessed: Judge<'p, guessed::Guessed>,
}

impl Judges<'_> {
    fn source(&self, source: &Source, shared: &[(usize, String)], now: UnixTime) -> Vec<Finding> {
        let Source { survey, public, readable, writable, .. } = source;
        let (public, readable, writable) = (*public, *readable, *writable);
        let mut findings = self.set.findings(&key_set::View { survey, public, readable, writable, now, shared });
        let mut places: BTreeMap<&str, &Member> = BTreeMap::new();
        if survey.form == Form::Jwks {
            places.extend(survey.members.iter().map(|member| (member.pointer.as_str(), member)));
        }
        for finding in &mut findings {
            let pointer = finding.location.pointer.clone().unwrap_or_default();
            let member = places.get(member_pointer(&pointer)).copied();
            finding.location = location(source, member, &pointer);
        }
        findings
    }

    fn member(&self, source: &Source, member: &Member, origin: Option<Origin>, now: UnixTime) -> Vec<Finding> {
        let Ok(key) = &member.key else { return Vec::new() };
        let summaries: Vec<Summary> =
            key.certificates.iter().filter_map(|der| certificate::summary(der).ok()).collect();
        let view = rule::key::View::new(key, now).with_certificates(&summaries).examined();
        let mut findings = self.key.findings(&view);
        if let Some(origin) = origin {
            findings.extend(self.guessed.findings(&guessed::View::of_secret(origin)));
        }
        let several = source.survey.members.len() > 1;
        for finding in &mut findings {
            let pointer = format!("{}{}", member.pointer, finding.location.pointer.as_deref().unwrap_or_default());
            finding.location = location(source, Some(member), &pointer);
            if several {
                finding.message = format!("{}: {}", member.name(), finding.message);
            }
        }
        findings
    }
}

/// `/keys/3` of `/keys/3/kid`.
fn member_pointer(pointer: &str) -> &str {
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(at, _)| at);
    pointer.get(..end).unwrap_or(pointer)
}

fn location(source: &Source, member: Option<&Member>, pointer: &str) -> Location {
    let place = member.and_then(|member| member.place).filter(|_| !source.remote);
    let name = Some(source.name.clone());
    let (file, url) = if source.remote { (None, name) } else { (name, None) };
    let pointer = (!pointer.is_empty()).then(|| pointer.to_owned());
    Location { file, line: place.map(|(line, _)| line), column: place.map(|(_, column)| column), pointer, url }
}

/// What came of comparing moduli.
struct Comparison {
    /// Members that share a prime, by source, with the name of the other.
    shared: BTreeMap<usize, Vec<(usize, String)>>,
    moduli: usize,
    left_out: usize,
}

/// The moduli that are to be compared.
struct Within<'s> {
    /// Source and member of each.
    places: Vec<(usize, usize)>,
    moduli: Vec<&'s [u8]>,
    left_out: usize,
}

/// The moduli of all sources, as far as [`MOST_COMPARED`] goes. Equal ones are compared once, and cost once.
fn within(sources: &[Source]) -> Within<'_> {
    let all = sources.iter().enumerate().flat_map(|(source, own)| {
        key_set::moduli(&own.survey).map(move |(member, modulus)| ((source, member), modulus))
    });
    let mut within = Within { places: Vec::new(), moduli: Vec::new(), left_out: 0 };
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

/// Looks for common primes in all sources together.
fn compare(sources: &[Source], work: &impl Both) -> Comparison {
    let Within { places, moduli, left_out } = within(sources);
    let name = |from: usize, place: usize| {
        let (source, member) = places.get(place).copied()?;
        let own = sources.get(source)?;
        let name = own.survey.members.get(member)?.name();
        Some(if source == from { name } else { format!("{name} of {}", own.name) })
    };
    let mut found: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
    for one in shared_primes::shared(&moduli, work) {
        let Some((source, member)) = places.get(one.place).copied() else { continue };
        let other = one.with.and_then(|with| name(source, with)).unwrap_or_else(|| "others".to_owned());
        found.entry(source).or_default().push((member, other));
    }
    Comparison { shared: found, moduli: moduli.len(), left_out }
}

fn secrets(sources: &[Source]) -> impl Iterator<Item = ((usize, usize), &[u8])> {
    sources.iter().enumerate().flat_map(|(source, own)| {
        own.survey.members.iter().enumerate().filter_map(move |(index, member)| {
            match member.key.as_ref().ok().map(|key| &key.material) {
                Some(Material::Secret(secret)) => Some(((source, index), secret.expose().as_slice())),
                _ => None,
            }
        })
    })
}

/// Where the secrets were found, by source and member.
fn origins(sources: &[Source], lists: Option<&Lists<'_>>) -> BTreeMap<(usize, usize), Origin> {
    let Some(lists) = lists else { return BTreeMap::new() };
    let (places, secrets): (Vec<(usize, usize)>, Vec<&[u8]>) = secrets(sources).unzip();
    places.into_iter().zip(lists.known(&secrets)).filter_map(|(place, origin)| Some((place, origin?))).collect()
}

#[cfg(test)]
mod tests;
