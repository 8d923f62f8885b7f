//! Lossless parser for `Set-Cookie` lines (6265bis §5.6), with the position of every part. Duplicate and unknown
//! attributes are kept, because rules report them. Whether a browser stores the cookie is decided in `storage`.

use crate::encoding::bounds::{head, tail};
use crate::token::scan;

/// The maximum size of name and value together, in bytes (6265bis §5.6 step 5).
pub const MAX_PAIR: usize = 4_096;

/// The maximum size of an attribute's value, in bytes (6265bis §5.6, attributes, step 6).
pub const MAX_ATTRIBUTE: usize = 1_024;

/// The maximum length of a printed name, in bytes: names are untrusted.
const MAX_SHOWN: usize = 64;

/// A part of a line, without surrounding white space.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CookiePart<'a> {
    /// As written; untrusted, and possibly not UTF-8.
    pub bytes: &'a [u8],
    /// Byte offset in the line, from 0.
    pub offset: usize,
}

impl CookiePart<'_> {
    /// As text, with invalid UTF-8 replaced. It is untrusted.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }

    /// The text for messages and pointers: tokens redacted, long texts truncated.
    pub fn shown(&self) -> String {
        let text = scan::replace_tokens(&self.text(), |_| "…".to_owned());
        match text.char_indices().nth(MAX_SHOWN) {
            Some((end, _)) => format!("{}…", text.split_at(end).0),
            None => text,
        }
    }
}

/// The attributes that browsers know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KnownAttribute {
    /// The domain to whose hosts the cookie is sent (6265bis §5.6.3).
    Domain,
    /// The expiry as a date (6265bis §5.6.1); Max-Age takes precedence.
    Expires,
    /// Hides the cookie from scripts.
    HttpOnly,
    /// The lifetime in seconds; 0 or less deletes the cookie (6265bis §5.6.2).
    MaxAge,
    /// A separate cookie for each top-level site (CHIPS).
    Partitioned,
    /// The path at and below which the cookie is sent (6265bis §5.6.4).
    Path,
    /// Restricts cross-site requests: `Strict`, `Lax` or `None` (6265bis §5.6.7).
    SameSite,
    /// Restricts the cookie to HTTPS.
    Secure,
}

impl KnownAttribute {
    /// All attributes with their names, which are compared case-insensitively.
    pub const ALL: [(&'static str, Self); 8] = [
        ("Domain", Self::Domain),
        ("Expires", Self::Expires),
        ("HttpOnly", Self::HttpOnly),
        ("Max-Age", Self::MaxAge),
        ("Partitioned", Self::Partitioned),
        ("Path", Self::Path),
        ("SameSite", Self::SameSite),
        ("Secure", Self::Secure),
    ];

    fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name)).map(|(_, known)| *known)
    }

    /// The usual spelling.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// An attribute of a `Set-Cookie` line, known to browsers or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    /// The text before `=`, in its original case; the whole attribute without one.
    pub name: CookiePart<'a>,
    /// The text after `=`; empty without one.
    pub value: CookiePart<'a>,
    /// `None`: an attribute unknown to browsers.
    pub known: Option<KnownAttribute>,
}

impl Attribute<'_> {
    /// Set by its presence, regardless of its value: `Secure=false` is Secure.
    pub fn is_presence(&self) -> bool {
        matches!(self.known, Some(KnownAttribute::Secure | KnownAttribute::HttpOnly | KnownAttribute::Partitioned))
    }

    /// The value is a boolean word as often written after a flag, and not a secret.
    pub fn is_switched(&self) -> bool {
        const WORDS: [&str; 9] = ["", "0", "1", "false", "no", "off", "on", "true", "yes"];
        self.is_presence() && WORDS.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(self.value.bytes))
    }

    /// The value is so long that browsers ignore the attribute.
    pub fn is_too_long(&self) -> bool {
        self.value.bytes.len() > MAX_ATTRIBUTE
    }
}

/// A parsed `Set-Cookie` line (6265bis §5.6), whether or not a browser stores the cookie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetCookie<'a> {
    /// Without the header name.
    pub line: &'a [u8],
    /// Empty: a nameless cookie.
    pub name: CookiePart<'a>,
    /// The text after the first `=`, with quotes; the whole part without one. It may be a credential.
    pub value: CookiePart<'a>,
    /// In order, each as written, without empty ones (`;;`).
    pub attributes: Vec<Attribute<'a>>,
    /// The offset of the first control character, for which browsers ignore the line (6265bis §5.6 step 1).
    pub control: Option<usize>,
}

/// White space in cookies: space and tab (RFC 5234, WSP).
fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim(bytes: &[u8], offset: usize) -> CookiePart<'_> {
    let front = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let rest = tail(bytes, front);
    let back = rest.iter().rev().take_while(|byte| is_blank(byte)).count();
    let end = rest.len().saturating_sub(back);
    CookiePart { bytes: head(rest, end), offset: offset.saturating_add(front) }
}

/// Splits at the first `=`, if there is one.
fn pair(bytes: &[u8], offset: usize) -> Option<(CookiePart<'_>, CookiePart<'_>)> {
    let at = memchr::memchr(b'=', bytes)?;
    let behind = at.saturating_add(1);
    let value = trim(tail(bytes, behind), offset.saturating_add(behind));
    Some((trim(head(bytes, at), offset), value))
}

/// Control characters except for the tab.
pub fn is_control(byte: u8) -> bool {
    byte != b'\t' && byte.is_ascii_control()
}

impl<'a> SetCookie<'a> {
    /// Parses a line without the header name. Any bytes are accepted.
    pub fn parse(line: &'a [u8]) -> Self {
        let mut pieces = line.split(|byte| *byte == b';');
        let mut offset = 0_usize;
        let mut next = move || {
            let piece = pieces.next()?;
            let own = offset;
            offset = offset.saturating_add(piece.len()).saturating_add(1);
            Some((piece, own))
        };
        let (first, own) = next().unwrap_or_default();
        // Without `=`, the whole part is the value of a nameless cookie (§5.6 step 3).
        let (name, value) = pair(first, own).unwrap_or_else(|| (CookiePart::default(), trim(first, own)));
        let mut attributes = Vec::new();
        while let Some((piece, own)) = next() {
            let whole = trim(piece, own);
            if whole.bytes.is_empty() {
                continue;
            }
            let end = whole.offset.saturating_add(whole.bytes.len());
            let (name, value) = pair(piece, own).unwrap_or((whole, CookiePart { bytes: &[], offset: end }));
            attributes.push(Attribute { name, value, known: KnownAttribute::from_name(name.bytes) });
        }
        Self { line, name, value, attributes, control: line.iter().position(|byte| is_control(*byte)) }
    }

    /// Size of name and value together in bytes; `=` is not counted.
    pub fn pair_bytes(&self) -> usize {
        self.name.bytes.len().saturating_add(self.value.bytes.len())
    }

    /// The attributes of one name, in order, including ignored ones.
    pub fn all(&self, known: KnownAttribute) -> impl DoubleEndedIterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(move |attribute| attribute.known == Some(known))
    }

    /// The last attribute with this name.
    pub fn last(&self, known: KnownAttribute) -> Option<&Attribute<'a>> {
        self.all(known).next_back()
    }

    /// The offset of a comma that folds another cookie into this line, as old proxies did (forbidden by 6265bis §3):
    /// after it, a name and `=` begin within an attribute. The comma of a date is followed by a day without `=`.
    pub fn fold(&self) -> Option<usize> {
        self.attributes.iter().find_map(|attribute| {
            let bytes = attribute.value.bytes;
            memchr::memchr_iter(b',', bytes).find_map(|comma| {
                let rest = trim(bytes.get(comma.saturating_add(1)..)?, 0).bytes;
                let equals = memchr::memchr(b'=', rest)?;
                let name = rest.get(..equals)?;
                let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && *byte != b',');
                is_name.then(|| attribute.value.offset.saturating_add(comma))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_offset() {
        let line = b" id = a=b ;Secure; Path = /x ;; lol";
        let cookie = SetCookie::parse(line);
        let at =
            |part: CookiePart<'_>| assert_eq!(line.get(part.offset..part.offset + part.bytes.len()), Some(part.bytes));
        assert_eq!((cookie.name.bytes, cookie.value.bytes), (&b"id"[..], &b"a=b"[..]));
        at(cookie.name);
        at(cookie.value);
        for attribute in &cookie.attributes {
            at(attribute.name);
            at(attribute.value);
        }
        let known: Vec<_> = cookie.attributes.iter().map(|attribute| attribute.known).collect();
        assert_eq!(known, [Some(KnownAttribute::Secure), Some(KnownAttribute::Path), None]);
    }

    #[test]
    fn folded_cookies_are_detected_and_dates_are_not() {
        let fold = |line: &'static str| SetCookie::parse(line.as_bytes()).fold();
        assert_eq!(fold("a=1; Path=/, b=2; Secure"), Some(11));
        assert_eq!(fold("a=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT, b=2"), Some(42));
        assert_eq!(fold("a=1, b=2; Expires=Wed, 09 Jun 2021 10:18:14 GMT"), None);
    }
}
