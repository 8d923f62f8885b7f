//! What must hold for every rule of every list.

use super::*;
use crate::policy::profile::PROFILES;
use std::collections::BTreeSet;

fn laws<S: Subject>(rules: &'static [Rule<S>]) {
    let ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "sorted by id: {ids:?}");
    for rule in rules {
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
        for text in [rule.source, rule.why, rule.fix] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
        assert!(!rule.fix.ends_with('.'), "{}: a fix is no sentence", rule.id);
        let says = |example: &str| S::with_example(example, |view| run(rules, view, &Policy::default()));
        assert!(says(rule.bad).iter().any(|found| found.rule == rule.id), "{}: the bad example is not found", rule.id);
        let good = says(rule.good);
        assert!(good.iter().all(|found| found.rule != rule.id), "{}: the good example is found: {good:?}", rule.id);
    }
}

#[test]
fn every_rule_does_what_its_examples_say() {
    laws(encrypted::RULES);
    laws(guessed::RULES);
    laws(key::RULES);
    laws(malformed::RULES);
    laws(token::RULES);
    laws(verification::RULES);
}

#[test]
fn ids_are_unique_across_lists() {
    let all = catalogue();
    let ids: BTreeSet<_> = all.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn profiles_weigh_rules_that_exist() {
    let all = catalogue();
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
        let mut policy = Policy::default();
        policy.set_weight("alg-none", weight);
        token::Token::with_example(text, |view| run(token::RULES, view, &policy))
            .into_iter()
            .find(|finding| finding.rule == "alg-none")
            .map(|finding| finding.severity)
    };
    assert_eq!(weigh(Weight::Is(Severity::Info)), Some(Severity::Info));
    assert_eq!(weigh(Weight::Off), None);
}
