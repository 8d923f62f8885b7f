//! Fuzz target for strict JSON: accepted text is JSON for all parsers, keeps its meaning when formatted or escaped, and
//! contains no invisible characters afterwards.
#![no_main]
use authkit::encoding::{escape, json, pretty};
use libfuzzer_sys::fuzz_target;

fn members(text: &str) -> Vec<(String, serde_json::Value)> {
    let object = json::JsonObject::parse(text).unwrap();
    object.iter().map(|(name, value)| (name.to_owned(), json::value(value.text()).unwrap())).collect()
}

/// Whether a character is invisible or changes the direction or joining of the text around it.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fuzz_target!(|data: &[u8]| {
    assert!(!escape::line(&String::from_utf8_lossy(data)).contains(is_invisible));
    let Ok(text) = json::text(data) else { return };
    let (checked, object) = (json::check(text), json::JsonObject::parse(text));
    assert_eq!(object.is_ok(), checked.is_ok() && text.trim_ascii_start().starts_with('{'));
    assert_eq!(json::JsonValue::parse(text).is_ok(), checked.is_ok());
    if checked.is_err() {
        pretty::pretty(text);
        return;
    }
    let (value, formatted, escaped) = (json::value(text).unwrap(), pretty::pretty(text), escape::json(text));
    assert_eq!(json::value(&formatted).unwrap(), value);
    assert_eq!(json::value(&escaped).unwrap(), value);
    assert_eq!(pretty::pretty(&formatted), formatted);
    assert!(!escaped.contains(|c| is_invisible(c) && !c.is_ascii_whitespace()));
    if let Ok(object) = object {
        assert_eq!(members(&formatted), members(object.text()));
        assert!(object.iter().all(|(name, value)| object.get(name) == Some(value)));
    }
});
