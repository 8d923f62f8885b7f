//! Values that are not what the product reads there, or surely not what was meant.

use super::{SettingGroupSubject, tell};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingOrigin, SettingRole, SettingValue, UnitPlacement};
use crate::rule::{Basis, Rule};
use crate::time::Span;

pub(super) const CONFIG_VALUE_INVALID: Rule<SettingGroupSubject> = Rule {
    id: "config-value-invalid",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: each product has its own grammar, see authkit man formats",
    why: "The product refuses to start, or quietly takes something else than what stands here.",
    fix: "write the value as the product reads it",
    bad: "[auth]\njwt_expiry = \"15m\"",
    good: "[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in &config.group.settings {
            if let SettingValue::Invalid(problem) = &setting.value {
                tell(report, setting, Severity::Error, || config.says(format_args!("{}: {problem}", setting.name)));
            }
        }
    },
};

pub(super) const UNIT_IMPLIED: Rule<SettingGroupSubject> = Rule {
    id: "unit-implied",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: Go takes no number but 0 without a unit; jsonwebtoken takes a number for seconds and a text for \
             milliseconds",
    why: "What a bare number counts is known to the product only, and the next one who changes it may think of another \
          unit.",
    fix: "write the unit; authkit lint --fix does where there is room, and the value stays what it is",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_refresh = \"0\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_refresh = \"0s\"",
    check: |config, report| {
        for setting in &config.group.settings {
            let (Some(unit), SettingValue::Duration(_) | SettingValue::Unlimited) = (&setting.bare, &setting.value)
            else {
                continue;
            };
            match unit {
                UnitPlacement::SiblingKey { map, units } => tell(report, setting, Severity::Info, || {
                    let units: Vec<String> = units.iter().map(|(what, unit)| format!("{what} in {unit}")).collect();
                    config.says(format_args!("without {map} bare numbers are read: {}", units.join(", ")))
                }),
                UnitPlacement::Suffix(unit) => tell(report, setting, Severity::Info, || {
                    config.says(format_args!(
                        "{} is a bare number, which is read as if {unit} stood behind it",
                        setting.name
                    ))
                }),
            }
        }
    },
};

pub(super) const UNIT_SUSPICIOUS: Rule<SettingGroupSubject> = Rule {
    id: "unit-suspicious",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: the value makes sense in another unit only",
    why: "The same number is an hour to one product and five days to the next; what was meant is minutes, what runs is \
          hours.",
    fix: "write the value in the product's unit, or name the unit where that is possible",
    bad: "[auth]\njwt_expiry = 3600000",
    good: "[auth]\njwt_expiry = 3600",
    check: |config, report| {
        for setting in config.group.settings.iter().filter(|setting| setting.origin == SettingOrigin::Explicit) {
            if let Some((taken, meant)) = misread(setting) {
                tell(report, setting, Severity::Warning, || {
                    let lasts = setting.lasts().unwrap_or_default();
                    config.says(format_args!(
                        "{} is read in {taken}, which makes {lasts}; {meant} are meant?",
                        setting.name
                    ))
                });
            }
        }
    },
};

/// The unit that a value is read in, and the one in which it would make sense.
fn misread(setting: &ProductSetting) -> Option<(&'static str, &'static str)> {
    const MINUTE: u64 = 60;
    const DAY: u64 = 86_400;
    let unit = setting.implied_unit?;
    let seconds = setting.lasts().map(Span::as_seconds)?;
    let short_lived = matches!(
        setting.role,
        SettingRole::AccessTokenLifetime | SettingRole::IdTokenLifetime | SettingRole::CodeLifetime
    );
    match unit {
        // 3600000: an hour in milliseconds, and nobody asks for 41 days in this way.
        "seconds" if short_lived && seconds >= 14 * DAY && seconds.checked_rem(1_000) == Some(0) => {
            Some((unit, "milliseconds"))
        }
        "seconds" if setting.role != SettingRole::CodeLifetime && short_lived && (1..MINUTE).contains(&seconds) => {
            Some((unit, "minutes"))
        }
        "hours" if short_lived && seconds > DAY => Some((unit, "minutes")),
        "days" if short_lived => Some((unit, "minutes or hours")),
        _ => None,
    }
}
