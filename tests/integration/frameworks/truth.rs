//! Parser of the truth table.

use crate::harness::root;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A row; the file defines the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    pub home: String,
    pub protected: String,
    /// Text that appears on the protected page only.
    #[serde(default = "marker")]
    pub marker: String,
    pub login: String,
    /// Additional form fields.
    #[serde(default)]
    pub more: String,
    pub logout: String,
    pub session: String,
    pub remember: Option<String>,
    preset: bool,
    changes: bool,
    fixation: bool,
    invented: bool,
    cleared: bool,
    #[serde(default)]
    kept_in_jar: bool,
    lives: bool,
    sets: Vec<String>,
    pub probed: String,
    pub over_http: Vec<String>,
    pub as_https: Vec<String>,
    pub life: Vec<String>,
    pub walk: Vec<String>,
}

/// The facts that a walk establishes.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts {
    pub preset: bool,
    pub changes: bool,
    pub fixation: bool,
    pub invented: bool,
    pub cleared: bool,
    pub kept_in_jar: bool,
    pub lives: bool,
    /// Whether a copy of the persistent cookie opens the page after logout.
    pub remembered: Option<bool>,
    pub sets: Vec<String>,
}

fn marker() -> String {
    "Account of alice".to_owned()
}

pub fn all() -> BTreeMap<String, Truth> {
    let text = std::fs::read_to_string(root().join("tests/frameworks/truth.toml")).expect("the table");
    toml_edit::de::from_str(&text).expect("a table of rows")
}

impl Truth {
    #[track_caller]
    pub fn of(name: &str) -> Self {
        all().remove(name).unwrap_or_else(|| panic!("{name} has no row"))
    }

    pub fn facts(&self) -> Facts {
        Facts {
            preset: self.preset,
            changes: self.changes,
            fixation: self.fixation,
            invented: self.invented,
            cleared: self.cleared,
            kept_in_jar: self.kept_in_jar,
            lives: self.lives,
            // Signed cookies without server state cannot be revoked.
            remembered: self.remember.as_ref().map(|_| true),
            sets: self.sets.clone(),
        }
    }

    /// The lifecycle findings that follow from the facts.
    pub fn life_by_facts(&self) -> Vec<String> {
        let findings = [
            (self.remember.is_some(), "error remember-not-revoked"),
            (self.invented, "error session-id-adopted"),
            (self.lives, "error session-not-revoked"),
            (self.fixation, "error session-not-rotated"),
            // No application sends it.
            (true, "info clear-site-data-missing"),
            (self.logout.starts_with("GET "), "info logout-via-get"),
            (self.kept_in_jar, "warning logout-cookie-not-cleared"),
        ];
        findings.iter().filter(|(is, _)| *is).map(|(_, finding)| (*finding).to_owned()).collect()
    }
}
