//! The offline dictionary attack, chunk by chunk, so that the program can distribute chunks among threads and report
//! progress.
//!
//! The result depends neither on the chunk size nor on the order in which the chunks of a round finish: the first
//! matching candidate wins.

use super::hit::{CandidateTransform, SecretMatch};
use super::hmac::{HmacGroup, SHA256, SHA384, SHA512};
use super::target::HmacTarget;
use base64_simd::forgiving_decode_inplace;

/// A shorter text is taken as base64 only if it ends with `=`: most words are valid base64, and no base64 of
/// a real key is this short (16 characters are 12 bytes).
const SHORTEST_BASE64: usize = 16;

/// Candidates per chunk in [`find`].
const CHUNK: usize = 1024;

/// The matches found so far: one entry per target, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrackResults(Vec<Option<SecretMatch>>);

/// Targets prepared for many candidates.
pub struct Cracker {
    targets: usize,
    sha256: HmacGroup<u32>,
    sha384: HmacGroup<u64>,
    sha512: HmacGroup<u64>,
}

/// The first candidate that matches each target.
pub fn find<'a>(targets: &[HmacTarget], candidates: impl Iterator<Item = &'a [u8]>) -> CrackResults {
    let guesser = Cracker::new(targets);
    let (mut hits, mut first, mut candidates) = (guesser.nothing(), 0, candidates);
    while !hits.is_complete() {
        let chunk: Vec<&[u8]> = candidates.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        hits = guesser.try_chunk(first, &chunk, &hits);
        first = first.saturating_add(chunk.len());
    }
    hits
}

impl Cracker {
    /// Prepares the attack on all targets at once.
    pub fn new(targets: &[HmacTarget]) -> Self {
        let mut guesser = Self {
            targets: targets.len(),
            sha256: HmacGroup::new(SHA256, 8),
            sha384: HmacGroup::new(SHA384, 6),
            sha512: HmacGroup::new(SHA512, 8),
        };
        for (place, target) in targets.iter().enumerate() {
            match target.algorithm().hash_bits {
                256 => guesser.sha256.push(place, target),
                384 => guesser.sha384.push(place, target),
                _ => guesser.sha512.push(place, target),
            }
        }
        guesser
    }

    /// The results before the first chunk.
    pub fn nothing(&self) -> CrackResults {
        CrackResults(vec![None; self.targets])
    }

    /// `known` and the matches of this chunk. Targets matched in `known` are skipped, so `known` must come from
    /// candidates before this chunk: the chunks of one round share it, and their results are merged before the next.
    ///
    /// `first` is the index of the chunk's first candidate among all candidates.
    pub fn try_chunk(&self, first: usize, chunk: &[&[u8]], known: &CrackResults) -> CrackResults {
        let (mut hits, mut decoded) = (known.clone(), Vec::new());
        for (candidate, text) in (first..).zip(chunk) {
            self.try_readings(candidate, text, &mut decoded, &mut hits.0);
            if hits.is_complete() {
                break;
            }
        }
        hits
    }

    fn try_readings(&self, candidate: usize, text: &[u8], decoded: &mut Vec<u8>, hits: &mut [Option<SecretMatch>]) {
        self.try_secret(text, SecretMatch { candidate, reading: CandidateTransform::AsIs }, hits);
        let trimmed = without_line_end(text);
        if trimmed.len() != text.len() && !trimmed.is_empty() {
            self.try_secret(trimmed, SecretMatch { candidate, reading: CandidateTransform::Trimmed }, hits);
        }
        if let Some(bytes) = base64(trimmed, decoded) {
            self.try_secret(bytes, SecretMatch { candidate, reading: CandidateTransform::Base64 }, hits);
        }
    }

    fn try_secret(&self, secret: &[u8], hit: SecretMatch, hits: &mut [Option<SecretMatch>]) {
        self.sha256.try_secret(secret, hit, hits);
        self.sha384.try_secret(secret, hit, hits);
        self.sha512.try_secret(secret, hit, hits);
    }
}

impl CrackResults {
    /// In the order of the targets.
    pub fn as_slice(&self) -> &[Option<SecretMatch>] {
        &self.0
    }

    /// Whether every target has a match, so that no work is left.
    pub fn is_complete(&self) -> bool {
        self.0.iter().all(Option::is_some)
    }

    /// The earlier candidate of both for each target. The order of merging is irrelevant.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let earlier =
            |(a, b): (Option<SecretMatch>, Option<SecretMatch>)| a.into_iter().chain(b).min_by_key(|hit| hit.candidate);
        Self(self.0.into_iter().zip(other.0).map(earlier).collect())
    }
}

fn without_line_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    end.and_then(|last| text.get(..=last)).unwrap_or(&[])
}

/// Decodes `text` as base64 as leniently as servers do: either alphabet, with or without padding.
fn base64<'a>(text: &[u8], into: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    if text.len() < SHORTEST_BASE64 && !text.ends_with(b"=") {
        return None;
    }
    into.clear();
    into.extend(text.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    }));
    // Padding alone decodes to nothing, and an empty secret is a different fault.
    forgiving_decode_inplace(into).ok().map(|bytes| &*bytes).filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests;
