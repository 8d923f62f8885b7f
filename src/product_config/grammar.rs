//! Value grammars of products: `5m` is minutes in one grammar, and `60` is hours in another.

use super::redact::quote_or_redact;
use super::setting::SettingValue;
use super::tree::{Node, NodeValue};
use crate::secret::Secret;
use crate::time::Span;

/// The notation of a value in a product; other texts are [`SettingValue::Invalid`], templates unresolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grammar {
    /// A whole number of milliseconds, rounded up to whole seconds.
    Milliseconds,
    /// A whole number of seconds, without a sign; 0 is a duration of zero.
    Seconds,
    /// A whole number of minutes, without a sign.
    Minutes,
    /// A whole number of hours, without a sign.
    Hours,
    /// A whole number of days of 86,400 seconds, without a sign.
    Days,
    /// Go's `time.ParseDuration`: `1h30m`, `1.5h`, `300ms`; rounded up to whole seconds.
    Go,
    /// As `Go`, or `-1` for no limit.
    GoOrForever,
    /// Seconds, and 0 for no limit.
    SecondsOrForever,
    /// As `Go`, and 0 for no limit.
    GoZeroForever,
    /// A protobuf `Duration` in JSON, in seconds: `3600s`, `0.5s`.
    Protobuf,
    /// ISO 8601, `PT15M`.
    Iso8601,
    /// `expiresIn` of jsonwebtoken for Node.js: a number is seconds, a text has a unit (`7d`, `2 days`), and a text
    /// without one is milliseconds.
    Js,
    /// True or false, also as text.
    Switch,
    /// Any text, trimmed; a number or a switch becomes its text.
    Text,
    /// A list of texts, or one text with commas; the value joins them with commas.
    Texts,
    /// A secret text, which is never printed.
    Secret,
}

impl Grammar {
    /// The name in the list of formats.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Go => "Go duration (1h30m)",
            Self::GoOrForever => "Go duration, -1 for no limit",
            Self::SecondsOrForever => "seconds, 0 for no limit",
            Self::GoZeroForever => "Go duration, 0 for no limit",
            Self::Protobuf => "protobuf duration (3600s)",
            Self::Iso8601 => "ISO 8601 duration (PT15M)",
            Self::Js => "seconds, or text with a unit (7d); text without one is milliseconds",
            Self::Switch => "true or false",
            Self::Text => "text",
            Self::Texts => "list of texts",
            Self::Secret => "secret",
        }
    }

    /// Parses the value of a node.
    pub fn read(self, node: &Node) -> SettingValue {
        match &node.value {
            NodeValue::Computed(_) => SettingValue::Unresolved,
            NodeValue::Text(text) if is_template(text) => SettingValue::Unresolved,
            NodeValue::Text(text) => self.parse(text),
            NodeValue::Number(text) => match self {
                // A number is not a text: here it counts seconds.
                Self::Js => Self::Seconds.parse(text),
                Self::Switch => SettingValue::Invalid(format!("{} is neither true nor false", quote_or_redact(text))),
                _ => self.parse(text),
            },
            NodeValue::Switch(value) => match self {
                Self::Switch => SettingValue::Switch(*value),
                Self::Text | Self::Texts => SettingValue::Text(value.to_string()),
                Self::Secret => SettingValue::Invalid(format!("{value} is not {}", self.wanted())),
                _ => SettingValue::Invalid(format!("{value} is not {}", self.wanted())),
            },
            NodeValue::Null => self.parse(""),
            NodeValue::List(items) => match self {
                Self::Texts => texts(items),
                _ => SettingValue::Invalid(format!("a list is not {}", self.wanted())),
            },
            NodeValue::Map(_) if node.is_computed() => SettingValue::Unresolved,
            NodeValue::Map(_) => SettingValue::Invalid(format!("a map is not {}", self.wanted())),
        }
    }

    /// The unit that could be appended to a bare number without changing its value; `None` without a bare number, or in
    /// a grammar without units.
    pub fn bare(self, node: &Node) -> Option<&'static str> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match (self, &node.value) {
            (Self::Js, NodeValue::Number(text)) if is_number(text) => Some("s"),
            (Self::Js, NodeValue::Text(text)) if is_number(text) => Some("ms"),
            (Self::Go | Self::GoOrForever | Self::GoZeroForever, NodeValue::Number(text) | NodeValue::Text(text))
                if text == "0" =>
            {
                Some("s")
            }
            _ => None,
        }
    }

    const fn wanted(self) -> &'static str {
        match self {
            Self::Milliseconds => "a number of milliseconds",
            Self::Seconds | Self::SecondsOrForever => "a number of seconds",
            Self::Minutes => "a number of minutes",
            Self::Hours => "a number of hours",
            Self::Days => "a number of days",
            Self::Go | Self::GoOrForever | Self::GoZeroForever => "a duration such as 15m or 1h30m",
            Self::Protobuf => "a number of seconds such as 3600s",
            Self::Iso8601 => "a duration such as PT15M",
            Self::Js => "a number of seconds, or a text such as 7d",
            Self::Switch => "true or false",
            Self::Text | Self::Secret => "text",
            Self::Texts => "a list of texts",
        }
    }

    /// Parses a text that is not a template.
    pub fn parse(self, text: &str) -> SettingValue {
        let text = text.trim();
        let lasts = |span: Option<Span>| match span {
            Some(span) => SettingValue::Duration(span),
            None => SettingValue::Invalid(format!("{} is not {}", quote_or_redact(text), self.wanted())),
        };
        match self {
            Self::Milliseconds => lasts(whole(text, 1).map(|span| Span::seconds(span.as_seconds().div_ceil(1_000)))),
            Self::Iso8601 => {
                lasts(Some(text).filter(|text| text.starts_with('P')).and_then(|text| Span::parse(text).ok()))
            }
            Self::Js => lasts(js(text)),
            Self::Seconds => lasts(whole(text, 1)),
            Self::SecondsOrForever if whole(text, 1) == Some(Span::seconds(0)) => SettingValue::Unlimited,
            Self::SecondsOrForever => lasts(whole(text, 1)),
            Self::Minutes => lasts(whole(text, 60)),
            Self::Hours => lasts(whole(text, 3_600)),
            Self::Days => lasts(whole(text, 86_400)),
            Self::GoOrForever if text == "-1" => SettingValue::Unlimited,
            Self::GoZeroForever if go(text) == Some(Span::seconds(0)) => SettingValue::Unlimited,
            Self::Go | Self::GoOrForever | Self::GoZeroForever => lasts(go(text)),
            Self::Protobuf => lasts(text.strip_suffix('s').filter(|rest| !rest.ends_with('m')).and_then(|_| go(text))),
            Self::Switch => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "t" => SettingValue::Switch(true),
                "false" | "0" | "f" => SettingValue::Switch(false),
                _ => SettingValue::Invalid(format!("{} is neither true nor false", quote_or_redact(text))),
            },
            Self::Text | Self::Texts => SettingValue::Text(text.to_owned()),
            Self::Secret => SettingValue::Secret(Secret::new(text.as_bytes().to_vec())),
        }
    }
}

fn texts(items: &[Node]) -> SettingValue {
    let mut words = Vec::new();
    for item in items {
        match &item.value {
            NodeValue::Text(text) if !is_template(text) => words.push(text.as_str()),
            NodeValue::Number(text) => words.push(text),
            NodeValue::Null => {}
            _ => return SettingValue::Unresolved,
        }
    }
    SettingValue::Text(words.join(","))
}

/// Whether a text is substituted elsewhere: by a shell, compose, Helm, Go or Jinja templates, Supabase's `env()`.
pub fn is_template(text: &str) -> bool {
    let text = text.trim();
    let named = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    ["${", "$(", "{{", "<%", "%("].iter().any(|mark| text.contains(mark))
        || text.starts_with("env(")
        || text.strip_prefix('$').is_some_and(|rest| {
            named(rest) && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
}

/// A whole number of units.
fn whole(text: &str, unit: u64) -> Option<Span> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.then(|| text.parse().ok())??;
    number.checked_mul(unit).map(Span::seconds)
}

/// The grammar of vercel/ms, without signs and fractions; it has no unit for months.
fn js(text: &str) -> Option<Span> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => {
            return whole(number, 1).map(|span| Span::seconds(span.as_seconds().div_ceil(1_000)));
        }
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        "y" | "yr" | "yrs" | "year" | "years" => 31_557_600,
        _ => return None,
    };
    whole(number, unit)
}

/// Go durations without a sign, rounded up to whole seconds.
fn go(text: &str) -> Option<Span> {
    if text == "0" {
        return Some(Span::seconds(0));
    }
    let (mut rest, mut nanoseconds) = (text, 0_u128);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(end)?;
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(unit_end)?;
        let unit: u128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        nanoseconds = nanoseconds.checked_add(decimal(number, unit)?)?;
        rest = next;
    }
    let seconds = nanoseconds.div_ceil(1_000_000_000);
    (!text.is_empty()).then(|| u64::try_from(seconds).ok().map(Span::seconds))?
}

/// `number` times `unit`, truncating the fraction after eighteen digits.
fn decimal(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut sum = whole.checked_mul(unit)?;
    let mut part = unit;
    for digit in fraction.chars().take(18) {
        part = part.checked_div(10)?;
        sum = sum.checked_add(part.checked_mul(u128::from(digit.to_digit(10)?))?)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(grammar: Grammar, text: &str) -> Option<u64> {
        match grammar.parse(text) {
            SettingValue::Duration(span) => Some(span.as_seconds()),
            _ => None,
        }
    }

    #[test]
    fn grammar_reads_its_units() {
        for (grammar, text, wanted) in [
            (Grammar::Seconds, "60", 60),
            (Grammar::Minutes, "60", 3_600),
            (Grammar::Hours, "60", 216_000),
            (Grammar::Days, "30", 2_592_000),
            (Grammar::Go, "1h30m", 5_400),
            (Grammar::Go, "1.5h", 5_400),
            (Grammar::Go, "720h", 2_592_000),
            (Grammar::Go, "300ms", 1),
            (Grammar::Go, "0", 0),
            (Grammar::Go, "0s", 0),
            (Grammar::Protobuf, "3600s", 3_600),
            (Grammar::Milliseconds, "900001", 901),
            (Grammar::Iso8601, "PT15M", 900),
            (Grammar::Js, "7d", 604_800),
            (Grammar::Js, "2 days", 172_800),
            (Grammar::Js, "3600", 4),
            (Grammar::Protobuf, "0.5s", 1),
        ] {
            assert_eq!(seconds(grammar, text), Some(wanted), "{text}");
        }
        assert_eq!(Grammar::GoOrForever.parse("-1"), SettingValue::Unlimited);
        assert_eq!(Grammar::GoZeroForever.parse("0s"), SettingValue::Unlimited);
        assert_eq!(Grammar::SecondsOrForever.parse("0"), SettingValue::Unlimited);
    }

    #[test]
    fn value_outside_grammar_is_invalid() {
        for (grammar, text) in [
            (Grammar::Seconds, "1h"),
            (Grammar::Seconds, "-1"),
            (Grammar::Seconds, "3600.5"),
            (Grammar::Seconds, ""),
            (Grammar::Seconds, "99999999999999999999"),
            (Grammar::Days, "99999999999999999"),
            (Grammar::Go, "7d"),
            (Grammar::Go, "15M"),
            (Grammar::Go, "15"),
            (Grammar::Go, "-1h"),
            (Grammar::Go, "1..5h"),
            (Grammar::Go, ".h"),
            (Grammar::Go, ""),
            (Grammar::Go, "9999999999999999999999999999999999999999h"),
            (Grammar::Protobuf, "5m"),
            (Grammar::Iso8601, "15m"),
            (Grammar::Js, "7 fortnights"),
            (Grammar::Js, "1 month"),
            (Grammar::Protobuf, "5ms"),
            (Grammar::Switch, "yes please"),
        ] {
            assert!(matches!(grammar.parse(text), SettingValue::Invalid(_)), "{grammar:?} {text}");
        }
    }

    #[test]
    fn template_value_is_unresolved() {
        for text in ["${TTL}", "${TTL:-3600}", "$TTL", "env(TTL)", "{{ .Values.ttl }}", "$(TTL)", "<%= ttl %>"] {
            assert!(is_template(text), "{text}");
        }
        for text in ["3600", "pa$$word", "$2b$10$abc", "env", "1h"] {
            assert!(!is_template(text), "{text}");
        }
    }
}
