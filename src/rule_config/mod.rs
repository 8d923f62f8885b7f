//! Rule configuration: limits by name, severities per rule, and profiles of both. Rules are named by id strings here;
//! the code that loads settings checks them against the list of rules.

use crate::finding::Severity;

pub mod limit;
pub mod profile;

use limit::Limit;
use profile::Profile;

/// An override of the severity of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeverityOverride {
    /// The rule is not run.
    Off,
    /// Applies to every finding.
    Always(Severity),
    /// Applies to findings with the rule's default severity; findings with another severity keep it.
    Default(Severity),
}

/// The rule configuration. The default leaves limits and severities unchanged.
#[derive(Clone, Default, Debug)]
pub struct RuleConfig {
    profile: Option<&'static Profile>,
    /// The last entry of a name takes precedence.
    limits: Vec<(&'static str, u64)>,
    severities: Vec<(String, SeverityOverride)>,
}

impl RuleConfig {
    /// Applies `profile`; later calls of [`RuleConfig::set_limit`] and [`RuleConfig::set_severity`] take precedence.
    pub fn with_profile(mut self, profile: &'static Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// The profile in effect.
    pub fn profile(&self) -> Option<&'static Profile> {
        self.profile
    }

    /// Sets a limit in the unit of `limit`.
    pub fn set_limit(&mut self, limit: &'static Limit, value: u64) {
        self.limits.push((limit.name, value));
    }

    /// Overrides the severity of `rule`.
    pub fn set_severity(&mut self, rule: &str, severity: SeverityOverride) {
        self.severities.push((rule.to_owned(), severity));
    }

    /// The limit in effect, in the unit of `limit`.
    pub fn limit(&self, limit: &Limit) -> u64 {
        let explicit = self.limits.iter().rev().map(|(name, value)| (*name, *value));
        let profile = self.profile.map_or(&[][..], |profile| profile.limits).iter().copied();
        explicit.chain(profile).find(|(name, _)| *name == limit.name).map_or(limit.default, |(_, value)| value)
    }

    /// The severity override of `rule`; `None` leaves its severities unchanged.
    pub fn severity(&self, rule: &str) -> Option<SeverityOverride> {
        let explicit = self.severities.iter().rev().find(|(id, _)| id == rule).map(|(_, severity)| *severity);
        let profile = || self.profile?.weights.iter().find(|(id, _)| *id == rule).map(|(_, severity)| *severity);
        explicit.or_else(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explicit_setting_overrides_profile_and_last_one_wins() {
        let max = &limit::ACCESS_TOKEN_MAX;
        let rule = "alg-rsa-pkcs1";
        let plain = RuleConfig::default();
        assert_eq!((plain.limit(max), plain.severity(rule)), (max.default, None));
        let mut fapi = RuleConfig::default().with_profile(profile::find("fapi2").unwrap());
        assert_eq!(fapi.severity(rule), Some(SeverityOverride::Always(Severity::Error)));
        fapi.set_severity(rule, SeverityOverride::Off);
        fapi.set_limit(max, 60);
        fapi.set_limit(max, 30);
        assert_eq!((fapi.limit(max), fapi.severity(rule)), (30, Some(SeverityOverride::Off)));
    }
}
