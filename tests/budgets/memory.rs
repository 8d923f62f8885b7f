//! Tests of the peak memory (bytes) that the library holds while it reads an input.

use crate::assert_linear;
use crate::inputs::*;
use allocation_counter::measure;
use authkit::audit::summary::{AuditSummary, SummarySettings};
use authkit::encoding::json::JsonObject;
use authkit::extract::har::{Entries, Splitter, exchange};
use authkit::key::detect;
use authkit::probe::recording::Recording;
use authkit::product_config;
use authkit::product_config::syntax::{MAX_VALUES, Syntax};
use authkit::time::UnixTime;
use authkit::token::scan;

/// The peak of allocated bytes.
fn peak(run: impl FnOnce()) -> u64 {
    measure(run).bytes_max
}

/// Runs `read` on inputs of `size`, 2 · `size` and 4 · `size` pieces; each byte of the input may take `most` bytes.
#[track_caller]
fn check(name: &str, size: usize, most: u64, input: impl Fn(usize) -> String, read: impl Fn(&str)) {
    let bytes = |text: &str| u64::try_from(text.len()).expect("a size");
    let held = [size, 2 * size, 4 * size].map(|count| {
        let text = input(count);
        (bytes(&text), peak(|| read(&text)))
    });
    assert_linear(name, held.map(|(_, peak)| peak));
    let (bytes, peak) = held[2];
    assert!(peak <= most * bytes, "{name}: {peak} bytes are held for {bytes}");
}

fn lint(text: &str, name: &str) {
    assert!(product_config::detect::read(text, name, None).is_ok_and(|read| !read.parts.is_empty()), "{name}");
}

#[test]
fn a_configuration_takes_memory_in_proportion() {
    check("dotenv", 1_000, 60, dotenv, |text| lint(text, "a.env"));
    check("TOML", 1_000, 150, toml, |text| lint(text, "a.toml"));
    check("JSON", 500, 250, json, |text| lint(text, "a.json"));
    check("JSON with duplicates", 1_000, 120, duplicates, |text| lint(text, "a.json"));
    check("YAML", 500, 250, yaml, |text| lint(text, "a.yaml"));
    check("HCL", 500, 150, hcl, |text| lint(text, "a.tf"));
}

/// An input above the limit is rejected before it is parsed.
#[test]
fn a_configuration_beyond_the_budget_takes_no_memory() {
    for (syntax, text) in [
        (Syntax::Json, format!("[{}1]", "1,".repeat(MAX_VALUES))),
        (Syntax::Toml, format!("a = [{}]", "1,".repeat(MAX_VALUES))),
        (Syntax::Hcl, format!("a = [{}]", "1,".repeat(2 * MAX_VALUES))),
    ] {
        let held = peak(|| assert!(syntax.read(&text).is_err_and(|error| error.too_large)));
        assert!(held < 10_000, "{syntax:?}: {held}");
    }
    let variables = "A=\n".repeat(MAX_VALUES + 1);
    let held = peak(|| assert!(Syntax::Dotenv.read(&variables).is_err_and(|error| error.too_large)));
    assert!(held < 128 << 20, "{held}");
}

#[test]
fn a_har_is_held_an_entry_at_a_time() {
    let read = |text: &str| {
        let mut splitter = Splitter::default();
        for chunk in text.as_bytes().chunks(64 * 1024) {
            let mut entries = Entries::default();
            splitter.feed(chunk, &mut entries);
            for at in entries.places() {
                assert!(exchange(entries.text(at), at).is_ok());
            }
        }
    };
    let held = [500, 2_000].map(|count| {
        let text = har(count);
        peak(|| read(&text))
    });
    assert!(held[1] <= held[0] * 11 / 10, "{held:?}");
}

#[test]
fn a_recording_takes_memory_in_proportion() {
    check("recording", 200, 12, recording, |text| {
        assert!(Recording::parse(text.as_bytes()).and_then(Recording::seen).is_ok());
    });
}

#[test]
fn keys_take_memory_in_proportion() {
    check("JWKS", 200, 40, jwks, |text| assert!(detect::read(text.as_bytes(), None).is_ok()));
    check("PEM", 100, 20, pem, |text| assert!(detect::read(text.as_bytes(), None).is_ok()));
}

#[test]
fn json_and_tokens_take_memory_in_proportion() {
    let object = |count: usize| format!("{{{}}}", many(count, ",", |n| format!("\"c{n}\":[{n}]")));
    check("JSON object", 500, 40, object, |text| assert!(JsonObject::parse(text).is_ok()));
    check("scan", 200, 10, tokens, |text| assert!(!scan::scan(text.as_bytes()).is_empty()));
}

#[test]
fn a_summary_takes_memory_in_proportion_to_its_file() {
    let empty = serde_json::to_string(&AuditSummary::new(SummarySettings::at(UnixTime(1)))).expect("JSON");
    let held = peak(|| assert!(serde_json::from_str::<AuditSummary>(&empty).is_ok()));
    assert!(held < 1 << 20, "{held}");
}
