//! Files of one's own, as `[[map]]` of authkit.toml says where their settings stand.

use crate::config::formats::MAPPED;
use crate::config::reading::{Part, Reading, Unread, joined, parse};
use crate::config::setting::{Group, TokenFormat};
use crate::config::syntax::duplicates;
use crate::settings::maps::Map;

/// Adds the mapped settings to what formats have read. A file that cannot be parsed stays unread, and that is said.
pub(super) fn read(read: Result<Reading, Unread>, text: &str, name: &str, maps: &[Map]) -> Result<Reading, Unread> {
    let (syntax, documents) = parse(text, name)?;
    let mut reading = match read {
        Ok(reading) => reading,
        Err(_) => Reading {
            syntax,
            parts: Vec::new(),
            duplicates: documents.iter().flat_map(|document| duplicates(&document.root)).collect(),
            secrets: Vec::new(),
        },
    };
    for document in &documents {
        let mut group = Group { tokens: TokenFormat::Jwt, ..Group::default() };
        for map in maps.iter().filter(|map| map.concerns(name)) {
            if let Some(found) = document.spot().at(&map.key.replace('.', "/")) {
                group.add(map.role, map.unit, &found, &map.key);
            }
        }
        if !group.settings.is_empty() {
            let secret = group.settings.iter().filter(|setting| setting.secret().is_some());
            reading.secrets.extend(secret.map(|setting| setting.place.bytes.clone()));
            reading.parts.push(Part { format: &MAPPED, why: "[[map]] of authkit.toml", groups: vec![group] });
        }
    }
    reading.secrets = joined(reading.secrets);
    Ok(reading)
}
