//! Ory Kratos, identities and sessions.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat, Value};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "ory/kratos embedx/config.schema.json at b86338da04a0";

const TOP: &[Field] = &[
    field("session/lifespan", Role::SessionLifetime, Grammar::Go, Absent::Means("24h"), SOURCE),
    field("cookies/same_site", Role::CookieSameSite, Grammar::Text, Absent::Means("Lax"), SOURCE),
    field("cookies/secure", Role::CookieSecure, Grammar::Switch, Absent::Unjudged, SOURCE),
    field("session/cookie/same_site", Role::CookieSameSite, Grammar::Text, Absent::Unjudged, SOURCE),
    field("session/cookie/secure", Role::CookieSecure, Grammar::Switch, Absent::Unjudged, SOURCE),
];

const TOKENIZER: &[Field] = &[field("ttl", Role::AccessTokenLifetime, Grammar::Go, Absent::Means("1m"), SOURCE)];

const ALSO: &[Field] = &[
    field("dev", Role::TlsRequired, Grammar::Switch, Absent::Unjudged, SOURCE),
    field("secrets/default", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("secrets/cookie", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("secrets/cipher", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "kratos",
    product: "Ory Kratos",
    version: "b86338da04a0",
    about: "kratos.yml",
    syntaxes: &[Syntax::Yaml, Syntax::Json, Syntax::Toml],
    marks: &["selfservice"],
    detect: |document| {
        let root = &document.root;
        let known = root.get("selfservice").is_some_and(|node| node.has("flows") || node.has("methods"));
        (known && (root.has("identity") || root.has("session"))).then_some("selfservice with flows or methods")
    },
    read,
    tables: &[("", TOP), ("/session/whoami/tokenizer/templates/*", TOKENIZER), ("", ALSO)],
};

fn read(document: &Document) -> Vec<Group> {
    let top = document.spot();
    let mut group = Group::default();
    group.fill(&top, TOP);
    if let Some(dev) = top.child("dev") {
        let value = match Grammar::Switch.read(dev.node) {
            Value::Switch(on) => Value::Switch(!on),
            other => other,
        };
        group.set(Role::TlsRequired, value, &dev, "dev");
    }
    for list in ["secrets/default", "secrets/cookie", "secrets/cipher"] {
        for secret in top.at(list).map(|list| list.items()).unwrap_or_default() {
            group.set(Role::OtherSecret, Grammar::Secret.read(secret.node), &secret, list);
        }
    }
    let templates = top.at("session/whoami/tokenizer/templates").map(|found| found.children()).unwrap_or_default();
    let mut groups = vec![group];
    for (name, template) in templates {
        let mut group = Group { tokens: TokenFormat::Jwt, ..Group::named(format!("tokenizer template \"{name}\"")) };
        group.fill(&template, TOKENIZER);
        groups.push(group);
    }
    groups
}
