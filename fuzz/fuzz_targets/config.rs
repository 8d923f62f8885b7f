//! Configuration in every syntax, as every format, and through `[[map]]`: nothing panics, every place is in the text,
//! no secret is shown, and a fix leaves every other byte alone.
#![no_main]
use authkit::config::formats::FORMATS;
use authkit::config::reading::{Reading, read};
use authkit::config::setting::Role;
use authkit::finding::Finding;
use authkit::lint::fix::{Edit, apply};
use authkit::lint::{Linter, inline};
use authkit::policy::Policy;
use authkit::settings::Settings;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// What the first byte chooses from; those in `m/` are mapped.
const NAMES: [&str; 12] = [
    "a.json", "a.toml", "a.yaml", "a.env", "a.tf", "a", "m/a.json", "m/a.toml", "m/a.yaml", "m/a.env", "m/a.tf", "m/a",
];

/// Every role under a key of its name, at the top and below `a`, in every unit by turns.
static MAPS: LazyLock<Settings> = LazyLock::new(|| {
    let units = ["milliseconds", "seconds", "minutes", "hours", "days", "go", "iso8601", "js", "switch", "text", "list", "secret"];
    let map = |(n, (_, role)): (usize, &(Role, &str))| {
        let one = |key: String, unit: &str| {
            format!("[[map]]\npath = \"m/*\"\nkey = \"{key}\"\nrole = \"{role}\"\nunit = \"{unit}\"\n")
        };
        one((*role).to_owned(), units[n % units.len()]) + &one(format!("a.{role}"), units[(n + 5) % units.len()])
    };
    Settings::parse(&Role::ALL.iter().enumerate().map(map).collect::<String>()).unwrap()
});

fn places(reading: &Reading, text: &str) {
    for setting in reading.groups().flat_map(|(_, group)| &group.settings) {
        for bytes in [&setting.place.bytes, &setting.place.key].into_iter().chain(&setting.place.defined) {
            assert!(text.get(bytes.clone()).is_some(), "{setting:?}");
        }
    }
    for (_, place) in &reading.duplicates {
        assert!(text.get(place.clone()).is_some());
    }
}

/// A secret that stands in the text once is nowhere in what is said; one that stands there twice may be a name as well.
fn secrets(reading: &Reading, text: &str, findings: &[Finding]) {
    let said = format!("{findings:?}");
    for secret in reading.groups().flat_map(|(_, group)| &group.settings).filter_map(|setting| setting.secret()) {
        let secret = std::str::from_utf8(secret.expose()).unwrap();
        if secret.len() >= 16 && text.matches(secret).count() == 1 {
            assert!(!said.contains(&format!("{secret:?}").trim_matches('"').to_owned()), "{said}");
        }
    }
}

fn fixed(text: &str, edits: &[Edit]) {
    let Some(fixed) = apply(text, edits) else { return };
    let first = edits.iter().map(|edit| edit.bytes.start).min().unwrap_or(text.len());
    let last = edits.iter().map(|edit| edit.bytes.end).max().unwrap_or(0);
    assert!(fixed.starts_with(&text[..first]) && fixed.ends_with(&text[last..]));
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (choice, policy) = (usize::from(*choice), Policy::default());
    let name = NAMES[choice % NAMES.len()];
    // The high choices are no format: content decides.
    let format = FORMATS.get(choice / NAMES.len()).copied();
    let mut linter = Linter::new(&policy);
    linter.maps = &MAPS.map;
    let linted = linter.lint(text, name, format);
    // As the linter sees it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().count().max(1) + 1;
    for finding in &linted.findings {
        let is_placed = finding.location.line.is_some_and(|line| usize::try_from(line).is_ok_and(|line| line <= lines));
        // A key that is missing stands nowhere.
        assert!(is_placed || finding.rule == "config-key-missing", "{finding:?}");
    }
    if let Ok(reading) = read(text, name, format) {
        places(&reading, text);
        secrets(&reading, text, &linted.findings);
    }
    fixed(text, &linted.edits);
    inline::ignores(text);
    let _ = Settings::parse(text);
});
