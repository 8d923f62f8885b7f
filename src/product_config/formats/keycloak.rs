//! Keycloak realms: exports, realm imports and keycloak-config-cli files, in JSON or YAML, complete or partial.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{ClientType, SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};
use crate::secret::Secret;

const SOURCE: &str = "baseline of 26.0.5 in adorsys/keycloak-config-cli at 9cc85939be6f";

const SECRET: &str = "keycloak/keycloak core RealmRepresentation, ComponentExportRepresentation";
const USERS: &str = "keycloak/keycloak core CredentialRepresentation: type, value, temporary, secretData";

const REALM: &[FieldSpec] = &[
    field(
        "accessTokenLifespan",
        SettingRole::AccessTokenLifetime,
        Grammar::Seconds,
        AbsentMeaning::Default("300"),
        SOURCE,
    ),
    field("accessCodeLifespan", SettingRole::CodeLifetime, Grammar::Seconds, AbsentMeaning::Default("60"), SOURCE),
    field("revokeRefreshToken", SettingRole::RefreshRotation, Grammar::Switch, AbsentMeaning::Default("false"), SOURCE),
    field("ssoSessionIdleTimeout", SettingRole::SessionIdle, Grammar::Seconds, AbsentMeaning::Default("1800"), SOURCE),
    field(
        "ssoSessionMaxLifespan",
        SettingRole::SessionLifetime,
        Grammar::Seconds,
        AbsentMeaning::Default("36000"),
        SOURCE,
    ),
];

/// Offline tokens are refresh tokens that outlive the session; all others expire with it.
const OFFLINE: &[FieldSpec] = &[field(
    "offlineSessionIdleTimeout",
    SettingRole::RefreshIdle,
    Grammar::Seconds,
    AbsentMeaning::Default("2592000"),
    SOURCE,
)];

/// Read separately from the table, because each depends on another setting.
const REALM_ALSO: &[FieldSpec] = &[
    field("offlineSessionMaxLifespan", SettingRole::RefreshLifetime, Grammar::Seconds, AbsentMeaning::Forever, SOURCE),
    field(
        "ssoSessionMaxLifespanRememberMe",
        SettingRole::RememberMeLifetime,
        Grammar::Seconds,
        AbsentMeaning::Unjudged,
        SOURCE,
    ),
    field("sslRequired", SettingRole::TlsRequired, Grammar::Text, AbsentMeaning::Default("external"), SOURCE),
];

const CLIENT: &[FieldSpec] = &[
    // 0 and less inherit the value of the realm.
    field(
        "attributes/access.token.lifespan",
        SettingRole::AccessTokenLifetime,
        Grammar::Seconds,
        AbsentMeaning::Unjudged,
        SOURCE,
    ),
    field("implicitFlowEnabled", SettingRole::GrantImplicit, Grammar::Switch, AbsentMeaning::Default("false"), SOURCE),
    field(
        "directAccessGrantsEnabled",
        SettingRole::GrantPassword,
        Grammar::Switch,
        AbsentMeaning::Default("false"),
        SOURCE,
    ),
    field("secret", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
];

/// Secrets that only a full export contains in plain text, including the signing keys.
const SECRETS: &[FieldSpec] = &[
    field("smtpServer/password", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SECRET),
    field(
        "identityProviders/*/config/clientSecret",
        SettingRole::OtherSecret,
        Grammar::Secret,
        AbsentMeaning::Unjudged,
        SECRET,
    ),
    field(
        "components/org.keycloak.keys.KeyProvider/*/config/privateKey",
        SettingRole::OtherSecret,
        Grammar::Secret,
        AbsentMeaning::Unjudged,
        SECRET,
    ),
    field(
        "components/org.keycloak.keys.KeyProvider/*/config/secret",
        SettingRole::OtherSecret,
        Grammar::Secret,
        AbsentMeaning::Unjudged,
        SECRET,
    ),
];

const PKCE: &[FieldSpec] = &[field(
    "attributes/pkce.code.challenge.method",
    SettingRole::Pkce,
    Grammar::Text,
    AbsentMeaning::Default(""),
    SOURCE,
)];

const CLIENT_ALSO: &[FieldSpec] =
    &[field("redirectUris", SettingRole::RedirectUri, Grammar::Texts, AbsentMeaning::Unjudged, SOURCE)];

const USER: &[FieldSpec] = &[
    field("credentials/*/value", SettingRole::Password, Grammar::Secret, AbsentMeaning::Unjudged, USERS),
    field(
        "credentials/*/value, temporary",
        SettingRole::PasswordTemporary,
        Grammar::Secret,
        AbsentMeaning::Unjudged,
        USERS,
    ),
    field("credentials/*/secretData", SettingRole::PasswordHash, Grammar::Secret, AbsentMeaning::Unjudged, USERS),
];

/// Clients that exist in every realm; Keycloak controls their flags.
const BUILT_IN: &[&str] =
    &["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

pub(super) static FORMAT: Format = Format {
    name: "keycloak",
    product: "Keycloak",
    version: "26.0.5",
    about: "realm exports and imports, files of keycloak-config-cli",
    syntaxes: &[Syntax::Json, Syntax::Yaml],
    marks: &["accessTokenLifespan", "clientId", "ssoSession", "revokeRefreshToken", "sslRequired"],
    detect: |document| realms(document).iter().find_map(|realm| recognised(realm.node)),
    read: |document| realms(document).iter().flat_map(realm).collect(),
    tables: &[
        ("", REALM),
        ("", OFFLINE),
        ("", REALM_ALSO),
        ("/clients/*", CLIENT),
        ("/clients/*", PKCE),
        ("/clients/*", CLIENT_ALSO),
        ("/users/*", USER),
        ("", SECRETS),
    ],
};

fn recognised(node: &Node) -> Option<&'static str> {
    node.get("realm")?.text()?;
    let client = |node: &Node| node.has("clientId");
    if node.get("clients").is_some_and(|clients| clients.items().iter().any(client)) {
        return Some("realm, and clients with clientId");
    }
    let own =
        ["accessTokenLifespan", "ssoSessionIdleTimeout", "ssoSessionMaxLifespan", "revokeRefreshToken", "sslRequired"];
    own.iter().any(|key| node.has(key)).then_some("realm, and settings of one")
}

/// The realm of a document, or the realms of a list.
fn realms(document: &Document) -> Vec<NodeRef<'_>> {
    if document.environment {
        return Vec::new();
    }
    let top = document.spot();
    match &top.node.value {
        NodeValue::List(_) => top.items(),
        _ => vec![top],
    }
}

fn realm(spot: &NodeRef<'_>) -> Vec<SettingGroup> {
    let name = spot.node.get("realm").and_then(Node::text).unwrap_or_default();
    if recognised(spot.node).is_none() {
        return Vec::new();
    }
    let clients = own_clients(spot);
    let mut group = SettingGroup::named(format!("realm \"{name}\""));
    group.tokens = TokenFormat::Jwt;
    group.client = clients_together(&clients);
    group.fill(spot, REALM);
    remembered(&mut group, spot);
    reuse(&mut group, spot);
    tls(&mut group, spot);
    secrets(&mut group, spot);
    let mut groups = vec![offline(spot, name), group];
    groups.extend(clients.iter().map(client));
    let users = spot.child("users").map(|users| users.items()).unwrap_or_default();
    groups.extend(users.iter().map(user).filter(|group| !group.settings.is_empty()));
    groups
}

fn secrets(group: &mut SettingGroup, realm: &NodeRef<'_>) {
    for field in SECRETS {
        // A path with one key, or a list and a key within each of its items.
        let found: Vec<NodeRef<'_>> = match field.path.split_once("/*/") {
            None => realm.at(field.path).into_iter().collect(),
            Some((list, inner)) => {
                let items = realm.at(list).map(|list| list.items()).unwrap_or_default();
                items.iter().filter_map(|item| item.at(inner)).collect()
            }
        };
        let (parent, key) = field.path.rsplit_once('/').unwrap_or_default();
        let name = match parent.split('/').next() {
            Some("components") => format!("{key} of a key provider"),
            Some("identityProviders") => format!("{key} of an identity provider"),
            _ => field.path.to_owned(),
        };
        for spot in found {
            // Components store every value as a list.
            let values = if spot.node.items().is_empty() { vec![spot] } else { spot.items() };
            values.iter().for_each(|value| group.add(field.role, field.grammar, value, &name));
        }
    }
    shown_as_stars(group);
}

/// A user's credentials. An export contains hashes, a realm written by hand may contain passwords.
fn user(spot: &NodeRef<'_>) -> SettingGroup {
    let name = spot.node.get("username").and_then(Node::text).unwrap_or_default();
    let mut group = SettingGroup::named(format!("user \"{name}\""));
    for credential in spot.child("credentials").map(|list| list.items()).unwrap_or_default() {
        // Other types are second factors and device keys.
        if credential.node.get("type").is_some_and(|kind| kind.text() != Some("password")) {
            continue;
        }
        if let Some(value) = credential.child("value") {
            let temporary = is(&credential, "temporary");
            let role = if temporary { SettingRole::PasswordTemporary } else { SettingRole::Password };
            group.add(role, Grammar::Secret, &value, "password");
        }
        if let Some(hash) = credential.child("secretData") {
            group.add(SettingRole::PasswordHash, Grammar::Secret, &hash, "secretData");
        }
    }
    shown_as_stars(&mut group);
    group
}

/// Keycloak masks secrets as stars in partial exports.
fn shown_as_stars(group: &mut SettingGroup) {
    let stars = |secret: &Secret<Vec<u8>>| secret.expose().iter().all(|byte| *byte == b'*');
    group.settings.retain(|setting| setting.secret().is_none_or(|secret| !stars(secret)));
}

/// Enabled clients that are not built in.
fn own_clients<'n>(realm: &NodeRef<'n>) -> Vec<NodeRef<'n>> {
    let clients = realm.child("clients").map(|clients| clients.items()).unwrap_or_default();
    let own = |client: &NodeRef<'_>| {
        let id = client.node.get("clientId").and_then(Node::text).unwrap_or_default();
        // The client that manages a realm from the master realm is built in, too.
        let built_in = BUILT_IN.contains(&id) || id.ends_with("-realm") || is(client, "bearerOnly");
        !built_in && client.node.get("enabled").is_none_or(|node| node.value != NodeValue::Switch(false))
    };
    clients.into_iter().filter(own).collect()
}

/// The realm's settings apply to all its clients: one public client makes them relevant.
fn clients_together(clients: &[NodeRef<'_>]) -> ClientType {
    let types: Vec<ClientType> = clients.iter().map(client_type).collect();
    if types.contains(&ClientType::Public) {
        ClientType::Public
    } else if types.is_empty() {
        ClientType::Unknown
    } else {
        ClientType::Confidential
    }
}

fn client_type(client: &NodeRef<'_>) -> ClientType {
    if is(client, "publicClient") { ClientType::Public } else { ClientType::Confidential }
}

fn is(spot: &NodeRef<'_>, key: &str) -> bool {
    spot.node.get(key).is_some_and(|node| Grammar::Switch.read(node) == SettingValue::Switch(true))
}

/// Offline tokens expire only if the limit is enabled.
fn offline(realm: &NodeRef<'_>, name: &str) -> SettingGroup {
    let mut group = SettingGroup::named(format!("realm \"{name}\", offline access"));
    group.fill(realm, OFFLINE);
    let switch = "offlineSessionMaxLifespanEnabled";
    match realm.child(switch) {
        Some(found) if is(realm, switch) => {
            let limit = realm.child("offlineSessionMaxLifespan");
            let value =
                limit.as_ref().map_or(Grammar::Seconds.parse("5184000"), |limit| Grammar::Seconds.read(limit.node));
            group.set(
                SettingRole::RefreshLifetime,
                value,
                limit.as_ref().unwrap_or(&found),
                "offlineSessionMaxLifespan",
            );
        }
        Some(found) if matches!(Grammar::Switch.read(found.node), SettingValue::Switch(false)) => {
            group.set(SettingRole::RefreshLifetime, SettingValue::Unlimited, &found, switch);
        }
        Some(found) => group.set(SettingRole::RefreshLifetime, Grammar::Switch.read(found.node), &found, switch),
        None => group.assume(SettingRole::RefreshLifetime, SettingValue::Unlimited, realm, switch),
    }
    group
}

/// Remember-me sessions, if the option is enabled. 0 inherits the common limit.
fn remembered(group: &mut SettingGroup, realm: &NodeRef<'_>) {
    let key = "ssoSessionMaxLifespanRememberMe";
    if let Some(found) = realm.child(key).filter(|_| is(realm, "rememberMe")) {
        let value = Grammar::Seconds.read(found.node);
        if value != Grammar::Seconds.parse("0") {
            group.set(SettingRole::RememberMeLifetime, value, &found, key);
        }
    }
}

/// How often a replaced refresh token is still accepted: a count without a time, for the duration of the session.
fn reuse(group: &mut SettingGroup, realm: &NodeRef<'_>) {
    let key = "refreshTokenMaxReuse";
    if let Some(found) = realm.child(key).filter(|_| is(realm, "revokeRefreshToken"))
        && matches!(&found.node.value, NodeValue::Number(count) if count != "0" && !count.starts_with('-'))
    {
        group.set(SettingRole::RefreshReuseWindow, SettingValue::Unlimited, &found, key);
    }
}

/// `none` is the only value that allows plain HTTP from every address.
fn tls(group: &mut SettingGroup, realm: &NodeRef<'_>) {
    if let Some(found) = realm.child("sslRequired") {
        let value = match Grammar::Text.read(found.node) {
            SettingValue::Text(text) => SettingValue::Switch(!text.eq_ignore_ascii_case("none")),
            other => other,
        };
        group.set(SettingRole::TlsRequired, value, &found, "sslRequired");
    }
}

fn client(spot: &NodeRef<'_>) -> SettingGroup {
    let id = spot.node.get("clientId").and_then(Node::text).unwrap_or_default();
    let mut group = SettingGroup::named(format!("client \"{id}\""));
    group.tokens = TokenFormat::Jwt;
    group.client = client_type(spot);
    group.fill(spot, CLIENT);
    let inherited = |text: &str| text.trim().starts_with('-') || text.trim() == "0" || text.trim().is_empty();
    if spot.at("attributes/access.token.lifespan").is_some_and(|found| match &found.node.value {
        NodeValue::Text(text) | NodeValue::Number(text) => inherited(text),
        _ => false,
    }) {
        group.settings.retain(|setting| setting.role != SettingRole::AccessTokenLifetime);
    }
    shown_as_stars(&mut group);
    // Only the standard flow has codes, and redirect URIs for them.
    let standard = spot
        .node
        .get("standardFlowEnabled")
        .is_none_or(|node| Grammar::Switch.read(node) != SettingValue::Switch(false));
    if standard {
        group.fill(spot, PKCE);
        for uri in spot.child("redirectUris").map(|list| list.items()).unwrap_or_default() {
            group.set(SettingRole::RedirectUri, Grammar::Text.read(uri.node), &uri, "redirectUris");
        }
    }
    group
}
