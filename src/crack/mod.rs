//! Is a token of one's own signed with a secret that anyone can guess? Secrets that were published, and a word list,
//! are tried against HMAC signatures.
//!
//! Nothing here says what the secret is: a hit is a place in a list ([`Origin`]), and who owns the token can look it up.

pub mod cracker;
pub mod hit;
mod hmac;
pub mod published;
pub mod target;
pub mod word_list;

use published::{CorruptListError, DEFAULTS, PublishedSecrets};
use std::collections::BTreeMap;
use std::fmt;
use word_list::WordList;

/// All candidates of one run, in the order in which they are tried: product defaults, published secrets, word list.
pub struct SecretLists<'a> {
    published: PublishedSecrets,
    words: &'a [u8],
}

/// Where the secret of a token was found. Names the list and the place in it, never the secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretOrigin {
    /// What a product's own example configuration or test sets.
    Default { product: &'static str },
    /// In the list of secrets found in public code.
    Published,
    /// In the caller's word list; lines count from 1.
    WordList { line: usize },
}

impl<'a> SecretLists<'a> {
    /// Unpacks the published list (about 1.2 MB, tens of milliseconds). `words` is the text of a word list, or empty.
    ///
    /// # Errors
    /// Only when the program was built with a broken list.
    pub fn new(words: &'a [u8]) -> Result<Self, CorruptListError> {
        Ok(Self { published: PublishedSecrets::unpack()?, words })
    }

    /// The candidates. The places of hits count in this iterator, from 0.
    pub fn candidates(&self) -> impl Iterator<Item = &[u8]> {
        let defaults = DEFAULTS.iter().map(|default| default.secret.as_bytes());
        defaults.chain(self.published.secrets()).chain(WordList::new(self.words))
    }

    /// Where each of `secrets` stands in the lists, byte for byte or as the base64 reading of a candidate. A line
    /// break at the end of a secret does not count.
    pub fn known(&self, secrets: &[&[u8]]) -> Vec<Option<SecretOrigin>> {
        let mut wanted: BTreeMap<&[u8], Option<usize>> =
            secrets.iter().map(|secret| (secret.trim_ascii_end(), None)).collect();
        wanted.remove(&b""[..]);
        let mut note = |secret: &[u8], candidate| {
            if let Some(place) = wanted.get_mut(secret) {
                place.get_or_insert(candidate);
            }
        };
        for (place, candidate) in self.candidates().enumerate() {
            note(candidate, place);
            if let Ok(decoded) = base64_simd::forgiving_decode_to_vec(candidate) {
                note(decoded.trim_ascii_end(), place);
            }
        }
        let found = |secret: &&[u8]| wanted.get(secret.trim_ascii_end()).copied().flatten();
        secrets.iter().map(|secret| found(secret).and_then(|place| self.origin(place))).collect()
    }

    /// Which list the candidate stands in; `None` when there is no such candidate.
    pub fn origin(&self, candidate: usize) -> Option<SecretOrigin> {
        if let Some(default) = DEFAULTS.get(candidate) {
            return Some(SecretOrigin::Default { product: default.product });
        }
        let candidate = candidate.checked_sub(DEFAULTS.len())?;
        let Some(word) = candidate.checked_sub(published::COUNT) else { return Some(SecretOrigin::Published) };
        let mut words = WordList::new(self.words);
        words.nth(word)?;
        Some(SecretOrigin::WordList { line: words.line() })
    }
}

/// Sizes only: a word list is somebody's secrets.
impl fmt::Debug for SecretLists<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lists").field("word_list_bytes", &self.words.len()).finish_non_exhaustive()
    }
}

impl fmt::Display for SecretOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default { product } => write!(f, "the published default of {product}"),
            Self::Published => f.write_str("the list of published secrets"),
            Self::WordList { line } => write!(f, "line {line} of the word list"),
        }
    }
}

#[cfg(test)]
mod tests;
