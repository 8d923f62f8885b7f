//! Tests of `authkit decode`: the output never calls a token verified and never prints raw control characters.

use crate::harness::{NOW, Sandbox};
use crate::tokens::{GOOD, HS256, b64, claims, hs256, input};

#[test]
fn decoded_token_is_reported_as_not_verified() {
    let ran = Sandbox::new().run(&["decode", "--json", &hs256(HS256, GOOD)]).ok();
    let data = &ran.json()["data"];
    assert_eq!(data["verified"], false);
    assert_eq!(data["claims"]["sub"], "alice");
    let ran = Sandbox::new().run(&["decode", &hs256(HS256, GOOD)]).ok();
    assert!(ran.stdout.contains("not verified"), "{ran:?}");
}

#[test]
fn get_prints_one_value_as_written() {
    let room = Sandbox::new();
    let token = hs256(HS256, claims(r#""sub":"alice","n":1.50,"b":true,"z":null,"o":{"r/a":["x",{"~":7}]},"#));
    for (path, value) in [
        ("sub", "alice"),
        ("n", "1.50"),
        ("b", "true"),
        ("z", "null"),
        ("/o/r~1a/0", "x"),
        ("/o/r~1a/1/~0", "7"),
        ("header:alg", "HS256"),
    ] {
        assert_eq!(room.run(&["decode", "--get", path, &token]).ok().stdout, format!("{value}\n"), "{path}");
    }
    for path in ["gone", "/o/gone", "/o/r~1a/9", "/o/r~1a/00", "header:kid", "SUB"] {
        let ran = room.run(&["decode", "--get", path, &token]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{path}");
    }
}

#[test]
fn valid_for_is_exact_to_the_second() {
    let room = Sandbox::new();
    let run = |span: &str, payload: &str| room.run(&["decode", "--valid-for", span, &hs256(HS256, payload)]).code;
    let exp = |seconds: i64| format!(r#"{{"exp":{}}}"#, NOW + seconds);
    assert_eq!(run("5m", &exp(300)), 0, "exactly");
    assert_eq!(run("5m", &exp(299)), 1);
    assert_eq!(run("5m", &exp(301)), 0);
    assert_eq!(run("0s", &exp(-1)), 1);
    assert_eq!(run("5m", "{}"), 1, "without exp the lifetime is unknown");
    assert_eq!(run("5m", r#"{"exp":"soon"}"#), 1);
    assert_eq!(run("soon", &exp(300)), 2);
}

#[test]
fn malformed_token_is_an_input_error() {
    let room = Sandbox::new();
    let token = hs256(HS256, GOOD);
    let bad = [
        "".to_owned(),
        "x".to_owned(),
        "a.b".to_owned(),
        format!("{token}.AA"),
        format!("{token}=A"),
        "....".to_owned(),
        input("[]", GOOD) + ".AA",
        input(b"\xff", GOOD) + ".AA",
        input(r#"{"a":1,"a":2}"#, GOOD) + ".AA",
    ];
    for token in bad {
        for more in [&[][..], &["--json"], &["--get", "sub"]] {
            let ran = room.run_with(&[&["decode"], more].concat(), &token);
            assert_eq!(ran.code, 3, "{token}: {ran:?}");
        }
        let ran = room.run_with(&["decode", "--json"], &token);
        assert_eq!(ran.json()["error"]["kind"], "input");
    }
}

#[test]
fn alg_none_is_decoded_with_a_finding() {
    let token = format!("{}.", input(r#"{"alg":"none"}"#, GOOD));
    let ran = Sandbox::new().run(&["decode", "--json", &token]).ok();
    assert_eq!(ran.json()["findings"][0]["severity"], "error", "{ran:?}");
    let ran = Sandbox::new().run(&["decode", &token]).ok();
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("alg-none"), "{ran:?}");
}

#[test]
fn scan_of_text_finds_every_token() {
    let room = Sandbox::new();
    let (one, two) = (hs256(HS256, GOOD), hs256(HS256, claims(r#""sub":"bob","#)));
    let text =
        format!("GET / HTTP/1.1\nAuthorization: Bearer {one}\nCookie: a=b; t={two}; c=d\nversion 1.2.3 of a.b.c\n");
    let ran = room.run_with(&["decode", "--scan", "--json"], &text).ok();
    let lines: Vec<serde_json::Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["index"].as_u64(),
                line["data"]["claims"]["sub"].as_str().unwrap(),
                line["data"]["place"]["line"].as_u64(),
            )
        })
        .collect();
    assert_eq!(found, [(Some(0), "alice", Some(2)), (Some(1), "bob", Some(3))]);
    assert_eq!(room.run_with(&["decode", "--scan"], "nothing here").code, 3);
    assert_eq!(room.run_with(&["decode", "--scan", "--allow-empty"], "nothing here").code, 0);
}

/// Terminal escapes and invisible characters in every position of a token.
#[test]
fn invisible_characters_are_always_escaped() {
    let room = Sandbox::new();
    let evil = "\\u001b[31m\\u0007\\u009b1m\u{202e}\u{200b}\u{2028}\u{e0041}\u{7f}\u{9b}\u{feff}";
    let token = hs256(
        format!(r#"{{"alg":"HS256","kid":"{evil}","typ":"{evil}","{evil}":1}}"#),
        claims(&format!(r#""sub":"{evil}\nforged","{evil}":["{evil}"],"iss":"{evil}","#)),
    );
    let payload = format!("{}.{}.AA", b64(HS256), b64("\u{1b}[31m not JSON \u{202e}"));
    room.write("secret", crate::tokens::SECRET);
    for token in [&token, &payload] {
        let commands: [&[&str]; 9] = [
            &["decode"],
            &["decode", "--json"],
            &["decode", "--get", "sub"],
            &["decode", "--scan"],
            &["decode", "--scan", "--json"],
            &["verify", "-k", "secret"],
            &["verify", "-k", "secret", "--json"],
            &["verify", "-k", "secret", "--lines"],
            &["verify", "-k", "secret", "--iss", "a", "--typ", "b"],
        ];
        for command in commands {
            let ran = room.run_with(command, token);
            let hidden = |c: char| {
                (c.is_control() && !"\n\t".contains(c)) || "\u{202e}\u{200b}\u{2028}\u{e0041}\u{feff}".contains(c)
            };
            assert!(!ran.stdout.contains(hidden) && !ran.stderr.contains(hidden), "{command:?}: {ran:?}");
            assert!(
                !ran.stdout.lines().chain(ran.stderr.lines()).any(|line| line.starts_with("forged")),
                "{command:?}"
            );
        }
    }
}

/// Line breaks between members must not split the output line.
#[test]
fn json_document_is_printed_on_one_line() {
    let token = hs256("{\r\n\t\"alg\":\"HS256\"\n}", "{\n\"sub\":\"a\\nb\",\r\n\"exp\":1769861700}");
    let room = Sandbox::new();
    room.write("secret", crate::tokens::SECRET);
    for command in [
        &["decode", "--json"][..],
        &["decode", "--scan", "--json"],
        &["verify", "-k", "secret", "--json"],
        &["verify", "-k", "secret", "--lines", "--json"],
    ] {
        assert_eq!(room.run_with(command, &token).ok().stdout.lines().count(), 1, "{command:?}");
    }
}

#[test]
fn token_argument_may_be_a_path_or_the_token() {
    let room = Sandbox::new();
    let token = hs256(HS256, GOOD);
    room.write("token.jwt", format!("{token}\n"));
    for argument in ["token.jwt", "@token.jwt", &token] {
        room.run(&["decode", argument]).ok();
    }
    room.run_with(&["decode", "-"], &token).ok();
    room.run(&["decode", &format!("Bearer {token}")]).ok();
    assert_eq!(room.run(&["decode", "@gone"]).code, 4);
    // A string in the shape of a token is never a path.
    let short = hs256(HS256, "{}");
    room.write(&short, "not this");
    room.run(&["decode", &short]).ok();
}

#[test]
fn dotted_path_finds_a_value_and_a_name_with_dots_comes_first() {
    let room = Sandbox::new();
    let claims =
        r#"{"realm_access":{"roles":["a","b"]},"https://x.io/claims":{"id":7},"a.b":{"c":1},"a":{"b":{"c":2,"d":3}}}"#;
    let token = hs256(HS256, claims);
    for (path, expected) in [
        ("realm_access.roles.1", "b\n"),
        ("realm_access.roles", "[\"a\",\"b\"]\n"),
        ("https://x.io/claims.id", "7\n"),
        ("a.b.c", "1\n"),
        ("a.b.d", "3\n"),
        ("/a/b/c", "2\n"),
    ] {
        assert_eq!(room.run(&["decode", &token, "--get", path]).ok().stdout, expected, "{path}");
    }
    for path in ["realm_access.roles.2", "realm_access.role", "a.b.c.d", "realm_access.", ".a"] {
        assert_eq!(room.run(&["decode", &token, "--get", path]).code, 1, "{path}");
    }
    let reasons = |require: &str| {
        room.run(&["verify", "--allow-weak", "-k", "text:x", "--require", require, "--json", &token]).reasons()
    };
    assert!(!reasons("realm_access.roles.0").contains(&"claim-missing".to_owned()));
    assert!(reasons("realm_access.roles.9").contains(&"claim-missing".to_owned()));
}

#[test]
fn payload_that_is_no_claims_set_is_data_and_not_prose() {
    let room = Sandbox::new();
    let token = |payload: &[u8]| format!("{}.{}.AAAA", b64(HS256), b64(payload));
    let data = |payload: &[u8]| room.run(&["decode", &token(payload), "--json"]).ok().json()["data"].clone();
    let empty = data(b"");
    assert_eq!((empty.get("payload"), &empty["payload_bytes"]), (None, &0.into()), "{empty}");
    let binary = data(b"\xFF\xFE\x00");
    assert_eq!((binary.get("payload"), &binary["payload_bytes"]), (None, &3.into()), "{binary}");
    let text = data(b"hello");
    assert_eq!((&text["payload"], &text["payload_bytes"]), (&"hello".into(), &5.into()), "{text}");
    let shown = room.run(&["decode", &token(b"\xFF\xFE\x00")]).ok().stdout;
    assert!(shown.contains("(3 bytes that are not text)"), "{shown}");
}

#[test]
fn tokens_of_lines_and_texts_give_their_values() {
    let room = Sandbox::new();
    let (a, b) = (hs256(HS256, r#"{"sub":"a","n":1}"#), hs256(HS256, r#"{"sub":"b"}"#));
    room.write("tokens", format!("{a}\n\n  {b}\r\n"));
    room.write("log", format!("GET / Bearer {a}\nother {b} end\n"));
    for input in [&["--lines", "tokens"][..], &["--scan", "log"]] {
        let decode = |more: &[&str]| room.run(&[&["decode"], input, more].concat());
        assert_eq!(decode(&["--get", "sub"]).ok().stdout, "a\nb\n");
        let ran = decode(&["--get", "n"]);
        assert!(ran.code == 1 && ran.stdout == "1\n" && ran.stderr.contains("1 token without n"), "{ran:?}");
        let documents = decode(&["--get", "sub", "--json"]).ok().stdout;
        let lines: Vec<serde_json::Value> = documents.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(|line| &line["data"]["value"]).collect::<Vec<_>>(), ["a", "b"]);
        assert!(lines[1]["data"]["place"]["line"].as_u64() > lines[0]["data"]["place"]["line"].as_u64());
    }
    room.write("bad", format!("{a}\nno token\n"));
    let ran = room.run(&["decode", "--lines", "bad"]);
    assert!(ran.code == 3 && ran.stdout.contains("line 2") && ran.stderr.contains("1 line without a token"), "{ran:?}");
    let ran = room.run(&["decode", "--lines", "bad", "--json"]);
    assert!(ran.code == 3 && ran.stdout.contains("\"error\":\"not a JWT"), "{ran:?}");
    assert_eq!(room.run(&["decode", "--scan", "log", "tokens"]).code, 2, "one text");
    assert_eq!(room.run(&["decode", "--allow-empty", &a]).code, 2);
    assert_eq!(room.run_with(&["decode", "--lines"], "\n").code, 3);
    assert_eq!(room.run_with(&["decode", "--lines", "--allow-empty"], "\n").code, 0);
}
