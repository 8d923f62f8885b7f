//! Tests of hostile authkit.toml files: each is read, or refused with a location, without a panic, and a
//! discovered file has no effect on `keys check` and `probe`.

use crate::harness::{RunOutput, Sandbox, run, unfolded};

/// Recognised by `lint`, with one error.
const EXPIRY: &str = "[auth]\njwt_expiry = 604800\n";

fn ignore(path: &str) -> String {
    format!("[[ignore]]\nrule = \"exp-missing\"\nreason = \"r\"\npath = {}\n", quoted(path))
}

/// A JSON string, which is a TOML string too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn map(key: &str, value: &str) -> String {
    let mut lines = [
        ("path", "\"*.toml\"".to_owned()),
        ("key", "\"a\"".to_owned()),
        ("role", "\"access-token-lifetime\"".to_owned()),
        ("unit", "\"seconds\"".to_owned()),
    ];
    lines.iter_mut().filter(|(name, _)| *name == key).for_each(|(_, own)| value.clone_into(own));
    let lines: Vec<String> = lines.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    format!("[[map]]\n{}", lines.concat())
}

fn nested(levels: usize) -> String {
    format!("{}a{}", "{".repeat(levels), "}".repeat(levels))
}

/// Refused files, each with the location of the error.
fn refused() -> Vec<(String, &'static str)> {
    let many = |entry: &str| entry.repeat(1_001);
    vec![
        (ignore(&nested(250)), "4:8: glob of 501 bytes"),
        (ignore(&nested(100)), "4:8: glob nests 100 levels"),
        (ignore(&nested(5)), "4:8: glob nests 5 levels"),
        (ignore(&"?".repeat(145_633)), "4:8: glob of 145633 bytes"),
        (ignore(&"{a,b}".repeat(40)), "4:8: glob has 80 alternatives"),
        (ignore("{a,b"), "4:8: "),
        (ignore("a}"), "4:8: "),
        (ignore("["), "4:8: "),
        (ignore("[z-a]"), "4:8: "),
        (ignore("a\\"), "4:8: "),
        (map("path", &quoted(&nested(250))), "2:8: glob of 501 bytes"),
        (map("path", &quoted(&"*".repeat(4_000))), "2:8: glob of 4000 bytes"),
        (map("path", &quoted(&nested(120))), "2:8: glob nests 120 levels"),
        (map("path", "[\"a\"]"), "2:8: "),
        (map("role", "\"\\u0000\""), "4:8: unknown role"),
        (map("unit", "\"fortnights\""), "5:8: unknown unit"),
        (many(&ignore("a")), "1:1: more than 1000 entries"),
        (many(&map("path", "\"a\"")), "1:1: more than 1000 entries"),
        ("ignore = 1\n".to_owned(), "1:10: "),
        ("map = {}\n".to_owned(), "1:7: "),
        ("[limits]\naccess-token-max = -1\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = 18446744073709551616\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = 1e308\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = nan\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = 1979-05-27T07:32:00Z\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = \"99999999999999999999999999d\"\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = \"-15m\"\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = \"\"\n".to_owned(), "2:20: "),
        ("[limits]\naccess-token-max = \"PT1E9999S\"\n".to_owned(), "2:20: "),
        ("[probe.a]\nurls = []\nallow = [{ cookie = \"a\", rule = \"hsts-missing\", reason = \"r\", until = \"99999-99-99\" }]\n".to_owned(), "3:"),
        ("[probe.a]\nurls = []\nallow = [{ cookie = \"a\", rule = \"hsts-missing\", reason = \"r\", until = \"2026-02-30\" }]\n".to_owned(), "3:"),
        ("[probe.a]\nurls = []\nallow = [{ cookie = \"a\", rule = \"hsts-missing\", reason = \"r\", until = 1979-05-27 }]\n".to_owned(), "3:"),
        (format!("a = {}1{}\n", "[".repeat(20_000), "]".repeat(20_000)), "1:"),
        (format!("{}\n", "a.".repeat(20_000)), "1:"),
        (format!("a = {}\n", "{a=".repeat(5_000)), "1:"),
        ("[limits]\n[limits]\n".to_owned(), "2:"),
        ("\u{0}".to_owned(), "1:"),
        ("profile = \"\\ud800\"\n".to_owned(), "1:"),
        ("profile = \"\"\"".to_owned(), "1:"),
        ("fail-on = \"NEVER\"\n".to_owned(), "1:11: "),
        (format!("{}[severity]\n\"{}\" = \"off\"\n", "\n".repeat(9), "x".repeat(500_000)), "11:1: unknown rule"),
    ]
}

/// Accepted files at the limits.
fn accepted() -> Vec<String> {
    vec![
        String::new(),
        "\u{feff}".to_owned(),
        ignore(&"?".repeat(256)),
        ignore(&nested(4)),
        ignore(&"**/".repeat(85)),
        ignore("[\u{80}-\u{10ffff}]{a,*}{b,**}"),
        map("path", &quoted(&"*a".repeat(128))),
        map("key", &quoted(&"a.".repeat(10_000))),
        ignore("a").repeat(1_000),
        "[limits]\naccess-token-max = 0\nlist-items = 9223372036854775807\n".to_owned(),
        "[limits]\naccess-token-max = \"9223372036854775807s\"\n".to_owned(),
        "[probe.a]\nurls = []\nallow = [{ cookie = \"****\", rule = \"hsts-missing\", reason = \"r\", until = \"9999-12-31\" }]\n".to_owned(),
        "[rotation]\nevery = \"99999999999999999999d\"\n".to_owned(),
        format!("[policy.\"{}\"]\niss = \"a\"\n", "x".repeat(100_000)),
    ]
}

/// Runs the program with `settings` as the discovered config file.
fn discovered(room: &Sandbox, settings: &str, arguments: &[&str]) -> RunOutput {
    room.write("authkit.toml", settings);
    run(room.command(arguments), b"")
}

#[test]
fn hostile_config_file_is_refused_with_its_location() {
    let room = Sandbox::new();
    room.write("a.toml", EXPIRY);
    let mut wrong = Vec::new();
    for (settings, place) in refused() {
        let shown: String = settings.chars().take(80).collect();
        let ran = discovered(&room, &settings, &["lint", "--json", "a.toml"]);
        let error = ran.json()["error"].clone();
        let message = error["message"].as_str().unwrap_or_default();
        if (ran.code, error["kind"].as_str()) != (2, Some("usage"))
            || !message.contains(&format!("authkit.toml:{place}"))
        {
            wrong.push(format!("{shown}: {} {message}", ran.code));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // A named file is read by every command, and refused by every command.
    let (settings, place) = &refused()[0];
    room.write("authkit.toml", settings);
    room.write("key.secret", "not very secret");
    room.write("shop.txt", "HTTP/1.1 200 OK\nSet-Cookie: sid=1\n");
    for arguments in [
        &["audit", "a.toml"][..],
        &["keys", "check", "key.secret"],
        &["probe", "--headers", "shop.txt", "https://shop.example/"],
        &["inspect", "e30.e30."],
        &["keys", "rotate"],
    ] {
        let ran = room.run(&[arguments, &["--config", "authkit.toml"]].concat());
        assert!(ran.code == 2 && ran.stderr.contains(place), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn extreme_config_file_within_limits_is_read() {
    let room = Sandbox::new();
    room.write("a.toml", EXPIRY);
    for settings in accepted() {
        let shown: String = settings.chars().take(80).collect();
        let ran = discovered(&room, &settings, &["lint", "--json", "a.toml"]);
        assert!(matches!(ran.code, 0 | 1), "{shown}: {ran:?}");
    }
}

#[test]
fn discovered_config_file_does_not_affect_keys_check_and_probe() {
    let room = Sandbox::new();
    room.write("short.secret", "hunter2");
    room.write("shop.txt", "HTTP/1.1 200 OK\nSet-Cookie: sid=1\n");
    room.write("a.toml", EXPIRY);
    let check = ["keys", "check", "short.secret"];
    let probe = ["probe", "--headers", "shop.txt", "https://shop.example/"];
    let rules = |arguments: &[&str], settings: &str| {
        let ran = discovered(&room, settings, &[arguments, &["--json"]].concat());
        (ran.code, ran.json()["findings"].clone())
    };
    let (strict_check, strict_probe) = (rules(&check, ""), rules(&probe, ""));
    assert_eq!((strict_check.0, strict_probe.0), (1, 1));
    let all = |line: &str| {
        let findings = [&strict_check.1, &strict_probe.1].into_iter().flat_map(|found| found.as_array().unwrap());
        let lines: Vec<String> = findings.map(|found| line.replace("RULE", &found["rule"].to_string())).collect();
        // A rule with two findings is printed once.
        let lines: std::collections::BTreeSet<&String> = lines.iter().collect();
        lines.into_iter().cloned().collect::<String>()
    };
    for settings in [
        "fail-on = \"never\"\n".to_owned(),
        format!("[severity]\n{}", all("RULE = \"off\"\n")),
        all("[[ignore]]\nrule = RULE\nreason = \"r\"\n"),
        "profile = \"fapi2\"\n".to_owned(),
        "this is [no settings file".to_owned(),
    ] {
        assert_eq!(rules(&check, &settings), strict_check, "{settings}");
        assert_eq!(rules(&probe, &settings), strict_probe, "{settings}");
    }
    // A discovered file may relax the checks of its repository; a named one, all checks.
    let never = "fail-on = \"never\"\n";
    assert_eq!(discovered(&room, never, &["lint", "a.toml"]).code, 0);
    for arguments in [&check[..], &probe] {
        for trust in [&["--config", "authkit.toml"][..], &["--trust-config"]] {
            assert_eq!(discovered(&room, never, &[arguments, trust].concat()).code, 0, "{arguments:?} {trust:?}");
        }
    }
}

#[test]
fn verbose_run_names_the_applied_config_file() {
    let room = Sandbox::new();
    room.write("a.toml", EXPIRY);
    room.write("short.secret", "hunter2");
    let said = |arguments: &[&str]| discovered(&room, "", &[arguments, &["-v"]].concat()).stderr;
    assert!(unfolded(&said(&["lint", "a.toml"])).contains("authkit.toml (discovered)"));
    assert!(unfolded(&said(&["lint", "a.toml", "--config", "authkit.toml"])).contains("authkit.toml (--config)"));
    let check = unfolded(&said(&["keys", "check", "short.secret"]));
    assert!(check.contains("authkit.toml was discovered but is not used here; name it with --config FILE"), "{check}");
    assert!(!unfolded(&said(&["keys", "check", "short.secret", "--no-config"])).contains("discovered"));
}
