//! Runs the rules of the library directly on recorded responses.

use super::apps::App;
use super::client::Answer;
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::evaluate::{self, EvaluationContext};
use authkit::finding::Finding;
use authkit::http::exchange::{Exchange, HttpHeader};
use authkit::http::url::HttpUrl;
use authkit::rule;
use authkit::rule::endpoint::{cookie, response};
use authkit::rule_config::RuleConfig;
use authkit::time::UnixTime;

/// The findings about these responses, each once: severity, rule, and cookie or path.
pub fn findings(app: &App, answers: &[Answer], assume_https: bool) -> Vec<String> {
    let exchanges: Vec<Exchange> = answers.iter().map(|answer| exchange(app, answer)).collect();
    rows(&exchanges, assume_https)
}

/// The same for exchanges.
pub fn rows(exchanges: &[Exchange], assume_https: bool) -> Vec<String> {
    let names = CookieClassifier::default();
    let visits =
        evaluate::evaluate_exchanges(exchanges, &EvaluationContext { names: &names, now: now(), assume_https });
    let mut found = Vec::new();
    for (at, visit) in visits.iter().enumerate() {
        for judged in &visit.cookies {
            let findings =
                rule::run_rules(cookie::RULES, &cookie::CookieView::new(visit, judged), &RuleConfig::default());
            found.extend(findings.iter().map(|finding| row(finding, &judged.line.name.text())));
        }
        let view = response::ResponseView::new(&visits, at).expect("a visit");
        let findings = rule::run_rules(response::RULES, &view, &RuleConfig::default());
        found.extend(findings.iter().map(|finding| row(finding, &visit.exchange.url.path)));
    }
    found.sort();
    found.dedup();
    found
}

fn row(finding: &Finding, about: &str) -> String {
    format!("{} {} {about}", finding.severity.name(), finding.rule)
}

/// Frameworks use the real clock.
pub fn now() -> UnixTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970");
    UnixTime(since.as_secs().try_into().expect("seconds"))
}

fn exchange(app: &App, answer: &Answer) -> Exchange {
    let url = HttpUrl::parse(&app.url(&answer.path)).expect("an address");
    let request =
        if answer.sent.is_empty() { Vec::new() } else { vec![HttpHeader::new("Cookie", answer.sent.clone())] };
    let headers = answer.headers.iter().map(|(name, value)| HttpHeader::new(name.clone(), value.clone())).collect();
    let (method, signed_in) = (answer.method.clone(), Some(answer.signed_in));
    Exchange { method, request, status: answer.status, headers, signed_in, ..Exchange::get(url) }
}
