//! Which tokens are worth a guess: one HMAC token for each header, since those of one header share their key.

use super::examine::Sighted;
use super::hash;
use super::observation::Position;
use crate::guess::target::Target;
use std::collections::BTreeMap;

/// Headers that are kept. Every one costs a try of the whole list.
pub const MAX_HEADERS: usize = 256;

/// A token to try, and where it was.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    pub file: String,
    pub position: Position,
    token: Vec<u8>,
}

/// Holds a token: no text of it is shown.
impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sample").field("file", &self.file).field("position", &self.position).finish_non_exhaustive()
    }
}

/// The first token of each HMAC header, by place. Beyond [`MAX_HEADERS`] the headers with the smallest
/// hashes are kept, so that neither the order nor the split of the work shows.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    by_header: BTreeMap<u64, Sample>,
    /// Headers that are no HMAC, or that fell out.
    passed: BTreeMap<u64, ()>,
}

impl Samples {
    /// Takes a token into account.
    pub fn see(&mut self, seen: &Sighted<'_>) {
        let Some(end) = memchr::memchr(b'.', seen.token) else { return };
        let key = hash::of(seen.token.get(..end).unwrap_or_default());
        match self.by_header.get_mut(&key) {
            Some(own) if (seen.file, seen.position) >= (own.file.as_str(), own.position) => {}
            Some(own) => *own = sample(seen),
            None if self.passed.contains_key(&key) => {}
            None if Target::parse(seen.token).is_ok() => {
                self.by_header.insert(key, sample(seen));
                self.shrink();
            }
            // A header that was looked at once is not parsed again, as far as there is room to know it.
            None if self.passed.len() < MAX_HEADERS => drop(self.passed.insert(key, ())),
            None => {}
        }
    }

    pub fn merge(&mut self, other: Self) {
        for (key, sample) in other.by_header {
            let own = self.by_header.entry(key).or_insert_with(|| sample.clone());
            if sample < *own {
                *own = sample;
            }
        }
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.by_header.len() > MAX_HEADERS {
            self.by_header.pop_last();
        }
    }

    /// The tokens to try, and their places.
    pub fn targets(&self) -> Vec<(&Sample, Target)> {
        let target = |sample: &Sample| Target::parse(&sample.token).ok();
        let mut targets: Vec<_> =
            self.by_header.values().filter_map(|sample| Some((sample, target(sample)?))).collect();
        targets.sort_by(|a, b| a.0.cmp(b.0));
        targets
    }
}

fn sample(seen: &Sighted<'_>) -> Sample {
    Sample { file: seen.file.to_owned(), position: seen.position, token: seen.token.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url::encode;
    use crate::rule::token::Carrier;

    fn token(kid: u32, alg: &str, claims: &str) -> String {
        let header = encode(format!("{{\"alg\":\"{alg}\",\"kid\":\"{kid}\"}}").as_bytes());
        format!("{header}.{}.{}", encode(claims.as_bytes()), encode(&[7; 32]))
    }

    #[test]
    fn one_token_of_each_hmac_header_is_kept_whatever_the_order() {
        let mut tokens: Vec<(u64, String)> =
            (0..900).map(|n| (n, token(u32::try_from(n % 300).unwrap(), "HS256", &format!("{{\"n\":{n}}}")))).collect();
        tokens.push((900, token(1, "ES256", "{}")));
        let see = |tokens: &[(u64, String)]| {
            let mut samples = Samples::default();
            for (line, token) in tokens {
                let position = Position { line: *line, ..Position::default() };
                let (carrier, token) = (Carrier::Unknown, token.as_bytes());
                samples.see(&Sighted { token, carrier, position, file: "a", url: None });
            }
            samples
        };
        let places = |samples: &Samples| -> Vec<u64> {
            samples.targets().iter().map(|(sample, _)| sample.position.line).collect()
        };
        let forward = places(&see(&tokens));
        assert_eq!(forward.len(), MAX_HEADERS);
        let (mut left, right) = (see(&tokens[..450]), see(&tokens[450..]));
        left.merge(right);
        assert_eq!(places(&left), forward);
        tokens.reverse();
        assert_eq!(places(&see(&tokens)), forward);
    }
}
