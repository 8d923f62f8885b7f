//! Points in time and durations in whole seconds, and their text formats. This module has no clock.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds (RFC 7519 §2, NumericDate).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub struct UnixTime(pub i64);

/// A duration in whole seconds, never negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct Span(u64);

/// Larger numbers of seconds (after the year 5138) are taken as milliseconds.
pub const LATEST_SECONDS: i64 = 100_000_000_000;

/// Why a text is not a time. `Display` lists valid forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimeError {
    /// Not a duration; holds the text.
    InvalidDuration(String),
    /// Not a time; holds the text.
    InvalidTime(String),
    /// Months and years (`P1M`, `P1Y`) have no fixed length.
    NoFixedLength(String),
    /// A number that is a time in milliseconds, not in seconds.
    Milliseconds(i64),
    /// A time or duration that no number of seconds holds.
    OutOfRange(String),
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidDuration(text) => {
                write!(f, "\"{text}\" is not a duration; use 90s, 15m, 1h30m, 7d, 2w or PT15M")
            }
            Self::InvalidTime(text) => {
                write!(
                    f,
                    "\"{text}\" is not a time; use 2026-01-31T12:00:00Z, 2026-01-31, Unix seconds, now, +15m or -5m"
                )
            }
            Self::NoFixedLength(text) => write!(
                f,
                "\"{text}\" has months or years, which have no fixed length; use days (30d, P30D), or PT15M for minutes"
            ),
            Self::Milliseconds(n) => {
                write!(f, "{n} looks like milliseconds; use seconds: {}", n.checked_div(1000).unwrap_or(*n))
            }
            Self::OutOfRange(text) => write!(f, "\"{text}\" is out of range"),
        }
    }
}

impl std::error::Error for TimeError {}

impl UnixTime {
    /// Later by `span`; saturates, which does not affect comparisons.
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add_unsigned(span.0))
    }

    /// Earlier by `span`; saturates.
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub_unsigned(span.0))
    }

    /// From `earlier` to `self`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(u64::try_from(i128::from(self.0).saturating_sub(i128::from(earlier.0))).unwrap_or(0))
    }

    /// Relative to `now`: `in 14 min`, `42 s ago` or `now`.
    pub fn relative_to(self, now: Self) -> String {
        match self.cmp(&now) {
            std::cmp::Ordering::Greater => format!("in {}", self.since(now)),
            std::cmp::Ordering::Less => format!("{} ago", now.since(self)),
            std::cmp::Ordering::Equal => "now".to_owned(),
        }
    }

    /// Parses RFC 3339, a date (midnight UTC), Unix seconds, `now`, `+15m` and `-5m`.
    pub fn parse(text: &str, now: Self) -> Result<Self, TimeError> {
        if text == "now" {
            return Ok(now);
        }
        if let Some(span) = text.strip_prefix('+') {
            let span = Span::parse(span)?;
            return now.0.checked_add_unsigned(span.0).map(Self).ok_or_else(|| TimeError::OutOfRange(text.to_owned()));
        }
        if let Some(span) = text.strip_prefix('-') {
            let span = Span::parse(span)?;
            return now.0.checked_sub_unsigned(span.0).map(Self).ok_or_else(|| TimeError::OutOfRange(text.to_owned()));
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            let seconds: i64 = text.parse().map_err(|_| TimeError::OutOfRange(text.to_owned()))?;
            return if seconds > LATEST_SECONDS { Err(TimeError::Milliseconds(seconds)) } else { Ok(Self(seconds)) };
        }
        let is_date = text.len() == "2026-01-31".len() && !text.contains('T');
        let midnight = is_date.then(|| format!("{text}T00:00:00Z"));
        DateTime::parse_from_rfc3339(midnight.as_deref().unwrap_or(text))
            .map(|instant| Self(instant.timestamp()))
            .map_err(|_| TimeError::InvalidTime(text.to_owned()))
    }

    /// Like [`UnixTime::parse`], but a bare duration counts from `now`: `15m` is `+15m`.
    pub fn parse_or_span(text: &str, now: Self) -> Result<Self, TimeError> {
        match Span::parse(text) {
            Ok(span) => Self::parse(&format!("+{}s", span.0), now),
            Err(TimeError::InvalidDuration(_)) => Self::parse(text, now),
            Err(other) => Err(other),
        }
    }
}

/// RFC 3339 in UTC; plain seconds outside the years 0 to 9999.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = DateTime::from_timestamp(self.0, 0)
            .map(|instant| instant.to_rfc3339_opts(SecondsFormat::Secs, true))
            .filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        match written {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} s", self.0),
        }
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
const WEEK: u64 = 604_800;

impl Span {
    /// A span of seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Its length in seconds.
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// Parses `90s 15m 1h30m 7d 2w`, the form of `Display` (`1 h 30 min`, also `15 minutes`), and ISO 8601 (`PT15M`,
    /// `P1DT12H`, `P2W`); units in descending order.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::InvalidDuration(text.to_owned());
        let seconds = match text.strip_prefix(['P', 'p']) {
            Some(iso) => parse_iso(iso, text)?,
            None => sum_units(text, UNITS).map_err(|e| e.into_error(text))?,
        };
        seconds.map(Self).ok_or_else(wrong)
    }
}

/// A unit: its names and its length in seconds.
type Unit = (&'static [&'static str], u64);

const UNITS: &[Unit] = &[
    (&["w", "week", "weeks"], WEEK),
    (&["d", "day", "days"], DAY),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE),
    (&["s", "sec", "secs", "second", "seconds"], 1),
];

/// Units without a fixed length.
const CALENDAR_UNITS: [&str; 6] = ["y", "year", "years", "mo", "month", "months"];

fn parse_iso(iso: &str, text: &str) -> Result<Option<u64>, TimeError> {
    let upper = iso.to_ascii_uppercase();
    let (date, time) = match upper.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (upper.as_str(), None),
    };
    if iso.contains(' ') {
        return Ok(None);
    }
    if date.contains(['M', 'Y']) {
        return Err(TimeError::NoFixedLength(text.to_owned()));
    }
    let days = sum_units(date, &[(&["W"], WEEK), (&["D"], DAY)]).map_err(|e| e.into_error(text))?;
    let seconds = match time {
        None => return Ok(days),
        Some(time) => {
            sum_units(time, &[(&["H"], HOUR), (&["M"], MINUTE), (&["S"], 1)]).map_err(|e| e.into_error(text))?
        }
    };
    match (date.is_empty(), days, seconds) {
        (true, _, Some(seconds)) => Ok(Some(seconds)),
        (false, Some(days), Some(seconds)) => {
            days.checked_add(seconds).map(Some).ok_or_else(|| TimeError::OutOfRange(text.to_owned()))
        }
        _ => Ok(None),
    }
}

enum UnitFault {
    Shape,
    Range,
    Calendar,
}

impl UnitFault {
    fn into_error(self, text: &str) -> TimeError {
        match self {
            Self::Shape => TimeError::InvalidDuration(text.to_owned()),
            Self::Range => TimeError::OutOfRange(text.to_owned()),
            Self::Calendar => TimeError::NoFixedLength(text.to_owned()),
        }
    }
}

/// Sums text such as `12h30m` and `12 h 30 min`; each unit at most once, in the order of `units`. `None` for empty text.
fn sum_units(text: &str, units: &[Unit]) -> Result<Option<u64>, UnitFault> {
    let (mut rest, mut units, mut sum) = (text, units.iter(), None::<u64>);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits).ok_or(UnitFault::Shape)?;
        let tail = tail.trim_start_matches(' ');
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, next) = tail.split_at_checked(letters).ok_or(UnitFault::Shape)?;
        if number.is_empty() {
            return Err(UnitFault::Shape);
        }
        if CALENDAR_UNITS.contains(&unit) {
            return Err(UnitFault::Calendar);
        }
        let &(_, length) = units.find(|(names, _)| names.contains(&unit)).ok_or(UnitFault::Shape)?;
        let number: u64 = number.parse().map_err(|_| UnitFault::Range)?;
        let part = number.checked_mul(length).ok_or(UnitFault::Range)?;
        sum =
            Some(sum.unwrap_or(0).checked_add(part).filter(|sum| i64::try_from(*sum).is_ok()).ok_or(UnitFault::Range)?);
        rest = next.trim_start_matches(' ');
        // A space is between parts, not after the last one.
        if rest.is_empty() && !next.is_empty() {
            return Err(UnitFault::Shape);
        }
    }
    Ok(sum)
}

/// The two largest units: `42 s`, `14 min`, `1 h 30 min`, `7 d`; never a fraction such as `3.2 y`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(2))
    }
}

impl Span {
    /// The span with at most this many units, the largest first.
    fn to_text(self, units: usize) -> String {
        const PRINTED: [(u64, &str); 4] = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s")];
        let first = PRINTED.iter().position(|(length, _)| self.0 >= *length).unwrap_or(3);
        let mut rest = self.0;
        let mut words = Vec::new();
        for (length, name) in PRINTED.iter().skip(first).take(units) {
            let count = rest.checked_div(*length).unwrap_or(0);
            rest = rest.checked_rem(*length).unwrap_or(0);
            if count > 0 || self.0 == 0 {
                words.push(format!("{count} {name}"));
            }
        }
        words.join(" ")
    }

    /// The largest unit alone, for tables: `42s`, `14m`, `1h`, `89d`. [`Span::parse`] reads it.
    pub fn to_short(self) -> String {
        let units = [('d', DAY), ('h', HOUR), ('m', MINUTE)];
        let unit = units.into_iter().find(|(_, length)| self.0 >= *length).unwrap_or(('s', 1));
        format!("{}{}", self.0.checked_div(unit.1).unwrap_or(0), unit.0)
    }

    /// The span with as many units as distinguish it from `other`: `1 d 1 s` next to `1 d`.
    pub fn distinct_from(self, other: Self) -> String {
        let told = (2..4).map(|units| self.to_text(units)).find(|words| *words != other.to_string());
        told.unwrap_or_else(|| self.to_text(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    #[test]
    fn distinct_spans_have_distinct_texts() {
        let beside = |own: u64, other: u64| Span::seconds(own).distinct_from(Span::seconds(other));
        assert_eq!(beside(86_401, 86_400), "1 d 1 s");
        assert_eq!(beside(86_460, 86_400), "1 d 1 min");
        assert_eq!(beside(3_600, 900), "1 h");
        assert_eq!(beside(90_061, 86_400), "1 d 1 h");
        assert_eq!(beside(0, 1), "0 s");
    }

    #[test]
    fn short_span_has_one_unit() {
        for (seconds, short) in [(0, "0s"), (59, "59s"), (95, "1m"), (5_400, "1h"), (7_775_999, "89d")] {
            assert_eq!(Span(seconds).to_short(), short);
        }
    }

    #[test]
    fn valid_durations_are_parsed() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("1h30m", 5_400),
            ("7d", 604_800),
            ("2w", 1_209_600),
            ("PT15M", 900),
            ("pt15m", 900),
            ("P1DT12H", 129_600),
            ("P2W", 1_209_600),
            ("PT0S", 0),
            ("15min", 900),
            ("15 m", 900),
            ("1 h 30 min", 5_400),
            ("1h 30min", 5_400),
            ("1 day", 86_400),
            ("2 weeks 1 hour 1 second", 1_213_201),
        ] {
            assert_eq!(Span::parse(text), Ok(Span(seconds)), "{text}");
        }
    }

    #[test]
    fn formatted_duration_is_parsed_again() {
        for seconds in [0, 1, 59, 60, 95, 5_400, 86_399, 86_400, 90_061, 31_536_000, 7_775_999] {
            let span = Span(seconds);
            assert_eq!(Span::parse(&span.to_text(4)), Ok(span), "{span}");
            assert!(Span::parse(&span.to_short()).is_ok() && Span::parse(&span.to_string()).is_ok(), "{span}");
        }
    }

    #[test]
    fn invalid_duration_is_rejected() {
        for text in [
            "", "15", "m", "1m1h", "1m1m", "1min1m", "-5m", "1.5h", "P", "PT", "P1DT", "15M", "é", " 15m", "15m ",
            "15 ", "1 5m", "15\tm", "P 1D", "PT15MIN", "15 Min", "15minx", "1h,30m",
        ] {
            assert_eq!(Span::parse(text), Err(TimeError::InvalidDuration(text.to_owned())), "{text}");
        }
        for text in ["P1M", "P1Y", "P1MT1H", "1y", "2 years", "6 months", "1mo"] {
            assert_eq!(Span::parse(text), Err(TimeError::NoFixedLength(text.to_owned())), "{text}");
        }
        for text in ["99999999999999999999s", "9999999999999999w", "9223372036854775808s"] {
            assert_eq!(Span::parse(text), Err(TimeError::OutOfRange(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn valid_times_are_parsed() {
        for (text, seconds) in [
            ("now", 1_800_000_000),
            ("+15m", 1_800_000_900),
            ("-5m", 1_799_999_700),
            ("1700000000", 1_700_000_000),
            ("2026-01-31T12:00:00Z", 1_769_860_800),
            ("2026-01-31T13:00:00+01:00", 1_769_860_800),
            ("2026-01-31", 1_769_817_600),
            ("+1 h 30 min", 1_800_005_400),
        ] {
            assert_eq!(UnixTime::parse(text, NOW), Ok(UnixTime(seconds)), "{text}");
        }
        assert_eq!(UnixTime::parse("1700000000000", NOW), Err(TimeError::Milliseconds(1_700_000_000_000)));
        for text in ["", "tomorrow", "2026-02-30", "2026-1-31", "31.01.2026", "12:00", "15m", "1e9"] {
            assert_eq!(UnixTime::parse(text, NOW), Err(TimeError::InvalidTime(text.to_owned())), "{text}");
        }
        assert_eq!(UnixTime::parse_or_span("15m", NOW), Ok(UnixTime(1_800_000_900)));
        assert_eq!(UnixTime::parse_or_span("1700000000", NOW), Ok(UnixTime(1_700_000_000)));
    }

    #[test]
    fn times_are_formatted_in_two_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (42, "42 s"),
            (90, "1 min 30 s"),
            (900, "15 min"),
            (5_400, "1 h 30 min"),
            (86_400, "1 d"),
            (90_061, "1 d 1 h"),
        ] {
            assert_eq!(Span(seconds).to_string(), words);
        }
        assert_eq!(UnixTime(NOW.0 + 840).relative_to(NOW), "in 14 min");
        assert_eq!(UnixTime(NOW.0 - 42).relative_to(NOW), "42 s ago");
        assert_eq!(UnixTime(1_769_860_800).to_string(), "2026-01-31T12:00:00Z");
        assert_eq!(UnixTime(i64::MAX).to_string(), "9223372036854775807 s");
        assert_eq!(UnixTime(i64::MIN).minus(Span(5)), UnixTime(i64::MIN));
    }
}
