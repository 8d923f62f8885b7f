//! Offline dictionary attack on HMAC signatures of the user's own tokens, with published secrets and a word list.
//!
//! The secret itself is never reported: a match is a position in a list ([`SecretOrigin`]), where the owner of the
//! token can look it up.

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

/// All candidates of one run, in order: product defaults, published secrets, word list.
pub struct SecretLists<'a> {
    published: PublishedSecrets,
    words: &'a [u8],
}

/// The list and position in which a secret was found, never the secret itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretOrigin {
    /// A default of a product's example configuration or tests.
    Default {
        /// The name of the product.
        product: &'static str,
    },
    /// The list of secrets found in public code.
    Published,
    /// The caller's word list.
    WordList {
        /// From 1.
        line: usize,
    },
}

impl<'a> SecretLists<'a> {
    /// Decompresses the published list (about 1.2 MB, tens of milliseconds). `words` is a word list, or empty.
    ///
    /// # Errors
    /// Only if the program was built with a corrupt list.
    pub fn new(words: &'a [u8]) -> Result<Self, CorruptListError> {
        Ok(Self { published: PublishedSecrets::unpack()?, words })
    }

    /// The candidates. A match refers to an index of this iterator, from 0.
    pub fn candidates(&self) -> impl Iterator<Item = &[u8]> {
        let defaults = DEFAULTS.iter().map(|default| default.secret.as_bytes());
        defaults.chain(self.published.secrets()).chain(WordList::new(self.words))
    }

    /// The position of each of `secrets` in the lists, byte for byte or as decoded base64. A trailing line break of a
    /// secret is ignored.
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

    /// The list of a candidate; `None` if the index is out of range.
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

/// Prints only sizes: a word list consists of secrets.
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
