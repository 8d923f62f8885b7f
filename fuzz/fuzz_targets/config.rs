//! Fuzz target for configuration in every syntax, as every format, and through `[[map]]`: no panic, every location is
//! in the text, no secret is printed, and a fix changes no other byte.
#![no_main]
use authkit::finding::Finding;
use authkit::lint::fix::{Edit, apply};
use authkit::lint::{Linter, inline};
use authkit::product_config::detect::{DetectedConfig, read};
use authkit::product_config::formats::FORMATS;
use authkit::product_config::setting::SettingRole;
use authkit::rule_config::RuleConfig;
use authkit::settings::Settings;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// File names selected by the first byte; those in `m/` are mapped.
const NAMES: [&str; 12] = [
    "a.json", "a.toml", "a.yaml", "a.env", "a.tf", "a", "m/a.json", "m/a.toml", "m/a.yaml", "m/a.env", "m/a.tf", "m/a",
];

/// Every role under a key of its name, at the top level and below `a`, with every unit in turn.
static MAPS: LazyLock<Settings> = LazyLock::new(|| {
    let units = [
        "milliseconds",
        "seconds",
        "minutes",
        "hours",
        "days",
        "go",
        "iso8601",
        "js",
        "switch",
        "text",
        "list",
        "secret",
    ];
    let map = |(n, (_, role)): (usize, &(SettingRole, &str))| {
        let one = |key: String, unit: &str| {
            format!("[[map]]\npath = \"m/*\"\nkey = \"{key}\"\nrole = \"{role}\"\nunit = \"{unit}\"\n")
        };
        one((*role).to_owned(), units[n % units.len()]) + &one(format!("a.{role}"), units[(n + 5) % units.len()])
    };
    Settings::parse(&SettingRole::ALL.iter().enumerate().map(map).collect::<String>()).unwrap()
});

fn check_locations(config: &DetectedConfig, text: &str) {
    for setting in config.groups().flat_map(|(_, group)| &group.settings) {
        for bytes in [&setting.place.bytes, &setting.place.key].into_iter().chain(&setting.place.defined) {
            assert!(text.get(bytes.clone()).is_some(), "{setting:?}");
        }
    }
    for (_, place) in &config.duplicates {
        assert!(text.get(place.clone()).is_some());
    }
}

/// A secret that occurs once in the text appears in no output; one that occurs twice may also be a name.
fn check_secrets(config: &DetectedConfig, text: &str, findings: &[Finding]) {
    let output = format!("{findings:?}");
    for secret in config.groups().flat_map(|(_, group)| &group.settings).filter_map(|setting| setting.secret()) {
        let secret = std::str::from_utf8(secret.expose()).unwrap();
        if secret.len() >= 16 && text.matches(secret).count() == 1 {
            assert!(!output.contains(&format!("{secret:?}").trim_matches('"').to_owned()), "{output}");
        }
    }
}

fn check_fix(text: &str, edits: &[Edit]) {
    let Some(fixed) = apply(text, edits) else { return };
    let first = edits.iter().map(|edit| edit.bytes.start).min().unwrap_or(text.len());
    let last = edits.iter().map(|edit| edit.bytes.end).max().unwrap_or(0);
    assert!(fixed.starts_with(&text[..first]) && fixed.ends_with(&text[last..]));
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (choice, rules) = (usize::from(*choice), RuleConfig::default());
    let name = NAMES[choice % NAMES.len()];
    // The high values select no format: the content is detected.
    let format = FORMATS.get(choice / NAMES.len()).copied();
    let mut linter = Linter::new(&rules);
    linter.maps = &MAPS.map;
    let result = linter.lint(text, name, format);
    // As seen by the linter.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().count().max(1) + 1;
    for finding in &result.findings {
        let has_line = finding.location.line.is_some_and(|line| usize::try_from(line).is_ok_and(|line| line <= lines));
        // A missing key has no location.
        assert!(has_line || finding.rule == "config-key-missing", "{finding:?}");
    }
    if let Ok(config) = read(text, name, format) {
        check_locations(&config, text);
        check_secrets(&config, text, &result.findings);
    }
    check_fix(text, &result.edits);
    inline::ignores(text);
    let _ = Settings::parse(text);
});
