//! `authkit issue`: creates and signs tokens. It refuses tokens that every verifier would reject.

use super::RunCommand;
use crate::cli::config_file::PolicyArg;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{input, key_spec, key_store, lookup, system};
use authkit::alg::{self, Algorithm, KeyFamily};
use authkit::key::validation::{self, Weakness};
use authkit::key::{Key, KeyEncoding, KeySet};
use authkit::rotation::{KeyState, KeyStore};
use authkit::settings::policy_section::NamedPolicy;
use authkit::time::{Span, UnixTime};
use authkit::token::keyring::key_mismatch;
use clap::Args;
use serde_json::value::RawValue;
use token_issuer::TokenIssuer;

mod certificates;
mod token_contents;
mod token_issuer;

#[derive(Args)]
pub struct IssueCommand {
    /// Sign with this key [default: active key of the key store]
    #[arg(short, long, value_name = "SPEC", allow_hyphen_values = true)]
    key: Option<String>,

    /// Select the key by kid or prefix (6 characters or more)
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Option<String>,

    /// Set the signature algorithm [default: from the key]
    #[arg(long, value_name = "ALG")]
    alg: Option<String>,

    /// Set the subject (sub), always as a string
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    sub: Option<String>,

    /// Set the issuer (iss)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    iss: Option<String>,

    /// Add an audience (repeatable; several become an array)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    aud: Vec<String>,

    /// Add a scope (repeatable; joined with spaces)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    scope: Vec<String>,

    /// Set the lifetime [default: 15m]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, conflicts_with_all = ["exp", "no_exp"])]
    ttl: Option<String>,

    /// Set the expiry (exp): a time, or a duration such as 15m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "no_exp")]
    exp: Option<String>,

    /// Issue a token that never expires (a finding)
    #[arg(long)]
    no_exp: bool,

    /// Set the start of validity (nbf)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    nbf: Option<String>,

    /// Set the issue time (iat) [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with = "no_iat")]
    iat: Option<String>,

    /// Omit iat
    #[arg(long)]
    no_iat: bool,

    /// Set the token ID (jti) [default: 128 random bits]
    #[arg(long, value_name = "VALUE", num_args = 0..=1, require_equals = true, conflicts_with = "no_jti")]
    jti: Option<Option<String>>,

    /// Omit jti
    #[arg(long)]
    no_jti: bool,

    /// Set a claim to a string
    #[arg(long = "claim", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    claims_text: Vec<String>,

    /// Set a claim to a JSON value
    #[arg(long = "claim-json", value_name = "NAME=JSON", allow_hyphen_values = true)]
    claims_json: Vec<String>,

    /// Start from a JSON object of claims; other flags override it
    #[arg(long = "claims", value_name = "FILE")]
    claims_file: Option<String>,

    /// Set a header parameter to a string
    #[arg(long = "header", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    header_text: Vec<String>,

    /// Set a header parameter to a JSON value
    #[arg(long, value_name = "NAME=JSON", allow_hyphen_values = true)]
    header_json: Vec<String>,

    /// Add a certificate chain to the header (x5c)
    ///
    /// FILE is PEM or DER, the certificate of the signing key first; it must match that key. authkit verify never takes
    /// a key from x5c.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    x5c: Option<String>,

    /// Add the SHA-256 digest of a certificate (x5t#S256)
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    x5t: Option<String>,

    /// Add the SHA-1 digest of a certificate (x5t)
    ///
    /// Only for verifiers that do not support x5t#S256.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    x5t_sha1: Option<String>,

    /// Set the header parameter typ [default: JWT, or from --kind]
    #[arg(long, value_name = "TEXT")]
    typ: Option<String>,

    /// Set the kind [at+jwt, client-assertion, id-token, logout]
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// Refuse to issue a token that would have a finding
    #[arg(long)]
    strict: bool,

    /// Allow an HMAC secret shorter than the hash (error finding)
    #[arg(long)]
    allow_weak: bool,

    /// Issue N tokens, one per line
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    count: Option<u64>,

    #[command(flatten)]
    policy: PolicyArg,
}

/// An issued token. Empty when `--strict` refused to issue it.
#[derive(serde::Serialize, schemars::JsonSchema, Default)]
pub struct IssueOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<IssueKeyOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct IssueKeyOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// RFC 7638, SHA-256; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    source: String,
}

impl RunCommand for IssueCommand {
    const NAME: &'static str = "issue";
    const ABOUT: &'static str = "Create and sign a token";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice
        authkit issue --sub alice --iss https://id.test --aud api --scope read --ttl 5m
        authkit issue --kind at+jwt --iss https://id.test --aud api --sub alice --claim client_id=web
        authkit issue --claim-json 'roles=[\"admin\"]' --no-jti --json
        echo '{\"sub\":\"alice\"}' | authkit issue --claims -";
    type Data = IssueOutput;

    fn run(mut self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let saved = self.policy.saved(context)?;
        self.fill(saved)?;
        let kind = self.kind.as_deref().map(lookup::kind).transpose()?;
        self.alg.as_deref().map(lookup::algorithm).transpose()?;
        let key = self.key.as_deref().filter(|spec| key_spec::reads_stdin(spec)).map(|_| "the key");
        let claims = self.claims_file.as_deref().filter(|file| *file == "-").map(|_| "--claims");
        input::one_reads_stdin(key.into_iter().chain(claims))?;
        // Read before the key: standard input may block for hours, and the key may be revoked meanwhile.
        let given = self.claims_given(context)?;
        // A wrong flag is reported before a missing key; the token gets the claims of the time of its signature.
        self.claims(given.clone(), context, None)?;
        let (key, source, longest) = self.signing_key(context)?;
        let (algorithm, alg_name) = self.algorithm(&key)?;
        let weakness = self.weakness(&key, algorithm)?;
        let signer = key
            .signer(algorithm)
            .map_err(|error| Failure::input(format!("{source} cannot sign with {alg_name}: {error}")))?;
        let certificates = self.certificates(&key)?;
        let header = self.header(&key, alg_name, kind, &certificates)?;
        let certificates = certificates.summaries;
        let mut rng = system::rng()?;
        let issuer = TokenIssuer {
            issue: &self,
            context,
            given,
            kind,
            header,
            signer,
            key: &key,
            source: &source,
            weakness,
            certificates,
            longest,
        };
        match self.count {
            None => issuer.issue_one(&mut rng),
            Some(count) => issuer.issue_many(count, &mut rng, lines),
        }
    }
}

impl IssueCommand {
    /// Fills unset flags from the policy `saved`: the issuer sets what a verifier with that policy requires.
    fn fill(&mut self, saved: NamedPolicy) -> Result<(), Failure> {
        let one = |name: &str, values: Vec<String>| match values.len() {
            0 | 1 => Ok(values.into_iter().next()),
            _ => Err(Failure::usage(format!("the policy has several values for {name}; select one with --{name}"))),
        };
        if self.key.is_none() {
            self.key = one("key", saved.key)?;
        }
        if self.alg.is_none() {
            self.alg = one("alg", saved.alg)?;
        }
        if self.iss.is_none() {
            self.iss = one("iss", saved.iss)?;
        }
        if self.aud.is_empty() {
            self.aud = saved.aud;
        }
        if self.scope.is_empty() {
            self.scope = saved.scope;
        }
        self.kind = self.kind.take().or(saved.kind);
        if self.exp.is_none() && !self.no_exp {
            self.ttl = self.ttl.take().or(saved.ttl);
        }
        for (name, value) in saved.claim {
            let named = |flags: &[String]| {
                flags.iter().any(|flag| flag.split('=').next().is_some_and(|own| token_contents::overlaps(own, &name)))
            };
            if !named(&self.claims_text) && !named(&self.claims_json) {
                self.claims_text.push(format!("{name}={value}"));
            }
        }
        Ok(())
    }

    /// The key, its source, and the maximum token lifetime if the key store has a rotation policy.
    fn signing_key(&self, context: &Context) -> Result<(Key, String, Option<Span>), Failure> {
        let Some(spec) = &self.key else { return self.store_key(context) };
        let loaded = key_spec::load(context, spec)?;
        let key = self.pick(&loaded.set)?;
        if !key.is_private() && !key.is_secret() {
            return Err(Failure::input(format!("{} is a public key; signing needs a private key", loaded.source)));
        }
        context.note_origin("key", &loaded.source);
        Ok((key, loaded.source, None))
    }

    fn store_key(&self, context: &Context) -> Result<(Key, String, Option<Span>), Failure> {
        let (path, now) = (key_store::path(context)?, context.current_time());
        let source = format!("the key store {}", path.display());
        let store = key_store::read(context, &path)?.filter(|store| !store.keys.is_empty());
        let store =
            store.ok_or_else(|| key_store::no_keys(&path).hint("run authkit keys generate, or name a key with -k"))?;
        let named = |(key, state): &(&Key, KeyState)| match &self.kid {
            Some(_) => true,
            None => *state == KeyState::Active && self.allows(key),
        };
        let mut found: Vec<(&Key, KeyState)> = store.states(now).filter(named).collect();
        if self.kid.is_none() && self.alg.is_none() {
            found = store.default_alg_only(found);
        }
        let keys: Vec<Key> = found.into_iter().map(|(key, _)| key.clone()).collect();
        context.note_origin("key", &source);
        let set = KeySet { keys, form: KeyEncoding::Jwks, skipped: Vec::new(), notes: Vec::new() };
        let key = self.pick(&set).map_err(|failure| self.with_keys_of_store(failure, &store, now))?;
        let state = store.position(key.kid.as_deref().unwrap_or_default()).map(|place| store.state(place, now));
        let signs = match state {
            Some(KeyState::Active) => true,
            // Without a rotation policy, no date determines when a next key starts to sign.
            Some(KeyState::Next) => store.meta.rotation.is_none(),
            _ => false,
        };
        if !signs {
            let (kid, state) = (key.kid.unwrap_or_default(), state.map(KeyState::name).unwrap_or_default());
            return Err(Failure::input(format!("key \"{kid}\" in {source} is {state} and cannot sign"))
                .hint("run authkit keys list to see when keys sign"));
        }
        Ok((key, source, store.meta.rotation.map(|policy| policy.token_ttl)))
    }

    /// Where no key of the store signs: which keys it has, and the way to one that does.
    fn with_keys_of_store(&self, failure: Failure, store: &KeyStore, now: UnixTime) -> Failure {
        if self.kid.is_some() || failure.kind != FailureKind::Input {
            return failure;
        }
        let listed = store.states(now).map(|(key, state)| {
            let alg = key.alg.as_deref().unwrap_or(key.type_name());
            format!("{} ({alg}, {})", key.kid.as_deref().unwrap_or("no kid"), state.name())
        });
        let failure = failure.hint(format!("the key store has {}", listed.collect::<Vec<_>>().join(", ")));
        let wanted = self.alg.as_deref().and_then(alg::find_typed).map(|(algorithm, _)| algorithm);
        let is_secret = wanted.is_some_and(|algorithm| algorithm.family == KeyFamily::Hmac);
        match wanted {
            // A key store holds either secrets or key pairs.
            Some(_) if store.keys.iter().any(|key| key.is_secret() != is_secret) => {
                failure.hint("name the key with -k FILE or -k env:NAME")
            }
            Some(algorithm) => {
                let kind = algorithm.name.to_ascii_lowercase();
                failure.hint(format!("run authkit keys generate --type {kind}, or name a key with -k"))
            }
            None => failure.hint("run authkit keys generate, or name a key with -k"),
        }
    }

    fn allows(&self, key: &Key) -> bool {
        let wanted = self.alg.as_deref().and_then(alg::find_typed).map(|(algorithm, _)| algorithm);
        wanted.is_none() || key.alg.as_deref().and_then(alg::find) == wanted
    }

    /// The only matching key; several are an error whose hint lists them.
    fn pick(&self, set: &KeySet) -> Result<Key, Failure> {
        match (&self.kid, set.keys.as_slice()) {
            (Some(kid), [key]) if key.kid.is_none() => Ok(Key { kid: Some(kid.clone()), ..key.clone() }),
            (Some(kid), keys) => key_store::select(keys, kid).cloned(),
            (None, [key]) => Ok(key.clone()),
            (None, []) => {
                let what = self.alg.as_deref().unwrap_or("signing");
                Err(Failure::input(format!("no active key for {what} in the key store")))
            }
            (None, keys) => {
                let listed: Vec<String> = keys
                    .iter()
                    .map(|key| {
                        format!(
                            "{} ({})",
                            key.kid.as_deref().unwrap_or("no kid"),
                            key.alg.as_deref().unwrap_or(key.type_name())
                        )
                    })
                    .collect();
                Err(Failure::usage("several keys match; select one with --kid or --alg").hint(listed.join(", ")))
            }
        }
    }

    /// The algorithm of the flag, else of the key; the key must support it.
    fn algorithm(&self, key: &Key) -> Result<(&'static Algorithm, &'static str), Failure> {
        let (algorithm, spelling) = lookup::signing_algorithm(self.alg.as_deref(), key)?;
        if let Some(why) = key_mismatch(&Key { operations: None, ..key.clone() }, algorithm) {
            return Err(Failure::usage(format!("the key cannot sign with {}: {why}", algorithm.name)));
        }
        if key.operations.as_ref().is_some_and(|operations| !operations.iter().any(|op| op == "sign")) {
            return Err(Failure::input("key_ops of the key does not include \"sign\""));
        }
        Ok((algorithm, if self.alg.is_some() { spelling } else { algorithm.name }))
    }

    /// `--allow-weak` accepts a short HMAC secret; a short RSA key is always refused.
    fn weakness(&self, key: &Key, algorithm: &'static Algorithm) -> Result<Option<Weakness>, Failure> {
        let Some(weakness) = validation::weakness(key, algorithm) else { return Ok(None) };
        let failure = Failure::input(format!("the key is too weak for {}: {weakness}", algorithm.name));
        match weakness {
            Weakness::ShortSecret { .. } if self.allow_weak => Ok(Some(weakness)),
            Weakness::ShortSecret { .. } => {
                Err(failure.hint("run authkit keys generate --type hs256, or pass --allow-weak to sign anyway"))
            }
            Weakness::SmallRsa { .. } => Err(failure.hint("run authkit keys generate --type rsa:2048")),
        }
    }
}
