//! Tests of the CI integrations as shipped: `.pre-commit-hooks.yaml` with the real
//! pre-commit, and the scripts of `action.yml` with bash.

use crate::harness::{RunOutput, Sandbox, root, skip};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BAD: &str = "[auth]\njwt_expiry = 604800\n[auth.sessions]\ntimebox = \"24h\"\n";
const GOOD: &str = "[auth]\njwt_expiry = 900\n[auth.sessions]\ntimebox = \"24h\"\n";

/// Runs a command in a directory, with only the PATH in its environment.
fn run(mut command: Command, directory: &Path, path: &[&Path]) -> RunOutput {
    let own = std::env::var_os("PATH").unwrap_or_default();
    let all = path.iter().map(PathBuf::from).chain(std::env::split_paths(&own));
    command.current_dir(directory).env("PATH", std::env::join_paths(all).unwrap()).env("HOME", directory);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    RunOutput { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Commits the content of the directory to a new git repository.
fn commit(directory: &Path) {
    let script = "git init -q . && git add -A && git -c user.name=a -c user.email=a@b.example commit -qm a";
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    assert_eq!(run(command, directory, &[]).ok().stderr, "");
}

fn write(room: &Sandbox, name: &str, text: &str) {
    std::fs::create_dir_all(room.path(name).parent().unwrap()).unwrap();
    std::fs::write(room.path(name), text).unwrap();
}

mod pre_commit {
    use super::*;

    /// pre-commit, from the directory of the interoperability peers or from the PATH.
    fn program() -> Option<PathBuf> {
        let peer =
            std::env::var_os("AUTHKIT_INTEROP").map(|directory| Path::new(&directory).join("venv/bin/pre-commit"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).map(|directory| directory.join("pre-commit"));
        peer.into_iter().chain(found).find(|path| path.is_file())
    }

    /// Runs the hook on a repository: pre-commit clones the hook repository and passes the matching files.
    /// The hook uses the installed program, here the one under test.
    fn hook(room: &Sandbox, program: &Path) -> RunOutput {
        let ours = room.path("hooks");
        let mut command = Command::new(program);
        command.arg("try-repo").arg(&ours).args([
            "authkit-lint-system",
            "--all-files",
            "--verbose",
            "--color",
            "never",
        ]);
        command.env("PRE_COMMIT_HOME", room.path("cache"));
        let directory = Path::new(env!("CARGO_BIN_EXE_authkit")).parent().unwrap();
        run(command, &room.path("theirs"), &[directory])
    }

    fn room() -> Option<(Sandbox, PathBuf)> {
        let Some(program) = program() else {
            skip("pre-commit (tests/interop/install.sh FOLDER, AUTHKIT_INTEROP=FOLDER)");
            return None;
        };
        let room = Sandbox::new();
        let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
        write(&room, "hooks/.pre-commit-hooks.yaml", &hooks);
        commit(&room.path("hooks"));
        Some((room, program))
    }

    #[test]
    fn finding_fails_the_commit_and_a_clean_file_does_not() {
        let Some((room, program)) = room() else { return };
        write(&room, "theirs/supabase/config.toml", BAD);
        write(&room, "theirs/src/main.rs", BAD);
        commit(&room.path("theirs"));
        let ran = hook(&room, &program);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.stdout.contains("error[access-token-ttl]: access tokens last 7 d"), "{}", ran.stdout);
        assert!(ran.stdout.contains("(supabase/config.toml:2:14, /auth/jwt_expiry)"), "{}", ran.stdout);
        // Source code is not passed to the hook.
        assert!(ran.stdout.contains(" in 1 file "), "{}", ran.stdout);
        write(&room, "theirs/supabase/config.toml", GOOD);
        hook(&room, &program).ok();
    }

    #[test]
    fn every_sample_file_is_passed_to_the_hook() {
        let Some((room, program)) = room() else { return };
        let mut wanted = 0;
        for directory in std::fs::read_dir(root().join("tests/lint")).unwrap().map(|entry| entry.unwrap().path()) {
            for file in std::fs::read_dir(&directory).into_iter().flatten().map(|entry| entry.unwrap().path()) {
                let name = file.strip_prefix(root().join("tests/lint")).unwrap().display().to_string();
                write(&room, &format!("theirs/{name}"), &std::fs::read_to_string(&file).unwrap());
                wanted += 1;
            }
        }
        commit(&room.path("theirs"));
        let ran = hook(&room, &program);
        assert!(wanted > 15 && ran.stdout.contains(&format!(" of {wanted} files ")), "{wanted}: {}", ran.stdout);
    }

    #[test]
    fn unrecognised_files_do_not_fail_the_job() {
        let Some((room, program)) = room() else { return };
        write(&room, "theirs/package.json", "{\"name\": \"x\"}\n");
        commit(&room.path("theirs"));
        hook(&room, &program).ok();
    }
}

/// Unix only: bash on Windows is Git's and uses different paths.
#[cfg(unix)]
mod action {
    use super::*;

    struct Action(Value);

    impl Action {
        fn read() -> Self {
            let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
            Self(serde_saphyr::from_str(&text).unwrap())
        }

        /// A value of the step, with `${{ … }}` expanded as GitHub does.
        fn filled(&self, text: &str, inputs: &[(&str, &str)]) -> String {
            let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
            let (inside, after) = rest.split_once("}}").unwrap();
            let value = match inside.trim().split_once('.').unwrap() {
                ("github", "action_path") => root().display().to_string(),
                ("inputs", name) => {
                    let given = inputs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
                    given.unwrap_or_else(|| self.0["inputs"][name]["default"].as_str().unwrap().to_owned())
                }
                other => panic!("{other:?} is not filled in here"),
            };
            format!("{before}{value}{}", self.filled(after, inputs))
        }

        /// Runs the script of a step in the sandbox, as GitHub runs `shell: bash`.
        fn step(&self, name: &str, inputs: &[(&str, &str)], room: &Sandbox) -> RunOutput {
            let steps = self.0["runs"]["steps"].as_array().unwrap();
            let step = steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("a step {name}"));
            assert_eq!(step["shell"], "bash");
            let script = step["run"].as_str().unwrap();
            assert!(!script.contains("${{"), "an input in the text of a script is code");
            let mut command = Command::new("bash");
            command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
            for (name, value) in step["env"].as_object().unwrap() {
                command.env(name, self.filled(value.as_str().unwrap(), inputs));
            }
            command.env("RUNNER_TEMP", room.path("temp"));
            // The developer's `AUTHKIT_CONFIG` and `AUTHKIT_FORMAT` must not apply.
            command.env_remove("AUTHKIT_CONFIG").env_remove("AUTHKIT_FORMAT");
            run(command, &room.path("theirs"), &[])
        }
    }

    /// A checkout, with the program where the build step installs it.
    fn room() -> Sandbox {
        let room = Sandbox::new();
        write(&room, "theirs/supabase/config.toml", BAD);
        let bin = room.path("temp/authkit/bin");
        std::fs::create_dir_all(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_authkit"), bin.join("authkit")).unwrap();
        room
    }

    #[test]
    fn findings_are_annotated_and_fail_the_job() {
        let (action, room) = (Action::read(), room());
        let ran = action.step("Lint", &[], &room);
        assert_eq!(ran.code, 1, "{ran:?}");
        let said = "::error file=supabase/config.toml,line=2,col=14,title=access-token-ttl::";
        assert!(ran.stdout.starts_with(said), "{}", ran.stdout);
        action.step("Lint", &[("fail-on", "never")], &room).ok();
        write(&room, "theirs/supabase/config.toml", GOOD);
        action.step("Lint", &[], &room).ok();
    }

    #[test]
    fn every_action_input_is_applied() {
        let (action, room) = (Action::read(), room());
        write(&room, "theirs/b c/config.toml", BAD);
        write(&room, "theirs/other/config.toml", BAD);
        // As a YAML block scalar: lines, each with a line break.
        let inputs =
            [("path", "supabase\nb c\n"), ("fail-on", "never"), ("profile", "nist-aal3"), ("sarif", "authkit.sarif")];
        let ran = action.step("Lint", &inputs, &room).ok();
        for (name, is_there) in [("supabase/", true), ("b c/", true), ("other/", false)] {
            assert_eq!(ran.stdout.contains(&format!("file={name}")), is_there, "{name}: {}", ran.stdout);
        }
        assert!(ran.stdout.contains("title=session-absolute-ttl"), "of the profile: {}", ran.stdout);
        let log: Value = serde_json::from_slice(&room.read("theirs/authkit.sarif")).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert!(log["runs"][0]["results"].as_array().is_some_and(|results| !results.is_empty()));
        // A second run of the job replaces the report.
        action.step("Lint", &inputs, &room).ok();
        let ran = action.step("Lint", &[("fail-on", "soon")], &room);
        assert_eq!(ran.code, 2, "{ran:?}");
    }

    #[test]
    fn action_inputs_are_never_executed() {
        let (action, room) = (Action::read(), room());
        for hostile in ["\"; touch pwned; \"", "$(touch pwned)", "`touch pwned`", "--fix", "x\ny; touch pwned"] {
            for name in ["path", "fail-on", "profile", "sarif"] {
                action.step("Lint", &[(name, hostile)], &room);
                assert!(!room.path("theirs/pwned").exists(), "{name} = {hostile}");
            }
        }
        assert_eq!(room.read("theirs/supabase/config.toml"), BAD.as_bytes());
    }

    /// Runs only on request: it builds the program for release, which takes minutes.
    #[test]
    fn build_step_installs_where_the_lint_step_looks() {
        if std::env::var_os("AUTHKIT_ACTION_BUILD").is_none() {
            println!("skipped: set AUTHKIT_ACTION_BUILD to build for release as the action does");
            return;
        }
        let (action, room) = (Action::read(), room());
        std::fs::remove_file(room.path("temp/authkit/bin/authkit")).unwrap();
        let ran = action.step("Build authkit", &[], &room);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(action.step("Lint", &[], &room).code, 1);
    }
}
