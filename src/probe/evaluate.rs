//! Evaluation of exchanges: runs the rules on every response, cookie and token, and adds a location to each finding.

use super::exchange_tokens::{self, ExchangeToken, ExchangeTokenEvaluator};
use super::output::{CookieOutput, ProbeOutput, ProbeTotals, RequestFailureOutput, ResponseOutput, TokenOutput};
use super::{ProbeInput, RequestFailure, UrlSessionIds};
use crate::cookie::class::CookieClassifier;
use crate::cookie::cookie_store::Change;
use crate::cookie::description::{CookieDescription, describe, verdict};
use crate::cookie::evaluate::{self, EvaluatedCookie, EvaluatedExchange, EvaluationContext, Transport};
use crate::cookie::session_id;
use crate::cookie::set_cookie::SetCookie;
use crate::cookie::storage::StorageOutcome;
use crate::cookie::value::{CookieValueForm, form};
use crate::encoding::bounds::{as_u64, head};
use crate::finding::{Finding, Location, Severity, TextPosition};
use crate::http::exchange::{Exchange, HttpHeader, RequestPurpose};
use crate::rule::endpoint::{cookie, http_fault, response};
use crate::rule::token::TokenLocation;
use crate::rule::{RuleRunner, Sink, lifecycle, session_ids};
use crate::rule_config::RuleConfig;
use crate::settings::ignore_filter::{IgnoreFilter, IgnoreFilters};
use crate::settings::ignores::Ignore;
use crate::time::UnixTime;
use crate::token::scan;
use std::collections::BTreeMap;

/// Options of the evaluation.
#[derive(Clone, Copy)]
pub struct ProbeContext<'q> {
    /// Rule configuration: profile, limits and severities.
    pub policy: &'q RuleConfig,
    /// Determines the class of each cookie by its name.
    pub names: &'q CookieClassifier,
    /// The time of responses that carry none, and for the evaluation of tokens.
    pub now: UnixTime,
    /// A reverse proxy terminates TLS.
    pub assume_https: bool,
    /// The ignores of the config file, matched against redacted URLs.
    pub ignores: &'q [Ignore],
    /// The file that contains the exchanges, as named by the user.
    pub file: Option<&'q str>,
    /// Count findings for a baseline.
    pub tally: bool,
}

/// The result of the evaluation.
pub struct ProbeResult<'q> {
    /// The JSON output. `assumed`, `insecure` and the counts of findings are not set yet.
    pub data: ProbeOutput,
    /// Findings in the order of responses, without ignored ones.
    pub findings: Vec<Finding>,
    /// By redacted URL.
    pub filters: IgnoreFilters<'q>,
}

/// Evaluates the input.
pub fn evaluate<'q>(seen: &ProbeInput, question: &ProbeContext<'q>) -> ProbeResult<'q> {
    let ProbeContext { names, now, assume_https, policy, .. } = *question;
    let visits = evaluate::evaluate_exchanges(&seen.exchanges, &EvaluationContext { names, now, assume_https });
    let filters = IgnoreFilters::new(question.ignores, question.tally);
    let mut work = EvaluationWork { question: *question, findings: Vec::new(), filters, values: BTreeMap::new() };
    let (responses, cookies) = (RuleRunner::new(response::RULES, policy), RuleRunner::new(cookie::RULES, policy));
    let mut data = ProbeOutput { assume_https, ..ProbeOutput::default() };
    let mut notes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, note) in &seen.notes {
        notes.entry(*at).or_default().push(note.clone());
    }
    for (n, visit) in visits.iter().enumerate() {
        if let Some(view) = response::ResponseView::new(&visits, n) {
            responses.run(&view, &mut work.sink(visit.exchange, FindingAnchor::Response));
        }
        for evaluated in own(visit) {
            let place =
                visit.exchange.headers.get(evaluated.header).map_or(FindingAnchor::Response, FindingAnchor::Value);
            cookies.run(&cookie::CookieView::new(visit, evaluated), &mut work.sink(visit.exchange, place));
        }
        let output = work.response(n, visit, notes.remove(&n).unwrap_or_default());
        data.responses.push(ResponseOutput { protocol: seen.protocols.get(&n).cloned(), ..output });
    }
    data.tokens = work.tokens(&visits);
    let faults = RuleRunner::new(http_fault::RULES, policy);
    for failure in &seen.failures {
        let url = failure.url.redacted();
        let view = http_fault::HttpFaultView { url: &url, kind: &failure.kind, message: &failure.message };
        faults.run(&view, &mut work.at(url.clone(), None, FindingAnchor::Response));
        let RequestFailure { method, hop, kind, .. } = failure.clone();
        let message = scan::replace_tokens(&failure.message, |_| "…".to_owned());
        data.failures.push(RequestFailureOutput { url, method, hop, kind, message });
    }
    data.totals = totals(&visits, &data);
    data.partial = !seen.failures.is_empty();
    work.sessions(seen, &mut data);
    ProbeResult { data, findings: work.findings, filters: work.filters }
}

/// The cookies of an exchange to evaluate: a request with a made-up Origin sets the same ones again.
fn own<'v, 'a>(visit: &'v EvaluatedExchange<'a>) -> &'v [EvaluatedCookie<'a>] {
    if visit.exchange.purpose == RequestPurpose::MadeUpOrigin { &[] } else { &visit.cookies }
}

/// The subject of a finding.
#[derive(Clone, Copy)]
enum FindingAnchor<'a> {
    /// The response, or the header named by the pointer.
    Response,
    /// A header value: columns are relative to it.
    Value(&'a HttpHeader),
    /// A token: its pointers are appended to that of its location.
    Token(&'a ExchangeToken),
}

struct EvaluationWork<'q> {
    question: ProbeContext<'q>,
    findings: Vec<Finding>,
    filters: IgnoreFilters<'q>,
    /// Numbers of cookie values.
    values: BTreeMap<Vec<u8>, usize>,
}

impl<'q> EvaluationWork<'q> {
    fn sink<'w>(&'w mut self, exchange: &'w Exchange, place: FindingAnchor<'w>) -> Recorder<'w, 'q> {
        self.at(exchange.url.redacted(), Some(exchange), place)
    }

    fn at<'w>(&'w mut self, url: String, exchange: Option<&'w Exchange>, place: FindingAnchor<'w>) -> Recorder<'w, 'q> {
        let filter = self.filters.source(&url);
        Recorder { filter, findings: &mut self.findings, file: self.question.file, url, exchange, place }
    }

    /// Runs the rules on the session lifecycle and the sampled session ids.
    fn sessions(&mut self, seen: &ProbeInput, data: &mut ProbeOutput) {
        let policy = self.question.policy;
        if let Some((url, trace)) = &seen.life {
            RuleRunner::new(lifecycle::RULES, policy)
                .run(trace, &mut self.at(url.redacted(), None, FindingAnchor::Response));
            data.partial |= trace.ended.is_some();
            data.life_cycle = Some(crate::lifecycle::output::LifecycleOutput::from_trace(trace));
        }
        let runner = RuleRunner::new(session_ids::RULES, policy);
        for UrlSessionIds { url, name, class, samples } in &seen.sampled {
            runner.run(
                &session_ids::SessionIdsView { name, samples },
                &mut self.at(url.redacted(), None, FindingAnchor::Response),
            );
            data.sampled.push(session_id::output::SessionIdOutput::from_analysis(name, *class, samples));
        }
    }

    fn response(&mut self, n: usize, visit: &EvaluatedExchange<'_>, mut notes: Vec<String>) -> ResponseOutput {
        let exchange = visit.exchange;
        if exchange.cut {
            notes.push("only the beginning of the body was read".to_owned());
        }
        let place = exchange.place.as_ref();
        ResponseOutput {
            number: n.saturating_add(1),
            url: exchange.url.redacted(),
            method: exchange.method.clone(),
            hop: exchange.hop,
            status: exchange.status,
            transport: match visit.transport {
                Transport::Https => "https",
                Transport::Http => "http",
                Transport::Loopback => "loopback",
            },
            protocol: None,
            purpose: exchange.purpose.name(),
            redirect: exchange.redirect_target().map(|target| target.redacted()),
            authenticated: visit.authenticated,
            line: place.map(|spot| spot.line),
            pointer: place.and_then(|spot| spot.pointer.clone()),
            cookies: own(visit).iter().map(|evaluated| self.cookie(evaluated)).collect(),
            notes,
        }
    }

    fn cookie(&mut self, evaluated: &EvaluatedCookie<'_>) -> CookieOutput {
        let value = evaluated.line.value.bytes;
        let next = self.values.len().saturating_add(1);
        CookieOutput {
            said: discreet(describe(&evaluated.line, &evaluated.decision), &evaluated.line),
            class: evaluated.class.name(),
            verdict: verdict(&evaluated.decision),
            change: evaluated.change.as_ref().map(|change| match change {
                Change::Set => "set",
                Change::Replaced => "replaced",
                Change::Deleted => "deleted",
                Change::DeletedNothing { .. } => "deleted-nothing",
            }),
            value: *self.values.entry(value.to_vec()).or_insert(next),
            form: match form(value) {
                CookieValueForm::Token(_) => "token",
                CookieValueForm::Readable(readable) => readable.how,
                CookieValueForm::Opaque => "opaque",
            },
        }
    }

    /// Every distinct token once, at its most exposed location.
    fn tokens(&mut self, visits: &[EvaluatedExchange<'_>]) -> Vec<TokenOutput> {
        let mut found: Vec<(usize, ExchangeToken)> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (n, visit) in visits.iter().enumerate() {
            for seen in exchange_tokens::tokens_in_exchange(visit.exchange) {
                match known.get(&seen.token).and_then(|at| found.get_mut(*at)) {
                    Some(old) if exchange_tokens::exposure(old.1.carrier) < exchange_tokens::exposure(seen.carrier) => {
                        *old = (n, seen)
                    }
                    Some(_) => {}
                    None => {
                        known.insert(seen.token.clone(), found.len());
                        found.push((n, seen));
                    }
                }
            }
        }
        let examiner = ExchangeTokenEvaluator::new(self.question.policy);
        let mut output = Vec::new();
        for (n, seen) in &found {
            let Some(visit) = visits.get(*n) else { continue };
            let sink = &mut self.sink(visit.exchange, FindingAnchor::Token(seen));
            let Some(info) = examiner.examine(seen.token.as_bytes(), seen.carrier, visit.now, sink) else { continue };
            output.push(TokenOutput {
                number: output.len().saturating_add(1),
                response: n.saturating_add(1),
                carrier: carrier(seen.carrier),
                pointer: seen.pointer.clone(),
                place: seen.shown.clone(),
                bytes: seen.token.len(),
                form: info.form,
                alg: info.alg,
                kid: info.kid,
                expires: info.expires,
                lifetime_seconds: info.lifetime,
            });
        }
        output
    }
}

/// Removes a possible value of another cookie: where lines were joined, it is in an attribute of this one.
fn discreet(mut description: CookieDescription, line: &SetCookie<'_>) -> CookieDescription {
    let cut = |text: &mut String| {
        if let Some(at) = text.find('=') {
            text.truncate(at.saturating_add(1));
            text.push('…');
        }
    };
    for (attribute, written) in description.attributes.iter_mut().zip(&line.attributes) {
        match &mut attribute.value {
            Some(value) if written.is_presence() && !written.is_switched() => "…".clone_into(value),
            Some(value) if written.known.is_some() => cut(value),
            value => *value = None,
        }
    }
    cut(&mut description.effective.path);
    description
}

const fn carrier(carrier: TokenLocation) -> &'static str {
    match carrier {
        TokenLocation::Url => "url",
        TokenLocation::Cookie => "cookie",
        TokenLocation::Header => "header",
        TokenLocation::Body | TokenLocation::Unknown => "body",
    }
}

fn totals(visits: &[EvaluatedExchange<'_>], data: &ProbeOutput) -> ProbeTotals {
    let cookies = || visits.iter().flat_map(own);
    let kept = |evaluated: &&EvaluatedCookie<'_>| !evaluated.decision.effective.is_deletion();
    let count = |outcome| cookies().filter(kept).filter(|evaluated| evaluated.decision.outcome == outcome).count();
    ProbeTotals {
        responses: visits.len(),
        failures: data.failures.len(),
        cookies: cookies().count(),
        stored: count(StorageOutcome::Stored),
        dropped: count(StorageOutcome::Dropped),
        differ: count(StorageOutcome::Differs),
        deletions: cookies().filter(|evaluated| !kept(evaluated)).count(),
        tokens: data.tokens.len(),
    }
}

/// Receives the findings of rules and adds their location.
struct Recorder<'w, 'q> {
    filter: &'w mut IgnoreFilter<'q>,
    findings: &'w mut Vec<Finding>,
    file: Option<&'w str>,
    url: String,
    exchange: Option<&'w Exchange>,
    place: FindingAnchor<'w>,
}

impl Recorder<'_, '_> {
    fn pointer(&self, own: &str) -> String {
        match self.place {
            FindingAnchor::Token(seen) => format!("{}{own}", seen.pointer),
            FindingAnchor::Response | FindingAnchor::Value(_) => own.to_owned(),
        }
    }

    /// Line and column of a finding at `column` of the rule's subject.
    fn place(&self, pointer: &str, column: Option<u64>) -> (Option<u64>, Option<u64>) {
        let spot = match self.place {
            FindingAnchor::Token(seen) => seen.place.as_ref(),
            FindingAnchor::Value(header) => match (&header.place, column) {
                (Some(spot), Some(column)) if spot.pointer.is_none() => {
                    return (Some(spot.line), Some(moved(header, spot, column)));
                }
                (None, column) => return (None, column),
                (Some(spot), _) => Some(spot),
            },
            FindingAnchor::Response => {
                let name = pointer.strip_prefix("/response/headers/").filter(|name| !name.is_empty());
                let headers = self.exchange.map(|exchange| exchange.headers.as_slice()).unwrap_or_default();
                let header = name.and_then(|name| headers.iter().find(|header| header.is(name)));
                let own = header.and_then(|header| header.place.as_ref());
                own.or_else(|| self.exchange.and_then(|exchange| exchange.place.as_ref()))
            }
        };
        spot.map_or((None, None), |spot| (Some(spot.line), Some(spot.column)))
    }
}

/// Converts a byte of a value, counted from 1, to a column of its line.
fn moved(header: &HttpHeader, spot: &TextPosition, column: u64) -> u64 {
    let bytes = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX).min(header.value.len());
    let before = String::from_utf8_lossy(head(&header.value, bytes)).chars().count();
    spot.column.saturating_add(as_u64(before))
}

impl Sink for Recorder<'_, '_> {
    fn count(&mut self, rule: &'static str, _: Severity, pointer: &str) -> bool {
        let pointer = self.pointer(pointer);
        self.filter.passes(rule, &pointer)
    }

    fn keep(&mut self, finding: Finding) {
        let own = finding.location.pointer.clone().unwrap_or_default();
        let (line, column) = self.place(&own, finding.location.column);
        let location = Location {
            file: self.file.map(str::to_owned),
            line,
            column,
            pointer: Some(self.pointer(&own)).filter(|pointer| !pointer.is_empty()),
            url: Some(self.url.clone()),
        };
        // Messages quote header values, and any of them may contain a token.
        let message = scan::replace_tokens(&finding.message, |_| "…".to_owned());
        self.findings.push(Finding { location, message, ..finding });
    }
}

#[cfg(test)]
mod tests;
