//! Tests that starter configurations produce no warnings.

use super::*;
use crate::product_config::starter::{CookieFlags, RefreshRotation, STARTERS, StarterSameSite, StarterSpec};
use crate::time::Span;

/// A range of decisions: short and long lifetimes, with and without sessions, public and confidential clients.
fn decisions() -> Vec<StarterSpec> {
    let span = |seconds: u64| Some(Span::seconds(seconds));
    let common = StarterSpec::default();
    vec![
        common.clone(),
        StarterSpec { rotation: None, ..common.clone() },
        StarterSpec { rotation: Some(RefreshRotation::default()), access: Span::seconds(300), ..common.clone() },
        StarterSpec { session_absolute: None, session_idle: None, ..common.clone() },
        StarterSpec { refresh_absolute: None, refresh_idle: None, ..common.clone() },
        StarterSpec {
            session_absolute: None,
            session_idle: None,
            refresh_absolute: None,
            refresh_idle: None,
            ..common.clone()
        },
        StarterSpec {
            access: Span::seconds(3_600),
            session_absolute: span(12 * 3_600),
            session_idle: span(900),
            refresh_absolute: span(8 * 3_600),
            refresh_idle: span(2 * 3_600),
            cookie: CookieFlags { same_site: StarterSameSite::Strict, ..CookieFlags::default() },
            leeway: Span::seconds(0),
            ..common
        },
    ]
}

#[test]
fn starter_produces_no_warning() {
    for starter in STARTERS {
        for asked in decisions() {
            let text = starter.write(&asked).text;
            let linted = Linter::new(&RuleConfig::default()).lint(&text, starter.file, None);
            let loud: Vec<_> = linted.findings.iter().filter(|one| one.severity >= Severity::Warning).collect();
            assert!(loud.is_empty(), "{} {asked:?}: {loud:#?}\n{text}", starter.id);
            assert!(linted.recognised.iter().all(|one| one.format.name == starter.id) && linted.explicit > 0);
        }
    }
}
