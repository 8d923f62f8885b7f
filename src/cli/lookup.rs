//! Names on the command line as entries of the library's lists; a wrong name is answered with the list.

use super::failure::Failure;
use authkit::alg::{self, ALGORITHMS, Algorithm};
use authkit::token::kind::{self, TOKEN_KINDS, TokenKind};

/// The algorithm of that name.
///
/// # Errors
/// There is none.
pub fn algorithm(name: &str) -> Result<&'static Algorithm, Failure> {
    alg::find(name)
        .ok_or_else(|| unknown("an algorithm that authkit knows", name, ALGORITHMS.iter().map(|own| own.name)))
}

/// The kind of token of that name.
///
/// # Errors
/// There is none.
pub fn kind(name: &str) -> Result<&'static TokenKind, Failure> {
    kind::find(name).ok_or_else(|| unknown("a kind of token", name, TOKEN_KINDS.iter().map(|own| own.name)))
}

fn unknown(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Failure {
    Failure::usage(format!("\"{name}\" is not {what}")).hint(format!("known: {}", known.collect::<Vec<_>>().join(", ")))
}
