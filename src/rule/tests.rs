//! Tests of the metadata and examples of every rule in every list, and of severity overrides and the prefilter.

use super::*;
use crate::rule_config::profile::PROFILES;
use examples::RuleExample;
use std::collections::BTreeSet;

mod examples;

fn check_list<S: RuleExample>(rules: &'static [Rule<S>]) {
    let ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "sorted by id: {ids:?}");
    for rule in rules {
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
        for text in [rule.source, rule.why, rule.fix] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
        assert!(!rule.fix.ends_with('.'), "{}: fix ends with a full stop", rule.id);
        let findings_of =
            |example: &str| S::with_example(example, |view| run_rules(rules, view, &RuleConfig::default()));
        assert!(
            findings_of(rule.bad).iter().any(|found| found.rule == rule.id),
            "{}: bad example not reported",
            rule.id
        );
        let good = findings_of(rule.good);
        assert!(good.iter().all(|found| found.rule != rule.id), "{}: good example reported: {good:?}", rule.id);
    }
}

#[test]
fn rule_reports_its_bad_example_only() {
    check_list(product_config::RULES);
    check_list(product_config::text::RULES);
    check_list(jwe::RULES);
    check_list(endpoint::cookie::RULES);
    check_list(endpoint::http_fault::RULES);
    check_list(endpoint::response::RULES);
    check_list(weak_secret::RULES);
    check_list(key::RULES);
    check_list(key_set::RULES);
    check_list(lifecycle::RULES);
    check_list(malformed::RULES);
    check_list(session_ids::RULES);
    check_list(token::RULES);
    check_list(verification::RULES);
}

#[test]
fn rule_ids_across_lists_are_unique() {
    let all = all_rules();
    let ids: BTreeSet<_> = all.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn profile_severities_name_existing_rules() {
    let all = all_rules();
    for profile in PROFILES {
        for (id, _) in profile.weights {
            assert!(all.iter().any(|rule| rule.id == *id), "{}: {id}", profile.name);
        }
    }
}

#[test]
fn severity_override_changes_or_disables_rule() {
    let text = r#"{"alg":"none"} {"exp":1}"#;
    let severity_with = |severity_override| {
        let mut config = RuleConfig::default();
        config.set_severity("alg-none", severity_override);
        token::TokenSubject::with_example(text, |view| run_rules(token::RULES, view, &config))
            .into_iter()
            .find(|finding| finding.rule == "alg-none")
            .map(|finding| finding.severity)
    };
    assert_eq!(severity_with(SeverityOverride::Always(Severity::Info)), Some(Severity::Info));
    assert_eq!(severity_with(SeverityOverride::Off), None);
}

#[test]
fn default_override_leaves_lesser_findings_unchanged() {
    let severity_with = |text: &str, severity_override: Option<SeverityOverride>| {
        let mut config = RuleConfig::default();
        if let Some(severity_override) = severity_override {
            config.set_severity("cookie-missing-httponly", severity_override);
        }
        endpoint::cookie::CookieSubject::with_example(text, |view| run_rules(endpoint::cookie::RULES, view, &config))
            .into_iter()
            .find(|finding| finding.rule == "cookie-missing-httponly")
            .map(|finding| finding.severity)
    };
    use Severity::{Error, Info, Warning};
    for (severity_override, session, theme) in [
        (None, Warning, Info),
        (Some(SeverityOverride::Default(Error)), Error, Info),
        (Some(SeverityOverride::Always(Error)), Error, Error),
    ] {
        assert_eq!(
            (severity_with("sid=1", severity_override), severity_with("theme=1", severity_override)),
            (Some(session), Some(theme))
        );
    }
}

/// The findings of all rules in `view`, without the prefilter.
fn findings_without_prefilter(view: &token::TokenView<'_>, config: &RuleConfig) -> Vec<Finding> {
    let mut runner = RuleRunner::<token::TokenSubject>::new(token::RULES, config);
    runner.rules.iter_mut().for_each(|rule| rule.needs = ALWAYS_PRESENT);
    runner.findings(view)
}

#[test]
fn token_prefilter_on_rule_examples_skips_no_finding() {
    for text in token::RULES.iter().flat_map(|rule| [rule.bad, rule.good]) {
        token::TokenSubject::with_example(text, |view| {
            let config = RuleConfig::default();
            assert_eq!(run_rules(token::RULES, view, &config), findings_without_prefilter(view, &config), "{text}");
        });
    }
    let prefiltered =
        |rule: &&Rule<token::TokenSubject>| token::TokenSubject::required_facts(rule.id) != ALWAYS_PRESENT;
    assert_eq!(
        token::RULES.iter().filter(prefiltered).count(),
        31,
        "a rule id in the prefilter is misspelt or missing"
    );
}

mod hostile {
    use super::*;
    use crate::time::UnixTime;
    use crate::token::claims::Claims;
    use crate::token::header::JoseHeader;
    use proptest::prelude::*;
    use serde_json::Value;

    /// An arbitrary JSON object, with member names that rules check and others.
    fn object() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            "[a-z:/.@*]{0,40}".prop_map(Value::from),
        ];
        let value = leaf.prop_recursive(4, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,8}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        });
        let name = prop_oneof![
            prop::sample::select(vec![
                "alg",
                "kid",
                "typ",
                "crit",
                "jku",
                "zip",
                "p2c",
                "b64",
                "exp",
                "iat",
                "nbf",
                "iss",
                "sub",
                "aud",
                "jti",
                "scope",
                "events",
                "nonce",
                "cnf",
                "roles",
                "password",
                "client_id",
                "sid",
                "",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,10}",
        ];
        prop::collection::btree_map(name, value, 0..12).prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn token_prefilter_on_any_token_skips_no_finding(header in object(), claims in object(), now in any::<i64>(), bytes in 0_usize..40_000) {
            let (header, claims) = (header.to_string(), claims.to_string());
            // Text that the strict JSON parser rejects never reaches a rule.
            if let (Ok(header), Ok(claims)) = (JoseHeader::parse(&header), Claims::parse(&claims)) {
                for location in [token::TokenLocation::Unknown, token::TokenLocation::Cookie, token::TokenLocation::Url] {
                    let view = token::TokenView::new(&header, &claims, bytes).at(UnixTime(now)).with_location(location);
                    for profile in PROFILES {
                        let config = RuleConfig::default().with_profile(profile);
                        prop_assert_eq!(run_rules(token::RULES, &view, &config), findings_without_prefilter(&view, &config));
                    }
                }
                run_rules(jwe::RULES, &header.object, &RuleConfig::default());
            }
        }
    }
}
