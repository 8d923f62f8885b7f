#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests create the files that they read")]

use super::*;
use authkit::extract::{ExtractFailure, TokenMatch};
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

// {"alg":"HS256"}
const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

fn token(name: impl std::fmt::Display) -> String {
    format!("{HEADER}.e30.{name}")
}

/// Source, line, column and signature of each token, and a line for each failure.
fn collect(sources: &mut Sources) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        let blocks = sources.blocks();
        if blocks.is_empty() {
            return found;
        }
        let parts: Vec<BlockPart<'_>> = blocks.iter().flat_map(SourceBlock::parts).collect();
        for part in parts {
            let name = sources.name(part.source).rsplit('/').next().unwrap();
            part.each(&mut |seen: Result<TokenMatch<'_>, ExtractFailure<'_>>| {
                found.push(match seen {
                    Ok(seen) => {
                        let token = String::from_utf8_lossy(&seen.token);
                        let place = seen.place;
                        format!("{name}:{}:{} {}", place.line, place.column, token.rsplit('.').next().unwrap())
                    }
                    Err(failure) => format!("{name}:{} {:?}", failure.line, failure.why),
                });
            });
        }
    }
}

fn find(names: &[&Path], given: Option<SourceFormat>) -> Sources {
    let names: Vec<PathBuf> = names.iter().map(|name| name.to_path_buf()).collect();
    Sources::with_stdin(&names, given, Expansion::new(DEFAULT_RATIO), &mut || {
        unreachable!("standard input is not used")
    })
    .unwrap()
}

/// Tokens found, and problems.
fn read(names: &[&Path], given: Option<SourceFormat>) -> (Vec<String>, Vec<String>) {
    let mut sources = find(names, given);
    let found = collect(&mut sources);
    (found, sources.problems().iter().map(|problem| format!("{} after {}", problem.what, problem.after)).collect())
}

fn file(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

#[test]
fn directory_walk_skips_ignored_and_hidden_files() {
    let room = tempfile::tempdir().unwrap();
    let directory = room.path();
    fs::create_dir(directory.join(".git")).unwrap();
    file(directory, ".gitignore", "out/\n*.bak\n");
    for name in ["b.txt", "a/z.log", "a.txt", "out/c", "d.bak", ".hidden", ".h/e"] {
        file(directory, name, token(name.replace(['/', '.'], "")));
    }
    file(directory, "binary", format!("\0{}", token("binary")));
    #[cfg(unix)]
    std::os::unix::fs::symlink(directory.join("b.txt"), directory.join("link")).unwrap();
    let mut sources = find(&[directory], None);
    assert_eq!(collect(&mut sources), ["z.log:1:1 azlog", "a.txt:1:1 atxt", "b.txt:1:1 btxt"]);
    assert_eq!((sources.binary(), sources.problems().len(), sources.count()), (1, 0, 3));
    // Named files are read even if they are ignored, hidden or binary.
    let named = [directory.join(".hidden"), directory.join("d.bak"), directory.join("binary"), directory.join(".h")];
    let (found, _) = read(&named.each_ref().map(std::path::PathBuf::as_path), None);
    assert_eq!(found, [".hidden:1:1 hidden", "d.bak:1:1 dbak", "binary:1:2 binary", "e:1:1 he"]);
}

#[test]
fn oversized_ignore_files_are_not_applied_and_reported() {
    let room = tempfile::tempdir().unwrap();
    let directory = room.path();
    fs::create_dir(directory.join(".git")).unwrap();
    file(directory, ".gitignore", "*.bak\n");
    for name in ["a.bak", "a.txt", "big/b.bak", "big/deep/c.bak", "big/deep/.gitignore", "small/d.bak", "small/d.txt"] {
        file(directory, name, if name.ends_with("ignore") { "c.bak\n".to_owned() } else { token("t") });
    }
    let half = usize::try_from(MAX_IGNORE_BYTES / 2).unwrap();
    // Each is within the limit, but not both together.
    file(directory, "big/.gitignore", "#".repeat(half));
    file(directory, "big/.ignore", "#".repeat(half));
    let mut sources = find(&[directory], None);
    assert_eq!(collect(&mut sources).len(), 4);
    let names: Vec<&str> = (0..sources.count()).map(|n| sources.name(n).rsplit('/').next().unwrap()).collect();
    // Directories without applied ignore files come last.
    assert_eq!(names, ["a.txt", "d.txt", "b.bak", "c.bak"]);
    let [problem] = sources.problems() else { panic!("{:?}", sources.problems()) };
    assert!(problem.name.ends_with("big") && problem.kind.is_none(), "{problem:?}");
    let bytes = MAX_IGNORE_BYTES + 6;
    assert!(problem.what.contains(&bytes.to_string()), "{problem:?}");
    // Named directly, the directory still exceeds the limit with its parents.
    assert_eq!(find(&[&directory.join("big/deep")], None).problems().len(), 1);
    assert_eq!(files(&[directory.to_path_buf()], &mut LeftOut::default()).1.len(), 1);
}

/// Reading a device may never end, and a pipe may never begin.
#[cfg(unix)]
#[test]
fn ignore_file_that_is_a_device_is_not_read() {
    let room = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", room.path().join(".ignore")).unwrap();
    file(room.path(), "a.txt", token("a"));
    let mut sources = find(&[room.path()], None);
    assert_eq!(collect(&mut sources), ["a.txt:1:1 a"]);
    assert!(sources.problems()[0].what.contains("not a regular file"), "{:?}", sources.problems());
}

#[test]
fn a_compressed_source_beyond_the_ratio_is_cut_and_reported() {
    let room = tempfile::tempdir().unwrap();
    let line = token("a") + "\n";
    let text = line.repeat(20_000);
    let bombs = [file(room.path(), "gz", gzip(text.as_bytes())), file(room.path(), "zst", zstd(text.as_bytes()))];
    let good = file(room.path(), "good", gzip(line.as_bytes()));
    for bomb in bombs {
        let names = [bomb.clone(), good.clone()];
        let budget = Expansion::with_free_bytes(2, 100_000);
        let mut sources = Sources::with_stdin(&names, None, budget, &mut || unreachable!("no standard input")).unwrap();
        let found = collect(&mut sources).len();
        assert!((100_000 / line.len()..15_000).contains(&found), "{found}");
        let [problem, ..] = sources.problems() else { panic!("{found} tokens of {names:?}") };
        assert!(problem.what.contains("more than 2 times its size") && problem.after > 0, "{problem:?}");
        assert_eq!(problem.kind, Some(FailureKind::Input));
        // With a sufficient ratio, it is read to the end.
        assert_eq!(find(&[&bomb], None).problems().len(), 0);
        assert_eq!(collect(&mut find(&[&bomb], None)).len(), 20_000);
    }
}

#[test]
fn source_format_is_detected_from_content() {
    let har = include_bytes!("../../../tests/har/browser.har");
    let text = |text: &str| {
        open::open(Origin::Stdin(Box::new(std::io::Cursor::new(text.to_owned()))), None, &Expansion::new(DEFAULT_RATIO))
    };
    let format = |bytes: &str| text(bytes).ok().map(|opened| opened.format);
    assert_eq!(format(std::str::from_utf8(har).unwrap()), Some(SourceFormat::Har));
    assert_eq!(format(&format!("\u{FEFF}\r\n {}\nrubbish", token("a"))), Some(SourceFormat::Tokens));
    assert_eq!(format(&format!("Bearer {}", token("a"))), Some(SourceFormat::Tokens));
    assert_eq!(format(&format!("Cookie: {}", token("a"))), Some(SourceFormat::Text));
    assert_eq!(format("a.b.c"), Some(SourceFormat::Text));
    assert_eq!(format(""), Some(SourceFormat::Text));
}

#[test]
fn tokens_of_each_format_are_found() {
    let room = tempfile::tempdir().unwrap();
    let (a, b) = (token("a"), token("b"));
    let lines = file(room.path(), "lines", format!("\u{FEFF}{a}\nno token\n\n{b}"));
    assert_eq!(read(&[&lines], None).0, ["lines:1:1 a", "lines:2:1 no token", "lines:4:1 b"]);
    assert_eq!(read(&[&lines], Some(SourceFormat::Text)).0, ["lines:1:1 a", "lines:4:1 b"]);
    let json = file(room.path(), "json", format!("{{\"t\":\"{a}\"}}\n{{}}\n"));
    assert_eq!(read(&[&json], None).0, ["json:1:7 a"]);
    let field = SourceFormat::Ndjson(FieldPath::parse("t").unwrap());
    assert_eq!(read(&[&json], Some(field)).0, ["json:1:7 a", "json:2 NoField"]);
}

#[test]
fn compressed_sources_are_read_to_the_last_member() {
    let room = tempfile::tempdir().unwrap();
    let text = |from: u32| (from..from + 3000).map(|n| token(n) + "\n").collect::<String>();
    let expected = |name: &str| (0..6000).map(|n| format!("{name}:{}:1 {n}", n + 1)).collect::<Vec<_>>();
    let gz = file(room.path(), "gz", [gzip(text(0).as_bytes()), gzip(text(3000).as_bytes())].concat());
    assert_eq!(read(&[&gz], None), (expected("gz"), vec![]));
    let skipped = b"\x52\x2A\x4D\x18\x03\0\0\0abc".to_vec();
    let frames = [skipped.clone(), zstd(text(0).as_bytes()), skipped, zstd(text(3000).as_bytes())].concat();
    let zst = file(room.path(), "zst", &frames);
    assert_eq!(read(&[&zst], None), (expected("zst"), vec![]));
    let junk = file(room.path(), "junk", [frames.as_slice(), b"and more"].concat());
    let (found, problems) = read(&[&junk], None);
    assert_eq!((found.len(), problems.len()), (6000, 1));
}

#[test]
fn truncated_source_is_read_up_to_the_cut() {
    let room = tempfile::tempdir().unwrap();
    // Incompressible text, so that every cut of the file loses data.
    let noise = |n: u32| format!("{:016x}{:016x}", u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15), n);
    let text: String = (0..400).map(|n| token(noise(n)) + "\n").collect();
    let whole: Vec<String> = (0..400).map(|n| format!("cut:{}:1 {}", n + 1, noise(n))).collect();
    for packed in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        for end in (5..packed.len()).step_by(7) {
            let (mut found, problems) = read(&[&file(room.path(), "cut", &packed[..end])], Some(SourceFormat::Tokens));
            // The last line may be incomplete.
            found.pop();
            assert!(whole.starts_with(&found), "{end}");
            assert_eq!(problems.len(), 1, "{end}");
            assert!(problems[0].starts_with("compressed data is truncated after "), "{end}: {problems:?}");
        }
    }
}

#[test]
fn damaged_source_and_excessive_window_are_problems() {
    let room = tempfile::tempdir().unwrap();
    // A frame that requests a window of 2 GiB (RFC 8878 §3.1.1.1.2).
    let greedy = file(room.path(), "greedy", b"\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00");
    let damaged = file(room.path(), "damaged", b"\x1F\x8B\x08\x00rubbish rubbish rubbish");
    let missing = room.path().join("missing");
    let good = file(room.path(), "good", token("good"));
    let (found, problems) = read(&[&greedy, &missing, &damaged, &good], None);
    assert_eq!(found, ["good:1:1 good"]);
    assert_eq!(problems.len(), 3);
    assert!(problems.iter().all(|problem| problem.ends_with("after 0")), "{problems:?}");
}

#[test]
fn truncated_har_yields_complete_entries() {
    let room = tempfile::tempdir().unwrap();
    let entry = |n: u32| format!(r#"{{"request":{{"url":"https://x.test/?t={}"}}}}"#, token(n));
    let text =
        format!(r#"{{"log":{{"version":"1.2","creator":{{}},"entries":[{},{},{}]}}}}"#, entry(1), entry(2), entry(3));
    let (whole, problems) = read(&[&file(room.path(), "x.har", &text)], None);
    assert_eq!((whole.len(), problems.len()), (3, 0));
    let cut = text.len() - 20;
    let (found, problems) = read(&[&file(room.path(), "x.har", gzip(&text.as_bytes()[..cut]))], None);
    assert_eq!(found, whole[..2]);
    assert_eq!(problems, [format!("HAR is truncated at byte {cut} (line 1), inside entry 2 after 2")]);
}

#[test]
fn tokens_on_overlong_lines_are_found_once() {
    let room = tempfile::tempdir().unwrap();
    let unit = |n: usize| format!("{{\"url\":\"https://x.test/?a=b&t={}\",\"x\":\"{}\"}},", token(n), "y".repeat(4000));
    let (mut text, mut expected) = (String::from("first\n"), Vec::new());
    while text.len() < BATCH_BYTES * 5 / 2 {
        expected.push(format!("long:2:{} {}", text.len() - 6 + 31, expected.len()));
        text += &unit(expected.len() - 1);
    }
    text += &format!("\n {}", token("last"));
    expected.push("long:3:2 last".to_owned());
    let path = file(room.path(), "long", &text);
    let (found, problems) = read(&[&path], None);
    assert!(found == expected && problems.is_empty(), "{} {}", found.len(), expected.len());
    // As one token per line, it is one malformed line, not one per piece.
    let (found, _) = read(&[&path], Some(SourceFormat::Tokens));
    assert_eq!(found.len(), 3);
}

#[test]
fn blocks_are_bounded_and_complete() {
    let room = tempfile::tempdir().unwrap();
    let text = format!("{}\n", "x".repeat(99)).repeat(BATCH_BYTES / 20);
    let (big, small) = (file(room.path(), "big", &text), file(room.path(), "small", "end"));
    let mut sources = find(&[&big, &small], Some(SourceFormat::Text));
    let (mut bytes_read, mut count) = (0, 0);
    loop {
        let blocks = sources.blocks();
        if blocks.is_empty() {
            break;
        }
        let bytes: usize = blocks.iter().map(SourceBlock::bytes).sum();
        assert!(bytes <= ROUND_BYTES + 2 * BATCH_BYTES);
        for block in blocks.iter().filter(|block| block.source == 0) {
            bytes_read += block.bytes();
            count += 1;
        }
    }
    assert_eq!(bytes_read, text.len());
    assert!(count >= 3);
}

#[test]
fn shrinking_file_is_reported() {
    let room = tempfile::tempdir().unwrap();
    let path = file(room.path(), "log", format!("{}\n", "x".repeat(99)).repeat(BATCH_BYTES / 10));
    let mut sources = find(&[&path], Some(SourceFormat::Text));
    assert!(!sources.blocks().is_empty());
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
    collect(&mut sources);
    let [problem] = sources.problems() else { panic!("{:?}", sources.problems()) };
    assert!(problem.what.starts_with("shrank from ") && problem.what.contains(" to 100 bytes"), "{problem:?}");
    assert_eq!(problem.source, Some(0));
}
