//! Settings in home-grown files, mapped by `[[map]]` of authkit.toml.

use crate::product_config::detect::{ConfigPart, DetectError, DetectedConfig, joined, parse};
use crate::product_config::document::Document;
use crate::product_config::formats::MAPPED;
use crate::product_config::setting::{SettingGroup, TokenFormat};
use crate::product_config::syntax::duplicates;
use crate::product_config::tree::Node;
use crate::rule::product_config::text::MissingKey;
use crate::settings::maps::SettingMapping;
use crate::suggest::nearest_name;

/// The maximum number of keys of a file, and the maximum length of a key in bytes, that are compared with a missing
/// key.
const MOST_KEYS: usize = 2_000;
const LONGEST_KEY: usize = 200;

/// Adds the mapped settings to those of the formats, and missing keys to `missing`. A file that does not parse is
/// reported as such.
pub(super) fn read(
    read: Result<DetectedConfig, DetectError>,
    text: &str,
    name: &str,
    maps: &[SettingMapping],
    missing: &mut Vec<MissingKey>,
) -> Result<DetectedConfig, DetectError> {
    let (syntax, documents) = parse(text, name)?;
    let mut reading = match read {
        Ok(reading) => reading,
        Err(_) => DetectedConfig {
            syntax,
            parts: Vec::new(),
            duplicates: documents.iter().flat_map(|document| duplicates(&document.root)).collect(),
            secrets: Vec::new(),
        },
    };
    let own: Vec<&SettingMapping> = maps.iter().filter(|map| map.concerns(name)).collect();
    for document in &documents {
        let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::default() };
        for map in &own {
            if let Some(found) = document.spot().at(&path(&map.key)) {
                group.add(map.role, map.unit, &found, &map.key);
            }
        }
        let secret = group.settings.iter().filter(|setting| setting.secret().is_some());
        reading.secrets.extend(secret.map(|setting| setting.place.bytes.clone()));
        reading.parts.push(ConfigPart { format: &MAPPED, why: "[[map]] of authkit.toml", groups: vec![group] });
    }
    reading.secrets = joined(reading.secrets);
    // A duplicate key is mapped twice if it has two roles.
    let absent = own.iter().filter(|map| !documents.iter().any(|document| document.root.has(&path(&map.key))));
    missing.extend(absent.map(|map| MissingKey {
        key: map.key.clone(),
        place: map.place.clone(),
        near: near(&map.key, &documents),
    }));
    Ok(reading)
}

fn path(key: &str) -> String {
    key.replace('.', "/")
}

/// A similar key of the file, as a suggestion: the same in another spelling, the same name at another path, or the
/// nearest.
fn near(wanted: &str, documents: &[Document]) -> Option<String> {
    let keys = keys(documents);
    let plain =
        |key: &str| -> String { key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let (whole, last) = (plain(wanted), plain(name(wanted)));
    keys.iter()
        .find(|key| plain(key) == whole)
        .or_else(|| keys.iter().find(|key| plain(name(key)) == last))
        .map(String::as_str)
        .or_else(|| nearest_name(wanted, keys.iter().map(String::as_str)))
        .map(str::to_owned)
}

fn name(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Every key with a value, in the notation of a mapping.
fn keys(documents: &[Document]) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<(&Node, String)> =
        documents.iter().rev().map(|document| (&document.root, String::new())).collect();
    while let Some((node, way)) = waiting.pop() {
        if found.len() >= MOST_KEYS {
            break;
        }
        if !node.is_map() {
            if !way.is_empty() {
                found.push(way);
            }
            continue;
        }
        for entry in node.entries().iter().rev() {
            let key = if way.is_empty() { entry.key.clone() } else { format!("{way}.{}", entry.key) };
            if key.len() <= LONGEST_KEY {
                waiting.push((&entry.node, key));
            }
        }
    }
    found
}
