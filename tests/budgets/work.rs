//! Tests of the instruction count of the program, measured with callgrind.

use crate::assert_linear;
use crate::inputs::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SECRET: &str = "hex:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The program, without debug information where `strip` is installed: valgrind needs more time to read it than to run.
fn program() -> &'static Path {
    static STRIPPED: OnceLock<PathBuf> = OnceLock::new();
    STRIPPED.get_or_init(|| {
        let whole = PathBuf::from(env!("CARGO_BIN_EXE_authkit"));
        let stripped = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authkit-stripped");
        let ran = Command::new("strip").arg("-o").args([&stripped, &whole]).status();
        if ran.is_ok_and(|status| status.success()) { stripped } else { whole }
    })
}

/// Runs the program under callgrind in `directory` and returns the instruction count, for any exit code.
fn instructions(directory: &Path, arguments: &[&str]) -> u64 {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program());
    command.args(arguments).args(["--now", "2026-01-31T12:00:00Z", "-q"]);
    command.current_dir(directory).env_clear().env("HOME", directory).env("RAYON_NUM_THREADS", "1");
    let ran = command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().expect("valgrind");
    let said = String::from_utf8_lossy(&ran.stderr);
    let code = ran.status.code().unwrap_or(-1);
    assert!((0..4).contains(&code), "{arguments:?} ends with {code}: {said}");
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")).expect("a count").1;
    counted.trim().parse().expect("a number")
}

/// Whether valgrind is installed; prints a note if not.
fn can_count() -> bool {
    let there = Command::new("valgrind").arg("--version").output().is_ok_and(|ran| ran.status.success());
    if !there {
        assert!(std::env::var_os("AUTHKIT_REQUIRE_SERVICES").is_none(), "valgrind is required and missing");
        println!("skipped: valgrind is missing");
    }
    there
}

/// Runs `arguments` on the file `name` with `size`, 2 · `size` and 4 · `size` pieces.
#[track_caller]
fn check(name: &str, arguments: &[&str], size: usize, input: impl Fn(usize) -> String) {
    if can_count() {
        let counts = [size, 2 * size, 4 * size].map(|count| {
            let room = tempfile::tempdir().expect("a directory");
            std::fs::write(room.path().join(name), input(count)).expect("a file");
            instructions(room.path(), arguments)
        });
        assert_linear(&arguments.join(" "), counts);
    }
}

#[test]
fn a_dotenv_file_is_linted_in_linear_work() {
    check("a.env", &["lint", "--fail-on", "never", "a.env"], 250, dotenv);
}

#[test]
fn a_toml_file_is_linted_in_linear_work() {
    check("a.toml", &["lint", "--fail-on", "never", "a.toml"], 120, toml);
}

#[test]
fn a_json_file_is_linted_in_linear_work() {
    check("a.json", &["lint", "--fail-on", "never", "a.json"], 40, json);
}

#[test]
fn a_json_file_of_duplicates_is_linted_in_linear_work() {
    check("a.json", &["lint", "--fail-on", "never", "a.json"], 100, duplicates);
}

#[test]
fn a_yaml_file_is_linted_in_linear_work() {
    check("a.yaml", &["lint", "--fail-on", "never", "a.yaml"], 250, yaml);
}

#[test]
fn an_hcl_file_is_linted_in_linear_work() {
    check("a.tf", &["lint", "--fail-on", "never", "a.tf"], 40, hcl);
}

#[test]
fn tokens_are_audited_in_linear_work() {
    check("t.txt", &["audit", "--fail-on", "never", "t.txt"], 20, tokens);
}

#[test]
fn a_long_line_is_audited_in_linear_work() {
    let line = |count: usize| format!("{} {}", tokens(1), "eyJhbGciOi.".repeat(count));
    check("t.txt", &["audit", "--fail-on", "never", "--scan", "t.txt"], 300, line);
}

#[test]
fn fields_of_ndjson_are_audited_in_linear_work() {
    let line = |count: usize| format!("{{\"a\":[{}],\"t\":\"x\"}}\n", many(count, ",", |n| n.to_string()));
    check("t.txt", &["audit", "--allow-empty", "--field", "t", "t.txt"], 300, line);
}

/// Below 450 entries a quadratic cost of 1.7 ns per pair of entries would stay within the limit.
#[test]
fn a_har_is_probed_in_linear_work() {
    check("a.har", &["probe", "--fail-on", "never", "--har", "a.har"], 550, har);
}

#[test]
fn a_recording_is_replayed_in_linear_work() {
    check("a.json", &["probe", "--fail-on", "never", "--replay", "a.json"], 550, recording);
}

#[test]
fn a_dump_of_headers_is_checked_in_linear_work() {
    check("a.txt", &["probe", "--fail-on", "never", "--headers", "a.txt", "https://a.test/"], 12, dump);
}

#[test]
fn a_jwks_is_read_in_linear_work() {
    check("a.json", &["verify", "-k", "a.json", "e30.e30.AA"], 25, jwks);
}

#[test]
fn a_jwks_of_equal_keys_is_checked_in_linear_work() {
    let key = |n: usize| {
        format!(
            "{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k{n}\",\"alg\":\"EdDSA\",\
             \"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}}"
        )
    };
    let equal = |count: usize| format!("{{\"keys\":[{}]}}", many(count, ",", key));
    check("a.json", &["keys", "check", "--fail-on", "never", "a.json"], 100, equal);
}

#[test]
fn a_pem_file_is_checked_in_linear_work() {
    check("a.pem", &["keys", "check", "--fail-on", "never", "a.pem"], 100, pem);
}

#[test]
fn claims_are_verified_in_linear_work() {
    let claims = |count: usize| {
        let names = many(count, ",", |n| format!("\"c{n}\":{n}"));
        token("{\"alg\":\"HS256\"}", &format!("{{\"exp\":1,{names}}}"))
    };
    check("t.txt", &["verify", "-k", SECRET, "@t.txt"], 200, claims);
}

/// Only the first names are read, so the work may also stay constant.
#[test]
fn crit_is_verified_in_linear_work() {
    let crit = |count: usize| {
        let names = many(count, ",", |n| format!("\"c{n}\""));
        token(&format!("{{\"alg\":\"HS256\",\"crit\":[{names}]}}"), "{\"exp\":1}")
    };
    check("t.txt", &["verify", "-k", SECRET, "@t.txt"], 100, crit);
}

#[test]
fn summaries_are_merged_in_linear_work() {
    if !can_count() {
        return;
    }
    let room = tempfile::tempdir().expect("a directory");
    std::fs::write(room.path().join("t.txt"), tokens(2)).expect("a file");
    let program = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_authkit")).current_dir(room.path()).args(arguments).output();
        assert!(ran.is_ok_and(|ran| ran.status.success()), "{arguments:?}");
    };
    program(&["audit", "t.txt", "--summary", "--now", "2026-01-31T12:00:00Z", "-o", "s.json"]);
    let counts = [2, 4, 8].map(|count| {
        let sources = vec!["s.json"; count];
        instructions(room.path(), &[&["audit", "--fail-on", "never", "--merge"], sources.as_slice()].concat())
    });
    assert_linear("audit --merge", counts);
}

#[test]
fn files_of_a_directory_are_audited_in_linear_work() {
    if !can_count() {
        return;
    }
    let counts = [40, 80, 160].map(|count| {
        let room = tempfile::tempdir().expect("a directory");
        (0..count).for_each(|n| std::fs::write(room.path().join(format!("{n}.txt")), "nothing").expect("a file"));
        instructions(room.path(), &["audit", "--allow-empty", "."])
    });
    assert_linear("audit .", counts);
}
