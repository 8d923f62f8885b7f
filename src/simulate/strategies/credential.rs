//! The credential of a request: its format, its bytes and the cost of its check.

use super::find;
use crate::simulate::closed_form::compact_bytes;
use crate::simulate::scenario::Strategy;
use crate::simulate::scenario::units::Nanos;

/// The format of the credential of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialFormat {
    /// An identifier without a signature.
    Opaque,
    /// A signed token.
    Token,
    /// A signed token with a proof of this many bytes.
    ProvenToken {
        /// Bytes of the proof, in addition to those of the token.
        proof: u64,
    },
}

/// The format of a strategy's credential.
fn format(strategy: &Strategy) -> CredentialFormat {
    find(&strategy.kind).map_or(CredentialFormat::Token, |kind| kind.credential)
}

/// Cost of a signature check on one core in nanoseconds, measured by `openssl speed`: ES256 44 µs, Ed25519 65 µs, RS256
/// (2048 bits) 14 µs, HS256 below a microsecond. 0 for opaque credentials.
pub(super) fn check_cost(strategy: &Strategy) -> Nanos {
    match strategy.alg.as_deref() {
        _ if format(strategy) == CredentialFormat::Opaque => 0,
        Some("HS256") => 700,
        Some("RS256") => 14_000,
        Some("EdDSA" | "Ed25519") => 65_000,
        _ => 44_000,
    }
}

/// Bytes of the credential in each request.
pub fn token_bytes(strategy: &Strategy) -> u64 {
    // An identifier of 256 bits has 43 characters; a token has eight common claims and a signature.
    let signature = match strategy.alg.as_deref() {
        Some("HS256") => 32,
        Some("RS256") => 256,
        _ => 64,
    };
    let token = compact_bytes(27, 174, signature);
    let (default, proof) = match format(strategy) {
        CredentialFormat::Opaque => (43, 0),
        CredentialFormat::Token => (token, 0),
        CredentialFormat::ProvenToken { proof } => (token, proof),
    };
    strategy.token_bytes.unwrap_or(default).saturating_add(proof)
}
