//! `authkit keys generate`: generates a key into the key store or a file. Private parts never appear in the report.

use crate::cli::commands::RunCommand;
use crate::cli::context::{Context, OutputTarget};
use crate::cli::failure::Failure;
use crate::cli::global_args::OutputFormat;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::progress::Progress;
use crate::cli::{first_line, key_spec, key_store, system};
use authkit::key::encode::{self, Options};
use authkit::key::generate::{self, GenerateError, KeyRequest, KeyType};
use authkit::key::{Key, KeyEncoding};
use authkit::report::{Artefact, Block, Report, Tone, Verdict, field};
use authkit::rotation::KeyState;
use clap::Args;

#[derive(Args)]
pub struct KeysGenerateCommand {
    /// Set the key type: p256, ed25519, rsa:3072, hs256, …
    ///
    /// One of hs256, hs384, hs512, rsa:2048, rsa:3072, rsa:4096, p256, p384, p521, secp256k1, ed25519, or an algorithm.
    #[arg(long = "type", value_name = "TYPE", default_value = "p256")]
    kind: String,

    /// Restrict the key to this algorithm [default: by type]
    #[arg(long, value_name = "ALG")]
    alg: Option<String>,

    /// Set the kid [default: RFC 7638 thumbprint; secret: random]
    #[arg(long, value_name = "TEXT")]
    kid: Option<String>,

    /// Set the encoding of the file [default: pem; secret: jwk]
    ///
    /// One of jwk, jwks, pem, der, raw.
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<String>,
}

/// `data` of keys generate: the new key, never its private parts.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysGenerateOutput {
    kid: String,
    alg: &'static str,
    /// `kty` of the JWK.
    kty: &'static str,
    bits: usize,
    /// RFC 7638, SHA-256; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    /// The file of the key; absent if it was written to standard output.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    encrypted: bool,
    /// In the key store: `active` signs from now on, `next` later.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<KeyState>,
}

impl RunCommand for KeysGenerateCommand {
    const NAME: &'static str = "generate";
    const ABOUT: &'static str = "Generate a key";
    const EXAMPLES: &'static str = "
        authkit keys generate
        authkit keys generate --type rsa:3072 --alg PS256
        authkit keys generate --type ed25519 -o ed25519.pem
        authkit keys generate --type hs256 --encoding jwk -o secret.jwk
        authkit keys generate --type p384 --passphrase env:PASSPHRASE -o encrypted.pem";
    type Data = KeysGenerateOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let request = generate::parse(&self.kind, self.alg.as_deref())
            .map_err(|error| Failure::usage(error.to_string()).hint_if(error.hint()))?;
        let to_file = context.main_output().cloned();
        if to_file.is_none() && (self.encoding.is_some() || context.passphrase.is_some()) {
            return Err(Failure::usage("--encoding and --passphrase apply only to a file; the key store is a JWKS")
                .hint("write to a file with -o FILE, or to standard output with -o -"));
        }
        if matches!(to_file, Some(OutputTarget::Stdout)) && context.format == OutputFormat::Json {
            return Err(Failure::usage("cannot write both the key and a JSON document to standard output")
                .hint("write the key to a file with -o FILE"));
        }
        let key = make(context, request.kind, request.alg_name, self.kid.clone())?;
        match to_file {
            None => self.store(context, key, request),
            Some(target) => self.write(context, key, request, &target),
        }
    }
}

impl KeysGenerateCommand {
    /// Adds the key to the key store.
    fn store(&self, context: &Context, mut key: Key, request: KeyRequest) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        key.others.insert("iat".to_owned(), context.now.0.into());
        let data = data(&key, request);
        let state = key_store::change(context, &path, |store| {
            key_store::add(store, key)?;
            Ok(store.state(store.keys.len().saturating_sub(1), context.now))
        })?;
        let data = KeysGenerateOutput { path: Some(path.display().to_string()), state: Some(state), ..data };
        report(&data, None)
    }

    /// Writes the key to a file or to standard output.
    fn write(
        &self,
        context: &Context,
        key: Key,
        request: KeyRequest,
        target: &OutputTarget,
    ) -> Result<Outcome, Failure> {
        let form = self.form(&key)?;
        let passphrase =
            context.passphrase.as_ref().map(|_| key_spec::passphrase(context, "new passphrase")).transpose()?;
        let mut rng = system::rng()?;
        let options = Options { private: true, passphrase: passphrase.as_ref() };
        let bytes = encode::encode(std::slice::from_ref(&key), form, options, &mut rng)
            .map_err(|error| Failure::key("the new key", &error))?;
        let path = match target {
            OutputTarget::File(path) => Some(path.display().to_string()),
            OutputTarget::Stdout => None,
        };
        let data = KeysGenerateOutput { path, encrypted: passphrase.is_some(), ..data(&key, request) };
        report(&data, Some(Artefact { bytes, private: true }))
    }

    fn form(&self, key: &Key) -> Result<KeyEncoding, Failure> {
        match self.encoding.as_deref() {
            None if key.is_secret() => Ok(KeyEncoding::Jwk),
            None => Ok(KeyEncoding::Pem),
            Some(name) => super::convert::form(name),
        }
    }
}

/// Generates a key restricted to the algorithm `alg`; its kid is [`generate::default_kid`] unless one is given. A kid that
/// begins with `-` would be an option on a command line: another key is drawn instead.
///
/// # Errors
/// No random number generator.
pub(super) fn make(context: &Context, kind: KeyType, alg: &str, kid: Option<String>) -> Result<Key, Failure> {
    let mut rng = system::rng()?;
    let progress = matches!(kind, KeyType::Rsa { .. }).then(|| Progress::start(context, "generating RSA primes"));
    let mut key = loop {
        let mut key = generate::generate(kind, &mut rng)
            .map_err(|error: GenerateError| Failure::environment(error.to_string()))?;
        key.kid = Some(kid.clone().unwrap_or_else(|| generate::default_kid(&key, &mut rng)));
        if kid.is_some() || key.kid.as_ref().is_some_and(|kid| !kid.starts_with('-')) {
            break key;
        }
    };
    drop(progress);
    key.alg = Some(alg.to_owned());
    key.usage = Some("sig".to_owned());
    Ok(key)
}

fn data(key: &Key, request: KeyRequest) -> KeysGenerateOutput {
    KeysGenerateOutput {
        kid: key.kid.clone().unwrap_or_default(),
        alg: request.alg_name,
        kty: key.type_name(),
        bits: key.bits(),
        thumbprint: key.thumbprint(),
        path: None,
        encrypted: false,
        state: None,
    }
}

fn report(data: &KeysGenerateOutput, artefact: Option<Artefact>) -> Result<Outcome, Failure> {
    let use_from = match data.state {
        Some(KeyState::Active) => ", signs from now on",
        Some(_) => ", signs after the active key",
        None => "",
    };
    let answer = format!("key {} ({}){use_from}", first_line::short_kid(&data.kid), data.alg);
    let mut fields = vec![field("kid", data.kid.as_str())];
    fields.extend(data.state.map(|state| field("state", state.name())));
    if let Some(path) = &data.path {
        fields.push(field(if data.state.is_some() { "key store" } else { "file" }, path.as_str()));
    }
    let report = Report::new("keys-generate", Verdict::Done, data)?
        .with(first_line::first_line(Tone::Good, "generated", answer))
        .with(Block::Fields(fields));
    Ok(Outcome { artefact, ..Outcome::new(report) })
}
