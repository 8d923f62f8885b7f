//! Lookup of command-line names in the lists of the library. The error for an unknown name lists the known ones.

use super::failure::Failure;
use authkit::alg::{self, ALGORITHMS, Algorithm};
use authkit::suggest::did_you_mean;
use authkit::token::kind::{self, TOKEN_KINDS, TokenKind};

/// The algorithm of that name.
///
/// # Errors
/// An unknown name.
pub fn algorithm(name: &str) -> Result<&'static Algorithm, Failure> {
    alg::find(name).ok_or_else(|| unknown("algorithm", name, ALGORITHMS.iter().map(|own| own.name)))
}

/// The token kind of that name.
///
/// # Errors
/// An unknown name.
pub fn kind(name: &str) -> Result<&'static TokenKind, Failure> {
    kind::find(name).ok_or_else(|| unknown("token kind", name, TOKEN_KINDS.iter().map(|own| own.name)))
}

/// The failure for a name that is not in a closed list: the nearest name, and the list.
pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.into_iter().collect();
    Failure::usage(format!("unknown {what} \"{name}\""))
        .hint_if(did_you_mean(name, known.iter().copied()))
        .hint(format!("known: {}", known.join(", ")))
}
