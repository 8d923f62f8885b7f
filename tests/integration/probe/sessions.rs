//! Tests of `--login` and `--samples` against correct and faulty servers on loopback.

use super::{finding, rules};
use crate::harness::{RunOutput, Sandbox, run};
use crate::server::{Asked, Authority, Server, redirect, reply};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;

/// A site with sessions, persistent logins and tokens.
#[derive(Default)]
struct Site {
    rotates: bool,
    revokes: bool,
    /// Responds with status 200 to every request.
    all_200: bool,
    /// Whether each known session id is authenticated.
    sessions: Mutex<BTreeMap<String, bool>>,
    count: Mutex<usize>,
}

impl Site {
    fn next(&self) -> usize {
        let mut count = self.count.lock().unwrap();
        *count += 1;
        *count
    }

    fn id(&self) -> String {
        let mixed = (self.next() as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        format!("{mixed:032x}")
    }

    fn answer(&self, asked: &Asked, out: &mut dyn Write) -> io::Result<()> {
        let mut sessions = self.sessions.lock().unwrap();
        let cookies = asked.header("cookie").unwrap_or_default();
        let own = cookies.split("; ").find_map(|pair| pair.strip_prefix("sid=")).map(str::to_owned);
        let own = own.filter(|id| sessions.contains_key(id));
        let set = |id: &str| format!("sid={id}; Path=/; HttpOnly; SameSite=Lax");
        let csrf = |id: &str| format!("csrf={}", &id[..8]);
        let path = asked.path.split('?').next().unwrap_or_default();
        match (asked.method.as_str(), path) {
            ("GET", "/me") => match own {
                Some(id) if sessions[&id] => {
                    let form = format!(
                        r#"<form action="/logout" method="post"><input type="hidden" name="csrf" value="{}"></form>"#,
                        &id[..8]
                    );
                    reply(
                        out,
                        200,
                        &[("Cache-Control", "no-store")],
                        format!("<p>Hello alice, you have 3 orders</p>{form}"),
                    )
                }
                _ if self.all_200 => reply(out, 200, &[], "<p>Please sign in first</p>"),
                _ => redirect(out, 302, "/login?next=/me"),
            },
            ("GET", "/login") => {
                let id = own.unwrap_or_else(|| self.id());
                sessions.entry(id.clone()).or_insert(false);
                let form = format!(
                    r#"<form method="post"><input type="hidden" name="csrf" value="{}"><input name="user"><input type="password" name="password"></form>"#,
                    &id[..8]
                );
                reply(out, 200, &[("Set-Cookie", &set(&id))], form)
            }
            ("POST", "/login") => {
                let Some(old) = own.filter(|id| asked.body.contains(&csrf(id))) else {
                    return reply(out, 400, &[], "csrf");
                };
                if !asked.body.ends_with("user=alice&password=ge+heim") {
                    return reply(out, 200, &[], "<p>Please sign in first: wrong password</p>");
                }
                let id = if self.rotates { self.id() } else { old.clone() };
                sessions.remove(&old);
                sessions.insert(id.clone(), true);
                reply(out, 303, &[("Set-Cookie", &set(&id)), ("Location", "/me")], "")
            }
            ("POST", "/logout") => {
                let Some(id) = own.filter(|id| asked.body.contains(&csrf(id))) else {
                    return reply(out, 400, &[], "csrf");
                };
                if self.revokes {
                    sessions.remove(&id);
                }
                let gone = "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
                reply(out, 303, &[("Set-Cookie", gone), ("Location", "/login"), ("Clear-Site-Data", "\"cookies\"")], "")
            }
            _ => reply(out, 404, &[], ""),
        }
    }

    fn serve(self) -> Server {
        Server::plain(move |asked, out| self.answer(asked, out))
    }
}

fn good() -> Site {
    Site { rotates: true, revokes: true, ..Site::default() }
}

/// Logs in as alice, with the password in the environment.
fn login(server: &Server, more: &[&str]) -> RunOutput {
    let (login, protected, logout) = (server.url("/login"), server.url("/me"), server.url("/logout"));
    let room = Sandbox::new();
    let own = [
        "probe",
        "--json",
        "--login",
        &login,
        "--form",
        "user=alice",
        "--form",
        "password=env:PW",
        "--protected",
        &protected,
        "--logout",
        &logout,
    ];
    let mut command = room.command(&[&own[..], more].concat());
    command.env("PW", "ge heim");
    run(command, b"")
}

/// The results by check id.
fn answers(ran: &RunOutput) -> BTreeMap<String, String> {
    let json = ran.json();
    let all = json["data"]["life_cycle"]["checks"].as_array().unwrap_or_else(|| panic!("{ran:?}")).clone();
    let text = |own: &serde_json::Value, name: &str| own[name].as_str().unwrap().to_owned();
    all.iter().map(|own| (text(own, "id"), text(own, "result"))).collect()
}

#[test]
fn correct_lifecycle_has_no_findings() {
    for all_200 in [false, true] {
        let server = Site { all_200, ..good() }.serve();
        let ran = login(&server, &[]).ok();
        for (id, answer) in answers(&ran) {
            assert_eq!(answer, if id == "remember-revoked" { "skipped" } else { "pass" }, "{id}: {ran:?}");
        }
        let json = ran.json();
        let life = &json["data"]["life_cycle"];
        assert_eq!(life["cookies"][0]["name"], "sid");
        assert_eq!((&life["logins"], &life["sent"]), (&2.into(), &server.asked().len().into()));
        assert!(rules(&ran).iter().all(|rule| !rule.starts_with("session-not") && !rule.starts_with("session-id")));
        assert!(!ran.stdout.contains("ge heim") && !ran.stderr.contains("ge heim"));
    }
}

#[test]
fn faulty_lifecycle_is_a_finding() {
    let ran = login(&Site { rotates: false, ..good() }.serve(), &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    assert_eq!(finding(&json, "session-not-rotated")["severity"], "error");
    assert!(finding(&json, "session-not-rotated")["location"]["url"].as_str().unwrap().ends_with("/login"));
    let ran = login(&Site { revokes: false, ..good() }.serve(), &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(answers(&ran)["session-revoked"], "fail");
    finding(&ran.json(), "session-not-revoked");
    // Cookie values appear in no output.
    let server = Site { revokes: false, ..good() }.serve();
    let ran = login(&server, &[]);
    let sent = server.asked().iter().filter_map(|asked| asked.header("cookie").map(str::to_owned)).collect::<Vec<_>>();
    assert!(sent.len() > 5);
    for line in sent {
        let value = line.trim_start_matches("sid=").to_owned();
        assert!(!ran.stdout.contains(&value) && !ran.stderr.contains(&value), "{value}");
    }
}

#[test]
fn failed_login_is_not_retried() {
    let server = good().serve();
    let ran = login(&server, &["--form", "password=text:wrong"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(server.asked().iter().filter(|asked| asked.method == "POST").count(), 1);
    let server = Server::plain(|asked, out| match asked.method.as_str() {
        "POST" => reply(out, 429, &[], ""),
        _ => reply(out, 200, &[], ""),
    });
    let ran = login(&server, &[]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(server.asked().last().unwrap().method, "POST", "nothing after it");
    assert!(ran.json()["data"]["life_cycle"]["aborted"].as_str().unwrap().contains("429"));
}

#[test]
fn dry_run_prints_the_plan_and_sends_nothing() {
    let server = good().serve();
    let ran = login(&server, &["--dry-run", "--max-logins", "1"]).ok();
    assert!(server.asked().is_empty());
    let json = ran.json();
    assert_eq!(json["verdict"], "done");
    let plan = json["data"]["life_cycle"]["plan"].as_array().unwrap().clone();
    assert_eq!(plan.iter().filter(|step| step["login"] == true).count(), 1);
    assert!(!ran.stdout.contains("ge heim"));
}

#[test]
fn unsafe_lifecycle_options_are_refused() {
    let ran = |args: &[&str]| Sandbox::new().run(&[&["probe", "--json", "--login"], args].concat());
    let refused = |args: &[&str], word: &str| {
        let ran = ran(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stdout.contains(word), "{word}: {ran:?}");
    };
    let field = ["--form", "user=alice"];
    refused(&[&["http://a.example/login", "--protected", "http://a.example/"], &field[..]].concat(), "plain HTTP");
    refused(&[&["https://a.example/", "--protected", "https://b.example/"], &field[..]].concat(), "not the origin");
    refused(&["https://a.example/", "--protected", "https://a.example/"], "no credentials to log in with");
    refused(
        &["https://a.example/", "--protected", "https://a.example/", "--form", "password=hunter2"],
        "would stay in the shell history",
    );
    let ran = ran(&["https://a.example/", "--protected", "https://a.example/", "--form", "password=hunter2"]);
    assert!(!ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"));
}

#[test]
fn credentials_are_sent_to_the_login_only() {
    let other = Server::plain(|_, out| reply(out, 200, &[], ""));
    for status in [302, 307, 308] {
        let target = other.url("/steal");
        let server = Server::plain(move |asked, out| match asked.method.as_str() {
            "POST" => redirect(out, status, &target),
            _ => reply(out, 200, &[("Set-Cookie", "sid=0123456789abcdef")], "hello"),
        });
        assert_eq!(login(&server, &[]).code, 3);
    }
    let form = format!(r#"<form action="{}"><input name="user"><input name="password"></form>"#, other.url("/steal"));
    let server = Server::plain(move |_, out| reply(out, 200, &[], &form));
    let ran = login(&server, &[]);
    assert!(ran.json()["data"]["life_cycle"]["aborted"].as_str().unwrap().contains("another origin"), "{ran:?}");
    assert!(other.asked().is_empty());
}

#[test]
fn recorded_lifecycle_has_the_verdict_of_the_live_run() {
    let refuses =
        || Server::plain(|asked, out| reply(out, if asked.method == "POST" { 403 } else { 200 }, &[], "hello"));
    for server in [good().serve(), Site { revokes: false, ..good() }.serve(), Site::default().serve(), refuses()] {
        let room = Sandbox::new();
        let file = room.path("seen.json").to_str().unwrap().to_owned();
        let live = login(&server, &["--record", &file, "--samples", "5", "--fail-on", "info"]);
        let recording = std::fs::read_to_string(&file).unwrap();
        for asked in server.asked() {
            let cookies =
                asked.header("cookie").unwrap_or_default().split("; ").filter_map(|pair| pair.split_once('='));
            for (_, value) in cookies.filter(|(_, value)| value.len() >= 8) {
                assert!(!recording.contains(value), "{value}");
            }
        }
        assert!(!recording.contains("ge heim") && !recording.contains("ge+heim"));
        let replay =
            room.run(&["probe", "--json", "--replay", &file, "--fail-on", "info", "--now", "2027-06-01T00:00:00Z"]);
        assert_eq!(replay.code, live.code, "{replay:?}");
        assert_eq!(replay.json(), live.json());
        assert!(replay.json()["data"]["life_cycle"]["requests"].as_array().unwrap().len() > 2, "{replay:?}");
    }
}

#[test]
fn login_over_tls_is_tested() {
    let authority = Authority::new("test");
    let site = good();
    let server = Server::tls(authority.config(&["127.0.0.1"]), move |asked, out| site.answer(asked, out));
    let room = Sandbox::new();
    let ca = room.write("ca.pem", &authority.pem);
    let ran = login(&server, &["--cacert", &ca]);
    assert_eq!(answers(&ran)["session-revoked"], "pass", "{ran:?}");
    let ran = login(&server, &[]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn sampled_session_ids_have_an_entropy_estimate() {
    let count = Mutex::new(0);
    let server = Server::plain(move |asked, out| {
        let mut count = count.lock().unwrap();
        *count += 1;
        match asked.path.as_str() {
            "/count" => reply(out, 200, &[("Set-Cookie", &format!("sid={:08}; Path=/", 7_000 + *count * 3))], ""),
            _ => {
                let id = (*count as u128 + 99).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
                reply(out, 200, &[("Set-Cookie", &format!("sid={id:032x}; Path=/"))], "")
            }
        }
    });
    let probe =
        |path: &str| Sandbox::new().run(&["probe", "--json", &server.url(path), "--samples", "20", "--passive"]);
    let ran = probe("/count");
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    assert!(finding(&json, "session-id-counter")["message"].as_str().unwrap().contains("characters 1 to 8"));
    assert_eq!(
        (&json["data"]["sampled"][0]["count"], &json["data"]["sampled"][0]["bits_at_most"]),
        (&20.into(), &0.into())
    );
    let ran = probe("/random");
    assert!(!rules(&ran).iter().any(|rule| rule.starts_with("session-id")), "{ran:?}");
    assert_eq!(ran.json()["data"]["sampled"][0]["distinct"], 20);
}

#[test]
fn token_accepted_after_logout_is_a_finding() {
    let access = Mutex::new(BTreeMap::<String, bool>::new());
    let server = Server::plain(move |asked, out| {
        let mut all = access.lock().unwrap();
        let token = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/me") if all.contains_key(token) => reply(out, 200, &[], r#"{"sub":"alice"}"#),
            ("GET", "/me") => reply(out, 401, &[], r#"{"error":"invalid_token"}"#),
            ("POST", "/login") if asked.body == r#"{"password":"ge heim","user":"alice"}"# => {
                let token = format!("t{}", all.len());
                all.insert(token.clone(), true);
                let body = format!(r#"{{"access_token":"{token}","refresh_token":"r","expires_in":900}}"#);
                reply(out, 200, &[], body)
            }
            ("POST", "/token") if asked.body.contains(r#""refresh_token":"r""#) => {
                let token = format!("t{}", all.len());
                all.insert(token.clone(), true);
                reply(out, 200, &[], format!(r#"{{"access_token":"{token}","expires_in":900}}"#))
            }
            ("POST", "/logout") => reply(out, 204, &[], ""),
            _ => reply(out, 400, &[], ""),
        }
    });
    let room = Sandbox::new();
    let body = room.write("login.json", r#"{"user":"alice"}"#);
    let refresh = server.url("/token");
    let (login, protected, logout) = (server.url("/login"), server.url("/me"), server.url("/logout"));
    let mut command = room.command(&[
        "probe",
        "--json",
        "--login",
        &login,
        "--json-body",
        &body,
        "--form",
        "password=env:PW",
        "--protected",
        &protected,
        "--logout",
        &logout,
        "--bearer-from",
        "/access_token",
        "--refresh",
        &refresh,
    ]);
    command.env("PW", "ge heim");
    let ran = run(command, b"");
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    let said = finding(&json, "access-token-not-revoked")["message"].as_str().unwrap().to_owned();
    assert!(said.contains("15 min") || said.contains("14 min"), "{said}");
    finding(&json, "refresh-token-not-revoked");
    finding(&json, "refresh-token-not-rotated");
    assert_eq!(answers(&ran)["reuse-refused"], "skipped");
}
