//! From exchanges to findings: every response, every cookie and every token by its rules, each finding with its place.

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
use crate::finding::{Finding, Location, Severity};
use crate::http::exchange::{Exchange, HeaderPosition, HttpHeader, RequestPurpose};
use crate::rule::endpoint::{cookie, http_fault, response};
use crate::rule::token::TokenLocation;
use crate::rule::{RuleRunner, Sink, lifecycle, session_ids};
use crate::rule_config::RuleConfig;
use crate::settings::ignore_filter::{FindingCounts, IgnoreFilter};
use crate::settings::ignores::Ignore;
use crate::time::UnixTime;
use crate::token::scan;
use std::collections::BTreeMap;

/// How exchanges are judged.
#[derive(Clone, Copy)]
pub struct ProbeContext<'q> {
    pub policy: &'q RuleConfig,
    pub names: &'q CookieClassifier,
    /// Of responses that carry no time, and of tokens.
    pub now: UnixTime,
    /// A proxy in front ends TLS.
    pub assume_https: bool,
    pub ignores: &'q [Ignore],
    /// The file that the exchanges come from, as the user named it.
    pub file: Option<&'q str>,
    /// Count findings for a baseline.
    pub tally: bool,
}

/// What was found.
pub struct ProbeResult<'q> {
    pub data: ProbeOutput,
    /// In the order of responses, all that are not ignored.
    pub findings: Vec<Finding>,
    /// By URL as it is shown.
    sieves: BTreeMap<String, IgnoreFilter<'q>>,
}

impl<'q> ProbeResult<'q> {
    /// How often each rule found something at each URL, if that was asked for.
    pub fn tallies(&self) -> impl Iterator<Item = (&str, &FindingCounts)> {
        self.sieves.iter().filter_map(|(url, sieve)| Some((url.as_str(), sieve.tally()?)))
    }

    /// What all sieves did together; `None`: there was nothing to judge.
    pub fn sieve(&self) -> Option<IgnoreFilter<'q>> {
        self.sieves.values().cloned().reduce(|mut whole, other| {
            whole.merge(other);
            whole
        })
    }
}

/// Judges what was seen.
pub fn evaluate<'q>(seen: &ProbeInput, question: &ProbeContext<'q>) -> ProbeResult<'q> {
    let ProbeContext { names, now, assume_https, policy, .. } = *question;
    let visits = evaluate::evaluate_exchanges(&seen.exchanges, &EvaluationContext { names, now, assume_https });
    let mut work =
        EvaluationWork { question: *question, findings: Vec::new(), sieves: BTreeMap::new(), values: BTreeMap::new() };
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
        for judged in own(visit) {
            let place = visit.exchange.headers.get(judged.header).map_or(FindingAnchor::Response, FindingAnchor::Value);
            cookies.run(&cookie::CookieView::new(visit, judged), &mut work.sink(visit.exchange, place));
        }
        let told = work.response(n, visit, notes.remove(&n).unwrap_or_default());
        data.responses.push(ResponseOutput { protocol: seen.protocols.get(&n).cloned(), ..told });
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
    ProbeResult { data, findings: work.findings, sieves: work.sieves }
}

/// The cookies of a visit that count: with a made-up Origin the same are set again.
fn own<'v, 'a>(visit: &'v EvaluatedExchange<'a>) -> &'v [EvaluatedCookie<'a>] {
    if visit.exchange.purpose == RequestPurpose::MadeUpOrigin { &[] } else { &visit.cookies }
}

/// Where a finding belongs.
#[derive(Clone, Copy)]
enum FindingAnchor<'a> {
    /// The response, or the header of it that the pointer names.
    Response,
    /// The value of a header: columns count from there.
    Value(&'a HttpHeader),
    /// A token, whose own pointers go behind that of its place.
    Token(&'a ExchangeToken),
}

struct EvaluationWork<'q> {
    question: ProbeContext<'q>,
    findings: Vec<Finding>,
    sieves: BTreeMap<String, IgnoreFilter<'q>>,
    /// Numbers of cookie values.
    values: BTreeMap<Vec<u8>, usize>,
}

impl<'q> EvaluationWork<'q> {
    fn sink<'w>(&'w mut self, exchange: &'w Exchange, place: FindingAnchor<'w>) -> Recorder<'w, 'q> {
        self.at(exchange.url.redacted(), Some(exchange), place)
    }

    fn at<'w>(&'w mut self, url: String, exchange: Option<&'w Exchange>, place: FindingAnchor<'w>) -> Recorder<'w, 'q> {
        let ProbeContext { ignores, tally, file, .. } = self.question;
        let sieve = self.sieves.entry(url.clone()).or_insert_with(|| IgnoreFilter::new(ignores, &url, tally));
        Recorder { sieve, findings: &mut self.findings, file, url, exchange, place }
    }

    /// What replay and samples tell of sessions.
    fn sessions(&mut self, seen: &ProbeInput, data: &mut ProbeOutput) {
        let policy = self.question.policy;
        if let Some((url, story)) = &seen.life {
            RuleRunner::new(lifecycle::RULES, policy)
                .run(story, &mut self.at(url.redacted(), None, FindingAnchor::Response));
            data.partial |= story.ended.is_some();
            data.life_cycle = Some(crate::lifecycle::output::LifecycleOutput::from_trace(story));
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
            cookies: own(visit).iter().map(|judged| self.cookie(judged)).collect(),
            notes,
        }
    }

    fn cookie(&mut self, judged: &EvaluatedCookie<'_>) -> CookieOutput {
        let value = judged.line.value.bytes;
        let next = self.values.len().saturating_add(1);
        CookieOutput {
            said: discreet(describe(&judged.line, &judged.decision), &judged.line),
            class: judged.class.name(),
            verdict: verdict(&judged.decision),
            change: judged.change.as_ref().map(|change| match change {
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

    /// Every different token once, where it is in the greatest danger.
    fn tokens(&mut self, visits: &[EvaluatedExchange<'_>]) -> Vec<TokenOutput> {
        let mut found: Vec<(usize, ExchangeToken)> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (n, visit) in visits.iter().enumerate() {
            for seen in exchange_tokens::tokens_in_exchange(visit.exchange) {
                match known.get(&seen.token).and_then(|at| found.get_mut(*at)) {
                    Some(old) if exchange_tokens::weight(old.1.carrier) < exchange_tokens::weight(seen.carrier) => {
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
        let mut told = Vec::new();
        for (n, seen) in &found {
            let Some(visit) = visits.get(*n) else { continue };
            let sink = &mut self.sink(visit.exchange, FindingAnchor::Token(seen));
            let Some(said) = examiner.examine(seen.token.as_bytes(), seen.carrier, visit.now, sink) else { continue };
            told.push(TokenOutput {
                number: told.len().saturating_add(1),
                response: n.saturating_add(1),
                carrier: carrier(seen.carrier),
                pointer: seen.pointer.clone(),
                place: seen.shown.clone(),
                bytes: seen.token.len(),
                form: said.form,
                alg: said.alg,
                kid: said.kid,
                expires: said.expires,
                lifetime_seconds: said.lifetime,
            });
        }
        told
    }
}

/// Without what may be a value of another cookie: where lines were joined, it stands in an attribute of this one.
fn discreet(mut said: CookieDescription, line: &SetCookie<'_>) -> CookieDescription {
    let cut = |text: &mut String| {
        if let Some(at) = text.find('=') {
            text.truncate(at.saturating_add(1));
            text.push('…');
        }
    };
    for (attribute, written) in said.attributes.iter_mut().zip(&line.attributes) {
        match &mut attribute.value {
            Some(value) if written.is_presence() && !written.is_switched() => "…".clone_into(value),
            Some(value) if written.known.is_some() => cut(value),
            value => *value = None,
        }
    }
    cut(&mut said.effective.path);
    said
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
    let kept = |judged: &&EvaluatedCookie<'_>| !judged.decision.effective.is_deletion();
    let count = |outcome| cookies().filter(kept).filter(|judged| judged.decision.outcome == outcome).count();
    ProbeTotals {
        responses: visits.len(),
        failures: data.failures.len(),
        cookies: cookies().count(),
        stored: count(StorageOutcome::Stored),
        dropped: count(StorageOutcome::Dropped),
        differ: count(StorageOutcome::Differs),
        deletions: cookies().filter(|judged| !kept(judged)).count(),
        tokens: data.tokens.len(),
    }
}

/// Takes what rules say, and knows where it belongs.
struct Recorder<'w, 'q> {
    sieve: &'w mut IgnoreFilter<'q>,
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

    /// Line and column of a finding that a rule made at `column` of what it looked at.
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

/// From a byte of a value, counted from 1, to a column of its line.
fn moved(header: &HttpHeader, spot: &HeaderPosition, column: u64) -> u64 {
    let bytes = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX).min(header.value.len());
    let before = String::from_utf8_lossy(header.value.get(..bytes).unwrap_or_default()).chars().count();
    spot.column.saturating_add(u64::try_from(before).unwrap_or(u64::MAX))
}

impl Sink for Recorder<'_, '_> {
    fn count(&mut self, rule: &'static str, _: Severity, pointer: &str) -> bool {
        let pointer = self.pointer(pointer);
        self.sieve.passes(rule, &pointer)
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
        // Messages quote values of headers, and any of them may hold a token.
        let message = scan::replace_tokens(&finding.message, |_| "…".to_owned());
        self.findings.push(Finding { location, message, ..finding });
    }
}

#[cfg(test)]
mod tests;
