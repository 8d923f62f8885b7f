//! `authkit issue`: make and sign a token.

use super::Run;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::Lines;
use crate::cli::shared_args::Format;
use crate::cli::{ambient, input, key_source, keystore};
use authkit::alg::{self, Algorithm};
use authkit::encoding::base64url;
use authkit::encoding::json::{self, Object};
use authkit::finding::Finding;
use authkit::key::soundness::{self, Weakness};
use authkit::key::{Key, KeySet};
use authkit::report::json::Envelope;
use authkit::report::{Artefact, Outcome, Report, Verdict};
use authkit::rule;
use authkit::secret::Secret;
use authkit::time::{Span, UnixTime};
use authkit::token::claims::Claims;
use authkit::token::draft::{self, Members};
use authkit::token::header::Header;
use authkit::token::kind::{self, Kind};
use clap::Args;
use rand_core::CryptoRng;
use serde_json::value::RawValue;

/// Default lifetime: long enough for a request, short enough for a theft.
const DEFAULT_TTL: Span = Span::seconds(900);

/// Bits of a random jti.
const JTI_BYTES: usize = 16;

#[derive(Args)]
pub struct Issue {
    /// The key to sign with; absent: the active key of the key store
    #[arg(short, long, value_name = "SPEC", allow_hyphen_values = true)]
    key: Option<String>,

    /// The key's kid, or six characters or more of its beginning
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Option<String>,

    /// The algorithm; absent: the key's own
    #[arg(long, value_name = "ALG")]
    alg: Option<String>,

    /// Subject; always a string, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    sub: Option<String>,

    /// Issuer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    iss: Option<String>,

    /// Audience (repeatable: an array)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    aud: Vec<String>,

    /// Scope (repeatable; joined with spaces)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    scope: Vec<String>,

    /// Lifetime [default: 15m]
    #[arg(long, value_name = "DURATION", conflicts_with_all = ["exp", "no_exp"])]
    ttl: Option<String>,

    /// When it expires: a time, +15m, or 15m from now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "no_exp")]
    exp: Option<String>,

    /// Make a token that never expires (a finding)
    #[arg(long)]
    no_exp: bool,

    /// Not valid before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    nbf: Option<String>,

    /// When it was issued [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "no_iat")]
    iat: Option<String>,

    /// Leave iat out
    #[arg(long)]
    no_iat: bool,

    /// The token's id [default: 128 random bits]
    #[arg(long, value_name = "VALUE", num_args = 0..=1, require_equals = true, conflicts_with = "no_jti")]
    jti: Option<Option<String>>,

    /// Leave jti out
    #[arg(long)]
    no_jti: bool,

    /// A claim that is a string
    #[arg(long = "claim", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    claims_text: Vec<String>,

    /// A claim that is any JSON
    #[arg(long = "claim-json", value_name = "NAME=JSON", allow_hyphen_values = true)]
    claims_json: Vec<String>,

    /// A JSON object of claims to begin with; other flags change it
    #[arg(long = "claims", value_name = "FILE")]
    claims_file: Option<String>,

    /// A header member that is a string
    #[arg(long = "header", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    header_text: Vec<String>,

    /// A header member that is any JSON
    #[arg(long, value_name = "NAME=JSON", allow_hyphen_values = true)]
    header_json: Vec<String>,

    /// The header's typ [default: JWT, or what the kind says]
    #[arg(long, value_name = "TEXT")]
    typ: Option<String>,

    /// What kind of token: at+jwt, client-assertion, id-token, logout
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// Refuse to make a token that would have a finding
    #[arg(long)]
    strict: bool,

    /// Sign with an HMAC secret shorter than the hash (an error finding)
    #[arg(long)]
    allow_weak: bool,

    /// Make N tokens, a line each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    count: Option<u64>,
}

/// A token that was made.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Data {
    /// Absent when `--strict` refused to make it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    header: Box<RawValue>,
    claims: Box<RawValue>,
    key: KeyData,
    bytes: usize,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct KeyData {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    thumbprint: String,
    source: String,
}

impl Run for Issue {
    const NAME: &'static str = "issue";
    const ABOUT: &'static str = "Make and sign a token";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice
        authkit issue --sub alice --iss https://id.test --aud api --scope read --ttl 5m
        authkit issue --kind at+jwt --iss https://id.test --aud api --sub alice --claim client_id=web
        authkit issue --claim-json 'roles=[\"admin\"]' --no-jti --json
        echo '{\"sub\":\"alice\"}' | authkit issue --claims -";
    type Data = Data;

    fn run(self, context: &Context, lines: &mut dyn Lines) -> Result<Outcome, Failure> {
        let kind = self.kind.as_deref().map(find_kind).transpose()?;
        let (key, source) = self.signing_key(context)?;
        let (algorithm, alg_name) = self.algorithm(&key)?;
        let weakness = self.weakness(&key, algorithm)?;
        let signer = key
            .signer(algorithm)
            .map_err(|error| Failure::input(format!("{source} cannot sign {alg_name}: {error}")))?;
        let header = self.header(&key, alg_name, kind)?;
        let mut rng = ambient::rng().ok_or_else(|| Failure::surroundings("the system has no randomness"))?;
        let make = Maker { issue: &self, context, kind, header, signer, key: &key, source: &source, weakness };
        match self.count {
            None => make.one(&mut rng),
            Some(count) => make.many(count, &mut rng, lines),
        }
    }
}

fn find_kind(name: &str) -> Result<&'static Kind, Failure> {
    kind::find(name).ok_or_else(|| {
        let known: Vec<&str> = kind::KINDS.iter().map(|kind| kind.name).collect();
        Failure::usage(format!("--kind: there is no kind \"{name}\"")).hint(format!("kinds: {}", known.join(", ")))
    })
}

impl Issue {
    fn signing_key(&self, context: &Context) -> Result<(Key, String), Failure> {
        let Some(spec) = &self.key else { return self.store_key(context) };
        let loaded = key_source::load(context, spec)?;
        let key = self.pick(&loaded.set)?;
        if !key.is_private() && !key.is_secret() {
            return Err(Failure::input(format!("{} is a public key; signing needs the private one", loaded.source)));
        }
        context.origin("key", &loaded.source);
        Ok((key, loaded.source))
    }

    fn store_key(&self, context: &Context) -> Result<(Key, String), Failure> {
        let path = keystore::path(context)?;
        let source = format!("the key store {}", path.display());
        let set = keystore::read(context, &path)?.filter(|set| !set.keys.is_empty());
        let set = set.ok_or_else(|| {
            Failure::surroundings(format!("there is no key in {source}")).hint("authkit keys generate makes one; -k names another")
        })?;
        let active: Vec<Key> = set
            .keys
            .iter()
            .enumerate()
            .filter(|(place, key)| self.kid.is_some() || (keystore::state(&set.keys, *place) == keystore::State::Active && self.allows(key)))
            .map(|(_, key)| key.clone())
            .collect();
        context.origin("key", &source);
        Ok((self.pick(&KeySet { keys: active, ..set })?, source))
    }

    fn allows(&self, key: &Key) -> bool {
        let wanted = self.alg.as_deref().and_then(alg::find);
        wanted.is_none() || key.alg.as_deref().and_then(alg::find) == wanted
    }

    /// The one key that is meant; several are an error that lists them.
    fn pick(&self, set: &KeySet) -> Result<Key, Failure> {
        match (&self.kid, set.keys.as_slice()) {
            (Some(kid), [key]) if key.kid.is_none() => Ok(Key { kid: Some(kid.clone()), ..key.clone() }),
            (Some(kid), keys) => keystore::select(keys, kid).cloned(),
            (None, [key]) => Ok(key.clone()),
            (None, []) => Err(Failure::input(format!("no key signs {}", self.alg.as_deref().unwrap_or("anything")))),
            (None, keys) => {
                let listed: Vec<String> = keys
                    .iter()
                    .map(|key| format!("{} ({})", key.kid.as_deref().unwrap_or("no kid"), key.alg.as_deref().unwrap_or(key.type_name())))
                    .collect();
                Err(Failure::usage("several keys could sign; choose one with --kid or --alg").hint(listed.join(", ")))
            }
        }
    }

    /// The algorithm comes from the key and the flag, and must suit both.
    fn algorithm(&self, key: &Key) -> Result<(&'static Algorithm, &'static str), Failure> {
        let own = key.alg.as_deref();
        let name = self.alg.as_deref().or(own);
        let algorithm = match name {
            None => key.default_algorithm(),
            Some(name) => alg::find(name).ok_or_else(|| {
                let known: Vec<&str> = alg::ALGORITHMS.iter().map(|algorithm| algorithm.name).collect();
                Failure::usage(format!("\"{name}\" is not an algorithm that authkit signs with")).hint(format!("algorithms: {}", known.join(", ")))
            })?,
        };
        if let Some(why) = authkit::token::keyring::misfit(&Key { operations: None, ..key.clone() }, algorithm) {
            return Err(Failure::usage(format!("the key does not sign {}: {why}", algorithm.name)));
        }
        if key.operations.as_ref().is_some_and(|operations| !operations.iter().any(|op| op == "sign")) {
            return Err(Failure::input("the key's key_ops do not allow \"sign\""));
        }
        Ok((algorithm, self.alg.as_deref().and_then(|name| algorithm.spelling(name)).unwrap_or(algorithm.name)))
    }

    /// A short HMAC secret can be allowed; a small RSA key cannot sign.
    fn weakness(&self, key: &Key, algorithm: &'static Algorithm) -> Result<Option<Weakness>, Failure> {
        let Some(weakness) = soundness::weakness(key, algorithm) else { return Ok(None) };
        let failure = Failure::input(format!("the key is too weak to sign {}: {weakness}", algorithm.name));
        match weakness {
            Weakness::ShortSecret { .. } if self.allow_weak => Ok(Some(weakness)),
            Weakness::ShortSecret { .. } => Err(failure.hint("authkit keys generate --type hs256 makes a good one; --allow-weak signs all the same")),
            Weakness::SmallRsa { .. } => Err(failure.hint("authkit keys generate --type rsa:2048 makes a good one")),
        }
    }

    fn header(&self, key: &Key, alg_name: &str, kind: Option<&'static Kind>) -> Result<Members, Failure> {
        let mut header = Members::default();
        header.set_text("alg", alg_name);
        header.set_text("typ", self.typ.as_deref().or(kind.map(|kind| kind.typ)).unwrap_or("JWT"));
        if let Some(kid) = &key.kid {
            header.set_text("kid", kid);
        }
        set_all(&mut header, "--header", &self.header_text, &self.header_json)?;
        let json = header.to_json();
        let read = Object::parse(&json).map(Header::of).map_err(|error| Failure::bug(error.to_string()))?;
        if read.alg.present().map(|alg| &**alg) != Some(alg_name) {
            return Err(Failure::usage("--header cannot change alg: the algorithm comes from the key").hint("--alg chooses among the key's algorithms"));
        }
        let mut reasons = Vec::new();
        authkit::token::verify::header_reasons(&read, authkit::token::verify::Use::Jwt, &mut reasons);
        match reasons.first() {
            Some(reason) => Err(Failure::usage(format!("a token with this header would be refused: {reason}"))),
            None => Ok(header),
        }
    }

    fn claims(&self, context: &Context) -> Result<Members, Failure> {
        let mut claims = match self.claims_file.as_deref() {
            None => Members::default(),
            Some(file) => {
                let input = if file == "-" {
                    input::stdin(context, "--claims", input::MAX_INPUT_BYTES)?
                } else {
                    input::file(std::path::Path::new(file), input::MAX_INPUT_BYTES)?
                };
                let input = input::plain_text(context, input);
                let read = json::text(input.bytes.expose()).and_then(Object::parse);
                Members::of(&read.map_err(|error| Failure::input(format!("{}:{}:{}: {}", input.name, error.line, error.column, error.message)))?)
            }
        };
        for (name, value) in [("iss", &self.iss), ("sub", &self.sub)] {
            if let Some(text) = value {
                claims.set_text(name, text);
            }
        }
        match self.aud.as_slice() {
            [] => {}
            [one] => claims.set_text("aud", one),
            several => claims.set_texts("aud", several),
        }
        if !self.scope.is_empty() {
            claims.set_text("scope", &self.scope.join(" "));
        }
        self.times(context.now, &mut claims)?;
        set_all(&mut claims, "--claim", &self.claims_text, &self.claims_json)?;
        Ok(claims)
    }

    fn times(&self, now: UnixTime, claims: &mut Members) -> Result<(), Failure> {
        let at = |flag: &str, text: &str| UnixTime::parse(text, now).map_err(|error| Failure::usage(format!("{flag}: {error}")));
        let iat = self.iat.as_deref().map(|text| at("--iat", text)).transpose()?;
        if self.no_iat {
            claims.remove("iat");
        } else if iat.is_some() || !claims.has("iat") {
            claims.set_number("iat", iat.unwrap_or(now).0);
        }
        if let Some(nbf) = self.nbf.as_deref().map(|text| at("--nbf", text)).transpose()? {
            claims.set_number("nbf", nbf.0);
        }
        if self.no_exp {
            claims.remove("exp");
        } else if let Some(text) = &self.exp {
            let exp = UnixTime::parse_or_span(text, now).map_err(|error| Failure::usage(format!("--exp: {error}")))?;
            claims.set_number("exp", exp.0);
        } else if self.ttl.is_some() || !claims.has("exp") {
            let ttl = self.ttl.as_deref().map(|text| Span::parse(text).map_err(|error| Failure::usage(format!("--ttl: {error}")))).transpose()?;
            // The lifetime counts from when the token begins.
            claims.set_number("exp", iat.unwrap_or(now).plus(ttl.unwrap_or(DEFAULT_TTL)).0);
        }
        Ok(())
    }

    fn set_jti(&self, claims: &mut Members, rng: &mut dyn CryptoRng) {
        match &self.jti {
            _ if self.no_jti => claims.remove("jti"),
            Some(Some(value)) => claims.set_text("jti", value),
            None if claims.has("jti") => {}
            _ => {
                let mut bytes = [0; JTI_BYTES];
                rng.fill_bytes(&mut bytes);
                claims.set_text("jti", &base64url::encode(&bytes));
            }
        }
    }
}

/// `NAME=TEXT` and `NAME=JSON` flags; a name that is set twice is an error, nothing vanishes.
fn set_all(members: &mut Members, flag: &str, texts: &[String], jsons: &[String]) -> Result<(), Failure> {
    let mut seen: Vec<&str> = Vec::new();
    for (text, is_json) in texts.iter().map(|text| (text, false)).chain(jsons.iter().map(|text| (text, true))) {
        let flag = if is_json { format!("{flag}-json") } else { flag.to_owned() };
        let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            Failure::usage(format!("{flag}: \"{text}\" is not NAME={}", if is_json { "JSON" } else { "TEXT" }))
        })?;
        if seen.contains(&name) {
            return Err(Failure::usage(format!("{flag}: {name} is set twice")));
        }
        seen.push(name);
        if is_json {
            let value = json::Value::parse(value)
                .map_err(|error| Failure::usage(format!("{flag}: {name} is not JSON: {error}")).hint(format!("a string needs quotes: '{name}=\"…\"'")))?;
            members.set(name, value);
        } else {
            members.set_text(name, value);
        }
    }
    Ok(())
}

/// Everything that does not change from one token of `--count` to the next.
struct Maker<'a> {
    issue: &'a Issue,
    context: &'a Context,
    kind: Option<&'static Kind>,
    header: Members,
    signer: alg::Signer,
    key: &'a Key,
    source: &'a str,
    weakness: Option<Weakness>,
}

impl Maker<'_> {
    fn one(&self, rng: &mut dyn CryptoRng) -> Result<Outcome, Failure> {
        let mut claims = self.issue.claims(self.context)?;
        self.issue.set_jti(&mut claims, rng);
        let token = draft::sign(&self.header, &claims, &self.signer).map_err(|error| Failure::bug(error.to_string()))?;
        let findings = self.judge(&claims, token.expose().len())?;
        let refused = self.issue.strict && !findings.is_empty();
        let data = self.data((!refused).then(|| token.expose().clone()), &claims, token.expose().len())?;
        let verdict = if refused { Verdict::Missed } else { Verdict::Done };
        let report = Report::new(Issue::NAME, verdict, &data)?;
        let mut line = token.expose().clone().into_bytes();
        line.push(b'\n');
        let artefact = (!refused).then(|| Artefact { bytes: Secret::new(line), private: true });
        let hints = if refused { vec!["no token was made, because of --strict".to_owned()] } else { Vec::new() };
        Ok(Outcome { artefact, report: Report { findings, hints, ..report } })
    }

    fn many(&self, count: u64, rng: &mut dyn CryptoRng, lines: &mut dyn Lines) -> Result<Outcome, Failure> {
        let mut claims = self.issue.claims(self.context)?;
        self.issue.set_jti(&mut claims, rng);
        let findings = self.judge(&claims, 0)?;
        if self.issue.strict && !findings.is_empty() {
            let report = Report::new(Issue::NAME, Verdict::Missed, &())?;
            return Ok(Outcome { artefact: None, report: Report { findings, hints: vec!["no token was made, because of --strict".to_owned()], ..report } });
        }
        for index in 0..count {
            self.issue.set_jti(&mut claims, rng);
            if matches!(self.issue.jti, None | Some(None)) && !self.issue.no_jti && self.issue.claims_file.is_none() {
                claims.remove("jti");
                self.issue.set_jti(&mut claims, rng);
            }
            let token = draft::sign(&self.header, &claims, &self.signer).map_err(|error| Failure::bug(error.to_string()))?;
            let line = match self.context.format {
                Format::Human => format!("{}\n", token.expose()),
                Format::Json => {
                    let data = self.data(Some(token.expose().clone()), &claims, token.expose().len())?;
                    let schema = format!("authkit/{}/v1", Issue::NAME);
                    authkit::report::json::line(&Envelope { schema, index: Some(index), verdict: Verdict::Done, data, findings: &findings })?
                }
            };
            if !lines.write(line.as_bytes())? {
                break;
            }
        }
        let report = Report::new(Issue::NAME, Verdict::Done, &())?;
        Ok(Outcome { artefact: None, report: Report { findings, streamed: true, ..report } })
    }

    /// What an audit would say of the token.
    fn judge(&self, claims: &Members, bytes: usize) -> Result<Vec<Finding>, Failure> {
        let bug = |error: json::JsonError| Failure::bug(error.to_string());
        let (header, claims) = (self.header.to_json(), claims.to_json());
        let (header, claims) = (Header::parse(&header).map_err(bug)?, Claims::parse(&claims).map_err(bug)?);
        let mut findings = rule::run(rule::token::RULES, &rule::token::View { header: &header, claims: &claims, bytes });
        if self.weakness.is_some()
            && let Some(algorithm) = header.alg.present().and_then(|name| alg::find(name))
        {
            let view = rule::key::View { key: self.key, algorithm, certificate: None, now: self.context.now };
            findings.extend(rule::run(rule::key::RULES, &view));
        }
        if let Some(kind) = self.kind {
            let missing: Vec<&str> = kind.required.iter().copied().filter(|name| claims.object.get(name).is_none()).collect();
            if !missing.is_empty() {
                return Err(Failure::usage(format!("a token of kind {} needs {}", kind.name, missing.join(", "))).hint(format!("source: {}", kind.source)));
            }
            if let Some(name) = kind.forbidden.iter().find(|name| claims.object.get(name).is_some()) {
                return Err(Failure::usage(format!("a token of kind {} must not have {name}", kind.name)));
            }
            if let Some(problem) = (kind.check)(&claims) {
                return Err(Failure::usage(format!("not a token of kind {}: {problem}", kind.name)).hint(format!("source: {}", kind.source)));
            }
        }
        Ok(findings)
    }

    fn data(&self, token: Option<String>, claims: &Members, bytes: usize) -> Result<Data, Failure> {
        Ok(Data {
            token,
            header: RawValue::from_string(self.header.to_json())?,
            claims: RawValue::from_string(claims.to_json())?,
            key: KeyData { kid: self.key.kid.clone(), thumbprint: self.key.thumbprint(), source: self.source.to_owned() },
            bytes,
        })
    }
}
