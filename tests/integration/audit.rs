//! Tests of `authkit audit`: counts, independence of threads and shards, and input that is not a token.

use crate::harness::{NOW, Sandbox, root, skip};
use std::process::Command;

fn room() -> Sandbox {
    let room = Sandbox::new();
    room.run(&["keys", "generate"]).ok();
    room
}

/// `count` tokens in the file `name`.
fn tokens(room: &Sandbox, name: &str, count: &str, more: &[&str]) {
    let args =
        [&["issue", "-q", "--count", count, "--iss", "https://id.test", "--aud", "api", "-o", name], more].concat();
    room.run(&args).ok();
}

#[test]
fn finding_at_fail_on_severity_fails_the_run() {
    let room = room();
    tokens(&room, "good.txt", "5", &["--sub", "alice"]);
    let ran = room.run(&["audit", "good.txt", "--json"]).ok();
    assert_eq!(ran.json()["verdict"], "passed");
    assert_eq!(ran.json()["data"]["totals"]["tokens"], 5);
    tokens(&room, "long.txt", "3", &["--sub", "alice", "--ttl", "2d"]);
    let ran = room.run(&["audit", "good.txt", "long.txt", "--json"]);
    assert_eq!((ran.code, ran.json()["verdict"].as_str()), (1, Some("failed")));
    let first = &ran.json()["findings"][0];
    assert_eq!(first["rule"], "lifetime-access-token");
    assert_eq!((&first["location"]["file"], &first["location"]["line"]), (&"long.txt".into(), &1.into()));
    assert_eq!(room.run(&["audit", "long.txt", "--fail-on", "never"]).code, 0);
    assert_eq!(room.run(&["audit", "good.txt", "--fail-on", "info"]).code, 1);
    assert_eq!(room.run(&["audit", "long.txt", "--severity", "lifetime-access-token=info"]).code, 0);
}

#[test]
fn expired_tokens_with_require_valid_fail_the_run() {
    let room = room();
    tokens(&room, "a.txt", "2", &["--ttl", "5m"]);
    room.run(&["audit", "a.txt", "--now", "+1h"]).ok();
    let ran = room.run(&["audit", "a.txt", "--now", "+1h", "--require-valid", "--json"]);
    assert_eq!((ran.code, &ran.json()["data"]["totals"]["expired"]), (1, &2.into()));
}

#[test]
fn malformed_lines_are_counted_and_not_fatal() {
    let room = room();
    tokens(&room, "t.txt", "2", &[]);
    let mut mixed = b"nonsense\n\n\xFF\xFE\x00\n{}\ne30.e30.\nGET / HTTP/1.1\n".to_vec();
    mixed.extend(std::fs::read(room.path("t.txt")).unwrap());
    mixed.extend(vec![b'a'; 9_000_000]);
    room.write("mixed.txt", &mixed);
    let ran = room.run(&["audit", "mixed.txt", "--lines", "--json"]).ok();
    let data = &ran.json()["data"];
    assert_eq!(data["totals"]["tokens"], 3, "{data}");
    assert!(data["totals"]["malformed"].as_u64().unwrap() >= 5, "{data}");
    assert_eq!(data["malformed_samples"][0]["line"], 1);
    // A token that is malformed after its header is a finding.
    let token = std::fs::read_to_string(room.path("t.txt")).unwrap().lines().next().unwrap().to_owned();
    room.write("broken.txt", token.replacen('.', ".e30", 1));
    let ran = room.run(&["audit", "broken.txt", "--lines", "--json", "--allow-empty"]);
    assert_eq!((ran.code, ran.json()["findings"][0]["rule"].as_str()), (1, Some("token-format")), "{ran:?}");
}

#[test]
fn input_without_tokens_exits_with_3() {
    let room = Sandbox::new();
    room.write("empty.txt", "");
    room.write("text.txt", "no token here\n");
    for file in ["empty.txt", "text.txt"] {
        assert_eq!(room.run(&["audit", file]).code, 3, "{file}");
        assert_eq!(room.run(&["audit", file, "--allow-empty"]).code, 0, "{file}");
    }
    assert_eq!(room.run(&["audit", "missing.txt"]).code, 4);
}

#[test]
fn tokens_in_text_and_ndjson_fields_are_found() {
    let room = room();
    tokens(&room, "t.txt", "2", &[]);
    let both = std::fs::read_to_string(room.path("t.txt")).unwrap();
    let (one, two) = both.trim().split_once('\n').unwrap();
    room.write("log.txt", format!("first\nAuthorization: Bearer {one}\n GET /?t={two} HTTP/1.1\n"));
    let ran = room.run(&["audit", "--scan", "log.txt", "--fail-on", "never", "--json"]).ok();
    assert_eq!(ran.json()["data"]["totals"]["tokens"], 2);
    assert_eq!(ran.json()["data"]["totals"]["lines"], 3);
    let lines = format!("{{\"auth\":{{\"token\":\"{one}\"}}}}\n{{\"auth\":{{\"token\":\"{two}\"}}}}\n{{}}\n[]\n");
    room.write("log.ndjson", lines);
    for path in ["/auth/token", "auth.token"] {
        let ran = room.run(&["audit", "--field", path, "log.ndjson", "--json"]).ok();
        let totals = ran.json()["data"]["totals"].clone();
        assert_eq!((&totals["tokens"], &totals["malformed"]), (&2.into(), &2.into()), "{path}");
    }
}

#[test]
fn limits_ignores_and_baselines_suppress_findings() {
    let room = room();
    std::fs::create_dir_all(room.path(".git")).unwrap();
    tokens(&room, "long.txt", "3", &["--ttl", "2d"]);
    assert_eq!(room.run(&["audit", "long.txt"]).code, 1);
    room.run(&["audit", "long.txt", "--write-baseline", "known.json"]).ok();
    let ran = room.run(&["audit", "long.txt", "--baseline", "known.json", "--json"]).ok();
    assert!(ran.json()["data"]["baselined"].as_u64().unwrap() >= 3 && ran.json()["findings"] == serde_json::json!([]));
    let text = std::fs::read_to_string(room.path("long.txt")).unwrap();
    room.write("long.txt", format!("{text}{}", text.lines().next().unwrap()));
    let ran = room.run(&["audit", "long.txt", "--baseline", "known.json", "--max-findings", "2", "--json"]);
    assert_eq!((ran.code, &ran.json()["findings"][0]["location"]["line"]), (1, &4.into()), "a fourth is new: {ran:?}");
    room.write(
        "authkit.toml",
        "[[ignore]]\nrule = \"lifetime-access-token\"\npath = \"long.*\"\nreason = \"fixtures\"\n\
         [[ignore]]\nrule = \"alg-none\"\nreason = \"none\"\n",
    );
    let ran = room.run(&["audit", "long.txt", "--json"]).ok();
    assert_eq!(ran.json()["data"]["ignored"], 4);
    assert_eq!(ran.json()["data"]["unused_ignores"][0]["rule"], "alg-none");
    assert!(ran.stderr.contains("alg-none matched no finding"), "{ran:?}");
    assert_eq!(room.run(&["audit", "long.txt", "--no-ignores"]).code, 1);
    room.write("authkit.toml", "[[ignore]]\nrule = \"nope\"\nreason = \"x\"\n");
    assert_eq!(room.run(&["audit", "long.txt"]).code, 2);
}

/// The report without the members that depend on the sharding.
fn counted(room: &Sandbox, args: &[&str]) -> serde_json::Value {
    let all = [&["audit", "--json", "--fail-on", "never"], args].concat();
    room.run(&all).ok().json()
}

#[test]
fn report_is_identical_for_any_threads_and_shards() {
    let room = room();
    tokens(&room, "a.txt", "700", &["--sub", "a", "--ttl", "2h"]);
    tokens(&room, "b.txt", "500", &["--no-exp", "--no-jti", "--claim-json", "roles=[1,2,3]"]);
    let one = room.run(&["audit", "a.txt", "b.txt", "--json", "--threads", "1", "--fail-on", "never"]).ok();
    for threads in ["2", "8"] {
        let many = room.run(&["audit", "a.txt", "b.txt", "--json", "--threads", threads, "--fail-on", "never"]).ok();
        assert_eq!(many.stdout, one.stdout, "{threads} threads");
    }
    let swapped = room.run(&["audit", "b.txt", "a.txt", "--json", "--fail-on", "never"]).ok();
    assert_eq!(swapped.stdout, one.stdout);
    for name in ["a", "b"] {
        room.run(&["audit", &format!("{name}.txt"), "--summary", "-o", &format!("{name}.json")]).ok();
    }
    room.run(&["audit", "a.txt", "b.txt", "--summary", "-o", "both.json"]).ok();
    room.run(&["audit", "--merge", "b.json", "a.json", "--summary", "-o", "merged.json"]).ok();
    let read = |name| std::fs::read(room.path(name)).unwrap();
    assert!(read("both.json") == read("merged.json"), "merging is auditing together, byte for byte");
    assert_eq!(counted(&room, &["--merge", "a.json", "b.json"]), one.json());
}

#[test]
fn shards_audited_by_a_shell_loop_merge_exactly() {
    let room = room();
    tokens(&room, "a.txt", "90", &[]);
    let program = env!("CARGO_BIN_EXE_authkit");
    let script = format!(
        "split -l 30 a.txt shard. && for s in shard.a?; do {program} audit --now {NOW} $s --summary -o $s.json; done"
    );
    let ran = Command::new("sh").args(["-c", &script]).current_dir(room.path(".")).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let merged = counted(&room, &["--merge", "shard.aa.json", "shard.ab.json", "shard.ac.json"]);
    assert_eq!(merged["data"]["totals"], counted(&room, &["a.txt"])["data"]["totals"]);
}

#[test]
fn gnu_parallel_recipe_of_readme_merges_shards() {
    let recipe = "ls shards/* | parallel 'authkit audit {} --now 2026-11-24T00:00:00Z --summary -o {}.json'";
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("$ {recipe}\n$ authkit audit --merge shards/*.json\n")), "README has the recipe");
    let version = Command::new("parallel").arg("--version").output();
    if !version.is_ok_and(|ran| String::from_utf8_lossy(&ran.stdout).starts_with("GNU parallel")) {
        return skip("GNU parallel");
    }
    let room = room();
    tokens(&room, "a.txt", "90", &[]);
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_authkit")).parent().unwrap();
    let path = std::env::join_paths(
        [programs.to_path_buf()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let script =
        format!("mkdir shards && split -l 30 a.txt shards/ && {recipe} && authkit audit --merge shards/*.json --json");
    let ran = Command::new("sh")
        .args(["-c", &script])
        .current_dir(room.path("."))
        .env("PATH", path.unwrap())
        .env("HOME", room.path("."))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let merged: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let whole = counted(&room, &["a.txt", "--now", "2026-11-24T00:00:00Z"]);
    assert_eq!(merged["data"]["totals"], whole["data"]["totals"]);
}

#[test]
fn incompatible_summaries_are_rejected_by_merge() {
    let room = room();
    tokens(&room, "a.txt", "3", &[]);
    room.run(&["audit", "a.txt", "--summary", "-o", "a.json"]).ok();
    room.run(&["audit", "a.txt", "--summary", "--now", "+1d", "-o", "b.json"]).ok();
    let ran = room.run(&["audit", "--merge", "a.json", "b.json"]);
    assert!(ran.code == 3 && ran.stderr.contains("cannot merge b.json"), "{ran:?}");
    room.write("c.json", "{\"schema\":\"other\"}");
    assert_eq!(room.run(&["audit", "--merge", "c.json"]).code, 3);
    assert_eq!(room.run(&["audit", "--merge"]).code, 2);
}

#[test]
fn counts_and_quantiles_equal_the_naive_implementation() {
    let room = Sandbox::new();
    let path = room.path("tokens.txt");
    let naive = Command::new("python3")
        .arg(root().join("tests/audit/naive.py"))
        .args([path.to_str().unwrap(), "100000", &NOW.to_string()])
        .output();
    let Ok(naive) = naive.map(|ran| ran.stdout).map_err(drop) else {
        return skip("python3");
    };
    let naive: serde_json::Value = serde_json::from_slice(&naive).expect("the JSON of the naive audit");
    let answer = counted(&room, &["tokens.txt", "--top", "100000"]);
    let data = &answer["data"];
    for (name, value) in naive["totals"].as_object().unwrap() {
        assert_eq!(&data["totals"][name], value, "{name}");
    }
    for name in ["lifetime_seconds", "size_bytes"] {
        for exact in ["count", "min", "max"] {
            assert_eq!(data[name][exact], naive[name][exact], "{name} {exact}");
        }
        let error = data[name]["relative_error"].as_f64().unwrap();
        for quantile in ["p50", "p90", "p99"] {
            let (ours, theirs) = (data[name][quantile].as_f64().unwrap(), naive[name][quantile].as_f64().unwrap());
            assert!(ours <= theirs && ours >= theirs * (1.0 - error), "{name} {quantile}: {ours}, exactly {theirs}");
        }
    }
    let ours = data["claims"].as_array().unwrap();
    assert_eq!(ours.len(), naive["claims"].as_object().unwrap().len());
    for claim in ours {
        let theirs = &naive["claims"][claim["name"].as_str().unwrap()];
        assert_eq!(&serde_json::json!([claim["tokens"], claim["bytes"]]), theirs, "{claim}");
    }
    for (table, theirs) in naive["by"].as_object().unwrap() {
        let ours = data["by"][table].as_array().unwrap();
        assert_eq!(ours.len(), theirs.as_object().unwrap().len(), "{table}");
        for row in ours {
            assert_eq!(row["tokens"], theirs[row["value"].as_str().unwrap()], "{table} {row}");
        }
    }
    assert_eq!(data["revocation"], naive["revocation"]);
    let (reused, exactly) = (&data["duplicates"]["jti_reused"], naive["jti_reused"].as_f64().unwrap());
    let error = reused["relative_error"].as_f64().unwrap_or(0.0);
    // Three standard errors.
    let off = (reused["count"].as_f64().unwrap() - exactly).abs();
    assert!(off <= 3.0 * error * exactly + 1.0, "{reused}, exactly {exactly}");
}

#[test]
fn browser_har_reports_each_token_location() {
    let room = Sandbox::new();
    let har = root().join("tests/har/browser.har");
    let ran = room.run(&["audit", har.to_str().unwrap(), "--json", "--max-findings", "100"]);
    let answer = ran.json();
    let found = |rule: &str| -> Vec<serde_json::Value> {
        let findings = answer["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["rule"] == rule).cloned().collect()
    };
    let in_urls = found("token-in-url");
    assert!(ran.code == 1 && !in_urls.is_empty(), "{answer}");
    assert!(in_urls.iter().all(|finding| finding["location"]["url"].as_str().is_some_and(|url| !url.contains('?'))));
    assert!(answer["data"]["totals"]["tokens"].as_u64().unwrap() >= 4, "{answer}");
    // Truncated in the middle: the tokens before the cut count, and the exit code reports a partial result.
    let text = std::fs::read(&har).unwrap();
    room.write("cut.har", &text[..text.len() / 2]);
    let ran = room.run(&["audit", "cut.har", "--json", "--fail-on", "never"]);
    assert!(ran.code == 4 && ran.json()["data"]["partial"] == true && ran.stderr.contains("cut.har"), "{ran:?}");
}

#[test]
fn directories_are_walked_and_compressed_files_are_read() {
    use std::io::Write as _;
    let room = room();
    tokens(&room, "t.txt", "4", &[]);
    let plain = std::fs::read(room.path("t.txt")).unwrap();
    for directory in ["in/.git", "in/sub", "in/skipped"] {
        std::fs::create_dir_all(room.path(directory)).unwrap();
    }
    room.write("in/.gitignore", "skipped/\n");
    room.write("in/skipped/more.txt", &plain);
    room.write("in/sub/plain.txt", &plain);
    room.write("in/image.bin", b"\0\x01\x02");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    room.write("in/packed.gz", &gzip);
    let ran = room.run(&["audit", "in", "--json"]).ok();
    assert_eq!(ran.json()["data"]["totals"]["tokens"], 8, "{ran:?}");
    assert!(ran.stderr.contains("1 binary file"), "{ran:?}");
    room.write("torn.gz", &gzip[..gzip.len() - 20]);
    let ran = room.run(&["audit", "torn.gz", "in/sub", "missing.txt", "--json", "--fail-on", "never"]);
    assert!(ran.code == 4 && ran.json()["data"]["partial"] == true, "{ran:?}");
    assert!(ran.stderr.contains("torn.gz") && ran.stderr.contains("missing.txt"), "{ran:?}");
}

#[test]
fn known_secrets_are_found_and_never_printed() {
    let room = Sandbox::new();
    let secret = "your-super-secret-jwt-token-with-at-least-32-characters-long";
    let weak = room.run(&["issue", "-q", "-k", &format!("text:{secret}"), "--sub", "a"]).ok().stdout;
    let good = room.run(&["issue", "-q", "-k", "text:a-long-secret-that-nobody-has-published-5b1f", "--sub", "a"]).ok();
    room.write("t.txt", format!("{weak}{}", good.stdout));
    room.run(&["audit", "t.txt"]).ok();
    let ran = room.run(&["audit", "t.txt", "--try-secrets", "--json"]);
    // Both tokens have the same header and so presumably the same key: only the first is tried.
    let first = &ran.json()["findings"][0];
    assert_eq!((ran.code, first["rule"].as_str()), (1, Some("secret-known-default")), "{ran:?}");
    assert!(first["message"].as_str().unwrap().contains("Supabase") && !ran.stdout.contains(secret), "{ran:?}");
    room.write("words.txt", "one\ntwo\na-long-secret-that-nobody-has-published-5b1f\n");
    room.write("good.txt", good.stdout);
    let ran = room.run(&["audit", "good.txt", "--try-secrets=words.txt", "--json"]);
    let first = &ran.json()["findings"][0];
    assert_eq!((ran.code, first["rule"].as_str()), (1, Some("secret-in-word-list")), "{ran:?}");
    assert!(first["message"].as_str().unwrap().contains("line 3") && !ran.stdout.contains("nobody-has"), "{ran:?}");
    assert_eq!(room.run(&["audit", "good.txt", "--try-secrets"]).code, 0);
}

#[test]
fn findings_are_written_in_every_format_at_once() {
    let room = room();
    tokens(&room, "long.txt", "2", &["--ttl", "2d"]);
    let formats = ["sarif", "github", "junit", "markdown", "json"];
    let outputs: Vec<String> = formats.iter().map(|format| format!("{format}=out.{format}")).collect();
    let mut args = vec!["audit", "long.txt"];
    outputs.iter().for_each(|output| args.extend(["-o", output]));
    assert_eq!(room.run(&args).code, 1);
    let read = |format: &str| std::fs::read_to_string(room.path(&format!("out.{format}"))).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&read("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&"long.txt".into(), &1.into()));
    assert!(read("github").contains("::error file=long.txt,line=1,col=1"), "{}", read("github"));
    assert!(read("junit").contains("lifetime-access-token") && read("markdown").contains("long.txt:1:1"));
}
