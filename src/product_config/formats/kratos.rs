//! Ory Kratos, an identity and session server.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "ory/kratos embedx/config.schema.json at b86338da04a0";

const TOP: &[FieldSpec] = &[
    field("session/lifespan", SettingRole::SessionLifetime, Grammar::Go, AbsentMeaning::Default("24h"), SOURCE),
    field("cookies/same_site", SettingRole::CookieSameSite, Grammar::Text, AbsentMeaning::Default("Lax"), SOURCE),
    field("cookies/secure", SettingRole::CookieSecure, Grammar::Switch, AbsentMeaning::Unjudged, SOURCE),
    field("session/cookie/same_site", SettingRole::CookieSameSite, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
    field("session/cookie/secure", SettingRole::CookieSecure, Grammar::Switch, AbsentMeaning::Unjudged, SOURCE),
];

const TOKENIZER: &[FieldSpec] =
    &[field("ttl", SettingRole::AccessTokenLifetime, Grammar::Go, AbsentMeaning::Default("1m"), SOURCE)];

const ALSO: &[FieldSpec] = &[
    field("dev", SettingRole::TlsRequired, Grammar::Switch, AbsentMeaning::Unjudged, SOURCE),
    field("secrets/default", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("secrets/cookie", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("secrets/cipher", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
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

fn read(document: &Document) -> Vec<SettingGroup> {
    let top = document.spot();
    let mut group = SettingGroup::default();
    group.fill(&top, TOP);
    if let Some(dev) = top.child("dev") {
        let value = match Grammar::Switch.read(dev.node) {
            SettingValue::Switch(on) => SettingValue::Switch(!on),
            other => other,
        };
        group.set(SettingRole::TlsRequired, value, &dev, "dev");
    }
    for list in ["secrets/default", "secrets/cookie", "secrets/cipher"] {
        for secret in top.at(list).map(|list| list.items()).unwrap_or_default() {
            group.set(SettingRole::OtherSecret, Grammar::Secret.read(secret.node), &secret, list);
        }
    }
    let templates = top.at("session/whoami/tokenizer/templates").map(|found| found.children()).unwrap_or_default();
    let mut groups = vec![group];
    for (name, template) in templates {
        let mut group =
            SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::named(format!("tokenizer template \"{name}\"")) };
        group.fill(&template, TOKENIZER);
        groups.push(group);
    }
    groups
}
