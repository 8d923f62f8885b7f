//! authkit.toml: nothing panics, an error is in the text, and what is read can be used.
#![no_main]
use authkit::settings::Settings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Settings::parse(text) {
        Err(error) => assert!(usize::try_from(error.line).unwrap() <= text.matches('\n').count() + 1, "{error}"),
        Ok(settings) => {
            settings.judgement(None);
            let concerned = |file| settings.ignore.iter().filter(move |own| own.concerns(file)).count();
            assert_eq!(concerned("./a/b.toml"), concerned("a/b.toml"));
            settings.map.iter().for_each(|own| assert_eq!(own.concerns("./a/b.toml"), own.concerns("a/b.toml")));
        }
    }
});
