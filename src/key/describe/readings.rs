//! The bytes that a text may stand for: the content of quotes, base64, hexadecimal and lists of bytes, text in wide
//! characters.

use crate::encoding::utf16;
use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

type Bytes = Zeroizing<Vec<u8>>;

/// The shortest text that is decoded: no key is shorter.
const MIN_ENCODED: usize = 40;
/// The shortest part of a text that was divided: a string of a program, a line.
const MIN_PART: usize = 16;

/// The readings of `bytes` as a whole, one encoding less deep.
pub(super) fn inner(bytes: &[u8]) -> Vec<Bytes> {
    if bytes.contains(&0) {
        return wide(bytes);
    }
    let text = bytes.trim_ascii();
    quoted(text).into_iter().chain(hexadecimal(text)).chain(base64(text)).chain(listed(text)).collect()
}

/// The content of quotes, with the escapes of JSON or of programs resolved.
fn quoted(text: &[u8]) -> Option<Bytes> {
    let text = text.strip_prefix(b"b").filter(|rest| rest.starts_with(b"'") || rest.starts_with(b"\"")).unwrap_or(text);
    let [quote @ (b'"' | b'\''), inner @ .., last] = text else { return None };
    if quote != last {
        return None;
    }
    let string = serde_json::from_slice::<String>(text).map(String::into_bytes);
    Some(Zeroizing::new(string.unwrap_or_else(|_| unescaped(inner))))
}

/// Resolves `\n`, `\r`, `\t`, `\0` and `\xHH`; other escaped characters stand for themselves.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        let (read, left): (&[u8], _) = match (byte, after) {
            (b'\\', [b'n', after @ ..]) => (b"\n", after),
            (b'\\', [b'r', after @ ..]) => (b"\r", after),
            (b'\\', [b't', after @ ..]) => (b"\t", after),
            (b'\\', [b'0', after @ ..]) => (b"\0", after),
            (b'\\', [b'x', high, low, after @ ..]) => {
                out.extend(base16ct::mixed::decode_vec([*high, *low]).unwrap_or_default());
                (b"", after)
            }
            (b'\\', [other, after @ ..]) => (std::slice::from_ref(other), after),
            _ => (std::slice::from_ref(byte), after),
        };
        out.extend_from_slice(read);
        rest = left;
    }
    out
}

/// The bytes of a text of hexadecimal digits, also in groups (`30:82:01`) and with prefixes (`0x30, 0x82`, `\x30`).
pub(in crate::key) fn hexadecimal(text: &[u8]) -> Option<Bytes> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text);
    while let Some((byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'0' | b'\\', [b'x' | b'X', after @ ..]) => after,
            (b':' | b',' | b'-', _) => after,
            (byte, _) if byte.is_ascii_whitespace() => after,
            _ => {
                digits.push(*byte);
                after
            }
        };
    }
    if digits.len() < MIN_ENCODED {
        return None;
    }
    base16ct::mixed::decode_vec(&*digits).ok().map(Zeroizing::new)
}

/// The bytes of a text in base64 or base64url, padded or not, in one line or several.
pub(in crate::key) fn base64(text: &[u8]) -> Option<Bytes> {
    if text.len() < MIN_ENCODED {
        return None;
    }
    let mut body = Zeroizing::new(String::with_capacity(text.len()));
    body.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)));
    let bare = body.trim_end_matches('=');
    let plain = Base64::decode_vec(&body).or_else(|_| Base64Unpadded::decode_vec(bare));
    plain.or_else(|_| Base64UrlUnpadded::decode_vec(bare)).ok().map(Zeroizing::new)
}

/// The bytes of a list of decimal numbers: `[48, 130, 1, 34]`.
fn listed(text: &[u8]) -> Option<Bytes> {
    let text = std::str::from_utf8(text).ok()?.trim_matches(['[', ']', '{', '}']);
    let numbers = text.split([',', ' ', '\n']).map(str::trim).filter(|number| !number.is_empty());
    let bytes: Bytes = Zeroizing::new(numbers.map(|number| number.parse().ok()).collect::<Option<Vec<u8>>>()?);
    (bytes.len() >= MIN_PART).then_some(bytes)
}

/// The runs of base64 in a text, and all of them joined: a data: URL, a DNS record, strings of a program. Text that was
/// cut at either end is decoded as far as it goes, from each of the four positions of a first character.
pub(super) fn parts(text: &[u8]) -> Vec<Bytes> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let parts = text.split(move |byte| !is_base64(byte)).filter(|part| part.len() >= MIN_PART);
    let parts: Vec<&[u8]> = parts.collect();
    let joined = Zeroizing::new(parts.concat());
    let mut readings = Vec::new();
    let long = parts.iter().copied().filter(|part| part.len() >= MIN_ENCODED);
    let joined = Some(joined.as_slice()).filter(|joined| joined.len() >= MIN_ENCODED && parts.len() > 1);
    for part in long.chain(joined) {
        readings.extend((0..4).filter_map(|skipped| Some(truncated_base64(part.get(skipped..)?))));
    }
    readings
}

/// Decodes base64 or base64url of any length: a last character that holds no whole byte is left out.
fn truncated_base64(text: &[u8]) -> Bytes {
    let mut body = Zeroizing::new(String::with_capacity(text.len().saturating_add(3)));
    body.extend(text.iter().map(|byte| match byte {
        b'-' => '+',
        b'_' => '/',
        other => char::from(*other),
    }));
    let missing = body.len().next_multiple_of(4).saturating_sub(body.len());
    body.extend(std::iter::repeat_n('A', missing));
    let mut bytes = Zeroizing::new(Base64Unpadded::decode_vec(&body).unwrap_or_default());
    let whole = bytes.len().saturating_sub(missing);
    bytes.truncate(whole);
    bytes
}

/// Text in two or four bytes per character, with or without a byte order mark.
fn wide(bytes: &[u8]) -> Vec<Bytes> {
    let half = |skip: usize| -> Vec<u8> { bytes.iter().skip(skip).step_by(2).copied().collect() };
    let wide = [half(0), half(1)].map(|half| utf16::from_units(&half, u16::from_le_bytes).map(|_| half));
    let utf32 = wide
        .into_iter()
        .flatten()
        .flat_map(|half| [utf16::from_units(&half, u16::from_le_bytes), utf16::from_units(&half, u16::from_be_bytes)]);
    let utf16 = [
        utf16::marked(bytes),
        utf16::from_units(bytes, u16::from_le_bytes),
        utf16::from_units(bytes, u16::from_be_bytes),
    ];
    utf16.into_iter().chain(utf32).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_any_notation_are_the_same() {
        let bytes: Vec<u8> = (1..=40).collect();
        let each = |of: fn(&u8) -> String, between: &str| bytes.iter().map(of).collect::<Vec<_>>().join(between);
        for text in [
            each(|byte| format!("{byte:02x}"), ""),
            each(|byte| format!("{byte:02X}"), ":"),
            each(|byte| format!("0x{byte:02x}"), ", "),
            format!("0x{}", each(|byte| format!("{byte:02x}"), "")),
            format!("[{}]", each(u8::to_string, ", ")),
            format!("b'{}'", each(|byte| format!("\\x{byte:02x}"), "")),
            Base64::encode_string(&bytes),
        ] {
            assert!(inner(text.as_bytes()).iter().any(|inner| **inner == bytes), "{text}");
        }
    }

    #[test]
    fn divided_or_cut_base64_is_read_as_far_as_it_goes() {
        let bytes: Vec<u8> = (0..90).collect();
        let text = Base64::encode_string(&bytes);
        let (left, right) = text.split_at(61);
        for text in [
            format!("\"{left}\" +\n  \"{right}\""),
            format!("data:;base64,{text}"),
            format!("k=rsa; p={text}; t=s"),
            format!("xy{}", text.trim_end_matches('=')),
        ] {
            assert!(parts(text.as_bytes()).iter().any(|part| part.ends_with(&bytes)), "{text}");
        }
        assert_eq!(*truncated_base64(b"AAEC"), [0, 1, 2]);
        assert_eq!(*truncated_base64(b"AAECA"), [0, 1, 2]);
        assert_eq!(*truncated_base64(b"AAECAw"), [0, 1, 2, 3]);
        assert_eq!(*truncated_base64(b"AAECAwQ"), [0, 1, 2, 3, 4]);
    }
}
