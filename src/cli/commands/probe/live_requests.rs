//! Exchanges with live endpoints: what is asked, with whom, and how long to wait.

use super::collected::{CollectedExchanges, parse_url};
use super::http_settings::HttpSettings;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::fetch::{
    self, BodyEnd, Chain, ClientSettings, Clients, End, Limits, Method, RedirectPolicy, Request, Url,
};
use crate::cli::progress::{Progress, time_left};
use crate::cli::system;
use crate::cli::{input, network_args, output};
use authkit::encoding::escape;
use authkit::http::exchange::{Exchange, HttpHeader, MAX_BODY, RequestPurpose};
use authkit::http::url::shown_reference;
use authkit::probe::recording::Recording;
use authkit::probe::{ProbeInput, RequestFailure as NoAnswer};
use authkit::time::{Span, UnixTime};
use authkit::token::scan;
use clap::{Args, ValueEnum};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The most that is read of a list of URLs, of headers and of a body.
const MAX_FILE: usize = 16 * 1024 * 1024;

/// URLs of one run.
const MAX_URLS: usize = 100_000;

/// `--method`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum MethodArg {
    Get,
    Head,
    Post,
}

#[derive(Args)]
#[command(next_help_heading = "Requests")]
pub struct LiveRequestArgs {
    /// Ask the URLs in FILE too, one a line; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["headers", "har"])]
    urls: Option<String>,

    /// How to ask [default: GET, with --data POST]
    #[arg(long, value_enum, value_name = "METHOD", ignore_case = true)]
    method: Option<MethodArg>,

    /// Send a header with every request to the URLs that are named: 'Name: value', or @FILE (repeatable)
    ///
    /// A redirect to another origin is followed without it.
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,

    /// Send the bytes of FILE; - is standard input
    #[arg(long, value_name = "FILE")]
    data: Option<String>,

    /// Redirects that are followed, with the cookies that are set on the way; each answer is judged
    #[arg(long, value_name = "N", default_value_t = 10, hide_short_help = true)]
    max_redirects: u16,

    /// Ask each URL once: not again with a made-up Origin, nor over plain http
    ///
    /// Without it, the first URL of each origin is asked again with an Origin that nobody has, to see who may read
    /// answers, and over plain http, to see whether that leads to https.
    #[arg(long, hide_short_help = true)]
    visits_only: bool,

    /// URLs at the same time
    #[arg(long, value_name = "N", default_value_t = 50, hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,

    /// Requests at the same time to one host
    #[arg(long, value_name = "N", default_value_t = 10, hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=1000))]
    per_host: u16,

    /// How long a request may take, its body included
    #[arg(long, value_name = "DURATION", default_value = "30s", hide_short_help = true)]
    timeout: String,

    /// How long until a connection stands
    #[arg(long, value_name = "DURATION", default_value = "5s", hide_short_help = true)]
    connect_timeout: String,

    /// How long until an answer begins
    #[arg(long, value_name = "DURATION", default_value = "10s", hide_short_help = true)]
    first_byte_timeout: String,

    /// Trust the authorities in FILE (PEM) instead of the system's
    #[arg(long, value_name = "FILE", conflicts_with = "insecure", hide_short_help = true)]
    cacert: Option<PathBuf>,

    /// Check no certificates; the report says so
    #[arg(long, hide_short_help = true)]
    insecure: bool,

    /// Write what was seen to FILE (0600), with placeholders for cookie values and credentials; --replay judges it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["headers", "har", "replay"])]
    record: Option<PathBuf>,
}

impl LiveRequestArgs {
    /// Whether something is to be asked besides the URLs of the arguments.
    pub fn has_list(&self) -> bool {
        self.urls.is_some()
    }

    /// Asks every URL and follows where it leads.
    ///
    /// # Errors
    /// What cannot be understood or read. What does not answer is among what was seen.
    pub fn send_requests(&self, urls: &[String], context: &Context) -> Result<CollectedExchanges, Failure> {
        if let Some(forbidden) = network_args::offline()? {
            return Err(Failure::environment(format!("the network is not used: {forbidden} forbids it")));
        }
        input::one_reads_stdin(self.readers())?;
        let limits = self.limits()?;
        let urls = self.list(urls, context)?;
        let first = self.request(&urls, context)?;
        let plan = self.plan(&first, &urls)?;
        let trust = self.trust()?;
        context.note_origin("TLS roots", &trust.origin());
        let clients = Clients::new(trust);
        let rules =
            RedirectPolicy { hops: usize::from(self.max_redirects), cookies: true, ..RedirectPolicy::default() };
        let (interrupted, terminated) = system::register_signal_flags();
        let progress = Progress::start(context, "asking");
        // Whoever brings no credential is a visitor, whatever cookies are set on the way.
        let brings = |name: &str| ["authorization", "cookie"].iter().any(|own| name.eq_ignore_ascii_case(own));
        let is_visitor = first.body.is_none() && !first.headers.iter().any(|(name, _)| brings(name));
        let signed_in = is_visitor.then_some(false);
        let (purposes, requests): (Vec<RequestPurpose>, Vec<Request>) = plan.into_iter().unzip();
        let hook = &mut |done: usize, all: usize| {
            progress.say(|elapsed| {
                let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
                format!("asked {done} of {all}{}", time_left(number(done), number(all), elapsed))
            });
            let stop = interrupted.load(Ordering::Relaxed) || terminated.load(Ordering::Relaxed);
            if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let chains = fetch::run(clients, requests, rules, limits, hook)
            .map_err(|fault| Failure::environment(fault.to_string()))?;
        let mut got = CollectedExchanges { insecure: self.insecure, ..CollectedExchanges::default() };
        for (purpose, chain) in purposes.into_iter().zip(chains) {
            got.partial |= chain.end == End::Stopped;
            let asked = ChainContext { purpose, signed_in, max_redirects: self.max_redirects, now: context.now };
            take(&asked, chain, &mut got.seen);
        }
        if got.seen.failures.iter().any(|failure| !failure.is_answer()) {
            context.set_exit_kind(FailureKind::Environment);
        }
        match (terminated.load(Ordering::Relaxed), interrupted.load(Ordering::Relaxed)) {
            (true, _) => context.set_exit_kind(FailureKind::Terminated),
            (_, true) => context.set_exit_kind(FailureKind::Interrupted),
            _ => {}
        }
        Ok(got)
    }

    /// Writes what was seen, if that was asked for.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn record(&self, got: &CollectedExchanges, context: &Context) -> Result<(), Failure> {
        let Some(path) = &self.record else { return Ok(()) };
        let recording = Recording::from_input(&got.seen, context.now, got.insecure, got.partial);
        let text = format!("{}\n", escape::json(&serde_json::to_string_pretty(&recording)?));
        output::write_file(context, path, text.as_bytes(), output::Mode::Private, context.force)
    }

    /// How requests of sessions use the network.
    ///
    /// # Errors
    /// A value that cannot be understood.
    pub fn tools(&self) -> Result<HttpSettings, Failure> {
        Ok(HttpSettings { trust: self.trust()?, limits: self.limits()?, insecure: self.insecure })
    }

    fn readers(&self) -> impl Iterator<Item = &'static str> {
        let dash = |value: &Option<String>, name| (value.as_deref() == Some("-")).then_some(name);
        let header = self.header.iter().any(|header| header == "@-").then_some("--header");
        [dash(&self.urls, "--urls"), dash(&self.data, "--data"), header].into_iter().flatten()
    }

    fn limits(&self) -> Result<Limits, Failure> {
        Ok(Limits {
            first_byte: duration("--first-byte-timeout", &self.first_byte_timeout)?,
            whole: duration("--timeout", &self.timeout)?,
            body_bytes: MAX_BODY,
            at_once: usize::from(self.concurrency),
            per_host: usize::from(self.per_host),
        })
    }

    fn trust(&self) -> Result<ClientSettings, Failure> {
        let authorities = self.cacert.as_deref().map(network_args::authorities).transpose()?;
        Ok(ClientSettings {
            authorities,
            insecure: self.insecure,
            connect: duration("--connect-timeout", &self.connect_timeout)?,
        })
    }

    /// All URLs in order, each once.
    fn list(&self, urls: &[String], context: &Context) -> Result<Vec<Url>, Failure> {
        let mut all: Vec<Url> = urls.iter().map(|text| url(text, "")).collect::<Result<_, _>>()?;
        if let Some(name) = &self.urls {
            let input = input::decode_text(context, bytes(name, "--urls", context)?);
            let text = std::str::from_utf8(input.bytes.expose())
                .map_err(|_| Failure::input(format!("{} is not UTF-8", input.name)))?;
            for (number, line) in (1_u64..).zip(text.lines()) {
                let line = line.trim();
                if !line.is_empty() && !line.starts_with('#') {
                    all.push(url(line, &format!("{}:{number}: ", input.name))?);
                }
            }
        }
        if all.len() > MAX_URLS {
            return Err(Failure::input(format!("{} URLs are more than {MAX_URLS}", all.len())));
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|url| seen.insert(url.to_string()));
        Ok(all)
    }

    /// The request of every URL, with the first of them.
    fn request(&self, urls: &[Url], context: &Context) -> Result<Request, Failure> {
        let url = urls.first().ok_or_else(|| Failure::input("there is no URL to ask"))?;
        let body = self.data.as_deref().map(|name| bytes(name, "--data", context)).transpose()?;
        let method = match (self.method, &body) {
            (Some(MethodArg::Get) | None, None) => Method::Get,
            (Some(MethodArg::Head), None) => Method::Head,
            (Some(MethodArg::Post), _) | (None, Some(_)) => Method::Post,
            (Some(MethodArg::Get | MethodArg::Head), Some(_)) => {
                return Err(Failure::usage("--data goes with POST").hint("leave --method out, or say POST"));
            }
        };
        let mut headers = Vec::new();
        for text in &self.header {
            match text.strip_prefix('@') {
                None => headers.push(header(text.as_bytes())?),
                Some(name) => {
                    let input = bytes(name, "--header", context)?;
                    let lines = input.bytes.expose().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
                    for line in lines.filter(|line| !line.is_empty()) {
                        headers.push(header(line)?);
                    }
                }
            }
        }
        let body = body.map(|input| Arc::new(input.bytes.expose().clone()));
        Ok(Request { method, headers, body, ..Request::get(url.clone()) })
    }

    /// What is asked, and why: every URL, and of each origin the first again in other ways.
    fn plan(&self, first: &Request, urls: &[Url]) -> Result<Vec<(RequestPurpose, Request)>, Failure> {
        let own = |url: &Url| Request { url: url.clone(), ..first.clone() };
        let mut plan: Vec<_> = urls.iter().map(|url| (RequestPurpose::Visit, own(url))).collect();
        let safe = matches!(first.method, Method::Get | Method::Head);
        if self.visits_only || !safe {
            return Ok(plan);
        }
        let mut origins = std::collections::BTreeSet::new();
        for url in urls {
            if !origins.insert(url.origin().ascii_serialization()) {
                continue;
            }
            let mut foreign = own(url);
            foreign.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("origin"));
            foreign.headers.push(("Origin".to_owned(), random_origin()?.into_bytes()));
            plan.push((RequestPurpose::MadeUpOrigin, foreign));
            let mut plain = url.clone();
            // Where http would be on another port, nobody knows.
            if url.scheme() == "https" && url.port().is_none() && plain.set_scheme("http").is_ok() {
                // What was to go over TLS does not go in the clear.
                plan.push((RequestPurpose::PlainHttp, Request::get(plain)));
            }
        }
        Ok(plan)
    }
}

/// An origin that no list can have.
fn random_origin() -> Result<String, Failure> {
    use rand_core::Rng as _;
    let mut rng = system::rng().ok_or_else(|| Failure::environment("the system has no randomness"))?;
    Ok(format!("https://x{:016x}.example", rng.next_u64()))
}

fn bytes(name: &str, reader: &'static str, context: &Context) -> Result<input::Input, Failure> {
    if name == "-" { input::read_stdin(context, reader, MAX_FILE) } else { input::read_file(Path::new(name), MAX_FILE) }
}

fn url(text: &str, place: &str) -> Result<Url, Failure> {
    let known = fetch::url(text).map_err(|fault| Failure::usage(format!("{place}{fault}")));
    let known = known.map_err(|failure| match text.contains("://") {
        true => failure,
        false => failure.hint(format!("a URL begins with its scheme: https://{}", shown_reference(text))),
    })?;
    if !known.username().is_empty() || known.password().is_some() {
        return Err(Failure::usage(format!("{place}credentials in a URL are not sent"))
            .hint("give them as a header: --header @FILE"));
    }
    // As cookies see it.
    parse_url(known.as_str())?;
    Ok(known)
}

/// `Name: value`.
fn header(line: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let wrong = |why: &str| Failure::usage(format!("--header: {why}")).hint("write it as 'Name: value'");
    let colon = line.iter().position(|byte| *byte == b':').ok_or_else(|| wrong("there is no colon"))?;
    let (name, value) = line.split_at_checked(colon).unwrap_or_default();
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && name.bytes().all(|b| token(&b)));
    let name = name.ok_or_else(|| wrong("what stands before the colon is no name of a header"))?;
    let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
    if value.iter().any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7F) {
        return Err(wrong(&format!("the value of {name} holds a control character")));
    }
    Ok((name.to_owned(), value.to_vec()))
}

fn duration(flag: &str, text: &str) -> Result<Duration, Failure> {
    const LONGEST: Span = Span::seconds(3_600);
    match Span::parse(text) {
        Ok(span) if span > Span::default() && span <= LONGEST => Ok(Duration::from_secs(span.as_seconds())),
        Ok(_) => Err(Failure::usage(format!("{flag}: more than 0 s and at most {LONGEST}"))),
        Err(error) => Err(Failure::usage(format!("{flag}: {error}"))),
    }
}

/// How a chain was asked for.
struct ChainContext {
    purpose: RequestPurpose,
    signed_in: Option<bool>,
    max_redirects: u16,
    now: UnixTime,
}

/// Adds a chain to what was seen.
fn take(asked: &ChainContext, chain: Chain, seen: &mut ProbeInput) {
    let ChainContext { purpose, signed_in, max_redirects, now } = *asked;
    for one in chain.exchanges {
        let Ok(url) = authkit::http::url::HttpUrl::parse(&one.url) else { continue };
        let hop = u32::try_from(one.hop).unwrap_or(u32::MAX);
        let method = one.method.to_owned();
        let answer = match one.outcome {
            Ok(answer) => answer,
            // A closed port is the best answer to plain http, and what the visit could not do is said once.
            Err(_) if purpose != RequestPurpose::Visit => continue,
            Err(fault) => {
                let (kind, message) = (fault.kind.id().to_owned(), fault.message);
                seen.failures.push(NoAnswer { url, method, hop, kind, message });
                continue;
            }
        };
        let at = seen.exchanges.len();
        if let BodyEnd::Broken(fault) = &answer.end {
            seen.notes.push((at, format!("the body broke off: {fault}")));
        }
        seen.protocols.insert(at, answer.version.to_owned());
        let headers =
            |lines: Vec<(String, Vec<u8>)>| lines.into_iter().map(|(name, value)| HttpHeader::new(name, value));
        seen.exchanges.push(Exchange {
            purpose,
            method,
            request: headers(one.sent).collect(),
            posted: one.posted.iter().flat_map(|body| body.iter().take(MAX_BODY)).copied().collect(),
            status: answer.status,
            headers: headers(answer.headers).collect(),
            cut: answer.end == BodyEnd::Capped,
            body: answer.body,
            hop,
            signed_in,
            time: Some(now),
            ..Exchange::get(url)
        });
    }
    let note = match chain.end {
        End::TooMany => format!("the redirect is not followed: there were {max_redirects} before it"),
        End::Loop => "the redirect is not followed: it leads in a circle".to_owned(),
        // A URL in it may carry a credential.
        End::NotFollowed(why) => {
            let why = scan::replace_tokens(why.split(['?', ';']).next().unwrap_or_default(), |_| "…".to_owned());
            format!("the redirect is not followed: {why}")
        }
        End::Answered | End::Failed | End::Stopped => return,
    };
    if let Some(last) = seen.exchanges.len().checked_sub(1) {
        seen.notes.push((last, note));
    }
}
