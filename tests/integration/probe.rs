//! Tests of `authkit probe`: equal checks of saved and live responses, and reports about faulty servers.

use crate::harness::{RunOutput, Sandbox};
use serde_json::Value;

/// The findings of a run as `rule location`.
fn rules(ran: &RunOutput) -> Vec<String> {
    let findings = ran.json()["findings"].as_array().cloned().unwrap_or_default();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn finding<'r>(json: &'r Value, rule: &str) -> &'r Value {
    let found = json["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule}: {json}"))
}

const SHOP: &str = "HTTP/1.1 302 Found\r\nLocation: /login\r\nSet-Cookie: theme=dark; SameSite=None\r\n\r\n\
    HTTP/2 200\r\nSet-Cookie: sid=d41d8cd98f00b204e9800998ecf8427e; Path=/; HttpOnly\r\n\
    Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n\r\n";

#[test]
fn saved_headers_are_checked_with_their_locations() {
    let room = Sandbox::new();
    room.write("shop.txt", SHOP);
    let ran = room.run(&["probe", "--headers", "shop.txt", "https://shop.example/", "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    let place = &finding(&json, "cookie-missing-secure")["location"];
    assert_eq!((&place["file"], &place["line"], &place["column"]), (&"shop.txt".into(), &6.into(), &13.into()));
    assert_eq!(place["url"], "https://shop.example/login");
    let theme = &json["data"]["responses"][0]["cookies"][0];
    assert_eq!((&theme["outcome"], &theme["change"]), (&"dropped".into(), &Value::Null));
    assert_eq!(theme["verdict"], "dropped: SameSite=None without Secure (6265bis §5.7 step 19)");
    assert_eq!(json["data"]["responses"][1]["hop"], 1);
}

#[test]
fn findings_are_written_in_every_format() {
    let room = Sandbox::new();
    room.write("shop.txt", SHOP);
    let mut args = vec!["probe", "--headers", "shop.txt", "https://shop.example/"];
    for file in ["sarif=a.sarif", "junit=a.xml", "markdown=a.md", "github=a.txt"] {
        args.extend(["-o", file]);
    }
    assert_eq!(room.run(&args).code, 1);
    for file in ["a.sarif", "a.xml", "a.md", "a.txt"] {
        let text = std::fs::read_to_string(room.path(file)).unwrap();
        assert!(text.contains("cookie-missing-secure") && !text.contains("d41d8cd98f"), "{file}: {text}");
    }
}

#[test]
fn baselines_ignores_and_severities_are_applied() {
    let room = Sandbox::new();
    room.write("shop.txt", SHOP);
    let probe =
        |more: &[&str]| room.run(&[&["probe", "--headers", "shop.txt", "https://shop.example/"], more].concat());
    assert_eq!(probe(&["--fail-on", "never"]).code, 0);
    assert_eq!(probe(&["--severity", "cookie-missing-secure=off"]).code, 0);
    assert_eq!(probe(&["--cookie", "sid=other"]).code, 0);
    probe(&["--write-baseline", "base.json"]).ok();
    let ran = probe(&["--baseline", "base.json", "--fail-on", "info", "--json"]).ok();
    assert!(ran.json()["data"]["baselined"].as_u64().unwrap() > 3, "{ran:?}");
    let more = SHOP.replace("Set-Cookie: sid", "Set-Cookie: jsessionid=0123456789012345678901\r\nSet-Cookie: sid");
    room.write("shop.txt", more);
    let ran = probe(&["--baseline", "base.json", "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.json()["findings"].to_string().contains("jsessionid") && !ran.stdout.contains("\"sid has"));
    room.write("shop.txt", SHOP);
    let ignore =
        "[[ignore]]\nrule = \"cookie-missing-secure\"\npath = \"https://shop.example/*\"\nreason = \"known\"\n";
    room.write("authkit.toml", ignore);
    assert_eq!(probe(&[]).code, 1, "a discovered file has no effect");
    let ran = probe(&["--config", "authkit.toml", "--json"]).ok();
    assert_eq!(ran.json()["data"]["ignored"], 2);
    assert_eq!(probe(&["--config", "authkit.toml", "--no-ignores"]).code, 1);
}

/// Text derived from a URL or header is redacted like the URL.
#[test]
fn token_in_url_or_header_appears_in_no_output() {
    let room = Sandbox::new();
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY5ODYwODAwLCJleHAiOjE3Njk4NjQ0MDB9.c2lnbmF0dXJl";
    let dump = format!(
        "HTTP/1.1 302 Found\nLocation: http://b.example/in/{token}/x;jsessionid=s3cr3t\nSet-Cookie: sid=0123456789abcdef\n\
         Set-Cookie: other=1; Path=/in/{token}\nSet-Cookie: gone=; Expires={token}\nSet-Cookie: site=1; SameSite={token}\n\
         Set-Cookie: {token}=1; Domain={token}\nSet-Cookie: late=1; Max-Age={token}; {token}; X={token}\n\
         {token}: x\nReferer: https://a.example/{token}\n\n"
    );
    room.write("t.txt", dump);
    let url = format!("https://a.example/in/{token}/done;jsessionid=s3cr3t");
    for format in ["human", "json", "markdown", "sarif", "github", "junit", "csv"] {
        let ran = room.run(&["probe", "--headers", "t.txt", &url, "--format", format, "-v"]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!all.contains("c2lnbmF0dXJl") && !all.contains("s3cr3t"), "{format}: {all}");
        assert!(format == "csv" || all.contains("https://a.example/in/…"), "{format}: {all}");
    }
    room.run(&["probe", "--headers", "t.txt", &url, "--write-baseline", "known.json"]).ok();
    assert!(!String::from_utf8(room.read("known.json")).unwrap().contains("c2lnbmF0dXJl"));
    // Also for URLs that cannot be requested or are invalid.
    for wrong in [
        format!("{token}/x?t=s3cr3t"),
        format!("ftp://u:s3cr3t@a.example/{token}"),
        format!("http://127.0.0.1:1/{token}?s3cr3t"),
    ] {
        let ran = room.run(&["probe", &wrong, "--json"]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(ran.code > 1 && !all.contains("c2lnbmF0dXJl") && !all.contains("s3cr3t"), "{all}");
    }
}

#[test]
fn tokens_in_every_location_are_found() {
    let room = Sandbox::new();
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY5ODYwODAwLCJleHAiOjE3Njk4NjQ0MDB9.c2lnbmF0dXJl";
    room.write(
        "t.txt",
        format!(
            "HTTP/1.1 200 OK\nSet-Cookie: at={token}; Secure; HttpOnly; SameSite=Lax; Max-Age=86400\n\
             Content-Type: application/json\n\n{{\"token\":\"{token}x\"}}\n"
        ),
    );
    let ran = room.run(&["probe", "--headers", "t.txt", "https://a.example/", "--json"]);
    let json = ran.json();
    let places: Vec<_> = json["data"]["tokens"].as_array().unwrap().iter().map(|t| t["pointer"].clone()).collect();
    assert_eq!(places, ["/set-cookie/at", "/response/body/token"]);
    assert!(rules(&ran).contains(&"jwt-cookie-outlives-exp".to_owned()), "{:?}", rules(&ran));
    assert!(!ran.stdout.contains("eyJ"), "{ran:?}");
}

#[test]
fn request_bodies_of_a_har_are_searched() {
    let room = Sandbox::new();
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
    let entry = |data: serde_json::Value| {
        serde_json::json!({
            "request": {"method": "POST", "url": "https://a.example/", "headers": [], "postData": data},
            "response": {"status": 204, "headers": []},
        })
    };
    let json = serde_json::json!({"text": format!("{{\"refresh\":[1,\"{token}\"]}}")});
    let form = serde_json::json!({"params": [{"name": "id_token", "value": format!("{token}x")}]});
    room.write("a.har", serde_json::json!({"log": {"entries": [entry(json), entry(form)]}}).to_string());
    let ran = room.run(&["probe", "--har", "a.har", "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    let found: Vec<_> = json["data"]["tokens"].as_array().unwrap().iter().map(|own| own["pointer"].clone()).collect();
    assert_eq!(found, ["/request/body/refresh/1", "/request/body"]);
    assert_eq!(finding(&json, "alg-none")["severity"], "error");
    assert!(!ran.stdout.contains("eyJ"), "{ran:?}");
}

#[test]
fn redirect_downgrade_to_http_is_an_error() {
    let room = Sandbox::new();
    room.write("d.txt", "HTTP/1.1 302 Found\r\nLocation: http://shop.example/home?token=hush-hush-hush\r\n\r\n");
    let ran = room.run(&["probe", "--headers", "d.txt", "https://shop.example/", "--json"]);
    assert_eq!((ran.code, &finding(&ran.json(), "redirect-downgrade")["severity"]), (1, &"error".into()));
    assert!(!ran.stdout.contains("hush"), "{ran:?}");
}

#[test]
fn many_cookies_are_checked_in_linear_time() {
    let room = Sandbox::new();
    let lines: String = (0..50_000).map(|n| format!("Set-Cookie: c{n}=1; Secure; HttpOnly\n")).collect();
    room.write("many.txt", lines);
    let ran = room.run(&["probe", "--headers", "many.txt", "--fail-on", "never"]).ok();
    assert!(ran.stdout.contains("50,000 Set-Cookie lines"), "{}", &ran.stdout[..200]);
}

#[test]
fn input_without_response_is_reported() {
    let room = Sandbox::new();
    room.write("empty.txt", "");
    room.write("text.txt", "no headers here\n");
    room.write("not.har", "{\"a\":1}");
    for file in ["empty.txt", "text.txt"] {
        let ran = room.run(&["probe", "--headers", file]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains("no response") && ran.stderr.contains("curl"), "{ran:?}");
        room.run(&["probe", "--headers", file, "--allow-empty"]).ok();
    }
    assert_eq!(room.run(&["probe", "--har", "not.har"]).code, 3);
    assert_eq!(room.run(&["probe", "--har", "missing.har"]).code, 4);
    assert_eq!(room.run(&["probe"]).code, 2);
    assert_eq!(room.run(&["probe", "--headers", "empty.txt", "a", "b"]).code, 2);
}

#[test]
fn truncated_har_is_checked_up_to_the_cut() {
    let room = Sandbox::new();
    let entry = |url: &str| {
        format!(
            r#"{{"request":{{"method":"GET","url":"{url}","headers":[]}},"response":{{"status":200,"headers":[{{"name":"Set-Cookie","value":"sid=d41d8cd98f00b204e9800998ecf8427e"}}]}}}}"#
        )
    };
    let har = format!("{{\"log\":{{\"entries\":[{},{}", entry("https://a.example/"), r#"{"request":{"meth"#);
    room.write("cut.har", har);
    let ran = room.run(&["probe", "--har", "cut.har", "--json", "--fail-on", "never"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!((&ran.json()["data"]["partial"], &ran.json()["data"]["totals"]["responses"]), (&true.into(), &1.into()));
    assert!(ran.stderr.contains("inside entry 1"), "{ran:?}");
    assert_eq!(finding(&ran.json(), "cookie-missing-secure")["location"]["line"], 1);
    // For every cut: a report with a message, and nothing that the file does not contain.
    let whole =
        format!("{{\"log\":{{\"entries\":[{},{}]}}}}", entry("https://a.example/"), entry("https://b.example/"));
    for end in (0..whole.len()).step_by(23) {
        room.write("cut.har", &whole[..end]);
        let ran = room.run(&["probe", "--har", "cut.har", "--json", "--fail-on", "never"]);
        assert_eq!(ran.code, 3, "{end}: {ran:?}");
        let words = format!("{}{}", ran.stdout, ran.stderr);
        assert!(words.contains("truncated") || words.contains("cut.har"), "{end}: {ran:?}");
    }
}

#[cfg(feature = "net")]
mod live;
#[cfg(feature = "net")]
mod sessions;
