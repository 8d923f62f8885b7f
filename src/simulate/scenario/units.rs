//! Units of a scenario: durations in nanoseconds, rates and probability distributions, with their syntax.

use crate::simulate::rng::{Stream, whole};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Nanoseconds. [`FOREVER`] for `inf`.
pub type Nanos = u64;

/// An infinite duration.
pub const FOREVER: Nanos = u64::MAX;
/// One second in nanoseconds.
pub const SECOND: Nanos = 1_000_000_000;
/// One day in nanoseconds.
pub const DAY: Nanos = 86_400 * SECOND;

/// Of units with the same first letter, longer ones come first, so that `ms` is not parsed as `m`.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("ms", 1e6),
    ("min", 60e9),
    ("sec", 1e9),
    ("s", 1e9),
    ("m", 60e9),
    ("hour", 3600e9),
    ("h", 3600e9),
    ("day", 86_400e9),
    ("d", 86_400e9),
    ("w", 604_800e9),
];

/// The longest finite duration in nanoseconds: a hundred years.
const LONGEST: f64 = 36_525.0 * 86_400e9;

/// Nanoseconds in seconds; infinite for [`FOREVER`].
pub fn seconds(nanos: Nanos) -> f64 {
    if nanos == FOREVER { f64::INFINITY } else { nanos as f64 / 1e9 }
}

/// Parses `15m`, `1h30m`, `0.5ms`, `25us`, `30d` or `inf`; `0` needs no unit.
///
/// # Errors
/// Returns the expected syntax.
pub fn parse_duration(text: &str) -> Result<Nanos, String> {
    let wrong = || format!("\"{text}\" is not a duration; write 90s, 15m, 1h30m, 0.5ms, 30d or inf");
    let mut rest = text.trim();
    match rest {
        "inf" => return Ok(FOREVER),
        "0" => return Ok(0),
        "" => return Err(wrong()),
        _ => {}
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, after) = rest.split_at_checked(digits).ok_or_else(wrong)?;
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let (unit, size) = UNITS.iter().find(|(unit, _)| after.starts_with(unit)).ok_or_else(wrong)?;
        sum += number * size;
        rest = after.get(unit.len()..).unwrap_or_default();
    }
    if sum > LONGEST {
        return Err(format!("\"{text}\" is longer than a hundred years; write inf for an infinite duration"));
    }
    Ok(whole(sum + 0.5))
}

/// Parses a rate, `1/min`, `0.2/s` or `1/60s`, into events per second.
///
/// # Errors
/// Returns the expected syntax.
pub fn parse_rate(text: &str) -> Result<f64, String> {
    let wrong = || format!("\"{text}\" is not a rate; write 1/min, 0.2/s or 1/60s");
    let (count, per) = text.split_once('/').ok_or_else(wrong)?;
    let count: f64 = count.trim().parse().map_err(|_| wrong())?;
    let per = per.trim();
    let span = match per.starts_with(|c: char| c.is_ascii_digit()) {
        true => parse_duration(per),
        false => parse_duration(&format!("1{per}")),
    };
    let span = span.ok().filter(|span| *span > 0 && *span != FOREVER).ok_or_else(wrong)?;
    if !count.is_finite() || count < 0.0 {
        return Err(wrong());
    }
    Ok(count / seconds(span))
}

/// The probability distribution of a duration, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum DurationDistribution {
    /// Always this duration; [`FOREVER`] for `inf`.
    Const(Nanos),
    /// Exponential with this mean.
    Exp(Nanos),
    /// Uniform over [low, high).
    Uniform(Nanos, Nanos),
}

impl DurationDistribution {
    /// Parses `15m`, `const(100us)`, `exp(100us)` or `uniform(60m,90m)`.
    ///
    /// # Errors
    /// Returns the expected syntax.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some((name, inside)) = text.trim().strip_suffix(')').and_then(|text| text.split_once('(')) else {
            return parse_duration(text).map(Self::Const);
        };
        let wrong =
            || format!("\"{text}\" is not a distribution of durations; write const(1ms), exp(1ms) or uniform(1ms,2ms)");
        match (name.trim(), inside.split_once(',')) {
            ("const", None) => parse_duration(inside).map(Self::Const),
            ("exp", None) => parse_duration(inside).map(Self::Exp),
            ("uniform", Some((low, high))) => {
                let (low, high) = (parse_duration(low)?, parse_duration(high)?);
                if low > high || high == FOREVER {
                    return Err(format!("\"{text}\": both bounds must be finite, the lower one first"));
                }
                Ok(Self::Uniform(low, high))
            }
            _ => Err(wrong()),
        }
    }

    /// A random duration in nanoseconds.
    #[inline]
    pub fn draw(self, stream: &mut Stream) -> Nanos {
        match self {
            Self::Const(nanos) => nanos,
            Self::Exp(mean) => stream.gap(mean as f64),
            Self::Uniform(low, high) => low.saturating_add(stream.within(high.saturating_sub(low))),
        }
    }

    /// The smallest possible duration, in nanoseconds.
    pub const fn least(self) -> Nanos {
        match self {
            Self::Const(nanos) => nanos,
            Self::Exp(_) => 0,
            Self::Uniform(low, _) => low,
        }
    }

    /// Mean in seconds.
    pub fn mean_s(self) -> f64 {
        match self {
            Self::Const(nanos) | Self::Exp(nanos) => seconds(nanos),
            Self::Uniform(low, high) => (seconds(low) + seconds(high)) / 2.0,
        }
    }

    /// Second moment E\[X²\] in s².
    pub fn square_mean_s(self) -> f64 {
        match self {
            Self::Const(nanos) => seconds(nanos).powi(2),
            Self::Exp(nanos) => 2.0 * seconds(nanos).powi(2),
            Self::Uniform(low, high) => {
                let (a, b) = (seconds(low), seconds(high));
                (a * a + a * b + b * b) / 3.0
            }
        }
    }
}

macro_rules! from_text {
    ($($name:ident($inner:ty) by $parse:expr;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $parse(&text).map(Self).map_err(D::Error::custom)
            }
        }
    )*};
}

/// A duration in a scenario, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct ScenarioSpan(pub Nanos);

/// A rate in a scenario, in events per second.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rate(pub f64);

from_text! {
    ScenarioSpan(Nanos) by parse_duration;
    Rate(f64) by parse_rate;
}

impl<'de> Deserialize<'de> for DurationDistribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_rates_and_distributions_are_parsed() {
        for (text, nanos) in [
            ("90s", 90 * SECOND),
            ("1h30m", 5_400 * SECOND),
            ("0.5ms", 500_000),
            ("25us", 25_000),
            ("30d", 30 * DAY),
            ("0s", 0),
            ("0", 0),
            ("inf", FOREVER),
        ] {
            assert_eq!(parse_duration(text), Ok(nanos), "{text}");
        }
        for text in ["", "5", "-5s", "5x", "s", "1..2s", "1e3s", "2000000d"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        for (text, rate) in [("1/min", 1.0 / 60.0), ("0.2/s", 0.2), ("1/60s", 1.0 / 60.0), ("50/day", 50.0 / 86_400.0)]
        {
            assert!((parse_rate(text).unwrap() - rate).abs() < 1e-15, "{text}");
        }
        for text in ["1", "1/", "x/s", "1/0s", "-1/s", "inf/s", "1/inf"] {
            assert!(parse_rate(text).is_err(), "{text}");
        }
        assert_eq!(
            DurationDistribution::parse("uniform(60m,90m)"),
            Ok(DurationDistribution::Uniform(3_600 * SECOND, 5_400 * SECOND))
        );
        assert_eq!(DurationDistribution::parse("exp(100us)"), Ok(DurationDistribution::Exp(100_000)));
        for text in ["exp()", "uniform(2s,1s)", "normal(1s)", "uniform(1s)"] {
            assert!(DurationDistribution::parse(text).is_err(), "{text}");
        }
    }
}
