//! Selection of tokens for the dictionary attack: one HMAC token per header, since tokens with one header share a key.

use super::observation::Position;
use super::token_auditor::FoundToken;
use crate::crack::target::HmacTarget;
use crate::encoding::bounds::head;
use crate::stats::hash;
use std::collections::BTreeMap;

/// Limit of headers. Each one costs a pass through the whole list.
pub const MAX_HEADERS: usize = 256;

/// The longest token that is tried, in bytes: each candidate hashes all of it (RFC 2104 §2), and servers reject longer
/// headers.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Limit for all tried tokens together, in bytes: trying the published list stays below half a minute.
pub const MAX_TRIED_BYTES: usize = 256 * 1024;

/// A token to try, and its location.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HmacCandidate {
    /// The token is not kept. Any other token with its header is preferred, so this field orders first.
    too_long: bool,
    /// The file, as given by the user.
    pub file: String,
    /// Start of the token in the file.
    pub position: Position,
    token: Vec<u8>,
}

/// Holds a token, so its text is not printed.
impl std::fmt::Debug for HmacCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sample").field("file", &self.file).field("position", &self.position).finish_non_exhaustive()
    }
}

/// The first token of each HMAC header, by location. Beyond [`MAX_HEADERS`] the headers with the smallest
/// hashes are kept, so that the result depends neither on the order nor on the split of the work.
#[derive(Clone, Debug, Default)]
pub struct HmacCandidates {
    by_header: BTreeMap<u64, HmacCandidate>,
    /// Headers that are not HMAC, or were displaced.
    passed: BTreeMap<u64, ()>,
    /// Whether there were more than [`MAX_HEADERS`].
    overflowed: bool,
}

/// The tokens to try, and the number of those left out.
#[derive(Debug, Default)]
pub struct Targets<'s> {
    /// By location.
    pub to_try: Vec<(&'s HmacCandidate, HmacTarget)>,
    /// Headers whose tokens are too long, or exceed the total.
    pub left_out: usize,
    /// Whether there were more headers than are kept.
    pub overflowed: bool,
}

impl HmacCandidates {
    /// Considers a token.
    pub fn see(&mut self, seen: &FoundToken<'_>) {
        let Some(end) = memchr::memchr(b'.', seen.token) else { return };
        let key = hash::hash(head(seen.token, end));
        match self.by_header.get_mut(&key) {
            Some(own) if place(seen) >= (own.too_long, own.file.as_str(), own.position) => {}
            Some(own) => *own = sample(seen),
            None if self.passed.contains_key(&key) => {}
            None if HmacTarget::parse(seen.token).is_ok() => {
                self.by_header.insert(key, sample(seen));
                self.shrink();
            }
            // A known header is not parsed again, as far as capacity permits.
            None if self.passed.len() < MAX_HEADERS => drop(self.passed.insert(key, ())),
            None => {}
        }
    }

    /// Adds the candidates of `other`. Of two tokens with one header, the first by location is kept, unless only the
    /// other is short enough to be tried.
    pub fn merge(&mut self, other: Self) {
        for (key, sample) in other.by_header {
            let own = self.by_header.entry(key).or_insert_with(|| sample.clone());
            if sample < *own {
                *own = sample;
            }
        }
        self.overflowed |= other.overflowed;
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.by_header.len() > MAX_HEADERS {
            self.by_header.pop_last();
            self.overflowed = true;
        }
    }

    /// The tokens to try, the shortest first, up to [`MAX_TRIED_BYTES`].
    pub fn targets(&self) -> Targets<'_> {
        let target = |sample: &HmacCandidate| HmacTarget::parse(&sample.token).ok();
        let mut all: Vec<&HmacCandidate> = self.by_header.values().filter(|sample| !sample.too_long).collect();
        all.sort_by_key(|sample| (sample.token.len(), *sample));
        let mut bytes = 0_usize;
        all.retain(|sample| {
            bytes = bytes.saturating_add(sample.token.len());
            bytes <= MAX_TRIED_BYTES
        });
        let left_out = self.by_header.len().saturating_sub(all.len());
        let mut to_try: Vec<_> = all.into_iter().filter_map(|sample| Some((sample, target(sample)?))).collect();
        to_try.sort_by(|a, b| a.0.cmp(b.0));
        Targets { to_try, left_out, overflowed: self.overflowed }
    }
}

fn place<'s>(seen: &FoundToken<'s>) -> (bool, &'s str, Position) {
    (seen.token.len() > MAX_TOKEN_BYTES, seen.file, seen.position)
}

fn sample(seen: &FoundToken<'_>) -> HmacCandidate {
    let (too_long, file, position) = place(seen);
    let token = if too_long { Vec::new() } else { seen.token.to_vec() };
    HmacCandidate { too_long, file: file.to_owned(), position, token }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url::encode;
    use crate::rule::token::TokenLocation;

    fn token(kid: u32, alg: &str, claims: &str) -> String {
        let header = encode(format!("{{\"alg\":\"{alg}\",\"kid\":\"{kid}\"}}").as_bytes());
        format!("{header}.{}.{}", encode(claims.as_bytes()), encode(&[7; 32]))
    }

    #[test]
    fn one_token_per_hmac_header_is_kept_in_any_order() {
        let mut tokens: Vec<(u64, String)> =
            (0..900).map(|n| (n, token(u32::try_from(n % 300).unwrap(), "HS256", &format!("{{\"n\":{n}}}")))).collect();
        tokens.push((900, token(1, "ES256", "{}")));
        let see = |tokens: &[(u64, String)]| {
            let mut samples = HmacCandidates::default();
            for (line, token) in tokens {
                let position = Position { line: *line, ..Position::default() };
                let (carrier, token) = (TokenLocation::Unknown, token.as_bytes());
                samples.see(&FoundToken { token, carrier, position, file: "a", url: None });
            }
            samples
        };
        let places = |samples: &HmacCandidates| -> Vec<u64> {
            samples.targets().to_try.iter().map(|(sample, _)| sample.position.line).collect()
        };
        let forward = places(&see(&tokens));
        assert_eq!(forward.len(), MAX_HEADERS);
        let (mut left, right) = (see(&tokens[..450]), see(&tokens[450..]));
        left.merge(right);
        assert_eq!(places(&left), forward);
        tokens.reverse();
        assert_eq!(places(&see(&tokens)), forward);
    }

    #[test]
    fn long_tokens_are_left_out_and_counted() {
        let mut samples = HmacCandidates::default();
        let mut see = |line: u64, token: &str| {
            let position = Position { line, ..Position::default() };
            let (carrier, token) = (TokenLocation::Unknown, token.as_bytes());
            samples.see(&FoundToken { token, carrier, position, file: "a", url: None });
        };
        let claims = |bytes: usize| format!("{{\"x\":\"{}\"}}", "a".repeat(bytes));
        // The short token of a header is tried, although its long one comes first.
        see(1, &token(1, "HS256", &claims(MAX_TOKEN_BYTES)));
        see(2, &token(1, "HS256", "{}"));
        see(3, &token(2, "HS256", &claims(MAX_TOKEN_BYTES)));
        let targets = samples.targets();
        assert_eq!(targets.to_try.iter().map(|(sample, _)| sample.position.line).collect::<Vec<_>>(), [2]);
        assert!(targets.left_out == 1 && !targets.overflowed);
    }

    #[test]
    fn tokens_beyond_the_total_are_left_out_and_counted() {
        let mut samples = HmacCandidates::default();
        for line in 0..300_u32 {
            let text = token(line, "HS256", &format!("{{\"x\":\"{}\"}}", "a".repeat(3_000)));
            let position = Position { line: u64::from(line), ..Position::default() };
            let (carrier, token) = (TokenLocation::Unknown, text.as_bytes());
            samples.see(&FoundToken { token, carrier, position, file: "a", url: None });
        }
        let targets = samples.targets();
        let bytes: usize = targets.to_try.iter().map(|(sample, _)| sample.token.len()).sum();
        assert!(bytes <= MAX_TRIED_BYTES && targets.to_try.len() > 50, "{bytes}");
        assert_eq!(targets.to_try.len() + targets.left_out, MAX_HEADERS);
        assert!(targets.overflowed);
    }
}
