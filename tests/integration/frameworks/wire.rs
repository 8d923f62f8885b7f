//! What no framework sends: lines to the byte, from a server that answers as it is told. What each must be found to be
//! was read from RFC 6265bis, §5.6 (parsing) and §5.7 (storing), before anything judged it.

use super::judged;
use authkit::cookie::address::Address;
use authkit::cookie::exchange::{Exchange, Header};

/// `Set-Cookie` lines of one response from https://localhost/, and all findings about them.
struct Row {
    lines: Vec<Vec<u8>>,
    findings: Vec<String>,
}

/// Rows by name: lines, then findings: severity, rule, name of the cookie.
macro_rules! rows {
    ($($name:ident: [$($line:expr),*] => [$($finding:expr),*];)*) => {
        fn rows() -> Vec<(&'static str, Row)> {
            vec![$((
                stringify!($name),
                Row { lines: vec![$(Vec::from($line)),*], findings: vec![$(String::from($finding)),*] },
            )),*]
        }
    };
}

/// A name and a value of so many bytes together.
fn pair(bytes: usize) -> String {
    format!("x={}", "v".repeat(bytes - 1))
}

fn with_attribute(bytes: usize) -> String {
    format!("x=1; Secure; HttpOnly; Path=/{}", "p".repeat(bytes - 1))
}

rows! {
    // Nothing is wrong with these, odd as they look.
    plain: ["x=1; Secure; HttpOnly"] => [];
    shouted: ["x=1; SECURE; HTTPONLY; SAMESITE=LAX; PATH=/"] => [];
    presence_is_enough: ["x=1; Secure=false; HttpOnly=no"] => [];
    semicolons: ["x=1;;; ;Secure;HttpOnly;"] => [];
    white_space: [" \t x \t = \t 1 \t ;\tSecure ; \tHttpOnly \t"] => [];
    tab_in_a_value: ["x=a\tb; Secure; HttpOnly"] => [];
    quotes_are_part_of_the_value: ["x=\"a;b\"; Secure; HttpOnly"] => [];
    equals_signs: ["x=a=b==; Secure; HttpOnly; Path=/=="] => [];
    latin_1: [b"x=caf\xe9; Secure; HttpOnly"] => [];
    not_utf_8_in_a_name: [b"\xff\xfe=1; Secure; HttpOnly"] => [];
    utf_8: ["ünï=😀; Secure; HttpOnly"] => [];
    unknown_attributes: ["x=1; Secure; HttpOnly; Version=1; Priority=High; Foo"] => [];
    unreadable_max_age: ["x=1; Secure; HttpOnly; Max-Age=soon"] => [];
    unreadable_date: ["x=1; Secure; HttpOnly; Expires=soon"] => [];
    no_path: ["x=1; Secure; HttpOnly; Path=; Path"] => ["info cookie-attr-conflict x"];
    own_domain: ["x=1; Secure; HttpOnly; Domain=localhost"] => [];
    comma_in_a_value: ["x=a,b; Secure; HttpOnly"] => [];
    largest: [format!("{}; Secure; HttpOnly", pair(4096))] => [];
    longest_attribute: [with_attribute(1024)] => [];
    fifty: [(0..50).map(|n| format!("c{n}=1; Secure; HttpOnly")).collect::<Vec<_>>().join("\n")] => [];

    // Names.
    nothing_at_all: [""] => ["info cookie-nameless "];
    only_attributes: ["; Secure; HttpOnly"] => ["info cookie-nameless "];
    no_equals_sign: ["x; Secure; HttpOnly"] => ["info cookie-nameless "];
    no_name: ["=x; Secure; HttpOnly"] => ["info cookie-nameless "];
    secure_is_the_name: ["Secure; HttpOnly; x=1"] => ["info cookie-missing-secure ", "info cookie-nameless "];
    nameless_impostor: ["=__Host-x=1; Secure; HttpOnly"] => ["info cookie-nameless ", "warning cookie-nameless-impersonation "];
    nameless_impostor_without_a_sign: ["__Secure-x; Secure; HttpOnly"] => ["info cookie-nameless ", "warning cookie-nameless-impersonation "];
    host_prefix_without_path: ["__Host-x=1; Secure; HttpOnly"] => ["error cookie-prefix-invalid __Host-x"];
    // The name of the host itself, when that is a public suffix, is no Domain (§5.7 step 9): "localhost" is one.
    host_prefix_with_own_suffix: ["__Host-x=1; Secure; HttpOnly; Path=/; Domain=localhost"] => [];
    host_prefix_with_empty_domain: ["__Host-x=1; Secure; HttpOnly; Path=/; Domain="] => [];
    prefix_in_another_case: ["__hOsT-x=1; Secure; HttpOnly; Path=/"] => ["warning cookie-prefix-miscased __hOsT-x"];

    // Attributes.
    samesite_bogus_last: ["x=1; Secure; HttpOnly; SameSite=Strict; SameSite=Maybe"] => ["info cookie-attr-conflict x", "info cookie-samesite-invalid x"];
    samesite_none_insecure: ["x=1; HttpOnly; SameSite=None"] => ["info cookie-missing-secure x", "warning cookie-samesite-none-insecure x"];
    max_age_and_expires: ["x=1; Secure; HttpOnly; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"] => [];
    max_age_twice: ["x=1; Secure; HttpOnly; Max-Age=60; Max-Age=600"] => ["info cookie-attr-conflict x"];
    max_age_for_ever: ["x=1; Secure; HttpOnly; Max-Age=99999999999999999999999999"] => ["info cookie-lifetime-over-cap x"];
    expires_zero_does_not_delete: ["x=; Secure; HttpOnly; Expires=0"] => ["warning cookie-clear-broken x"];
    max_age_minus_one_deletes: ["x=; Max-Age=-1"] => [];
    deletion_needs_no_flags: ["x=gone; Max-Age=0"] => [];
    partitioned_insecure: ["x=1; HttpOnly; Partitioned"] => ["info cookie-missing-secure x", "info cookie-partitioned-insecure x"];
    other_domain: ["x=1; Secure; HttpOnly; Domain=example.org"] => ["warning cookie-domain-mismatch x"];
    folded: ["x=1; Path=/, y=2; Path=/; Secure; HttpOnly"] => ["info cookie-attr-conflict x", "info cookie-folded x"];
    attribute_too_long: [with_attribute(1025)] => ["info cookie-attr-too-long x"];
    too_large: [format!("{}; Secure; HttpOnly", pair(4097))] => ["warning cookie-too-large x"];

    // More than one.
    one_name_twice: ["x=1; Secure; HttpOnly", "x=2; Secure; HttpOnly"] => ["info cookie-duplicate x"];
    one_name_in_two_cases: ["x=1; Secure; HttpOnly", "X=2; Secure; HttpOnly"] => [];
}

#[test]
fn odd_lines_are_what_the_standard_makes_of_them() {
    let mut wrong = Vec::new();
    for (name, row) in rows() {
        let url = Address::parse("https://localhost/").expect("an address");
        let lines = row.lines.iter().flat_map(|line| line.split(|byte| *byte == b'\n'));
        let headers = lines.map(|line| Header::new("Set-Cookie", line.trim_ascii())).collect();
        let found = judged::rows(&[Exchange { headers, ..Exchange::get(url) }], false);
        if found != row.findings {
            wrong.push(format!("{name}: {found:?}, must be {:?}", row.findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
