//! Rules about values that the product rejects, or that are probably a mistake.

use super::{SettingGroupSubject, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingOrigin, SettingRole, SettingValue, UnitPlacement};
use crate::rule::{Basis, Rule};
use crate::time::Span;

pub(super) const CONFIG_VALUE_INVALID: Rule<SettingGroupSubject> = Rule {
    id: "config-value-invalid",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: each product has its own grammar, see authkit man formats",
    why: "The product refuses to start, or silently uses another value.",
    fix: "write the value in the product's syntax",
    bad: "[auth]\njwt_expiry = \"15m\"",
    good: "[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in &config.group.settings {
            if let SettingValue::Invalid(problem) = &setting.value {
                report_setting(report, setting, Severity::Error, || {
                    config.message(format_args!("{}: {problem}", setting.name))
                });
            }
        }
    },
};

pub(super) const UNIT_IMPLIED: Rule<SettingGroupSubject> = Rule {
    id: "unit-implied",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: Go accepts no number but 0 without a unit; jsonwebtoken reads a number as seconds and a string \
          as milliseconds",
    why: "The unit of a bare number is known to the product only, and the next editor may assume another one.",
    fix: "write the unit; authkit lint --fix adds it where possible, without changing the value",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_refresh = \"0\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_refresh = \"0s\"",
    check: |config, report| {
        for setting in &config.group.settings {
            let (Some(unit), SettingValue::Duration(_) | SettingValue::Unlimited) = (&setting.bare, &setting.value)
            else {
                continue;
            };
            match unit {
                UnitPlacement::SiblingKey { map, units } => report_setting(report, setting, Severity::Info, || {
                    let units: Vec<String> = units.iter().map(|(what, unit)| format!("{what} in {unit}")).collect();
                    config.message(format_args!("without {map}, bare numbers are read as: {}", units.join(", ")))
                }),
                UnitPlacement::Suffix(unit) => report_setting(report, setting, Severity::Info, || {
                    config.message(format_args!("{} is a bare number, read with the unit {unit}", setting.name))
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
    why: "The same number is an hour to one product and five days to another; here minutes were probably meant, and \
          hours are in effect.",
    fix: "write the value in the product's unit, or add the unit where possible",
    bad: "[auth]\njwt_expiry = 3600000",
    good: "[auth]\njwt_expiry = 3600",
    check: |config, report| {
        for setting in config.group.settings.iter().filter(|setting| setting.origin == SettingOrigin::Explicit) {
            if let Some((used, intended)) = misread(setting) {
                report_setting(report, setting, Severity::Warning, || {
                    let lasts = setting.lasts().unwrap_or_default();
                    config.message(format_args!(
                        "{} is read in {used}, which gives {lasts}; did you mean {intended}?",
                        setting.name
                    ))
                });
            }
        }
    },
};

/// The unit in effect, and the unit that was probably intended.
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
        // 3600000 is an hour in milliseconds; 41 days would not be written this way.
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
