//! Recommended settings: lifetimes, rotation, cookies, revocation and leeway, as a table and as a policy that issuer
//! and verifier share.

use super::candidates::{CandidateFamily, GRACE};
use super::decision::ScoredCandidate;
use super::inputs::{ClientKind, RecommendInputs};
use crate::product_config::starter::{RefreshRotation, StarterSpec};
use crate::simulate::scenario::units::{DAY, Nanos, SECOND};
use crate::time::Span;
use schemars::JsonSchema;
use serde::Serialize;

/// The recommended settings. Durations are whole seconds; `None` where a setting does not apply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RecommendedSettings {
    /// Lifetime of an access token, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u64>,
    /// Idle timeout of a refresh token, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_idle: Option<u64>,
    /// Absolute lifetime of a refresh token, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_absolute: Option<u64>,
    /// Whether refresh tokens rotate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<bool>,
    /// Reuse grace period in seconds, in which a used refresh token gets the same successor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reuse_grace: Option<u64>,
    /// Idle timeout of a session, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_idle: Option<u64>,
    /// Absolute lifetime of a session, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_absolute: Option<u64>,
    /// Name and attributes of the cookie with the session id or the refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<&'static str>,
    /// How a logout takes effect.
    pub revocation: String,
    /// Leeway of verifiers, in seconds.
    pub leeway: u64,
    /// Signature algorithm.
    pub algorithm: &'static str,
}

const ALGORITHM: &str = "ES256";

/// Idle timeouts: an hour by NIST SP 800-63B-4 §2.2.3 (AAL2); for clients that are opened rarely, common practice.
const IDLE: Nanos = 3_600 * SECOND;
const IDLE_APP: Nanos = 14 * DAY;

/// Lifetime of the internal token that a server with sessions issues for calls to other services.
const INTERNAL: Nanos = 60 * SECOND;

impl RecommendedSettings {
    /// The settings for a candidate.
    pub fn from_candidate(inputs: &RecommendInputs, pick: &ScoredCandidate) -> Self {
        let is_session = pick.family == CandidateFamily::Session;
        let has_refresh = pick.components.iter().any(|part| part.starts_with("refresh tokens"));
        let idle = if inputs.is_opened_seldom() { IDLE_APP } else { IDLE };
        let whole = |nanos: Nanos| nanos / SECOND;
        let rotates = has_refresh && !inputs.confidential;
        Self {
            access_token: (!is_session).then(|| whole(lifetime(inputs, pick))),
            refresh_idle: has_refresh.then(|| whole(idle)),
            refresh_absolute: has_refresh.then(|| whole(inputs.signed_in())),
            rotation: has_refresh.then_some(rotates),
            reuse_grace: rotates.then_some(GRACE),
            session_idle: is_session.then(|| whole(idle)),
            session_absolute: is_session.then(|| whole(inputs.signed_in())),
            cookie: cookie(inputs, is_session, has_refresh),
            revocation: revocation(inputs, pick),
            leeway: 0,
            algorithm: ALGORITHM,
        }
    }

    /// The settings as table rows: name, value, reason.
    pub fn rows(&self, inputs: &RecommendInputs) -> Vec<(&'static str, String, &'static str)> {
        let text = |seconds: Option<u64>| seconds.map(|seconds| Span::seconds(seconds).to_string());
        let lifetimes = [
            ("access token", text(self.access_token), "upper bound of the exposure window without a denylist"),
            ("refresh token, idle timeout", text(self.refresh_idle), "an unused copy must expire (RFC 9700 §4.14.2)"),
            (
                "refresh token, absolute",
                text(self.refresh_absolute),
                "NIST SP 800-63B-4: a day at AAL2, 30 days at AAL1",
            ),
            ("session, idle timeout", text(self.session_idle), "NIST SP 800-63B-4 §2.2.3: an hour at AAL2"),
            ("session, absolute", text(self.session_absolute), "NIST SP 800-63B-4: a day at AAL2, 30 days at AAL1"),
        ];
        let mut rows: Vec<_> =
            lifetimes.into_iter().filter_map(|(name, value, why)| Some((name, value?, why))).collect();
        if let Some(rotates) = self.rotation {
            let grace = self.reuse_grace.unwrap_or(0);
            let value = if rotates { format!("on each use, same successor for {grace} s") } else { "off".to_owned() };
            let why = if rotates {
                "tolerates two tabs and a lost response; later reuse revokes the family"
            } else {
                "does not help a confidential client (FAPI 2.0 §5.3.2.1 item 9)"
            };
            rows.push(("rotation", value, why));
        }
        if let Some(cookie) = self.cookie {
            rows.push(("cookie", cookie.to_owned(), "not readable by scripts, not sent cross-site (RFC 6265bis §4.1)"));
        }
        rows.push(("revocation", self.revocation.clone(), "required for logout and offboarding"));
        let why = if self.access_token.is_some() {
            "clients refresh before expiry; each second of leeway extends the exposure window"
        } else {
            "only the clock of the server matters"
        };
        rows.push(("clock leeway", format!("{} s", self.leeway), why));
        if self.access_token.is_some() {
            rows.push(("algorithm", self.algorithm.to_owned(), "verifiers need only the public key (RFC 8725 §3.1)"));
        }
        if inputs.confidential {
            rows.push(("client", "private_key_jwt or mTLS".to_owned(), "FAPI 2.0 §5.3.2.1: no shared secret"));
        }
        rows
    }

    /// The settings for the configuration of a product that issues or verifies tokens; the user fills in its names.
    pub fn for_product(&self, inputs: &RecommendInputs) -> StarterSpec {
        let span = |seconds: Option<u64>| seconds.map(Span::seconds);
        let access = self.access_token.unwrap_or(inputs.access() / SECOND);
        // Even with application sessions the issuer issues tokens to the application, which renews them.
        let grace = Span::seconds(self.reuse_grace.unwrap_or(GRACE));
        StarterSpec {
            access: Span::seconds(access),
            refresh_absolute: span(self.refresh_absolute.or(self.session_absolute)),
            refresh_idle: span(self.refresh_idle.or(self.session_idle)),
            rotation: (!inputs.confidential).then_some(RefreshRotation { grace }),
            session_absolute: span(self.session_absolute.or(self.refresh_absolute)),
            session_idle: span(self.session_idle.or(self.refresh_idle)),
            leeway: Span::seconds(self.leeway),
            ..StarterSpec::default()
        }
    }

    /// An `authkit.toml` with a policy for `issue` and `verify` (`--policy`), and limits for `audit` and `lint`.
    pub fn policy(&self, inputs: &RecommendInputs) -> String {
        let client = match inputs.clients {
            ClientKind::Machine => "worker",
            ClientKind::Mobile => "mobile-app",
            _ => "web-app",
        };
        match self.access_token {
            Some(seconds) => {
                let ttl = config_duration(seconds);
                format!(
                    "# Policy from `authkit recommend`; replace iss, aud and client_id.\n\
                     # authkit issue --config authkit.toml --policy access --sub alice\n\
                     [policy.access]\niss = \"https://login.example\"\naud = \"https://api.example\"\n\
                     alg = \"{ALGORITHM}\"\nkind = \"at+jwt\"\nttl = \"{ttl}\"\nmax-age = \"{ttl}\"\n\
                     leeway = \"{}s\"\nrequire = [\"sub\", \"jti\"]\nclaim = {{ client_id = \"{client}\" }}\n\n\
                     [limits]\naccess-token-max = \"{ttl}\"\n",
                    self.leeway
                )
            }
            None => format!(
                "# The session itself is not a token. This policy is for internal tokens, valid for a minute, that the\n\
                 # server issues for calls to other services; replace iss and aud.\n\
                 # authkit issue --config authkit.toml --policy internal --sub alice\n\
                 [policy.internal]\niss = \"https://app.example\"\naud = \"https://internal.example\"\n\
                 alg = \"{ALGORITHM}\"\nttl = \"{0}s\"\nmax-age = \"{0}s\"\nleeway = \"0s\"\n\
                 require = [\"sub\", \"jti\"]\n\n[limits]\naccess-token-max = \"{0}s\"\n",
                INTERNAL / SECOND
            ),
        }
    }
}

/// A duration in the syntax of the config file: `15m`, `90s`.
fn config_duration(seconds: u64) -> String {
    let whole = |(size, unit): (u64, &str)| {
        let count = seconds.checked_div(size).filter(|count| *count > 0)?;
        (count.saturating_mul(size) == seconds).then(|| format!("{count}{unit}"))
    };
    [(86_400, "d"), (3_600, "h"), (60, "m")].into_iter().find_map(whole).unwrap_or_else(|| format!("{seconds}s"))
}

/// Lifetime of an access token in nanoseconds: longer if there is another way to revoke it than expiry.
fn lifetime(inputs: &RecommendInputs, pick: &ScoredCandidate) -> Nanos {
    match pick.id {
        "jwt-long" => 30 * DAY,
        "opaque-introspection" => inputs.signed_in(),
        _ if pick.family == CandidateFamily::JwtRevocationList || pick.id == "jwt-central-list" => 900 * SECOND,
        _ => inputs.access(),
    }
}

fn cookie(inputs: &RecommendInputs, is_session: bool, has_refresh: bool) -> Option<&'static str> {
    let browsers = matches!(inputs.clients, ClientKind::ServerRendered | ClientKind::Spa | ClientKind::Mixed);
    if is_session {
        Some("__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax")
    } else if has_refresh && browsers {
        Some("__Host-refresh; Path=/; Secure; HttpOnly; SameSite=Strict (the access token stays in memory)")
    } else {
        None
    }
}

fn revocation(inputs: &RecommendInputs, pick: &ScoredCandidate) -> String {
    let (within, reconcile) = (Span::seconds(inputs.within / SECOND), Span::seconds(inputs.reconcile() / SECOND));
    match pick.id {
        "session-cached" => format!("delete the session; caches expire within {within}"),
        _ if pick.family == CandidateFamily::Session => "delete the session".to_owned(),
        "jwt-only" => "revoke the client's credentials; its last token expires".to_owned(),
        "jwt-long" => "none: the token is valid until it expires".to_owned(),
        "jwt-pushed-list" => {
            format!(
                "revoke the family, push the jti, read the full list every {reconcile}; keep entries until exp + leeway"
            )
        }
        "jwt-polled-list" | "jwt-central-list" => {
            "revoke the family, add the jti to the denylist; keep entries until exp + leeway".to_owned()
        }
        "jwt-version" => "increment the user's version and revoke the refresh tokens".to_owned(),
        "opaque-introspection" => "revoke the token at the issuer".to_owned(),
        _ => "revoke the refresh token family; access tokens expire".to_owned(),
    }
}
