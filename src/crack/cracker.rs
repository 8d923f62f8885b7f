//! Trying candidates, chunk by chunk, so that the program can share the chunks among threads and show how far it is.
//!
//! The answer does not depend on how candidates are cut into chunks or in which order the chunks of a round finish:
//! of all candidates that open a token the first one counts.

use super::hit::{CandidateTransform, SecretMatch};
use super::hmac::{HmacGroup, SHA256, SHA384, SHA512};
use super::target::HmacTarget;
use base64_simd::forgiving_decode_inplace;

/// A shorter text is taken for base64 only when it ends with `=`: most words would pass for base64, and no base64 of
/// a key that deserves the name is so short (16 characters are 12 bytes).
const SHORTEST_BASE64: usize = 16;

/// Candidates that [`find`] takes at a time.
const CHUNK: usize = 1024;

/// What was found so far: one place for each target, in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrackResults(Vec<Option<SecretMatch>>);

/// Targets made ready for many guesses.
pub struct Cracker {
    targets: usize,
    sha256: HmacGroup<u32>,
    sha384: HmacGroup<u64>,
    sha512: HmacGroup<u64>,
}

/// The first candidate that opens each target.
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

    /// What is found before the first chunk.
    pub fn nothing(&self) -> CrackResults {
        CrackResults(vec![None; self.targets])
    }

    /// `known` and what this chunk adds to it. Targets found in `known` are not tried again, so `known` must come from
    /// candidates before this chunk: chunks of one round share it, and their results are merged before the next.
    ///
    /// `first` is the place of the chunk's first candidate among all candidates.
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

    /// Whether every target was opened, so that nothing is left to try.
    pub fn is_complete(&self) -> bool {
        self.0.iter().all(Option::is_some)
    }

    /// The earlier candidate of both for each target. The order of merging does not matter.
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

/// The bytes of which `text` is base64, read as leniently as servers do: either alphabet, with padding or without.
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
    // Padding alone reads as nothing, and a token without a secret is another fault than a known one.
    forgiving_decode_inplace(into).ok().map(|bytes| &*bytes).filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests;
