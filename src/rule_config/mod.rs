//! What judging goes by: limits by name, how much each rule weighs, and saved sets of both. Rules are named
//! by text here; whoever reads settings checks the names against the list of rules.

use crate::finding::Severity;

pub mod limit;
pub mod profile;

use limit::Limit;
use profile::Profile;

/// How much a finding of a rule shall weigh.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeverityOverride {
    /// The rule is not run.
    Off,
    /// Every finding.
    Always(Severity),
    /// Those that weigh what the rule says of itself; where a rule weighs one more or less, that stays.
    Default(Severity),
}

/// Settings for judging. The default is what the rules themselves say.
#[derive(Clone, Default, Debug)]
pub struct RuleConfig {
    profile: Option<&'static Profile>,
    /// Last wins.
    limits: Vec<(&'static str, u64)>,
    weights: Vec<(String, SeverityOverride)>,
}

impl RuleConfig {
    /// Judges as `profile` does; later calls of [`Policy::set_limit`] and [`Policy::set_weight`] go before it.
    pub fn with_profile(mut self, profile: &'static Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    pub fn profile(&self) -> Option<&'static Profile> {
        self.profile
    }

    /// Sets a limit in the unit of `threshold`.
    pub fn set_limit(&mut self, threshold: &'static Limit, value: u64) {
        self.limits.push((threshold.name, value));
    }

    /// Sets how much every finding of `rule` weighs.
    pub fn set_severity(&mut self, rule: &str, weight: SeverityOverride) {
        self.weights.push((rule.to_owned(), weight));
    }

    /// The limit that counts, in the unit of `threshold`.
    pub fn limit(&self, threshold: &Limit) -> u64 {
        let own = self.limits.iter().rev().map(|(name, value)| (*name, *value));
        let profile = self.profile.map_or(&[][..], |profile| profile.limits).iter().copied();
        own.chain(profile).find(|(name, _)| *name == threshold.name).map_or(threshold.default, |(_, value)| value)
    }

    /// How much findings of `rule` weigh; `None`: what the rule says.
    pub fn severity(&self, rule: &str) -> Option<SeverityOverride> {
        let own = self.weights.iter().rev().find(|(id, _)| id == rule).map(|(_, weight)| *weight);
        let profile = || self.profile?.weights.iter().find(|(id, _)| *id == rule).map(|(_, weight)| *weight);
        own.or_else(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_wins() {
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
