//! Tests against applications of real frameworks on loopback. A separate client walks through each, to verify
//! that `tests/frameworks/truth.toml` matches the installed versions; then `authkit probe` is compared with that table.
//! `AUTHKIT_FRAMEWORKS` names the directory that `tests/frameworks/install.sh` installed the packages into.

mod apps;
mod client;
mod judged;
mod life;
mod probe;
mod refresh;
mod truth;
mod walk;
mod wire;

use apps::App;
use client::Cookies;
use truth::Truth;

/// Defines a test for each application.
macro_rules! apps {
    ($($name:ident: $app:literal;)*) => {
        /// The names of the tested applications.
        const TESTED: &[&str] = &[$($app),*];
        $(
            #[test]
            fn $name() {
                is_as_written($app);
            }
        )*
    };
}

apps! {
    django_admin_findings_match_the_truth_table: "django-admin";
    express_bad_findings_match_the_truth_table: "express-bad";
    express_good_findings_match_the_truth_table: "express-good";
    express_stuck_findings_match_the_truth_table: "express-stuck";
    flask_login_findings_match_the_truth_table: "flask-login";
    nginx_django_findings_match_the_truth_table: "nginx-django";
    php_defaults_findings_match_the_truth_table: "php-defaults";
    php_kept_findings_match_the_truth_table: "php-kept";
    php_lenient_findings_match_the_truth_table: "php-lenient";
    php_strict_findings_match_the_truth_table: "php-strict";
    starlette_findings_match_the_truth_table: "starlette";
}

#[test]
fn every_application_of_the_truth_table_is_tested() {
    let rows: Vec<String> = truth::all().into_keys().collect();
    assert_eq!(rows, TESTED);
}

/// The table describes the lifecycle twice, as facts and as findings; both must agree.
#[test]
fn lifecycle_findings_follow_from_the_recorded_facts() {
    for (name, truth) in truth::all() {
        assert_eq!(truth.life, truth.life_by_facts(), "{name}");
    }
}

fn is_as_written(name: &str) {
    let truth = Truth::of(name);
    let Some(app) = App::start(name) else { return };
    let (facts, visits) = walk::walk(&app, &truth);
    assert_eq!(facts, truth.facts(), "{name}: the installed version differs from the recording");
    let visit = || [client::ask_as_it_is(&app, "GET", &truth.probed, &Cookies::default(), "")];
    assert_eq!(judged::findings(&app, &visit(), false), truth.over_http, "{name}, over http");
    assert_eq!(judged::findings(&app, &visit(), true), truth.as_https, "{name}, as if over https");
    assert_eq!(judged::findings(&app, &visits, false), truth.walk, "{name}, the whole walk");
    let live = probe::probe(&app, &[&truth.probed], &[]).ok().json();
    assert_eq!(probe::rows(&live), truth.over_http, "{name}, live: {live:#}");
    let live = probe::probe(&app, &[&truth.probed], &["--assume-https"]).ok().json();
    assert_eq!(probe::rows(&live), truth.as_https, "{name}, live as if over https: {live:#}");
    let saved = probe::probe_saved(&app, &visits).ok().json();
    assert_eq!(probe::rows(&saved), truth.walk, "{name}, saved: {saved:#}");
    let story = life::live(&app, &truth);
    assert_eq!(life::faults(&story), life::expected(&truth), "{name}, the life cycle: {story:#?}");
    assert_eq!(story.session(), [&truth.session], "{name}: {:#?}", story.cookies);
    assert_eq!(life::findings(&story), truth.life, "{name}, findings about the life cycle");
    expects(name, &truth, &judged::rows(&story.exchanges, false), "the exchanges of the life cycle");
    let lived = probe::probe_life(&app, &truth, &["--fail-on", "never"]).ok().json();
    let (life, rest): (Vec<_>, Vec<_>) = probe::rows(&lived).into_iter().partition(|row| probe::is_about_life(row));
    let life: Vec<_> = life.iter().map(|row| probe::without_place(row)).collect();
    assert_eq!(life, truth.life, "{name}, probe --login: {lived:#}");
    expects(name, &truth, &rest, "probe --login");
    // Scripts see errors by the exit code.
    let errors = truth.life.iter().chain(&truth.walk).any(|row| row.starts_with("error "));
    assert_eq!(probe::probe_life(&app, &truth, &[]).code, i32::from(errors), "{name}, probe --login");
}

/// Asserts that all findings are true of the walk, and that every finding above info is present: a lifecycle does not
/// visit every page.
fn expects(name: &str, truth: &Truth, found: &[String], what: &str) {
    let unexpected: Vec<_> = found.iter().filter(|row| !truth.walk.contains(row)).collect();
    assert!(unexpected.is_empty(), "{name}, {what}: {unexpected:?} is not true");
    let missed: Vec<_> = truth.walk.iter().filter(|row| !row.starts_with("info ") && !found.contains(row)).collect();
    assert!(missed.is_empty(), "{name}, {what}: {missed:?} is not found");
}
