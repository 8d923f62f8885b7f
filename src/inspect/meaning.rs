//! Short meanings of registered header parameters and claims.

use super::vendor_claims;

/// Header parameters (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3).
const HEADER: &[(&str, &str)] = &[
    ("alg", "signature or key encryption algorithm"),
    ("b64", "whether the payload is base64url-encoded"),
    ("crit", "extensions that must be supported"),
    ("cty", "content type of the payload"),
    ("enc", "content encryption algorithm"),
    ("epk", "ephemeral public key of the sender"),
    ("jku", "JWKS URL in the token; never fetched"),
    ("jwk", "public key in the token; never used"),
    ("kid", "key id"),
    ("p2c", "PBKDF2 iteration count"),
    ("p2s", "PBKDF2 salt"),
    ("typ", "type of the token"),
    ("x5c", "certificate chain in the token; never used"),
    ("x5t", "SHA-1 thumbprint of the certificate"),
    ("x5t#S256", "SHA-256 thumbprint of the certificate"),
    ("x5u", "certificate URL in the token; never fetched"),
    ("zip", "compression before encryption; never decompressed"),
];

/// Claims (RFC 7519 §4.1, OpenID Connect Core §2, RFC 8693, RFC 9068, the IANA registry).
const CLAIMS: &[(&str, &str)] = &[
    ("acr", "authentication context class"),
    ("act", "actor acting for the subject"),
    ("amr", "authentication methods"),
    ("aud", "audience"),
    ("auth_time", "time of authentication"),
    ("azp", "authorized party"),
    ("client_id", "client that requested the token"),
    ("cnf", "confirmation key of the token's holder"),
    ("email", "personal data"),
    ("events", "security events (RFC 8417)"),
    ("exp", "expiration time"),
    ("family_name", "personal data"),
    ("given_name", "personal data"),
    ("groups", "groups of the subject"),
    ("iat", "time of issue"),
    ("iss", "issuer"),
    ("jti", "token id; allows revocation"),
    ("name", "personal data"),
    ("nbf", "not valid before"),
    ("nonce", "binds the token to the login request"),
    ("permissions", "permissions of the subject"),
    ("phone_number", "personal data"),
    ("preferred_username", "personal data"),
    ("roles", "roles of the subject"),
    ("scope", "granted scopes"),
    ("scp", "granted scopes"),
    ("sid", "session id; allows revocation"),
    ("sub", "subject"),
];

fn find(list: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    list.binary_search_by(|(own, _)| own.cmp(&name)).ok().and_then(|at| list.get(at)).map(|(_, meaning)| *meaning)
}

pub(super) fn header_meaning(name: &str) -> Option<&'static str> {
    find(HEADER, name)
}

pub(super) fn claim_meaning(name: &str) -> Option<&'static str> {
    find(CLAIMS, name).or_else(|| vendor_claims::meaning(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(HEADER.is_sorted_by(|a, b| a.0 < b.0));
        assert!(CLAIMS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(claim_meaning("sub"), Some("subject"));
        assert_eq!(claim_meaning("unheard-of"), None);
    }
}
