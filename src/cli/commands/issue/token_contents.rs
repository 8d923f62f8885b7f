//! Header and claims of a token to issue, from flags and the file of `--claims`. A name that is set by two flags is an
//! error, so no value is dropped silently.

use super::IssueCommand;
use super::certificates::HeaderCertificates;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::pair::split_pair;
use authkit::encoding::base64url;
use authkit::encoding::json::{self, JsonObject};
use authkit::key::Key;
use authkit::time::{Span, UnixTime};
use authkit::token::header::JoseHeader;
use authkit::token::json_builder::JsonObjectBuilder;
use authkit::token::kind::TokenKind;
use authkit::token::verify::{HeaderUse, header_reasons};
use rand_core::CryptoRng;

/// Default lifetime, 15 minutes: long enough for requests, short enough to limit the use of a stolen token.
const DEFAULT_TTL: Span = Span::seconds(900);

/// Length of a random jti in bytes: 128 bits.
const JTI_BYTES: usize = 16;

impl IssueCommand {
    /// The JOSE header: alg, typ and kid, then certificates, then `--header` and `--header-json`.
    ///
    /// # Errors
    /// An invalid flag, a changed alg, or a header that every verifier would reject.
    pub(super) fn header(
        &self,
        key: &Key,
        alg_name: &str,
        kind: Option<&'static TokenKind>,
        certificates: &HeaderCertificates,
    ) -> Result<JsonObjectBuilder, Failure> {
        let mut header = JsonObjectBuilder::default();
        header.set_text("alg", alg_name);
        header.set_text("typ", self.typ.as_deref().or(kind.map(|kind| kind.typ)).unwrap_or("JWT"));
        if let Some(kid) = &key.kid {
            header.set_text("kid", kid);
        }
        certificates.write(&mut header);
        set_all(&mut header, "--header", &self.header_text, &self.header_json, |_| None)?;
        let json = header.to_json();
        let read = JsonObject::parse(&json)
            .map(JoseHeader::from_object)
            .map_err(|error| Failure::internal(error.to_string()))?;
        if read.alg.present().map(|alg| &**alg) != Some(alg_name) {
            return Err(Failure::usage("--header cannot change alg: the algorithm comes from the key")
                .hint("select one of the key's algorithms with --alg"));
        }
        let mut reasons = Vec::new();
        header_reasons(&read, HeaderUse::Jwt, &[], &mut reasons);
        match reasons.first() {
            Some(reason) => Err(Failure::usage(format!("a token with this header would be rejected: {reason}"))),
            None => Ok(header),
        }
    }

    /// The claims of `--claims`, before any other flag is applied.
    pub(super) fn claims_given(&self, context: &Context) -> Result<JsonObjectBuilder, Failure> {
        Ok(match self.claims_file.as_deref() {
            None => JsonObjectBuilder::default(),
            Some(file) => {
                let input = if file == "-" {
                    input::read_stdin(context, "--claims", input::MAX_INPUT_BYTES)?
                } else {
                    input::read_file(std::path::Path::new(file), input::MAX_INPUT_BYTES)?
                };
                let input = input::decode_text(context, input);
                let read = json::text(input.bytes.expose()).and_then(JsonObject::parse);
                JsonObjectBuilder::from_object(&read.map_err(|error| {
                    Failure::input(format!("{}:{}:{}: {}", input.name, error.line, error.column, error.message))
                })?)
            }
        })
    }

    /// `claims` with the values of the flags; `longest` is the maximum token lifetime of the key store.
    pub(super) fn claims(
        &self,
        mut claims: JsonObjectBuilder,
        context: &Context,
        longest: Option<Span>,
    ) -> Result<JsonObjectBuilder, Failure> {
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
        self.times(context.current_time(), longest, &mut claims)?;
        let flags = [
            ("iss", "--iss", self.iss.is_some()),
            ("sub", "--sub", self.sub.is_some()),
            ("aud", "--aud", !self.aud.is_empty()),
            ("scope", "--scope", !self.scope.is_empty()),
            ("exp", "--exp", self.exp.is_some()),
            ("exp", "--ttl", self.ttl.is_some()),
            ("nbf", "--nbf", self.nbf.is_some()),
            ("iat", "--iat", self.iat.is_some()),
            ("jti", "--jti", matches!(self.jti, Some(Some(_)))),
        ];
        let both = |name: &str| {
            flags.iter().find(|(claim, _, given)| *given && overlaps(claim, name)).map(|(_, flag, _)| *flag)
        };
        set_all(&mut claims, "--claim", &self.claims_text, &self.claims_json, both)?;
        self.given_jti(&mut claims);
        Ok(claims)
    }

    fn times(&self, now: UnixTime, longest: Option<Span>, claims: &mut JsonObjectBuilder) -> Result<(), Failure> {
        let at = |flag: &str, text: &str| {
            UnixTime::parse(text, now).map_err(|error| Failure::usage(format!("{flag}: {error}")))
        };
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
            let ttl = self
                .ttl
                .as_deref()
                .map(|text| Span::parse(text).map_err(|error| Failure::usage(format!("--ttl: {error}"))))
                .transpose()?;
            let default = longest.map_or(DEFAULT_TTL, |longest| longest.min(DEFAULT_TTL));
            // The lifetime counts from iat.
            claims.set_number("exp", iat.unwrap_or(now).plus(ttl.unwrap_or(default)).0);
        }
        Ok(())
    }

    /// Whether each token of `--count` gets a new random jti.
    pub(super) fn draws_jti(&self, claims: &JsonObjectBuilder) -> bool {
        match &self.jti {
            _ if self.no_jti => false,
            Some(Some(_)) => false,
            Some(None) => true,
            None => !claims.has("jti"),
        }
    }

    /// Sets the jti of `--jti`, or removes it for `--no-jti`; a random one is set per token by [`draw_jti`].
    pub(super) fn given_jti(&self, claims: &mut JsonObjectBuilder) {
        match &self.jti {
            _ if self.no_jti => claims.remove("jti"),
            Some(Some(value)) => claims.set_text("jti", value),
            _ => {}
        }
    }
}

/// Whether two names of claims, each a member or a JSON Pointer, set the same value or one within the other.
pub(super) fn overlaps(one: &str, other: &str) -> bool {
    let pointer = |name: &str| match name.starts_with('/') {
        true => format!("{name}/"),
        false => format!("/{}/", name.replace('~', "~0").replace('/', "~1")),
    };
    let (one, other) = (pointer(one), pointer(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// Sets a jti of 128 random bits.
pub(super) fn draw_jti(claims: &mut JsonObjectBuilder, rng: &mut dyn CryptoRng) {
    let mut bytes = [0; JTI_BYTES];
    rng.fill_bytes(&mut bytes);
    claims.set_text("jti", &base64url::encode(&bytes));
}

/// Applies `NAME=TEXT` and `NAME=JSON` flags; a name that is set twice is an error, so no value is dropped.
///
/// `both` names the flag of its own that sets a member, too. A name with a leading slash is a JSON Pointer, as for verify.
fn set_all(
    members: &mut JsonObjectBuilder,
    flag: &str,
    texts: &[String],
    jsons: &[String],
    both: impl Fn(&str) -> Option<&'static str>,
) -> Result<(), Failure> {
    let mut seen: Vec<&str> = Vec::new();
    for (text, is_json) in texts.iter().map(|text| (text, false)).chain(jsons.iter().map(|text| (text, true))) {
        let flag = if is_json { format!("{flag}-json") } else { flag.to_owned() };
        let (name, value) = split_pair(&flag, if is_json { "NAME=JSON" } else { "NAME=TEXT" }, text)?;
        match seen.iter().find(|other| overlaps(other, name)) {
            Some(other) if *other == name => {
                return Err(Failure::usage(format!("{flag}: \"{name}\" is set twice")));
            }
            Some(other) => {
                return Err(Failure::usage(format!("{flag}: \"{name}\" and \"{other}\" set the same value")));
            }
            None => {}
        }
        if let Some(other) = both(name) {
            return Err(Failure::usage(format!("{flag}: \"{name}\" is set by {other}, too")));
        }
        seen.push(name);
        let quoted = serde_json::Value::from(value).to_string();
        let value = json::JsonValue::parse(if is_json { value } else { &quoted }).map_err(|error| {
            Failure::usage(format!("{flag}: the value of \"{name}\" is not JSON: {error}"))
                .hint(format!("quote a string: '{name}=\"…\"'"))
        })?;
        if name.starts_with('/') {
            members
                .set_at(name, value)
                .map_err(|_| Failure::usage(format!("{flag}: {name} leads through a value that is not an object")))?;
        } else {
            members.set(name, value);
        }
    }
    Ok(())
}
