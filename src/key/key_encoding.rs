//! The encodings in which keys are written.

/// A key encoding (`--encoding`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyEncoding {
    Jwk,
    Jwks,
    Pem,
    Der,
    Raw,
}

impl KeyEncoding {
    pub const ALL: [Self; 5] = [Self::Jwk, Self::Jwks, Self::Pem, Self::Der, Self::Raw];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Jwk => "jwk",
            Self::Jwks => "jwks",
            Self::Pem => "pem",
            Self::Der => "der",
            Self::Raw => "raw",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}
