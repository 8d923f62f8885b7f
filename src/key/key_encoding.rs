//! The encodings in which keys are written.

/// A key encoding (`--encoding`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyEncoding {
    /// One JSON Web Key (RFC 7517 §4).
    Jwk,
    /// A JWK Set (RFC 7517 §5).
    Jwks,
    /// PEM (RFC 7468).
    Pem,
    /// DER: PKCS#8, SPKI, PKCS#1 or SEC 1.
    Der,
    /// The bytes of an HMAC secret.
    Raw,
}

impl KeyEncoding {
    /// Every encoding.
    pub const ALL: [Self; 5] = [Self::Jwk, Self::Jwks, Self::Pem, Self::Der, Self::Raw];

    /// The name, as for `--encoding`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jwk => "jwk",
            Self::Jwks => "jwks",
            Self::Pem => "pem",
            Self::Der => "der",
            Self::Raw => "raw",
        }
    }

    /// The encoding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}
