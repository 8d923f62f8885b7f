//! What one key source holds: its keys, what was left out, and what is worth saying about it.

use super::Key;
use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use std::fmt;

/// Everything that was read from one source.
#[derive(Clone, Debug)]
pub struct KeySet {
    pub keys: Vec<Key>,
    /// Members of a JWK set that were left out (RFC 7517 §5: a set is used without what is not understood).
    pub skipped: Vec<SkippedMember>,
    pub form: KeyEncoding,
    pub notes: Vec<KeySourceNote>,
}

/// A member of a set that cannot be used.
#[derive(Clone, Debug)]
pub struct SkippedMember {
    /// Position in the set, from 0.
    pub index: usize,
    pub kid: Option<String>,
    pub reason: KeyError,
}

/// Something about a source that is no error and may be a surprise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeySourceNote {
    /// A raw secret ends with a line break, which belongs to it.
    TrailingNewline,
    /// A text form was written in UTF-16 and was decoded.
    Utf16,
    /// A text form began with a UTF-8 byte order mark, which was dropped.
    ByteOrderMark,
    /// A raw secret looks like UTF-16 text; it was taken byte for byte.
    Utf16Secret,
}

impl fmt::Display for KeySourceNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrailingNewline => "the secret ends with a line break, and the line break is part of it",
            Self::Utf16 => "the file is UTF-16 text and was decoded",
            Self::ByteOrderMark => "the file begins with a byte order mark, which was dropped",
            Self::Utf16Secret => {
                "the secret looks like UTF-16 text; it is taken byte for byte, with its byte order mark"
            }
        })
    }
}
