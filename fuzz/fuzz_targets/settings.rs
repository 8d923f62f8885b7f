//! Fuzz target for authkit.toml: no panic, errors point into the text, and accepted settings can be used.
#![no_main]
use authkit::settings::Settings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Settings::parse(text) {
        Err(error) => assert!(usize::try_from(error.line).unwrap() <= text.matches('\n').count() + 1, "{error}"),
        Ok(settings) => {
            settings.rule_config(None);
            let matching = |file| settings.ignore.iter().filter(move |own| own.applies_to(file)).count();
            assert_eq!(matching("./a/b.toml"), matching("a/b.toml"));
            settings.map.iter().for_each(|own| assert_eq!(own.concerns("./a/b.toml"), own.concerns("a/b.toml")));
        }
    }
});
