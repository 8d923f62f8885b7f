//! Configuration to start from: what was decided about tokens and sessions, in the words and units of one product.
//!
//! Each product has a file with a `pub(super) static STARTER: Starter`, and two lines here, the `mod` and the entry.
//! What is written is recognised by the format of the same name and passes its rules; what a product has no setting
//! for is not written, and [`Starter::write`] says so.

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

/// One product's starter.
pub struct Starter {
    /// The name of its format.
    pub id: &'static str,
    /// The file that it is usually kept in.
    pub file: &'static str,
    /// What has to be filled in by hand, in a sentence.
    pub left_to_you: &'static str,
    kind: Kind,
    /// The settings that it can hold.
    keeps: &'static [SettingRole],
    /// What the product takes of a length of time.
    limits: &'static [DurationRange],
    /// Its clients are public, so that refresh tokens are rotated, asked for or not (RFC 9700 §2.2.2).
    public_only: bool,
    text: fn(&StarterSpec) -> String,
}

/// What a product does with tokens and sessions: nobody asks a verifier how long a refresh token lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Issuer,
    /// It keeps sessions of its own that rest on an issuer's.
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

/// The shortest and the longest time that a product takes for a setting.
struct DurationRange {
    role: SettingRole,
    least: u64,
    most: u64,
}

/// What lasts no time is of no use, and several products take 0 for no limit at all.
const LIVES: [DurationRange; 5] = [
    DurationRange { role: SettingRole::AccessTokenLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::RefreshLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::RefreshIdle, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::SessionLifetime, least: 1, most: u64::MAX },
    DurationRange { role: SettingRole::SessionIdle, least: 1, most: u64::MAX },
];

/// A configuration, and where it is not what was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StarterText {
    pub text: String,
    /// A sentence each, for eyes.
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
    /// The configuration for what was decided.
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
                let bound = if fitted > wanted { "no less than" } else { "no more than" };
                notes.push(format!(
                    "{}: {wanted} was asked for; {} takes {bound} {fitted}",
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
                notes.push(format!("{}: {} has no setting for it ({span} was asked for)", role.name(), self.id));
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
