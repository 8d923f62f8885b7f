//! Flags that set the requirements on a token. A flag takes precedence over the same entry of `[policy.NAME]`.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::lookup;
use crate::cli::pair::split_pair;
use authkit::settings::policy_section::NamedPolicy;
use authkit::time::Span;
use authkit::token::compact::MAX_BYTES;
use authkit::token::keyring::Keyring;
use authkit::token::requirements::{ClaimRequirement, MAX_LEEWAY, Requirements};
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Requirements")]
pub struct RequirementArgs {
    /// Require one of these issuers (repeatable)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    iss: Vec<String>,

    /// Require one of these audiences (repeatable)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "any_aud")]
    aud: Vec<String>,

    /// Accept any audience
    #[arg(long)]
    any_aud: bool,

    /// Require this subject (sub)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    sub: Option<String>,

    /// Allow this algorithm (repeatable) [default: from the keys]
    #[arg(long, value_name = "ALG")]
    alg: Vec<String>,

    /// Require this header parameter typ
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    typ: Option<String>,

    /// Require a kind [at+jwt, client-assertion, id-token, logout]
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// Allow this much clock skew (at most 24h) [default: 0s]
    #[arg(long, value_name = "DURATION")]
    leeway: Option<String>,

    /// Reject tokens older than this (time since iat)
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    max_age: Option<String>,

    /// Require this scope (repeatable)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    scope: Vec<String>,

    /// Require a claim, by name or JSON Pointer (repeatable)
    #[arg(long, value_name = "CLAIM", hide_short_help = true)]
    require: Vec<String>,

    /// Require a claim to be this string (repeatable)
    #[arg(long, value_name = "NAME=TEXT", allow_hyphen_values = true, hide_short_help = true)]
    claim: Vec<String>,

    /// Require a claim to equal this JSON value (repeatable)
    #[arg(long, value_name = "NAME=JSON", allow_hyphen_values = true, hide_short_help = true)]
    claim_json: Vec<String>,

    /// Accept a token without exp
    #[arg(long, hide_short_help = true)]
    allow_no_exp: bool,

    /// Accept keys below the RFC 7518 minimum (error finding)
    #[arg(long, hide_short_help = true)]
    allow_weak: bool,

    /// Require that --iss, --aud and --alg are all set
    #[arg(long)]
    strict: bool,

    /// Accept this name in crit: you check the extension (repeatable)
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, hide_short_help = true)]
    crit: Vec<String>,

    /// Accept segments padded with =, as AWS load balancers send them
    #[arg(long, hide_short_help = true)]
    allow_padding: bool,

    /// Limit the size of a token in bytes [default: 1048576]
    #[arg(long, value_name = "BYTES", hide_short_help = true)]
    max_token_bytes: Option<usize>,
}

impl RequirementArgs {
    /// These flags; unset ones are filled from the policy `saved`.
    pub fn or_policy(self, saved: &NamedPolicy) -> Self {
        let list = |flag: Vec<String>, saved: &[String]| if flag.is_empty() { saved.to_vec() } else { flag };
        let mut claim = self.claim;
        let named = |claim: &[String], name: &str| claim.iter().any(|pair| pair.split('=').next() == Some(name));
        for (name, value) in &saved.claim {
            if !named(&claim, name) && !named(&self.claim_json, name) {
                claim.push(format!("{name}={value}"));
            }
        }
        Self {
            iss: list(self.iss, &saved.iss),
            aud: if self.any_aud { self.aud } else { list(self.aud, &saved.aud) },
            alg: list(self.alg, &saved.alg),
            kind: self.kind.or_else(|| saved.kind.clone()),
            leeway: self.leeway.or_else(|| saved.leeway.clone()),
            max_age: self.max_age.or_else(|| saved.max_age.clone()),
            scope: list(self.scope, &saved.scope),
            require: list(self.require, &saved.require),
            crit: list(self.crit, &saved.crit),
            allow_padding: self.allow_padding || saved.allow_padding,
            claim,
            ..self
        }
    }

    /// `--signature-only` checks no claims: a requirement on claims must be an error, not silently accepted.
    ///
    /// # Errors
    /// A flag, or an entry of the policy `saved`, with a requirement on the claims or the type.
    pub fn check_signature_only(&self, saved: &NamedPolicy) -> Result<(), Failure> {
        let named = |all: &[(&'static str, bool)]| {
            all.iter().filter_map(|(name, given)| given.then_some(*name)).collect::<Vec<_>>().join(", ")
        };
        let flags = named(&[
            ("--iss", !self.iss.is_empty()),
            ("--aud", !self.aud.is_empty()),
            ("--any-aud", self.any_aud),
            ("--sub", self.sub.is_some()),
            ("--typ", self.typ.is_some()),
            ("--kind", self.kind.is_some()),
            ("--leeway", self.leeway.is_some()),
            ("--max-age", self.max_age.is_some()),
            ("--scope", !self.scope.is_empty()),
            ("--require", !self.require.is_empty()),
            ("--claim", !self.claim.is_empty()),
            ("--claim-json", !self.claim_json.is_empty()),
            ("--allow-no-exp", self.allow_no_exp),
            ("--strict", self.strict),
            ("--allow-padding", self.allow_padding),
        ]);
        let entries = named(&[
            ("iss", !saved.iss.is_empty()),
            ("aud", !saved.aud.is_empty()),
            ("kind", saved.kind.is_some()),
            ("leeway", saved.leeway.is_some()),
            ("max-age", saved.max_age.is_some()),
            ("scope", !saved.scope.is_empty()),
            ("require", !saved.require.is_empty()),
            ("claim", !saved.claim.is_empty()),
            ("allow-padding", saved.allow_padding),
        ]);
        let what = match (flags.is_empty(), entries.is_empty()) {
            (true, true) => return Ok(()),
            (false, true) => flags,
            (true, false) => format!("the policy's {entries}"),
            (false, false) => format!("{flags} and the policy's {entries}"),
        };
        Err(Failure::usage(format!("--signature-only does not check claims and cannot be combined with {what}"))
            .hint("omit --signature-only to verify signature and claims"))
    }

    /// The flags as [`Requirements`].
    ///
    /// # Errors
    /// An invalid value, or `--strict` without a flag that it requires.
    pub fn requirements(&self, context: &Context) -> Result<Requirements, Failure> {
        self.check_strict()?;
        let span = |flag: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Span::parse(text).map_err(|error| Failure::usage(format!("{flag}: {error}"))))
                .transpose()
        };
        let leeway = span("--leeway", &self.leeway)?.unwrap_or_default();
        if leeway > MAX_LEEWAY {
            return Err(Failure::usage(format!("--leeway: {leeway} exceeds the maximum of {MAX_LEEWAY}")));
        }
        context.note_origin("leeway", if self.leeway.is_some() { "--leeway" } else { "the default, 0 s" });
        context.note_origin("algorithms", if self.alg.is_empty() { "from the keys" } else { "--alg" });
        Ok(Requirements {
            leeway,
            allow_no_exp: self.allow_no_exp,
            allow_weak: self.allow_weak,
            algorithms: self
                .alg
                .iter()
                .map(|name| lookup::algorithm(name).map(|(algorithm, _)| algorithm))
                .collect::<Result<_, _>>()?,
            issuers: self.iss.clone(),
            audiences: self.aud.clone(),
            any_audience: self.any_aud,
            subject: self.sub.clone(),
            typ: self.typ.clone(),
            kind: self.kind.as_deref().map(lookup::kind).transpose()?,
            max_age: span("--max-age", &self.max_age)?,
            required: self.require.clone(),
            equal: self.equal()?,
            scopes: self
                .scope
                .iter()
                .flat_map(|text| text.split(' '))
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
            understood: self.crit.clone(),
            allow_padding: self.allow_padding,
            max_bytes: self.max_token_bytes.unwrap_or(MAX_BYTES),
        })
    }

    fn check_strict(&self) -> Result<(), Failure> {
        let missing: Vec<&str> =
            [("--iss", self.iss.is_empty()), ("--aud", self.aud.is_empty()), ("--alg", self.alg.is_empty())]
                .into_iter()
                .filter_map(|(flag, missing)| missing.then_some(flag))
                .collect();
        if self.strict && !missing.is_empty() {
            return Err(Failure::usage(format!("--strict requires {}", missing.join(", "))));
        }
        Ok(())
    }

    /// With several issuers, every key must be bound to one of them.
    ///
    /// # Errors
    /// An unbound key.
    pub fn check_binding(&self, keyring: &Keyring) -> Result<(), Failure> {
        match keyring.members().iter().find(|member| member.issuer.is_none()) {
            Some(member) if self.iss.len() > 1 => {
                Err(Failure::usage(format!("several --iss, but the key {} is not bound to an issuer", member.label()))
                    .hint("bind each key to its issuer: -k ISS=SPEC"))
            }
            _ => Ok(()),
        }
    }

    /// Requirements on exact values, of `--claim` and `--claim-json`.
    fn equal(&self) -> Result<Vec<ClaimRequirement>, Failure> {
        let mut requirements = Vec::new();
        for text in &self.claim {
            let (name, value) = split_pair("--claim", "NAME=TEXT", text)?;
            requirements.push(ClaimRequirement::text(name, value));
        }
        for text in &self.claim_json {
            let (name, value) = split_pair("--claim-json", "NAME=JSON", text)?;
            let requirement = ClaimRequirement::json(name, value).map_err(|error| {
                Failure::usage(format!("--claim-json: the value of \"{name}\" is not JSON: {error}"))
            })?;
            requirements.push(requirement);
        }
        Ok(requirements)
    }
}
