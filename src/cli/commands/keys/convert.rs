//! `authkit keys convert`: any form to any form.

use super::selection;
use crate::cli::commands::RunCommand;
use crate::cli::context::{Context, OutputTarget};
use crate::cli::failure::Failure;
use crate::cli::global_args::OutputFormat;
use crate::cli::network_args::NetworkArgs;
use crate::cli::output::LineSink;
use crate::cli::{key_spec, system};
use authkit::key::encode::{self, Options};
use authkit::key::{Key, KeyEncoding};
use authkit::report::{Artefact, Block, Outcome, Report, Verdict, field};
use authkit::rotation;
use clap::Args;

#[derive(Args)]
pub struct KeysConvertCommand {
    /// The key: a SPEC or a kid; absent: the key store
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// The form to write: jwk, jwks, pem, der, raw
    #[arg(long, value_name = "FORM")]
    encoding: String,

    /// The key of a set
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Option<String>,

    /// Write the public half only
    #[arg(long)]
    public: bool,

    /// Encrypt the private key that is written (pem, der): where its passphrase comes from
    #[arg(long, value_name = "SPEC")]
    new_passphrase: Option<String>,

    #[command(flatten)]
    network: NetworkArgs,
}

/// What was converted; never the key itself.
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

/// The form that `--encoding` names.
///
/// # Errors
/// No such form.
pub fn form(name: &str) -> Result<KeyEncoding, Failure> {
    KeyEncoding::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = KeyEncoding::ALL.iter().map(|form| form.name()).collect();
        Failure::usage(format!("--encoding: \"{name}\" is not a form")).hint(format!("forms: {}", known.join(", ")))
    })
}

impl RunCommand for KeysConvertCommand {
    const NAME: &'static str = "convert";
    const ABOUT: &'static str = "Write a key in another form: PEM, DER, JWK, JWKS, raw";
    const EXAMPLES: &'static str = "
        authkit keys convert --encoding pem --public
        authkit keys convert key.pem --encoding jwk -o key.jwk
        authkit keys convert key.jwk --encoding pem --new-passphrase env:PASSPHRASE -o encrypted.pem
        authkit keys convert encrypted.pem --passphrase env:PASSPHRASE --encoding der -o key.der";
    type Data = KeysConvertOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let form = form(&self.encoding)?;
        let selection = selection::select(context, self.key.as_deref())?;
        let keys = self.keys(selection.keys)?;
        let file = match context.main_output() {
            Some(OutputTarget::File(path)) => Some(path.display().to_string()),
            _ if context.format == OutputFormat::Json => {
                return Err(Failure::usage("standard output cannot hold both the key and a JSON document")
                    .hint("-o FILE writes the key to a file"));
            }
            _ => None,
        };
        let passphrase = match &self.new_passphrase {
            None => None,
            Some(spec) => Some(key_spec::passphrase_from(context, Some(spec), "new passphrase")?),
        };
        let mut rng = system::rng().ok_or_else(|| Failure::environment("the system has no randomness"))?;
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
        let words = format!("{} to {}{}", data.from, data.to, if private { ", private" } else { ", public" });
        let report =
            Report::new("keys-convert", Verdict::Done, &data)?.with(Block::Fields(vec![field("converted", words)]));
        Ok(Outcome { artefact: Some(Artefact { bytes, private }), report })
    }
}

impl KeysConvertCommand {
    fn keys(&self, keys: Vec<Key>) -> Result<Vec<Key>, Failure> {
        let keys = match &self.kid {
            Some(kid) => vec![crate::cli::key_store::select(&keys, kid)?.clone()],
            None => keys,
        };
        if !self.public {
            return Ok(keys);
        }
        keys.iter()
            .map(|key| rotation::public_jwk(key).ok_or_else(|| Failure::input("a secret has no public half")))
            .collect()
    }
}
