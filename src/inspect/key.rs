//! Description of a key: type, size, names, dates, certificates. Never its private parts.

use crate::encoding::escape;
use crate::finding::Finding;
use crate::key::certificate::{self, CertificateSummary};
use crate::key::{Key, Material, SHORT_KID, encode};
use crate::rule;
use crate::rule_config::RuleConfig;
use crate::time::UnixTime;
use base64ct::{Base64, Encoding as _};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A described key.
#[derive(Serialize, JsonSchema, Debug, Clone)]
pub struct KeyDescription {
    /// `private`, `public` or `secret`.
    pub part: &'static str,
    /// `kty` of the JWK: `RSA`, `EC`, `OKP`, `oct`.
    pub kty: &'static str,
    /// `P-256`, `P-384`, `P-521`, `secp256k1` or `Ed25519`; absent for an RSA key and for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<&'static str>,
    /// Length in bits of the modulus, of the curve's field, or of the secret.
    pub bits: usize,
    /// Key id (RFC 7517 §4.5), as in the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// As in the key; absent: any of `algorithms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// All algorithms for keys of this type.
    pub algorithms: Vec<&'static str>,
    /// Intended use, `sig` or `enc` (RFC 7517 §4.2), as in the key.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Permitted operations, such as `sign` and `verify` (RFC 7517 §4.3), as in the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_ops: Option<Vec<String>>,
    /// RFC 7638, SHA-256, base64url; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
    /// SHA-256 over the SubjectPublicKeyInfo in DER, lower-case hexadecimal; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The same digest as GitHub and Snowflake show it: `SHA256:` and base64; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint_base64: Option<String>,
    /// The fingerprint of `ssh-keygen -l`; absent for a secret, and for secp256k1, which SSH does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_fingerprint: Option<String>,
    /// Unix seconds, as in the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Start of the validity period in Unix seconds, as in the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// End of the validity period in Unix seconds, as in the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// X.509 certificates of the key, leaf first; one that cannot be parsed is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificateDescription>,
}

/// A described certificate; its chain is not checked.
#[derive(Serialize, JsonSchema, Debug, Clone)]
pub struct CertificateDescription {
    /// Distinguished name of the subject (RFC 5280 §4.1.2.6).
    pub subject: String,
    /// Distinguished name of the issuer (RFC 5280 §4.1.2.4).
    pub issuer: String,
    /// Serial number (RFC 5280 §4.1.2.2) in lower-case hexadecimal, at most its first 64 bytes.
    pub serial: String,
    /// Unix seconds.
    pub not_before: i64,
    /// End of the validity period in Unix seconds.
    pub not_after: i64,
    /// SHA-256 over the DER.
    pub sha256: String,
}

impl From<&CertificateSummary> for CertificateDescription {
    fn from(summary: &CertificateSummary) -> Self {
        Self {
            subject: summary.subject.clone(),
            issuer: summary.issuer.clone(),
            serial: summary.serial_hex.clone(),
            not_before: summary.not_before.0,
            not_after: summary.not_after.0,
            sha256: summary.sha256.clone(),
        }
    }
}

/// Describes a key and checks it by the rules for keys.
pub fn describe(key: &Key, now: UnixTime, policy: &RuleConfig) -> (KeyDescription, Vec<Finding>) {
    let summaries: Vec<CertificateSummary> =
        key.certificates.iter().filter_map(|der| certificate::summary(der).ok()).collect();
    let view = rule::key::KeyView::new(key, now).with_certificates(&summaries);
    let findings = rule::run_rules(rule::key::RULES, &view, policy);
    let date = |name: &str| key.others.get(name).and_then(serde_json::Value::as_i64);
    let part = match (key.is_secret(), key.is_private()) {
        (true, _) => "secret",
        (_, true) => "private",
        _ => "public",
    };
    let curve = match &key.material {
        Material::Ec(ec) => Some(ec.curve.name()),
        Material::Ed25519(_) => Some("Ed25519"),
        _ => None,
    };
    let digest = encode::spki(key).map(|der| Sha256::digest(&*der));
    let description = KeyDescription {
        part,
        kty: key.type_name(),
        curve,
        bits: key.bits(),
        kid: key.kid.clone(),
        alg: key.alg.clone(),
        algorithms: key.algorithms().map(|algorithm| algorithm.name).collect(),
        usage: key.usage.clone(),
        key_ops: key.operations.clone(),
        thumbprint: key.thumbprint(),
        fingerprint: digest.map(|digest| base16ct::lower::encode_string(&digest)),
        fingerprint_base64: digest.map(|digest| format!("SHA256:{}", Base64::encode_string(&digest))),
        ssh_fingerprint: key.ssh_fingerprint(),
        iat: date("iat"),
        nbf: date("nbf"),
        exp: date("exp"),
        certificates: summaries.iter().map(CertificateDescription::from).collect(),
    };
    (description, findings)
}

impl KeyDescription {
    /// `EC P-256 private key, ES256, kid YvD6f_DlTmt9…`
    pub fn title(&self) -> String {
        let Self { kty, bits, part, .. } = self;
        let kind = match (self.curve, *kty) {
            (Some(curve), _) => format!("{kty} {curve} {part} key"),
            (None, "oct") => format!("HMAC secret of {bits} bits"),
            (None, _) => format!("{kty} {part} key of {bits} bits"),
        };
        let alg = self.alg.as_deref().map_or_else(|| "any algorithm".to_owned(), |alg| escape::name(alg, SHORT_KID));
        let kid = self
            .kid
            .as_deref()
            .map_or_else(|| "no kid".to_owned(), |kid| format!("kid {}", escape::name(kid, SHORT_KID)));
        format!("{kind}, {alg}, {kid}")
    }

    /// Labels and values for human-readable output.
    pub fn fields(&self, now: UnixTime) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        let mut add = |name, value: Option<String>| fields.extend(value.map(|value| (name, value)));
        add("kid", self.kid.clone());
        add("algorithm", Some(self.alg.clone().unwrap_or_else(|| format!("any of {}", self.algorithms.join(", ")))));
        add("bits", Some(self.bits.to_string()));
        add("use", self.usage.clone());
        add("key_ops", self.key_ops.as_ref().map(|operations| operations.join(", ")));
        add("thumbprint", self.thumbprint.clone());
        add("fingerprint", self.fingerprint.clone().map(|hex| format!("sha256:{hex}")));
        add("", self.fingerprint_base64.clone());
        add("ssh", self.ssh_fingerprint.clone());
        for (name, date) in [("created", self.iat), ("not before", self.nbf), ("expires", self.exp)] {
            add(name, date.map(|date| format!("{} ({})", UnixTime(date), UnixTime(date).relative_to(now))));
        }
        for certificate in &self.certificates {
            let ends = UnixTime(certificate.not_after);
            add("subject", Some(certificate.subject.clone()));
            add("issuer", Some(certificate.issuer.clone()));
            add("serial", Some(certificate.serial.clone()));
            add(
                "valid",
                Some(format!("{} to {ends} (ends {})", UnixTime(certificate.not_before), ends.relative_to(now))),
            );
            add("cert sha256", Some(certificate.sha256.clone()));
        }
        fields
    }
}
