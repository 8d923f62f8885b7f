//! Tests of `authkit lint` with malformed, irrelevant and hostile files: each run reports fault and location, and
//! terminates.

use crate::harness::{RunOutput, Sandbox};
use serde_json::Value;

const EXPIRY: &str = "[auth]\njwt_expiry = 604800\n";

fn write(room: &Sandbox, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(room.path(name).parent().expect("a directory")).expect("directories");
    room.write(name, bytes);
}

/// The findings in a file with the content `bytes`: rule, line and column, the highest severity first.
#[track_caller]
fn said(name: &str, bytes: impl AsRef<[u8]>) -> Vec<(String, u64, u64)> {
    let room = Sandbox::new();
    write(&room, name, bytes);
    found(&room.run(&["lint", "--json", "--no-config", "--explicit-only", name]))
}

fn found(ran: &RunOutput) -> Vec<(String, u64, u64)> {
    let place = |finding: &Value| {
        let location = &finding["location"];
        assert_ne!(location["pointer"], "", "{finding}");
        let rule = finding["rule"].as_str().expect("a rule").to_owned();
        (rule, location["line"].as_u64().expect("a line"), location["column"].as_u64().expect("a column"))
    };
    ran.json()["findings"].as_array().expect("findings").iter().map(place).collect()
}

#[track_caller]
fn is_said(name: &str, bytes: impl AsRef<[u8]>, wanted: &[(&str, u64, u64)]) {
    let found = said(name, bytes);
    let found: Vec<(&str, u64, u64)> = found.iter().map(|(rule, line, at)| (rule.as_str(), *line, *at)).collect();
    assert_eq!(found, wanted, "{name}");
}

#[test]
fn syntax_error_is_reported_at_its_position() {
    is_said("a.toml", "[auth]\njwt_expiry = 300\njwt_expiry = 86401\n", &[("config-syntax", 3, 1)]);
    is_said("a.toml", "[auth]\njwt_expiry = 99999999999999999999\n", &[("config-syntax", 2, 14)]);
    is_said("a.toml", "[auth]\rjwt_expiry = 1\r", &[("config-syntax", 1, 8)]);
    let tabs = "strategies: {access_token: jwt}\nttl:\n\taccess_token: 48h\n";
    let (rule, line, _) = said("a.yaml", tabs).remove(0);
    assert_eq!((rule.as_str(), line), ("config-syntax", 3));
    let cut = "{\"realm\": \"a\",\n \"accessTokenLifespan\": 300,\n \"sslRequired\": \"none\"";
    let (rule, line, _) = said("a.json", cut).remove(0);
    assert_eq!((rule.as_str(), line), ("config-syntax", 1));
}

#[test]
fn duplicate_key_is_reported_and_the_last_value_is_checked() {
    let realm =
        "{\"realm\": \"a\", \"sslRequired\": \"all\",\n\"accessTokenLifespan\": 60,\n\"accessTokenLifespan\": 90000}";
    is_said("a.json", realm, &[("access-token-ttl", 3, 24), ("config-duplicate-key", 3, 1)]);
    let hydra = "strategies: {access_token: jwt}\nttl:\n  access_token: 1h\n  access_token: 48h\n";
    is_said("a.yaml", hydra, &[("access-token-ttl", 4, 17), ("config-duplicate-key", 4, 3)]);
    let env = "GOTRUE_JWT_EXP=300\nGOTRUE_JWT_EXP=604800\n";
    is_said("a.env", env, &[("access-token-ttl", 2, 16), ("config-duplicate-key", 2, 1)]);
}

#[test]
fn value_of_wrong_type_is_reported_at_its_position() {
    for (key, value) in [
        ("accessTokenLifespan", "\"five\""),
        ("accessTokenLifespan", "-5"),
        ("accessTokenLifespan", "300.5"),
        ("accessTokenLifespan", "99999999999999999999999999"),
        ("accessTokenLifespan", "true"),
        ("ssoSessionMaxLifespan", "[1]"),
        ("ssoSessionIdleTimeout", "{\"x\": 1}"),
        ("revokeRefreshToken", "\"nope\""),
        ("revokeRefreshToken", "7"),
        ("offlineSessionMaxLifespanEnabled", "1e400"),
    ] {
        let text = format!("{{\"realm\": \"a\", \"sslRequired\": \"all\",\n\"{key}\": {value}}}");
        is_said("a.json", text, &[("config-value-invalid", 2, u64::try_from(key.len()).unwrap() + 5)]);
    }
    // Strings that the product converts are not errors.
    let texts = "{\"realm\": \"a\", \"sslRequired\": \"all\", \"revokeRefreshToken\": \"true\", \"accessTokenLifespan\": \"300\"}";
    is_said("a.json", texts, &[]);
    // YAML numbers that are not a number of seconds.
    let hydra = |value: &str| format!("strategies: {{access_token: jwt}}\nttl:\n  id_token: {value}\n");
    for value in [".inf", ".nan", "-1h", "1e99", "0x10", "9999999999999999999999h", "[1h]", "1 h", "15"] {
        is_said("a.yaml", hydra(value), &[("config-value-invalid", 3, 13)]);
    }
}

#[test]
fn largest_lifetime_does_not_overflow() {
    let found = said("a.toml", "[auth]\njwt_expiry = 9223372036854775807\nrefresh_token_reuse_interval = -1\n");
    assert!(found.iter().any(|(rule, line, _)| rule == "access-token-ttl" && *line == 2), "{found:?}");
    assert!(found.iter().any(|(rule, line, _)| rule == "config-value-invalid" && *line == 3), "{found:?}");
}

#[test]
fn line_endings_and_bom_do_not_shift_positions() {
    let wanted = [("access-token-ttl", 2, 14)];
    is_said("a.toml", EXPIRY, &wanted);
    is_said("a.toml", EXPIRY.replace('\n', "\r\n"), &wanted);
    is_said("a.toml", format!("\u{feff}{EXPIRY}").replace('\n', "\r\n"), &wanted);
    let yaml = "\u{feff}strategies: {access_token: jwt}\r\nttl:\r\n  access_token: 48h\r\n";
    is_said("a.yaml", yaml, &[("access-token-ttl", 3, 17)]);
    is_said("a.json", "\u{feff}{\"realm\": \"a\", \"accessTokenLifespan\": 90000}", &[("access-token-ttl", 1, 39)]);
    is_said("a.env", "\u{feff}GOTRUE_JWT_EXP=604800\r\n", &[("access-token-ttl", 1, 16)]);
}

#[test]
fn non_utf8_file_is_reported_when_named() {
    let latin =
        [b"[auth]\nenable_refresh_token_rotation = false # ".as_slice(), &[0xe9], b"\njwt_expiry = 604800\n"].concat();
    let wide: Vec<u8> = [0xfeff].into_iter().chain(EXPIRY.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let room = Sandbox::new();
    write(&room, "latin.toml", &latin);
    write(&room, "wide.toml", &wide);
    // A picture named like a configuration is skipped in a directory, and so is other text.
    write(&room, "picture.yaml", [0x89, b'P', b'N', b'G', 0xff]);
    write(&room, "other.toml", [b"name = \"".as_slice(), &[0xe9], b"\"\n"].concat());
    let ran = room.run(&["lint", "--no-config", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("invalid TOML: invalid UTF-8 byte (latin.toml:2:41)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("invalid TOML: encoding is UTF-16, not UTF-8 (wide.toml:1:1)"), "{}", ran.stdout);
    assert!(ran.stdout.lines().next().unwrap().contains(" in 2 of 4 files "), "{}", ran.stdout);
    let ran = room.run(&["lint", "--no-config", "picture.yaml"]);
    assert!(ran.code == 1 && ran.stdout.contains("invalid UTF-8 byte"), "{ran:?}");
}

#[test]
fn oversized_file_is_reported() {
    let room = Sandbox::new();
    write(&room, "big/realm.json", "{");
    let file = std::fs::OpenOptions::new().write(true).open(room.path("big/realm.json")).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let ran = room.run(&["lint", "--no-config", "big/realm.json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("realm.json exceeds the limit of 16 MiB"), "{ran:?}");
    // In a directory it is most likely data; it is counted, and the rest is checked.
    write(&room, "big/a.toml", EXPIRY);
    let ran = room.run(&["lint", "--no-config", "big"]);
    assert!(ran.code == 1 && ran.stdout.contains("1 file too large"), "{ran:?}");
    std::fs::remove_file(room.path("big/a.toml")).unwrap();
    let ran = room.run(&["lint", "--no-config", "big"]);
    assert!(ran.code == 3 && ran.stderr.contains("no file was checked (1 too large)"), "{ran:?}");
}

#[test]
fn yaml_alias_bomb_is_refused_with_a_message() {
    let laughs = (0..12).fold("realm: a\nsslRequired: none\nclientId: &a0 x\n".to_owned(), |text, n| {
        format!("{text}b{n}: &a{} [{}]\n", n + 1, vec![format!("*a{n}"); 9].join(", "))
    });
    let room = Sandbox::new();
    write(&room, "laughs.yaml", laughs);
    let ran = room.run(&["lint", "--no-config", "laughs.yaml"]);
    assert!(ran.code == 1 && ran.stdout.contains("invalid YAML: expands to more values than"), "{ran:?}");
}

#[test]
fn file_matching_several_formats_is_checked_as_each() {
    let room = Sandbox::new();
    let compose = "services:\n  auth:\n    environment: {GOTRUE_JWT_EXP: 604800}\n  rest:\n    environment:\n    - \
                   PGRST_JWT_SECRET=short\n  proxy:\n    environment:\n      OAUTH2_PROXY_COOKIE_SECURE: \"false\"\n";
    write(&room, "compose.yaml", compose);
    let ran = room.run(&["lint", "--json", "--no-config", "--explicit-only", "compose.yaml"]);
    let answer = ran.json();
    let formats = answer["data"]["files"][0]["recognised"].as_array().unwrap();
    let formats: Vec<&str> = formats.iter().map(|one| one["format"].as_str().unwrap()).collect();
    assert_eq!(formats, ["gotrue", "postgrest", "oauth2-proxy"]);
    let rules: Vec<(String, u64)> = found(&ran).into_iter().map(|(rule, line, _)| (rule, line)).collect();
    for wanted in [("access-token-ttl", 3), ("secret-short", 6), ("cookie-not-secure", 9)] {
        assert!(rules.iter().any(|(rule, line)| (rule.as_str(), *line) == wanted), "{wanted:?} in {rules:?}");
    }
}

#[test]
fn code_and_prose_are_not_taken_for_configuration() {
    let room = Sandbox::new();
    write(&room, "README.md", "# Set up\n```toml\n[auth]\njwt_expiry = 604800\n```\n");
    write(
        &room,
        "realm.ts",
        "interface Realm {\n  accessTokenLifespan?: number;\n  sslRequired: string;\n  clientId: string;\n}\n",
    );
    write(&room, "settings.py", "GOTRUE_JWT_EXP = int(os.environ.get(\"GOTRUE_JWT_EXP\", \"604800\"))\n");
    for sources in [&["."][..], &["README.md", "realm.ts", "settings.py"]] {
        let ran = room.run(&[&["lint", "--no-config"], sources].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{ran:?}");
    }
    // An explicit format overrides the detection.
    write(&room, "config.md", EXPIRY);
    assert_eq!(room.run(&["lint", "--no-config", "--as", "supabase", "config.md"]).code, 1);
    write(
        &room,
        "authkit.toml",
        "[[map]]\npath = \"*.py\"\nkey = \"TTL\"\nrole = \"access-token-lifetime\"\nunit = \"seconds\"\n",
    );
    write(&room, "settings.py", "TTL = 604800\n");
    let ran = room.run(&["lint", "--json", "."]);
    assert_eq!(found(&ran).first().map(|found| found.0.as_str()), Some("access-token-ttl"), "{ran:?}");
}

#[test]
fn unreadable_file_is_reported_and_the_rest_is_checked() {
    let room = Sandbox::new();
    write(&room, "good.toml", EXPIRY);
    let ran = room.run(&["lint", "--no-config", "missing.toml"]);
    assert!(ran.code == 4 && ran.stderr.contains("cannot read missing.toml"), "{ran:?}");
    assert!(ran.stderr.contains("no file was checked") && !ran.stderr.contains("--as"), "{ran:?}");
    // A failed check has priority over an unreadable file.
    let ran = room.run(&["lint", "--no-config", "missing.toml", "good.toml"]);
    assert!(ran.code == 1 && ran.stderr.contains("cannot read missing.toml"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn unreadable_file_link_loop_and_pipe_do_not_end_the_run() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let room = Sandbox::new();
    write(&room, "a/good.toml", EXPIRY);
    write(&room, "a/closed.toml", EXPIRY);
    symlink("..", room.path("a/up")).unwrap();
    symlink("self.toml", room.path("a/self.toml")).unwrap();
    symlink("/nowhere", room.path("a/dangling.toml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(room.path("a/pipe.toml")).status().unwrap();
    assert!(made.success());
    std::fs::set_permissions(room.path("a/closed.toml"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let ran = room.run(&["lint", "--no-config", "a"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    // Root can read every file.
    let is_root = std::fs::File::open(room.path("a/closed.toml")).is_ok();
    let wanted = if is_root { " in 2 files " } else { " in 1 file " };
    assert!(ran.stdout.lines().next().unwrap().contains(wanted), "{ran:?}");
    assert_eq!(ran.stderr.contains("cannot read a/closed.toml"), !is_root, "{ran:?}");
    // A symbolic link named on the command line is followed; here it dangles or is a cycle.
    for name in ["a/self.toml", "a/dangling.toml"] {
        assert_eq!(room.run(&["lint", "--no-config", name]).code, 4, "{name}");
    }
}

/// A discovered config file comes with the repository: it may set severities, and must not access other files.
#[test]
fn hostile_discovered_config_file_opens_no_other_file() {
    let room = Sandbox::new();
    write(&room, "outside/secret.json", "{\"a\": \"u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2\"}");
    write(&room, "repo/.git/HEAD", "ref: refs/heads/main\n");
    write(&room, "repo/a.toml", EXPIRY);
    let outside = room.path("outside").display().to_string();
    let settings = format!(
        "[policy.x]\nkey = [\"https://127.0.0.1:1/jwks\"]\n[probe.x]\nurls = [\"https://127.0.0.1:1\"]\n\
         [[map]]\npath = \"{outside}/*\"\nkey = \"a\"\nrole = \"signing-secret\"\nunit = \"secret\"\n\
         [[map]]\npath = \"../outside/*\"\nkey = \"a\"\nrole = \"signing-secret\"\nunit = \"secret\"\n\
         [[ignore]]\nrule = \"jwt-committed\"\nreason = \"\\u001b[31mred\\u202e\\n::error::x\"\n"
    );
    write(&room, "repo/authkit.toml", &settings);
    for format in ["human", "github", "markdown"] {
        let mut command = room.command(&["lint", ".", "--format", format]);
        command.current_dir(room.path("repo"));
        let ran = crate::harness::run(command, b"");
        assert_eq!(ran.code, 1, "{ran:?}");
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains("access-token-ttl") && !all.contains("secret.json"), "{all}");
        assert!(!all.contains(['\u{1b}', '\u{202e}']) && !all.contains("\n::error::x"), "{all}");
    }
    // Unknown settings are refused with their location; so are oversized keys.
    for (text, said) in [
        ("[output]\nsarif = \"/etc/passwd\"\n", "authkit.toml:1:2: unknown field `output`"),
        ("[[ignore]]\nrule = \"access-token-ttl\"\n", "authkit.toml:1:1: missing field `reason`"),
        ("[[map]]\npath = \"{a,b\"\nkey = \"a\"\nrole = \"token\"\nunit = \"secret\"\n", "authkit.toml:2:8: "),
    ] {
        write(&room, "repo/authkit.toml", text);
        let mut command = room.command(&["lint", "."]);
        command.current_dir(room.path("repo"));
        let ran = crate::harness::run(command, b"");
        assert!(ran.code == 2 && ran.stderr.contains(said), "{said}: {ran:?}");
    }
    write(&room, "repo/authkit.toml", vec![b'#'; 2 * 1024 * 1024]);
    let mut command = room.command(&["lint", "."]);
    command.current_dir(room.path("repo"));
    let ran = crate::harness::run(command, b"");
    assert!(ran.stderr.contains("exceeds the limit of 1 MiB"), "{ran:?}");
}

/// Quadratic work would not terminate here.
#[test]
fn many_findings_and_comments_in_one_line_terminate() {
    let room = Sandbox::new();
    let addresses = vec!["\"http://a.example/*\""; 5_000].join(",");
    let realm = format!("{{\"realm\":\"a\",\"clients\":[{{\"clientId\":\"ä\",\"redirectUris\":[{addresses}]}}]}}");
    write(&room, "realm.json", &realm);
    let comments = "# authkit: ignore[access-token-ttl] x\n".repeat(20_000);
    write(&room, "ignores.toml", EXPIRY.replace("jwt_expiry", &format!("{comments}jwt_expiry")));
    let keys = |name: &str| (0..5_000).map(|n| format!("  {name}{n}: 1\n")).collect::<String>();
    let merged = format!("realm: a\nsslRequired: none\nbase: &base\n{}use:\n  <<: *base\n{}", keys("a"), keys("b"));
    write(&room, "merged.yaml", merged);
    let ran = room.run(&["lint", "--no-config", "--json", "."]);
    let found = found(&ran);
    let last = found.iter().rev().find(|(rule, _, _)| rule == "redirect-uri-http").expect("addresses");
    let at = realm.chars().count() - "\"http://a.example/*\"]}]}".len() + 1;
    assert_eq!((last.1, last.2), (1, u64::try_from(at).unwrap()));
    assert!(found.iter().any(|(rule, _, _)| rule == "tls-not-required"), "of the YAML");
    assert!(!found.iter().any(|(rule, _, _)| rule == "access-token-ttl"), "the TOML's is ignored");
    // One comment applies; the report of unused ones is limited.
    assert_eq!(ran.stderr.lines().count(), 11, "{}", ran.stderr);
    assert!(ran.stderr.ends_with("warning: 19,989 more ignore comments matched no finding\n"), "{}", ran.stderr);
}
