//! Tests of input limits: input beyond a limit is reported, counted and reflected in the exit code.

use crate::harness::Sandbox;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// An HS256 token without `exp`, with `bytes` of claims.
fn token(bytes: usize) -> String {
    let part = |text: &str| base64_simd::URL_SAFE_NO_PAD.encode_to_string(text);
    let claims = format!("{{\"sub\":\"a\",\"iat\":1,\"exp\":901,\"x\":\"{}\"}}", "a".repeat(bytes));
    format!("{}.{}.{}", part("{\"alg\":\"HS256\"}"), part(&claims), part(&"s".repeat(32)))
}

#[test]
fn source_over_max_expansion_makes_the_result_partial() {
    let room = Sandbox::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all((token(1) + "\n").as_bytes()).expect("gzip");
    // The first 64 MiB are always read; the rest is cut off.
    let mebibyte = [vec![b'a'; (1 << 20) - 1], vec![b'\n']].concat();
    (0..66).for_each(|_| packed.write_all(&mebibyte).expect("gzip"));
    room.write("bomb.gz", packed.finish().expect("gzip"));
    let ran = room.run(&["audit", "bomb.gz", "--scan", "--fail-on", "never", "--json", "--max-expansion", "1"]);
    assert_eq!((ran.code, &ran.json()["data"]["partial"]), (3, &true.into()), "{}", ran.stderr);
    assert_eq!(ran.json()["data"]["totals"]["tokens"], 1);
    assert!(ran.stderr.contains("more than 1 times its size") && ran.stderr.contains("--max-expansion"), "{ran:?}");
}

#[test]
fn tokens_too_large_for_cracking_are_counted_as_not_tried() {
    let room = Sandbox::new();
    room.write("t.txt", token(100_000));
    let ran = room.run(&["audit", "t.txt", "--fail-on", "never", "--try-secrets", "--json"]).ok();
    let tried = &ran.json()["data"]["tried_secrets"];
    assert_eq!((&tried["tokens"], &tried["not_tried"]), (&0.into(), &1.into()), "{ran:?}");
    assert!(ran.stderr.contains("no secrets were tried on the tokens of 1 header"), "{}", ran.stderr);
}

#[test]
fn configuration_with_too_many_values_is_a_finding_or_counted() {
    let room = Sandbox::new();
    let values = "A=\n".repeat(250_001);
    room.write("known.env", format!("GOTRUE_JWT_EXP=300\nGOTRUE_JWT_SECRET=a\nGOTRUE_SITE_URL=b\n{values}"));
    let ran = room.run(&["lint", "known.env", "--json", "--as", "gotrue"]);
    let finding = &ran.json()["findings"][0];
    assert_eq!((ran.code, &finding["rule"]), (1, &"config-syntax".into()));
    assert!(finding["message"].as_str().is_some_and(|text| text.contains("more than 250000 variables")), "{finding}");
}
