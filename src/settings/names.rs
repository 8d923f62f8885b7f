//! Names in `authkit.toml` that must exist: an unknown one is an error with its position, never silently ignored.

use super::parse_severity;
use crate::rule;
use crate::rule_config::SeverityOverride;
use crate::rule_config::limit::{self, Limit, LimitUnit};
use crate::rule_config::profile::{self, PROFILES, Profile};
use crate::suggest::did_you_mean;
use crate::time::Span;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A profile by its name.
#[derive(Debug)]
pub(super) struct ProfileName(pub &'static Profile);

impl<'de> Deserialize<'de> for ProfileName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        profile::find(&name).map(Self).ok_or_else(|| {
            let known: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
            let hint = did_you_mean(&name, known.iter().copied());
            let hint = hint.unwrap_or_else(|| format!("known profiles: {}", known.join(", ")));
            D::Error::custom(format!("unknown profile \"{name}\"; {hint}"))
        })
    }
}

impl JsonSchema for ProfileName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Profile".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        schemars::json_schema!({ "enum": names })
    }
}

/// A rule by its id.
#[derive(Clone, PartialEq, Eq, Debug, JsonSchema)]
#[schemars(transparent)]
pub(crate) struct RuleId(pub String);

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let rules = rule::all_rules();
        if rules.iter().any(|rule| rule.id == id) {
            return Ok(Self(id));
        }
        let hint = did_you_mean(&id, rules.iter().map(|rule| rule.id));
        let hint = hint.unwrap_or_else(|| "list rules with authkit explain --list".to_owned());
        Err(D::Error::custom(format!("unknown rule \"{id}\"; {hint}")))
    }
}

/// Overridden limits, in their units.
#[derive(Debug, Default)]
pub(super) struct LimitOverrides(pub Vec<(&'static Limit, u64)>);

/// A limit as written.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
enum LimitText {
    Number(u64),
    /// A duration: `15m`.
    Text(String),
}

/// Parses a limit: a number in its unit, or a duration if the unit is seconds. A number without a unit is not a
/// duration, except 0: it may be meant in minutes.
///
/// # Errors
/// Returns the expected format.
pub fn parse_limit(threshold: &Limit, text: &str) -> Result<u64, String> {
    if threshold.unit != LimitUnit::Seconds {
        let wrong = || format!("{} must be a whole number ({}), not \"{text}\"", threshold.name, threshold.unit.name());
        return text.parse::<u64>().map_err(|_| wrong());
    }
    if text == "0" {
        return Ok(0);
    }
    Span::parse(text).map(Span::as_seconds).map_err(|error| format!("{}: {error}", threshold.name))
}

struct LimitName(&'static Limit);

impl<'de> Deserialize<'de> for LimitName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        limit::find(&name).map(Self).ok_or_else(|| {
            let hint = did_you_mean(&name, limit::LIMITS.iter().map(|limit| limit.name));
            let hint = hint.unwrap_or_else(|| "list limits with authkit explain --list".to_owned());
            D::Error::custom(format!("unknown limit \"{name}\"; {hint}"))
        })
    }
}

/// The value of a limit, parsed by its unit.
struct LimitValue(&'static Limit);

impl<'de> serde::de::DeserializeSeed<'de> for LimitValue {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        let text = match LimitText::deserialize(deserializer) {
            Ok(LimitText::Number(number)) => number.to_string(),
            Ok(LimitText::Text(text)) => text,
            Err(_) => return Err(D::Error::custom("expected a whole number, or a duration such as \"15m\"")),
        };
        parse_limit(self.0, &text).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for LimitOverrides {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = LimitOverrides;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of limits")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LimitOverrides, A::Error> {
                let mut limits = Vec::new();
                while let Some(LimitName(threshold)) = map.next_key()? {
                    limits.push((threshold, map.next_value_seed(LimitValue(threshold))?));
                }
                Ok(LimitOverrides(limits))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl JsonSchema for LimitOverrides {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limits".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<BTreeMap<String, LimitText>>()
    }
}

/// Severities by rule.
#[derive(Debug, Default)]
pub(super) struct SeverityOverrides(pub Vec<(String, SeverityOverride)>);

#[derive(Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum SeverityName {
    Off,
    Info,
    Warning,
    Error,
}

impl SeverityName {
    const fn text(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl<'de> Deserialize<'de> for SeverityOverrides {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = SeverityOverrides;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SeverityOverrides, A::Error> {
                let mut severities = Vec::new();
                while let Some(RuleId(rule)) = map.next_key()? {
                    let name: SeverityName = map.next_value()?;
                    severities.extend(parse_severity(name.text()).map(|severity| (rule, severity)));
                }
                Ok(SeverityOverrides(severities))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl JsonSchema for SeverityOverrides {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Severities".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<BTreeMap<String, SeverityName>>()
    }
}
