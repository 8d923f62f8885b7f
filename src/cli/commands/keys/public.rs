//! `authkit keys public`: prints the public keys as the JWKS to publish. It never prints private keys or secrets.

use super::key_members_args::KeyMembersArgs;
use super::{convert, selection};
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::system;
use authkit::key::encode::{self, Options};
use authkit::key::{Key, KeyEncoding};
use authkit::report::{Artefact, Report, Verdict};
use authkit::rotation;
use clap::Args;
use serde_json::value::RawValue;

#[derive(Args)]
pub struct KeysPublicCommand {
    /// Print this key: a SPEC or a kid [default: the key store]
    ///
    /// A key without a kid gets its thumbprint (RFC 7638), so that verifiers can select it.
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// Select the encoding [jwk, jwks, pem, der]
    #[arg(long, value_name = "ENCODING", default_value = "jwks")]
    encoding: String,

    #[command(flatten)]
    members: KeyMembersArgs,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys public.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysPublicOutput {
    /// The JWKS (RFC 7517 §5).
    jwks: Box<RawValue>,
}

/// The key with its thumbprint as kid, if it has none.
fn with_kid(key: Key) -> Key {
    let kid = key.kid.clone().or_else(|| key.thumbprint());
    Key { kid, ..key }
}

impl RunCommand for KeysPublicCommand {
    const NAME: &'static str = "public";
    const ABOUT: &'static str = "Print the public keys as the JWKS to publish";
    const EXAMPLES: &'static str = "
        authkit keys public
        authkit keys public -o jwks.json
        authkit keys public key.pem --set-alg ES256 --use sig
        authkit keys public key.pem --encoding pem";
    type Data = KeysPublicOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let form = convert::form(&self.encoding)?;
        let selection = selection::select(context, self.key.as_deref())?;
        let mut keys = Vec::new();
        for key in &selection.keys {
            keys.push(rotation::public_jwk(key).ok_or_else(|| {
                Failure::input(format!("{} contains an HMAC secret, which has no public key", selection.source))
            })?);
        }
        let keys = self.members.set(keys, form)?.into_iter().map(with_kid).collect::<Vec<_>>();
        let mut rng = system::rng()?;
        let options = || Options { private: false, passphrase: None };
        let unusable = |error| Failure::key(&selection.source, &error);
        let bytes = encode::encode(&keys, form, options(), &mut rng).map_err(unusable)?;
        let jwks = encode::encode(&keys, KeyEncoding::Jwks, options(), &mut rng).map_err(unusable)?;
        let jwks = String::from_utf8_lossy(jwks.expose()).trim().to_owned();
        let data = KeysPublicOutput { jwks: RawValue::from_string(jwks)? };
        let report = Report::new("keys-public", Verdict::Done, &data)?;
        Ok(Outcome { artefact: Some(Artefact { bytes, private: false }), ..Outcome::new(report) })
    }
}
