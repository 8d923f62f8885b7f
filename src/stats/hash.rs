//! The hash for sampling keys: XXH3, 64 bits, identical on every machine and in every version.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The hash of `bytes`.
pub fn hash(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The hash of `bytes` within a parent: ("a", "bc") and ("ab", "c") differ.
pub fn within(parent: u64, bytes: &[u8]) -> u64 {
    xxh3_64_with_seed(bytes, parent)
}

/// A hash in JSON: 16 hex digits, because many JSON parsers lose integers above 2^53.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hex(pub u64);

impl serde::Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> serde::Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(reader)?;
        let canonical = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match u64::from_str_radix(&text, 16) {
            Ok(hash) if canonical => Ok(Self(hash)),
            _ => Err(serde::de::Error::custom("a hash must have 16 lowercase hex digits")),
        }
    }
}
