//! Tests that compare the exact output with the transcripts in tests/cmd/<command>/*.toml.

use crate::harness::{check_answers, root};

#[test]
fn transcripts_match_the_output_exactly() {
    trycmd::TestCases::new().case("tests/cmd/*/*.toml").default_bin_name("authkit").run();
}

/// The value of `stdout` in a transcript; transcripts contain no escape other than `\\`.
fn stdout(transcript: &str) -> Option<String> {
    for quotes in ["\"\"\"", "'''"] {
        if let Some((_, rest)) = transcript.split_once(&format!("stdout = {quotes}\n")) {
            let text = rest.split(quotes).next()?;
            return Some(if quotes == "'''" {
                text.to_owned()
            } else {
                text.replace("\\\\", "\\").replace("\\\"", "\"")
            });
        }
    }
    None
}

#[test]
fn json_transcripts_match_their_schema() {
    let mut seen = 0;
    for directory in std::fs::read_dir(root().join("tests/cmd")).unwrap() {
        for file in std::fs::read_dir(directory.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let transcript = std::fs::read_to_string(&path).unwrap();
            let Some(text) = stdout(&transcript).filter(|text| text.starts_with("{\"schema\"")) else { continue };
            check_answers(&text);
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen} JSON transcripts");
}
