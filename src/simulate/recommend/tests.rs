//! The worked cases, and what holds for every situation.

use super::criteria::{EXPOSURE, LATENCY};
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

/// The decision, by few users.
fn decided(situation: &RecommendInputs) -> Recommendation {
    assert_eq!(situation.impossible(), None);
    // A busy client is as good as many that are not.
    let sample = if situation.rate < 1.0 { "600" } else { "60" };
    let text = edit::set(&scenario(situation), "run.sample", sample, |_, _| false).unwrap();
    let text = edit::set(&text, "run.replications", "6", |_, _| false).unwrap();
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut tallies: Vec<Vec<Tally>> = vec![Vec::new(); scenario.strategy.len()];
    cells(&scenario).into_iter().for_each(|cell| tallies[cell.strategy].push(run(&scenario, cell)));
    decide(situation, &evaluate(&scenario, &tallies))
}

fn fate(decision: &Recommendation, id: &str) -> CandidateStatus {
    decision.find(id).unwrap_or_else(|| panic!("{id} was not offered")).fate
}

#[test]
fn case_1_a_server_that_renders_and_logs_out_at_once_keeps_sessions() {
    let decision = decided(&RecommendInputs { nodes: 1, within: 0, ..RecommendInputs::default() });
    assert_eq!((decision.pick, decision.agrees()), (Some("session-store"), true));
    // Cheaper still, but each deployment signs everybody out.
    assert_eq!(decision.find("session-memory").unwrap().broken[0].measure, "forced_logout_per_user_per_day");
    assert_eq!(fate(&decision, "jwt-rotation"), CandidateStatus::Disqualified);
}

#[test]
fn case_2_apps_and_apis_that_accept_a_quarter_of_an_hour_rotate() {
    let situation = RecommendInputs { clients: ClientKind::Mixed, services: 4, nodes: 8, ..RecommendInputs::default() };
    let decision = decided(&situation);
    assert_eq!((decision.pick, decision.agrees()), (Some("jwt-rotation"), true));
    let starter = RecommendedSettings::from_candidate(&situation, decision.picked().unwrap());
    assert_eq!((starter.access_token, starter.rotation), (Some(900), Some(true)));
    assert!((10..=30).contains(&starter.reuse_grace.unwrap()));
}

#[test]
fn case_3_machines_that_keep_a_secret_carry_short_tokens_alone() {
    for (within, lives) in [(15 * MINUTE, 900), (5 * MINUTE, 300), (7 * MINUTE, 420)] {
        let situation = RecommendInputs {
            clients: ClientKind::Machine,
            confidential: true,
            rate: 1.0,
            services: 3,
            nodes: 8,
            within,
            ..RecommendInputs::default()
        };
        let decision = decided(&situation);
        assert_eq!((decision.pick, decision.agrees()), (Some("jwt-only"), true));
        let starter = RecommendedSettings::from_candidate(&situation, decision.picked().unwrap());
        assert_eq!((starter.access_token, starter.refresh_absolute), (Some(lives), None));
    }
}

#[test]
fn case_4_one_box_with_sql_touches_sessions_once_a_minute() {
    let decision = decided(&RecommendInputs {
        nodes: 1,
        store: StoreKind::Sql,
        rate: 10.0 / 60.0,
        within: 0,
        ..RecommendInputs::default()
    });
    assert_eq!((decision.pick, decision.agrees()), (Some("session-touch-minute"), true));
    // A touch at each request costs milliseconds.
    let each = decision.find("session-store").unwrap();
    assert!(each.value(LATENCY).unwrap() > 1.5 * decision.picked().unwrap().value(LATENCY).unwrap());
    assert_eq!(each.dominated_by.map(|better| better.id), Some("session-touch-minute"));
}

#[test]
fn case_5_services_in_regions_that_want_a_logout_within_seconds_push_a_list() {
    let situation =
        RecommendInputs { services: 6, regions: 3, nodes: 9, within: 5 * SECOND, ..RecommendInputs::default() };
    let decision = decided(&situation);
    assert_eq!((decision.pick, decision.agrees()), (Some("jwt-pushed-list"), false), "the rule names short tokens");
    assert_eq!(decision.ruled, Some("jwt-rotation"));
    assert_eq!(decision.decided_by.as_ref().map(|own| (own.other, own.measure)), Some(("jwt-rotation", EXPOSURE)));
    assert_eq!(situation.reconcile(), 5 * SECOND);

    // At once is what only the store knows, and it is far away: asked once, at the gateway.
    let decision = decided(&RecommendInputs { within: 0, ..situation });
    assert_eq!((decision.pick, decision.agrees(), decision.is_slow), (Some("session-store"), false, true));
}

#[test]
fn case_6_an_app_that_asks_once_an_hour_is_better_off_with_a_session() {
    let situation =
        RecommendInputs { clients: ClientKind::Mobile, rate: 1.0 / 3600.0, nodes: 8, ..RecommendInputs::default() };
    let decision = decided(&situation);
    assert_eq!((decision.pick, decision.agrees()), (Some("session-store"), false));
    // Lazy clients pay a refresh on most requests, and wait for it; a timer would refresh four times for each.
    let rotation = decision.find("jwt-rotation").unwrap();
    assert_eq!(rotation.broken[0].measure, LATENCY);
    assert!(rotation.value("store_ops_per_request").unwrap() > 0.7);
    let patient = decided(&RecommendInputs { latency: SECOND, ..situation.clone() });
    assert_eq!((patient.pick, fate(&patient, "jwt-rotation")), (Some("session-store"), CandidateStatus::Dominated));

    let decision = decided(&RecommendInputs { domains: Domains::Several, ..situation });
    assert_eq!(decision.pick, Some("opaque-introspection"), "a cookie does not get there");
}

#[test]
fn a_list_that_is_polled_will_do_for_half_a_minute() {
    let situation = RecommendInputs { services: 6, nodes: 8, within: 30 * SECOND, ..RecommendInputs::default() };
    let decision = decided(&situation);
    assert_eq!((decision.pick, decision.agrees()), (Some("jwt-polled-list"), false));
}

#[test]
fn what_cannot_be_is_said() {
    // Nothing remembers, and it must end at once.
    let nothing = RecommendInputs { store: StoreKind::None, within: 0, nodes: 4, ..RecommendInputs::default() };
    let decision = decided(&nothing);
    assert_eq!((decision.pick, decision.decided_by), (None, None));
    // Nobody may be refused while the store is out: what asks it is dropped.
    let decision =
        decided(&RecommendInputs { outage: OutageTolerance::Nobody, nodes: 4, ..RecommendInputs::default() });
    assert_eq!(fate(&decision, "session-store"), CandidateStatus::Disqualified);
    assert!(RecommendInputs { rate: 0.0, ..RecommendInputs::default() }.impossible().is_some());
    assert!(RecommendInputs { regions: 3, nodes: 2, ..RecommendInputs::default() }.impossible().is_some());
}

#[test]
fn every_scenario_reads_and_every_policy_too() {
    for (clients, _) in ClientKind::ALL {
        for (domains, _) in Domains::ALL {
            for (store, _) in StoreKind::ALL {
                for (services, regions, within) in [(1, 1, 0), (1, 1, 1), (6, 3, 12 * SECOND), (2, 1, 86_400 * SECOND)]
                {
                    for confidential in [false, true] {
                        let (clients, domains, store) = (*clients, *domains, *store);
                        let situation = RecommendInputs {
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
                        let text = scenario(&situation);
                        let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                        let tallies = vec![Vec::new(); scenario.strategy.len()];
                        let decision = decide(&situation, &evaluate(&scenario, &tallies));
                        assert_eq!(decision.weighed.len(), scenario.strategy.len());
                        for weighed in &decision.weighed {
                            let policy = RecommendedSettings::from_candidate(&situation, weighed).policy(&situation);
                            Settings::parse(&policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
                        }
                    }
                }
            }
        }
    }
}
