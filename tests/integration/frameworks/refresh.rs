//! Tests of refresh tokens of real libraries: rotation and reuse detection.

use super::apps::App;
use super::client::{Answer, send};
use super::{judged, probe};
use crate::harness::{Sandbox, root};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A row of `tests/frameworks/tokens.toml`; that file defines the fields.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    rotates: bool,
    reusable: bool,
    family_lives: bool,
    access_lives: bool,
    life: Vec<String>,
}

#[test]
fn simplejwt_by_default_does_not_rotate() {
    is_as_written("jwt");
}

#[test]
fn simplejwt_rotating_without_blacklist_accepts_reuse() {
    is_as_written("jwt-rotating");
}

#[test]
fn simplejwt_rotating_with_blacklist_keeps_the_family() {
    is_as_written("jwt-blacklist");
}

#[test]
fn oauth_toolkit_with_reuse_protection_revokes_the_family() {
    is_as_written("oauth");
}

fn is_as_written(name: &str) {
    let text = std::fs::read_to_string(root().join("tests/frameworks/tokens.toml")).expect("the table");
    let mut rows: BTreeMap<String, Truth> = toml_edit::de::from_str(&text).expect("a table of rows");
    let truth = rows.remove(name).expect("a row");
    let Some(app) = App::start(&format!("django-{name}")) else { return };
    let api = Api { app: &app, is_oauth: name == "oauth" };
    let walked = Truth { life: truth.life.clone(), ..api.walk() };
    assert_eq!(walked, truth, "{name}: the installed version differs from the recording");
    let answer = api.probe();
    let life: Vec<_> = probe::rows(&answer).into_iter().filter(|row| probe::is_about_life(row)).collect();
    let life: Vec<_> = life.iter().map(|row| probe::without_place(row)).collect();
    assert_eq!(life, truth.life, "{name}: {answer:#}");
    // The absence of findings must not result from skipped checks.
    let answers = answer["data"]["life_cycle"]["checks"].as_array().expect("answers");
    let open = answers.iter().filter(|one| !["pass", "fail"].contains(&one["result"].as_str().expect("an answer")));
    // Without rotation there is no old token to replay, and an accepted replay is not detected.
    let expected = if !truth.rotates { 2 } else { usize::from(truth.reusable) };
    assert_eq!((answers.len(), open.count()), (5, expected), "{name}: {answer:#}");
}

struct Tokens {
    access: String,
    refresh: Option<String>,
}

struct Api<'a> {
    app: &'a App,
    is_oauth: bool,
}

impl Api<'_> {
    fn walk(&self) -> Truth {
        assert_eq!(send(self.app, "GET", "/api/me", &[], None).status, 401);
        let first = self.log_in();
        assert!(self.opens(&first.access));
        let old = first.refresh.expect("a refresh token");
        let second = self.refresh(&old).expect("a refresh");
        assert!(self.opens(&second.access));
        let reusable = self.refresh(&old).is_some();
        let newest = second.refresh.as_ref().unwrap_or(&old);
        let family_lives = self.refresh(newest).is_some();

        let other = self.log_in();
        let refresh = other.refresh.expect("a refresh token");
        assert_eq!(self.log_out(&refresh).status, 200);
        assert!(self.refresh(&refresh).is_none(), "a refresh token works after logout");
        let rotates = second.refresh.is_some_and(|new| new != old);
        let access_lives = self.opens(&other.access);
        Truth { rotates, reusable, family_lives, access_lives, life: Vec::new() }
    }

    /// The JSON output of the program.
    fn probe(&self) -> serde_json::Value {
        let room = Sandbox::new();
        room.write("password", "correct horse");
        room.write("login.json", r#"{"username":"alice"}"#);
        let now = judged::now().0.to_string();
        let paths = match self.is_oauth {
            true => ["/oauth/token", "/oauth/token", "/oauth/revoke"],
            false => ["/api/token", "/api/refresh", "/api/logout"],
        };
        let [login, refresh, logout] = paths.map(|path| self.app.url(path));
        let me = self.app.url("/api/me");
        let mut arguments = vec!["probe", "--json", "--fail-on", "never", "--now", &now, "--csrf", "off"];
        arguments.extend(["--login", &login, "--protected", &me, "--refresh", &refresh, "--logout", &logout]);
        arguments.extend(["--form", "password=file:password"]);
        arguments.extend(match self.is_oauth {
            true => vec![
                "--form",
                "username=alice",
                "--form",
                "grant_type=password",
                "--form",
                "client_id=app",
                "--bearer-from",
                "/access_token",
                "--refresh-form",
                "client_id=app",
            ],
            false => vec!["--json-body", "login.json", "--bearer-from", "/access", "--refresh-from", "/refresh"],
        });
        room.run(&arguments).ok().json()
    }

    fn log_in(&self) -> Tokens {
        let answer = if self.is_oauth {
            self.form("/oauth/token", "grant_type=password&client_id=app&username=alice&password=correct+horse")
        } else {
            self.json("/api/token", r#"{"username":"alice","password":"correct horse"}"#)
        };
        tokens(&answer).expect("tokens")
    }

    fn refresh(&self, token: &str) -> Option<Tokens> {
        tokens(&if self.is_oauth {
            self.form("/oauth/token", &format!("grant_type=refresh_token&client_id=app&refresh_token={token}"))
        } else {
            self.json("/api/refresh", &format!(r#"{{"refresh":"{token}"}}"#))
        })
    }

    fn log_out(&self, token: &str) -> Answer {
        if self.is_oauth {
            self.form("/oauth/revoke", &format!("client_id=app&token={token}"))
        } else {
            self.json("/api/logout", &format!(r#"{{"refresh":"{token}"}}"#))
        }
    }

    fn opens(&self, access: &str) -> bool {
        let bearer = [("Authorization", format!("Bearer {access}"))];
        let answer = send(self.app, "GET", "/api/me", &bearer, None);
        answer.status == 200 && answer.body.contains(r#"{"user":"alice"}"#)
    }

    fn form(&self, path: &str, body: &str) -> Answer {
        let kind = [("Content-Type", "application/x-www-form-urlencoded".to_owned())];
        send(self.app, "POST", path, &kind, Some(body))
    }

    fn json(&self, path: &str, body: &str) -> Answer {
        send(self.app, "POST", path, &[("Content-Type", "application/json".to_owned())], Some(body))
    }
}

fn tokens(answer: &Answer) -> Option<Tokens> {
    let json: serde_json::Value = (answer.status == 200).then(|| serde_json::from_str(&answer.body).expect("JSON"))?;
    let member = |names: [&str; 2]| names.iter().find_map(|name| json[name].as_str()).map(str::to_owned);
    Some(Tokens { access: member(["access", "access_token"])?, refresh: member(["refresh", "refresh_token"]) })
}
