//! Runs `authkit probe` against the applications and compares it with the truth table.

use super::apps::App;
use super::client::Answer;
use super::judged;
use super::truth::Truth;
use crate::harness::{RunOutput, Sandbox};
use serde_json::Value;

/// Runs the program on these paths of `app`.
pub fn probe(app: &App, paths: &[&str], more: &[&str]) -> RunOutput {
    let room = Sandbox::new();
    let urls: Vec<String> = paths.iter().map(|path| app.url(path)).collect();
    let now = judged::now().0.to_string();
    let mut arguments = vec!["probe", "--json", "--fail-on", "never", "--now", &now];
    arguments.extend(urls.iter().map(String::as_str));
    if let Some(authority) = &app.authority {
        room.write("ca.pem", authority);
        arguments.extend(["--cacert", "ca.pem"]);
    }
    arguments.extend(more);
    room.run(&arguments)
}

/// Runs the program on the saved responses of one browser.
pub fn probe_saved(app: &App, answers: &[Answer]) -> RunOutput {
    let room = Sandbox::new();
    let origin = app.url("");
    let host = origin.split_once("//").expect("a host").1;
    let mut dump = String::new();
    for Answer { method, path, sent, status, headers, body, .. } in answers {
        dump += &format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if !sent.is_empty() {
            dump += &format!("Cookie: {sent}\r\n");
        }
        dump += &format!("\r\nHTTP/1.1 {status} X\r\n");
        for (name, value) in headers {
            dump += &format!("{name}: {value}\r\n");
        }
        dump += &format!("\r\n{body}\r\n");
    }
    room.write("saved.txt", dump);
    let now = judged::now().0.to_string();
    room.run(&["probe", "--json", "--fail-on", "never", "--now", &now, "--headers", "saved.txt", &app.url("/")])
}

/// Runs the program with `--login` and logout.
pub fn probe_life(app: &App, truth: &Truth, more: &[&str]) -> RunOutput {
    let room = Sandbox::new();
    room.write("password", "correct horse");
    let now = judged::now().0.to_string();
    let (method, logout) = truth.logout.split_once(' ').expect("a method and a path");
    let (login, protected, logout) = (app.url(&truth.login), app.url(&truth.protected), app.url(logout));
    let method = method.to_ascii_lowercase();
    let mut arguments = vec!["probe", "--json", "--now", &now, "--login", &login, "--protected", &protected];
    arguments.extend(["--form", "username=alice", "--form", "password=file:password"]);
    arguments.extend(["--logout", &logout, "--logout-method", &method]);
    if truth.remember.is_some() {
        arguments.extend(["--form", "remember=on"]);
    }
    if let Some(authority) = &app.authority {
        room.write("ca.pem", authority);
        arguments.extend(["--cacert", "ca.pem"]);
    }
    arguments.extend(more);
    room.run(&arguments)
}

/// The findings of a JSON document, each once: severity, rule, and cookie or path.
pub fn rows(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings");
    let mut rows: Vec<String> = findings.iter().map(row).collect();
    rows.sort();
    rows.dedup();
    rows
}

fn row(finding: &Value) -> String {
    let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let cookie = text("/location/pointer").strip_prefix("/set-cookie/").and_then(|rest| rest.split('/').next());
    let cookie = cookie.map(|name| name.replace("~1", "/").replace("~0", "~"));
    let path = || {
        let url = text("/location/url").split(['?', '#']).next().expect("a URL");
        url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default()
    };
    format!("{} {} {}", text("/severity"), text("/rule"), cookie.unwrap_or_else(path))
}

/// Whether a finding is about the session lifecycle.
pub fn is_about_life(row: &str) -> bool {
    let rule = row.split(' ').nth(1).expect("a rule");
    authkit::rule::lifecycle::RULES.iter().any(|own| own.id == rule)
}

/// Severity and rule.
pub fn without_place(row: &str) -> String {
    row.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
