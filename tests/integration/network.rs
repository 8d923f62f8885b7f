//! Tests of remote keys: fetching, refusals, caching, and messages.

use crate::harness::{NOW, RunOutput, Sandbox, unfolded};
use crate::server::{Asked, Authority, Server, redirect, reply};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

/// A key store, its published JWKS, and tokens of `iss`.
struct Issuer {
    room: Sandbox,
    jwks: String,
}

impl Issuer {
    fn new() -> Self {
        let room = Sandbox::new();
        room.run(&["keys", "generate", "--type", "ed25519"]).ok();
        let jwks = room.run(&["keys", "public"]).ok().stdout;
        Self { room, jwks }
    }

    fn token(&self, more: &[&str]) -> String {
        let arguments = [&["issue", "--sub", "alice"][..], more].concat();
        self.room.run(&arguments).ok().stdout.trim().to_owned()
    }

    /// The public keys in PEM.
    fn pem(&self) -> String {
        self.room.run(&["keys", "public", "--encoding", "pem"]).ok().stdout
    }
}

static ISSUER: LazyLock<Issuer> = LazyLock::new(Issuer::new);

/// Serves the JWKS with the correct headers.
fn good(out: &mut dyn Write) -> io::Result<()> {
    reply(out, 200, &[("Content-Type", "application/json")], &ISSUER.jwks)
}

fn good_server() -> Server {
    Server::plain(|_, out| good(out))
}

/// Verifies a good token with the keys of `spec`, in a separate sandbox.
#[track_caller]
fn verify(spec: &str, more: &[&str]) -> RunOutput {
    verify_in(&Sandbox::new(), spec, more)
}

#[track_caller]
fn verify_in(room: &Sandbox, spec: &str, more: &[&str]) -> RunOutput {
    let token = ISSUER.token(&[]);
    room.run(&[&["verify", &token, "-k", spec][..], more].concat())
}

/// The error message of a run that failed with `code`.
#[track_caller]
fn error(ran: RunOutput, code: i32) -> String {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(ran.stdout.is_empty(), "{ran:?}");
    unfolded(&ran.stderr)
}

#[track_caller]
fn says(ran: RunOutput, code: i32, words: &str) {
    let text = error(ran, code);
    assert!(text.contains(words), "\"{words}\" is not in: {text}");
}

#[test]
fn jwks_url_verifies_its_tokens() {
    let server = good_server();
    let ran = verify(&server.url("/jwks"), &["--json"]).ok();
    assert_eq!(ran.json()["data"]["key"]["source"], server.url("/jwks"));
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "GET");
    assert_eq!(asked[0].header("accept"), Some("application/json, application/jwk-set+json"));
    let room = Sandbox::new();
    let spec = server.url("/jwks").replace("127.0.0.1", "localhost");
    assert!(room.run(&["keys", "show", &spec]).ok().stdout.contains("Ed25519"));
    assert!(room.run(&["keys", "convert", &spec, "--encoding", "pem"]).ok().stdout.contains("PUBLIC KEY"));
    assert!(room.run(&["keys", "public", &spec]).ok().stdout.contains("\"keys\""));
    assert!(room.run(&["keys", "thumbprint", &spec]).ok().stdout.len() > 40);
    let fits = room.run(&["inspect", &ISSUER.token(&[]), "-k", &spec]).ok();
    assert!(fits.stdout.contains("can verify it"), "{fits:?}");
}

#[test]
fn many_tokens_share_one_fetch() {
    let server = good_server();
    let tokens = ISSUER.token(&["--count", "500"]);
    let ran = Sandbox::new().run_with(&["verify", "--lines", "-q", "-k", &server.url("/jwks")], tokens);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn remote_keys_are_refused_for_signing() {
    let room = Sandbox::new();
    for arguments in
        [&["issue", "--sub", "a", "-k", "https://a.example/"][..], &["keys", "import", "oidc:https://a.example"]]
    {
        says(room.run(arguments), 2, "a remote key set has no private keys");
    }
}

#[test]
fn plain_http_is_accepted_on_loopback_only() {
    for spec in ["http://a.example/jwks", "http://10.0.0.1/jwks", "oidc:http://a.example"] {
        says(verify(spec, &[]), 2, "plain HTTP");
    }
    says(verify("https://u:p@a.example/", &[]), 2, "credentials in the URL");
    says(verify("https:a", &[]), 2, "not a URL");
}

type Answerer = fn(&Asked, &mut dyn Write) -> io::Result<()>;

#[test]
fn response_that_is_not_a_jwks_is_rejected() {
    const JSON: (&str, &str) = ("Content-Type", "application/json");
    let cases: [(Answerer, i32, &str); 13] = [
        (
            |_, out| reply(out, 200, &[("Content-Type", "text/html; charset=utf-8")], "<html>"),
            3,
            "a web page (text/html)",
        ),
        (|_, out| reply(out, 200, &[JSON], "<html>log in</html>"), 3, "is a web page"),
        (|_, out| reply(out, 200, &[JSON], "{}"), 3, "is not a JWKS"),
        (|_, out| reply(out, 200, &[JSON], "{\"keys\":[]}"), 3, "has no usable key"),
        (|_, out| reply(out, 200, &[JSON], "{\"keys\":[],\"keys\":[]}"), 3, "is not a JWKS"),
        (|_, out| reply(out, 200, &[JSON], b"\xff\xfe"), 3, "not UTF-8"),
        (|_, out| reply(out, 200, &[JSON, ("Content-Encoding", "br")], "{}"), 3, "encoding \"br\""),
        (|_, out| reply(out, 500, &[JSON], "{}"), 4, "status 500"),
        (|_, out| reply(out, 404, &[JSON], "{}"), 4, "status 404"),
        (|_, out| reply(out, 204, &[JSON], ""), 4, "status 204"),
        (
            |_, out| out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":["),
            4,
            "closed before the response was complete",
        ),
        (|_, out| out.write_all(b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n"), 4, "a header with a byte"),
        (|_, out| out.write_all(b"SSH-2.0-OpenSSH_9.9\r\n"), 4, "does not speak HTTP"),
    ];
    for (answer, code, words) in cases {
        let server = Server::plain(answer);
        says(verify(&server.url("/"), &[]), code, words);
    }
}

#[test]
fn unexpected_content_type_is_a_warning() {
    for (kind, remark) in [
        (Some("application/json; charset=utf-8"), None),
        (Some("Application/JWK-Set+JSON"), None),
        (Some("text/plain"), Some("as \"text/plain\" instead of")),
        (None, Some("no Content-Type")),
    ] {
        let server = Server::plain(move |_, out| {
            let headers: Vec<(&str, &str)> = kind.iter().map(|kind| ("Content-Type", *kind)).collect();
            reply(out, 200, &headers, &ISSUER.jwks)
        });
        let ran = verify(&server.url("/"), &[]).ok();
        let text = unfolded(&ran.stderr);
        assert_eq!(text.contains("warning"), remark.is_some(), "{text}");
        assert!(text.contains(remark.unwrap_or_default()), "{text}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn body_over_the_limit_is_rejected_before_and_after_decompression() {
    let headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
    let server = Server::plain(move |_, out| reply(out, 200, &headers, gzip(ISSUER.jwks.as_bytes())));
    assert_eq!(verify(&server.url("/"), &[]).code, 0);

    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| gzip(&vec![b' '; 64 * 1024 * 1024]));
    assert!(BOMB.len() < 100_000);
    let server = Server::plain(move |_, out| reply(out, 200, &headers, &*BOMB));
    says(verify(&server.url("/"), &[]), 3, "exceeds 16777216 bytes");

    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let server = Server::plain(move |_, out| {
        write!(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{{\"keys\":[")?;
        loop {
            out.write_all(&[b' '; 64 * 1024])?;
            counted.fetch_add(64 * 1024, Ordering::Relaxed);
        }
    });
    says(verify(&server.url("/"), &[]), 3, "exceeds 16777216 bytes");
    assert!(sent.load(Ordering::Relaxed) < 64 * 1024 * 1024, "it continued to read");

    let headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
    let server = Server::plain(move |_, out| reply(out, 200, &headers, b"\x1f\x8b\x08 broken"));
    says(verify(&server.url("/"), &[]), 4, "invalid gzip");
}

#[test]
fn endless_headers_are_cut_off() {
    let server = Server::plain(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\n")?;
        loop {
            write!(out, "X-Filler: {}\r\n", "x".repeat(4096))?;
        }
    });
    says(verify(&server.url("/"), &[]), 4, "too large or too many");
}

#[test]
fn silent_or_slow_host_times_out() {
    let silent = Server::silent();
    let slow = Server::plain(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")?;
        loop {
            write!(out, " ")?;
            out.flush()?;
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    for (server, words) in [(silent, "no response within 1 s"), (slow, "incomplete after 1 s")] {
        let ran = verify(&server.url("/"), &["--timeout", "1s"]);
        says(ran.clone(), 4, words);
        says(ran, 4, "increase --timeout");
    }
    for wrong in ["0s", "11m", "soon"] {
        says(verify("https://a.example/", &["--timeout", wrong]), 2, "--timeout");
    }
}

#[test]
fn refused_connection_is_reported() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    says(verify(&format!("http://127.0.0.1:{port}/"), &[]), 4, "connection refused");
    says(verify("https://no-such-host.invalid/", &[]), 4, "cannot resolve");
}

#[test]
fn redirect_to_another_origin_is_refused() {
    let other = good_server();
    let elsewhere = other.url("/jwks");
    let server = Server::plain(move |asked, out| match asked.path.as_str() {
        "/jwks" => good(out),
        "/one" => redirect(out, 302, "/jwks"),
        "/loop" => redirect(out, 302, "/loop2"),
        "/loop2" => redirect(out, 307, "/loop"),
        "/away" => redirect(out, 302, &elsewhere),
        "/script" => redirect(out, 302, "javascript:alert(1)"),
        path => {
            let n: usize = path.trim_start_matches('/').parse().unwrap_or(0);
            redirect(out, 301, &format!("/{}", n + 1))
        }
    });
    assert_eq!(verify(&server.url("/one"), &[]).code, 0);
    says(verify(&server.url("/loop"), &[]), 4, "redirect loop");
    says(verify(&server.url("/away"), &[]), 4, "leads to another origin");
    says(verify(&server.url("/script"), &[]), 4, "neither http nor https");
    says(verify(&server.url("/10"), &[]), 4, "more than 5 redirects");
    assert_eq!(server.count("/15"), 1);
    assert_eq!(server.count("/16"), 0);
    assert!(other.asked().is_empty());
}

#[test]
fn untrusted_certificate_is_rejected_with_its_fault() {
    let (ours, theirs, forged) = (Authority::new("ours"), Authority::new("theirs"), Authority::new("ours"));
    let room = Sandbox::new();
    room.write("ca.pem", &ours.pem);
    let trusting = ["--cacert", "ca.pem"];
    let serve = |config| Server::tls(config, |_, out| good(out));
    let good = serve(ours.config(&["127.0.0.1", "localhost"]));
    assert_eq!(verify_in(&room, &good.url("/"), &trusting).code, 0);
    assert_eq!(verify_in(&room, &good.url("/").replace("127.0.0.1", "localhost"), &trusting).code, 0);
    says(verify_in(&room, &good.url("/"), &[]), 4, "an untrusted authority");
    says(verify_in(&room, &good.url("/"), &[]), 4, "trust its CA with --cacert FILE");
    let cases = [
        (forged.config(&["127.0.0.1"]), "has an invalid signature of its issuer"),
        (ours.config_until(&["127.0.0.1"], 2021), "server certificate has expired"),
        (ours.config(&["other.example"]), "server certificate is for other host names"),
        (theirs.config(&["127.0.0.1"]), "an untrusted authority"),
    ];
    for (config, words) in cases {
        let server = serve(config);
        says(verify_in(&room, &server.url("/"), &trusting), 4, words);
        assert!(server.asked().is_empty(), "no request is sent to an unverified host");
    }
    let banner = Server::raw(b"220 mail.example ESMTP\r\n");
    says(verify_in(&room, &format!("https://127.0.0.1:{banner}/"), &trusting), 4, "does not speak TLS");
    let plain = good_server();
    let downgrade = plain.url("/jwks");
    let server = Server::tls(ours.config(&["127.0.0.1"]), move |_, out| redirect(out, 302, &downgrade));
    says(verify_in(&room, &server.url("/"), &trusting), 4, "leads to another origin");
    assert!(plain.asked().iter().all(|asked| asked.path != "/jwks"));
    says(verify_in(&room, &good.url("/"), &["--cacert", "none.pem"]), 4, "none.pem");
    room.write("empty.pem", "no certificate");
    says(verify_in(&room, &good.url("/"), &["--cacert", "empty.pem"]), 4, "unusable CA certificates");
}

/// An OpenID provider with the metadata `document`, where `ORIGIN` stands for the origin of the server.
fn provider(document: &str) -> Server {
    let document = document.to_owned();
    Server::plain(move |asked, out| match asked.path.as_str() {
        "/jwks" => good(out),
        "/.well-known/openid-configuration" | "/tenant/.well-known/openid-configuration" => {
            let origin = format!("http://{}", asked.header("host").unwrap_or_default());
            reply(out, 200, &[("Content-Type", "application/json")], document.replace("ORIGIN", &origin))
        }
        _ => reply(out, 404, &[], ""),
    })
}

#[test]
fn openid_provider_keys_verify_tokens_of_its_issuer() {
    let server = provider(r#"{"issuer":"ORIGIN","jwks_uri":"ORIGIN/jwks"}"#);
    let issuer = server.url("");
    let spec = format!("oidc:{issuer}");
    let room = Sandbox::new();
    let own = ISSUER.token(&["--iss", &issuer]);
    let ran = room.run(&["verify", &own, "-k", &spec, "--json"]).ok();
    assert!(ran.json()["data"]["checked"].as_array().unwrap().contains(&"iss".into()), "{ran:?}");
    assert!(ran.json()["findings"].as_array().unwrap().is_empty(), "the issuer was checked: {ran:?}");
    for (more, reason) in [(&["--iss", "https://other.example"][..], "issuer-not-bound"), (&[], "issuer-not-bound")] {
        let other = ISSUER.token(more);
        let ran = room.run(&["verify", &other, "-k", &spec, "--json"]);
        assert_eq!((ran.code, ran.reasons()), (1, vec![reason.to_owned()]));
    }
    assert_eq!(server.count("/jwks"), 3);
    // Another source is used for an issuer only if it is bound to that issuer.
    let bound = format!("{issuer}={}", server.url("/jwks"));
    assert_eq!(room.run(&["verify", &own, "-k", &bound]).code, 0);
    let other = format!("https://other.example={}", server.url("/jwks"));
    assert_eq!(room.run(&["verify", &own, "-k", &other]).code, 1);
    says(room.run(&["verify", &own, "-k", &format!("https://other.example={spec}")]), 2, "cannot be bound to");
    says(
        room.run(&["verify", &own, "-k", &server.url("/jwks"), "--iss", &issuer, "--iss", "https://other.example"]),
        2,
        "is not bound to an issuer",
    );
    assert_eq!(room.run(&["verify", &own, "-k", &spec, "--iss", &issuer, "--iss", "https://other.example"]).code, 0);
    says(room.run(&["verify", &own, "-k", &spec, "--signature-only"]), 2, "bound to an issuer");
}

/// What people copy in place of a JWKS or an issuer is read, or the error names what to pass.
#[test]
fn other_documents_of_a_provider_lead_to_its_keys() {
    let server = Server::plain(|asked, out| {
        let json = [("Content-Type", "application/json")];
        let origin = format!("http://{}", asked.header("host").unwrap_or_default());
        let document = |issuer: &str| format!("{{\"issuer\":\"{origin}{issuer}\",\"jwks_uri\":\"{origin}/jwks\"}}");
        match asked.path.as_str() {
            "/jwks" => good(out),
            "/key.pem" => reply(out, 200, &[("Content-Type", "text/plain")], ISSUER.pem()),
            "/.well-known/oauth-authorization-server/as" => reply(out, 200, &json, document("/as")),
            "/common/.well-known/openid-configuration" => reply(out, 200, &json, document("/{tenantid}/v2.0")),
            "/.well-known/openid-configuration" => reply(out, 200, &json, document("")),
            _ => reply(out, 404, &json, "{}"),
        }
    });
    let list = |spec: String| Sandbox::new().run(&["keys", "list", &spec]);
    assert!(list(server.url("/key.pem")).ok().stdout.contains("1 key in"));
    assert!(list(format!("oidc:{}", server.url("/as"))).ok().stdout.contains("public"));
    says(list(format!("oidc:{}", server.url("/common"))), 3, "name your tenant");
    let document = server.url("/.well-known/openid-configuration");
    let issuer = format!("oidc:{}", server.url(""));
    says(list(document.clone()), 3, &issuer);
    says(list(format!("oidc:{document}")), 2, &issuer);
}

#[test]
fn openid_provider_with_wrong_metadata_is_rejected() {
    let cases = [
        (r#"{"issuer":"ORIGIN/","jwks_uri":"ORIGIN/jwks"}"#, "", 3, "byte for byte"),
        (r#"{"issuer":"https://a.example","jwks_uri":"ORIGIN/jwks"}"#, "", 3, "byte for byte"),
        (r#"{"jwks_uri":"ORIGIN/jwks"}"#, "", 3, "\"issuer\" is missing"),
        (r#"{"issuer":"ORIGIN"}"#, "", 3, "\"jwks_uri\" is missing"),
        (r#"{"issuer":"ORIGIN","jwks_uri":7}"#, "", 3, "\"jwks_uri\" is missing"),
        (r#"{"issuer":"ORIGIN","issuer":"x","jwks_uri":"ORIGIN/jwks"}"#, "", 3, "not a discovery document"),
        (r#"{"issuer":"ORIGIN","jwks_uri":"http://a.example/jwks"}"#, "", 3, "not https"),
        (r#"{"issuer":"ORIGIN","jwks_uri":"file:///etc/passwd"}"#, "", 3, "not https"),
        (r#"{"issuer":"ORIGIN","jwks_uri":"/jwks"}"#, "", 3, "not a URL"),
        ("no JSON", "", 3, "not a discovery document"),
        ("", "/elsewhere", 4, "status 404"),
    ];
    for (document, path, code, words) in cases {
        let server = provider(document);
        says(verify(&format!("oidc:{}", server.url(path)), &[]), code, words);
        assert_eq!(server.count("/jwks"), 0, "{document}");
    }
    let server = provider(r#"{"issuer":"ORIGIN/tenant","jwks_uri":"ORIGIN/jwks"}"#);
    assert_eq!(verify(&format!("oidc:{}", server.url("/tenant")), &["--json"]).reasons(), ["issuer-not-bound"]);
}

#[test]
fn cloud_metadata_address_is_never_a_key_source() {
    for target in
        ["https://169.254.169.254/", "https://[::ffff:a9fe:a9fe]/", "https://0xA9FEA9FE/", "https://[fd00:ec2::254]/"]
    {
        let server = provider(&format!(r#"{{"issuer":"ORIGIN","jwks_uri":"{target}"}}"#));
        says(verify(&format!("oidc:{}", server.url("")), &[]), 4, "link-local or metadata address");
        says(verify(target, &[]), 4, "link-local or metadata address");
        let server = Server::plain(move |_, out| redirect(out, 302, target));
        says(verify(&server.url("/"), &[]), 4, "leads to another origin");
    }
}

#[test]
fn jwks_url_query_appears_in_no_error() {
    let server = Server::plain(|_, out| reply(out, 404, &[], ""));
    let ran = verify(&server.url("/jwks?token=s3cr3t"), &[]);
    assert!(ran.code == 4 && !ran.stderr.contains("s3cr3t"), "{ran:?}");
    let ran = verify("https://user:s3cr3t@a.example/jwks", &[]);
    assert!(ran.code == 2 && !ran.stderr.contains("s3cr3t"), "{ran:?}");
}

/// All output names a source without its query and user information.
#[test]
fn jwks_url_credentials_are_never_printed() {
    let body = Arc::new(Mutex::new(String::new()));
    let own = Arc::clone(&body);
    let server = Server::plain(move |_, out| {
        let body = own.lock().unwrap().clone();
        reply(out, 200, &[("Content-Type", "application/json"), ("Cache-Control", "max-age=3600")], body)
    });
    let (room, token) = (Sandbox::new(), ISSUER.token(&[]));
    room.run(&["keys", "generate", "--keystore", "own.json"]).ok();
    let spec = &*server.url("/jwks?token=s3cr3t");
    let oidc = format!("oidc:{spec}");
    let bound = format!("https://a.example={oidc}");
    let with_skipped = ISSUER.jwks.replacen('[', "[{\"kty\":\"new\"},", 1);
    assert_ne!(with_skipped, ISSUER.jwks);
    let verbose = ["verify", token.as_str(), "-v", "--json", "-k", spec];
    let quiet = |ran: &RunOutput| {
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!all.contains("s3cr3t") && !all.contains("hunter"), "{ran:?}");
    };
    for (set, code) in [(ISSUER.jwks.as_str(), 0), (&with_skipped, 0), ("{\"keys\":[]}", 3), ("{}", 3)] {
        *body.lock().unwrap() = set.to_owned();
        let ran = room.run(&verbose);
        assert_eq!(ran.code, code, "{ran:?}");
        quiet(&ran);
        for arguments in [&["keys", "show", spec, "--json"][..], &["keys", "check", spec, "--json"]] {
            quiet(&room.run(arguments));
        }
    }
    // The cache key is the full URL: another query is another source.
    *body.lock().unwrap() = ISSUER.jwks.clone();
    for _ in 0..2 {
        let ran = room.run(&[&verbose[..], &["--jwks-cache", "cache"]].concat()).ok();
        assert_eq!(ran.json()["data"]["key"]["source"], server.url("/jwks"));
        quiet(&ran);
    }
    for arguments in [
        &["verify", &token, "-k", spec, "--offline"][..],
        &["verify", &token, "-k", &oidc],
        &["verify", &token, "-k", &bound],
        &["verify", &token, "-k", "https:alice:hunter2@h/jwks"],
        &["verify", &token, "-k", "https://alice:hunter;2@h/jwks"],
        &["issue", "--sub", "a", "-k", spec],
        &["keys", "import", spec],
        &["keys", "rotate", "--every", "90d", "--keystore", "own.json", "--confirm-url", spec, "--offline"],
        &["keys", "rotate", "--every", "90d", "--keystore", "own.json", "--confirm-url", "ftp://alice:hunter2@h/"],
    ] {
        let ran = room.run(arguments);
        assert_ne!(ran.code, 0, "{ran:?}");
        quiet(&ran);
    }
    let missing = room.run(&["keys", "rotate", "--every", "90d", "--keystore", "own.json", "--confirm-url", spec]);
    assert!(missing.stderr.contains("/jwks"), "{missing:?}");
    quiet(&missing);
}

#[cfg(unix)]
#[test]
fn cacert_writable_by_others_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Sandbox::new();
    room.write("ca.pem", &Authority::new("ours").pem);
    std::fs::set_permissions(room.path("ca.pem"), std::fs::Permissions::from_mode(0o646)).unwrap();
    says(
        verify_in(&room, "https://127.0.0.1:1/", &["--cacert", "ca.pem"]),
        3,
        "ca.pem is not trusted: it is writable by other users",
    );
    let ran = room.run(&["probe", "https://127.0.0.1:1/", "--cacert", "ca.pem"]);
    says(ran, 3, "ca.pem is not trusted: it is writable by other users");
    std::fs::set_permissions(room.path("ca.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
    says(verify_in(&room, "https://127.0.0.1:1/", &["--cacert", "ca.pem"]), 4, "cannot fetch");
}

#[test]
fn verbose_run_names_the_trust_anchors() {
    let room = Sandbox::new();
    room.write("ca.pem", &Authority::new("ours").pem);
    let roots = |more: &[&str], variable: Option<&str>| {
        let mut command = room.command(&[&["verify", "a.b.c", "-k", "https://127.0.0.1:1/", "-v"], more].concat());
        command.envs(variable.map(|value| ("SSL_CERT_FILE", value)));
        crate::harness::run(command, b"").stderr
    };
    assert!(roots(&[], None).contains("TLS roots: system trust store"));
    assert!(roots(&[], Some("ca.pem")).contains("TLS roots: SSL_CERT_FILE=ca.pem"));
    assert!(roots(&["--cacert", "ca.pem"], Some("other.pem")).contains("TLS roots: --cacert"));
    let probed = room.run(&["probe", "https://127.0.0.1:1/", "--insecure", "-v"]).stderr;
    assert!(probed.contains("TLS roots: --insecure"), "{probed}");
}

#[test]
fn published_private_key_or_secret_is_not_used() {
    let room = &ISSUER.room;
    let private = String::from_utf8(room.read("keys.json")).unwrap();
    let server = Server::plain(move |asked, out| match asked.path.as_str() {
        "/private" => reply(out, 200, &[("Content-Type", "application/json")], &private),
        _ => reply(
            out,
            200,
            &[("Content-Type", "application/json")],
            r#"{"keys":[{"kty":"oct","k":"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"}]}"#,
        ),
    });
    let ran = verify(&server.url("/private"), &[]).ok();
    assert!(ran.stderr.contains("publishes a private key"), "{ran:?}");
    let pem = Sandbox::new().run(&["keys", "convert", &server.url("/private"), "--encoding", "pem"]).ok();
    assert!(pem.stdout.contains("PUBLIC KEY"), "never a private one: {pem:?}");
    says(verify(&server.url("/secret"), &[]), 3, "publishes an HMAC secret");
}

#[test]
fn offline_option_makes_no_connection() {
    let server = good_server();
    says(verify(&server.url("/"), &["--offline"]), 4, "--offline is set");
    let room = Sandbox::new();
    let token = ISSUER.token(&[]);
    for (value, code) in [("1", 4), ("true", 4), ("0", 0), ("false", 0), ("maybe", 2)] {
        let mut command = room.command(&["verify", &token, "-k", &server.url("/")]);
        command.env("AUTHKIT_OFFLINE", value);
        assert_eq!(crate::harness::run(command, b"").code, code, "{value}");
    }
    assert_eq!(server.asked().len(), 2);
}

/// The single entry of the cache: its file name and content.
fn entry(room: &Sandbox) -> (String, serde_json::Value) {
    let files: Vec<_> = std::fs::read_dir(room.path("cache")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let name = format!("cache/{}", files[0].file_name().unwrap().to_str().unwrap());
    let value = serde_json::from_slice(&room.read(&name)).unwrap();
    (name, value)
}

fn shift(room: &Sandbox, seconds: i64, members: &[&str]) {
    let (name, mut value) = entry(room);
    for member in members {
        value[*member] = (value[*member].as_i64().unwrap() - seconds).into();
    }
    room.write(&name, value.to_string());
}

#[test]
fn fresh_cache_entry_avoids_a_fetch() {
    let room = Sandbox::new();
    let cached = ["--jwks-cache", "cache"];
    let down = Arc::new(AtomicBool::new(false));
    let is_down = Arc::clone(&down);
    let server = Server::plain(move |_, out| {
        if is_down.load(Ordering::Relaxed) {
            return reply(out, 503, &[], "");
        }
        let headers = [("Content-Type", "application/json"), ("Cache-Control", "max-age=31536000")];
        reply(out, 200, &headers, &ISSUER.jwks)
    });
    let spec = server.url("/jwks");
    for _ in 0..3 {
        assert_eq!(verify_in(&room, &spec, &cached).code, 0);
    }
    assert_eq!(server.asked().len(), 1);
    let (_, value) = entry(&room);
    assert_eq!(value["fresh_until"].as_i64().unwrap() - value["fetched"].as_i64().unwrap(), 24 * 3600, "clamped");
    assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache", "--offline"]).code, 0);
    // Stale entries are fetched again, and never used if the fetch fails.
    shift(&room, 25 * 3600, &["fetched", "fresh_until"]);
    down.store(true, Ordering::Relaxed);
    says(verify_in(&room, &spec, &cached), 4, "status 503");
    says(verify_in(&room, &spec, &["--jwks-cache", "cache", "--offline"]), 4, "--offline is set");
    down.store(false, Ordering::Relaxed);
    assert_eq!(verify_in(&room, &spec, &cached).code, 0);
    assert_eq!(server.asked().len(), 3);
    // Entries from the future, or with an impossible freshness, are not trusted.
    for (seconds, members) in [(-3600, &["fetched", "fresh_until"][..]), (-3600, &["fresh_until"])] {
        shift(&room, seconds, members);
        let before = server.asked().len();
        assert_eq!(verify_in(&room, &spec, &cached).code, 0);
        assert_eq!(server.asked().len(), before + 1);
    }
    // Malformed entries are reported and fetched again.
    let (name, _) = entry(&room);
    room.write(&name, "{");
    let ran = verify_in(&room, &spec, &cached).ok();
    assert!(ran.stderr.contains("is not a valid cache entry"), "{ran:?}");
    // A symbolic link is not a cache entry.
    #[cfg(unix)]
    {
        let (name, _) = entry(&room);
        std::fs::rename(room.path(&name), room.path("elsewhere")).unwrap();
        std::os::unix::fs::symlink(room.path("elsewhere"), room.path(&name)).unwrap();
        let ran = verify_in(&room, &spec, &cached).ok();
        assert!(ran.stderr.contains("is not a valid cache entry"), "{ran:?}");
        assert!(!std::fs::symlink_metadata(room.path(&name)).unwrap().is_symlink(), "it is kept anew");
    }
    // Cached content is validated like a response.
    let (name, mut value) = entry(&room);
    value["jwks"] = r#"{"keys":[{"kty":"oct","k":"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"}]}"#.into();
    room.write(&name, value.to_string());
    says(verify_in(&room, &spec, &cached), 3, "publishes an HMAC secret");
}

#[test]
fn no_store_response_is_not_cached() {
    let room = Sandbox::new();
    let server = Server::plain(|_, out| {
        reply(out, 200, &[("Content-Type", "application/json"), ("Cache-Control", "no-store")], &ISSUER.jwks)
    });
    for _ in 0..2 {
        assert_eq!(verify_in(&room, &server.url("/"), &["--jwks-cache", "cache"]).code, 0);
    }
    assert_eq!(server.asked().len(), 2);
}

#[cfg(unix)]
#[test]
fn cache_writable_by_others_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Sandbox::new();
    std::fs::create_dir(room.path("cache")).unwrap();
    std::fs::set_permissions(room.path("cache"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let server = good_server();
    says(verify_in(&room, &server.url("/"), &["--jwks-cache", "cache"]), 3, "is writable by other users");
    assert!(server.asked().is_empty());
    room.write("file", "");
    says(verify_in(&room, &server.url("/"), &["--jwks-cache", "file"]), 4, "is not a directory");
    if std::fs::set_permissions(room.path("cache"), std::fs::Permissions::from_mode(0o700)).is_ok()
        && std::os::unix::fs::chown(room.path("cache"), Some(12_345), None).is_ok()
    {
        says(verify_in(&room, &server.url("/"), &["--jwks-cache", "cache"]), 3, "belongs to another user");
    }
}

/// A server whose JWKS can be replaced.
fn rotating() -> (Server, Arc<Mutex<String>>) {
    let set = Arc::new(Mutex::new(ISSUER.jwks.clone()));
    let own = Arc::clone(&set);
    let server = Server::plain(move |_, out| {
        let set = own.lock().unwrap().clone();
        reply(out, 200, &[("Content-Type", "application/json"), ("Cache-Control", "max-age=3600")], set)
    });
    (server, set)
}

#[test]
fn unknown_kid_refetches_the_jwks_at_a_limited_rate() {
    let (server, set) = rotating();
    let spec = server.url("/jwks");
    let room = Sandbox::new();
    let next = Issuer::new();
    let token = next.token(&[]);
    let run = || room.run(&["verify", &token, "-k", &spec, "--jwks-cache", "cache", "--json"]);
    assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0);
    *set.lock().unwrap() = next.jwks.clone();
    // Directly after a fetch, and offline, there is no refetch.
    assert_eq!(run().reasons(), ["kid-unknown"]);
    assert_eq!(server.asked().len(), 1);
    shift(&room, 31, &["fetched", "fresh_until"]);
    let offline = room.run(&["verify", &token, "-k", &spec, "--jwks-cache", "cache", "--json", "--offline"]);
    assert_eq!(offline.reasons(), ["kid-unknown"]);
    assert_eq!(server.asked().len(), 1);
    // After 30 s there is one refetch, and the new JWKS is cached.
    assert_eq!(run().code, 0);
    assert_eq!(run().code, 0);
    assert_eq!(server.asked().len(), 2);
    // An unknown kid causes at most one fetch in 30 s.
    let stranger = Issuer::new().token(&[]);
    shift(&room, 31, &["fetched", "fresh_until"]);
    for _ in 0..3 {
        let ran = room.run(&["verify", &stranger, "-k", &spec, "--jwks-cache", "cache", "--json"]);
        assert_eq!(ran.reasons(), ["kid-unknown"]);
    }
    assert_eq!(server.asked().len(), 3);
    // An expired token is rejected without a refetch.
    shift(&room, 31, &["fetched", "fresh_until"]);
    let late = (NOW + 86_400).to_string();
    let ran = room.run(&["verify", &stranger, "-k", &spec, "--jwks-cache", "cache", "--now", &late]);
    assert_eq!((ran.code, server.asked().len()), (1, 3));
}

#[test]
fn failed_refetch_for_a_kid_is_rate_limited() {
    let room = Sandbox::new();
    let down = Arc::new(AtomicBool::new(false));
    let is_down = Arc::clone(&down);
    let server =
        Server::plain(move |_, out| if is_down.load(Ordering::Relaxed) { reply(out, 500, &[], "") } else { good(out) });
    let spec = server.url("/");
    assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0);
    shift(&room, 31, &["fetched", "fresh_until"]);
    down.store(true, Ordering::Relaxed);
    let stranger = Issuer::new().token(&[]);
    for _ in 0..3 {
        let ran = room.run(&["verify", &stranger, "-k", &spec, "--jwks-cache", "cache", "--json"]);
        assert_eq!(ran.reasons(), ["kid-unknown"]);
    }
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn stream_of_tokens_picks_up_a_new_key() {
    let (server, set) = rotating();
    let spec = server.url("/jwks");
    let room = Sandbox::new();
    assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0);
    let next = Issuer::new();
    let member = |jwks: &str| serde_json::from_str::<serde_json::Value>(jwks).unwrap()["keys"][0].clone();
    *set.lock().unwrap() = serde_json::json!({ "keys": [member(&ISSUER.jwks), member(&next.jwks)] }).to_string();
    shift(&room, 31, &["fetched", "fresh_until"]);
    let tokens = format!("{}\n{}\n{}\n", ISSUER.token(&[]), next.token(&[]), Issuer::new().token(&[]));
    let ran = room.run_with(&["verify", "--lines", "-k", &spec, "--jwks-cache", "cache", "--json"], tokens);
    let verdicts: Vec<String> = answers(&ran).into_iter().map(|(verdict, _)| verdict).collect();
    assert_eq!(verdicts, ["accepted", "accepted", "rejected"], "{ran:?}");
    assert_eq!(server.asked().len(), 2);
}

/// The verdict and reasons of each line of a stream.
fn answers(ran: &RunOutput) -> Vec<(String, Vec<String>)> {
    let answer = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        let reasons = json["data"]["reasons"].as_array().cloned().unwrap_or_default();
        let ids = reasons.iter().map(|reason| reason["id"].as_str().unwrap().to_owned()).collect();
        (json["verdict"].as_str().unwrap().to_owned(), ids)
    };
    ran.stdout.lines().map(answer).collect()
}

/// A response without a usable key withdraws the earlier keys, in memory and in the cache.
#[test]
fn emptied_jwks_withdraws_its_earlier_keys() {
    const SECRET: &str = r#"{"keys":[{"kty":"oct","k":"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"}]}"#;
    const UNKNOWN: &str = r#"{"keys":[{"kty":"new","kid":"a"}]}"#;
    let stranger = Issuer::new().token(&[]);
    for emptied in [r#"{"keys":[]}"#, SECRET, UNKNOWN] {
        let (server, set) = rotating();
        let (spec, room) = (server.url("/jwks"), Sandbox::new());
        let cached = ["-k", &spec, "--jwks-cache", "cache"];
        assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0);
        *set.lock().unwrap() = emptied.to_owned();
        shift(&room, 31, &["fetched", "fresh_until"]);
        let tokens = format!("{}\n{stranger}\n", ISSUER.token(&[]));
        let ran = room.run_with(&[&["verify", "--lines", "--json"][..], &cached].concat(), tokens);
        let rejected = ("rejected".to_owned(), vec!["no-key".to_owned()]);
        assert_eq!(answers(&ran), [rejected.clone(), rejected], "{emptied}: {ran:?}");
        assert!(ran.stderr.contains("no longer has a usable key"), "{ran:?}");
        says(verify_in(&room, &spec, &["--jwks-cache", "cache", "--offline"]), 4, "--offline is set");
        says(verify_in(&room, &spec, &["--jwks-cache", "cache"]), 3, "has no usable key");
        // The host publishes keys again, and they are fetched.
        *set.lock().unwrap() = ISSUER.jwks.clone();
        assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0, "{emptied}");
    }
}

/// Tokens that expire during a refetch are not accepted as of the time before it.
#[test]
fn token_that_expires_during_a_fetch_is_rejected() {
    let clock = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let next = Issuer::new();
    let short = |issuer: &Issuer| {
        let ran = crate::harness::run(issuer.room.live_command(&["issue", "--sub", "alice", "--ttl", "4s"]), b"");
        ran.ok().stdout.trim().to_owned()
    };
    let member = |jwks: &str| serde_json::from_str::<serde_json::Value>(jwks).unwrap()["keys"][0].clone();
    let both = serde_json::json!({ "keys": [member(&ISSUER.jwks), member(&next.jwks)] }).to_string();
    for is_stream in [false, true] {
        // The response of the host, and its start time.
        let state = Arc::new(Mutex::new((ISSUER.jwks.clone(), Duration::ZERO)));
        let own = Arc::clone(&state);
        let server = Server::plain(move |_, out| {
            let (set, from) = own.lock().unwrap().clone();
            while clock() < from {
                std::thread::sleep(Duration::from_millis(20));
            }
            reply(out, 200, &[("Content-Type", "application/json"), ("Cache-Control", "max-age=3600")], set)
        });
        let (spec, room) = (server.url("/jwks"), Sandbox::new());
        assert_eq!(verify_in(&room, &spec, &["--jwks-cache", "cache"]).code, 0);
        shift(&room, 31, &["fetched", "fresh_until"]);
        let (known, unknown) = (short(&ISSUER), short(&next));
        *state.lock().unwrap() = (both.clone(), clock() + Duration::from_secs(5));
        let flags = ["-k", &spec, "--jwks-cache", "cache", "--timeout", "1m", "--json"];
        let (first, tokens) = if is_stream { ("--lines", format!("{known}\n{unknown}\n")) } else { ("-", unknown) };
        let command = room.live_command(&[&["verify", first][..], &flags].concat());
        let ran = crate::harness::run(command, tokens.as_bytes());
        let expired = ("rejected".to_owned(), vec!["expired".to_owned()]);
        assert_eq!(answers(&ran), vec![expired; if is_stream { 2 } else { 1 }], "{ran:?}");
    }
}

/// A process that has verified one token with a JWKS that stays fresh for some seconds; and the end of that time.
fn stream_by_an_old_set(room: &Sandbox, spec: &str, token: &str) -> (std::process::Child, Duration) {
    use std::io::{BufRead as _, BufReader};
    let clock = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    // A busy machine may need longer to start it.
    for seconds in [4, 20, 100] {
        let _ = std::fs::remove_dir_all(room.path("cache"));
        assert_eq!(verify_in(room, spec, &["--jwks-cache", "cache"]).code, 0);
        shift(room, 3_600 - seconds, &["fetched", "fresh_until"]);
        let (_, entry) = entry(room);
        let fresh_until = Duration::from_secs(entry["fresh_until"].as_u64().unwrap());
        let mut command = room.command(&["verify", "--lines", "-k", spec, "--jwks-cache", "cache"]);
        let pipe = std::process::Stdio::piped;
        let mut child = command.stdin(pipe()).stdout(pipe()).stderr(pipe()).spawn().unwrap();
        writeln!(child.stdin.as_mut().unwrap(), "{token}").unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "accepted\n");
        if clock() < fresh_until {
            return (child, fresh_until);
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    panic!("a process takes more than a minute to start");
}

/// A stream uses the JWKS while it is fresh, then the refetched one, and none if the fetch fails.
#[test]
fn stream_of_tokens_refetches_a_stale_jwks() {
    let (old, next) = (ISSUER.token(&[]), Issuer::new());
    let state = Arc::new(Mutex::new(Some(ISSUER.jwks.clone())));
    let own = Arc::clone(&state);
    let server = Server::plain(move |_, out| match own.lock().unwrap().clone() {
        None => reply(out, 503, &[], ""),
        Some(set) => reply(out, 200, &[("Content-Type", "application/json"), ("Cache-Control", "max-age=3600")], set),
    });
    let spec = server.url("/jwks");
    for (later, answers, code) in [(Some(next.jwks.clone()), 1, 1), (None, 0, 4)] {
        *state.lock().unwrap() = Some(ISSUER.jwks.clone());
        let room = Sandbox::new();
        let (mut child, fresh_until) = stream_by_an_old_set(&room, &spec, &old);
        *state.lock().unwrap() = later;
        while std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() < fresh_until {
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut tokens = child.stdin.take().unwrap();
        writeln!(tokens, "{old}").unwrap();
        drop(tokens);
        let output = child.wait_with_output().unwrap();
        let (stdout, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((stdout.lines().count(), output.status.code()), (answers, Some(code)), "{stdout} {said}");
        assert!(stdout.lines().all(|line| line.starts_with("rejected")), "{stdout}");
        assert_eq!(said.contains("503"), code == 4, "{said}");
    }
}

/// Other commands use only the public keys of a JWKS; `keys check` reports private members in it.
#[test]
fn keys_check_sees_the_jwks_as_served() {
    let body = r#"{"keys":[
        {"kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"oct","kid":"b","alg":"HS256","k":"AyM2SVJlfJGitcjb7v4BFCc6TWBzhpmsv9Ll-AseMUQ"}]}"#;
    let server = Server::plain(move |_, out| reply(out, 200, &[("Content-Type", "application/json")], body));
    let room = Sandbox::new();
    let url = server.url("/jwks.json");
    let ran = room.run(&["keys", "check", &url, "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    let found = json["findings"].as_array().unwrap();
    let rules: Vec<_> = found.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    for rule in ["jwks-private-key-exposed", "jwks-symmetric", "jwks-mixed"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    assert!(found.iter().all(|finding| finding["location"]["url"] == url.as_str()), "{found:?}");
    assert_eq!(json["data"]["sources"][0]["public"], true);
    assert_eq!(room.run(&["keys", "check", &url, "--offline"]).code, 4);
    let good = good_server();
    room.run(&["keys", "check", &good.url("/jwks.json")]).ok();
}
