//! Tests of `authkit lint`: directories, ignores, baselines, mappings, fixes, malformed files.

use crate::harness::{RunOutput, Sandbox};
use serde_json::Value;

const SUPABASE: &str = "[auth]\njwt_expiry = 604800\n[auth.sessions]\ntimebox = \"24h\"\n";
const PROXY: &str = "# head\r\ncookie_secret = \"env(COOKIE_SECRET)\"\r\ncookie_secure = \"false\" # tests\r\ncookie_httponly = true\r\ncookie_samesite = \"\"\r\n";

fn rules(json: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(json).expect("JSON");
    let of = |finding: &Value| finding["rule"].as_str().expect("a rule").to_owned();
    answer["findings"].as_array().expect("findings").iter().map(of).collect()
}

/// Runs the program and asserts the exit code.
#[track_caller]
fn run(room: &Sandbox, arguments: &[&str], code: i32) -> RunOutput {
    let ran = room.run(arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    ran
}

fn write(room: &Sandbox, name: &str, bytes: impl AsRef<[u8]>) {
    let path = room.path(name);
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
    room.write(name, bytes);
}

fn text(room: &Sandbox, name: &str) -> String {
    String::from_utf8(room.read(name)).expect("UTF-8")
}

#[test]
fn directory_walk_respects_gitignore() {
    let room = Sandbox::new();
    write(&room, "supabase/config.toml", SUPABASE);
    write(&room, "ignored/config.toml", SUPABASE);
    write(&room, ".ignore", "ignored/\n");
    write(&room, ".env.example", "GOTRUE_JWT_EXP=604800\n");
    write(&room, "package.json", "{\"name\": \"x\"}");
    let output = run(&room, &["lint", "--json", "."], 1);
    let answer: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let files: Vec<&str> = answer["data"]["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| file["file"].as_str().expect("a name"))
        .collect();
    assert_eq!(files, [".env.example", "supabase/config.toml"]);
}

#[test]
fn unrecognised_files_exit_with_3() {
    let room = Sandbox::new();
    write(&room, "package.json", "{\"name\": \"x\"}");
    run(&room, &["lint", "."], 3);
    run(&room, &["lint", ".", "--allow-empty"], 0);
    run(&room, &["lint", "missing.toml"], 4);
}

#[test]
fn inline_ignore_without_rule_or_reason_is_not_applied() {
    let room = Sandbox::new();
    let with = |comment: &str| SUPABASE.replace("604800", &format!("604800 {comment}"));
    write(&room, "a.toml", with("# authkit: ignore[access-token-ttl] a demo"));
    run(&room, &["lint", "a.toml"], 0);
    run(&room, &["lint", "a.toml", "--no-ignores"], 1);
    write(&room, "a.toml", SUPABASE.replace("jwt_expiry", "# authkit: ignore[access-token-ttl] a demo\njwt_expiry"));
    run(&room, &["lint", "a.toml"], 0);
    for (comment, said) in [
        ("# authkit: ignore[access-token-ttl]", "reason is missing"),
        ("# authkit: ignore[access-token] short", "unknown rule"),
    ] {
        write(&room, "a.toml", with(comment));
        let output = run(&room, &["lint", "a.toml"], 1);
        assert!(output.stderr.contains(said), "{}", output.stderr);
    }
    write(&room, "a.toml", with("# authkit: ignore[grant-password] old"));
    let output = run(&room, &["lint", "a.toml"], 1);
    assert!(output.stderr.contains("matched no finding (a.toml:2: old)"), "{}", output.stderr);
}

#[test]
fn ignore_by_pointer_and_baseline_suppress_findings() {
    let room = Sandbox::new();
    write(&room, "realm.json", r#"{"realm": "a", "accessTokenLifespan": 604800, "sslRequired": "external"}"#);
    let settings = "[[ignore]]\nrule = \"access-token-ttl\"\npointer = \"/accessTokenLifespan\"\nreason = \"demo\"\n";
    write(&room, "authkit.toml", settings);
    run(&room, &["lint", "realm.json"], 0);
    run(&room, &["lint", "realm.json", "--no-config"], 1);
    run(&room, &["lint", "realm.json", "--no-config", "--write-baseline", "known.json"], 0);
    run(&room, &["lint", "realm.json", "--no-config", "--baseline", "known.json"], 0);
    write(&room, "realm.json", r#"{"realm": "a", "accessTokenLifespan": 604800, "sslRequired": "none"}"#);
    let output = run(&room, &["lint", "realm.json", "--no-config", "--baseline", "known.json", "--json"], 1);
    assert_eq!(rules(&output.stdout), ["tls-not-required"]);
}

#[test]
fn map_entry_reads_any_file() {
    let room = Sandbox::new();
    write(&room, "config/default.json", "{\"jwt\": {\"expiresIn\": \"30d\"}}");
    let map = |unit: &str| {
        format!(
            "[[map]]\npath = \"config/*.json\"\nkey = \"jwt.expiresIn\"\nrole = \"access-token-lifetime\"\nunit = \"{unit}\"\n"
        )
    };
    write(&room, "authkit.toml", map("js"));
    let output = run(&room, &["lint", "config", "--json"], 1);
    assert_eq!(rules(&output.stdout), ["access-token-ttl"]);
    write(&room, "authkit.toml", map("seconds"));
    let output = run(&room, &["lint", "config", "--json"], 1);
    assert_eq!(rules(&output.stdout), ["config-value-invalid"]);
    write(&room, "authkit.toml", map("fortnights"));
    run(&room, &["lint", "config"], 2);
}

#[test]
fn fix_changes_one_scalar_and_no_other_byte() {
    let room = Sandbox::new();
    write(&room, "oauth2-proxy.cfg", PROXY);
    let diff = run(&room, &["lint", "oauth2-proxy.cfg", "--diff"], 1).stdout;
    assert!(diff.contains("-cookie_secure = \"false\" # tests\n+cookie_secure = \"true\" # tests\n"), "{diff}");
    assert_eq!(text(&room, "oauth2-proxy.cfg"), PROXY);
    run(&room, &["lint", "oauth2-proxy.cfg", "--fix", "--detailed-exit-code"], 5);
    let fixed = PROXY.replace("\"false\"", "\"true\"").replace("samesite = \"\"", "samesite = \"lax\"");
    assert_eq!(text(&room, "oauth2-proxy.cfg"), fixed);
    run(&room, &["lint", "oauth2-proxy.cfg", "--fix", "--detailed-exit-code"], 0);
    assert_eq!(text(&room, "oauth2-proxy.cfg"), fixed);
    // The right lifetime is a decision, so it has no fix.
    write(&room, "a.toml", SUPABASE);
    run(&room, &["lint", "a.toml", "--fix"], 1);
    assert_eq!(text(&room, "a.toml"), SUPABASE);
}

#[test]
fn malformed_files_are_reported_and_do_not_end_the_run() {
    let room = Sandbox::new();
    write(&room, "good.toml", SUPABASE);
    write(&room, "broken.json", "{\"realm\": \"a\",\n\t\"accessTokenLifespan\": 300,\n\t\"sslRequired\": }");
    write(&room, "latin1.toml", [b"[auth]\njwt_expiry = 1 # ".as_slice(), &[0xe9], b"\n"].concat());
    write(&room, "deep.json", format!("{{\"sslRequired\": \"none\", \"accessTokenLifespan\": {}", "[".repeat(200_000)));
    let laughs = (0..12).fold("sslRequired: &a0 x\nclientId: 1\n".to_owned(), |text, n| {
        format!("{text}b{n}: &a{} [{}]\n", n + 1, vec![format!("*a{n}"); 9].join(", "))
    });
    write(&room, "laughs.yaml", laughs);
    let output =
        run(&room, &["lint", "--json", "good.toml", "broken.json", "latin1.toml", "deep.json", "laughs.yaml"], 1);
    let answer: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let place = |file: &str| {
        let found =
            answer["findings"].as_array().expect("findings").iter().find(|finding| finding["location"]["file"] == file);
        let found = found.unwrap_or_else(|| panic!("{file} in {answer:#}"));
        (found["rule"].as_str().expect("a rule"), found["location"]["line"].as_u64().expect("a line"))
    };
    assert_eq!(place("broken.json"), ("config-syntax", 3));
    assert_eq!(place("latin1.toml"), ("config-syntax", 2));
    assert_eq!(place("deep.json").0, "config-syntax");
    assert_eq!(place("laughs.yaml").0, "config-syntax");
    assert_eq!(place("good.toml"), ("access-token-ttl", 2));
}

#[test]
fn map_entry_without_match_is_reported_with_its_location() {
    let room = Sandbox::new();
    write(&room, "config/default.json", "{\"jwt\": {\"expires_in\": \"10m\"}}");
    let map = "# mine\n[[map]]\npath = \"config/*.json\"\nkey = \"jwt.expiresIn\"\nrole = \"access-token-lifetime\"\nunit = \"js\"\n";
    write(&room, "authkit.toml", map);
    let output = run(&room, &["lint", "config"], 0);
    let said = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("key \"jwt.expiresIn\" not found, required by [[map]] ("), "{said}");
    assert!(said.contains("authkit.toml:4:7); did you mean \"jwt.expires_in\"?"), "{said}");
    run(&room, &["lint", "config", "--fail-on", "warning"], 1);
    write(&room, "authkit.toml", map.replace("expiresIn", "expires_in"));
    let output = run(&room, &["lint", "config", "--json"], 0);
    assert_eq!(rules(&output.stdout), [""; 0]);
}

#[test]
fn unit_is_added_only_where_the_meaning_stays_the_same() {
    let room = Sandbox::new();
    let proxy =
        "cookie_secret = \"env(X)\"\ncookie_samesite = \"lax\"\ncookie_expire = \"24h\"\ncookie_refresh = 0 # off\n";
    write(&room, "oauth2-proxy.cfg", proxy);
    let diff = run(&room, &["lint", "oauth2-proxy.cfg", "--diff"], 0).stdout;
    assert!(diff.contains("-cookie_refresh = 0 # off\n+cookie_refresh = \"0s\" # off\n"), "{diff}");
    run(&room, &["lint", "oauth2-proxy.cfg", "--fix"], 0);
    assert_eq!(text(&room, "oauth2-proxy.cfg"), proxy.replace("= 0 #", "= \"0s\" #"));
}

#[test]
fn repeated_findings_are_folded_in_human_output_only() {
    let room = Sandbox::new();
    let client = |n: usize| {
        format!("  {{\"clientId\": \"c{n}\", \"directAccessGrantsEnabled\": true, \"standardFlowEnabled\": false}}")
    };
    let clients: Vec<String> = (0..40).map(client).collect();
    write(&room, "realm.json", format!("{{\"realm\": \"a\", \"clients\": [\n{}\n]}}", clients.join(",\n")));
    let own = |json: &str| rules(json).iter().filter(|rule| *rule == "grant-password").count();
    assert_eq!(own(&run(&room, &["lint", "realm.json", "--json"], 1).stdout), 40);
    let human = run(&room, &["lint", "realm.json"], 1).stdout;
    assert_eq!(human.matches("error[grant-password]").count(), 3, "{human}");
    assert!(human.contains("and 37 more like it in realm.json, lines 5, 6, 7,"), "{human}");
    let sarif: Value =
        serde_json::from_str(&run(&room, &["lint", "realm.json", "--format", "sarif"], 1).stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.iter().filter(|one| one["ruleId"] == "grant-password").count(), 40);
    // A few findings are printed in full.
    write(&room, "few.json", format!("{{\"realm\": \"a\", \"clients\": [\n{}\n]}}", clients[..6].join(",\n")));
    let human = run(&room, &["lint", "few.json"], 1).stdout;
    assert_eq!(human.matches("error[grant-password]").count(), 6, "{human}");
}

#[cfg(unix)]
#[test]
fn symbolic_link_cycles_terminate() {
    let room = Sandbox::new();
    write(&room, "a/config.toml", SUPABASE);
    std::os::unix::fs::symlink("..", room.path("a/up")).expect("a link");
    let output = run(&room, &["lint", ".", "--json"], 1);
    assert_eq!(rules(&output.stdout).iter().filter(|rule| *rule == "access-token-ttl").count(), 1);
}

#[test]
fn findings_are_written_in_every_output_format() {
    let room = Sandbox::new();
    write(&room, "a.toml", SUPABASE);
    let sarif = run(&room, &["lint", "a.toml", "--format", "sarif"], 1).stdout;
    let log: Value = serde_json::from_str(&sarif).expect("JSON");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(2), Some(14)));
    for format in ["human", "github", "junit", "markdown"] {
        let text = run(&room, &["lint", "a.toml", "--format", format], 1).stdout;
        assert!(text.contains("access-token-ttl"), "{format}: {text}");
    }
}
