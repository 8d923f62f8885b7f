//! The claims of a token (RFC 7519 §4), each absent, malformed or present. Nothing here is verified.

use crate::encoding::json::{JsonError, JsonKind, JsonObject, JsonValue};
use crate::time::{LATEST_SECONDS, UnixTime};
use std::borrow::Cow;

/// A member that may be absent, and may be there and wrong. The two are never the same.
#[derive(Clone, PartialEq, Debug)]
pub enum Claim<T> {
    Absent,
    /// There, and not what its definition says.
    Malformed(ClaimProblem),
    Present(T),
}

/// What is wrong with a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimProblem {
    /// Of another JSON type than its definition says.
    Type(JsonKind),
    /// A number, but so large that it must be milliseconds.
    Milliseconds,
    /// A number outside the years that a date can have.
    Range,
    /// An array that is empty, or that says something twice or holds something else than strings.
    Elements,
    /// A `crit` of more names than any header has.
    TooMany,
}

impl ClaimProblem {
    pub fn describe(self) -> &'static str {
        match self {
            Self::Type(kind) => kind.name(),
            Self::Milliseconds => "a number too large for seconds (milliseconds?)",
            Self::Range => "a number out of range",
            Self::Elements => "an array that is empty, repeats itself or holds other things than strings",
            Self::TooMany => "an array of more than 16 names",
        }
    }
}

impl<T> Claim<T> {
    pub fn present(&self) -> Option<&T> {
        if let Self::Present(value) = self { Some(value) } else { None }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A NumericDate (RFC 7519 §2): seconds, perhaps with a fraction, of which no more is kept than that there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumericDate {
    whole: UnixTime,
    fraction: bool,
}

impl NumericDate {
    /// The first whole second that is not before it. For `exp` and `nbf`, comparing whole seconds
    /// with this is the same as comparing with the exact value.
    pub fn ceil(self) -> UnixTime {
        if self.fraction { UnixTime(self.whole.0.saturating_add(1)) } else { self.whole }
    }

    /// The last whole second that is not after it, for `iat` and ages.
    pub fn floor(self) -> UnixTime {
        self.whole
    }
}

/// 0000-01-01T00:00:00Z
const EARLIEST_SECONDS: i64 = -62_167_219_200;

impl NumericDate {
    /// Reads a JSON number of seconds.
    ///
    /// # Errors
    /// Not a number, not finite, before the year 0, or so late that it must be milliseconds.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "both bounds are far below 2^53, and so is what is between them"
    )]
    pub fn read(value: JsonValue<'_>) -> Result<Self, ClaimProblem> {
        if value.kind() != JsonKind::Number {
            return Err(ClaimProblem::Type(value.kind()));
        }
        match value.as_f64() {
            Some(seconds) if seconds > LATEST_SECONDS as f64 && seconds < LATEST_SECONDS as f64 * 1000.0 => {
                Err(ClaimProblem::Milliseconds)
            }
            Some(seconds) if seconds > LATEST_SECONDS as f64 || seconds < EARLIEST_SECONDS as f64 => {
                Err(ClaimProblem::Range)
            }
            Some(seconds) => {
                let whole = seconds.floor();
                Ok(Self { whole: UnixTime(whole as i64), fraction: seconds > whole })
            }
            None => Err(ClaimProblem::Range),
        }
    }
}

pub(super) fn read<'a, T>(
    value: Option<JsonValue<'a>>,
    read: impl FnOnce(JsonValue<'a>) -> Result<T, ClaimProblem>,
) -> Claim<T> {
    match value.map(read) {
        None => Claim::Absent,
        Some(Ok(value)) => Claim::Present(value),
        Some(Err(fault)) => Claim::Malformed(fault),
    }
}

pub(super) fn text(value: JsonValue<'_>) -> Result<Cow<'_, str>, ClaimProblem> {
    value.as_str().ok_or(ClaimProblem::Type(value.kind()))
}

/// A string, or an array of strings (RFC 7519 §4.1.3).
fn one_or_more(value: JsonValue<'_>) -> Result<Vec<Cow<'_, str>>, ClaimProblem> {
    match value.kind() {
        JsonKind::Text => Ok(vec![text(value)?]),
        JsonKind::Array => value.as_str_array().ok_or(ClaimProblem::Elements),
        other => Err(ClaimProblem::Type(other)),
    }
}

/// The claims set, with the registered claims read.
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    pub object: JsonObject<'a>,
    pub exp: Claim<NumericDate>,
    pub nbf: Claim<NumericDate>,
    pub iat: Claim<NumericDate>,
    pub iss: Claim<Cow<'a, str>>,
    pub sub: Claim<Cow<'a, str>>,
    pub aud: Claim<Vec<Cow<'a, str>>>,
    pub jti: Claim<Cow<'a, str>>,
}

impl<'a> Claims<'a> {
    /// Reads one strict JSON object.
    ///
    /// # Errors
    /// When the text is not one; wrong members are not an error here, they are [`Claim::Malformed`].
    pub fn parse(json: &'a str) -> Result<Self, JsonError> {
        Ok(Self::from_object(JsonObject::parse(json)?))
    }

    pub fn from_object(object: JsonObject<'a>) -> Self {
        // One walk: a token has few members, and most of them are these.
        let (mut exp, mut nbf, mut iat) = (Claim::Absent, Claim::Absent, Claim::Absent);
        let (mut iss, mut sub, mut aud, mut jti) = (Claim::Absent, Claim::Absent, Claim::Absent, Claim::Absent);
        for (name, value) in object.iter() {
            let value = Some(value);
            match name.as_bytes() {
                b"exp" => exp = read(value, NumericDate::read),
                b"nbf" => nbf = read(value, NumericDate::read),
                b"iat" => iat = read(value, NumericDate::read),
                b"iss" => iss = read(value, text),
                b"sub" => sub = read(value, text),
                b"aud" => aud = read(value, one_or_more),
                b"jti" => jti = read(value, text),
                _ => {}
            }
        }
        Self { object, exp, nbf, iat, iss, sub, aud, jti }
    }

    /// What the claim `name` says; null says nothing and counts as absent.
    pub fn said(&self, name: &str) -> Option<JsonValue<'a>> {
        self.object.get(name).filter(|value| value.kind() != JsonKind::Null)
    }

    /// From when the token counts as issued: `iat`, else `nbf`.
    pub fn starts(&self) -> Option<UnixTime> {
        self.iat.present().or(self.nbf.present()).map(|date| date.floor())
    }

    /// The scopes: `scope` as a string with spaces (RFC 8693 §4.2), or `scope`/`scp` as an array.
    pub fn scopes(&self) -> Vec<String> {
        let Some(value) = self.object.get("scope").or_else(|| self.object.get("scp")) else { return Vec::new() };
        match value.as_str() {
            Some(text) => text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            None => value.as_str_array().unwrap_or_default().into_iter().map(Cow::into_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exp(number: &str) -> Claim<UnixTime> {
        let json = format!("{{\"exp\":{number}}}");
        match Claims::parse(&json).unwrap().exp {
            Claim::Present(date) => Claim::Present(date.ceil()),
            Claim::Malformed(fault) => Claim::Malformed(fault),
            Claim::Absent => Claim::Absent,
        }
    }

    #[test]
    fn dates_are_numbers_in_range() {
        assert_eq!(exp("1800000000"), Claim::Present(UnixTime(1_800_000_000)));
        assert_eq!(exp("1800000000.5"), Claim::Present(UnixTime(1_800_000_001)));
        assert_eq!(exp("1.8e9"), Claim::Present(UnixTime(1_800_000_000)));
        assert_eq!(exp("-1"), Claim::Present(UnixTime(-1)));
        assert_eq!(exp("-1.5"), Claim::Present(UnixTime(-1)));
        assert_eq!(exp("1800000000000"), Claim::Malformed(ClaimProblem::Milliseconds));
        assert_eq!(exp("1e300"), Claim::Malformed(ClaimProblem::Range));
        assert_eq!(exp("-1e300"), Claim::Malformed(ClaimProblem::Range));
        assert_eq!(exp("\"1800000000\""), Claim::Malformed(ClaimProblem::Type(JsonKind::Text)));
        assert_eq!(exp("null"), Claim::Malformed(ClaimProblem::Type(JsonKind::Null)));
        assert!(Claims::parse("{\"exp\":1e400}").is_err());
        assert_eq!(Claims::parse("{}").unwrap().exp, Claim::Absent);
    }

    #[test]
    fn audiences_are_strings() {
        let aud = |json: &str| Claims::parse(json).unwrap().aud.present().map(Vec::len);
        assert_eq!(aud(r#"{"aud":"a"}"#), Some(1));
        assert_eq!(aud(r#"{"aud":["a","b"]}"#), Some(2));
        assert_eq!(aud(r#"{"aud":[1]}"#), None);
        assert_eq!(aud(r#"{"aud":{"a":1}}"#), None);
    }

    #[test]
    fn scopes_come_in_two_spellings() {
        for json in [r#"{"scope":"read  write"}"#, r#"{"scope":["read","write"]}"#, r#"{"scp":["read","write"]}"#] {
            assert_eq!(Claims::parse(json).unwrap().scopes(), ["read", "write"], "{json}");
        }
    }
}
