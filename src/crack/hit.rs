//! What a guess that succeeds leaves behind.

/// How a candidate became the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CandidateTransform {
    AsIs,
    /// Without the line end that it came with.
    Trimmed,
    /// The bytes of which it is the base64 or base64url text.
    Base64,
}

/// A candidate that opens a token. Says which one and never what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretMatch {
    /// Place among all candidates, from 0.
    pub candidate: usize,
    pub reading: CandidateTransform,
}
