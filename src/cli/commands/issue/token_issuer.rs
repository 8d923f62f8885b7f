//! Signing of one token or of `--count` tokens. The token rules run first: their findings are reported,
//! and with `--strict` no such token is issued.

use super::token_contents::draw_jti;
use super::{IssueCommand, IssueKeyOutput, IssueOutput};
use crate::cli::commands::RunCommand as _;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::global_args::OutputFormat;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::alg;
use authkit::encoding::json::JsonError;
use authkit::finding::{Finding, Severity};
use authkit::key::Key;
use authkit::key::certificate::CertificateSummary;
use authkit::key::validation::Weakness;
use authkit::report::json::{self, Envelope};
use authkit::report::{Artefact, Report, Verdict};
use authkit::rule;
use authkit::rule::key::CERTIFICATE_EXPIRED;
use authkit::rule::token::HEADER_KEY_REFERENCE;
use authkit::rule_config::RuleConfig;
use authkit::secret::Secret;
use authkit::time::Span;
use authkit::token::claims::{Claim, ClaimProblem, Claims};
use authkit::token::header::JoseHeader;
use authkit::token::json_builder::{self, JsonObjectBuilder};
use authkit::token::kind::TokenKind;
use rand_core::CryptoRng;
use serde_json::value::RawValue;

/// Inputs that are the same for every token of `--count`.
pub struct TokenIssuer<'a> {
    pub issue: &'a IssueCommand,
    pub context: &'a Context,
    /// The claims of `--claims`.
    pub given: JsonObjectBuilder,
    pub kind: Option<&'static TokenKind>,
    pub header: JsonObjectBuilder,
    pub signer: alg::Signer,
    pub key: &'a Key,
    pub source: &'a str,
    pub weakness: Option<Weakness>,
    /// Certificates that the header contains or identifies.
    pub certificates: Vec<CertificateSummary>,
    /// Maximum token lifetime of a key store with a rotation policy.
    pub longest: Option<Span>,
}

impl TokenIssuer<'_> {
    /// Issues one token.
    ///
    /// # Errors
    /// Claims that every verifier would reject, or a failed signature.
    pub fn issue_one(&self, rng: &mut dyn CryptoRng) -> Result<Outcome, Failure> {
        let mut claims = self.issue.claims(self.given.clone(), self.context, self.longest)?;
        if self.issue.draws_jti(&claims) {
            draw_jti(&mut claims, rng);
        }
        let token = self.sign(&claims)?;
        let findings = self.check(&claims, token.expose().len())?;
        if self.issue.strict && !findings.is_empty() {
            return self.refuse(findings);
        }
        let data = self.data(&token, &claims)?;
        let report = Report::new(IssueCommand::NAME, Verdict::Done, &data)?;
        let artefact = Some(Artefact::line(token.expose().clone()));
        Ok(Outcome { artefact, ..Outcome::new(Report { findings, ..report }) })
    }

    /// Issues `count` tokens to `lines`, one per line.
    ///
    /// # Errors
    /// As [`Self::issue_one`], or a failed write.
    pub fn issue_many(
        &self,
        count: u64,
        rng: &mut dyn CryptoRng,
        lines: &mut dyn LineSink,
    ) -> Result<Outcome, Failure> {
        let mut claims = self.issue.claims(self.given.clone(), self.context, self.longest)?;
        let draws = self.issue.draws_jti(&claims);
        if draws {
            draw_jti(&mut claims, rng);
        }
        let findings = self.check(&claims, self.sign(&claims)?.expose().len())?;
        if self.issue.strict && !findings.is_empty() {
            return self.refuse(findings);
        }
        for index in 0..count {
            if draws {
                draw_jti(&mut claims, rng);
            }
            let token = self.sign(&claims)?;
            let line = match self.context.format {
                OutputFormat::Json => {
                    let (schema, data) = (format!("authkit/{}/v1", IssueCommand::NAME), self.data(&token, &claims)?);
                    json::line(&Envelope {
                        schema,
                        index: Some(index),
                        verdict: Verdict::Done,
                        data,
                        findings: &findings,
                    })?
                }
                _ => format!("{}\n", token.expose()),
            };
            if !lines.write(line.as_bytes())? {
                break;
            }
        }
        let report = Report::new(IssueCommand::NAME, Verdict::Done, &())?;
        Ok(Outcome::new(Report { findings, streamed: true, ..report }))
    }

    fn sign(&self, claims: &JsonObjectBuilder) -> Result<Secret<String>, Failure> {
        json_builder::sign(&self.header, claims, &self.signer).map_err(|error| Failure::internal(error.to_string()))
    }

    /// `--strict`: the findings instead of a token.
    fn refuse(&self, findings: Vec<Finding>) -> Result<Outcome, Failure> {
        let report = Report::new(IssueCommand::NAME, Verdict::Missed, &IssueOutput::default())?;
        let hints = vec!["no token was issued; omit --strict to issue it despite its findings".to_owned()];
        Ok(Outcome::new(Report { findings, hints, ..report }))
    }

    /// The findings of the token rules. Fails for a token that every verifier would reject.
    fn check(&self, claims: &JsonObjectBuilder, bytes: usize) -> Result<Vec<Finding>, Failure> {
        let bug = |error: JsonError| Failure::internal(error.to_string());
        let (header, claims) = (self.header.to_json(), claims.to_json());
        let (header, claims) = (JoseHeader::parse(&header).map_err(bug)?, Claims::parse(&claims).map_err(bug)?);
        check_registered_claims(&claims)?;
        self.check_lifetime(&claims)?;
        if let Some(kind) = self.kind {
            check_kind(&claims, kind)?;
        }
        let policy = RuleConfig::default();
        let view = rule::token::TokenView::new(&header, &claims, bytes);
        let mut findings = rule::run_rules(rule::token::RULES, &view, &policy);
        // Findings of severity info are left to authkit inspect.
        findings.retain(|finding| finding.severity > Severity::Info && !self.is_requested(finding));
        findings.extend(self.check_key(&header, &policy));
        Ok(findings)
    }

    /// Whether the finding only reports the `x5c` that `--x5c` requested; its certificate is known to match the signing
    /// key.
    fn is_requested(&self, finding: &Finding) -> bool {
        let pointer = finding.location.pointer.as_deref();
        self.issue.x5c.is_some() && finding.rule == HEADER_KEY_REFERENCE && pointer == Some("/header/x5c")
    }

    /// Findings on a weak key and on expired certificates of the token.
    fn check_key(&self, header: &JoseHeader<'_>, policy: &RuleConfig) -> Vec<Finding> {
        let Some(algorithm) = header.alg.present().and_then(|name| alg::find(name)) else { return Vec::new() };
        if self.weakness.is_none() && self.certificates.is_empty() {
            return Vec::new();
        }
        let view = rule::key::KeyView::new(self.key, self.context.current_time()).for_algorithm(algorithm);
        let mut findings = rule::run_rules(rule::key::RULES, &view.with_certificates(&self.certificates), policy);
        findings.retain(|finding| {
            finding.severity > Severity::Info && (self.weakness.is_some() || finding.rule == CERTIFICATE_EXPIRED)
        });
        findings
    }

    /// A token must expire before the rotation withdraws its key; afterwards verifiers would reject it.
    fn check_lifetime(&self, claims: &Claims<'_>) -> Result<(), Failure> {
        let Some(longest) = self.longest else { return Ok(()) };
        let latest = self.context.current_time().plus(longest);
        let problem = match claims.exp {
            Claim::Present(exp) if exp.ceil() <= latest => return Ok(()),
            Claim::Present(exp) => {
                format!(
                    "exp {} exceeds the maximum lifetime {longest} of {} (latest: {latest})",
                    exp.ceil(),
                    self.source
                )
            }
            _ => format!(
                "a token of {} must expire: its keys are withdrawn when their last token has expired",
                self.source
            ),
        };
        Err(Failure::usage(problem)
            .hint("raise the limit with authkit keys rotate --token-ttl DURATION, or name another key with -k"))
    }

    fn data(&self, token: &Secret<String>, claims: &JsonObjectBuilder) -> Result<IssueOutput, Failure> {
        Ok(IssueOutput {
            token: Some(token.expose().clone()),
            header: Some(RawValue::from_string(self.header.to_json())?),
            claims: Some(RawValue::from_string(claims.to_json())?),
            key: Some(IssueKeyOutput {
                kid: self.key.kid.clone(),
                thumbprint: self.key.thumbprint(),
                source: self.source.to_owned(),
            }),
            bytes: Some(token.expose().len()),
        })
    }
}

/// Registered claims must have the types of RFC 7519 §4.1; milliseconds are a separate finding.
fn check_registered_claims(claims: &Claims<'_>) -> Result<(), Failure> {
    fn fault<T>(claim: &Claim<T>) -> Option<ClaimProblem> {
        if let Claim::Malformed(fault) = claim { Some(*fault) } else { None }
    }
    let all = [
        ("exp", fault(&claims.exp)),
        ("nbf", fault(&claims.nbf)),
        ("iat", fault(&claims.iat)),
        ("iss", fault(&claims.iss)),
        ("sub", fault(&claims.sub)),
        ("aud", fault(&claims.aud)),
        ("jti", fault(&claims.jti)),
    ];
    match all
        .into_iter()
        .find_map(|(name, fault)| Some((name, fault.filter(|fault| *fault != ClaimProblem::Milliseconds)?)))
    {
        Some((name, fault)) => Err(Failure::usage(format!(
            "claim \"{name}\" is {}; every verifier would reject the token",
            fault.describe()
        ))),
        None => Ok(()),
    }
}

/// Checks the claims against the token kind of `--kind`.
fn check_kind(claims: &Claims<'_>, kind: &TokenKind) -> Result<(), Failure> {
    let missing: Vec<&str> = kind.missing(claims).collect();
    let problem = if !missing.is_empty() {
        format!("a token of kind {} requires {}", kind.name, missing.join(", "))
    } else if let Some((name, fault)) = TokenKind::ill_typed(claims).next() {
        format!("in a token of kind {}, {name} must not be {}", kind.name, fault.describe())
    } else if let Some(name) = kind.present_though_forbidden(claims).next() {
        format!("a token of kind {} must not have {name}", kind.name)
    } else if let Some(problem) = (kind.check)(claims) {
        format!("not a token of kind {}: {problem}", kind.name)
    } else {
        return Ok(());
    };
    Err(Failure::usage(problem).hint(format!("see {}", kind.source)))
}
