//! Tests of recommendations: worked cases, and properties for all inputs.

use super::criteria::{EXPOSURE, LATENCY, LOGOUTS, STORE_OPS};
use super::decision::{CandidateStatus, Recommendation};
use super::inputs::{ClientKind, Domains, OutageTolerance, StoreKind};
use super::recommended_settings::RecommendedSettings;
use super::{RecommendInputs, decide, scenario};
use crate::settings::Settings;
use crate::simulate::results::evaluate;
use crate::simulate::scenario::units::SECOND;
use crate::simulate::scenario::{Scenario, edit};
use crate::simulate::tally::Tally;
use crate::simulate::work_units::{cells, run};

const MINUTE: u64 = 60 * SECOND;

/// The recommendation, with a small sample.
fn recommend(inputs: &RecommendInputs) -> Recommendation {
    assert_eq!(inputs.impossible(), None);
    // A client with a high rate gives as many requests as many clients with a low one.
    let sample = if inputs.rate < 1.0 { "600" } else { "60" };
    let text = edit::set(&scenario(inputs), "run.sample", sample, |_, _| false).unwrap();
    let text = edit::set(&text, "run.replications", "6", |_, _| false).unwrap();
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut tallies: Vec<Vec<Tally>> = vec![Vec::new(); scenario.strategy.len()];
    cells(&scenario).into_iter().for_each(|cell| tallies[cell.strategy].push(run(&scenario, cell)));
    decide(inputs, &evaluate(&scenario, &tallies))
}

fn status(decision: &Recommendation, id: &str) -> CandidateStatus {
    decision.find(id).unwrap_or_else(|| panic!("{id} is not applicable")).status
}

#[test]
fn case_1_server_rendered_pages_with_immediate_logout_get_sessions() {
    let decision = recommend(&RecommendInputs { nodes: 1, within: 0, ..RecommendInputs::default() });
    assert_eq!((decision.pick, decision.agrees()), (Some("session-store"), true));
    // Cheaper, but each deployment logs all users out.
    assert_eq!(decision.find("session-memory").unwrap().violations[0].measure, LOGOUTS);
    assert_eq!(status(&decision, "jwt-rotation"), CandidateStatus::Disqualified);
}

#[test]
fn case_2_apps_and_apis_with_15_minutes_of_latency_get_rotation() {
    let inputs = RecommendInputs { clients: ClientKind::Mixed, services: 4, nodes: 8, ..RecommendInputs::default() };
    let decision = recommend(&inputs);
    assert_eq!((decision.pick, decision.agrees()), (Some("jwt-rotation"), true));
    let starter = RecommendedSettings::from_candidate(&inputs, decision.picked().unwrap());
    assert_eq!((starter.access_token, starter.rotation), (Some(900), Some(true)));
    assert!((10..=30).contains(&starter.reuse_grace.unwrap()));
}

#[test]
fn case_3_confidential_machine_clients_get_short_lived_tokens() {
    for (within, lifetime) in [(15 * MINUTE, 900), (5 * MINUTE, 300), (7 * MINUTE, 420)] {
        let inputs = RecommendInputs {
            clients: ClientKind::Machine,
            confidential: true,
            rate: 1.0,
            services: 3,
            nodes: 8,
            within,
            ..RecommendInputs::default()
        };
        let decision = recommend(&inputs);
        assert_eq!((decision.pick, decision.agrees()), (Some("jwt-only"), true));
        let starter = RecommendedSettings::from_candidate(&inputs, decision.picked().unwrap());
        assert_eq!((starter.access_token, starter.refresh_absolute), (Some(lifetime), None));
    }
}

#[test]
fn case_4_one_node_with_sql_gets_sessions_touched_once_a_minute() {
    let decision = recommend(&RecommendInputs {
        nodes: 1,
        store: StoreKind::Sql,
        rate: 10.0 / 60.0,
        within: 0,
        ..RecommendInputs::default()
    });
    assert_eq!((decision.pick, decision.agrees()), (Some("session-touch-minute"), true));
    // A touch on each request costs milliseconds.
    let each = decision.find("session-store").unwrap();
    assert!(each.value(LATENCY).unwrap() > 1.5 * decision.picked().unwrap().value(LATENCY).unwrap());
    assert_eq!(each.dominated_by.map(|better| better.id), Some("session-touch-minute"));
}

#[test]
fn case_5_regional_services_with_logout_within_seconds_get_a_pushed_denylist() {
    let inputs =
        RecommendInputs { services: 6, regions: 3, nodes: 9, within: 5 * SECOND, ..RecommendInputs::default() };
    let decision = recommend(&inputs);
    assert_eq!(
        (decision.pick, decision.agrees()),
        (Some("jwt-pushed-list"), false),
        "the rule recommends short-lived tokens"
    );
    assert_eq!(decision.ruled, Some("jwt-rotation"));
    assert_eq!(decision.decided_by.as_ref().map(|own| (own.other, own.measure)), Some(("jwt-rotation", EXPOSURE)));
    assert_eq!(inputs.reconcile(), 5 * SECOND);

    // Immediate revocation requires a query to the remote store: once, at the gateway.
    let decision = recommend(&RecommendInputs { within: 0, ..inputs });
    assert_eq!((decision.pick, decision.agrees(), decision.is_slow), (Some("session-store"), false, true));
}

#[test]
fn case_6_app_with_one_request_an_hour_gets_a_session() {
    let inputs =
        RecommendInputs { clients: ClientKind::Mobile, rate: 1.0 / 3600.0, nodes: 8, ..RecommendInputs::default() };
    let decision = recommend(&inputs);
    assert_eq!((decision.pick, decision.agrees()), (Some("session-store"), false));
    // Lazy clients refresh on most requests and wait for it; a timer would refresh four times per request.
    let rotation = decision.find("jwt-rotation").unwrap();
    assert_eq!(rotation.violations[0].measure, LATENCY);
    assert!(rotation.value(STORE_OPS).unwrap() > 0.7);
    let patient = recommend(&RecommendInputs { latency: SECOND, ..inputs.clone() });
    assert_eq!((patient.pick, status(&patient, "jwt-rotation")), (Some("session-store"), CandidateStatus::Dominated));

    let decision = recommend(&RecommendInputs { domains: Domains::Several, ..inputs });
    assert_eq!(decision.pick, Some("opaque-introspection"), "a cookie does not reach several domains");
}

#[test]
fn revocation_within_half_a_minute_gets_a_polled_denylist() {
    let inputs = RecommendInputs { services: 6, nodes: 8, within: 30 * SECOND, ..RecommendInputs::default() };
    let decision = recommend(&inputs);
    assert_eq!((decision.pick, decision.agrees()), (Some("jwt-polled-list"), false));
}

#[test]
fn impossible_inputs_have_no_recommendation() {
    // Immediate revocation without a store.
    let nothing = RecommendInputs { store: StoreKind::None, within: 0, nodes: 4, ..RecommendInputs::default() };
    let decision = recommend(&nothing);
    assert_eq!((decision.pick, decision.decided_by), (None, None));
    // No user may be denied in an outage: candidates that query the store are disqualified.
    let decision =
        recommend(&RecommendInputs { outage: OutageTolerance::Nobody, nodes: 4, ..RecommendInputs::default() });
    assert_eq!(status(&decision, "session-store"), CandidateStatus::Disqualified);
    assert!(RecommendInputs { rate: 0.0, ..RecommendInputs::default() }.impossible().is_some());
    assert!(RecommendInputs { regions: 3, nodes: 2, ..RecommendInputs::default() }.impossible().is_some());
}

#[test]
fn scenario_and_policy_parse_for_all_inputs() {
    for (clients, _) in ClientKind::ALL {
        for (domains, _) in Domains::ALL {
            for (store, _) in StoreKind::ALL {
                for (services, regions, within) in [(1, 1, 0), (1, 1, 1), (6, 3, 12 * SECOND), (2, 1, 86_400 * SECOND)]
                {
                    for confidential in [false, true] {
                        let (clients, domains, store) = (*clients, *domains, *store);
                        let inputs = RecommendInputs {
                            clients,
                            domains,
                            store,
                            services,
                            regions,
                            within,
                            confidential,
                            nodes: 8,
                            ..RecommendInputs::default()
                        };
                        let text = scenario(&inputs);
                        let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                        let tallies = vec![Vec::new(); scenario.strategy.len()];
                        let decision = decide(&inputs, &evaluate(&scenario, &tallies));
                        assert_eq!(decision.weighed.len(), scenario.strategy.len());
                        for weighed in &decision.weighed {
                            let policy = RecommendedSettings::from_candidate(&inputs, weighed).policy(&inputs);
                            Settings::parse(&policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
                        }
                    }
                }
            }
        }
    }
}
