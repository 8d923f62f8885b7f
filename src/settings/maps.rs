//! `[[map]]`: the location, role and unit of a setting in a home-grown file.

use super::path_glob::PathGlob;
use crate::encoding::line_index;
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::SettingRole;
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::Node;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// One mapped setting.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SettingMapping {
    /// The files: a path or a glob. TOML, YAML, JSON and dotenv are supported.
    path: PathGlob,
    /// The key in the file: `jwt.expiresIn`.
    pub key: String,
    /// Its role: `access-token-lifetime`.
    #[serde(deserialize_with = "role")]
    #[schemars(schema_with = "roles")]
    pub role: SettingRole,
    /// Its unit or notation: `seconds`, `js`.
    #[serde(deserialize_with = "unit")]
    #[schemars(schema_with = "units")]
    pub unit: Grammar,
    /// The position of its key: `authkit.toml:3:7`.
    #[serde(skip)]
    pub place: String,
}

/// Sets the position of each mapping's key in the config file's text.
pub(super) fn place(maps: &mut [SettingMapping], text: &str) {
    let Ok(roots) = Syntax::Toml.read(text) else { return };
    let items = roots.first().and_then(|root| root.get("map")).map(Node::items).unwrap_or_default();
    for (map, item) in maps.iter_mut().zip(items) {
        let at = item.get("key").map_or(item.bytes.start, |key| key.bytes.start);
        let (line, column) = line_index::place(text, at);
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
    /// Whether it applies to a file.
    pub fn concerns(&self, file: &str) -> bool {
        self.path.is_match(file)
    }
}

fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SettingRole, D::Error> {
    let text = String::deserialize(deserializer)?;
    let names = || SettingRole::ALL.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    SettingRole::named(&text)
        .ok_or_else(|| D::Error::custom(format!("unknown role \"{text}\"; known roles: {}", names())))
}

fn unit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Grammar, D::Error> {
    let text = String::deserialize(deserializer)?;
    let found = UNITS.iter().find(|(name, _)| *name == text);
    let names = || UNITS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    found
        .map(|(_, grammar)| *grammar)
        .ok_or_else(|| D::Error::custom(format!("unknown unit \"{text}\"; known units: {}", names())))
}

fn roles(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = SettingRole::ALL.iter().map(|(_, name)| *name).collect();
    schemars::json_schema!({ "enum": names })
}

fn units(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
    schemars::json_schema!({ "enum": names })
}
