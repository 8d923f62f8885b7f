//! Rotation policy: how long keys overlap, and the sums of durations that justify it.

use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The parameters of a rotation. Serialised in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotationPolicy {
    /// The signing period of a key.
    #[serde(with = "seconds")]
    pub every: Span,
    /// The longest lifetime of a token signed by this store.
    #[serde(with = "seconds")]
    pub token_ttl: Span,
    /// How long a verifier may use a fetched set.
    #[serde(with = "seconds")]
    pub verifier_cache: Span,
    /// How long a signer may use a store that it has read.
    #[serde(with = "seconds")]
    pub signer_reload: Span,
    /// From writing the published set until every verifier that fetches it gets the new one.
    #[serde(with = "seconds")]
    pub publish_lag: Span,
    /// The tolerance of verifiers for `exp`.
    #[serde(with = "seconds")]
    pub leeway: Span,
    /// The largest difference of two clocks, or step of one clock.
    #[serde(with = "seconds")]
    pub skew: Span,
}

/// Lifetimes as `authkit issue` sets them, caches of ten minutes, and so on.
impl Default for RotationPolicy {
    fn default() -> Self {
        Self {
            every: Span::seconds(0),
            token_ttl: Span::seconds(3_600),
            verifier_cache: Span::seconds(600),
            signer_reload: Span::seconds(300),
            publish_lag: Span::seconds(60),
            leeway: Span::seconds(60),
            skew: Span::seconds(60),
        }
    }
}

/// One summand of a wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// Parameter of the rotation policy in kebab-case, such as `publish-lag`.
    pub name: &'static str,
    /// Duration of the parameter.
    pub span: Span,
}

/// The two waits of a rotation, as sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// Publication interval: from publication until a key may sign.
    pub ahead: Vec<Term>,
    /// Retire interval: from the end of signing until the key may be withdrawn.
    pub behind: Vec<Term>,
}

/// Why a policy is invalid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PolicyError {
    /// This parameter is zero: `every` or `token-ttl`.
    Zero(&'static str),
    /// This parameter exceeds ten years.
    TooLong(&'static str),
    /// A key would be due to sign before every verifier has it.
    TooShort {
        /// The signing period, shorter than the publication interval.
        every: Span,
        /// The waits of the policy, with their terms.
        overlap: Overlap,
    },
}

/// Maximum of each parameter: ten years.
const LONGEST: Span = Span::seconds(10 * 366 * 86_400);

impl RotationPolicy {
    /// The waits that keep every unexpired token verifiable.
    ///
    /// A new key waits until the set is published (`publish-lag`), until the last verifier drops its cached copy
    /// (`verifier-cache`), and for one skew, because publication and promotion are read from clocks that may differ.
    ///
    /// An old key waits until the last signer has dropped it (`signer-reload`), until its last token has expired
    /// (`token-ttl`) also for the verifier with the largest `leeway`, and for *two* skews: one between the clock that
    /// stamps `exp` and the clock that compares it, and one between the clocks at promotion and at withdrawal.
    pub fn overlap(&self) -> Overlap {
        let term = |name, span| Term { name, span };
        Overlap {
            ahead: vec![
                term("publish-lag", self.publish_lag),
                term("verifier-cache", self.verifier_cache),
                term("skew", self.skew),
            ],
            behind: vec![
                term("signer-reload", self.signer_reload),
                term("token-ttl", self.token_ttl),
                term("leeway", self.leeway),
                term("skew", self.skew),
                term("skew", self.skew),
            ],
        }
    }

    /// Validates the policy.
    ///
    /// # Errors
    /// The fault, with the sum of durations.
    pub fn check(&self) -> Result<(), PolicyError> {
        for (name, span) in [("every", self.every), ("token-ttl", self.token_ttl)] {
            if span.as_seconds() == 0 {
                return Err(PolicyError::Zero(name));
            }
        }
        for (name, span) in self.named() {
            if span > LONGEST {
                return Err(PolicyError::TooLong(name));
            }
        }
        let overlap = self.overlap();
        if self.every < sum(&overlap.ahead) {
            return Err(PolicyError::TooShort { every: self.every, overlap });
        }
        Ok(())
    }

    fn named(&self) -> [(&'static str, Span); 7] {
        [
            ("every", self.every),
            ("token-ttl", self.token_ttl),
            ("verifier-cache", self.verifier_cache),
            ("signer-reload", self.signer_reload),
            ("publish-lag", self.publish_lag),
            ("leeway", self.leeway),
            ("skew", self.skew),
        ]
    }
}

impl Overlap {
    /// The publication interval (RFC 7583 §3.2), the sum of its terms.
    pub fn ahead(&self) -> Span {
        sum(&self.ahead)
    }

    /// The retire interval (RFC 7583 §3.2), the sum of its terms.
    pub fn behind(&self) -> Span {
        sum(&self.behind)
    }
}

fn sum(terms: &[Term]) -> Span {
    Span::seconds(terms.iter().fold(0, |sum: u64, term| sum.saturating_add(term.span.as_seconds())))
}

/// `publish-lag 1 min + verifier-cache 10 min + skew 1 min = 12 min`
pub fn arithmetic(terms: &[Term]) -> String {
    let terms_text: Vec<String> = terms.iter().map(|term| format!("{} {}", term.name, term.span)).collect();
    format!("{} = {}", terms_text.join(" + "), sum(terms))
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "before it signs: {}; after it signed: {}", arithmetic(&self.ahead), arithmetic(&self.behind))
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero(name) => write!(f, "{name} is zero"),
            Self::TooLong(name) => write!(f, "{name} is longer than ten years"),
            Self::TooShort { every, overlap } => write!(
                f,
                "a signing period of {every} ends before every verifier has the next key: {}",
                arithmetic(&overlap.ahead)
            ),
        }
    }
}

impl std::error::Error for PolicyError {}

/// A span as a number of seconds.
mod seconds {
    use crate::time::Span;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(span.as_seconds())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        u64::deserialize(deserializer).map(Span::seconds)
    }
}
