//! Lookup of command-line names in the lists of the library. The error for an unknown name lists the known ones.

use super::failure::Failure;
use authkit::alg::{self, ALGORITHMS, Algorithm};
use authkit::key::Key;
use authkit::suggest::did_you_mean;
use authkit::token::kind::{self, TOKEN_KINDS, TokenKind};

/// The algorithm of that name in any case, and its registered spelling.
///
/// # Errors
/// An unknown name.
pub fn algorithm(name: &str) -> Result<(&'static Algorithm, &'static str), Failure> {
    alg::find_typed(name).ok_or_else(|| unknown_algorithm(name))
}

/// The algorithm that `flag` names, else that of the key, and its spelling. The `alg` of a key is case-sensitive
/// (RFC 7515 §4.1.1), the flag is not.
///
/// # Errors
/// An unknown name.
pub fn signing_algorithm(flag: Option<&str>, key: &Key) -> Result<(&'static Algorithm, &'static str), Failure> {
    match (flag, key.alg.as_deref()) {
        (Some(name), _) => algorithm(name),
        (None, Some(own)) => alg::find(own)
            .and_then(|algorithm| Some((algorithm, algorithm.spelling(own)?)))
            .ok_or_else(|| unknown_algorithm(own)),
        (None, None) => Ok((key.default_algorithm(), key.default_algorithm().name)),
    }
}

fn unknown_algorithm(name: &str) -> Failure {
    unknown("algorithm", name, ALGORITHMS.iter().map(|own| own.name))
}

/// The token kind of that name.
///
/// # Errors
/// An unknown name.
pub fn kind(name: &str) -> Result<&'static TokenKind, Failure> {
    let typed = name.to_ascii_lowercase();
    kind::find(&typed).ok_or_else(|| unknown("token kind", name, TOKEN_KINDS.iter().map(|own| own.name)))
}

/// The failure for a name that is not in a closed list: the nearest name, and the list.
pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.into_iter().collect();
    Failure::usage(format!("unknown {what} \"{name}\""))
        .hint_if(did_you_mean(name, known.iter().copied()))
        .hint(format!("known: {}", known.join(", ")))
}
