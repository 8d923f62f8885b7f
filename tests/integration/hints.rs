//! What the program answers to the first things that a newcomer types: the reason in the error, the next command in the
//! hint, and usage errors before those of keys and files.

use crate::harness::{RunOutput, Sandbox, run, unfolded};

const SECRET: &str = "a secret of this test that is long enough";

#[track_caller]
fn says(ran: &RunOutput, code: i32, texts: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    let shown = unfolded(&ran.stderr);
    for text in texts {
        assert!(shown.contains(text), "{text}: {ran:?}");
    }
}

#[test]
fn word_that_is_no_file_gets_a_hint_to_its_source() {
    let room = Sandbox::new();
    says(&room.run(&["issue", "-k", "secret"]), 4, &["hint: to pass a secret, use env:NAME, prompt: or -"]);
    for command in [&["issue", "-k", "JWT_SECRET"][..], &["verify", "-k", "JWT_SECRET", "a.b.c"]] {
        let mut command = room.command(command);
        command.env("JWT_SECRET", SECRET);
        let ran = run(command, b"");
        says(&ran, 4, &["hint: environment variable JWT_SECRET is set: pass env:JWT_SECRET"]);
        assert!(!ran.stderr.contains(SECRET), "{ran:?}");
    }
    for path in ["gone.pem", "./gone", "keys/gone"] {
        assert!(!room.run(&["issue", "-k", path]).stderr.contains("hint"), "{path} is meant as a file");
    }
}

#[test]
fn missing_algorithm_in_the_store_lists_its_keys() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    let ran = room.run(&["issue", "--alg", "hs256"]);
    says(&ran, 3, &["the key store has first (ES256, active)", "name the key with -k FILE or -k env:NAME"]);
    let ran = room.run(&["issue", "--alg", "EdDSA"]);
    says(&ran, 3, &["the key store has first (ES256, active)", "run authkit keys generate --type eddsa"]);
}

#[test]
fn foreign_token_gets_a_hint_to_the_keys_of_its_issuer() {
    let room = Sandbox::new();
    room.write("other.key", SECRET);
    let token = |iss: &str| room.run(&["issue", "-k", "other.key", "--iss", iss, "--sub", "a"]).ok().stdout;
    let (foreign, named) = (token("https://id.test/realms/a"), token("shop"));
    let oidc = "verify with its keys: -k oidc:https://id.test/realms/a";
    says(&room.run_with(&["verify"], &foreign), 4, &["no keys in the key store", oidc]);
    says(&room.run_with(&["verify"], &named), 4, &["-k FILE, -k https://HOST/jwks.json or -k oidc:https://HOST"]);
    room.run(&["keys", "generate"]).ok();
    says(&room.run_with(&["verify"], &foreign), 1, &[oidc]);
    // A key that the user chose is not second-guessed.
    room.run(&["keys", "generate", "-o", "mine.pem"]).ok();
    assert!(!room.run_with(&["verify", "-k", "mine.pem"], &foreign).stderr.contains("oidc:"));
}

#[test]
fn usage_error_precedes_the_error_of_the_key() {
    let room = Sandbox::new();
    for arguments in [
        &["issue", "-k", "gone.pem", "--alg", "HS265"][..],
        &["issue", "-k", "gone.pem", "--ttl", "-5m"],
        &["issue", "-k", "gone.pem", "--exp", "soon"],
        &["issue", "-k", "gone.pem", "--claim", "sub=1", "--sub", "2"],
        &["issue", "-k", "gone.pem", "-o", "xml=foo"],
        &["verify", "-k", "gone.pem", "--leeway", "60", "a.b.c"],
        &["verify", "-k", "gone.pem", "--alg", "none", "a.b.c"],
        &["verify", "-k", "gone.pem", "--kind", "at", "a.b.c"],
    ] {
        says(&room.run(arguments), 2, &["error: "]);
    }
    assert!(!room.path("xml=foo").exists());
    says(&room.run(&["issue", "-o", "xml=foo"]), 2, &["unknown output format \"xml\"", "-o ./xml=foo"]);
}

#[test]
fn missing_directory_of_an_output_is_named() {
    let room = Sandbox::new();
    room.run(&["keys", "generate"]).ok();
    let texts = ["cannot write www/out: directory www does not exist", "hint: create it: mkdir -p www"];
    says(&room.run(&["keys", "generate", "-o", "www/out"]), 4, &texts);
    says(&room.run(&["keys", "public", "-o", "www/out"]), 4, &texts);
    says(&room.run(&["keys", "rotate", "--every", "90d", "--publish", "www/out"]), 4, &texts);
}

#[test]
fn single_unreadable_source_is_one_error() {
    let room = Sandbox::new();
    let ran = room.run(&["audit", "gone.txt"]);
    assert_eq!((ran.code, ran.stderr.lines().count()), (4, 1), "{ran:?}");
    says(&ran, 4, &["error: gone.txt: cannot be read"]);
    // With other sources, or where an empty audit is allowed, it stays a warning.
    says(&room.run(&["audit", "gone.txt", "--allow-empty"]), 4, &["warning: gone.txt: cannot be read"]);
    room.write("empty.txt", "");
    says(&room.run(&["audit", "gone.txt", "empty.txt"]), 4, &["warning: gone.txt: cannot be read", "error: no tokens"]);
}

#[test]
fn limit_in_seconds_needs_a_unit_everywhere() {
    let room = Sandbox::new();
    room.write("key", SECRET);
    let token = room.run(&["issue", "-k", "key"]).ok().stdout;
    for command in ["audit", "inspect"] {
        let ran = room.run_with(&[command, "--limit", "access-token-max=15"], &token);
        says(&ran, 2, &["access-token-max: \"15\" is not a duration; use 90s, 15m"]);
        room.run_with(&[command, "--limit", "access-token-max=15m"], &token).ok();
        room.run_with(&[command, "--limit", "list-items=15"], &token).ok();
    }
    room.write("authkit.toml", "[limits]\naccess-token-max = 900\n");
    says(&room.run_with(&["audit"], &token), 2, &["authkit.toml:2:20: access-token-max: \"900\" is not a duration"]);
}

#[test]
fn value_of_set_is_blamed_and_not_a_line_of_the_preset() {
    let room = Sandbox::new();
    for (pair, text) in [
        ("run.users=abc", "error: --set run.users: invalid type: string \"abc\", expected a whole number"),
        ("access=abc", "error: --set access: \"abc\" is not a duration"),
        ("run.user=3", "error: --set run.user: unknown field \"user\"; did you mean \"users\"?"),
    ] {
        says(&room.run(&["simulate", "--set", pair]), 2, &[text]);
    }
    room.write("scenario.toml", "[run]\nusers = \"x\"\n");
    says(&room.run(&["simulate", "scenario.toml"]), 3, &["scenario.toml:2:9: "]);
}

#[test]
fn durations_and_dates_are_read_as_they_are_printed() {
    let room = Sandbox::new();
    room.write("key", SECRET);
    let claim = |flags: &[&str], name: &str| {
        let token = room.run(&[&["issue", "-k", "key"][..], flags].concat()).ok().stdout;
        room.run_with(&["decode", "--get", name], token).ok().stdout.trim().parse::<i64>().unwrap()
    };
    assert_eq!(claim(&["--ttl", "1 h 30 min"], "exp"), crate::harness::NOW + 5_400);
    assert_eq!(claim(&["--exp", "15min"], "exp"), crate::harness::NOW + 900);
    assert_eq!(claim(&["--exp", "2030-01-01"], "exp"), 1_893_456_000);
    says(&room.run(&["issue", "-k", "key", "--ttl", "1y"]), 2, &["no fixed length"]);
}

#[test]
fn algorithm_is_named_in_any_case_and_written_as_registered() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--type", "P-256", "--alg", "es256", "-o", "ec.pem"]).ok();
    let token = room.run(&["issue", "-k", "ec.pem", "--alg", "es256"]).ok().stdout;
    assert_eq!(room.run_with(&["decode", "--get", "header:alg"], &token).ok().stdout, "ES256\n");
    room.run_with(&["verify", "-k", "ec.pem", "--alg", "Es256"], &token).ok();
    says(&room.run(&["keys", "generate", "--type", "es265"]), 2, &["did you mean \"ES256\"?"]);
}
