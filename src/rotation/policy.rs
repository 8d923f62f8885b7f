//! How long keys overlap, and the sum that says why that is long enough.

use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a rotation is to keep to. All of it in seconds when written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotationPolicy {
    /// How long a key signs.
    #[serde(with = "seconds")]
    pub every: Span,
    /// The longest life of a token of this store.
    #[serde(with = "seconds")]
    pub token_ttl: Span,
    /// How long a verifier may go on with the set that it fetched.
    #[serde(with = "seconds")]
    pub verifier_cache: Span,
    /// How long a signer may go on with the store that it read.
    #[serde(with = "seconds")]
    pub signer_reload: Span,
    /// From writing the published set to when every verifier that fetches gets it.
    #[serde(with = "seconds")]
    pub publish_lag: Span,
    /// What verifiers add to `exp`.
    #[serde(with = "seconds")]
    pub leeway: Span,
    /// The most by which two clocks differ, or one clock steps.
    #[serde(with = "seconds")]
    pub skew: Span,
}

/// Other tokens live as long as `authkit issue` gives them, caches ten minutes, and so on.
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
    pub name: &'static str,
    pub span: Span,
}

/// The two waits of a rotation, with their summands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// From publication until a key may sign.
    pub ahead: Vec<Term>,
    /// From the end of a key's signing until it may be withdrawn.
    pub behind: Vec<Term>,
}

/// Why a policy cannot be kept to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PolicyError {
    Zero(&'static str),
    TooLong(&'static str),
    /// A key would be due to sign before every verifier can hold it.
    TooShort {
        every: Span,
        overlap: Overlap,
    },
}

/// No wait of a rotation is longer: ten years.
const LONGEST: Span = Span::seconds(10 * 366 * 86_400);

impl RotationPolicy {
    /// The waits that hold every unexpired token verifiable.
    ///
    /// A new key waits until the set is out (`publish-lag`), until the last verifier drops what it fetched before
    /// (`verifier-cache`), and for one skew, because publication and promotion are read from clocks that may differ.
    ///
    /// An old key waits until the last signer has dropped it (`signer-reload`), its last token has ended
    /// (`token-ttl`) also for the most patient verifier (`leeway`), and for *two* skews: one between the clock that
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

    /// Whether it can be kept to.
    ///
    /// # Errors
    /// Why not, with the arithmetic.
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
    pub fn ahead(&self) -> Span {
        sum(&self.ahead)
    }

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
                "a key that signs for {every} is replaced before its successor can be known everywhere: {}",
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

    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(span.as_seconds())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        u64::deserialize(deserializer).map(Span::seconds)
    }
}
