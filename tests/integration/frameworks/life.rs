//! Runs the session lifecycle of the library through the test client, and compares it with the recorded facts.

use super::apps::App;
use super::client::{Answer as Heard, send};
use super::truth::Truth;
use authkit::cookie::class::CookieClassifier;
use authkit::http::exchange::{Exchange, HttpHeader};
use authkit::http::url::HttpUrl;
use authkit::lifecycle::{
    CheckResult, FormField, HttpTransport, LifecycleCheck, LifecyclePlan, LifecycleRequest, LogoutPlan, SessionTrace,
    TransportError, run,
};
use authkit::rule;
use authkit::rule_config::RuleConfig;
use authkit::secret::Secret;

struct Wire<'a>(&'a App);

impl HttpTransport for Wire<'_> {
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        let mut headers: Vec<_> =
            ask.headers.iter().map(|header| (header.name.as_str(), text(&header.value))).collect();
        headers.extend(ask.cookies.as_ref().map(|line| ("Cookie", text(line.expose()))));
        let path = match &ask.url.query {
            Some(query) => format!("{}?{query}", ask.url.path),
            None => ask.url.path.clone(),
        };
        let body = ask.body.as_ref().map(|body| text(body.expose()));
        let Heard { status, headers, body, .. } = send(self.0, ask.method(), &path, &headers, body.as_deref());
        let headers = headers.into_iter().map(|(name, value)| HttpHeader::new(name, value)).collect();
        Ok(Exchange { status, headers, body: body.into_bytes(), ..Exchange::get(ask.url.clone()) })
    }
}

/// Runs the lifecycle and returns its trace.
pub fn live(app: &App, truth: &Truth) -> SessionTrace {
    let address = |path: &str| HttpUrl::parse(&app.url(path)).expect("an address");
    let (method, logout) = truth.logout.split_once(' ').expect("a method and a path");
    let field = |name: &str, value: &str| FormField { name: name.to_owned(), value: Secret::new(value.to_owned()) };
    let mut fields = vec![field("username", "alice"), field("password", "correct horse")];
    if truth.remember.is_some() {
        fields.push(field("remember", "on"));
    }
    let plan = LifecyclePlan {
        login: address(&truth.login),
        page: address(&truth.login),
        protected: address(&truth.protected),
        logout: Some(LogoutPlan { url: address(logout), get: method == "GET" }),
        fields,
        json: None,
        csrf: true,
        marker: None,
        max_logins: 5,
        bearer: None,
        names: CookieClassifier::default(),
        random: Secret::new(b"0123456789abcdef0123456789abcdef".to_vec()),
    };
    run(&plan, &mut Wire(app)).expect("a plan without harm")
}

/// The checks that failed, and those that were inconclusive.
pub fn faults(story: &SessionTrace) -> Vec<String> {
    let bad =
        story.answers.iter().filter(|(_, answer)| matches!(answer, CheckResult::Fail | CheckResult::Inconclusive(_)));
    let mut bad: Vec<_> = bad.map(|(question, answer)| format!("{} {}", question.id(), answer.name())).collect();
    bad.extend(story.ended.as_ref().map(ToString::to_string));
    bad.sort();
    bad
}

/// The findings expected from the facts.
pub fn expected(truth: &Truth) -> Vec<String> {
    let facts = truth.facts();
    let no = [
        (facts.kept_in_jar, LifecycleCheck::Cleared),
        (facts.invented, LifecycleCheck::UnknownIdReplaced),
        (!facts.cleared, LifecycleCheck::LogoutWorks),
        (facts.remembered == Some(true), LifecycleCheck::RememberRevoked),
        (facts.fixation, LifecycleCheck::Rotated),
        (facts.lives, LifecycleCheck::Revoked),
    ];
    let mut bad: Vec<_> =
        no.iter().filter(|(is, _)| *is).map(|(_, question)| format!("{} fail", question.id())).collect();
    bad.sort();
    bad
}

/// The findings of the lifecycle rules: severity and rule.
pub fn findings(story: &SessionTrace) -> Vec<String> {
    let findings = rule::run_rules(rule::lifecycle::RULES, story, &RuleConfig::default());
    let mut rows: Vec<_> =
        findings.iter().map(|finding| format!("{} {}", finding.severity.name(), finding.rule)).collect();
    rows.sort();
    rows
}
