//! `[[map]]`: where a home-grown file keeps a setting, what it decides, and how it is written.

use super::path_glob::PathGlob;
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::SettingRole;
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::Node;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// One setting of one's own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SettingMapping {
    /// Which files: a path or a glob. TOML, YAML, JSON and dotenv can be read.
    path: PathGlob,
    /// Where in the file: `jwt.expiresIn`.
    pub key: String,
    /// What it decides: `access-token-lifetime`.
    #[serde(deserialize_with = "role")]
    #[schemars(schema_with = "roles")]
    pub role: SettingRole,
    /// How it is written: `seconds`, `js`.
    #[serde(deserialize_with = "unit")]
    #[schemars(schema_with = "units")]
    pub unit: Grammar,
    /// Where its key stands: `authkit.toml:3:7`.
    #[serde(skip)]
    pub place: String,
}

/// Says of each mapping where its key stands in the text that they were read from.
pub(super) fn place(maps: &mut [SettingMapping], text: &str) {
    let Ok(roots) = Syntax::Toml.read(text) else { return };
    let items = roots.first().and_then(|root| root.get("map")).map(Node::items).unwrap_or_default();
    for (map, item) in maps.iter_mut().zip(items) {
        let at = item.get("key").map_or(item.bytes.start, |key| key.bytes.start);
        let (line, column) = super::place(text, at);
        map.place = format!("{line}:{column}");
    }
}

/// Units by name.
const UNITS: &[(&str, Grammar)] = &[
    ("milliseconds", Grammar::Milliseconds),
    ("seconds", Grammar::Seconds),
    ("minutes", Grammar::Minutes),
    ("hours", Grammar::Hours),
    ("days", Grammar::Days),
    ("go", Grammar::Go),
    ("iso8601", Grammar::Iso8601),
    ("js", Grammar::Js),
    ("switch", Grammar::Switch),
    ("text", Grammar::Text),
    ("list", Grammar::Texts),
    ("secret", Grammar::Secret),
];

impl SettingMapping {
    /// Whether it is about a file.
    pub fn concerns(&self, file: &str) -> bool {
        self.path.is_match(file)
    }
}

fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SettingRole, D::Error> {
    let text = String::deserialize(deserializer)?;
    let names = || SettingRole::ALL.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    SettingRole::named(&text)
        .ok_or_else(|| D::Error::custom(format!("there is no role \"{text}\"; there are {}", names())))
}

fn unit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Grammar, D::Error> {
    let text = String::deserialize(deserializer)?;
    let found = UNITS.iter().find(|(name, _)| *name == text);
    let names = || UNITS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    found
        .map(|(_, grammar)| *grammar)
        .ok_or_else(|| D::Error::custom(format!("there is no unit \"{text}\"; there are {}", names())))
}

fn roles(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = SettingRole::ALL.iter().map(|(_, name)| *name).collect();
    schemars::json_schema!({ "enum": names })
}

fn units(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
    schemars::json_schema!({ "enum": names })
}
