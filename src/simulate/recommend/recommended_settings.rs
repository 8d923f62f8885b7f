//! What to begin with: lifetimes, rotation, cookies, revocation and clocks as a table, and as a policy that issuer and
//! verifier share.

use super::candidates::{CandidateFamily, GRACE};
use super::decision::ScoredCandidate;
use super::inputs::{ClientKind, RecommendInputs};
use crate::product_config::starter::{RefreshRotation, StarterSpec};
use crate::simulate::scenario::units::{DAY, Nanos, SECOND};
use crate::time::Span;
use schemars::JsonSchema;
use serde::Serialize;

/// Lifetimes and switches. Durations are whole seconds; `None` where there is no such thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RecommendedSettings {
    /// Seconds that an access token lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u64>,
    /// Seconds after which a refresh token that nobody used ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_idle: Option<u64>,
    /// Seconds after which a refresh token ends however much it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_absolute: Option<u64>,
    /// Whether a refresh token works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<bool>,
    /// Seconds for which a spent refresh token is answered with the same successor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reuse_grace: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_idle: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_absolute: Option<u64>,
    /// The attributes of the cookie that carries the session, or the refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<&'static str>,
    /// What a logout does.
    pub revocation: String,
    /// Seconds that verifiers add to `exp`.
    pub leeway: u64,
    pub algorithm: &'static str,
}

const ALGORITHM: &str = "ES256";

/// NIST SP 800-63B-4 §2.2.3 (AAL2): an hour of inactivity. Of what is opened seldom, practice.
const IDLE: Nanos = 3_600 * SECOND;
const IDLE_APP: Nanos = 14 * DAY;

/// How long a token lives that speaks for a session behind the server that keeps it.
const INTERNAL: Nanos = 60 * SECOND;

impl RecommendedSettings {
    pub fn from_candidate(situation: &RecommendInputs, pick: &ScoredCandidate) -> Self {
        let is_session = pick.family == CandidateFamily::Session;
        let has_refresh = pick.parts.iter().any(|part| part.starts_with("refresh tokens"));
        let idle = if situation.is_opened_seldom() { IDLE_APP } else { IDLE };
        let whole = |nanos: Nanos| nanos / SECOND;
        let rotates = has_refresh && !situation.confidential;
        Self {
            access_token: (!is_session).then(|| whole(lifetime(situation, pick))),
            refresh_idle: has_refresh.then(|| whole(idle)),
            refresh_absolute: has_refresh.then(|| whole(situation.signed_in())),
            rotation: has_refresh.then_some(rotates),
            reuse_grace: rotates.then_some(GRACE),
            session_idle: is_session.then(|| whole(idle)),
            session_absolute: is_session.then(|| whole(situation.signed_in())),
            cookie: cookie(situation, is_session, has_refresh),
            revocation: revocation(situation, pick),
            leeway: 0,
            algorithm: ALGORITHM,
        }
    }

    /// The settings in words: name, value, why.
    pub fn rows(&self, situation: &RecommendInputs) -> Vec<(&'static str, String, &'static str)> {
        let words = |seconds: Option<u64>| seconds.map(|seconds| Span::seconds(seconds).to_string());
        let lifetimes = [
            ("access token", words(self.access_token), "it outlives a revocation by this unless nodes hear of it"),
            ("refresh token, idle", words(self.refresh_idle), "a copy that nobody uses must end (RFC 9700 §4.14.2)"),
            ("refresh token, in all", words(self.refresh_absolute), "NIST SP 800-63B-4: a day at AAL2, 30 at AAL1"),
            ("session, idle", words(self.session_idle), "NIST SP 800-63B-4 §2.2.3: an hour at AAL2"),
            ("session, in all", words(self.session_absolute), "NIST SP 800-63B-4: a day at AAL2, 30 at AAL1"),
        ];
        let mut rows: Vec<_> =
            lifetimes.into_iter().filter_map(|(name, value, why)| Some((name, value?, why))).collect();
        if let Some(rotates) = self.rotation {
            let grace = self.reuse_grace.unwrap_or(0);
            let value = if rotates { format!("each use, same successor for {grace} s") } else { "off".to_owned() };
            let why = if rotates {
                "two tabs and a lost answer are no theft; later reuse ends the family"
            } else {
                "a client that keeps a secret gains nothing by it (FAPI 2.0 §5.3.2.1 item 9)"
            };
            rows.push(("rotation", value, why));
        }
        if let Some(cookie) = self.cookie {
            rows.push(("cookie", cookie.to_owned(), "no script reads it, no other site sends it (RFC 6265bis §4.1)"));
        }
        rows.push(("revocation", self.revocation.clone(), "what a logout and a fired employee need"));
        let why = if self.access_token.is_some() {
            "clients refresh ahead, and each second of leeway lengthens every revocation"
        } else {
            "the server's own clock alone decides"
        };
        rows.push(("clock leeway", format!("{} s", self.leeway), why));
        if self.access_token.is_some() {
            rows.push(("algorithm", self.algorithm.to_owned(), "verifiers hold a public key only (RFC 8725 §3.1)"));
        }
        if situation.confidential {
            rows.push(("client", "private_key_jwt or mTLS".to_owned(), "FAPI 2.0 §5.3.2.1: no shared secret"));
        }
        rows
    }

    /// The same for the configuration of a product that issues or checks tokens; its names are yours to fill in.
    pub fn for_product(&self, situation: &RecommendInputs) -> StarterSpec {
        let span = |seconds: Option<u64>| seconds.map(Span::seconds);
        let access = self.access_token.unwrap_or(situation.access() / SECOND);
        // Behind a session of the application an issuer still gives it tokens, which it renews.
        let grace = Span::seconds(self.reuse_grace.unwrap_or(GRACE));
        StarterSpec {
            access: Span::seconds(access),
            refresh_absolute: span(self.refresh_absolute.or(self.session_absolute)),
            refresh_idle: span(self.refresh_idle.or(self.session_idle)),
            rotation: (!situation.confidential).then_some(RefreshRotation { grace }),
            session_absolute: span(self.session_absolute.or(self.refresh_absolute)),
            session_idle: span(self.session_idle.or(self.refresh_idle)),
            leeway: Span::seconds(self.leeway),
            ..StarterSpec::default()
        }
    }

    /// An `authkit.toml` with a policy that `issue` and `verify` take with `--policy`, and limits for `audit` and
    /// `lint`.
    pub fn policy(&self, situation: &RecommendInputs) -> String {
        let client = match situation.clients {
            ClientKind::Machine => "worker",
            ClientKind::Mobile => "mobile-app",
            _ => "web-app",
        };
        match self.access_token {
            Some(seconds) => {
                let ttl = written(seconds);
                format!(
                    "# The policy that `authkit recommend` advises; iss, aud and client_id are yours to fill in.\n\
                     # authkit issue --config authkit.toml --policy access --sub alice\n\
                     [policy.access]\niss = \"https://login.example\"\naud = \"https://api.example\"\n\
                     alg = \"{ALGORITHM}\"\nkind = \"at+jwt\"\nttl = \"{ttl}\"\nmax-age = \"{ttl}\"\n\
                     leeway = \"{}s\"\nrequire = [\"sub\", \"jti\"]\nclaim = {{ client_id = \"{client}\" }}\n\n\
                     [limits]\naccess-token-max = \"{ttl}\"\n",
                    self.leeway
                )
            }
            None => format!(
                "# The session itself is no token. What the server hands on behind it, to a service that must know who\n\
                 # asks, lives for a minute; iss and aud are yours to fill in.\n\
                 # authkit issue --config authkit.toml --policy internal --sub alice\n\
                 [policy.internal]\niss = \"https://app.example\"\naud = \"https://internal.example\"\n\
                 alg = \"{ALGORITHM}\"\nttl = \"{0}s\"\nmax-age = \"{0}s\"\nleeway = \"0s\"\n\
                 require = [\"sub\", \"jti\"]\n\n[limits]\naccess-token-max = \"{0}s\"\n",
                INTERNAL / SECOND
            ),
        }
    }
}

/// A duration as a file says it: `15m`, `90s`.
fn written(seconds: u64) -> String {
    let whole = |(size, unit): (u64, &str)| {
        let count = seconds.checked_div(size).filter(|count| *count > 0)?;
        (count.saturating_mul(size) == seconds).then(|| format!("{count}{unit}"))
    };
    [(86_400, "d"), (3_600, "h"), (60, "m")].into_iter().find_map(whole).unwrap_or_else(|| format!("{seconds}s"))
}

/// What is revoked is listed elsewhere, or the token's end is all there is.
fn lifetime(situation: &RecommendInputs, pick: &ScoredCandidate) -> Nanos {
    match pick.id {
        "jwt-long" => 30 * DAY,
        "opaque-introspection" => situation.signed_in(),
        _ if pick.family == CandidateFamily::JwtRevocationList || pick.id == "jwt-central-list" => 900 * SECOND,
        _ => situation.access(),
    }
}

fn cookie(situation: &RecommendInputs, is_session: bool, has_refresh: bool) -> Option<&'static str> {
    let browsers = matches!(situation.clients, ClientKind::ServerRendered | ClientKind::Spa | ClientKind::Mixed);
    if is_session {
        Some("__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax")
    } else if has_refresh && browsers {
        Some("__Host-refresh; Path=/; Secure; HttpOnly; SameSite=Strict (the access token stays in memory)")
    } else {
        None
    }
}

fn revocation(situation: &RecommendInputs, pick: &ScoredCandidate) -> String {
    let (within, reconcile) = (Span::seconds(situation.within / SECOND), Span::seconds(situation.reconcile() / SECOND));
    match pick.id {
        "session-cached" => format!("delete the session; nodes forget within {within}"),
        _ if pick.family == CandidateFamily::Session => "delete the session".to_owned(),
        "jwt-only" => "take the client's credentials away; its last token ends by itself".to_owned(),
        "jwt-long" => "none: the token works to its end".to_owned(),
        "jwt-pushed-list" => {
            format!("end the family, push the jti, read the whole list every {reconcile}; keep entries to exp + leeway")
        }
        "jwt-polled-list" | "jwt-central-list" => {
            "end the family, list the jti; keep entries to exp + leeway".to_owned()
        }
        "jwt-version" => "raise the user's version and end the refresh tokens".to_owned(),
        "opaque-introspection" => "end the token at the issuer".to_owned(),
        _ => "end the family of refresh tokens; access tokens end by themselves".to_owned(),
    }
}
