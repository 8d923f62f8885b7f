//! The flags of live requests, and the requests of a probe run. The headers of the user are not sent to other
//! origins.

use super::collected::CollectedExchanges;
use super::http_settings::HttpSettings;
use super::request_url::parse_url;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::fetch::{
    self, BodyEnd, Chain, ClientSettings, Clients, End, Limits, Method, RedirectPolicy, Request, Url,
};
use crate::cli::progress::{Progress, time_left};
use crate::cli::system::{self, StopSignals};
use crate::cli::{input, network_args, output};
use authkit::encoding::bounds::as_u64;
use authkit::encoding::escape;
use authkit::http::exchange::{Exchange, HttpHeader, MAX_BODY, RequestPurpose};
use authkit::probe::recording::Recording;
use authkit::probe::{ProbeInput, RequestFailure};
use authkit::time::{Span, UnixTime};
use authkit::token::scan;
use clap::{Args, ValueEnum};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Size limit in bytes of a file with URLs, headers or a body.
const MAX_FILE: usize = 16 * 1024 * 1024;

/// Maximum number of URLs of one run.
const MAX_URLS: usize = 100_000;

/// Values of `--method`.
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
    /// Also request the URLs in FILE, one per line (- for stdin)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["headers", "har"])]
    urls: Option<String>,

    /// Set the method [default: GET, with --data POST]
    #[arg(long, value_enum, value_name = "METHOD", ignore_case = true)]
    method: Option<MethodArg>,

    /// Add a request header: 'Name: value' or @FILE (repeatable)
    ///
    /// It is sent with every request to the named URLs. A redirect to another origin is followed without it.
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,

    /// Send the bytes of FILE as the body (- for stdin)
    #[arg(long, value_name = "FILE")]
    data: Option<String>,

    /// Follow at most N redirects
    ///
    /// Each response is checked, and its cookies are sent with the requests that follow.
    #[arg(long, value_name = "N", default_value_t = 10, hide_short_help = true)]
    max_redirects: u16,

    /// Request each URL once, without the Origin and HTTP checks
    ///
    /// Without it, the first URL of each origin is requested again with a made-up Origin, to see which origins may
    /// read responses, and over plain HTTP, to see whether that redirects to HTTPS.
    #[arg(long, hide_short_help = true)]
    passive: bool,

    /// Request at most N URLs at the same time
    #[arg(long, value_name = "N", default_value_t = 50, hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,

    /// Send at most N requests to one host at the same time
    #[arg(long, value_name = "N", default_value_t = 10, hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=1000))]
    per_host: u16,

    /// Set the timeout of a request, including its body
    #[arg(long, value_name = "DURATION", default_value = "30s", hide_short_help = true)]
    timeout: String,

    /// Set the connection timeout
    #[arg(long, value_name = "DURATION", default_value = "5s", hide_short_help = true)]
    connect_timeout: String,

    /// Set the timeout until the first byte of a response
    #[arg(long, value_name = "DURATION", default_value = "10s", hide_short_help = true)]
    first_byte_timeout: String,

    /// Trust the CAs in FILE (PEM) instead of the system's
    #[arg(long, value_name = "FILE", conflicts_with = "insecure", hide_short_help = true)]
    cacert: Option<PathBuf>,

    /// Skip certificate verification (shown in the report)
    #[arg(long, hide_short_help = true)]
    insecure: bool,

    /// Record requests and responses to FILE for --replay
    ///
    /// FILE gets mode 0600; cookie values and credentials are replaced by placeholders.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["headers", "har", "replay"])]
    record: Option<PathBuf>,
}

impl LiveRequestArgs {
    /// Whether `--urls` names a list of URLs.
    pub fn has_list(&self) -> bool {
        self.urls.is_some()
    }

    /// Requests every URL and follows redirects.
    ///
    /// # Errors
    /// An argument is invalid or a file cannot be read. A failed request is not an error: it is part of the result.
    pub fn send_requests(&self, urls: &[String], context: &Context) -> Result<CollectedExchanges, Failure> {
        if let Some(forbidden) = network_args::offline()? {
            return Err(Failure::environment(format!("cannot use the network: {forbidden} is set")));
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
        let signals = StopSignals::catch();
        let progress = Progress::start(context, "requesting");
        // Without a credential the requests are anonymous, even if the responses set cookies.
        let is_credential =
            |name: &str| ["authorization", "cookie"].iter().any(|header| name.eq_ignore_ascii_case(header));
        let is_anonymous = first.body.is_none() && !first.headers.iter().any(|(name, _)| is_credential(name));
        let signed_in = is_anonymous.then_some(false);
        let (purposes, requests): (Vec<RequestPurpose>, Vec<Request>) = plan.into_iter().unzip();
        let hook = &mut |done: usize, all: usize| {
            progress
                .say(|elapsed| format!("requested {done} of {all}{}", time_left(as_u64(done), as_u64(all), elapsed)));
            if signals.is_received() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let chains = fetch::run(clients, requests, rules, limits, hook)
            .map_err(|fault| Failure::environment(fault.to_string()))?;
        let mut collected = CollectedExchanges { insecure: self.insecure, ..CollectedExchanges::default() };
        for (purpose, chain) in purposes.into_iter().zip(chains) {
            collected.partial |= chain.end == End::Stopped;
            let chain_context =
                ChainContext { purpose, signed_in, max_redirects: self.max_redirects, now: context.now };
            record_chain(&chain_context, chain, &mut collected.seen);
        }
        if collected.seen.failures.iter().any(|failure| !failure.is_answer()) {
            collected.end_with(Some(FailureKind::Environment));
        }
        collected.end_with(signals.received());
        Ok(collected)
    }

    /// Writes the recording of `--record`, if set.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn record(&self, collected: &CollectedExchanges, context: &Context) -> Result<(), Failure> {
        let Some(path) = &self.record else { return Ok(()) };
        let recording = Recording::from_input(&collected.seen, context.now, collected.insecure, collected.partial);
        let text = format!("{}\n", escape::json(&serde_json::to_string_pretty(&recording)?));
        output::write_file(context, path, text.as_bytes(), output::Mode::Private, context.force)
    }

    /// The HTTP settings of session checks.
    ///
    /// # Errors
    /// A flag has an invalid value.
    pub fn http_settings(&self) -> Result<HttpSettings, Failure> {
        Ok(HttpSettings { trust: self.trust()?, limits: self.limits()?, insecure: self.insecure })
    }

    /// The flags that read standard input.
    fn readers(&self) -> impl Iterator<Item = &'static str> {
        let dash = |value: &Option<String>, name| (value.as_deref() == Some("-")).then_some(name);
        let header = self.header.iter().any(|header| header == "@-").then_some("--header");
        [dash(&self.urls, "--urls"), dash(&self.data, "--data"), header].into_iter().flatten()
    }

    fn limits(&self) -> Result<Limits, Failure> {
        Ok(Limits {
            first_byte: parse_timeout("--first-byte-timeout", &self.first_byte_timeout)?,
            whole: parse_timeout("--timeout", &self.timeout)?,
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
            connect: parse_timeout("--connect-timeout", &self.connect_timeout)?,
        })
    }

    /// All URLs in order, without duplicates.
    fn list(&self, urls: &[String], context: &Context) -> Result<Vec<Url>, Failure> {
        let mut all: Vec<Url> = urls.iter().map(|text| parse_url(text, "")).collect::<Result<_, _>>()?;
        if let Some(name) = &self.urls {
            let input = input::decode_text(context, read_bytes(name, "--urls", context)?);
            let text = std::str::from_utf8(input.bytes.expose())
                .map_err(|_| Failure::input(format!("{} is not UTF-8", input.name)))?;
            for (number, line) in (1_u64..).zip(text.lines()) {
                let line = line.trim();
                if !line.is_empty() && !line.starts_with('#') {
                    all.push(parse_url(line, &format!("{}:{number}: ", input.name))?);
                }
            }
        }
        if all.len() > MAX_URLS {
            return Err(Failure::input(format!("{} URLs exceed the limit of {MAX_URLS}", all.len())));
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|url| seen.insert(url.to_string()));
        Ok(all)
    }

    /// The request that every URL gets, built for the first URL.
    fn request(&self, urls: &[Url], context: &Context) -> Result<Request, Failure> {
        let url = urls.first().ok_or_else(|| Failure::input("no URLs to request"))?;
        let body = self.data.as_deref().map(|name| read_bytes(name, "--data", context)).transpose()?;
        let method = match (self.method, &body) {
            (Some(MethodArg::Get) | None, None) => Method::Get,
            (Some(MethodArg::Head), None) => Method::Head,
            (Some(MethodArg::Post), _) | (None, Some(_)) => Method::Post,
            (Some(MethodArg::Get | MethodArg::Head), Some(_)) => {
                return Err(
                    Failure::usage("--data requires the method POST").hint("omit --method or use --method POST")
                );
            }
        };
        let mut headers = Vec::new();
        for text in &self.header {
            match text.strip_prefix('@') {
                None => headers.push(parse_header(text.as_bytes())?),
                Some(name) => {
                    let input = read_bytes(name, "--header", context)?;
                    let lines = input.bytes.expose().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
                    for line in lines.filter(|line| !line.is_empty()) {
                        headers.push(parse_header(line)?);
                    }
                }
            }
        }
        let body = body.map(|input| Arc::new(input.bytes.expose().clone()));
        Ok(Request { method, headers, body, ..Request::get(url.clone()) })
    }

    /// The requests and their purposes: every URL once, and the first URL of each origin again with a made-up Origin
    /// and over plain HTTP.
    fn plan(&self, first: &Request, urls: &[Url]) -> Result<Vec<(RequestPurpose, Request)>, Failure> {
        let request_for = |url: &Url| Request { url: url.clone(), ..first.clone() };
        let mut plan: Vec<_> = urls.iter().map(|url| (RequestPurpose::Visit, request_for(url))).collect();
        let safe = matches!(first.method, Method::Get | Method::Head);
        if self.passive || !safe {
            return Ok(plan);
        }
        let mut origins = std::collections::BTreeSet::new();
        for url in urls {
            if !origins.insert(url.origin().ascii_serialization()) {
                continue;
            }
            let mut foreign = request_for(url);
            foreign.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("origin"));
            foreign.headers.push(("Origin".to_owned(), random_origin()?.into_bytes()));
            plan.push((RequestPurpose::MadeUpOrigin, foreign));
            let mut plain = url.clone();
            // With an explicit port, the port of plain HTTP is unknown.
            if url.scheme() == "https" && url.port().is_none() && plain.set_scheme("http").is_ok() {
                // Headers that were meant for TLS are not sent in cleartext.
                plan.push((RequestPurpose::PlainHttp, Request::get(plain)));
            }
        }
        Ok(plan)
    }
}

/// A random origin, which no allowlist can contain.
fn random_origin() -> Result<String, Failure> {
    use rand_core::Rng as _;
    let mut rng = system::rng()?;
    Ok(format!("https://x{:016x}.example", rng.next_u64()))
}

fn read_bytes(name: &str, reader: &'static str, context: &Context) -> Result<input::Input, Failure> {
    if name == "-" { input::read_stdin(context, reader, MAX_FILE) } else { input::read_file(Path::new(name), MAX_FILE) }
}

/// Parses a header line `Name: value`.
fn parse_header(line: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let wrong = |why: &str| Failure::usage(format!("--header: {why}")).hint("write it as 'Name: value'");
    let colon = line.iter().position(|byte| *byte == b':').ok_or_else(|| wrong("missing colon"))?;
    let (name, value) = line.split_at_checked(colon).unwrap_or_default();
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && name.bytes().all(|b| is_token(&b)));
    let name = name.ok_or_else(|| wrong("invalid header name before the colon"))?;
    let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
    if value.iter().any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7F) {
        return Err(wrong(&format!("the value of {name} contains a control character")));
    }
    Ok((name.to_owned(), value.to_vec()))
}

fn parse_timeout(flag: &str, text: &str) -> Result<Duration, Failure> {
    const LONGEST: Span = Span::seconds(3_600);
    match Span::parse(text) {
        Ok(span) if span > Span::default() && span <= LONGEST => Ok(Duration::from_secs(span.as_seconds())),
        Ok(_) => Err(Failure::usage(format!("{flag}: must be more than 0 s and at most {LONGEST}"))),
        Err(error) => Err(Failure::usage(format!("{flag}: {error}"))),
    }
}

/// How the requests of a redirect chain were sent.
struct ChainContext {
    purpose: RequestPurpose,
    signed_in: Option<bool>,
    max_redirects: u16,
    now: UnixTime,
}

/// Adds the exchanges of a redirect chain, its failure and notes to `seen`.
fn record_chain(context: &ChainContext, chain: Chain, seen: &mut ProbeInput) {
    let ChainContext { purpose, signed_in, max_redirects, now } = *context;
    for exchange in chain.exchanges {
        let Ok(url) = authkit::http::url::HttpUrl::parse(&exchange.url) else { continue };
        let hop = u32::try_from(exchange.hop).unwrap_or(u32::MAX);
        let method = exchange.method.to_owned();
        let response = match exchange.outcome {
            Ok(response) => response,
            // A closed port is the best result for plain HTTP, and a failure of the visit is reported once.
            Err(_) if purpose != RequestPurpose::Visit => continue,
            Err(fault) => {
                let (kind, message) = (fault.kind.id().to_owned(), fault.message);
                seen.failures.push(RequestFailure { url, method, hop, kind, message });
                continue;
            }
        };
        let at = seen.exchanges.len();
        if let BodyEnd::Broken(fault) = &response.end {
            seen.notes.push((at, format!("the body is incomplete: {fault}")));
        }
        seen.protocols.insert(at, response.version.to_owned());
        let headers =
            |lines: Vec<(String, Vec<u8>)>| lines.into_iter().map(|(name, value)| HttpHeader::new(name, value));
        seen.exchanges.push(Exchange {
            purpose,
            method,
            request: headers(exchange.sent).collect(),
            posted: exchange.posted.iter().flat_map(|body| body.iter().take(MAX_BODY)).copied().collect(),
            status: response.status,
            headers: headers(response.headers).collect(),
            cut: response.end == BodyEnd::Capped,
            body: response.body,
            hop,
            signed_in,
            time: Some(now),
            ..Exchange::get(url)
        });
    }
    let note = match chain.end {
        End::TooMany => format!("redirect not followed: limit of {max_redirects} redirects reached"),
        End::Loop => "redirect not followed: redirect loop".to_owned(),
        // A URL in the reason may contain a credential.
        End::NotFollowed(why) => {
            let why = scan::replace_tokens(why.split(['?', ';']).next().unwrap_or_default(), |_| "…".to_owned());
            format!("redirect not followed: {why}")
        }
        End::Answered | End::Failed | End::Stopped => return,
    };
    if let Some(last) = seen.exchanges.len().checked_sub(1) {
        seen.notes.push((last, note));
    }
}
