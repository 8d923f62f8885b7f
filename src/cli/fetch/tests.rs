//! Requests to misbehaving servers on loopback.

use super::*;
use server::{Authority, Server, redirect, reply};
use std::io::Write;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "../../../tests/integration/server.rs"]
#[allow(dead_code, clippy::expect_used, clippy::panic, reason = "shared with the integration tests")]
pub mod server;

fn clients() -> Clients {
    Clients::new(ClientSettings::default())
}

fn get(url: &str) -> Request {
    Request::get(Url::parse(url).unwrap())
}

fn fetch(request: Request) -> Chain {
    one(&clients(), request, &RedirectPolicy::default(), &Limits::default()).unwrap()
}

#[track_caller]
fn answer(chain: &Chain) -> &FetchResponse {
    chain.exchanges.last().unwrap().outcome.as_ref().unwrap()
}

#[track_caller]
fn fault(chain: &Chain) -> FetchErrorKind {
    assert_eq!(chain.end, End::Failed);
    chain.exchanges.last().unwrap().outcome.as_ref().unwrap_err().kind
}

fn secret_headers() -> Vec<(String, Vec<u8>)> {
    [("Authorization", "Bearer s3cret"), ("Cookie", "sid=s3cret"), ("X-Api-Key", "s3cret"), ("Accept-Language", "fr")]
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .to_vec()
}

#[test]
fn response_headers_are_bytes_in_order() {
    let server = Server::plain(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nB: 1\r\nSet-Cookie: a=\xe9\tb\r\nA: 2\r\nSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nhi")
    });
    let chain = fetch(get(&server.url("/")));
    let answer = answer(&chain);
    let expected: [(&str, &[u8]); 5] =
        [("b", b"1"), ("set-cookie", b"a=\xe9\tb"), ("set-cookie", b"c=d"), ("a", b"2"), ("content-length", b"2")];
    let found: Vec<(&str, &[u8])> =
        answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    assert_eq!(found, expected);
    assert_eq!((answer.status, answer.version, answer.body.as_slice()), (200, "HTTP/1.1", b"hi".as_slice()));
    assert_eq!(answer.end, BodyEnd::Whole);
    assert!(answer.address.is_some_and(|address| address.port() == server.port));
}

#[test]
fn many_header_lines_are_accepted() {
    let server = Server::plain(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")?;
        for n in 0..400 {
            write!(out, "Set-Cookie: c{n}={}\r\n", "x".repeat(100))?;
        }
        write!(out, "\r\n")
    });
    assert_eq!(answer(&fetch(get(&server.url("/")))).headers.len(), 401);
}

#[test]
fn failed_request_has_a_precise_error_kind() {
    type Write1 = fn(&mut dyn Write) -> std::io::Result<()>;
    let cases: [(Write1, FetchErrorKind); 7] = [
        (
            |out| out.write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x00b\r\nContent-Length: 0\r\n\r\n"),
            FetchErrorKind::HeaderInvalid,
        ),
        (
            |out| out.write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x7fb\r\nContent-Length: 0\r\n\r\n"),
            FetchErrorKind::HeaderInvalid,
        ),
        (
            |out| out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            FetchErrorKind::HeaderInvalid,
        ),
        (|out| out.write_all(b"SSH-2.0-OpenSSH_9.9\r\n"), FetchErrorKind::NotHttp),
        (|_| Ok(()), FetchErrorKind::ConnectionClosed),
        (|out| out.write_all(b"HTTP/1.1 200 OK\r\nA: "), FetchErrorKind::ConnectionClosed),
        (
            |out| {
                write!(out, "HTTP/1.1 200 OK\r\n")?;
                loop {
                    write!(out, "A: {}\r\n", "x".repeat(1000))?;
                }
            },
            FetchErrorKind::HeaderTooLarge,
        ),
    ];
    for (write, kind) in cases {
        let server = Server::plain(move |_, out| write(out));
        assert_eq!(fault(&fetch(get(&server.url("/")))), kind);
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(fault(&fetch(get(&format!("http://{closed}/")))), FetchErrorKind::ConnectionRefused);
    assert_eq!(fault(&fetch(get("http://no-such-host.invalid/"))), FetchErrorKind::NameUnresolved);
    assert_eq!(fault(&fetch(get("http://user:pass@127.0.0.1/"))), FetchErrorKind::UrlInvalid);
    assert_eq!(FetchErrorKind::HeaderInvalid.id(), "http-header-invalid");
}

#[test]
fn silent_host_times_out_in_each_phase() {
    let silent = Server::raw(b"");
    let limits = Limits { first_byte: Duration::from_millis(200), ..Limits::default() };
    let ask = |url: &str, trust: ClientSettings, limits: &Limits| {
        one(&Clients::new(trust), get(url), &RedirectPolicy::default(), limits).unwrap()
    };
    let patient = || ClientSettings { connect: Duration::from_secs(60), ..ClientSettings::default() };
    assert_eq!(
        fault(&ask(&format!("http://127.0.0.1:{silent}/"), patient(), &limits)),
        FetchErrorKind::FirstByteTimeout
    );
    // A TLS handshake without a response is part of the connection timeout.
    let hasty = ClientSettings { connect: Duration::from_millis(200), ..ClientSettings::default() };
    assert_eq!(
        fault(&ask(&format!("https://127.0.0.1:{silent}/"), hasty, &Limits::default())),
        FetchErrorKind::ConnectTimeout
    );
    let slow = Server::plain(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\nbegin")?;
        loop {
            out.flush()?;
            std::thread::sleep(Duration::from_millis(20));
            write!(out, ".")?;
        }
    });
    // Long enough for the headers to arrive on any machine.
    let limits = Limits { whole: Duration::from_secs(5), ..Limits::default() };
    let chain = ask(&slow.url("/"), patient(), &limits);
    let answer = answer(&chain);
    assert!(matches!(&answer.end, BodyEnd::Broken(fault) if fault.kind == FetchErrorKind::Timeout));
    assert!(
        answer.header("set-cookie").is_some() && answer.body.starts_with(b"begin"),
        "the part before the timeout is kept"
    );
}

#[test]
fn oversized_or_broken_body_is_kept_up_to_the_end() {
    let limits = Limits { body_bytes: 1000, ..Limits::default() };
    let ask = |server: &Server| one(&clients(), get(&server.url("/")), &RedirectPolicy::default(), &limits).unwrap();
    let endless = Server::plain(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            out.write_all(&[b'x'; 4096])?;
        }
    });
    let exact = Server::plain(|_, out| reply(out, 200, &[], vec![b'x'; 1000]));
    let torn = Server::plain(|_, out| out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
    let (chain, exact, torn) = (ask(&endless), ask(&exact), ask(&torn));
    assert_eq!((answer(&chain).body.len(), &answer(&chain).end), (1000, &BodyEnd::Capped));
    assert_eq!((answer(&exact).body.len(), &answer(&exact).end), (1000, &BodyEnd::Whole));
    assert_eq!(answer(&torn).body, b"abc");
    assert!(matches!(&answer(&torn).end, BodyEnd::Broken(fault) if fault.kind == FetchErrorKind::ConnectionClosed));
}

#[test]
fn too_many_redirects_and_loops_end_the_chain() {
    let server = Server::plain(|asked, out| match asked.path.as_str() {
        "/circle" => redirect(out, 302, "/round"),
        "/round" => redirect(out, 302, "/circle#again"),
        "/self" => redirect(out, 302, ""),
        "/nowhere" => redirect(out, 302, "ftp://127.0.0.1/"),
        "/bare" => reply(out, 302, &[], ""),
        path => {
            let n: usize = path.trim_start_matches('/').parse().unwrap_or(0);
            if n == 30 { reply(out, 200, &[], "end") } else { redirect(out, 302, &(n + 1).to_string()) }
        }
    });
    let at = |path: &str| fetch(get(&server.url(path)));
    let chain = at("/0");
    assert_eq!((&chain.end, chain.exchanges.len()), (&End::TooMany, 11));
    assert!(chain.exchanges.iter().enumerate().all(|(n, exchange)| exchange.hop == n));
    let rules = RedirectPolicy { hops: 30, ..RedirectPolicy::default() };
    let chain = one(&clients(), get(&server.url("/0")), &rules, &Limits::default()).unwrap();
    assert_eq!((&chain.end, chain.exchanges.len()), (&End::Answered, 31));
    let chain = at("/circle");
    assert_eq!((&chain.end, chain.exchanges.len()), (&End::Loop, 2));
    let chain = at("/self");
    assert_eq!((&chain.end, chain.exchanges.len()), (&End::Loop, 1));
    assert!(matches!(at("/nowhere").end, End::NotFollowed(_)));
    assert_eq!(at("/bare").end, End::Answered);
}

#[test]
fn cookies_set_by_redirects_are_sent_on_the_next_hop() {
    let server = Server::plain(|asked, out| match (asked.path.as_str(), asked.header("cookie")) {
        ("/", _) => {
            reply(out, 302, &[("Location", "/in"), ("Set-Cookie", "sid=new"), ("Set-Cookie", "deep=1; Path=/x")], "")
        }
        ("/in", Some("theme=dark; sid=new")) => redirect(out, 302, "/x/done"),
        // Without cookies, it redirects back endlessly.
        ("/in", _) => redirect(out, 302, "/"),
        _ => reply(out, 200, &[], "hello"),
    });
    let mut request = get(&server.url("/"));
    request.headers.push(("Cookie".to_owned(), b"sid=old; theme=dark".to_vec()));
    let rules = RedirectPolicy { cookies: true, ..RedirectPolicy::default() };
    let chain = one(&clients(), request.clone(), &rules, &Limits::default()).unwrap();
    assert_eq!(chain.end, End::Answered);
    let sent: Vec<_> = server.asked().iter().map(|asked| asked.header("cookie").map(str::to_owned)).collect();
    let expected = ["sid=old; theme=dark", "theme=dark; sid=new", "theme=dark; deep=1; sid=new"];
    assert_eq!(sent, expected.map(|line| Some(line.to_owned())));
    assert_eq!(chain.exchanges[2].sent, [("Cookie".to_owned(), expected[2].as_bytes().to_vec())]);
    let chain = one(&clients(), request, &RedirectPolicy::default(), &Limits::default()).unwrap();
    assert_eq!((chain.end, chain.exchanges.len()), (End::Loop, 2), "cookies are sent only on request");
    // A changing cookie makes each request different, so that only the limit ends the chain.
    let restless = Server::plain(|asked, out| {
        let number: u32 = asked.header("cookie").and_then(|line| line[2..].parse().ok()).unwrap_or(0);
        reply(out, 302, &[("Location", "/"), ("Set-Cookie", &format!("n={}", number + 1))], "")
    });
    let chain = one(&clients(), get(&restless.url("/")), &rules, &Limits::default()).unwrap();
    assert_eq!((chain.end, chain.exchanges.len()), (End::TooMany, 11));
}

#[test]
fn redirect_to_another_origin_sends_no_credentials_and_no_body() {
    let other = Server::plain(|_, out| reply(out, 200, &[], ""));
    let there = other.url("/there");
    let server = Server::plain(move |asked, out| match asked.path.as_str() {
        "/home" => reply(out, 200, &[], ""),
        "/stay" => redirect(out, 307, "/home"),
        "/keep" => redirect(out, 307, &there),
        _ => redirect(out, 302, &there),
    });
    let post = |path: &str| Request {
        url: Url::parse(&server.url(path)).unwrap(),
        method: Method::Post,
        headers: secret_headers(),
        body: Some(Arc::new(b"password=s3cret".to_vec())),
    };
    assert_eq!(fetch(post("/go")).end, End::Answered);
    assert!(matches!(fetch(post("/keep")).end, End::NotFollowed(_)));
    let [asked] = other.asked().try_into().unwrap();
    assert_eq!((asked.method.as_str(), asked.body.as_str(), asked.header("accept-language")), ("GET", "", Some("fr")));
    assert!(!format!("{asked:?}").contains("s3cret"), "{asked:?}");
    assert_eq!(fetch(post("/stay")).end, End::Answered);
    let home = server.asked().into_iter().find(|asked| asked.path == "/home").unwrap();
    assert_eq!((home.method.as_str(), home.body.as_str()), ("POST", "password=s3cret"));
    assert!(home.header("authorization").is_some() && home.header("cookie").is_some());
}

#[test]
fn redirect_from_https_to_http_sends_no_credentials() {
    let authority = Authority::new("ours");
    let plain = Server::plain(|_, out| reply(out, 200, &[], ""));
    let there = plain.url("/there");
    let server = Server::tls(authority.config(&["127.0.0.1"]), move |_, out| redirect(out, 301, &there));
    let request = Request { headers: secret_headers(), ..get(&server.url("/")) };
    let trust = ClientSettings { authorities: Some(authority.pem.into_bytes()), ..ClientSettings::default() };
    let chain = one(&Clients::new(trust), request.clone(), &RedirectPolicy::default(), &Limits::default()).unwrap();
    let urls: Vec<bool> = chain.exchanges.iter().map(|exchange| exchange.url.starts_with("https:")).collect();
    assert_eq!(urls, [true, false]);
    assert!(!format!("{:?}", plain.asked()).contains("s3cret"));
    assert_eq!(fault(&fetch(get(&server.url("/")))), FetchErrorKind::CertificateUnknownIssuer);
    let insecure = ClientSettings { insecure: true, ..ClientSettings::default() };
    assert_eq!(
        one(&Clients::new(insecure), request, &RedirectPolicy::default(), &Limits::default()).unwrap().end,
        End::Answered
    );
}

#[test]
fn redirect_to_a_link_local_address_is_not_followed() {
    for target in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://0xA9FEA9FE/",
        "http://2852039166/",
        "https://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
    ] {
        let server = Server::plain(move |_, out| redirect(out, 302, target));
        let chain = fetch(get(&server.url("/")));
        let End::NotFollowed(why) = &chain.end else { panic!("{target}: {:?}", chain.end) };
        assert!(why.contains("link-local or metadata address"), "{why}");
        assert_eq!((chain.exchanges.len(), answer(&chain).status), (1, 302), "the redirect itself is recorded");
    }
}

#[test]
fn redirect_does_not_exceed_the_scope_of_the_typed_host() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Server::plain(move |_, out| redirect(out, 302, &format!("http://127.0.0.2:{target}/")));
    // A redirect from loopback to loopback is followed; it fails only because no server is listening.
    assert_eq!(fault(&fetch(get(&server.url("/")))), FetchErrorKind::ConnectionRefused);
    for (reach, allowed) in [
        (AddressScope::Typed, true),
        (AddressScope::Inner, true),
        (AddressScope::Loopback, true),
        (AddressScope::Public, false),
    ] {
        let rules = RedirectPolicy { hops: 0, reach, ..RedirectPolicy::default() };
        let chain = one(&clients(), get(&server.url("/")), &rules, &Limits::default()).unwrap();
        assert_eq!(chain.exchanges[0].outcome.is_ok(), allowed, "{reach:?}");
    }
    let rules = RedirectPolicy { reach: AddressScope::Public, ..RedirectPolicy::default() };
    let named = server.url("/").replace("127.0.0.1", "localhost");
    let chain = one(&clients(), get(&named), &rules, &Limits::default()).unwrap();
    assert_eq!(fault(&chain), FetchErrorKind::Blocked, "a name is checked on resolution");
}

#[test]
fn client_is_usable_after_its_runtime_ends() {
    let server = Server::plain(|_, out| reply(out, 200, &[], ""));
    let clients = clients();
    for _ in 0..3 {
        let chain = one(&clients, get(&server.url("/")), &RedirectPolicy::default(), &Limits::default()).unwrap();
        assert_eq!(chain.end, End::Answered);
    }
}

#[test]
fn concurrency_limits_hold_for_five_hundred_requests() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, peak) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::plain(move |asked, out| {
        peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(5));
        running.fetch_sub(1, Ordering::SeqCst);
        reply(out, 200, &[], &asked.path)
    });
    let plan = |count: usize| (0..count).map(|n| get(&server.url(&format!("/{n}")))).collect::<Vec<_>>();
    let mut reported = Vec::new();
    let mut hook = |done: usize, total: usize| {
        reported.push((done, total));
        ControlFlow::Continue(())
    };
    let limits = Limits { at_once: 50, per_host: 50, ..Limits::default() };
    let chains = run(clients(), plan(500), RedirectPolicy::default(), limits, &mut hook).unwrap();
    for (n, chain) in chains.iter().enumerate() {
        assert_eq!(answer(chain).body, format!("/{n}").into_bytes(), "in the order of the plan");
    }
    assert_eq!(reported.last(), Some(&(500, 500)));
    assert!(most.swap(0, Ordering::SeqCst) <= 50);
    let limits = Limits { at_once: 50, per_host: 3, ..Limits::default() };
    run(clients(), plan(60), RedirectPolicy::default(), limits, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(most.load(Ordering::SeqCst) <= 3, "the limit of a host");
    let mut stop = |done: usize, _| if done >= 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let chains = run(clients(), plan(500), RedirectPolicy::default(), limits, &mut stop).unwrap();
    let done = chains.iter().filter(|chain| chain.end == End::Answered).count();
    assert!((10..100).contains(&done), "{done}: completed chains are kept");
}
