//! Tests of strictness, for both parsers.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn fault(text: &str) -> String {
    JsonObject::parse(text).map(|object| object.text().to_owned()).unwrap_err().message
}

#[test]
fn members_keep_their_text_and_order() {
    let object =
        JsonObject::parse(r#" {"z": 123456789012345678901234567890, "a": [1,  2], "\u0062": "x\ny"} "#).unwrap();
    let members: Vec<_> = object.iter().map(|(name, value)| (name.to_owned(), value.text())).collect();
    assert_eq!(
        members,
        [
            ("z".to_owned(), "123456789012345678901234567890"),
            ("a".to_owned(), "[1,  2]"),
            ("b".to_owned(), "\"x\\ny\"")
        ]
    );
    assert_eq!(object.get("b").and_then(JsonValue::as_str).as_deref(), Some("x\ny"));
}

#[test]
fn reserved_names_of_serde_json_are_ordinary_members() {
    for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
        for inside in ["5", "{\"a\":1}", "`[["] {
            let object = serde_json::Value::Object([(name.to_owned(), inside.into())].into_iter().collect());
            let text = format!("{{\"outer\":[{{\"{name}\":{}}}]}}", serde_json::Value::from(inside));
            assert_eq!(value(&text).unwrap(), serde_json::json!({"outer": [object]}), "{text}");
        }
    }
}

#[test]
fn duplicate_member_is_rejected_at_any_depth_and_spelling() {
    for text in
        [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"{"b":{"a":1,"a":2}}"#, r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#]
    {
        assert_eq!(fault(text), "the member \"a\" occurs twice", "{text}");
    }
    assert!(JsonObject::parse(r#"{"b":{"a":1},"a":2}"#).is_ok());
    let many: Vec<String> = (0..60).map(|n| format!("\"n{n}\":0")).collect();
    assert!(JsonObject::parse(&format!("{{{}}}", many.join(","))).is_ok());
    assert_eq!(fault(&format!("{{{},\"n40\":1}}", many.join(","))), "the member \"n40\" occurs twice");
}

#[test]
fn depth_is_bounded_without_recursion() {
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(JsonObject::parse(&nested(63)).is_ok());
    assert_eq!(fault(&nested(64)), "nested deeper than 64 levels");
    assert_eq!(fault(&nested(100_000)), "nested deeper than 64 levels");
    assert!(check(&"[".repeat(100_000)).is_err());
}

#[test]
fn text_with_more_than_one_value_is_rejected() {
    for text in [
        "",
        "{",
        "{}x",
        "{} {}",
        "{\"a\":1e400}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":NaN}",
        "{a:1}",
        "{\"a\":01}",
    ] {
        assert!(JsonObject::parse(text).is_err(), "{text}");
    }
    assert_eq!(fault("[1]"), "JSON, but not an object");
    assert!(text(b"\xEF\xBB\xBF{}").is_err());
    assert!(text(b"{\"a\":\"\xFF\"}").is_err());
}

#[test]
fn pointer_resolves_to_its_value() {
    let value = JsonValue::parse(r#"{"a":{"b/c":[10,{"d~":true}]}}"#).unwrap();
    assert_eq!(value.pointer("/a/b~1c/1/d~0").map(JsonValue::text), Some("true"));
    assert_eq!(value.pointer("").map(JsonValue::kind), Some(JsonKind::Object));
    assert_eq!(value.pointer("/a/x"), None);
    assert_eq!(value.pointer("a"), None);
}

/// Parses one text with both parsers: what the fast path accepts, the strict parser reads identically.
#[track_caller]
fn is_taken_alike(text: &str) -> bool {
    let Some((plain, _)) = fast_path::members(text) else { return false };
    assert_eq!(strict::members(text).as_ref(), Ok(&plain), "{text}");
    assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text}");
    true
}

#[test]
fn fast_path_reads_typical_tokens() {
    for text in [
        "{}",
        " { } ",
        r#"{"iss":"https://issuer.example","sub":"alice","iat":1899999900,"exp":2000000000,"jti":"0123456789abcdef"}"#,
        "\t{\r\n \"a\" : -12 , \"b\" : [ ] , \"c\" : true,\"d\":false ,\"e\":null} \n",
        r#"{"aud":["a","b"],"realm":{"roles":["x",{"n":12},[ ],{ }]},"":"Grüße 世界","long long name":0,"n":-0}"#,
    ] {
        assert!(is_taken_alike(text), "{text}");
    }
    let many: Vec<String> = (0..60).map(|n| format!("\"n{n}\":0")).collect();
    assert!(is_taken_alike(&format!("{{{}}}", many.join(","))));
}

#[test]
fn fast_path_declines_uncommon_text() {
    for text in [
        "",
        "{",
        "{}x",
        "[]",
        "{,}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"a":01}"#,
        r#"{"a":-}"#,
        r#"{"a":+1}"#,
        r#"{"a":1.5}"#,
        r#"{"a":1e5}"#,
        r#"{"a":1000000000000000}"#,
        r#"{"a":tru}"#,
        r#"{"a":truex}"#,
        r#"{"a":"\n"}"#,
        r#"{"a":["\n"]}"#,
        r#"{"a":[{"b":1.5}]}"#,
        r#"{"a":[{"b":1,"b":1}]}"#,
        r#"{"a":[1,]}"#,
        r#"{"a":[,1]}"#,
        r#"{"a":[1 2]}"#,
        r#"{"a":{"b":1]}"#,
        "{\"\u{e9}\":1\u{e9}}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"12345678901\u{1f}\"}",
        r#"{"a":"b}"#,
        "{\u{a0}}",
        "{\u{c}}",
        r#"{"a":1,"a":2}"#,
        r#"{"a":[1,{"b":1,"\u0062":2}]}"#,
        r#"{"a":["\ud800"]}"#,
        r#"{"a":[1e400]}"#,
        r#"{"a":[1]]}"#,
    ] {
        assert!(fast_path::members(text).is_none(), "{text}");
    }
    let many: Vec<String> = (0..60).map(|n| format!("\"n{}\":0", n % 59)).collect();
    assert!(fast_path::members(&format!("{{{}}}", many.join(","))).is_none());
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(is_taken_alike(&nested(63)) && fast_path::members(&nested(64)).is_none());
}

/// Valid and invalid pieces of JSON in any order, most of them in braces.
fn likely_text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\"a\"",
        "\"b\":",
        "\"\\u0061\":",
        "\"exp\":1",
        "\"é\"",
        "0",
        "1",
        "-",
        ".",
        "e",
        "12345678901234567",
        "true",
        "null",
        "false",
        " ",
        "\n",
        "\u{c}",
        "\u{1f}",
        "\\ud800",
        "{\"a\":1,",
        "{\"b\":[",
        "]}",
        "}}",
        "\"c\":{},",
        "\"d\":[],",
    ];
    vec(select(PIECES), 0..12)
        .prop_map(|pieces| pieces.concat())
        .prop_flat_map(|inside| select(vec![format!("{{{inside}}}"), format!("{{\"a\":{inside}}}"), inside]))
}

proptest! {
    #![proptest_config(crate::exploration::cases(1_000))]

    #[test]
    fn both_parsers_agree_on_likely_text(text in likely_text()) {
        is_taken_alike(&text);
    }

    #[test]
    fn both_parsers_agree_on_any_text(text in any::<String>()) {
        is_taken_alike(&format!("{{\"a\":\"{text}\"}}"));
        is_taken_alike(&format!("{{\"{text}\":0}}"));
    }

    /// Each byte at each index of a word of eight: no string end is missed or invented.
    #[test]
    fn string_end_is_found_at_any_offset(before in 0..20_usize, after in 0..20_usize, byte in 0..128_u8) {
        let text = format!("{{\"a\":\"{}{}{}\"}}", "x".repeat(before), char::from(byte), "é".repeat(after));
        let is_plain = byte >= 0x20 && byte != b'"' && byte != b'\\';
        prop_assert_eq!(is_taken_alike(&text), is_plain);
    }
}
