//! Tests of `authkit probe` against correct and faulty servers on loopback.

use super::{finding, rules};
use crate::harness::{RunOutput, Sandbox};
use crate::server::{Authority, Server, redirect, reply};
use std::io::Write;

#[track_caller]
fn probe(args: &[&str]) -> RunOutput {
    Sandbox::new().run(&[&["probe", "--json"], args].concat())
}

/// The message of the single failure.
#[track_caller]
fn failure(ran: &RunOutput) -> String {
    assert_eq!(ran.code, 4, "{ran:?}");
    ran.json()["error"]["message"].as_str().unwrap_or_else(|| panic!("{ran:?}")).to_owned()
}

#[test]
fn every_redirect_hop_is_checked() {
    let server = Server::plain(|asked, out| match asked.path.as_str() {
        "/" => reply(out, 302, &[("Location", "/login"), ("Set-Cookie", "pre=1; SameSite=None")], ""),
        _ => reply(out, 200, &[("Set-Cookie", "sid=d41d8cd98f00b204e9800998ecf8427e; HttpOnly")], "{}"),
    });
    let ran = probe(&[&server.url("/")]).ok();
    let json = ran.json();
    let hops: Vec<_> = json["data"]["responses"].as_array().unwrap().iter().map(|one| one["hop"].clone()).collect();
    assert_eq!(hops, [0, 1, 0, 1], "the visit, and again with a made-up Origin");
    assert_eq!(json["data"]["totals"]["cookies"], 2);
    // On loopback, plain HTTP is only info.
    assert_eq!(finding(&json, "cookie-set-over-http")["severity"], "info");
    assert!(!rules(&ran).contains(&"cookie-missing-secure".to_owned()));
    let ran = probe(&[&server.url("/"), "--assume-https", "--passive"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(finding(&ran.json(), "cookie-missing-secure")["severity"], "error");
    assert_eq!((&ran.json()["data"]["assume_https"], server.count("/")), (&true.into(), 3));
}

#[test]
fn cookies_set_by_redirects_are_sent_but_not_authenticated() {
    let server = Server::plain(|asked, out| match (asked.path.as_str(), asked.header("cookie")) {
        ("/in", Some(line)) if line.contains("sid=d41d8cd98f") => {
            reply(out, 200, &[("Content-Type", "text/html")], "hello")
        }
        _ => {
            reply(out, 302, &[("Location", "/in"), ("Set-Cookie", "sid=d41d8cd98f00b204e9800998ecf8427e; Path=/")], "")
        }
    });
    let ran = probe(&[&server.url("/"), "--passive"]).ok();
    let json = ran.json();
    assert_eq!(
        (&json["data"]["totals"]["responses"], &json["data"]["responses"][1]["status"]),
        (&2.into(), &200.into())
    );
    assert_eq!(json["data"]["responses"][1]["authenticated"], false, "{json}");
    assert!(!rules(&ran).contains(&"cache-authenticated".to_owned()), "an anonymous session is not a login");
    // With a cookie given by the user, it is authenticated.
    let ran = probe(&[&server.url("/"), "--passive", "--header", "Cookie: session=mine"]).ok();
    assert!(rules(&ran).contains(&"cache-authenticated".to_owned()), "{ran:?}");
}

#[test]
fn reflected_origin_is_a_finding() {
    let server = Server::plain(|asked, out| match asked.header("origin") {
        Some(origin) => {
            let headers = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")];
            reply(out, 200, &headers, "")
        }
        None => reply(out, 200, &[], ""),
    });
    let ran = probe(&[&server.url("/")]);
    assert_eq!((ran.code, rules(&ran)), (1, vec!["cors-reflect-credentials".to_owned()]));
    let origins: Vec<_> = server.asked().iter().filter_map(|asked| asked.header("origin").map(str::to_owned)).collect();
    let again = probe(&[&server.url("/")]);
    assert_eq!((again.code, origins.len()), (1, 1));
    assert_ne!(server.asked().last().unwrap().header("origin"), Some(origins[0].as_str()), "made up each time");
}

#[test]
fn requests_are_sent_as_given_by_options() {
    let room = Sandbox::new();
    room.write("body.json", "{\"a\":1}");
    room.write("headers.txt", "Authorization: Bearer hush\nX-Two: 2\n");
    let server = Server::plain(|_, out| reply(out, 200, &[], ""));
    let url = server.url("/login");
    let args = ["--data", "body.json", "--header", "@headers.txt", "--header", "Content-Type: application/json"];
    let ran = room.run(&[&["probe", &url, "--json"][..], &args].concat()).ok();
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].method.as_str(), asked[0].body.as_str()), (1, "POST", "{\"a\":1}"));
    assert_eq!((asked[0].header("authorization"), asked[0].header("x-two")), (Some("Bearer hush"), Some("2")));
    assert!(!ran.stdout.contains("hush"));
    room.run(&["probe", &url, "--method", "head"]).ok();
    assert_eq!(server.asked()[1].method, "HEAD");
    room.write("urls.txt", format!("# two\n{}\n\n{}\n{0}\n", server.url("/a"), server.url("/b")));
    room.run(&["probe", "--urls", "urls.txt", "--passive"]).ok();
    assert_eq!((server.count("/a"), server.count("/b")), (1, 1));
    for wrong in [
        &["--method", "get", "--data", "body.json"][..],
        &["--header", "no colon"],
        &["--header", "a b: c"],
        &["--timeout", "0s"],
        &["--insecure", "--cacert", "x.pem"],
    ] {
        assert_eq!(room.run(&[&["probe", &url][..], wrong].concat()).code, 2, "{wrong:?}");
    }
    for wrong in ["ftp://a.example/", "a.example", "https://u:p@a.example/", "https://"] {
        assert_eq!(room.run(&["probe", wrong]).code, 2, "{wrong}");
    }
}

#[test]
fn user_headers_are_not_sent_to_another_origin() {
    let other = Server::plain(|_, out| reply(out, 200, &[], ""));
    let target = other.url("/");
    let server = Server::plain(move |_, out| redirect(out, 302, &target));
    probe(&[&server.url("/"), "--header", "Authorization: Bearer hush", "--passive"]).ok();
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[test]
fn unreachable_endpoint_is_reported_with_its_cause() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = |port: u16, scheme: &str| format!("{scheme}://127.0.0.1:{port}/");
    assert!(failure(&probe(&[&at(closed, "http")])).contains("refused"));
    assert!(failure(&probe(&[&at(Server::raw(b"SSH-2.0-OpenSSH_9.9\r\n"), "http")])).contains("does not speak HTTP"));
    let redis = Server::plain(|_, out| out.write_all(b"-ERR unknown command\r\n"));
    assert!(failure(&probe(&[&redis.url("/")])).contains("does not speak HTTP"));
    assert!(failure(&probe(&[&at(Server::raw(b"HTTP/1.1 200 OK\r\n"), "https")])).contains("does not speak TLS"));
    let reset = Server::plain(|_, _| Ok(()));
    assert!(failure(&probe(&[&reset.url("/")])).contains("closed before the response"));
    assert!(
        failure(&probe(&[&Server::silent().url("/"), "--first-byte-timeout", "1s"])).contains("no response within 1 s")
    );
}

#[test]
fn invalid_certificate_is_reported_with_its_fault() {
    let room = Sandbox::new();
    let authority = Authority::new("test");
    room.write("ca.pem", &authority.pem);
    let answer = |_: &crate::server::Asked, out: &mut dyn Write| {
        reply(out, 200, &[("Set-Cookie", "sid=d41d8cd98f00b204e9800998ecf8427e; HttpOnly; SameSite=Lax")], "")
    };
    let good = Server::tls(authority.config(&["127.0.0.1"]), answer);
    let expired = Server::tls(authority.config_until(&["127.0.0.1"], 2021), answer);
    let named = Server::tls(authority.config(&["shop.example"]), answer);
    let run = |server: &Server, more: &[&str]| room.run(&[&["probe", "--json", &server.url("/")], more].concat());
    let ran = run(&good, &["--cacert", "ca.pem"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(finding(&ran.json(), "cookie-missing-secure")["severity"], "error");
    assert!(failure(&run(&good, &[])).contains("untrusted authority"));
    assert!(failure(&run(&expired, &["--cacert", "ca.pem"])).contains("has expired"));
    assert!(failure(&run(&named, &["--cacert", "ca.pem"])).contains("other host names"));
    let ran = run(&named, &["--insecure"]);
    assert_eq!((ran.code, &ran.json()["data"]["insecure"]), (1, &true.into()));
    let human = room.run(&["probe", &named.url("/"), "--insecure"]);
    assert!(crate::harness::unfolded(&human.stdout).contains("certificates were not verified"), "{human:?}");
}

#[test]
fn forbidden_byte_in_http_response_is_a_finding() {
    let server = Server::plain(|_, out| out.write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x01b\r\n\r\n"));
    let ran = probe(&[&server.url("/"), "--passive"]);
    assert_eq!((ran.code, rules(&ran)), (1, vec!["http-header-invalid".to_owned()]), "{ran:?}");
    assert_eq!(ran.json()["data"]["failures"][0]["kind"], "http-header-invalid");
}

#[test]
fn http1_and_http2_responses_have_the_same_findings() {
    let room = Sandbox::new();
    let authority = Authority::new("test");
    room.write("ca.pem", &authority.pem);
    let config = || authority.config(&["127.0.0.1"]);
    let run = |port: u16| {
        let url = format!("https://127.0.0.1:{port}/");
        room.run(&["probe", "--json", "--passive", "--cacert", "ca.pem", &url])
    };
    let old = Server::tls(config(), |_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: sid=\xc3\xa9; Path=/\r\n\r\nok")
    });
    let new = Server::http2(config(), &[(b"set-cookie", b"sid=\xc3\xa9; Path=/")]);
    let (old, new) = (run(old.port), run(new));
    assert_eq!((old.code, new.code), (1, 1), "{old:?} {new:?}");
    let version = |ran: &RunOutput| ran.json()["data"]["responses"][0]["protocol"].clone();
    assert_eq!((version(&old), version(&new)), ("HTTP/1.1".into(), "HTTP/2".into()));
    assert_eq!(rules(&old), rules(&new));
    assert_eq!(old.json()["data"]["responses"][0]["cookies"], new.json()["data"]["responses"][0]["cookies"]);
    // A violation of HTTP is a finding in both versions, and not a connection failure.
    let bad = Server::tls(config(), |_, out| out.write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x01b\r\n\r\n"));
    for (port, rule) in [
        (bad.port, "http-header-invalid"),
        (Server::http2(config(), &[(b"set-cookie", b"a=\x01b")]), "http2-invalid"),
        (Server::http2(config(), &[(b"Set-Cookie", b"a=b")]), "http2-invalid"),
    ] {
        let ran = run(port);
        assert_eq!((ran.code, rules(&ran)), (1, vec![rule.to_owned()]), "{ran:?}");
        let human = room.run(&["probe", "--passive", "--insecure", &format!("https://127.0.0.1:{port}/")]);
        let is_answered = ["response has a header", "response violates"].iter().any(|text| human.stdout.contains(text));
        assert!(is_answered && !human.stdout.contains("unreachable"), "{human:?}");
    }
}

/// A pipe blocks its writer until it is opened for reading, which shows whether the trust anchors are read.
#[cfg(unix)]
#[test]
fn plain_http_url_loads_no_trust_anchors() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let room = Sandbox::new();
    let pipe = room.path("roots.pem");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let authority = Authority::new("test");
    let read: Arc<AtomicUsize> = Arc::default();
    std::thread::spawn({
        let (pem, pipe, read) = (authority.pem.clone(), pipe.clone(), Arc::clone(&read));
        move || {
            let mut file = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
            read.fetch_add(1, Ordering::SeqCst);
            file.write_all(pem.as_bytes()).unwrap();
        }
    });
    let answer = |_: &crate::server::Asked, out: &mut dyn Write| reply(out, 200, &[], "ok");
    let run = |server: &Server| {
        let mut command = room.command(&["probe", "--json", "--passive", &server.url("/")]);
        command.env("SSL_CERT_FILE", &pipe).env_remove("SSL_CERT_DIR");
        crate::harness::run(command, b"")
    };
    run(&Server::plain(answer)).ok();
    assert_eq!(read.load(Ordering::SeqCst), 0);
    // Control: over TLS the pipe is read, and its certificates are trusted.
    run(&Server::tls(authority.config(&["127.0.0.1"]), answer)).ok();
    assert!(read.load(Ordering::SeqCst) > 0);
}

#[test]
fn malformed_set_cookie_lines_are_distinguished() {
    let long = |length: usize| "x".repeat(length);
    let lines: Vec<(Vec<u8>, &str)> = vec![
        (b"".into(), "dropped"),
        (b"=".into(), "dropped"),
        (b" ; = ; Secure".into(), "dropped"),
        (b"bare".into(), "stored"),
        (b"=value".into(), "stored"),
        (b"n=".into(), "stored"),
        (b"a==b; Path=; Domain=; Max-Age=; Expires=; =; ==".into(), "stored"),
        (b"big=1; Max-Age=99999999999999999999999999".into(), "stored"),
        (b"gone=1; Max-Age=-99999999999999999999999999".into(), "stored"),
        (b"date=; Expires=Thu, 99 Foo 99999 99:99:99 GMT".into(), "stored"),
        (b"\xff\xfe=\xe9; Path=/\xff".into(), "stored"),
        (b"tab\tname=tab\tvalue".into(), "stored"),
        (b"d=1; Domain=..".into(), "dropped"),
        (b"d=1; Domain=\xc3\xa9.example".into(), "dropped"),
        (b"__Host-a=1".into(), "dropped"),
        (b"=__Host-a=1".into(), "dropped"),
        (b"fold=1; Path=/, b=2; Secure".into(), "browsers differ"),
        (format!("v={}", long(4096)).into(), "dropped"),
        (format!("{}=1", long(5000)).into(), "dropped"),
        (format!("p=1; Path=/{}", long(1100)).into(), "stored"),
        (format!("many=1{}", "; Secure=no".repeat(500)).into(), "browsers differ"),
        ("\u{202e}evil=1".into(), "stored"),
    ];
    let expected: Vec<String> = lines.iter().map(|(_, outcome)| (*outcome).to_owned()).collect();
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n".to_vec();
    let written = |(line, _): &(Vec<u8>, &str)| [b"Set-Cookie: ", line.as_slice(), b"\r\n"].concat();
    let answer = [head, lines.iter().flat_map(written).collect(), b"\r\n".to_vec()].concat();
    let saved = answer.clone();
    let server = Server::plain(move |_, out| out.write_all(&answer));
    let room = Sandbox::new();
    let live = room.run(&["probe", "--json", "--passive", "--record", "seen.json", &server.url("/")]);
    room.write("saved.txt", saved);
    let dump = room.run(&["probe", "--json", "--headers", "saved.txt", &server.url("/")]);
    let replay = room.run(&["probe", "--json", "--replay", "seen.json"]);
    assert_eq!(replay.json(), live.json());
    for ran in [&live, &dump] {
        assert_eq!(ran.code, 1, "{ran:?}");
        let cookies = ran.json()["data"]["responses"][0]["cookies"].as_array().unwrap().clone();
        let found: Vec<&str> = cookies.iter().map(|cookie| cookie["outcome"].as_str().unwrap()).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(rules(&live), rules(&dump));
    let human = room.run(&["probe", "--replay", "seen.json"]);
    assert!(!human.stdout.contains(&long(70)) && !human.stdout.contains('\u{202e}'), "{human:?}");
    assert!(human.stdout.contains("a nameless cookie"), "{human:?}");
}

#[test]
fn unassigned_status_code_is_recorded_and_replayed() {
    let server = Server::plain(|_, out| reply(out, 999, &[], ""));
    let room = Sandbox::new();
    let live = room.run(&["probe", "--json", "--passive", "--record", "seen.json", &server.url("/")]).ok();
    let replay = room.run(&["probe", "--json", "--replay", "seen.json"]).ok();
    assert_eq!((replay.json(), &replay.json()["data"]["responses"][0]["status"]), (live.json(), &999.into()));
}

#[test]
fn profiles_set_the_severity_of_endpoint_findings() {
    let room = Sandbox::new();
    let lines =
        "HTTP/2 200\nSet-Cookie: sid=0b5c3c7e-9a51-4c1d-8f1e-2d3c4b5a6978; Secure\nSet-Cookie: theme=dark; Secure\n";
    room.write("saved.txt", lines);
    let weights = |profile: &str, rule: &str| {
        let args = ["probe", "--json", "--headers", "saved.txt", "https://a.example/", "--profile", profile];
        let json = room.run(&args).json();
        let all = json["findings"].as_array().unwrap().iter().filter(|own| own["rule"] == rule);
        all.map(|own| own["severity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(weights("short-lived", "cookie-missing-httponly"), ["warning", "info"]);
    assert_eq!(weights("asvs-l1", "cookie-missing-httponly"), ["warning", "info"]);
    assert_eq!(weights("asvs-l2", "cookie-missing-httponly"), ["error", "info"], "only the session is meant");
    assert_eq!(weights("asvs-l1", "hsts-missing"), ["error"]);
    assert_eq!(weights("nist-aal1", "hsts-missing"), ["warning"]);
    assert_eq!(weights("asvs-l1", "cookie-prefix-missing"), ["warning"]);
    assert_eq!(weights("nist-aal1", "cookie-missing-samesite"), ["warning"]);
    // A UUID has 122 random bits, fewer than 128.
    assert_eq!(weights("asvs-l1", "session-id-short"), ["error"]);
    assert!(weights("nist-aal2", "session-id-short").is_empty());
}

#[test]
fn endless_response_is_cut_off() {
    let endless = |head: &'static [u8], more: &'static [u8]| {
        Server::plain(move |_, out| {
            out.write_all(head)?;
            loop {
                out.write_all(more)?;
                out.flush()?;
            }
        })
    };
    let headers = endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n");
    let why = failure(&probe(&[&headers.url("/"), "--passive"]));
    assert!(why.contains("too large or too many"), "{why}");
    let interim = endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n");
    let why = failure(&probe(&[&interim.url("/"), "--passive", "--first-byte-timeout", "1s"]));
    assert!(why.contains("no response within 1 s"), "{why}");
    let body = endless(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\n\r\n", &[b'x'; 8192]);
    let ran = probe(&[&body.url("/"), "--passive"]).ok();
    assert!(ran.json()["data"]["responses"][0]["notes"][0].as_str().unwrap().contains("only the beginning"), "{ran:?}");
}

#[test]
fn redirect_to_metadata_address_is_reported_and_not_followed() {
    let server = Server::plain(|_, out| redirect(out, 302, "http://169.254.169.254/latest/meta-data/"));
    let ran = probe(&[&server.url("/"), "--passive", "--fail-on", "never"]);
    let response = ran.json()["data"]["responses"][0].clone();
    assert_eq!((ran.code, &response["redirect"]), (0, &"http://169.254.169.254/latest/meta-data/".into()), "{ran:?}");
    assert!(
        response["notes"].to_string().contains("not followed: it leads to an internal network: 169.254.169.254"),
        "{ran:?}"
    );
}

#[test]
fn invalid_redirects_are_reported() {
    let circle = Server::plain(|asked, out| redirect(out, 302, if asked.path == "/a" { "/b" } else { "/a" }));
    let ran = probe(&[&circle.url("/a"), "--passive"]);
    assert!(rules(&ran).contains(&"redirect-loop".to_owned()), "{ran:?}");
    let long = Server::plain(|asked, out| {
        let number: u32 = asked.path.trim_matches('/').parse().unwrap_or(0);
        redirect(out, 302, &format!("/{}", number + 1))
    });
    let ran = probe(&[&long.url("/0"), "--passive"]);
    let json = ran.json();
    assert_eq!(json["data"]["totals"]["responses"], 11);
    assert!(json["data"]["responses"][10]["notes"][0].as_str().unwrap().contains("not followed"), "{json}");
    assert!(rules(&ran).contains(&"redirect-too-many".to_owned()));
    let thirty = probe(&[&long.url("/0"), "--passive", "--max-redirects", "30"]);
    assert_eq!(thirty.json()["data"]["totals"]["responses"], 31);
}

#[test]
fn thousand_cookies_are_checked() {
    let lines: String = (0..480).map(|n| format!("Set-Cookie: c{n}=1\r\n")).collect();
    let server = Server::plain(move |_, out| write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{lines}\r\n"));
    let ran = probe(&[&server.url("/"), "--passive"]);
    assert_eq!(ran.json()["data"]["totals"]["cookies"], 480, "{}", ran.stderr);
    assert!(rules(&ran).contains(&"cookie-too-many".to_owned()));
    let room = Sandbox::new();
    room.write("many.txt", (0..1000).map(|n| format!("Set-Cookie: c{n}=1; Secure\n")).collect::<String>());
    let ran = room.run(&["probe", "--headers", "many.txt", "--json", "--fail-on", "never"]).ok();
    assert_eq!(ran.json()["data"]["totals"]["cookies"], 1000);
}

#[test]
fn unreachable_endpoint_does_not_affect_the_others() {
    let server = Server::plain(|_, out| reply(out, 200, &[("Set-Cookie", "theme=dark")], ""));
    let ran = probe(&["http://127.0.0.1:1/", &server.url("/"), "--passive"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let json = ran.json();
    assert_eq!((&json["data"]["partial"], &json["data"]["totals"]["responses"]), (&true.into(), &1.into()));
    assert_eq!(json["data"]["failures"][0]["kind"], "connection-refused");
}

#[test]
fn replayed_recording_has_the_verdict_of_the_live_run() {
    const TOKEN: &str =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImVtYWlsIjoiYUBiLmV4YW1wbGUiLCJleHAiOjE3Njk5NDcyMDB9.c2lnbmF0dXJl";
    let json = format!(r#"{{"user":"alice","n":[1,{{"token":"{TOKEN}"}}]}}"#);
    let server = Server::plain(move |asked, out| {
        let headers: &[(&str, &str)] = match asked.path.split('?').next().unwrap_or_default() {
            "/" => &[
                ("Location", "/next?access_token=hush-hush-hush-hush"),
                ("Set-Cookie", "pre=swordfish; SameSite=None"),
                ("Set-Cookie", "sid=d41d8cd98f; HttpOnly; Expires=0"),
                ("Set-Cookie", "bad=\u{e4}\tx; Path=/; Path=/x; Unknown=sesame"),
                ("X-Secret", "sesame-sesame"),
            ],
            "/next" => &[
                ("Set-Cookie", "sid=; Max-Age=0"),
                (
                    "Set-Cookie",
                    "flask=eyJ1c2VyIjoiYWxpY2UiLCJlbWFpbCI6ImFAYi5jIn0.ZxY1cw.c2lnbmF0dXJl; Max-Age=99999999",
                ),
                ("Set-Cookie", "at=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.; Secure"),
                ("Set-Cookie", "sid=0b5c3c7e-9a51-4c1d-8f1e-2d3c4b5a6978; Path=/; HttpOnly"),
                ("Cache-Control", "public, max-age=60"),
            ],
            _ => &[("Set-Cookie", "__Host-x=1; Path=/a")],
        };
        let status = if asked.path == "/" { 302 } else { 200 };
        reply(out, status, headers, &json)
    });
    let room = Sandbox::new();
    for more in [&[][..], &["--assume-https"], &["--fail-on", "info", "--profile", "asvs-l2"]] {
        let urls = [server.url("/"), server.url("/other"), "http://127.0.0.1:1/".to_owned()];
        let live: Vec<&str> =
            ["probe", "--json", "--record", "seen.json", "--force", "--header", "Authorization: Bearer swordfish"]
                .into_iter()
                .chain(urls.iter().map(String::as_str))
                .chain(more.iter().copied())
                .collect();
        let live = room.run(&live);
        let recording = std::fs::read_to_string(room.path("seen.json")).unwrap();
        for secret in ["swordfish", "sesame", "hush-hush", "d41d8cd98f", "0b5c3c7e", "alice", "c2lnbmF0dXJl"] {
            assert!(!recording.contains(secret), "{secret}: {recording}");
        }
        // Replayed a year later.
        let replay =
            room.run(&[&["probe", "--json", "--replay", "seen.json", "--now", "2027-06-01T00:00:00Z"], more].concat());
        assert_eq!(replay.code, live.code);
        assert_eq!(replay.json(), live.json());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(room.path("seen.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for wrong in [
        "{}",
        "",
        "{\"schema\":\"authkit/recording/v2\",\"insecure\":false,\"partial\":false,\"exchanges\":[],\"failures\":[]}",
    ] {
        room.write("wrong.json", wrong);
        assert_eq!(room.run(&["probe", "--replay", "wrong.json"]).code, 3, "{wrong}");
    }
}

#[test]
fn probe_target_is_requested_only_with_a_named_config_file() {
    let room = Sandbox::new();
    let server = Server::plain(|_, out| reply(out, 200, &[("Set-Cookie", "sso=d41d8cd98f00b204; HttpOnly")], ""));
    let target = |until: &str| {
        let allow =
            "[[probe.shop.allow]]\ncookie = \"s*\"\nreason = \"until the vendor is gone\"\nrule = \"session-id-short\"";
        format!("[probe.shop]\nurls = [\"{}\"]\n{allow}\nuntil = \"{until}\"\n", server.url("/"))
    };
    room.write("authkit.toml", target("2026-12-31"));
    let args = ["probe", "--target", "shop", "--json", "--fail-on", "warning"];
    let ran = room.run(&args);
    assert_eq!((ran.code, server.asked().len()), (2, 0), "a file that is found chooses no targets: {ran:?}");
    let named = [&args[..], &["--config", "authkit.toml"]].concat();
    let ran = room.run(&named).ok();
    assert_eq!(ran.json()["data"]["allowed"], 1, "{ran:?}");
    room.write("authkit.toml", target("2026-01-30"));
    let ran = room.run(&named);
    assert_eq!((ran.code, rules(&ran)[0].as_str()), (1, "session-id-short"));
    assert!(ran.stderr.contains("is reported again: allowed until 2026-01-30"), "{ran:?}");
    room.write("authkit.toml", target("some day"));
    assert_eq!(room.run(&named).code, 2);
    assert_eq!(room.run(&["probe", "--target", "none", "--config", "authkit.toml"]).code, 2);
}
