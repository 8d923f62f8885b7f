//! Applications of real frameworks, started on loopback. A client of its own walks through each, so that
//! `tests/frameworks/truth.toml` is known to be true of what is installed; then `authkit probe` is held against it.
//! Python and Node packages are in the folder that `tests/frameworks/install.sh` filled, named by `AUTHKIT_FRAMEWORKS`.

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

/// A test for each application.
macro_rules! apps {
    ($($name:ident: $app:literal;)*) => {
        /// The names of all that are tested.
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
    django_admin: "django-admin";
    express_bad: "express-bad";
    express_good: "express-good";
    express_stuck: "express-stuck";
    flask_login: "flask-login";
    nginx_django: "nginx-django";
    php_defaults: "php-defaults";
    php_kept: "php-kept";
    php_lenient: "php-lenient";
    php_strict: "php-strict";
    starlette: "starlette";
}

#[test]
fn every_row_of_the_truth_is_tested() {
    let rows: Vec<String> = truth::all().into_keys().collect();
    assert_eq!(rows, TESTED);
}

/// The table says twice what the life cycle is, as facts and as findings; neither may say more than the other.
#[test]
fn findings_about_the_life_cycle_follow_from_the_facts() {
    for (name, truth) in truth::all() {
        assert_eq!(truth.life, truth.life_by_facts(), "{name}");
    }
}

fn is_as_written(name: &str) {
    let truth = Truth::of(name);
    let Some(app) = App::start(name) else { return };
    let (facts, visits) = walk::walk(&app, &truth);
    assert_eq!(facts, truth.facts(), "{name}: what is installed is not what was recorded");
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
    // Whoever has the script of a pipeline sees it by the exit code.
    let errors = truth.life.iter().chain(&truth.walk).any(|row| row.starts_with("error "));
    assert_eq!(probe::probe_life(&app, &truth, &[]).code, i32::from(errors), "{name}, probe --login");
}

/// Nothing but what is true of the walk; and all of that which weighs more than a remark, because a life cycle does not
/// go everywhere.
fn expects(name: &str, truth: &Truth, found: &[String], what: &str) {
    let unexpected: Vec<_> = found.iter().filter(|row| !truth.walk.contains(row)).collect();
    assert!(unexpected.is_empty(), "{name}, {what}: {unexpected:?} is not true");
    let missed: Vec<_> = truth.walk.iter().filter(|row| !row.starts_with("info ") && !found.contains(row)).collect();
    assert!(missed.is_empty(), "{name}, {what}: {missed:?} is not found");
}
