//! Token extraction from NDJSON: one JSON object per line, one field of which contains the token, as log collectors
//! write it.
//!
//! Each line is parsed once, only the field is stored, and the rest is not validated beyond JSON: a log may contain
//! duplicate members. serde_json limits the depth (128 levels).

use super::{ExtractFailure, ExtractFailureReason, TextChunk, TokenMatch, column};
use crate::token::compact;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The location of the token in each object: a JSON pointer (`/http/headers/0`, RFC 6901) or names separated by dots
/// (`http.token`), each of which may contain dots itself, as in `{"http.request": {"token": …}}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldPath {
    /// Reference tokens, unescaped.
    Pointer(Vec<String>),
    /// A path of names, separated by dots.
    Dotted(String),
}

impl FieldPath {
    /// `None`: empty, or a pointer with an escape that RFC 6901 does not define.
    pub fn parse(text: &str) -> Option<Self> {
        let Some(path) = text.strip_prefix('/') else {
            return (!text.is_empty() && !text.split('.').any(str::is_empty)).then(|| Self::Dotted(text.to_owned()));
        };
        let step = |step: &str| {
            let known = step.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
            known.then(|| step.replace("~1", "/").replace("~0", "~"))
        };
        path.split('/').map(step).collect::<Option<_>>().map(Self::Pointer)
    }

    fn rest(&self) -> Rest<'_> {
        match self {
            Self::Pointer(steps) => Rest::Steps(steps),
            Self::Dotted(names) => Rest::Names(names),
        }
    }
}

/// The tokens of `text`, one per line, and the lines without one. Empty lines are skipped. A line in several pieces is
/// a failure at its first piece.
pub fn extract_tokens<'a>(
    text: TextChunk<'a>,
    field: &FieldPath,
) -> impl Iterator<Item = Result<TokenMatch<'a>, ExtractFailure<'a>>> {
    text.lines().filter(|(_, line)| !line.trim_ascii().is_empty()).map(|(number, line)| {
        read(line, field).map_or_else(
            |why| Err(ExtractFailure { text: line, line: number, why }),
            |(token, column)| Ok(TokenMatch::new(token, number, column)),
        )
    })
}

/// The token of one line and its column: after the quote, also with escapes.
fn read<'a>(line: &'a [u8], field: &FieldPath) -> Result<(Cow<'a, [u8]>, u64), ExtractFailureReason> {
    // The parser's message contains a position, never the text.
    let wrong = |error: serde_json::Error| ExtractFailureReason::NotJson(error.to_string());
    let mut reader = serde_json::Deserializer::from_slice(line);
    let found = FieldFinder(field.rest()).deserialize(&mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    let raw = found.ok_or(ExtractFailureReason::NoField)?.get();
    let Some(inside) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else {
        return Err(ExtractFailureReason::NotText(crate::encoding::json::JsonKind::from_text(raw).name()));
    };
    if inside.contains('\\') {
        let text: String = serde_json::from_str(raw).map_err(wrong)?;
        return Ok((Cow::Owned(compact::trim(text.as_bytes()).to_vec()), column(line, inside.as_bytes())));
    }
    let token = compact::trim(inside.as_bytes());
    Ok((Cow::Borrowed(token), column(line, token)))
}

/// The remaining path to the field.
#[derive(Clone, Copy)]
enum Rest<'f> {
    Steps(&'f [String]),
    /// Not empty.
    Names(&'f str),
    Here,
}

impl<'f> Rest<'f> {
    /// The path after the member called `name`; `None` if the member is not on the path.
    fn after(self, name: &str) -> Option<Self> {
        match self {
            Self::Steps([first, rest @ ..]) if first == name => Some(Self::Steps(rest).here_at_end()),
            Self::Names(names) if names == name => Some(Self::Here),
            Self::Names(names) => names.strip_prefix(name)?.strip_prefix('.').map(Self::Names),
            Self::Steps(_) | Self::Here => None,
        }
    }

    fn here_at_end(self) -> Self {
        if matches!(self, Self::Steps([])) { Self::Here } else { self }
    }

    /// The index of the next array element on the path, and the path after it.
    fn element(self) -> Option<(usize, Self)> {
        let (step, rest) = match self {
            Self::Steps([first, rest @ ..]) => (first.as_str(), Self::Steps(rest).here_at_end()),
            Self::Names(names) => {
                names.split_once('.').map_or((names, Self::Here), |(first, rest)| (first, Self::Names(rest)))
            }
            Self::Steps([]) | Self::Here => return None,
        };
        // Digits without a leading zero (RFC 6901 §4).
        let plain = step == "0" || step.starts_with(|first: char| ('1'..='9').contains(&first));
        step.parse().ok().filter(|_| plain).map(|index| (index, rest))
    }
}

/// Parses a whole value and keeps the field at the end of the path; of duplicates the first.
struct FieldFinder<'f>(Rest<'f>);

impl<'de> DeserializeSeed<'de> for FieldFinder<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        match self.0 {
            Rest::Here => <&'de RawValue as serde::Deserialize>::deserialize(reader).map(Some),
            _ => reader.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for FieldFinder<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let (mut left, mut found) = (self.0.element(), None);
        loop {
            match left {
                Some((0, rest)) => {
                    let Some(value) = seq.next_element_seed(FieldFinder(rest))? else { break };
                    (left, found) = (None, value);
                }
                Some((index, rest)) => {
                    if seq.next_element::<IgnoredAny>()?.is_none() {
                        break;
                    }
                    left = Some((index.saturating_sub(1), rest));
                }
                None if seq.next_element::<IgnoredAny>()?.is_none() => break,
                None => {}
            }
        }
        Ok(found)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(FieldName(name)) = map.next_key()? {
            match self.0.after(&name) {
                Some(rest) if found.is_none() => found = map.next_value_seed(FieldFinder(rest))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// A member name, borrowed if it contains no escapes.
#[derive(serde::Deserialize)]
struct FieldName<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn look(line: &str, field: &str) -> Result<(String, u64), ExtractFailureReason> {
        let field = FieldPath::parse(field).unwrap();
        let found = extract_tokens(TextChunk::whole(line.as_bytes()), &field).next().unwrap();
        let place = |seen: TokenMatch<'_>| (String::from_utf8(seen.token.into_owned()).unwrap(), seen.place.column);
        found.map(place).map_err(|miss| miss.why)
    }

    #[test]
    fn field_is_pointer_or_dotted_name() {
        for (line, field, column) in [
            (r#"{"t":"a.b.c"}"#, "t", 7),
            (r#"{"t":"a.b.c"}"#, "/t", 7),
            (r#"{"x":{"t":"Bearer a.b.c "}}"#, "x.t", 19),
            (r#"{"x":{"t":"a.b.c"}}"#, "/x/t", 12),
            (r#"{"x.y":{"t":"a.b.c"}}"#, "x.y.t", 14),
            (r#"{"x":0,"x.y.t":"a.b.c"}"#, "x.y.t", 17),
            (r#"{"x":{"y":1},"x.y":{"t":"a.b.c"}}"#, "x.y.t", 26),
            (r#"{"x":[{},{"t":"a.b.c"},{"t":"no"}]}"#, "x.1.t", 16),
            (r#"{"x":["no","a.b.c"]}"#, "/x/1", 13),
            (r#"{"a/b":{"c~":"a.b.c"}}"#, "/a~1b/c~0", 15),
            (r#"{"\u0074":"a\u002eb.c"}"#, "t", 12),
            (r#"{"t":"a.b.c","t":"d.e.f"}"#, "t", 7),
        ] {
            assert_eq!(look(line, field), Ok(("a.b.c".to_owned(), column)), "{line} {field}");
        }
        for text in ["", ".", "a.", ".a", "a..b", "/a~2", "/a~"] {
            assert_eq!(FieldPath::parse(text), None, "{text}");
        }
    }

    #[test]
    fn line_without_token_fails_with_reason() {
        assert_eq!(look("{}", "t"), Err(ExtractFailureReason::NoField));
        assert_eq!(look(r#"{"t":{"u":1}}"#, "t.u.v"), Err(ExtractFailureReason::NoField));
        assert_eq!(look(r#"{"x":["a"]}"#, "/x/01"), Err(ExtractFailureReason::NoField));
        assert_eq!(look("17", "t"), Err(ExtractFailureReason::NoField));
        assert_eq!(look(r#"{"t":["a.b.c"]}"#, "t"), Err(ExtractFailureReason::NotText("an array")));
        assert_eq!(look(r#"{"t":null}"#, "t"), Err(ExtractFailureReason::NotText("null")));
        for line in ["{", "a.b.c", r#"{"t":"a.b.c"} x"#, r#"{"t":"\ud800"}"#, "\u{0}", &"[".repeat(100_000)] {
            assert!(matches!(look(line, "t"), Err(ExtractFailureReason::NotJson(_))), "{line}");
        }
    }

    #[test]
    fn every_line_yields_one_result() {
        let text = "{\"t\":\"a.b.c\"}\n\n \r\n{\"t\":\"d.e.f\"}\r\nrubbish";
        let field = FieldPath::parse("t").unwrap();
        let found: Vec<_> = extract_tokens(TextChunk::whole(text.as_bytes()), &field)
            .map(|found| found.map(|seen| seen.place.line).map_err(|miss| miss.line))
            .collect();
        assert_eq!(found, [Ok(1), Ok(4), Err(5)]);
    }
}
