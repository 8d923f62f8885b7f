//! Checks of several key sources: each key, each source as a whole, and all RSA moduli together.

use crate::crack::{SecretLists, SecretOrigin};
use crate::finding::{Finding, Location};
use crate::key::certificate::{self, CertificateSummary};
use crate::key::factoring::Factorable;
use crate::key::inventory::{InventoryEntry, KeyInventory};
use crate::key::shared_primes::Join;
use crate::key::{KeyEncoding, Material};
use crate::rule::{self, RuleRunner, key, key_set, weak_secret};
use crate::rule_config::RuleConfig;
use crate::time::UnixTime;
use moduli::ModuliReport;
pub use moduli::{MOST_COMPARED, MOST_TESTED};
use std::collections::BTreeMap;

mod moduli;

/// A key source that was read.
pub struct LoadedKeySource {
    /// As given by the user.
    pub name: String,
    /// The name is a URL, not a file.
    pub remote: bool,
    /// The keys of the source, and its members that cannot be parsed.
    pub survey: KeyInventory,
    /// Meant to be published.
    pub public: bool,
    /// Whether other users can read the file.
    pub readable: bool,
    /// Why other users can change the file, if they can.
    pub changeable: Option<&'static str>,
}

/// Result of the checks.
#[derive(Debug)]
pub struct KeyCheckResult {
    /// For each source in order, by descending severity.
    pub findings: Vec<Vec<Finding>>,
    /// Number of RSA moduli that were compared with each other.
    pub moduli: usize,
    /// Number of RSA moduli that were not: too long to be used, or more than can be compared in seconds.
    pub left_out: usize,
    /// Number of RSA moduli that were compared, but not tested for primality: more than can be tested in a second.
    pub untested: usize,
}

/// Whether any source has a secret, so that [`check_sources`] needs word lists.
pub fn holds_secrets(sources: &[LoadedKeySource]) -> bool {
    secrets(sources).next().is_some()
}

/// Checks all sources. With `lists`, secrets are looked up in them. Long comparisons are split with `work`.
pub fn check_sources(
    sources: &[LoadedKeySource],
    lists: Option<&SecretLists<'_>>,
    now: UnixTime,
    policy: &RuleConfig,
    work: &impl Join,
) -> KeyCheckResult {
    let ModuliReport { shared, mut factorable, compared, left_out, untested } = moduli::examine(sources, work);
    let mut origins = origins(sources, lists);
    let judges = Judges {
        key: RuleRunner::new(key::RULES, policy),
        set: RuleRunner::new(key_set::RULES, policy),
        guessed: RuleRunner::new(weak_secret::RULES, policy),
    };
    let judged = sources.iter().enumerate().map(|(place, source)| {
        let shared = shared.get(&place).map(Vec::as_slice).unwrap_or_default();
        let mut findings = judges.source(source, shared, now);
        for (index, member) in source.survey.members.iter().enumerate() {
            let facts =
                KeyFacts { origin: origins.remove(&(place, index)), factorable: factorable.remove(&(place, index)) };
            findings.extend(judges.member(source, member, facts, now));
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    });
    KeyCheckResult { findings: judged.collect(), moduli: compared, left_out, untested }
}

/// Facts about one key that depend on all keys.
struct KeyFacts {
    /// The public list that contains its secret.
    origin: Option<SecretOrigin>,
    factorable: Option<Factorable>,
}

struct Judges<'p> {
    key: RuleRunner<'p, key::KeySubject>,
    set: RuleRunner<'p, key_set::KeySourceSubject>,
    guessed: RuleRunner<'p, weak_secret::WeakSecretSubject>,
}

impl Judges<'_> {
    fn source(&self, source: &LoadedKeySource, shared: &[(usize, String)], now: UnixTime) -> Vec<Finding> {
        let LoadedKeySource { survey, public, readable, changeable, .. } = source;
        let (public, readable, changeable) = (*public, *readable, *changeable);
        let mut findings =
            self.set.findings(&key_set::KeySourceView { survey, public, readable, changeable, now, shared });
        let mut places: BTreeMap<&str, &InventoryEntry> = BTreeMap::new();
        if survey.form == KeyEncoding::Jwks {
            places.extend(survey.members.iter().map(|member| (member.pointer.as_str(), member)));
        }
        for finding in &mut findings {
            let pointer = finding.location.pointer.clone().unwrap_or_default();
            let member = places.get(member_pointer(&pointer)).copied();
            finding.location = location(source, member, &pointer);
        }
        findings
    }

    fn member(
        &self,
        source: &LoadedKeySource,
        member: &InventoryEntry,
        facts: KeyFacts,
        now: UnixTime,
    ) -> Vec<Finding> {
        let Ok(key) = &member.key else { return Vec::new() };
        let summaries: Vec<CertificateSummary> =
            key.certificates.iter().filter_map(|der| certificate::summary(der).ok()).collect();
        let view = rule::key::KeyView::new(key, now).with_certificates(&summaries).examined();
        let view = view.with_factors(facts.factorable);
        let mut findings = self.key.findings(&view);
        if let Some(origin) = facts.origin {
            findings.extend(self.guessed.findings(&weak_secret::WeakSecretView::for_secret(origin)));
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

/// `/keys/3` for `/keys/3/kid`.
fn member_pointer(pointer: &str) -> &str {
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(at, _)| at);
    pointer.split_at(end).0
}

fn location(source: &LoadedKeySource, member: Option<&InventoryEntry>, pointer: &str) -> Location {
    let place = member.and_then(|member| member.place).filter(|_| !source.remote);
    let name = Some(source.name.clone());
    let (file, url) = if source.remote { (None, name) } else { (name, None) };
    let pointer = (!pointer.is_empty()).then(|| pointer.to_owned());
    Location { file, line: place.map(|(line, _)| line), column: place.map(|(_, column)| column), pointer, url }
}

fn secrets(sources: &[LoadedKeySource]) -> impl Iterator<Item = ((usize, usize), &[u8])> {
    sources.iter().enumerate().flat_map(|(source, own)| {
        own.survey.members.iter().enumerate().filter_map(move |(index, member)| {
            match member.key.as_ref().ok().map(|key| &key.material) {
                Some(Material::Secret(secret)) => Some(((source, index), secret.expose().as_slice())),
                _ => None,
            }
        })
    })
}

/// Where the secrets were published, by source and member.
fn origins(sources: &[LoadedKeySource], lists: Option<&SecretLists<'_>>) -> BTreeMap<(usize, usize), SecretOrigin> {
    let Some(lists) = lists else { return BTreeMap::new() };
    let (places, secrets): (Vec<(usize, usize)>, Vec<&[u8]>) = secrets(sources).unzip();
    places.into_iter().zip(lists.known(&secrets)).filter_map(|(place, origin)| Some((place, origin?))).collect()
}

#[cfg(test)]
mod tests;
