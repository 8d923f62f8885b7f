//! Mutation tests: one lifetime in a file is changed, and only its own setting and findings may change. The expected
//! findings are computed independently.

#![allow(clippy::arithmetic_side_effects, reason = "a test knows its numbers")]

use super::*;
use crate::product_config::setting::{ClientType, SettingRole, TokenFormat};
use crate::time::Span;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Public samples, and minimal files for formats whose samples have no lifetime.
const FILES: &[(&str, &str)] = &[
    ("gotrue/1.env", include_str!("../../../tests/lint/gotrue-env/1.env")),
    ("keycloak/1.json", include_str!("../../../tests/lint/keycloak/1.json")),
    ("supabase/1.toml", include_str!("../../../tests/lint/supabase/1.toml")),
    (
        "cognito.yaml",
        "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      AccessTokenValidity: 1\n      IdTokenValidity: 5\n      RefreshTokenValidity: 30\n      TokenValidityUnits: {IdToken: minutes}\n      RefreshTokenRotation: {Feature: ENABLED, RetryGracePeriodSeconds: 10}\n",
    ),
    (
        "envoy.yaml",
        "'@type': x/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication\nproviders:\n  p:\n    clock_skew_seconds: 60\n    maxLifetime: 3600s\n    remoteJwks: {cacheDuration: 300s}\n",
    ),
    (
        "hydra.yaml",
        "strategies: {access_token: jwt}\nttl: {access_token: 1h, id_token: 1h, refresh_token: 720h, auth_code: 10m, authentication_session: 720h}\noauth2: {grant: {refresh_token: {rotation_grace_period: 5s}}}\n",
    ),
    ("opaque.yaml", "strategies:\n  access_token: opaque\nttl:\n  access_token: 1h\n"),
    (
        "keycloak.yaml",
        "realm: a\nsslRequired: all\nrememberMe: true\nssoSessionMaxLifespanRememberMe: 86400\nssoSessionMaxLifespan: 36000\nssoSessionIdleTimeout: 1800\nofflineSessionMaxLifespanEnabled: true\nofflineSessionMaxLifespan: 5184000\nclients:\n- clientId: spa\n  publicClient: true\n  attributes: {access.token.lifespan: '300'}\n",
    ),
    (
        "kong.yaml",
        "_format_version: '3.0'\nplugins:\n- name: session\n  config: {idling_timeout: 900, absolute_timeout: 86400, remember: true, remember_absolute_timeout: 604800}\n- name: oauth2\n  config: {token_expiration: 7200, refresh_token_ttl: 1209600}\n- name: jwt\n  config: {claims_to_verify: [exp], maximum_expiration: 3600}\n",
    ),
    (
        "kratos.yaml",
        "selfservice: {flows: {}}\nidentity: {}\nsession:\n  lifespan: 24h\n  whoami: {tokenizer: {templates: {a: {ttl: 1m}}}}\n",
    ),
    ("oauth2-proxy.cfg", "cookie_secret = \"env(X)\"\r\ncookie_secure = true\r\ncookie_expire = \"168h\" # a week\r\n"),
    (
        "supabase.toml",
        "[auth]\njwt_expiry = 3600\nrefresh_token_reuse_interval = 10\n[auth.sessions]\ntimebox = \"24h\"\ninactivity_timeout = '8h'\n[remotes.live.auth]\njwt_expiry = 900\n",
    ),
    (
        "compose.yaml",
        "services:\n  auth:\n    environment: {GOTRUE_JWT_EXP: 900, GOTRUE_SESSIONS_TIMEBOX: 24h}\n  proxy:\n    environment:\n      OAUTH2_PROXY_COOKIE_EXPIRE: '168h'\n",
    ),
    ("mapped.json", "{\"jwt\": {\"expiresIn\": \"15m\"}, \"session\": {\"minutes\": 60}, \"a\": 1}"),
];

const MAPS: &str = "[[map]]\npath = \"mapped.json\"\nkey = \"jwt.expiresIn\"\nrole = \"access-token-lifetime\"\nunit = \"js\"\n\
                    [[map]]\npath = \"mapped.json\"\nkey = \"session.minutes\"\nrole = \"session-lifetime\"\nunit = \"minutes\"\n";

static SETTINGS: LazyLock<crate::settings::Settings> =
    LazyLock::new(|| crate::settings::Settings::parse(MAPS).unwrap());

/// Findings that depend on two settings.
const OF_TWO: [&str; 3] = ["refresh-not-longer-than-access", "session-idle-exceeds-absolute", "session-not-rechecked"];

fn reading(text: &str, name: &str) -> DetectedConfig {
    let read = detect::read(text, name, None);
    let mapped = SETTINGS.map.iter().any(|map| map.concerns(name));
    if mapped { mapped::read(read, text, name, &SETTINGS.map, &mut Vec::new()) } else { read }.unwrap()
}

fn findings(text: &str, name: &str) -> Vec<Finding> {
    let policy = RuleConfig::default();
    let mut linter = Linter::new(&policy);
    linter.maps = &SETTINGS.map;
    linter.lint(text, name, None).findings
}

/// Every explicit lifetime of every file: the file, the setting, and the seconds per unit.
static LIFETIMES: LazyLock<Vec<(usize, ProductSetting, u64)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (file, (name, text)) in FILES.iter().enumerate() {
        for setting in reading(text, name).groups().flat_map(|(_, group)| &group.settings) {
            let Some(seconds) = setting.lasts().map(Span::as_seconds) else { continue };
            if setting.origin == SettingOrigin::Explicit && setting.place.defined.is_none() && seconds > 0 {
                let number: Option<u64> = written(text, setting).parse().ok();
                all.push((file, setting.clone(), number.map_or(1, |number| seconds / number)));
            }
        }
    }
    all
});

/// The text of a setting, without quotes.
fn written<'t>(text: &'t str, setting: &ProductSetting) -> &'t str {
    text[setting.place.bytes.clone()].trim_matches(['"', '\''])
}

/// Replaces a lifetime by `count` units in the original notation: a bare number, or seconds with their unit.
fn rewritten(text: &str, setting: &ProductSetting, count: u64) -> String {
    let old = written(text, setting);
    let new = if old.bytes().all(|byte| byte.is_ascii_digit()) { count.to_string() } else { format!("{count}s") };
    let whole = &text[setting.place.bytes.clone()];
    format!("{}{}{}", &text[..setting.place.bytes.start], whole.replace(old, &new), &text[setting.place.bytes.end..])
}

const DAY: u64 = 86_400;

/// The rule for a role, and its severity above each limit in seconds.
fn limits(role: SettingRole, opaque: bool) -> Option<(&'static str, &'static [(u64, Severity)])> {
    use Severity::{Error, Info, Warning};
    Some(match role {
        SettingRole::AccessTokenLifetime if opaque => ("access-token-ttl", &[(900, Info)]),
        SettingRole::AccessTokenLifetime => ("access-token-ttl", &[(900, Info), (3_600, Warning), (DAY, Error)]),
        SettingRole::VerifierMaxLifetime => ("access-token-ttl", &[(900, Info), (3_600, Warning)]),
        SettingRole::IdTokenLifetime => ("id-token-ttl", &[(3_600, Warning)]),
        SettingRole::CodeLifetime => ("auth-code-ttl", &[(600, Warning)]),
        SettingRole::RefreshIdle | SettingRole::RefreshLifetime => {
            ("refresh-token-ttl", &[(30 * DAY, Warning), (365 * DAY, Error)])
        }
        SettingRole::RefreshReuseWindow => ("refresh-token-reuse-window", &[(10, Warning), (60, Error)]),
        SettingRole::SessionIdle => ("session-idle-ttl", &[(30 * DAY, Info)]),
        SettingRole::SessionLifetime => ("session-absolute-ttl", &[(30 * DAY, Warning)]),
        SettingRole::RememberMeLifetime => ("remember-me-ttl", &[(30 * DAY, Warning)]),
        SettingRole::KeysCache => ("keys-cache-long", &[(3_600, Warning)]),
        SettingRole::ClockSkew => ("verifier-clock-skew", &[(300, Warning)]),
        _ => return None,
    })
}

/// The expected findings of a lifetime alone: its rule, and an implausible unit.
fn expected_findings(
    role: SettingRole,
    opaque: bool,
    unit: Option<&str>,
    seconds: u64,
) -> Vec<(&'static str, Severity)> {
    let mut all = Vec::new();
    if let Some((rule, limits)) = limits(role, opaque)
        && let Some((_, severity)) = limits.iter().rev().find(|(limit, _)| seconds > *limit)
    {
        all.push((rule, *severity));
    }
    let token = [SettingRole::AccessTokenLifetime, SettingRole::IdTokenLifetime].contains(&role);
    let suspicious = match unit {
        Some("seconds") if token || role == SettingRole::CodeLifetime => {
            (seconds >= 14 * DAY && seconds.is_multiple_of(1_000)) || (token && seconds < 60)
        }
        Some("hours") => token && seconds > DAY,
        Some("days") => token,
        _ => false,
    };
    if suspicious {
        all.push(("unit-suspicious", Severity::Warning));
    }
    all.sort_unstable();
    all
}

/// Rule, severity and pointer of findings, with their number.
fn counted<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<(&'static str, Severity, String), usize> {
    let mut all = BTreeMap::new();
    for finding in findings {
        let pointer = finding.location.pointer.clone().unwrap_or_default();
        *all.entry((finding.rule, finding.severity, pointer)).or_default() += 1;
    }
    all
}

/// Settings that contradict another one of their group, or depend on it, by rule and pointer.
fn contradictions(reading: &DetectedConfig) -> BTreeMap<(&'static str, Severity, String), usize> {
    let mut all = BTreeMap::new();
    for (_, group) in reading.groups() {
        let first = |role: SettingRole| group.get(role).and_then(ProductSetting::lasts).map(Span::as_seconds);
        let (access, absolute) = (first(SettingRole::AccessTokenLifetime), first(SettingRole::SessionLifetime));
        for setting in &group.settings {
            let Some(own) = setting.lasts().map(Span::as_seconds) else { continue };
            let rule = match setting.role {
                SettingRole::RefreshIdle | SettingRole::RefreshLifetime
                    if access.is_some_and(|access| own <= access) =>
                {
                    OF_TWO[0]
                }
                SettingRole::SessionIdle if absolute.is_some_and(|absolute| own > absolute) => OF_TWO[1],
                _ => continue,
            };
            *all.entry((rule, Severity::Warning, setting.place.pointer.clone())).or_default() += 1;
        }
        // Rechecked, or authenticated until the end: whichever comes first.
        for setting in group.all(SettingRole::SessionRecheck) {
            let asked = setting.lasts().map_or(u64::MAX, Span::as_seconds).min(absolute.unwrap_or(u64::MAX));
            let severity = match asked {
                u64::MAX => continue,
                long if long > DAY => Severity::Warning,
                long if long > 3_600 => Severity::Info,
                _ => continue,
            };
            *all.entry((OF_TWO[2], severity, setting.place.pointer.clone())).or_default() += 1;
        }
    }
    all
}

fn settings(reading: &DetectedConfig) -> Vec<(SettingRole, SettingValue, SettingOrigin, String, ClientType)> {
    let of = |group: &SettingGroup| {
        let client = group.client;
        let one = move |setting: &ProductSetting| {
            (setting.role, setting.value.clone(), setting.origin, setting.place.pointer.clone(), client)
        };
        group.settings.iter().map(one).collect::<Vec<_>>()
    };
    reading.groups().flat_map(|(_, group)| of(group)).collect()
}

proptest! {
    #![proptest_config(crate::exploration::cases(400))]

    #[test]
    fn changed_lifetime_changes_only_its_own_findings(
        at in any::<prop::sample::Index>(),
        // Near every limit, and anywhere.
        seconds in prop_oneof![
            1_u64..100, 290_u64..310, 590_u64..1_000, 3_500_u64..3_700, DAY - 5..DAY + 5, 1..100 * DAY,
            14 * DAY..15 * DAY, 30 * DAY - 5..30 * DAY + 5, 365 * DAY - 5..365 * DAY + 5, 1..10_000 * DAY,
        ],
    ) {
        let (file, setting, unit) = at.get(&LIFETIMES);
        let (name, text) = FILES[*file];
        let count = (seconds / unit).max(1);
        let moved = rewritten(text, setting, count);
        let seconds = count * unit;
        let (before, after) = (reading(text, name), reading(&moved, name));

        // The setting has the written value, and all others are unchanged.
        let own = |(role, _, _, pointer, _): &(SettingRole, SettingValue, SettingOrigin, String, ClientType)| {
            *role == setting.role && *pointer == setting.place.pointer
        };
        let (old, new) = (settings(&before), settings(&after));
        prop_assert_eq!(old.len(), new.len());
        for (old, new) in old.iter().zip(&new) {
            if own(old) {
                prop_assert_eq!(&new.1, &SettingValue::Duration(Span::seconds(seconds)), "{}", &moved);
            } else {
                prop_assert_eq!(old, new);
            }
        }

        // Findings elsewhere are unchanged.
        let pointer = setting.place.pointer.as_str();
        let elsewhere = |finding: &&Finding| {
            finding.location.pointer.as_deref() != Some(pointer) && !OF_TWO.contains(&finding.rule)
        };
        let (old, new) = (findings(text, name), findings(&moved, name));
        prop_assert_eq!(counted(old.iter().filter(elsewhere)), counted(new.iter().filter(elsewhere)));

        // Findings at this setting are the expected ones.
        let opaque = after.groups().any(|(_, group)| {
            let has = |own: &ProductSetting| own.role == setting.role && own.place.pointer == pointer;
            group.tokens == TokenFormat::Opaque && group.settings.iter().any(has)
        });
        let here = |finding: &&Finding| {
            finding.location.pointer.as_deref() == Some(pointer) && !OF_TWO.contains(&finding.rule)
        };
        let mut found: Vec<_> = new.iter().filter(here).map(|one| (one.rule, one.severity)).collect();
        found.sort_unstable();
        prop_assert_eq!(found, expected_findings(setting.role, opaque, setting.implied_unit, seconds), "{}", &moved);

        // A contradiction is reported at one of its two settings.
        let of_two = new.iter().filter(|finding| OF_TWO.contains(&finding.rule));
        prop_assert_eq!(counted(of_two), contradictions(&after), "{}", &moved);
    }
}

#[test]
fn lifetimes_of_every_role_are_changed() {
    let mut seen = BTreeMap::new();
    for (file, setting, _) in &*LIFETIMES {
        seen.entry(setting.role).or_insert_with(Vec::new).push(FILES[*file].0);
    }
    let wanted: Vec<SettingRole> =
        SettingRole::ALL.iter().map(|(role, _)| *role).filter(|role| limits(*role, false).is_some()).collect();
    assert!(wanted.iter().all(|role| seen.contains_key(role)), "{seen:?}");
    for (name, _) in FILES {
        assert!(seen.values().flatten().any(|own| own == name), "{name} has no lifetime");
    }
}
