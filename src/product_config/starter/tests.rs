//! Tests of the starters: every requested value is in the text, or a note states why it is not.

use super::*;
use crate::product_config::detect::read;
use crate::product_config::formats;
use crate::product_config::setting::{ProductSetting, SettingGroup, SettingOrigin, SettingValue};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn starter_list_is_consistent() {
    assert!(STARTERS.is_sorted_by(|a, b| a.id < b.id));
    for starter in STARTERS {
        assert!(formats::find(starter.id).is_some(), "{} is no format", starter.id);
        assert!(find(starter.id).is_some_and(|found| std::ptr::eq(found, *starter)));
        assert!(!starter.file.is_empty() && !starter.left_to_you.is_empty());
        let roles: BTreeSet<SettingRole> = starter.keeps.iter().copied().collect();
        assert_eq!(roles.len(), starter.keeps.len(), "{}", starter.id);
        for limit in starter.limits {
            assert!(starter.kind.concerns(limit.role), "{}", starter.id);
            assert!(limit.least <= limit.most && starter.keeps(limit.role), "{}", starter.id);
        }
    }
}

/// The groups parsed from a text.
#[track_caller]
fn groups(starter: &Starter, text: &str) -> Vec<SettingGroup> {
    let reading = read(text, starter.file, None).unwrap_or_else(|error| panic!("{}: {error:?}\n{text}", starter.id));
    assert!(reading.parts.iter().all(|part| part.format.name == starter.id), "{}: {:?}", starter.id, reading.parts);
    assert_eq!(reading.duplicates, []);
    reading.groups().map(|(_, group)| group.clone()).collect()
}

/// Explicit values, without defaults.
fn written(groups: &[SettingGroup], roles: &[SettingRole]) -> Vec<SettingValue> {
    let own = |setting: &&ProductSetting| setting.origin == SettingOrigin::Explicit && roles.contains(&setting.role);
    groups.iter().flat_map(|group| &group.settings).filter(own).map(|setting| setting.value.clone()).collect()
}

/// The verifier's or proxy's role for a role of an issuer.
fn also(role: SettingRole) -> Vec<SettingRole> {
    match role {
        SettingRole::AccessTokenLifetime => vec![role, SettingRole::VerifierMaxLifetime, SettingRole::SessionRecheck],
        _ => vec![role],
    }
}

/// Parses a starter: every requested duration is in it, or a note names the deviation.
#[track_caller]
fn holds(starter: &Starter, asked: &StarterSpec) {
    let StarterText { text, notes } = starter.write(asked);
    let groups = groups(starter, &text);
    let invalid =
        groups.iter().flat_map(|group| &group.settings).find(|one| matches!(one.value, SettingValue::Invalid(_)));
    assert_eq!(invalid, None, "{text}");
    for (role, span) in asked.spans() {
        let noted = notes.iter().any(|note| note.starts_with(role.name()));
        let found = written(&groups, &also(role));
        if !starter.kind.concerns(role) {
            assert!(found.is_empty() && !noted, "{}: {role:?}: {found:?} {notes:?}\n{text}", starter.id);
            continue;
        }
        assert!(
            found.contains(&SettingValue::Duration(span)) != noted,
            "{}: {role:?} {span}: {found:?} {notes:?}\n{text}",
            starter.id
        );
        assert!(found.iter().all(|value| *value != SettingValue::Unlimited), "{text}");
    }
    let rotates = written(&groups, &[SettingRole::RefreshRotation]).contains(&SettingValue::Switch(true));
    if starter.keeps(SettingRole::RefreshRotation) {
        assert_eq!(rotates, asked.rotation.is_some() || starter.public_only, "{text}");
    }
    for value in written(&groups, &[SettingRole::CookieSecure]) {
        assert_eq!(value, SettingValue::Switch(asked.cookie.secure), "{text}");
    }
    for value in written(&groups, &[SettingRole::CookieHttpOnly]) {
        assert_eq!(value, SettingValue::Switch(asked.cookie.http_only), "{text}");
    }
    for value in written(&groups, &[SettingRole::CookieSameSite]) {
        let wanted = asked.cookie.same_site.name();
        assert!(matches!(&value, SettingValue::Text(text) if text.eq_ignore_ascii_case(wanted)), "{text}");
    }
    assert_eq!(starter.write(asked), StarterText { text, notes }, "the same again");
}

#[test]
fn default_spec_is_kept() {
    for starter in STARTERS {
        holds(starter, &StarterSpec::default());
        let words = starter.write(&StarterSpec::default()).notes;
        assert!(!words.iter().any(|note| note.contains("was requested;")), "{}: {words:?}", starter.id);
    }
}

#[test]
fn verifier_settings_are_named() {
    let asked = StarterSpec::default();
    for id in ["envoy", "istio"] {
        let starter = find(id).unwrap();
        let groups = groups(starter, &starter.write(&asked).text);
        assert_eq!(
            written(&groups, &[SettingRole::VerifierAudience]),
            [SettingValue::Text(asked.audience.clone())],
            "{id}"
        );
        assert_eq!(written(&groups, &[SettingRole::TokenInUrl]), [], "{id}");
    }
}

#[test]
fn product_limit_is_noted() {
    let asked = StarterSpec { access: Span::seconds(60), ..StarterSpec::default() };
    let StarterText { text, notes } = find("cognito").unwrap().write(&asked);
    assert!(text.contains("AccessTokenValidity: 5\n") && text.contains("AccessToken: minutes\n"), "{text}");
    let wanted = "access-token-lifetime: 1 min was requested; cognito accepts at least 5 min";
    assert!(notes.iter().any(|note| note == wanted), "{notes:?}");
    let without = StarterSpec { rotation: None, ..StarterSpec::default() };
    let notes = find("supabase").unwrap().write(&without).notes;
    assert!(notes.iter().any(|note| note.contains("clients of supabase are public")), "{notes:?}");
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![0_u64..200, 0_u64..100_000, 0_u64..1_000_000_000].prop_map(Span::seconds)
}

prop_compose! {
    fn any_settings()(
        words in prop::collection::vec("\\PC{0,40}|[a-z:/.$(){}%#'\"\\\\\n]{0,40}|[a\\[!?%&: ]{0,12}", 4),
        access in span(),
        refresh in prop::option::of(span()),
        idle in prop::option::of(span()),
        grace in prop::option::of(span()),
        session in prop::option::of(span()),
        session_idle in prop::option::of(span()),
        leeway in span(),
        (secure, http_only, strict) in any::<(bool, bool, bool)>(),
    ) -> StarterSpec {
        let [name, issuer, audience, application] = words.try_into().unwrap();
        let same_site = if strict { StarterSameSite::Strict } else { StarterSameSite::Lax };
        StarterSpec {
            name, issuer, audience, application, access, leeway, session_idle,
            refresh_absolute: refresh,
            refresh_idle: idle,
            rotation: grace.map(|grace| RefreshRotation { grace }),
            session_absolute: session,
            cookie: CookieFlags { secure, http_only, same_site },
        }
    }
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_spec_is_kept_or_noted(asked in any_settings()) {
        for starter in STARTERS {
            holds(starter, &asked);
        }
    }
}
