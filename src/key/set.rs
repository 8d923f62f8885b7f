//! The content of one key source: its keys, the skipped members, and notes for the user.

use super::Key;
use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use std::fmt;

/// Everything read from one source.
#[derive(Clone, Debug)]
pub struct KeySet {
    /// The usable keys, in their order.
    pub keys: Vec<Key>,
    /// Skipped members of a JWK Set (RFC 7517 §5: members that are not understood are ignored).
    pub skipped: Vec<SkippedMember>,
    /// The encoding of the source.
    pub form: KeyEncoding,
    /// Possible surprises about the source.
    pub notes: Vec<KeySourceNote>,
}

/// An unusable member of a set.
#[derive(Clone, Debug)]
pub struct SkippedMember {
    /// Position in the set, from 0.
    pub index: usize,
    /// Its key id, if it has a readable one.
    pub kid: Option<String>,
    /// Why it cannot be used.
    pub reason: KeyError,
}

/// A possible surprise about a source that is not an error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeySourceNote {
    /// A raw secret ends with a line break, which is part of it.
    TrailingNewline,
    /// A text encoding was UTF-16 and was decoded.
    Utf16,
    /// A text encoding had a UTF-8 byte order mark, which was removed.
    ByteOrderMark,
    /// A raw secret looks like UTF-16 text; its bytes were used unchanged.
    Utf16Secret,
    /// The key was within quotes, or a JSON string.
    Quoted,
    /// A PEM text had its line breaks escaped (`\n`), or stood on one line.
    PemReflowed,
    /// The key was base64 of a key file, or the body of a PEM file.
    Base64,
    /// The key was the hexadecimal form of a key file.
    Hexadecimal,
    /// The key was within this JSON, with an article.
    Container(&'static str),
    /// A private key is encrypted with Triple DES or with a key that is derived with SHA-1.
    LegacyEncryption,
    /// The label of a PEM block names another structure than the block has.
    WrongLabel {
        /// Line of the block in its file, from 1.
        line: usize,
        /// The structure that it has, with an article.
        content: &'static str,
    },
    /// A member of a JWK Set equals an earlier one and was dropped; both count from 0.
    MemberRepeated {
        /// Index of the dropped member.
        index: usize,
        /// Index of the member that was kept.
        first: usize,
    },
    /// Several keys of a JWK Set have this `kid`; all are kept.
    KidRepeated {
        /// The `kid`.
        kid: String,
        /// Number of keys that have it.
        keys: usize,
    },
    /// An optional parameter of a JWK was ignored or corrected.
    ParameterIgnored {
        /// Index of the member in its set, from 0; `None` for a single JWK.
        index: Option<usize>,
        /// Which parameter, and its fault.
        fault: KeyError,
    },
}

impl fmt::Display for KeySourceNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::MemberRepeated { index, first } => {
                return write!(f, "member {index} repeats member {first} and is dropped");
            }
            Self::KidRepeated { kid, keys } => {
                return write!(f, "{keys} keys have kid \"{kid}\"; alg and use of each decide which are tried");
            }
            Self::ParameterIgnored { index: Some(index), fault } => {
                return write!(f, "member {index}: {fault}; the key is used without it");
            }
            Self::ParameterIgnored { index: None, fault } => return write!(f, "{fault}; the key is used without it"),
            Self::WrongLabel { line, content } => {
                return write!(f, "line {line}: the label of this block is wrong; it holds {content}");
            }
            Self::Container(what) => return write!(f, "the key was read from {what}"),
            Self::LegacyEncryption => {
                "the private key is encrypted with Triple DES or SHA-1, which is weak: re-encrypt it, authkit keys convert"
            }
            Self::Quoted => "the key was read without the quotes around it",
            Self::PemReflowed => "the line breaks of the PEM text were restored",
            Self::Base64 => "the key was read from base64",
            Self::Hexadecimal => "the key was read from hexadecimal",
            Self::TrailingNewline => "the secret ends with a line break, which is part of it",
            Self::Utf16 => "the file was decoded from UTF-16",
            Self::ByteOrderMark => "the byte order mark of the file was removed",
            Self::Utf16Secret => {
                "the secret looks like UTF-16 text; its bytes are used unchanged, including the byte order mark"
            }
        };
        f.write_str(text)
    }
}
