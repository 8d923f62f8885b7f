//! The claims of a token (RFC 7519 §4), each absent, malformed or present. Nothing here is verified.

use crate::encoding::json::{JsonError, JsonKind, JsonObject, JsonValue};
use crate::time::{LATEST_SECONDS, UnixTime};
use std::borrow::Cow;

/// An optional claim or header parameter. Absent and malformed are always distinguished.
#[derive(Clone, PartialEq, Debug)]
pub enum Claim<T> {
    /// Not in the object; null is [`Claim::Malformed`].
    Absent,
    /// Present, but not as its definition requires.
    Malformed(ClaimProblem),
    /// Present and parsed as its definition requires.
    Present(T),
}

/// Why a value is malformed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimProblem {
    /// Wrong JSON type.
    Type(JsonKind),
    /// A number so large that it must be milliseconds.
    Milliseconds,
    /// A number outside the range of dates.
    Range,
    /// An array that is empty, has duplicates, or holds elements other than strings.
    Elements,
    /// A `crit` with more names than any header needs.
    TooMany,
}

impl ClaimProblem {
    /// The malformed value in words, with its article: the rest of a message such as `claim "exp" is …`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Type(kind) => kind.name(),
            Self::Milliseconds => "a number too large for seconds (milliseconds?)",
            Self::Range => "a number out of range",
            Self::Elements => "an array that is empty, has duplicates or holds values other than strings",
            Self::TooMany => "an array of more than 16 names",
        }
    }
}

impl<T> Claim<T> {
    /// The parsed value; `None` if absent or malformed.
    pub fn present(&self) -> Option<&T> {
        if let Self::Present(value) = self { Some(value) } else { None }
    }

    /// Whether the object does not have it; false if it is malformed.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A NumericDate (RFC 7519 §2) in seconds. Of a fraction only its presence is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumericDate {
    whole: UnixTime,
    fraction: bool,
}

impl NumericDate {
    /// Rounded up to whole seconds. For `exp` and `nbf`, comparing whole seconds with this value equals comparing with
    /// the exact one.
    pub fn ceil(self) -> UnixTime {
        if self.fraction { UnixTime(self.whole.0.saturating_add(1)) } else { self.whole }
    }

    /// Rounded down to whole seconds, for `iat` and ages.
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
        reason = "both bounds, and every value between them, are far below 2^53"
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

/// The claims set, with the registered claims parsed.
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    /// All claims, as written.
    pub object: JsonObject<'a>,
    /// Expiry (RFC 7519 §4.1.4).
    pub exp: Claim<NumericDate>,
    /// Not before (§4.1.5).
    pub nbf: Claim<NumericDate>,
    /// Time of issue (§4.1.6).
    pub iat: Claim<NumericDate>,
    /// Issuer (§4.1.1).
    pub iss: Claim<Cow<'a, str>>,
    /// Subject (§4.1.2).
    pub sub: Claim<Cow<'a, str>>,
    /// Audiences (§4.1.3); one string is a list of one.
    pub aud: Claim<Vec<Cow<'a, str>>>,
    /// Token id (§4.1.7).
    pub jti: Claim<Cow<'a, str>>,
}

impl<'a> Claims<'a> {
    /// Reads one strict JSON object.
    ///
    /// # Errors
    /// The text is not a strict JSON object; a malformed claim is not an error here, but [`Claim::Malformed`].
    pub fn parse(json: &'a str) -> Result<Self, JsonError> {
        Ok(Self::from_object(JsonObject::parse(json)?))
    }

    /// Reads the registered claims of a parsed claims set; a malformed one becomes [`Claim::Malformed`].
    pub fn from_object(object: JsonObject<'a>) -> Self {
        // One pass: a token has few claims, and most of them are these.
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

    /// The value of the claim `name`; null counts as absent.
    pub fn said(&self, name: &str) -> Option<JsonValue<'a>> {
        self.object.get(name).filter(|value| value.kind() != JsonKind::Null)
    }

    /// Start of the validity period: `iat`, else `nbf`.
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
    fn dates_out_of_range_are_malformed() {
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
    fn audience_without_strings_is_malformed() {
        let aud = |json: &str| Claims::parse(json).unwrap().aud.present().map(Vec::len);
        assert_eq!(aud(r#"{"aud":"a"}"#), Some(1));
        assert_eq!(aud(r#"{"aud":["a","b"]}"#), Some(2));
        assert_eq!(aud(r#"{"aud":[1]}"#), None);
        assert_eq!(aud(r#"{"aud":{"a":1}}"#), None);
    }

    #[test]
    fn scopes_are_read_from_string_or_array() {
        for json in [r#"{"scope":"read  write"}"#, r#"{"scope":["read","write"]}"#, r#"{"scp":["read","write"]}"#] {
            assert_eq!(Claims::parse(json).unwrap().scopes(), ["read", "write"], "{json}");
        }
    }
}
