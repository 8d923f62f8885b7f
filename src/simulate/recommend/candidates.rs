//! The candidates of a recommendation, each with its conditions and the components that it requires in operation.
//!
//! To add a candidate, add an entry to [`CANDIDATES`].

use super::inputs::{ClientKind, Domains, RecommendInputs, StoreKind};
use crate::simulate::scenario::units::{Nanos, SECOND};

/// The family of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateFamily {
    /// Server-side sessions.
    Session,
    /// Tokens without refresh tokens: a new one requires the credentials.
    Jwt,
    /// Short-lived tokens with refresh tokens.
    JwtRefresh,
    /// Short-lived tokens with refresh tokens and a denylist on each node.
    JwtRevocationList,
    /// Tokens that require a query on each request.
    Introspection,
}

impl CandidateFamily {
    /// Whether requests are checked locally, without a query.
    pub const fn is_local(self) -> bool {
        matches!(self, Self::Jwt | Self::JwtRefresh | Self::JwtRevocationList)
    }
}

/// A strategy with the settings that the inputs suggest for it.
pub struct Candidate {
    /// Identifier in output, in kebab-case.
    pub id: &'static str,
    /// Name in reports.
    pub name: &'static str,
    /// The kind of strategy.
    pub family: CandidateFamily,
    /// Components that it requires in operation.
    pub parts: &'static [&'static str],
    /// Its keys as a `[[strategy]]`, or why it is not applicable.
    pub offer: fn(&RecommendInputs) -> Result<String, &'static str>,
}

const KEYS: &str = "signing keys and a published JWKS";
const REFRESH: &str = "refresh tokens in a store";
const SESSIONS: &str = "session store";

const NO_STORE: &str = "requires a store";
const NO_COOKIE: &str = "a cookie does not reach several domains";
const NO_USERS: &str = "machine clients authenticate with their credentials and have no session";

/// All candidates; of two that are equally good the earlier is recommended.
pub static CANDIDATES: &[Candidate] = &[
    Candidate {
        id: "session-memory",
        name: "in-memory session",
        family: CandidateFamily::Session,
        parts: &[],
        offer: |own| {
            browsers(own)?;
            if own.nodes > 1 {
                return Err("several nodes do not share memory");
            }
            Ok("kind = \"session_memory\"".to_owned())
        },
    },
    Candidate {
        id: "session-touch-minute",
        name: "session in SQL, touched every minute",
        family: CandidateFamily::Session,
        parts: &[SESSIONS],
        offer: |own| {
            browsers(own)?;
            if own.store != StoreKind::Sql {
                return Err("fewer touches help only a store with durable writes");
            }
            Ok("kind = \"session_store\"\ntouch_every = \"60s\"".to_owned())
        },
    },
    Candidate {
        id: "session-store",
        name: "session, checked at the gateway",
        family: CandidateFamily::Session,
        parts: &[SESSIONS],
        offer: |own| {
            browsers(own)?;
            stored(own)?;
            Ok("kind = \"session_store\"\ncheck = \"gateway\"".to_owned())
        },
    },
    Candidate {
        id: "session-every-service",
        name: "session, checked by every service",
        family: CandidateFamily::Session,
        parts: &[SESSIONS],
        offer: |own| {
            browsers(own)?;
            stored(own)?;
            if own.services == 1 {
                return Err("requires several services");
            }
            Ok("kind = \"session_store\"\ncheck = \"every_service\"".to_owned())
        },
    },
    Candidate {
        id: "session-cached",
        name: "session, cached by nodes",
        family: CandidateFamily::Session,
        parts: &[SESSIONS, "cache on each node"],
        offer: |own| {
            browsers(own)?;
            stored(own)?;
            Ok(format!("kind = \"session_store\"\ncache = {{ ttl = \"{}s\", kind = \"hard\" }}", cached(own)?))
        },
    },
    Candidate {
        id: "jwt-only",
        name: "JWT without refresh token",
        family: CandidateFamily::Jwt,
        parts: &[KEYS],
        offer: |own| {
            if own.has_users() {
                return Err("users will not re-authenticate every 15 minutes");
            }
            Ok(format!("kind = \"jwt_only\"\naccess = \"{}s\"", own.access() / SECOND))
        },
    },
    Candidate {
        id: "jwt-long",
        name: "JWT of 30 days",
        family: CandidateFamily::Jwt,
        parts: &[KEYS],
        offer: |_| Ok("kind = \"jwt_only\"\naccess = \"30d\"".to_owned()),
    },
    Candidate {
        id: "jwt-refresh",
        name: "JWT + refresh token",
        family: CandidateFamily::JwtRefresh,
        parts: &[KEYS, REFRESH],
        offer: |own| {
            renewable(own)?;
            if !own.confidential {
                return Err("public clients require rotation or sender-constrained refresh tokens (RFC 9700 §2.2.2)");
            }
            Ok(format!("kind = \"jwt_refresh\"\naccess = \"{}s\"", own.access() / SECOND))
        },
    },
    Candidate {
        id: "jwt-rotation",
        name: "JWT + rotating refresh token",
        family: CandidateFamily::JwtRefresh,
        parts: &[KEYS, REFRESH],
        offer: |own| {
            renewable(own)?;
            if own.confidential {
                return Err("rotation does not help a confidential client (FAPI 2.0 §5.3.2.1 item 9)");
            }
            Ok(format!(
                "kind = \"rotation\"\naccess = \"{}s\"\nmode = \"same\"\ngrace = \"{GRACE}s\"",
                own.access() / SECOND
            ))
        },
    },
    Candidate {
        id: "jwt-pushed-list",
        name: "JWT + pushed denylist",
        family: CandidateFamily::JwtRevocationList,
        parts: &[KEYS, REFRESH, "denylist", "message bus to every node"],
        offer: |own| {
            stored(own)?;
            if own.within < SECOND {
                return Err("messages take time, and lost ones are recovered only by the next read of the list");
            }
            Ok(format!("{LISTED}mode = \"push\""))
        },
    },
    Candidate {
        id: "jwt-polled-list",
        name: "JWT + polled denylist",
        family: CandidateFamily::JwtRevocationList,
        parts: &[KEYS, REFRESH, "denylist"],
        offer: |own| {
            stored(own)?;
            // Leave a fifth of the time for the fetch and a late poll.
            let poll = own.within / SECOND * 4 / 5;
            if poll < SHORTEST_POLL {
                return Err("nodes do not poll a list more often than every 10 seconds");
            }
            Ok(format!("{LISTED}mode = \"poll\"\npoll = \"{}s\"\nfetch = \"200ms\"", poll.min(60)))
        },
    },
    Candidate {
        id: "jwt-central-list",
        name: "JWT + central denylist",
        family: CandidateFamily::Introspection,
        parts: &[KEYS, REFRESH, "denylist"],
        offer: |own| {
            stored(own)?;
            Ok(format!("{LISTED}mode = \"central\""))
        },
    },
    Candidate {
        id: "jwt-version",
        name: "JWT + version counter",
        family: CandidateFamily::Introspection,
        parts: &[KEYS, REFRESH, "version counter per user"],
        offer: |own| {
            renewable(own)?;
            let access = own.access() / SECOND;
            match cached(own) {
                Ok(ttl) => Ok(format!(
                    "kind = \"version\"\naccess = \"{access}s\"\ncache = {{ ttl = \"{ttl}s\", kind = \"hard\" }}"
                )),
                Err(_) => Ok(format!("kind = \"version\"\naccess = \"{access}s\"")),
            }
        },
    },
    Candidate {
        id: "opaque-introspection",
        name: "opaque token + introspection",
        family: CandidateFamily::Introspection,
        parts: &["token store", "introspection endpoint"],
        offer: |own| {
            stored(own)?;
            // The issuer can revoke the token at any time, so its lifetime may be long.
            let access = format!("kind = \"introspection\"\naccess = \"{}s\"", own.signed_in() / SECOND);
            Ok(match cached(own) {
                Ok(ttl) => format!("{access}\ncache = {{ ttl = \"{ttl}s\", kind = \"hard\" }}"),
                Err(_) => access,
            })
        },
    },
];

/// Reuse grace period in seconds, in which a used refresh token gets the same successor: for concurrent tabs and lost
/// responses. Products allow 0 to 30 s; more than 10 s is a finding of lint.
pub const GRACE: u64 = 10;

/// Shortest polling period, in seconds.
const SHORTEST_POLL: Nanos = 10;

fn browsers(own: &RecommendInputs) -> Result<(), &'static str> {
    match (own.clients, own.domains) {
        (ClientKind::Machine, _) => Err(NO_USERS),
        (_, Domains::Several) => Err(NO_COOKIE),
        _ => Ok(()),
    }
}

fn stored(own: &RecommendInputs) -> Result<(), &'static str> {
    if own.store == StoreKind::None { Err(NO_STORE) } else { Ok(()) }
}

/// Whether the client can hold a refresh token.
fn renewable(own: &RecommendInputs) -> Result<(), &'static str> {
    if !own.has_users() {
        return Err("machine clients request new tokens with their credentials (RFC 6749 §4.4.3)");
    }
    stored(own)
}

/// Time in seconds for which a node may cache a response.
fn cached(own: &RecommendInputs) -> Result<u64, &'static str> {
    if own.within < SECOND {
        return Err("a cached response outlasts the revocation");
    }
    Ok((own.within / SECOND).min(60))
}

/// A denylist makes revocation independent of the lifetime, so the longest recommended one is used.
const LISTED: &str = "kind = \"jwt_denylist\"\naccess = \"15m\"\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_have_unique_ids_and_well_formed_names() {
        for (nth, one) in CANDIDATES.iter().enumerate() {
            assert!(one.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", one.id);
            assert!(CANDIDATES[..nth].iter().all(|other| other.id != one.id), "duplicate id {}", one.id);
            assert!(!one.name.ends_with('.'), "{}", one.name);
        }
    }
}
