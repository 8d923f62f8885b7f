//! Tests of the finding formats: destinations, commands that support them, and errors.

use crate::harness::{Sandbox, root, run};

/// {"alg":"HS256","typ":"JWT"} {"sub":"alice","password":"x","iat":1769860800,"exp":1769947200}
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsInBhc3N3b3JkIjoieCIsImlhdCI6MTc2OTg2MDgwMCwiZXhwIjoxNzY5OTQ3MjAwfQ.eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg";

#[track_caller]
fn fits_sarif(text: &str) -> serde_json::Value {
    let schema = std::fs::read(root().join("tests/schemas/sarif-schema-2.1.0.json")).expect("the schema");
    let schema = serde_json::from_slice(&schema).expect("JSON");
    let log = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    log
}

#[test]
fn one_run_writes_several_formats() {
    let room = Sandbox::new();
    let outputs = ["sarif=a.sarif", "json=b.json", "junit=c.xml", "markdown=d.md", "github=e.txt", "csv=g.csv"];
    let mut arguments = vec!["inspect", TOKEN];
    outputs.iter().for_each(|output| arguments.extend(["-o", output]));
    let ran = room.run(&arguments).ok();
    assert!(ran.stdout.starts_with("signed token"), "{ran:?}");
    let text = |name| String::from_utf8(room.read(name)).expect("UTF-8");
    let log = fits_sarif(&text("a.sarif"));
    let json: serde_json::Value = serde_json::from_slice(&room.read("b.json")).unwrap();
    let ids = |list: &serde_json::Value, name: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
    };
    let found = ids(&json["findings"], "rule");
    assert_eq!(ids(&log["runs"][0]["results"], "ruleId"), found);
    for id in &found {
        for name in ["c.xml", "d.md", "e.txt", "g.csv"] {
            assert!(text(name).contains(id), "{name} lacks {id}");
        }
    }
    // -o FILE receives the content of standard output.
    room.run(&["inspect", TOKEN, "--format", "sarif", "-o", "f.sarif"]).ok();
    assert_eq!(text("f.sarif"), text("a.sarif"));
}

#[test]
fn key_list_is_written_as_a_table() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "=2026"]).ok();
    let text = room.run(&["keys", "list", "--format", "csv"]).ok().stdout;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 14);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[0][0], &rows[0][1], &rows[0][5]), (1, "'=2026", "ES256", "active"));
    let text = room.run(&["keys", "list", "--format", "markdown"]).ok().stdout;
    assert!(text.contains("| `=2026` | `ES256` | 256 |"), "{text}");
}

#[test]
fn keys_show_writes_its_findings() {
    let room = Sandbox::new();
    let key = root().join("tests/keys/p256.cert.pem").display().to_string();
    let ran = room.run(&["keys", "show", &key, "--format", "sarif"]).ok();
    fits_sarif(&ran.stdout);
}

#[test]
fn finding_formats_are_refused_by_commands_without_findings() {
    let room = Sandbox::new();
    for arguments in [
        &["issue", "--sub", "alice", "--format", "sarif"][..],
        &["verify", TOKEN, "-k", "text:x", "--format=junit"],
        &["decode", TOKEN, "-o", "github=out"],
        &["keys", "generate", "-o", "markdown=out"],
        &["keys", "generate", "-o", "csv=out"],
        &["keys", "list", "-o", "junit=out"],
    ] {
        let ran = room.run(arguments);
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{arguments:?}: {ran:?}");
        assert!(
            ran.stderr.contains("this command has") && ran.stderr.contains("audit, inspect, keys check, keys"),
            "{ran:?}"
        );
    }
    assert!(!room.path("out").exists() && !room.path("keys.json").exists());
    let mut command = room.command(&["issue", "--sub", "alice"]);
    command.env("AUTHKIT_FORMAT", "github");
    assert_eq!(run(command, b"").code, 2);
}

#[test]
fn errors_are_printed_to_standard_error_in_other_formats() {
    let room = Sandbox::new();
    for format in ["sarif", "github", "junit", "markdown", "csv"] {
        for arguments in [&["inspect", "no-token"][..], &["inspect", "--no-such-option"]] {
            let mut command = room.command(arguments);
            command.env("AUTHKIT_FORMAT", format);
            let ran = run(command, b"");
            assert!(ran.code > 1 && ran.stdout.is_empty() && ran.stderr.starts_with("error: "), "{format}: {ran:?}");
        }
        // A word before = is a format; a path is a file.
        let name = format!("x{format}=y");
        assert_eq!(room.run(&["inspect", TOKEN, "-o", &name]).code, 2);
        assert!(!room.path(&name).exists());
        room.run(&["inspect", TOKEN, "-o", &format!("./{name}")]).ok();
        assert!(room.path(&name).exists());
    }
    let json = room.run(&["inspect", "no token", "--json", "-o", "sarif=x.sarif"]);
    assert_eq!((json.code, &json.json()["schema"]), (3, &"authkit/error/v1".into()));
    assert!(!room.path("x.sarif").exists());
}

#[test]
fn format_option_overrides_the_environment_variable() {
    let room = Sandbox::new();
    let with = |arguments: &[&str]| {
        let mut command = room.command(arguments);
        command.env("AUTHKIT_FORMAT", "github");
        run(command, b"").ok().stdout
    };
    assert!(with(&["inspect", TOKEN]).starts_with("::warning title="));
    assert!(with(&["inspect", TOKEN, "--format", "junit"]).starts_with("<?xml"));
    assert!(with(&["inspect", TOKEN, "--json"]).starts_with("{\"schema\""));
}

/// Arguments may come from untrusted input: none of them may begin an output line.
#[test]
fn usage_errors_escape_line_breaks_of_arguments() {
    let room = Sandbox::new();
    let hostile = "x\n::error file=a::b\r\n##[group]c\u{2028}\u{1b}[31m\u{202e}";
    let option = format!("--{hostile}");
    let value = format!("--as={hostile}");
    for arguments in [
        &[hostile][..],
        &["verify", &option],
        &["verify", &option, "--json"],
        &["lint", "--as", hostile],
        &["lint", &value],
        &["lint", "--format", hostile],
        &["audit", "--top", hostile],
        &["explain", hostile],
        &["explain", hostile, "--json"],
        &["keys", hostile],
        &["verify", "--leeway", hostile, "a.b.c"],
        &["verify", "-k", hostile, "a.b.c"],
        &["keys", "generate", "--type", hostile],
        &["schema", hostile],
    ] {
        let ran = room.run(arguments);
        assert_ne!(ran.code, 0, "{arguments:?}: {ran:?}");
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            let command = line.trim_start().starts_with("::") || line.contains("##[");
            assert!(!command && !line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{arguments:?}: {line:?}");
        }
    }
}

/// Summaries and baselines contain claim names and issuers, which the token author controls.
#[test]
fn summaries_and_baselines_escape_invisible_characters() {
    use crate::tokens::{HS256, claims, hs256};
    let room = Sandbox::new();
    let hostile = "a\u{9b}31m\u{202e}\u{2028}##[group]\u{fe0f}b";
    let name = serde_json::to_string(hostile).unwrap();
    room.write("t.txt", hs256(HS256, claims(&format!(r#""iss":{name},{name}:1,"password{hostile}":"x","#))));
    room.run(&["audit", "t.txt", "--summary", "-o", "summary.json"]).ok();
    room.run(&["audit", "t.txt", "--write-baseline", "known.json"]).ok();
    for text in ["summary.json", "known.json"].map(|name| String::from_utf8(room.read(name)).unwrap()) {
        assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2028}\u{fe0f}".contains(c))));
        assert!(!text.contains("##["), "{text}");
    }
    let merged = room.run(&["audit", "--merge", "summary.json", "--json"]).json();
    assert_eq!(merged["data"]["by"]["issuer"][0]["value"], hostile);
    let again = room.run(&["audit", "t.txt", "--baseline", "known.json", "--json"]);
    assert_eq!(again.code, 0, "the baseline still matches its findings: {again:?}");
}

/// File names of a hostile repository appear in every format.
#[cfg(unix)]
#[test]
fn hostile_file_names_are_escaped_in_every_format() {
    use crate::tokens::{HS256, claims, hs256};
    let room = Sandbox::new();
    for (n, name) in [
        "::error::a",
        "=cmd|' a'!A1",
        "@sum(1)",
        "-o",
        "a\nb",
        "a\r::error::b",
        "##[add-mask]x",
        "<img src=x>",
        "`c`|d",
        "a\u{202e}b",
        "\u{1b}[31m",
        "]]>",
        "\u{3164}",
        "%0A::warning::x",
        "a,line=1::b",
        "[x](https:evil)",
    ]
    .into_iter()
    .enumerate()
    {
        room.write(name, hs256(HS256, claims(&format!(r#""password":"x","n":{n},"#))));
        room.write(&format!("{name}.key.json"), "{");
    }
    for command in
        [&["audit", ".", "--fail-on", "never"][..], &["lint", ".", "--list-files"], &["lint", ".", "--as", "hydra"]]
    {
        for format in ["human", "json", "sarif", "github", "junit", "markdown", "csv"] {
            let ran = room.run(&[command, &["--format", format, "--no-config"]].concat());
            assert_ne!(ran.code, 70, "{command:?} {format}: {ran:?}");
            for line in ran.stdout.lines().chain(ran.stderr.lines()) {
                let hidden = |c: char| (c.is_control() && c != '\t') || "\u{202e}\u{3164}".contains(c);
                assert!(!line.contains(hidden) && !line.contains("##["), "{command:?} {format}: {line:?}");
                let begin = line.trim_start();
                let own = format == "github"
                    && ["::error ", "::warning ", "::notice "].iter().any(|own| begin.starts_with(own));
                assert!(own || !begin.starts_with("::"), "{command:?} {format}: {line:?}");
                assert!(format != "csv" || !begin.starts_with(['=', '+', '-', '@']), "{command:?}: {line:?}");
            }
        }
    }
}
