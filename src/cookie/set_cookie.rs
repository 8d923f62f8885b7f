//! A `Set-Cookie` line in parts, each with its place (6265bis §5.6). Nothing is lost: attributes that come twice or
//! mean nothing are kept, so that they can be reported. Whether a browser takes the cookie, `decision` says.

use crate::token::scan;

/// The most bytes of a name and value together (6265bis §5.6 step 5).
pub const MAX_PAIR: usize = 4_096;

/// The most bytes of an attribute's value (6265bis §5.6, attributes, step 6).
pub const MAX_ATTRIBUTE: usize = 1_024;

/// Bytes of a name that people are shown: names are the author's.
const MAX_SHOWN: usize = 64;

/// A part of a line, without the white space around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CookiePart<'a> {
    pub bytes: &'a [u8],
    /// Where it begins in the line, in bytes from 0.
    pub offset: usize,
}

impl CookiePart<'_> {
    /// As text; what is no UTF-8 is replaced. It is untrusted.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }

    /// The same for messages and pointers: without tokens, and of a long one the beginning.
    pub fn shown(&self) -> String {
        let text = scan::replace_tokens(&self.text(), |_| "…".to_owned());
        match text.char_indices().nth(MAX_SHOWN) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

/// The attributes that browsers know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KnownAttribute {
    Domain,
    Expires,
    HttpOnly,
    MaxAge,
    Partitioned,
    Path,
    SameSite,
    Secure,
}

impl KnownAttribute {
    /// All, with the names that are compared without case.
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

    fn of(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name)).map(|(_, known)| *known)
    }

    /// As it is usually written.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    pub name: CookiePart<'a>,
    /// What stands behind `=`; empty without one.
    pub value: CookiePart<'a>,
    /// `None`: a name that means nothing to browsers.
    pub known: Option<KnownAttribute>,
}

impl Attribute<'_> {
    /// It counts by being there, whatever its value: `Secure=false` is Secure.
    pub fn is_presence(&self) -> bool {
        matches!(self.known, Some(KnownAttribute::Secure | KnownAttribute::HttpOnly | KnownAttribute::Partitioned))
    }

    /// Its value is a word that people write behind a switch, and tells no secret.
    pub fn is_switched(&self) -> bool {
        const WORDS: [&str; 9] = ["", "0", "1", "false", "no", "off", "on", "true", "yes"];
        self.is_presence() && WORDS.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(self.value.bytes))
    }

    /// A value so long that browsers pass the attribute over.
    pub fn is_too_long(&self) -> bool {
        self.value.bytes.len() > MAX_ATTRIBUTE
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetCookie<'a> {
    /// Without the header's name.
    pub line: &'a [u8],
    /// Empty: a nameless cookie.
    pub name: CookiePart<'a>,
    pub value: CookiePart<'a>,
    /// In order, each as written; empty ones (`;;`) are left out.
    pub attributes: Vec<Attribute<'a>>,
    /// Where the first control character stands: browsers then ignore the line (6265bis §5.6 step 1).
    pub control: Option<usize>,
}

/// White space of cookies: space and tab (RFC 5234, WSP).
fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim(bytes: &[u8], offset: usize) -> CookiePart<'_> {
    let front = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let rest = bytes.get(front..).unwrap_or_default();
    let back = rest.iter().rev().take_while(|byte| is_blank(byte)).count();
    let end = rest.len().saturating_sub(back);
    CookiePart { bytes: rest.get(..end).unwrap_or_default(), offset: offset.saturating_add(front) }
}

/// Cuts at the first `=`, if there is one.
fn pair(bytes: &[u8], offset: usize) -> Option<(CookiePart<'_>, CookiePart<'_>)> {
    let at = memchr::memchr(b'=', bytes)?;
    let behind = at.saturating_add(1);
    let value = trim(bytes.get(behind..).unwrap_or_default(), offset.saturating_add(behind));
    Some((trim(bytes.get(..at).unwrap_or_default(), offset), value))
}

/// Control characters but for the tab.
pub fn is_control(byte: u8) -> bool {
    byte != b'\t' && byte.is_ascii_control()
}

impl<'a> SetCookie<'a> {
    /// Reads a line without the header's name. Any bytes are a line.
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
        // Without `=`, all of it is the value of a nameless cookie (§5.6 step 3).
        let (name, value) = pair(first, own).unwrap_or_else(|| (CookiePart::default(), trim(first, own)));
        let mut attributes = Vec::new();
        while let Some((piece, own)) = next() {
            let whole = trim(piece, own);
            if whole.bytes.is_empty() {
                continue;
            }
            let end = whole.offset.saturating_add(whole.bytes.len());
            let (name, value) = pair(piece, own).unwrap_or((whole, CookiePart { bytes: &[], offset: end }));
            attributes.push(Attribute { name, value, known: KnownAttribute::of(name.bytes) });
        }
        Self { line, name, value, attributes, control: line.iter().position(|byte| is_control(*byte)) }
    }

    /// Bytes of name and value together; `=` does not count.
    pub fn pair_bytes(&self) -> usize {
        self.name.bytes.len().saturating_add(self.value.bytes.len())
    }

    /// The attributes of one name, in order, also those that are passed over.
    pub fn all(&self, known: KnownAttribute) -> impl DoubleEndedIterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(move |attribute| attribute.known == Some(known))
    }

    /// The last attribute of one name.
    pub fn last(&self, known: KnownAttribute) -> Option<&Attribute<'a>> {
        self.all(known).next_back()
    }

    /// Where a comma folds another cookie into this line, as old proxies did (forbidden by 6265bis §3): behind it, a
    /// name and `=` begin in an attribute. The comma of a date is followed by a day and no `=`.
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
    fn every_part_has_its_place() {
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
    fn folding_is_seen_and_dates_are_not_folded() {
        let fold = |line: &'static str| SetCookie::parse(line.as_bytes()).fold();
        assert_eq!(fold("a=1; Path=/, b=2; Secure"), Some(11));
        assert_eq!(fold("a=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT, b=2"), Some(42));
        assert_eq!(fold("a=1, b=2; Expires=Wed, 09 Jun 2021 10:18:14 GMT"), None);
    }
}
