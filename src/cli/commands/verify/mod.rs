//! `authkit verify`: signature and claims, one token or millions, and every reason when the answer is no.

use super::RunCommand;
use crate::cli::config_file::PolicyArg;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::key_spec;
use crate::cli::network_args::NetworkArgs;
use crate::cli::output::LineSink;
use crate::cli::verification_keys::VerificationKeys;
use authkit::report::Outcome;
use authkit::token::compact;
use authkit::token::verify::TokenVerifier;
use clap::Args;
use std::path::PathBuf;

mod output;
mod requirement_args;
mod signature_only;
pub(super) mod token_stream;

#[derive(Args)]
pub struct VerifyCommand {
    /// The token, a file, @FILE or - ; absent: standard input. With --lines: files
    #[arg(value_name = "TOKEN")]
    token: Vec<String>,

    /// A key to verify with (repeatable; ISS=SPEC binds it to an issuer); absent: the key store
    ///
    /// A file (PEM, DER, JWK, JWKS, or raw bytes as an HMAC secret), raw:FILE, env:NAME, prompt:,
    /// hex:…, base64:…, text:…, or - for standard input. https://… is a key set in the network, and
    /// oidc:https://… the one of an OpenID provider, for tokens of this issuer alone.
    #[arg(short, long, value_name = "SPEC", allow_hyphen_values = true)]
    key: Vec<String>,

    /// One token a line; one result a line (files, or standard input)
    ///
    /// Each token is verified at the time it is read, with the keys of that time: the key store and key files are read
    /// again when they change, JWKS URLs when they are stale. A source of keys that no longer exists or cannot be used
    /// ends the run. When the output is closed before every token is verified (| head), the exit code is 1 after a
    /// rejected token and otherwise 4, never 0.
    #[arg(long, conflicts_with_all = ["get", "signature_only"])]
    lines: bool,

    /// Threads for --lines [default: all cores]
    #[arg(long, value_name = "N", requires = "lines", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// With --lines: exit with 0 when there is no token
    #[arg(long, requires = "lines", hide_short_help = true)]
    allow_empty: bool,

    /// Print one claim, only when the token is accepted: a name, a JSON pointer, or header:NAME
    #[arg(long, value_name = "PATH")]
    get: Option<String>,

    /// Verify the signature over any payload; claims are not looked at
    ///
    /// Also takes flattened and general JWS JSON, and detached payloads. Options and policies that require something
    /// of claims are refused.
    #[arg(long, conflicts_with = "get")]
    signature_only: bool,

    /// The detached payload, with --signature-only
    #[arg(long, value_name = "FILE", requires = "signature_only")]
    payload: Option<PathBuf>,

    /// With --signature-only: every signature must verify, not just one
    #[arg(long, requires = "signature_only")]
    all_signatures: bool,

    #[command(flatten)]
    demands: requirement_args::RequirementArgs,

    #[command(flatten)]
    policy: PolicyArg,

    #[command(flatten)]
    network: NetworkArgs,
}

impl RunCommand for VerifyCommand {
    const NAME: &'static str = "verify";
    const ABOUT: &'static str = "Verify a token's signature and claims";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice | authkit verify
        authkit issue --sub alice --aud api | authkit verify --aud api --get sub
        authkit issue --sub alice --ttl 1s | authkit verify --now +42s --leeway 60s
        authkit issue --sub alice --count 3 | authkit verify --lines
        authkit issue --sub alice | authkit verify --json";
    type Data = output::VerifyOutput<'static>;

    fn run(self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.one_reads_stdin()?;
        self.network.allow(context)?;
        let saved = self.policy.saved(context)?;
        if self.signature_only {
            self.demands.check_signature_only(&saved)?;
        }
        let keys = if self.key.is_empty() { saved.key.clone() } else { self.key };
        let demands = self.demands.or_policy(&saved);
        let requirements = demands.requirements(context)?;
        let mut keys = VerificationKeys::load(context, &keys)?;
        demands.check_binding(&keys.keyring)?;
        if self.lines {
            let stream = token_stream::TokenStream { keys, requirements: &requirements, context };
            return stream.run(&self.token, self.threads, self.allow_empty, lines);
        }
        let token = match self.token.as_slice() {
            [] => None,
            [one] => Some(one.as_str()),
            _ => {
                return Err(Failure::usage("several tokens were given")
                    .hint("--lines verifies one a line, from files or standard input"));
            }
        };
        let input = input::decode_text(context, input::read_argument(context, token, "the token")?);
        let token = compact::trim(input.bytes.expose());
        // Standard input may have waited for hours: the token counts, and the keys, as they are now.
        let mut now = keys.update(context)?;
        if self.signature_only {
            let (payload, keyring) = (self.payload.as_deref(), &keys.keyring);
            return signature_only::verify(token, payload, self.all_signatures, keyring, &requirements);
        }
        let behind = keys.may_be_stale(&TokenVerifier::new(&keys.keyring, &requirements).verify(token, now).reasons);
        if behind && keys.refresh(context) {
            now = keys.update(context)?;
        }
        let mut verifier = TokenVerifier::new(&keys.keyring, &requirements);
        let judgement = verifier.verify(token, now);
        let answer = output::VerifyResponse::new(&judgement, &requirements, now);
        answer.outcome(token, self.get.as_deref(), &keys.keyring)
    }
}

impl VerifyCommand {
    /// Two readers of standard input are refused before the first finds nothing there.
    fn one_reads_stdin(&self) -> Result<(), Failure> {
        let keys = self.key.iter().filter(|spec| key_spec::reads_stdin(spec)).map(|_| "the key");
        let what = if self.lines { "the tokens" } else { "the token" };
        let dashes = self.token.iter().filter(|token| *token == "-").count();
        let tokens = std::iter::repeat_n(what, if self.token.is_empty() { 1 } else { dashes });
        input::one_reads_stdin(keys.chain(tokens))
    }
}
