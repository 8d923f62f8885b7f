//! Ways to say who is signed in, each with the situations that it fits and the parts that have to be run for it.
//!
//! To add one: an entry in [`CANDIDATES`].

use super::inputs::{ClientKind, Domains, RecommendInputs, StoreKind};
use crate::simulate::scenario::units::{Nanos, SECOND};

/// What kind of answer a candidate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateFamily {
    /// The server remembers, and is asked.
    Session,
    /// A token that ends by itself, and is not renewed without credentials.
    Jwt,
    /// Short tokens and refresh tokens.
    JwtRefresh,
    /// These, and news of what is revoked that reaches each node.
    JwtRevocationList,
    /// A token about which somebody is asked.
    Introspection,
}

impl CandidateFamily {
    /// Whether a request is checked without asking anybody.
    pub const fn is_local(self) -> bool {
        matches!(self, Self::Jwt | Self::JwtRefresh | Self::JwtRevocationList)
    }
}

/// A way to say who is signed in.
pub struct Candidate {
    /// Kebab-case.
    pub id: &'static str,
    pub name: &'static str,
    pub family: CandidateFamily,
    /// What has to be run and looked after for it.
    pub parts: &'static [&'static str],
    /// Its keys as a `[[strategy]]`, or why it does not fit.
    pub offer: fn(&RecommendInputs) -> Result<String, &'static str>,
}

const KEYS: &str = "signing keys and their publication";
const REFRESH: &str = "refresh tokens in a store";
const SESSIONS: &str = "session store";

const NO_STORE: &str = "there is no store that could remember it";
const NO_COOKIE: &str = "one cookie does not reach several domains";
const NO_USERS: &str = "a program signs in with its own credentials, it has no session";

/// All candidates; of two that are equally good the earlier is taken.
pub static CANDIDATES: &[Candidate] = &[
    Candidate {
        id: "session-memory",
        name: "session in the server's memory",
        family: CandidateFamily::Session,
        parts: &[],
        offer: |own| {
            browsers(own)?;
            if own.nodes > 1 {
                return Err("several nodes do not share their memory");
            }
            Ok("kind = \"session_memory\"".to_owned())
        },
    },
    Candidate {
        id: "session-touch-minute",
        name: "session in SQL, touched once a minute",
        family: CandidateFamily::Session,
        parts: &[SESSIONS],
        offer: |own| {
            browsers(own)?;
            if own.store != StoreKind::Sql {
                return Err("only a store that writes to disk gains by fewer touches");
            }
            Ok("kind = \"session_store\"\ntouch_every = \"60s\"".to_owned())
        },
    },
    Candidate {
        id: "session-store",
        name: "session, asked once a request",
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
        name: "session, asked by every service",
        family: CandidateFamily::Session,
        parts: &[SESSIONS],
        offer: |own| {
            browsers(own)?;
            stored(own)?;
            if own.services == 1 {
                return Err("there is one service");
            }
            Ok("kind = \"session_store\"\ncheck = \"every_service\"".to_owned())
        },
    },
    Candidate {
        id: "session-cached",
        name: "session, remembered by nodes",
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
        name: "JWT alone",
        family: CandidateFamily::Jwt,
        parts: &[KEYS],
        offer: |own| {
            if own.has_users() {
                return Err("nobody types a password every quarter of an hour");
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
                return Err("refresh tokens of public clients rotate, or are bound to a key (RFC 9700 §2.2.2)");
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
                return Err("a client that keeps a secret gains nothing by rotation (FAPI 2.0 §5.3.2.1 item 9)");
            }
            Ok(format!(
                "kind = \"rotation\"\naccess = \"{}s\"\nmode = \"same\"\ngrace = \"{GRACE}s\"",
                own.access() / SECOND
            ))
        },
    },
    Candidate {
        id: "jwt-pushed-list",
        name: "JWT + denylist, pushed",
        family: CandidateFamily::JwtRevocationList,
        parts: &[KEYS, REFRESH, "denylist", "message bus to every node"],
        offer: |own| {
            stored(own)?;
            if own.within < SECOND {
                return Err("a message takes its time, and one that is lost is made up for by the next reading");
            }
            Ok(format!("{LISTED}mode = \"push\""))
        },
    },
    Candidate {
        id: "jwt-polled-list",
        name: "JWT + denylist, polled",
        family: CandidateFamily::JwtRevocationList,
        parts: &[KEYS, REFRESH, "denylist"],
        offer: |own| {
            stored(own)?;
            // A fifth of the time is left for the fetch and a late poll.
            let poll = own.within / SECOND * 4 / 5;
            if poll < SHORTEST_POLL {
                return Err("no list is read by every node more often than every ten seconds");
            }
            Ok(format!("{LISTED}mode = \"poll\"\npoll = \"{}s\"\nfetch = \"200ms\"", poll.min(60)))
        },
    },
    Candidate {
        id: "jwt-central-list",
        name: "JWT + denylist, asked",
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
        parts: &[KEYS, REFRESH, "a counter for each user"],
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
            // The issuer says when it ends, so it need not end soon.
            let access = format!("kind = \"introspection\"\naccess = \"{}s\"", own.signed_in() / SECOND);
            Ok(match cached(own) {
                Ok(ttl) => format!("{access}\ncache = {{ ttl = \"{ttl}s\", kind = \"hard\" }}"),
                Err(_) => access,
            })
        },
    },
];

/// Seconds for which a spent refresh token is answered with the same successor: for two tabs, and an answer that was
/// lost. Products grant none to 30 s; more than 10 is a finding of lint.
pub const GRACE: u64 = 10;

/// Seconds.
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

/// Whether there is somebody to hold a refresh token.
fn renewable(own: &RecommendInputs) -> Result<(), &'static str> {
    if !own.has_users() {
        return Err("a program asks for a new token with its own credentials (RFC 6749 §4.4.3)");
    }
    stored(own)
}

/// Seconds for which a node may remember an answer.
fn cached(own: &RecommendInputs) -> Result<u64, &'static str> {
    if own.within < SECOND {
        return Err("an answer that is remembered outlives the revocation");
    }
    Ok((own.within / SECOND).min(60))
}

/// What is revoked is listed, so that the token may live as long as is advised.
const LISTED: &str = "kind = \"jwt_denylist\"\naccess = \"15m\"\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_of_the_list() {
        for (nth, one) in CANDIDATES.iter().enumerate() {
            assert!(one.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", one.id);
            assert!(CANDIDATES[..nth].iter().all(|other| other.id != one.id), "{} comes twice", one.id);
            assert!(!one.name.ends_with('.'), "{}", one.name);
        }
    }
}
