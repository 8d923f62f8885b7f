//! Errors of reading and writing keys. No error holds key material.

use super::description::Description;
use super::key_encoding::KeyEncoding;
use super::validation::InvalidKey;
use crate::encoding::json::JsonError;
use std::fmt;

/// Carries the evidence; [`fmt::Display`] prints it and [`KeyError::hint`] names the remedy.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "Display states each fault with its fields")]
pub enum KeyError {
    /// The input has no bytes.
    Empty,
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    TooMany {
        what: &'static str,
        limit: usize,
    },
    /// The private parts of a JWK Set would take too long to check.
    TooManyPrivate,
    /// The key derivations of all encrypted keys of one file would take too long.
    TooManyEncrypted {
        keys: usize,
    },
    Json(JsonError),
    /// A broken PEM frame or body; lines count from 1.
    Pem {
        line: usize,
        fault: &'static str,
    },
    /// PEM blocks were found, but none holds a key.
    PemWithoutKey,
    /// Malformed DER structure.
    Der(&'static str),
    /// One DER value does not span the file: the header announces `expected` bytes.
    DerLength {
        expected: usize,
        actual: usize,
    },
    /// A JWK member has an invalid value.
    Member {
        name: String,
        fault: String,
    },
    Missing(&'static str),
    /// A JSON object that is neither a JWK nor a JWK Set, and holds no key that is known.
    JsonWithoutKey {
        /// The names of its members, some of them.
        members: Vec<String>,
        /// The issuer, if it is the metadata of a provider.
        issuer: Option<String>,
    },
    /// Recognised, but not supported; the hint names an alternative.
    Unsupported {
        what: String,
        hint: Option<&'static str>,
    },
    /// The private part does not match the public key, or its numbers are inconsistent.
    Inconsistent(&'static str),
    InvalidKey(InvalidKey),
    /// A JWK Set that mixes secrets with asymmetric keys.
    MixedSet,
    /// Two secrets of a JWK Set have the same `kid`, and nothing tells them apart.
    DuplicateKid {
        kid: String,
    },
    /// Bytes that are no readable key describe something else than a secret.
    NotSecret(Description),
    /// Bytes that are no key are no secret by detection either; `fault` says why.
    NotSecretText {
        fault: &'static str,
    },
    PassphraseNeeded,
    WrongPassphrase,
    /// Deriving the key of an encrypted file would exceed the limit.
    KdfCostTooHigh {
        what: &'static str,
        limit: &'static str,
    },
    /// `error` in block `block` (from 1) of a PEM file; `line` is the block's first line.
    Block {
        block: usize,
        line: usize,
        error: Box<KeyError>,
    },
    /// The encoding holds exactly one key.
    OneKeyOnly {
        form: KeyEncoding,
        keys: usize,
    },
    /// The encoding cannot hold a key of this type.
    UnsupportedEncoding {
        form: KeyEncoding,
        type_name: &'static str,
    },
    /// A secret has no public part.
    NoPublicHalf,
    /// Only private keys in PEM or DER can be encrypted.
    NotEncryptable,
    /// The primitive failed to write (not expected for a key that was read or generated here).
    WritingFailed,
}

impl KeyError {
    pub(super) fn member(name: &str, fault: impl Into<String>) -> Self {
        Self::Member { name: name.to_owned(), fault: fault.into() }
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into(), hint: None }
    }

    pub(super) fn unsupported_but(what: impl Into<String>, hint: &'static str) -> Self {
        Self::Unsupported { what: what.into(), hint: Some(hint) }
    }

    /// Whether a passphrase is missing, also inside a PEM block.
    pub fn needs_passphrase(&self) -> bool {
        match self {
            Self::Block { error, .. } => error.needs_passphrase(),
            other => *other == Self::PassphraseNeeded,
        }
    }

    /// What to do about the error, if anything; kept apart from the message.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unsupported { hint, .. } => return hint.map(str::to_owned),
            Self::Block { error, .. } => return error.hint(),
            Self::JsonWithoutKey { issuer: Some(issuer), .. } => {
                return Some(format!("name the provider: oidc:{issuer}"));
            }
            Self::PassphraseNeeded => "pass --passphrase prompt:, or env:NAME, or file:PATH",
            Self::KdfCostTooHigh { .. } => {
                "lower the cost: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in OLD -out NEW"
            }
            Self::NotSecret(description) => description.hint?,
            Self::NotSecretText { .. } => super::description::RAW,
            Self::TooManyEncrypted { .. } => "split the file",
            Self::TooManyPrivate => "split the set, or remove the private parts: authkit keys public",
            Self::MixedSet => "keep secrets and public keys in separate files",
            Self::DerLength { .. } => "copy the file again in binary mode",
            Self::OneKeyOnly { .. } => "use jwks or pem for several keys, or select one",
            Self::UnsupportedEncoding { form: KeyEncoding::Raw, .. } => "use pem, der or jwk; raw holds secrets only",
            Self::UnsupportedEncoding { .. } => "use jwk or raw for a secret",
            Self::NotEncryptable => {
                "use pem or der with a private key; jwk, jwks, raw and public keys cannot be encrypted"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the key is empty"),
            Self::TooLarge { bytes, limit } => write!(f, "the key has {bytes} bytes, exceeding the limit of {limit}"),
            Self::TooMany { what, limit } => write!(f, "more than {limit} {what}"),
            Self::TooManyEncrypted { keys } => {
                let limit = super::MAX_FILE_ITERATIONS;
                write!(
                    f,
                    "decrypting the {keys} encrypted keys of the file would take more than {limit} PBKDF2 iterations; \
                     none was decrypted"
                )
            }
            Self::TooManyPrivate => f.write_str("the set has more private keys than can be checked in ten seconds"),
            Self::Json(error) => write!(f, "looks like a JWK, but is not strict JSON: {error}"),
            Self::Pem { line, fault } => write!(f, "line {line}: {fault}"),
            Self::PemWithoutKey => f.write_str("the PEM file contains neither a key nor a certificate"),
            Self::Der(fault) => write!(f, "not a DER key: {fault}"),
            Self::DerLength { expected, actual } => {
                write!(f, "looks like DER of {expected} bytes, but has {actual} bytes")
            }
            Self::Member { name, fault } => write!(f, "\"{name}\" {fault}"),
            Self::JsonWithoutKey { members, .. } if members.is_empty() => f.write_str("this JSON object holds no key"),
            Self::JsonWithoutKey { members, .. } => {
                write!(f, "this JSON object holds no key: its members are {}", members.join(", "))
            }
            Self::Missing(name) => write!(f, "\"{name}\" is missing"),
            Self::Unsupported { what, .. } => write!(f, "{what} is not supported"),
            Self::Inconsistent(what) => f.write_str(what),
            Self::InvalidKey(error) => write!(f, "{error}"),
            Self::MixedSet => f.write_str("the set mixes secrets (oct) with asymmetric keys"),
            Self::DuplicateKid { kid } => write!(f, "the set has two secrets with kid \"{kid}\""),
            Self::NotSecret(Description { what, is_public: true, .. }) => {
                write!(f, "{what} cannot be used as an HMAC secret: anyone could sign with it")
            }
            Self::NotSecret(Description { what, .. }) => write!(f, "this is {what}, not an HMAC secret"),
            Self::NotSecretText { fault } => {
                write!(f, "neither a key nor a secret: {fault}; a secret is one line of at most 1,024 bytes")
            }
            Self::PassphraseNeeded => f.write_str("the private key is encrypted and no passphrase was given"),
            Self::WrongPassphrase => f.write_str("wrong passphrase for the private key"),
            Self::KdfCostTooHigh { what, limit } => {
                write!(f, "the encryption of the key uses {what} above the limit of {limit}")
            }
            Self::Block { block, error, .. } if matches!(**error, Self::Pem { .. }) => {
                write!(f, "block {block}, {error}")
            }
            Self::Block { block, line, error } => write!(f, "block {block}, line {line}: {error}"),
            Self::OneKeyOnly { form, keys } => write!(f, "{} holds exactly one key, not {keys}", form.name()),
            Self::UnsupportedEncoding { form, type_name } => {
                write!(f, "{} cannot hold a key of type {type_name}", form.name())
            }
            Self::NoPublicHalf => f.write_str("a secret has no public part"),
            Self::NotEncryptable => f.write_str("only private keys in PEM or DER can be encrypted with a passphrase"),
            Self::WritingFailed => f.write_str("cannot write the key"),
        }
    }
}

impl std::error::Error for KeyError {}

impl From<JsonError> for KeyError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<InvalidKey> for KeyError {
    fn from(error: InvalidKey) -> Self {
        Self::InvalidKey(error)
    }
}
