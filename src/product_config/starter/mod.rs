//! Starter configurations: decisions about tokens and sessions, written in the settings and units of one product.
//!
//! Each product has a file with a `pub(super) static STARTER: Starter`, and two lines here, the `mod` and the entry.
//! The written text is recognised by the format of the same name and passes its rules; [`Starter::write`] adds a note
//! for every decision for which the product has no setting.

use super::setting::SettingRole;
use crate::time::Span;

mod cognito;
mod envoy;
mod gotrue;
mod hydra;
mod istio;
mod keycloak;
mod kong;
mod kratos;
mod literals;
mod oauth2_proxy;
mod spec;
mod supabase;

pub use spec::{CookieFlags, RefreshRotation, StarterSameSite, StarterSpec};

/// The starter of a product.
pub struct Starter {
    /// The name of its format.
    pub id: &'static str,
    /// The usual name of the file.
    pub file: &'static str,
    /// What remains to be configured by hand, as a phrase.
    pub left_to_you: &'static str,
    kind: Kind,
    /// The settings that it supports.
    keeps: &'static [SettingRole],
    /// The durations that the product accepts.
    limits: &'static [DurationRange],
    /// Its clients are public, so refresh tokens are always rotated (RFC 9700 §2.2.2).
    public_only: bool,
    text: fn(&StarterSpec) -> String,
}

/// The role of a product for tokens and sessions: a verifier has no refresh token lifetime, for example.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Issuer,
    /// Keeps its own sessions on top of those of an issuer.
    Proxy,
    Verifier,
}

impl Kind {
    const fn concerns(self, role: SettingRole) -> bool {
        match self {
            Self::Issuer => !matches!(role, SettingRole::ClockSkew),
            Self::Proxy => matches!(
                role,
                SettingRole::AccessTokenLifetime | SettingRole::SessionIdle | SettingRole::SessionLifetime
            ),
            Self::Verifier => matches!(role, SettingRole::AccessTokenLifetime | SettingRole::ClockSkew),
        }
    }
}

/// The minimum and maximum duration that a product accepts for a setting.
struct DurationRange {
    role: SettingRole,
    least: u64,
    most: u64,
}

/// A duration of zero is useless, and several products read 0 as no limit at all.
const LIVES: [DurationRange; 5] = [
    DurationRange { role: SettingRole::AccessTokenLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::RefreshLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::RefreshIdle, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::SessionLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::SessionIdle, least: 1, most: u64::MAX },
];

/// A configuration text, and its deviations from the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StarterText {
    /// The content of the file, with a newline at its end.
    pub text: String,
    /// One human-readable sentence each.
    pub notes: Vec<String>,
}

/// All starters, sorted by id.
pub static STARTERS: &[&Starter] = &[
    &cognito::STARTER,
    &envoy::STARTER,
    &gotrue::STARTER,
    &hydra::STARTER,
    &istio::STARTER,
    &keycloak::STARTER,
    &kong::STARTER,
    &kratos::STARTER,
    &oauth2_proxy::STARTER,
    &supabase::STARTER,
];

/// The starter of a format.
pub fn find(id: &str) -> Option<&'static Starter> {
    STARTERS.iter().copied().find(|starter| starter.id == id)
}

impl Starter {
    /// Writes the configuration for these decisions.
    pub fn write(&self, asked: &StarterSpec) -> StarterText {
        let (mut given, mut notes) = (asked.clone(), Vec::new());
        for limit in LIVES.iter().chain(self.limits) {
            let Some(wanted) = asked.span(limit.role) else { continue };
            let fitted = Span::seconds(wanted.as_seconds().clamp(limit.least, limit.most));
            if fitted != wanted {
                given.set_span(limit.role, fitted);
                if !self.keeps(limit.role) {
                    continue;
                }
                let bound = if fitted > wanted { "at least" } else { "at most" };
                notes.push(format!(
                    "{}: {wanted} was requested; {} accepts {bound} {fitted}",
                    limit.role.name(),
                    self.id
                ));
            }
        }
        if self.public_only && asked.rotation.is_none() {
            given.rotation = Some(RefreshRotation { grace: Span::seconds(0) });
            notes.push(format!("refresh-rotation: clients of {} are public, so refresh tokens are rotated", self.id));
        }
        for (role, span) in asked.spans() {
            if self.kind.concerns(role) && !self.keeps.contains(&role) {
                notes.push(format!("{}: {} has no setting for it ({span} was requested)", role.name(), self.id));
            }
        }
        StarterText { text: (self.text)(&given), notes }
    }

    /// Whether the product has a setting for a role.
    pub fn keeps(&self, role: SettingRole) -> bool {
        self.keeps.contains(&role)
    }
}

#[cfg(test)]
mod tests;
