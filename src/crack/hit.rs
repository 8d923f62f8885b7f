//! The result of a successful attack on one token.

/// How the candidate was converted to the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CandidateTransform {
    /// The bytes of the candidate.
    AsIs,
    /// Without its line end.
    Trimmed,
    /// Decoded from base64 or base64url.
    Base64,
}

/// A candidate that matches a token: its index, never its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretMatch {
    /// Index among all candidates, from 0.
    pub candidate: usize,
    /// How the candidate was turned into the secret.
    pub reading: CandidateTransform,
}
