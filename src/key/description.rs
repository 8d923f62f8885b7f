//! The name of what a supposed secret is, and the way out.

/// What bytes describe that are not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Description {
    /// With an article: `an SSH public key`.
    pub what: &'static str,
    /// What to do instead.
    pub hint: Option<&'static str>,
    /// Whether it is public: it is never a secret, also if the caller says so.
    pub is_public: bool,
}

impl Description {
    pub(super) const fn public(what: &'static str, hint: Option<&'static str>) -> Self {
        Self { what, hint, is_public: true }
    }

    pub(super) const fn private(what: &'static str, hint: Option<&'static str>) -> Self {
        Self { what, hint, is_public: false }
    }

    /// Neither public nor a private key: its bytes may be meant as a secret.
    pub(super) const fn other(what: &'static str) -> Self {
        Self { what, hint: Some(RAW), is_public: false }
    }
}

/// The way out for bytes that are meant as a secret.
pub(super) const RAW: &str = "pass raw:PATH to read the bytes as a secret";
