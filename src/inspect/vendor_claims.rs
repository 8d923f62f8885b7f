//! Short meanings of claims that identity providers document. The registered names are in `meaning`, which has priority.

/// Claims beside `exp`, `nbf` and `iat` that are NumericDates (OpenID Connect Core §2 and §5.1).
pub(super) const DATES: &[&str] = &["auth_time", "updated_at"];

const CLAIMS: &[(&str, &str)] = &[
    // OpenID Connect Core §2 and §5.1.
    ("at_hash", "hash of the access token"),
    ("c_hash", "hash of the authorization code"),
    ("email_verified", "whether the issuer verified the email address"),
    ("locale", "locale of the user"),
    ("picture", "URL of the profile picture"),
    ("updated_at", "time of the last change of the profile"),
    // Keycloak: Server Administration Guide, protocol mappers and client scopes.
    ("allowed-origins", "Keycloak: web origins of the client"),
    ("realm_access", "Keycloak: roles in the realm"),
    ("resource_access", "Keycloak: roles in each client"),
    ("session_state", "Keycloak: session id"),
    // Microsoft identity platform: access token claims reference, ID token claims reference, optional claims.
    ("aio", "Entra ID: internal to Microsoft; ignore it"),
    ("appid", "Entra ID: client id (v1.0 tokens; azp in v2.0)"),
    ("appidacr", "Entra ID: how the client authenticated"),
    ("azpacr", "Entra ID: how the client authenticated"),
    ("idp", "Entra ID: identity provider of the subject"),
    ("idtyp", "Entra ID: app for a token without a user"),
    ("ipaddr", "Entra ID: IP address of the user"),
    ("oid", "Entra ID: immutable object id of the user or app"),
    ("onprem_sid", "Entra ID: on-premises security identifier"),
    ("rh", "Entra ID: internal to Microsoft; ignore it"),
    ("tid", "Entra ID: tenant id"),
    ("unique_name", "Entra ID: display name of the user; not unique"),
    ("upn", "Entra ID: user principal name"),
    ("uti", "Entra ID: internal token id"),
    ("ver", "Entra ID: version of the token format"),
    ("wids", "Entra ID: directory roles of the user, by template id"),
    ("xms_cc", "Entra ID: client capabilities"),
    // Amazon Cognito Developer Guide: understanding user pool JSON web tokens.
    ("cognito:groups", "Cognito: groups of the user"),
    ("cognito:preferred_role", "Cognito: IAM role of the group with priority"),
    ("cognito:roles", "Cognito: IAM roles of the groups"),
    ("cognito:username", "Cognito: user name in the user pool"),
    ("event_id", "Cognito: id of the authentication event"),
    ("origin_jti", "Cognito: revocation id, shared with the refresh token"),
    ("token_use", "Cognito: access or id"),
    // Auth0: access token profiles, role-based access control, Organizations.
    ("gty", "Auth0: grant type of the request"),
    ("org_id", "Auth0: organization id"),
    ("org_name", "Auth0: organization name"),
    // Firebase: verify ID tokens; custom tokens; Security Rules, request.auth.token.
    ("firebase", "Firebase: sign-in provider and identities"),
    ("user_id", "Firebase: user id, equal to sub"),
    // Google Identity: OpenID Connect, ID token payload.
    ("hd", "Google: hosted domain of the Workspace account"),
];

/// Families of names: Cognito's custom attributes, and namespaced claims (Auth0: create custom claims).
const PREFIXES: &[(&str, &str)] = &[
    ("custom:", "Cognito: custom attribute"),
    ("http://", "custom claim in a namespace"),
    ("https://", "custom claim in a namespace"),
];

pub(super) fn meaning(name: &str) -> Option<&'static str> {
    let exact = CLAIMS.iter().find(|(own, _)| *own == name);
    exact.or_else(|| PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix))).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_claim_names_are_unique_and_found() {
        let mut names: Vec<&str> = CLAIMS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        assert_eq!(meaning("custom:tier"), Some("Cognito: custom attribute"));
        assert_eq!(meaning("unheard-of"), None);
    }
}
