//! Tests of long-running `verify --lines`: clock, keys and reader may change between tokens.

use crate::harness::{Sandbox, unfolded};
use crate::tokens::{HS256, SECRET, hs256};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

/// Timeout that only a hanging process exceeds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that verifies line by line, and receives one token at a time.
struct Stream {
    child: Child,
    tokens: Option<ChildStdin>,
    answers: mpsc::Receiver<String>,
}

impl Stream {
    fn start(room: &Sandbox, flags: &[&str]) -> Self {
        let (child, tokens, answers) = start(room.live_command(&[&["verify", "--lines"], flags].concat()));
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(answers).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, tokens: Some(tokens), answers: receive }
    }

    fn send(&mut self, token: &str) {
        let pipe = self.tokens.as_mut().expect("it is open");
        // An ended process is reported by its exit code.
        let _ = writeln!(pipe, "{}", token.trim());
    }

    /// The first word of the result for one token.
    #[track_caller]
    fn ask(&mut self, token: &str) -> String {
        self.send(token);
        let line = self.answers.recv_timeout(PATIENCE).expect("an answer while the stream is open");
        line.split('\t').next().unwrap_or_default().to_owned()
    }

    /// Closes the input; returns the remaining results, the exit code, and standard error.
    fn end(mut self) -> (Vec<String>, i32, String) {
        drop(self.tokens.take());
        let (code, said) = ended(self.child);
        (self.answers.iter().collect(), code, said)
    }
}

fn start(mut command: Command) -> (Child, ChildStdin, ChildStdout) {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("authkit");
    let (stdin, stdout) = (child.stdin.take().expect("stdin"), child.stdout.take().expect("stdout"));
    (child, stdin, stdout)
}

fn ended(mut child: Child) -> (i32, String) {
    let mut said = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut said).expect("UTF-8");
    let said = unfolded(&said);
    (child.wait().expect("it ends").code().unwrap_or(-1), said)
}

/// The system time in Unix seconds.
fn clock() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before 292277026596")
}

/// Waits until the system time is `instant`, which is near.
fn wait_until(instant: i64) {
    while clock() < instant {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A token of the key store, valid for an hour.
fn stored(room: &Sandbox) -> String {
    crate::harness::run(room.live_command(&["issue", "--ttl", "1h"]), b"").ok().stdout
}

fn live(room: &Sandbox, arguments: &[&str]) {
    crate::harness::run(room.live_command(arguments), b"").ok();
}

/// A sandbox with a key store, and a token of its key.
fn store() -> (Sandbox, String) {
    let room = Sandbox::new();
    live(&room, &["keys", "generate", "--kid", "first"]);
    let token = stored(&room);
    (room, token)
}

#[test]
fn key_revoked_during_stream_is_rejected() {
    let (room, token) = store();
    let mut stream = Stream::start(&room, &[]);
    assert_eq!(stream.ask(&token), "accepted");
    live(&room, &["keys", "revoke", "--yes", "first", "--reason", "compromised"]);
    assert_eq!(stream.ask(&token), "rejected");
    // The replacement key is used without a restart.
    assert_eq!(stream.ask(&stored(&room)), "accepted");
    assert_eq!(stream.end().1, 1);
}

#[test]
fn key_added_to_the_store_during_stream_is_read() {
    let (room, _) = store();
    let mut stream = Stream::start(&room, &[]);
    assert_eq!(stream.ask("e30.e30.AA"), "rejected");
    live(&room, &["keys", "generate", "--type", "ed25519"]);
    let token = crate::harness::run(room.live_command(&["issue", "--alg", "EdDSA"]), b"").ok().stdout;
    assert_eq!(stream.ask(token.trim()), "accepted");
    assert_eq!(stream.end().1, 1);
}

#[test]
fn stream_without_any_key_ends_at_once() {
    let room = Sandbox::new();
    assert_eq!(room.run_with(&["verify", "--lines"], "e30.e30.AA\n").code, 4);
}

#[test]
fn key_expiring_during_stream_is_rejected() {
    let (room, token) = store();
    let mut stream = Stream::start(&room, &[]);
    assert_eq!(stream.ask(&token), "accepted");
    // The dates of a retired key, written directly into the store.
    let mut text: serde_json::Value = serde_json::from_slice(&room.read("keys.json")).unwrap();
    let ends = clock() + 2;
    text["keys"][0]["nbf"] = (ends - 1_000).into();
    text["keys"][0]["exp"] = ends.into();
    room.write("keys.json", text.to_string());
    stream.ask(&token);
    wait_until(ends);
    assert_eq!(stream.ask(&token), "rejected");
    stream.end();
}

#[test]
fn key_file_replaced_during_stream_is_reloaded() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    room.write("other", b"another secret of thirty-two bytes");
    let token = hs256(HS256, format!(r#"{{"exp":{}}}"#, clock() + 3_600));
    let mut stream = Stream::start(&room, &["-k", "other", "-k", "secret", "-k", "raw:secret"]);
    assert_eq!(stream.ask(&token), "accepted");
    room.write("new", b"a secret that replaces the old one");
    std::fs::rename(room.path("new"), room.path("secret")).unwrap();
    assert_eq!(stream.ask(&token), "rejected");
    room.write("other", SECRET);
    assert_eq!(stream.ask(&token), "accepted", "each source stands for its own keys");
    assert_eq!(stream.end().1, 1);
}

#[test]
fn tokens_are_verified_at_the_time_they_are_read() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let mut stream = Stream::start(&room, &["-k", "secret"]);
    // The process is running, and has read the clock.
    assert_eq!(stream.ask("rubbish"), "rejected");
    let turn = clock() + 2;
    let ends = hs256(HS256, format!(r#"{{"exp":{turn}}}"#));
    let begins = hs256(HS256, format!(r#"{{"nbf":{turn},"exp":{}}}"#, turn + 3_600));
    wait_until(turn);
    assert_eq!(stream.ask(&ends), "rejected");
    assert_eq!(stream.ask(&begins), "accepted");
    stream.end();
    // The time of --now stands still.
    let mut stream = Stream::start(&room, &["-k", "secret", "--now", &(turn - 10).to_string()]);
    assert_eq!(stream.ask(&ends), "accepted");
    assert_eq!(stream.end().1, 0);
}

/// With blocking standard input, the time at its end applies, not the start time of the program.
#[test]
fn waiting_commands_use_the_time_at_end_of_input() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let turn = clock() + 2;
    let token = hs256(HS256, format!(r#"{{"iat":1,"exp":{turn}}}"#));
    let run = |arguments: &[&str]| start(room.live_command(arguments));
    let commands: Vec<_> = [
        &["verify", "-k", "secret"][..],
        &["decode", "--valid-for", "1s"],
        &["audit", "--require-valid"],
        &["inspect", "--json"],
        &["issue", "-k", "secret", "--claims", "-", "--json"],
    ]
    .into_iter()
    .map(run)
    .collect();
    wait_until(turn);
    let mut answers = Vec::new();
    for (place, (child, mut stdin, mut stdout)) in commands.into_iter().enumerate() {
        stdin.write_all(if place == 4 { b"{}" } else { token.as_bytes() }).unwrap();
        drop(stdin);
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        answers.push((ended(child).0, text));
    }
    let codes: Vec<i32> = answers.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [1, 1, 1, 0, 0], "{answers:?}");
    let json = |place: usize| serde_json::from_str::<serde_json::Value>(&answers[place].1).unwrap();
    assert!(json(3)["data"]["token"]["lifetime"]["seconds_left"].as_i64().unwrap() <= 0);
    assert!(json(4)["data"]["claims"]["iat"].as_i64().unwrap() >= turn);
}

#[test]
fn missing_or_malformed_keys_end_the_stream() {
    let gone: fn(&Sandbox) = |room| std::fs::remove_file(room.path("keys.json")).unwrap();
    let broken: fn(&Sandbox) = |room| drop(room.write("keys.json", "{"));
    let no_ledger: fn(&Sandbox) = |room| std::fs::remove_file(room.path("keys.json.ledger")).unwrap();
    for (what, code, words) in
        [(gone, 4, "no longer exists"), (broken, 3, "keys.json"), (no_ledger, 4, "no longer exists")]
    {
        for after_no in [false, true] {
            let (room, token) = store();
            let mut stream = Stream::start(&room, &[]);
            assert_eq!(stream.ask(&token), "accepted");
            if after_no {
                assert_eq!(stream.ask("rubbish"), "rejected");
            }
            what(&room);
            stream.send(&token);
            let (rest, ended, said) = stream.end();
            assert!(rest.is_empty(), "no answer by keys that may be revoked: {rest:?}");
            assert_eq!(ended, if after_no { 1 } else { code }, "{said}");
            assert!(said.contains(words) && said.contains("partial"), "{said}");
        }
    }
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let mut stream = Stream::start(&room, &["-k", "secret", "--json"]);
    stream.ask("rubbish");
    std::fs::remove_file(room.path("secret")).unwrap();
    stream.send("rubbish");
    let (rest, code, _) = stream.end();
    assert_eq!((rest.len(), code), (1, 1));
    assert!(rest[0].starts_with(r#"{"schema":"authkit/error/v1""#), "{rest:?}");
}

/// `verify --lines … | head -1` must not exit with 0 for lines that were not verified.
#[test]
fn closed_output_never_exits_with_0() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let good = hs256(HS256, format!(r#"{{"exp":{}}}"#, clock() + 3_600));
    for (first, code) in [(good.as_str(), 4), ("rubbish", 1)] {
        let (child, mut stdin, stdout) = start(room.live_command(&["verify", "--lines", "-k", "secret"]));
        writeln!(stdin, "{first}").unwrap();
        let mut reader = BufReader::new(stdout);
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        // It notices the closed pipe on its next write; later tokens may not be verified.
        while writeln!(stdin, "{good}").is_ok() {}
        let (ended, said) = ended(child);
        assert_eq!(ended, code, "{said}");
        assert!(said.contains("was closed"), "{said}");
    }
    // With -q the exit code is correct without a reader.
    let (child, mut stdin, stdout) = start(room.live_command(&["verify", "--lines", "-q", "-k", "secret"]));
    drop(stdout);
    writeln!(stdin, "{good}").unwrap();
    drop(stdin);
    assert_eq!(ended(child).0, 0);
}
