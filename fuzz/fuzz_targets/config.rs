//! Configuration in every syntax and as every format: nothing panics, every place is in the text, no secret is shown.
#![no_main]
use authkit::config::formats::FORMATS;
use authkit::config::reading::read;
use authkit::lint::Linter;
use authkit::policy::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (choice, policy) = (usize::from(*choice), Policy::default());
    let name = ["a.json", "a.toml", "a.yaml", "a.env", ""][choice % 5];
    let format = FORMATS.get(choice / 5).copied();
    if let Ok(reading) = read(text, name, format) {
        for (_, group) in reading.groups() {
            for setting in &group.settings {
                assert!(text.get(setting.place.bytes.clone()).is_some(), "{setting:?}");
                assert!(text.get(setting.place.key.clone()).is_some(), "{setting:?}");
            }
        }
        for (_, place) in &reading.duplicates {
            assert!(text.get(place.clone()).is_some());
        }
    }
    let lines = text.lines().count().max(1) + 1;
    let linted = Linter::new(&policy).lint(text, name, format);
    for finding in &linted.findings {
        assert!(finding.location.line.is_some_and(|line| usize::try_from(line).is_ok_and(|line| line <= lines)));
    }
    authkit::lint::fix::apply(text, &linted.edits);
    authkit::lint::inline::ignores(text);
});
