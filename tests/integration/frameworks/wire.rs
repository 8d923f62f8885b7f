//! Tests of `Set-Cookie` lines that no framework sends, from a scripted server. The expected findings were
//! derived from RFC 6265bis §5.6 (parsing) and §5.7 (storing), independently of the implementation.

use super::{judged, probe};
use crate::harness::{RunOutput, Sandbox};
use crate::server::{Asked, Authority, Server};
use authkit::http::exchange::{Exchange, HttpHeader};
use authkit::http::url::HttpUrl;
use std::io::{self, Write};

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

/// A name-value pair of `bytes` bytes.
fn pair(bytes: usize) -> String {
    format!("x={}", "v".repeat(bytes - 1))
}

fn with_attribute(bytes: usize) -> String {
    format!("x=1; Secure; HttpOnly; Path=/{}", "p".repeat(bytes - 1))
}

rows! {
    // Valid, although unusual.
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
    // A Domain equal to the host is ignored if the host is a public suffix (§5.7 step 9), as "localhost" is.
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

    // Several lines.
    one_name_twice: ["x=1; Secure; HttpOnly", "x=2; Secure; HttpOnly"] => ["info cookie-duplicate x"];
    one_name_in_two_cases: ["x=1; Secure; HttpOnly", "X=2; Secure; HttpOnly"] => [];
}

#[test]
fn odd_set_cookie_lines_are_evaluated_by_the_standard() {
    let mut wrong = Vec::new();
    for (name, row) in rows() {
        let url = HttpUrl::parse("https://localhost/").expect("an address");
        let lines = row.lines.iter().flat_map(|line| line.split(|byte| *byte == b'\n'));
        let headers = lines.map(|line| HttpHeader::new("Set-Cookie", line.trim_ascii())).collect();
        let found = judged::rows(&[Exchange { headers, ..Exchange::get(url) }], false);
        if found != row.findings {
            wrong.push(format!("{name}: {found:?}, must be {:?}", row.findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A TLS server that responds to `/NAME` with the lines of that name, each preceded by CR LF.
struct Wire {
    server: Server,
    room: Sandbox,
}

impl Wire {
    fn new(lines_of: impl Fn(&str) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        let authority = Authority::new("the authority of a test");
        let answer = move |asked: &Asked, out: &mut dyn Write| -> io::Result<()> {
            out.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n")?;
            for line in lines_of(asked.path.trim_start_matches('/')) {
                out.write_all(&line)?;
                out.write_all(b"\r\n")?;
            }
            out.write_all(b"\r\n")
        };
        let server = Server::tls(authority.config(&["localhost"]), answer);
        let room = Sandbox::new();
        room.write("ca.pem", authority.pem);
        Self { server, room }
    }

    fn probe(&self, name: &str) -> RunOutput {
        let url = format!("https://localhost:{}/{name}", self.server.port);
        self.room.run(&["probe", &url, "--cacert", "ca.pem", "--json", "--fail-on", "never"])
    }
}

#[test]
fn odd_set_cookie_lines_arrive_unchanged_over_the_wire() {
    let wire = Wire::new(|name| {
        let found = rows().into_iter().find(|(own, _)| *own == name);
        let lines = found.map(|(_, row)| row.lines).unwrap_or_default();
        let lines = lines.iter().flat_map(|line| line.split(|byte| *byte == b'\n'));
        lines.map(|line| [b"Set-Cookie: ", line].concat()).collect()
    });
    let mut wrong = Vec::new();
    for (name, row) in rows() {
        let answer = wire.probe(name).ok().json();
        let found = probe::rows(&answer);
        if found != row.findings {
            wrong.push(format!("{name}: {found:?}, must be {:?}", row.findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Lines that HTTP clients reject (RFC 9112 §5, RFC 9110 §5.5). Line folding may be accepted (RFC 9112 §5.2).
const BROKEN: &[(&str, &[u8])] = &[
    ("nul", b"Set-Cookie: x=a\0b; Secure; HttpOnly"),
    ("control", b"Set-Cookie: x=a\x01b; Secure; HttpOnly"),
    ("del", b"Set-Cookie: x=a\x7fb; Secure; HttpOnly"),
    ("bare-cr", b"Set-Cookie: x=a\rb; Secure; HttpOnly"),
    ("fold", b"Set-Cookie: x=1; Secure;\r\n HttpOnly"),
    ("space-before-colon", b"Set-Cookie : x=1; Secure; HttpOnly"),
    ("no-name", b": x=1"),
    ("no-colon", b"Set-Cookie"),
    ("nul-in-the-name", b"Set\0Cookie: x=1"),
];

#[test]
fn malformed_http_response_is_a_finding() {
    let wire = Wire::new(|name| BROKEN.iter().filter(|(own, _)| *own == name).map(|(_, line)| line.to_vec()).collect());
    for (name, _) in BROKEN {
        let ran = wire.probe(name).ok();
        assert_eq!(probe::rows(&ran.json()), [format!("error http-header-invalid /{name}")], "{name}");
        assert!(!ran.stdout.contains(['\0', '\x01', '\x7f', '\r']), "{name}: {ran:?}");
        let url = format!("https://localhost:{}/{name}", wire.server.port);
        let strict = wire.room.run(&["probe", &url, "--cacert", "ca.pem"]);
        assert_eq!(strict.code, 1, "{name}: {strict:?}");
    }
}

#[test]
fn thousand_cookies_are_checked_and_endless_ones_refused() {
    let wire = Wire::new(|name| {
        let count: usize = name.parse().expect("a number");
        (0..count).map(|n| format!("Set-Cookie: c{n}=1; Secure; HttpOnly").into_bytes()).collect()
    });
    let many = wire.probe("1000").ok().json();
    assert_eq!(many["data"]["totals"]["cookies"], 1000);
    assert_eq!(probe::rows(&many), ["info cookie-too-many /1000"]);
    let endless = wire.probe("5000");
    assert!(endless.code == 4 && endless.stdout.contains("too many"), "{endless:?}");
}
