//! Token sizes: the bytes of each part and claim, and the headroom below common limits.

use super::compact::Segments;
use crate::encoding::json::{JsonObject, JsonValue};

/// A size limit of HTTP requests, in bytes.
pub struct SizeLimit {
    /// Where the limit applies, such as `one cookie`.
    pub name: &'static str,
    /// The limit in bytes, [`SizeLimit::around`] included.
    pub bytes: usize,
    /// Bytes sent around the token: a header name, a cookie name, attributes.
    pub around: usize,
    /// The standard, or the servers whose default it is.
    pub source: &'static str,
}

/// The reported limits, smallest first.
pub static SIZE_LIMITS: &[SizeLimit] = &[
    SizeLimit { name: "one cookie", bytes: 4096, around: 0, source: "RFC 6265bis §5.7 (name and value together)" },
    SizeLimit {
        name: "one header line",
        bytes: 8192,
        around: "Authorization: Bearer \r\n".len(),
        source: "nginx large_client_header_buffers 8k, Apache LimitRequestFieldSize 8190",
    },
];

impl SizeLimit {
    /// Bytes left for a token of `bytes`; negative if it does not fit.
    pub fn room(&self, bytes: usize) -> i64 {
        let used = i64::try_from(bytes.saturating_add(self.around)).unwrap_or(i64::MAX);
        i64::try_from(self.bytes).unwrap_or(i64::MAX).saturating_sub(used)
    }
}

/// Bytes of each part as sent; each dot counts with the part before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartSizes {
    /// Bytes of the header segment and its dot.
    pub header: usize,
    /// Bytes of the payload segment and its dot.
    pub payload: usize,
    /// Bytes of the signature segment; 0 for `alg` none.
    pub signature: usize,
}

impl PartSizes {
    /// Measures the encoded segments, before decoding.
    pub fn from_segments(segments: &Segments<'_>) -> Self {
        Self {
            header: segments.header.len().saturating_add(1),
            payload: segments.payload.len().saturating_add(1),
            signature: segments.signature.len(),
        }
    }
}

/// Encoded size of a member: name, value, colon and comma, times four thirds for base64url. Bytes as sent, rounded up.
pub fn member(name: &str, value: JsonValue<'_>) -> usize {
    // Each member has two quotes, a colon and a comma.
    let json = name.len().saturating_add(value.text().len()).saturating_add(4);
    json.saturating_mul(4).div_ceil(3)
}

/// The members with their sizes, see [`member`]; the largest first.
pub fn members(object: &JsonObject<'_>) -> Vec<(String, usize)> {
    let mut sizes: Vec<_> = object.iter().map(|(name, value)| (name.to_owned(), member(name, value))).collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_sizes_add_up_to_the_token() {
        let segments = Segments::cut(b"e30.e30.AAAA", 100).unwrap();
        let PartSizes { header, payload, signature } = PartSizes::from_segments(&segments);
        assert_eq!([header, payload, signature].iter().sum::<usize>(), 12);
    }

    #[test]
    fn largest_claim_comes_first() {
        let object = JsonObject::parse(r#"{"a":1,"roles":["x","y","z"]}"#).unwrap();
        let sizes = members(&object);
        assert_eq!(sizes.first().map(|(name, _)| name.as_str()), Some("roles"));
        let json: usize = sizes.iter().map(|(_, bytes)| bytes).sum();
        assert!(json.abs_diff(object.text().len() * 4 / 3) <= 6);
    }

    #[test]
    fn size_limits_are_ascending() {
        assert!(SIZE_LIMITS.is_sorted_by(|a, b| a.bytes < b.bytes));
        assert_eq!(SIZE_LIMITS[0].room(4000), 96);
        assert!(SIZE_LIMITS[0].room(5000) < 0);
    }
}
