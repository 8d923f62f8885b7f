//! Strict JSON: what is accepted is JSON to others too, says the same after being laid out or escaped, and hides nothing.
#![no_main]
use authkit::encoding::{escape, json, pretty};
use libfuzzer_sys::fuzz_target;

fn members(text: &str) -> Vec<(String, serde_json::Value)> {
    let object = json::Object::parse(text).unwrap();
    object.iter().map(|(name, value)| (name.to_owned(), json::value(value.text()).unwrap())).collect()
}

/// Turns, joins or vanishes on a screen instead of being seen.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fuzz_target!(|data: &[u8]| {
    assert!(!escape::line(&String::from_utf8_lossy(data)).contains(hides));
    let Ok(text) = json::text(data) else { return };
    let (checked, object) = (json::check(text), json::Object::parse(text));
    assert_eq!(object.is_ok(), checked.is_ok() && text.trim_ascii_start().starts_with('{'));
    assert_eq!(json::Value::parse(text).is_ok(), checked.is_ok());
    if checked.is_err() {
        pretty::pretty(text);
        return;
    }
    let (value, laid_out, escaped) = (json::value(text).unwrap(), pretty::pretty(text), escape::json(text));
    assert_eq!(json::value(&laid_out).unwrap(), value);
    assert_eq!(json::value(&escaped).unwrap(), value);
    assert_eq!(pretty::pretty(&laid_out), laid_out);
    assert!(!escaped.contains(|c| hides(c) && !c.is_ascii_whitespace()));
    if let Ok(object) = object {
        assert_eq!(members(&laid_out), members(object.text()));
        assert!(object.iter().all(|(name, value)| object.get(name) == Some(value)));
    }
});
