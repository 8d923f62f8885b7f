//! Why bytes are not a key that can be used, or a key cannot be written as asked. No error holds key material.

use super::key_encoding::KeyEncoding;
use super::validation::InvalidKey;
use crate::encoding::json::JsonError;
use std::fmt;

/// The fault of a PEM text that was pasted with `\\n` for its line breaks.
pub(super) const ESCAPED_BREAKS: &str = "the line breaks of this PEM text are written as \\n";

/// Evidence first; [`fmt::Display`] says it in words and [`KeyError::hint`] what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// There are no bytes.
    Empty,
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    TooMany {
        what: &'static str,
        limit: usize,
    },
    /// Members of a set whose private parts would take too long to check.
    TooManyPrivate,
    /// Encrypted keys of one file whose derivations would take too long together.
    TooManyEncrypted {
        keys: usize,
    },
    Json(JsonError),
    /// A broken PEM frame or body; lines count from 1.
    Pem {
        line: usize,
        fault: &'static str,
    },
    /// PEM blocks were found, and none holds a key.
    PemWithoutKey,
    /// Not the DER structure that it should be.
    Der(&'static str),
    /// One DER value does not span the file: the header announces `expected` bytes.
    DerLength {
        expected: usize,
        actual: usize,
    },
    /// A member of a JWK has no acceptable value.
    Member {
        name: String,
        fault: String,
    },
    Missing(&'static str),
    /// Understood, and not served; the hint says what to do instead.
    Unsupported {
        what: String,
        hint: Option<&'static str>,
    },
    /// The private part belongs to another public key, or its numbers contradict each other.
    Inconsistent(&'static str),
    InvalidKey(InvalidKey),
    /// A set that mixes secrets with asymmetric keys.
    MixedSet,
    /// Two members of a set have the same `kid` and the same `kty`.
    DuplicateKid {
        kid: String,
        kty: String,
    },
    /// Bytes given as a secret that are a public key or a certificate.
    PublicAsSecret,
    PassphraseNeeded,
    WrongPassphrase,
    /// Deriving the key of an encrypted file would cost more than is allowed.
    KdfCostTooHigh {
        what: &'static str,
        limit: &'static str,
    },
    /// `error` at block `block` (from 1), whose first line is `line`, of a PEM file.
    Block {
        block: usize,
        line: usize,
        error: Box<KeyError>,
    },
    /// The form holds exactly one key.
    OneKeyOnly {
        form: KeyEncoding,
        keys: usize,
    },
    /// The form cannot hold a key of this type.
    UnsupportedEncoding {
        form: KeyEncoding,
        type_name: &'static str,
    },
    /// A secret has no public half.
    NoPublicHalf,
    /// Only private keys in PEM or DER can be encrypted.
    NotEncryptable,
    /// The primitive refused to write (not expected for a key that was read or made here).
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

    /// Whether a passphrase is what is missing, in a PEM block too.
    pub fn needs_passphrase(&self) -> bool {
        match self {
            Self::Block { error, .. } => error.needs_passphrase(),
            other => *other == Self::PassphraseNeeded,
        }
    }

    /// What to do about it, when there is something; kept beside the message.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unsupported { hint, .. } => return hint.map(str::to_owned),
            Self::Block { error, .. } => return error.hint(),
            Self::PassphraseNeeded => "pass --passphrase prompt:, or env:NAME, or file:PATH",
            Self::KdfCostTooHigh { .. } => {
                "encrypt the key again with ordinary cost: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in OLD -out NEW"
            }
            Self::PublicAsSecret => {
                "whoever knows the public key could sign; give the file as it is to verify signatures with it"
            }
            Self::TooManyEncrypted { .. } => "split the file into several",
            Self::TooManyPrivate => "split the set into several, or leave the private parts out (authkit keys public)",
            Self::MixedSet => "keep secrets and public keys in two files",
            Self::Pem { fault, .. } if *fault == ESCAPED_BREAKS => {
                "write real line breaks instead of the two characters \\n"
            }
            Self::DerLength { .. } => "copy the file again in binary mode; raw:PATH takes its bytes as a secret",
            Self::Der(_) => "raw:PATH takes the bytes as a secret",
            Self::OneKeyOnly { .. } => "write several keys as jwks or pem, or select one",
            Self::UnsupportedEncoding { form: KeyEncoding::Raw, .. } => "raw holds secrets; use pem, der or jwk",
            Self::UnsupportedEncoding { .. } => "write a secret as jwk or raw",
            Self::NotEncryptable => {
                "private keys as pem or der can be encrypted; jwk, jwks, raw and public keys cannot"
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
            Self::TooLarge { bytes, limit } => write!(f, "the key is {bytes} bytes, and at most {limit} are read"),
            Self::TooMany { what, limit } => write!(f, "there are more than {limit} {what}"),
            Self::TooManyEncrypted { keys } => {
                let limit = super::MAX_FILE_ITERATIONS;
                write!(
                    f,
                    "the {keys} encrypted keys of the file would take more than {limit} PBKDF2 iterations together: \
                     none was decrypted"
                )
            }
            Self::TooManyPrivate => f.write_str("the set holds more private keys than are checked in ten seconds"),
            Self::Json(error) => write!(f, "this looks like a JWK and is not strict JSON: {error}"),
            Self::Pem { line, fault } => write!(f, "line {line}: {fault}"),
            Self::PemWithoutKey => f.write_str("the PEM file holds neither a key nor a certificate"),
            Self::Der(fault) => write!(f, "not a key in DER: {fault}"),
            Self::DerLength { expected, actual } => {
                write!(f, "this looks like DER of {expected} bytes, and there are {actual}")
            }
            Self::Member { name, fault } => write!(f, "\"{name}\" {fault}"),
            Self::Missing(name) => write!(f, "\"{name}\" is missing"),
            Self::Unsupported { what, .. } => write!(f, "{what} is not supported"),
            Self::Inconsistent(what) => f.write_str(what),
            Self::InvalidKey(error) => write!(f, "{error}"),
            Self::MixedSet => f.write_str("the set mixes secrets (oct) with asymmetric keys"),
            Self::DuplicateKid { kid, kty } => write!(f, "the set has two {kty} keys with the kid \"{kid}\""),
            Self::PublicAsSecret => f.write_str("these bytes are a public key or a certificate, never an HMAC secret"),
            Self::PassphraseNeeded => f.write_str("the private key is encrypted, and there is no passphrase"),
            Self::WrongPassphrase => f.write_str("the passphrase does not open the private key"),
            Self::KdfCostTooHigh { what, limit } => {
                write!(f, "the key is encrypted with {what} above the limit of {limit}")
            }
            Self::Block { block, error, .. } if matches!(**error, Self::Pem { .. }) => {
                write!(f, "block {block}, {error}")
            }
            Self::Block { block, line, error } => write!(f, "block {block}, line {line}: {error}"),
            Self::OneKeyOnly { form, keys } => write!(f, "{} holds exactly one key, and there are {keys}", form.name()),
            Self::UnsupportedEncoding { form, type_name } => {
                write!(f, "{} cannot hold a key of type {type_name}", form.name())
            }
            Self::NoPublicHalf => f.write_str("a secret has no public half"),
            Self::NotEncryptable => f.write_str("what is to be written cannot be encrypted with a passphrase"),
            Self::WritingFailed => f.write_str("the key could not be written"),
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
