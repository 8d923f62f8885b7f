//! DER reader and writer for key structures (ITU-T X.690): a cursor over the strict reader of the `der` crate, and a
//! writer whose buffers are wiped.

use super::MAX_INTEGER_BYTES;
use super::error::KeyError;
use crate::encoding::bounds::tail;
use pkcs8::der::asn1::{AnyRef, BitStringRef, UintRef};
use pkcs8::der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use zeroize::Zeroizing;

pub(super) use pkcs8::ObjectIdentifier as Oid;

/// Reads the values of one structure in order.
#[derive(Clone)]
pub(super) struct Cursor<'a>(SliceReader<'a>);

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, KeyError> {
        SliceReader::new(bytes).map(Self).map_err(|_| KeyError::Der("too long"))
    }

    /// The content of the single SEQUENCE that spans `bytes`.
    pub(super) fn from_sequence(bytes: &'a [u8]) -> Result<Self, KeyError> {
        let mut outer = Self::new(bytes)?;
        let inner = outer.sequence()?;
        if outer.is_finished() { Ok(inner) } else { Err(KeyError::Der("trailing bytes")) }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    pub(super) fn finish(self) -> Result<(), KeyError> {
        if self.is_finished() { Ok(()) } else { Err(KeyError::Der("unexpected extra fields")) }
    }

    /// The tag of the next value; `None` at the end or when the tag is invalid.
    pub(super) fn peek(&self) -> Option<Tag> {
        if self.is_finished() { None } else { Tag::peek(&self.0).ok() }
    }

    pub(super) fn next(&mut self) -> Result<AnyRef<'a>, KeyError> {
        AnyRef::decode(&mut self.0).map_err(|_| KeyError::Der("malformed or truncated structure"))
    }

    /// The next value with its tag and length.
    pub(super) fn raw(&mut self) -> Result<&'a [u8], KeyError> {
        self.0.tlv_bytes().map_err(|_| KeyError::Der("malformed or truncated structure"))
    }

    fn tagged(&mut self, tag: Tag, missing: &'static str) -> Result<AnyRef<'a>, KeyError> {
        let value = self.next()?;
        if value.tag() == tag { Ok(value) } else { Err(KeyError::Der(missing)) }
    }

    pub(super) fn sequence(&mut self) -> Result<Self, KeyError> {
        Self::new(self.tagged(Tag::Sequence, "a SEQUENCE is missing")?.value())
    }

    pub(super) fn octets(&mut self) -> Result<&'a [u8], KeyError> {
        self.tagged(Tag::OctetString, "an OCTET STRING is missing").map(AnyRef::value)
    }

    pub(super) fn oid(&mut self) -> Result<Oid, KeyError> {
        let value = self.tagged(Tag::ObjectIdentifier, "an OBJECT IDENTIFIER is missing")?;
        value.decode_as::<Oid>().map_err(|_| KeyError::Der("malformed OBJECT IDENTIFIER"))
    }

    /// A BIT STRING of whole bytes.
    pub(super) fn bits(&mut self) -> Result<&'a [u8], KeyError> {
        let value = self.tagged(Tag::BitString, "a BIT STRING is missing")?;
        let bits = value.decode_as::<BitStringRef<'_>>().ok().and_then(|bits| bits.as_bytes());
        bits.ok_or(KeyError::Der("malformed BIT STRING"))
    }

    /// A non-negative INTEGER within the size limit, without leading zeros (never empty).
    pub(super) fn integer(&mut self) -> Result<&'a [u8], KeyError> {
        let value = self.tagged(Tag::Integer, "an INTEGER is missing")?;
        let bytes = value
            .decode_as::<UintRef<'_>>()
            .map_err(|_| KeyError::Der("an INTEGER is negative or not in its shortest form"))?
            .as_bytes();
        if bytes.len() > MAX_INTEGER_BYTES {
            return Err(KeyError::Der("an INTEGER has more than 16,384 bits"));
        }
        Ok(bytes)
    }

    /// An INTEGER as a `u64`; saturates.
    pub(super) fn number(&mut self) -> Result<u64, KeyError> {
        let bytes = self.integer()?;
        Ok(match bytes.len() {
            0..=8 => bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
            _ => u64::MAX,
        })
    }

    /// The content of the next value if it has the context tag `[number]`, and whether it is constructed.
    pub(super) fn optional(&mut self, number: u32) -> Result<Option<(bool, &'a [u8])>, KeyError> {
        match self.peek() {
            Some(Tag::ContextSpecific { constructed, number: own }) if own == TagNumber(number) => {
                Ok(Some((constructed, self.next()?.value())))
            }
            _ => Ok(None),
        }
    }
}

/// Total length in bytes of the value at the start of `bytes`, if its tag is SEQUENCE and its header is complete.
pub(super) fn announced(bytes: &[u8]) -> Option<usize> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *tag != SEQUENCE {
        return None;
    }
    let count = usize::from(first.checked_sub(0x80).unwrap_or_default());
    let length = match first {
        0..=0x7F => usize::from(*first),
        0x81..=0x84 => rest
            .get(..count)?
            .iter()
            .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?,
        _ => return None,
    };
    length.checked_add(count)?.checked_add(2)
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[1]`, constructed.
pub(super) const EXPLICIT_1: u8 = 0xA1;

/// Bytes that are wiped when dropped; allocated once, so that growing leaves no copies in memory.
pub(super) type ZeroizingBytes = Zeroizing<Vec<u8>>;

/// One value with `tag` whose content is the concatenation of `parts`.
pub(super) fn value(tag: u8, parts: &[&[u8]]) -> ZeroizingBytes {
    let length = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    let digits = length.to_be_bytes();
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    let digits = tail(&digits, zeros);
    let mut out = Zeroizing::new(Vec::with_capacity(length.saturating_add(10)));
    out.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..=0x7F) => out.push(short),
        _ => {
            out.push(u8::try_from(digits.len()).unwrap_or(0) | 0x80);
            out.extend_from_slice(digits);
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// A non-negative INTEGER.
pub(super) fn integer(bytes: &[u8]) -> ZeroizingBytes {
    let bytes = super::derive::trimmed(bytes);
    match bytes.first() {
        Some(0..=0x7F) => value(INTEGER, &[bytes]),
        _ => value(INTEGER, &[&[0], bytes]),
    }
}

/// A BIT STRING of whole bytes.
pub(super) fn bits(bytes: &[u8]) -> ZeroizingBytes {
    value(BIT_STRING, &[&[0], bytes])
}

/// An AlgorithmIdentifier (RFC 5280 §4.1.1.2).
pub(super) fn algorithm(oid: Oid, parameters: &[u8]) -> ZeroizingBytes {
    value(SEQUENCE, &[&value(OBJECT_IDENTIFIER, &[oid.as_bytes()]), parameters])
}
