//! `authkit verify`: verifies the signature and claims of one token or of a stream. A rejected token is reported with
//! every reject reason, not only the first.

use super::RunCommand;
use crate::cli::config_file::PolicyArg;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::key_spec;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::token_argument;
use crate::cli::verification_keys::VerificationKeys;
use authkit::token::compact;
use authkit::token::reject_reason::RejectReason;
use authkit::token::verify::TokenVerifier;
use clap::Args;
use std::path::PathBuf;

mod issuer_hint;
mod output;
mod requirement_args;
mod signature_only;
pub(super) mod token_stream;

#[derive(Args)]
pub struct VerifyCommand {
    /// Verify a token, file, @FILE or - [default: standard input]
    ///
    /// With --lines: files with one token per line.
    #[arg(value_name = "TOKEN")]
    token: Vec<String>,

    /// Choose among several tokens in a text, by number or name
    #[arg(long, value_name = "N|NAME", conflicts_with = "lines")]
    pick: Option<String>,

    /// Verify with this key (repeatable) [default: the key store]
    ///
    /// ISS=SPEC binds a key to an issuer. SPEC is a file (PEM, DER, JWK, JWKS, or one line of text as an HMAC secret),
    /// raw:FILE for a secret of any bytes, env:NAME, dotenv:FILE#NAME, prompt:, hex:…, base64:…, text:…, or - for
    /// standard input. https://… is a remote JWKS, and oidc:https://… the JWKS of an OpenID provider, for tokens of this
    /// issuer only.
    #[arg(short, long, value_name = "SPEC", allow_hyphen_values = true)]
    key: Vec<String>,

    /// Verify one token per line and print one result per line
    ///
    /// Reads files or standard input. Each token is verified at the time it is read, with the keys of that time: the
    /// key store and key files are read again when they change, JWKS URLs when they are stale. A key source that no
    /// longer exists or cannot be used ends the run. When the output is closed before every token is verified (| head),
    /// the exit code is 1 after a rejected token and otherwise 4, never 0.
    #[arg(long, conflicts_with_all = ["get", "signature_only"])]
    lines: bool,

    /// Set the number of threads for --lines [default: all cores]
    #[arg(long, value_name = "N", requires = "lines", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// Exit with 0 if --lines reads no token
    #[arg(long, requires = "lines", hide_short_help = true)]
    allow_empty: bool,

    /// Print one claim if the token is accepted
    ///
    /// PATH is a claim name, a JSON Pointer, or header:NAME.
    #[arg(long, value_name = "PATH")]
    get: Option<String>,

    /// Verify only the signature, over any payload; ignore claims
    ///
    /// Also accepts the flattened and general JWS JSON serializations, and detached payloads. Options and policies with
    /// requirements on claims are refused.
    #[arg(long, conflicts_with = "get")]
    signature_only: bool,

    /// Read the detached payload from FILE (--signature-only)
    #[arg(long, value_name = "FILE", requires = "signature_only")]
    payload: Option<PathBuf>,

    /// Require every signature to be valid (--signature-only)
    #[arg(long, requires = "signature_only")]
    all_signatures: bool,

    #[command(flatten)]
    requirement_args: requirement_args::RequirementArgs,

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
            self.requirement_args.check_signature_only(&saved)?;
        }
        let by_default = self.key.is_empty() && saved.key.is_empty();
        let keys = if self.key.is_empty() { saved.key.clone() } else { self.key };
        let requirement_args = self.requirement_args.or_policy(&saved);
        let requirements = requirement_args.requirements(context)?;
        let mut keys = VerificationKeys::load(context, &keys)?;
        requirement_args.check_binding(&keys.keyring)?;
        if self.lines {
            keys.check_has_keys().map_err(|failure| failure.hint(issuer_hint::key_hint(None)))?;
            let stream = token_stream::TokenStream { keys, requirements: &requirements, context };
            return stream.run(&self.token, self.threads, self.allow_empty, lines);
        }
        let input = token_argument::read(context, &self.token, self.pick.as_deref())?;
        let token = compact::trim(input.bytes.expose());
        // Standard input may have blocked for hours: use the current time and keys.
        let mut now = keys.update(context)?;
        if self.signature_only {
            keys.check_has_keys().map_err(|failure| failure.hint(issuer_hint::key_hint(None)))?;
            let (payload, keyring) = (self.payload.as_deref(), &keys.keyring);
            return signature_only::verify(token, payload, self.all_signatures, keyring, &requirements);
        }
        let mut verifier = TokenVerifier::new(&keys.keyring, &requirements);
        let mut verification = verifier.verify(token, now);
        // A host may have published the missing key since its JWKS was fetched.
        if keys.may_be_stale(&verification.reasons) {
            if keys.refresh(context) {
                now = keys.update(context)?;
            }
            verifier = TokenVerifier::new(&keys.keyring, &requirements);
            verification = verifier.verify(token, now);
        }
        keys.check_has_keys().map_err(|failure| failure.hint(issuer_hint::key_hint(verification.claims)))?;
        let response = output::VerifyResponse::new(&verification, &requirements, now);
        let mut outcome = response.outcome(token, self.get.as_deref(), &keys.keyring)?;
        if by_default && verification.reasons.iter().any(is_foreign) {
            outcome.report.hints.push(issuer_hint::key_hint(verification.claims));
        }
        Ok(outcome)
    }
}

/// Whether the token was signed with a key that is not there: it may be of another issuer.
fn is_foreign(reason: &RejectReason) -> bool {
    matches!(reason, RejectReason::NoMatchingKey { .. } | RejectReason::KidUnknown { .. })
}

impl VerifyCommand {
    /// Refuses two readers of standard input before one of them consumes it.
    fn one_reads_stdin(&self) -> Result<(), Failure> {
        let keys = self.key.iter().filter(|spec| key_spec::reads_stdin(spec)).map(|_| "the key");
        let reader = if self.lines { "the tokens" } else { "the token" };
        let dashes = self.token.iter().filter(|token| *token == "-").count();
        let tokens = std::iter::repeat_n(reader, if self.token.is_empty() { 1 } else { dashes });
        input::one_reads_stdin(keys.chain(tokens))
    }
}
