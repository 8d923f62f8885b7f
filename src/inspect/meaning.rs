//! What registered header members and claims mean, in a few words.

/// Header members (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3).
const HEADER: &[(&str, &str)] = &[
    ("alg", "how it was signed, or how the key was encrypted"),
    ("b64", "whether the payload is base64url"),
    ("crit", "members that must be understood"),
    ("cty", "what the payload is"),
    ("enc", "how the content is encrypted"),
    ("epk", "the sender's ephemeral key"),
    ("jku", "where the author says the keys are; never followed"),
    ("jwk", "a key that the author brought; never used"),
    ("kid", "the key's id"),
    ("p2c", "PBKDF2 iterations"),
    ("p2s", "PBKDF2 salt"),
    ("typ", "what the whole is"),
    ("x5c", "certificates that the author brought; never used"),
    ("x5t", "SHA-1 of the certificate"),
    ("x5t#S256", "SHA-256 of the certificate"),
    ("x5u", "where the author says the certificate is; never followed"),
    ("zip", "compressed before encryption; never inflated"),
];

/// Claims (RFC 7519 §4.1, OpenID Connect Core §2, RFC 8693, RFC 9068, the IANA registry).
const CLAIMS: &[(&str, &str)] = &[
    ("acr", "how strongly the user was authenticated"),
    ("act", "who acts on the subject's behalf"),
    ("amr", "how the user was authenticated"),
    ("aud", "for whom it is"),
    ("auth_time", "when the user was authenticated"),
    ("azp", "the client that it was issued to"),
    ("client_id", "the client that asked for it"),
    ("cnf", "the key that its holder must prove"),
    ("email", "personal data"),
    ("events", "what happened (RFC 8417)"),
    ("exp", "when it stops working"),
    ("family_name", "personal data"),
    ("given_name", "personal data"),
    ("groups", "what the subject belongs to"),
    ("iat", "when it was issued"),
    ("iss", "who issued it"),
    ("jti", "its id, by which it can be revoked"),
    ("name", "personal data"),
    ("nbf", "from when it works"),
    ("nonce", "the login request that it answers"),
    ("permissions", "what the subject may do"),
    ("phone_number", "personal data"),
    ("preferred_username", "personal data"),
    ("roles", "what the subject may do"),
    ("scope", "what it grants"),
    ("scp", "what it grants"),
    ("sid", "the session, by which it can be revoked"),
    ("sub", "whom it is about"),
];

fn find(list: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    list.binary_search_by(|(own, _)| own.cmp(&name)).ok().and_then(|at| list.get(at)).map(|(_, meaning)| *meaning)
}

pub(super) fn header_meaning(name: &str) -> Option<&'static str> {
    find(HEADER, name)
}

pub(super) fn claim_meaning(name: &str) -> Option<&'static str> {
    find(CLAIMS, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(HEADER.is_sorted_by(|a, b| a.0 < b.0));
        assert!(CLAIMS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(claim_meaning("sub"), Some("whom it is about"));
        assert_eq!(claim_meaning("unheard-of"), None);
    }
}
