//! What must hold for every rule of every list.

use super::*;
use crate::rule_config::profile::PROFILES;
use std::collections::BTreeSet;

fn laws<S: RuleSubject>(rules: &'static [Rule<S>]) {
    let ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "sorted by id: {ids:?}");
    for rule in rules {
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
        for text in [rule.source, rule.why, rule.fix] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
        assert!(!rule.fix.ends_with('.'), "{}: a fix is no sentence", rule.id);
        let says = |example: &str| S::with_example(example, |view| run_rules(rules, view, &RuleConfig::default()));
        assert!(says(rule.bad).iter().any(|found| found.rule == rule.id), "{}: the bad example is not found", rule.id);
        let good = says(rule.good);
        assert!(good.iter().all(|found| found.rule != rule.id), "{}: the good example is found: {good:?}", rule.id);
    }
}

#[test]
fn every_rule_does_what_its_examples_say() {
    laws(product_config::RULES);
    laws(product_config::text::RULES);
    laws(jwe::RULES);
    laws(endpoint::cookie::RULES);
    laws(endpoint::http_fault::RULES);
    laws(endpoint::response::RULES);
    laws(weak_secret::RULES);
    laws(key::RULES);
    laws(key_set::RULES);
    laws(lifecycle::RULES);
    laws(malformed::RULES);
    laws(session_ids::RULES);
    laws(token::RULES);
    laws(verification::RULES);
}

#[test]
fn ids_are_unique_across_lists() {
    let all = all_rules();
    let ids: BTreeSet<_> = all.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn profiles_weigh_rules_that_exist() {
    let all = all_rules();
    for profile in PROFILES {
        for (id, _) in profile.weights {
            assert!(all.iter().any(|rule| rule.id == *id), "{}: {id}", profile.name);
        }
    }
}

#[test]
fn a_policy_weighs_and_silences() {
    let text = r#"{"alg":"none"} {"exp":1}"#;
    let weigh = |weight| {
        let mut policy = RuleConfig::default();
        policy.set_severity("alg-none", weight);
        token::TokenSubject::with_example(text, |view| run_rules(token::RULES, view, &policy))
            .into_iter()
            .find(|finding| finding.rule == "alg-none")
            .map(|finding| finding.severity)
    };
    assert_eq!(weigh(SeverityOverride::Always(Severity::Info)), Some(Severity::Info));
    assert_eq!(weigh(SeverityOverride::Off), None);
}

#[test]
fn a_usual_weight_leaves_the_lesser_findings_as_they_are() {
    let weigh = |text: &str, weight: Option<SeverityOverride>| {
        let mut policy = RuleConfig::default();
        if let Some(weight) = weight {
            policy.set_severity("cookie-missing-httponly", weight);
        }
        endpoint::cookie::CookieSubject::with_example(text, |view| run_rules(endpoint::cookie::RULES, view, &policy))
            .into_iter()
            .find(|finding| finding.rule == "cookie-missing-httponly")
            .map(|finding| finding.severity)
    };
    use Severity::{Error, Info, Warning};
    for (weight, session, theme) in [
        (None, Warning, Info),
        (Some(SeverityOverride::Default(Error)), Error, Info),
        (Some(SeverityOverride::Always(Error)), Error, Error),
    ] {
        assert_eq!((weigh("sid=1", weight), weigh("theme=1", weight)), (Some(session), Some(theme)));
    }
}

/// What all rules find in `view`, also those that its glance spares it.
fn found_by_all(view: &token::TokenView<'_>, policy: &RuleConfig) -> Vec<Finding> {
    let mut judge = RuleRunner::<token::TokenSubject>::new(token::RULES, policy);
    judge.rules.iter_mut().for_each(|rule| rule.needs = ALWAYS_PRESENT);
    judge.findings(view)
}

#[test]
fn no_rule_about_tokens_is_spared_where_it_would_find_something() {
    for text in token::RULES.iter().flat_map(|rule| [rule.bad, rule.good]) {
        token::TokenSubject::with_example(text, |view| {
            let policy = RuleConfig::default();
            assert_eq!(run_rules(token::RULES, view, &policy), found_by_all(view, &policy), "{text}");
        });
    }
    let spared = |rule: &&Rule<token::TokenSubject>| token::TokenSubject::required_facts(rule.id) != ALWAYS_PRESENT;
    assert_eq!(token::RULES.iter().filter(spared).count(), 31, "an id was misspelt, or is one of two lists");
}

mod hostile {
    use super::*;
    use crate::time::UnixTime;
    use crate::token::claims::Claims;
    use crate::token::header::JoseHeader;
    use proptest::prelude::*;
    use serde_json::Value;

    /// Any JSON, under names that rules look at and others.
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
        fn no_rule_panics_on_any_token_or_is_spared_it(header in object(), claims in object(), now in any::<i64>(), bytes in 0_usize..40_000) {
            let (header, claims) = (header.to_string(), claims.to_string());
            // What strict JSON refuses never comes to a rule.
            if let (Ok(header), Ok(claims)) = (JoseHeader::parse(&header), Claims::parse(&claims)) {
                for carrier in [token::TokenLocation::Unknown, token::TokenLocation::Cookie, token::TokenLocation::Url] {
                    let view = token::TokenView::new(&header, &claims, bytes).at(UnixTime(now)).with_location(carrier);
                    for profile in PROFILES {
                        let policy = RuleConfig::default().with_profile(profile);
                        prop_assert_eq!(run_rules(token::RULES, &view, &policy), found_by_all(&view, &policy));
                    }
                }
                run_rules(jwe::RULES, &header.object, &RuleConfig::default());
            }
        }
    }
}
