//! `authkit keys convert`: re-encodes keys as PEM, DER, JWK, JWKS or raw bytes.

use super::key_members_args::KeyMembersArgs;
use super::selection;
use crate::cli::commands::RunCommand;
use crate::cli::context::{Context, OutputTarget};
use crate::cli::failure::Failure;
use crate::cli::global_args::OutputFormat;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{key_spec, lookup, system};
use authkit::key::encode::{self, Options};
use authkit::key::{Key, KeyEncoding};
use authkit::report::{Artefact, Block, Report, Verdict, field};
use authkit::rotation;
use clap::Args;

#[derive(Args)]
pub struct KeysConvertCommand {
    /// Convert this key: a SPEC or a kid [default: the key store]
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// Select the encoding to write [jwk, jwks, pem, der, raw]
    ///
    /// Without it, PEM and DER become a JWK, and a JWK becomes PEM.
    #[arg(long, visible_alias = "to", value_name = "ENCODING")]
    encoding: Option<String>,

    /// Select one key of a JWKS by kid
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Option<String>,

    /// Write only the public key
    #[arg(long)]
    public: bool,

    /// Encrypt the written private key with this passphrase
    ///
    /// For pem and der. SPEC names the source of the passphrase: a file, env:NAME, prompt: or -.
    #[arg(long, value_name = "SPEC")]
    new_passphrase: Option<String>,

    #[command(flatten)]
    members: KeyMembersArgs,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys convert: what was converted, never the key.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysConvertOutput {
    keys: usize,
    from: &'static str,
    to: &'static str,
    private: bool,
    encrypted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// The encoding of `--encoding`.
///
/// # Errors
/// An unknown name.
pub fn form(name: &str) -> Result<KeyEncoding, Failure> {
    KeyEncoding::from_name(name)
        .ok_or_else(|| lookup::unknown("encoding", name, KeyEncoding::ALL.iter().map(|encoding| encoding.name())))
}

/// The encoding that is meant without `--encoding`: JSON for the others, PEM for JSON, which cannot hold a secret.
fn other_encoding(from: KeyEncoding, keys: &[Key]) -> KeyEncoding {
    match from {
        KeyEncoding::Jwk | KeyEncoding::Jwks if !keys.iter().any(Key::is_secret) => KeyEncoding::Pem,
        KeyEncoding::Jwk | KeyEncoding::Jwks => KeyEncoding::Raw,
        _ if keys.len() == 1 => KeyEncoding::Jwk,
        _ => KeyEncoding::Jwks,
    }
}

impl RunCommand for KeysConvertCommand {
    const NAME: &'static str = "convert";
    const ABOUT: &'static str = "Convert a key to PEM, DER, JWK, JWKS or raw bytes";
    const EXAMPLES: &'static str = "
        authkit keys convert --encoding pem --public
        authkit keys convert key.pem -o key.jwk
        authkit keys convert key.pem --public --set-kid thumbprint --set-alg ES256 --use sig
        authkit keys convert key.jwk --encoding pem --new-passphrase env:PASSPHRASE -o encrypted.pem
        authkit keys convert encrypted.pem --passphrase env:PASSPHRASE --encoding der -o key.der";
    type Data = KeysConvertOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let named = self.encoding.as_deref().map(form).transpose()?;
        let selection = selection::select(context, self.key.as_deref())?;
        let keys = self.keys(selection.keys)?;
        let form = named.unwrap_or_else(|| other_encoding(selection.form, &keys));
        let keys = self.members.set(keys, form)?;
        let file = match context.main_output() {
            Some(OutputTarget::File(path)) => Some(path.display().to_string()),
            _ if context.format == OutputFormat::Json => {
                return Err(Failure::usage("cannot write both the key and a JSON document to standard output")
                    .hint("write the key to a file with -o FILE"));
            }
            _ => None,
        };
        let passphrase = match &self.new_passphrase {
            None => None,
            Some(spec) => Some(key_spec::passphrase_from(context, Some(spec), "new passphrase")?),
        };
        let mut rng = system::rng()?;
        let options = Options { private: !self.public, passphrase: passphrase.as_ref() };
        let bytes =
            encode::encode(&keys, form, options, &mut rng).map_err(|error| Failure::key(&selection.source, &error))?;
        let private = !self.public && keys.iter().any(|key| key.is_private() || key.is_secret());
        let data = KeysConvertOutput {
            keys: keys.len(),
            from: selection.form.name(),
            to: form.name(),
            private,
            encrypted: passphrase.is_some(),
            path: file,
        };
        let summary = format!("{} to {}{}", data.from, data.to, if private { ", private" } else { ", public" });
        let report =
            Report::new("keys-convert", Verdict::Done, &data)?.with(Block::Fields(vec![field("converted", summary)]));
        Ok(Outcome { artefact: Some(Artefact { bytes, private }), ..Outcome::new(report) })
    }
}

impl KeysConvertCommand {
    /// The key of `--kid`, or all; with `--public` without private parts.
    fn keys(&self, keys: Vec<Key>) -> Result<Vec<Key>, Failure> {
        let keys = match &self.kid {
            Some(kid) => vec![crate::cli::key_store::select(&keys, kid)?.clone()],
            None => keys,
        };
        if !self.public {
            return Ok(keys);
        }
        keys.iter()
            .map(|key| rotation::public_jwk(key).ok_or_else(|| Failure::input("an HMAC secret has no public key")))
            .collect()
    }
}
