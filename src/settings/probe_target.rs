//! `[probe.NAME]`: URLs to probe, the classes of their cookies, and allowed findings.

use super::names::RuleId;
use crate::cookie::class::{CookieClass, matches};
use crate::time::{Span, UnixTime};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::collections::BTreeMap;

/// A target.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProbeTarget {
    /// URLs to request with GET.
    pub urls: Vec<String>,
    /// A reverse proxy terminates TLS.
    #[serde(default)]
    pub assume_https: bool,
    /// Cookie classes, by name or pattern: `"sid*" = "session"`.
    #[serde(default)]
    pub cookies: BTreeMap<String, CookieClass>,
    /// Allowed findings about cookies.
    #[serde(default)]
    pub allow: Vec<CookieAllowance>,
}

/// A finding about a cookie that is allowed until a day.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CookieAllowance {
    /// The cookie name, where `*` matches any text.
    pub cookie: String,
    rule: RuleId,
    /// Why the finding is allowed; must not be empty.
    #[serde(deserialize_with = "super::ignores::reason")]
    pub reason: String,
    /// The last day of validity, in UTC: `2026-12-31`.
    pub until: Day,
}

impl CookieAllowance {
    /// Id of the rule whose findings are allowed.
    pub fn rule(&self) -> &str {
        &self.rule.0
    }

    /// Whether the last day of validity has ended, in UTC.
    pub fn is_expired(&self, now: UnixTime) -> bool {
        now >= self.until.end
    }

    /// Whether it applies to a finding of `rule` at `pointer`.
    pub fn covers(&self, rule: &str, pointer: &str) -> bool {
        let cookie = pointer.strip_prefix("/set-cookie/").and_then(|rest| rest.split('/').next());
        let own = |name: &str| {
            let name = name.replace("~1", "/").replace("~0", "~").to_ascii_lowercase();
            matches(&self.cookie.to_ascii_lowercase(), &name)
        };
        self.rule.0 == rule && cookie.is_some_and(own)
    }
}

/// A day as written, and the time at which it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Day {
    /// The day as written, `YYYY-MM-DD`.
    pub text: String,
    end: UnixTime,
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let start = UnixTime::parse(&format!("{text}T00:00:00Z"), UnixTime(0)).map_err(|_| {
            D::Error::custom(format!("invalid day \"{text}\": expected YYYY-MM-DD, such as \"2026-12-31\""))
        })?;
        Ok(Self { text, end: start.plus(Span::seconds(86_400)) })
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<String>()
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;
    use crate::time::UnixTime;

    #[test]
    fn target_is_parsed() {
        let text = "[probe.shop]\nurls = [\"https://shop.example/\"]\ncookies = { \"s*\" = \"session\" }\n\
            [[probe.shop.allow]]\ncookie = \"sso*\"\nrule = \"cookie-samesite-none\"\nreason = \"SSO\"\nuntil = \"2026-01-31\"\n";
        let settings = Settings::parse(text).unwrap();
        let allow = &settings.probe["shop"].allow[0];
        assert!(allow.covers("cookie-samesite-none", "/set-cookie/SSO-id/SameSite"));
        assert!(
            !allow.covers("cookie-samesite-none", "/set-cookie/sid")
                && !allow.covers("hsts-missing", "/set-cookie/sso")
        );
        assert!(!allow.is_expired(UnixTime(1_769_903_999)) && allow.is_expired(UnixTime(1_769_904_000)));
        for (from, to) in [("2026-01-31", "soon"), ("SSO", " "), ("cookie-samesite-none", "no-such"), ("urls", "url")] {
            assert!(Settings::parse(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
