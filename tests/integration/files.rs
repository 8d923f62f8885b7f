//! Tests of key and token files: missing, hostile, readable by others, or existing outputs.

use crate::harness::{RunOutput, Sandbox, run};
use crate::tokens::{GOOD, HS256, SECRET, b64, bytes, fixture, hs256, hs256_by, reject_reasons_with, signed};

/// The exit code of verifying a good HS256 token with this key.
#[track_caller]
fn code(room: &Sandbox, key: &str) -> RunOutput {
    room.run(&["verify", "-k", key, &hs256(HS256, GOOD)])
}

#[test]
fn missing_key_file_exits_with_4() {
    let room = Sandbox::new();
    for arguments in [
        &["verify", "-k", "gone", "a.b.c"][..],
        &["issue", "-k", "gone"],
        &["keys", "show", "file:gone"],
        &["verify", "-k", "raw:gone", "a.b.c"],
        &["verify", "-k", "env:GONE", "a.b.c"],
        &["decode", "@gone"],
        &["issue"],
    ] {
        assert_eq!(room.run(arguments).code, 4, "{arguments:?}");
    }
}

#[test]
fn directory_as_key_exits_with_4() {
    let room = Sandbox::new();
    std::fs::create_dir(room.path("folder")).unwrap();
    for key in ["folder", "raw:folder", "file:folder"] {
        assert_eq!(code(&room, key).code, 4, "{key}");
    }
}

#[test]
fn empty_key_file_exits_with_3() {
    let room = Sandbox::new();
    room.write("empty", "");
    for key in ["empty", "raw:empty", "file:empty"] {
        assert_eq!(code(&room, key).code, 3, "{key}");
    }
    assert_eq!(room.run_with(&["verify", "-k", "-", "a.b.c"], "").code, 3);
}

#[test]
fn binary_file_is_a_secret_byte_for_byte_on_request() {
    let room = Sandbox::new();
    let secret: Vec<u8> = (0..=255).collect();
    room.write("binary", &secret);
    assert!(reject_reasons_with(&room, "raw:binary", hs256_by(&secret, HS256, GOOD), &[]).is_empty());
    assert_eq!(room.run_with(&["verify", "-k", "binary"], hs256_by(&secret, HS256, GOOD)).code, 3);
    room.write("newline", [SECRET, b"\n"].concat());
    let ran = room.run(&["verify", "-k", "newline", &hs256_by(&[SECRET, b"\n"].concat(), HS256, GOOD)]).ok();
    assert!(ran.stderr.contains("warning"), "a significant newline is reported: {ran:?}");
}

#[test]
fn key_encoding_is_detected_by_content_not_by_name() {
    let room = Sandbox::new();
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    for name in ["key.json", "key.der", "key.txt", "key"] {
        room.write(name, bytes("p256.cert.pem"));
        assert!(reject_reasons_with(&room, name, &token, &[]).is_empty(), "{name}");
    }
    room.write("secret.pem", SECRET);
    assert!(reject_reasons_with(&room, "secret.pem", hs256(HS256, GOOD), &[]).is_empty());
}

#[test]
fn truncated_key_is_an_error_and_never_a_secret() {
    let room = Sandbox::new();
    let jwk = br#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#.to_vec();
    for (name, whole) in [
        ("p256.pkcs8.pem", bytes("p256.pkcs8.pem")),
        ("p256.cert.pem", bytes("p256.cert.pem")),
        ("rsa2048.spki.pem", bytes("rsa2048.spki.pem")),
        ("a JWK", jwk),
    ] {
        for part in [whole.len() / 2, whole.len() - 10] {
            room.write("cut", &whole[..part]);
            let ran = code(&room, "cut");
            assert_eq!(ran.code, 3, "{name}: {ran:?}");
        }
    }
}

#[test]
fn oversized_key_file_is_rejected() {
    let room = Sandbox::new();
    room.write("2MiB", vec![b'x'; 2 << 20]);
    room.write("17MiB", vec![b'x'; 17 << 20]);
    for key in ["2MiB", "raw:2MiB", "17MiB", "raw:17MiB"] {
        assert_eq!(code(&room, key).code, 3, "{key}");
    }
    let key = format!(r#"{{"kty":"oct","k":"{}","x":"{}"}}"#, b64(SECRET), "x".repeat(2 << 20));
    room.write("jwk", key);
    assert_eq!(code(&room, "jwk").code, 3, "a single JWK of 2 MiB");
    // A key set may be larger: 20,000 members in some 2 MB.
    let mut members: Vec<String> =
        (0..20_000).map(|n| format!(r#"{{"kty":"oct","kid":"{n}","k":"{}"}}"#, b64(format!("{n:040}")))).collect();
    members.push(format!(r#"{{"kty":"oct","kid":"mine","k":"{}"}}"#, b64(SECRET)));
    room.write("set", format!(r#"{{"keys":[{}]}}"#, members.join(",")));
    assert!(reject_reasons_with(&room, "set", hs256(r#"{"alg":"HS256","kid":"mine"}"#, GOOD), &[]).is_empty());
    let many = vec!["{}"; 100_001].join(",");
    room.write("many", format!(r#"{{"keys":[{many}]}}"#));
    assert_eq!(code(&room, "many").code, 3, "more than 100,000 members");
}

#[test]
fn unsupported_key_type_is_rejected() {
    let room = Sandbox::new();
    for name in ["x25519.spki.pem", "x25519.pkcs8.pem", "ed448.pkcs8.pem", "rsa2048.legacy.pem", "p256.explicit.pem"] {
        let ran = code(&room, &fixture(&room, name));
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
    }
    for (name, text) in [
        ("csr", "CERTIFICATE REQUEST"),
        ("openssh", "OPENSSH PRIVATE KEY"),
        ("dsa", "DSA PRIVATE KEY"),
        ("pgp", "PGP PUBLIC KEY BLOCK"),
    ] {
        room.write(name, format!("-----BEGIN {text}-----\nAAAA\n-----END {text}-----\n"));
        assert_eq!(code(&room, name).code, 3, "{name}");
    }
    let public = fixture(&room, "p256.spki.pem");
    assert_eq!(room.run(&["issue", "-k", &public]).code, 3, "a public key does not sign");
}

#[test]
fn encrypted_key_opens_only_with_its_passphrase() {
    let room = Sandbox::new();
    room.write("right", "correct\n");
    room.write("wrong", "incorrect");
    room.write("empty", "");
    for name in ["p256.authkit-encrypted.pem", "ed25519.pbkdf2.der", "rsa2048.scrypt.pem"] {
        let key = fixture(&room, name);
        room.run(&["keys", "show", &key, "--passphrase", "right"]).ok();
        assert_eq!(room.run(&["keys", "show", &key, "--passphrase", "wrong"]).code, 3, "{name}");
        assert_eq!(room.run(&["keys", "show", &key, "--passphrase", "empty"]).code, 3, "{name}");
        assert_eq!(room.run(&["keys", "show", &key, "--passphrase", "gone"]).code, 4, "{name}");
        assert_eq!(room.run(&["keys", "show", &key, "--no-input"]).code, 2, "{name}");
    }
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    let head = if length < 128 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [head, content].concat()
}

/// An encrypted PKCS#8 (RFC 5958 §3, RFC 8018 §A.4) whose key derivation is `kdf`.
fn encrypted(kdf: &[u8]) -> Vec<u8> {
    let cipher = tlv(0x30, &[b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a", &tlv(4, &[&[7; 16]])]);
    let scheme = tlv(0x30, &[b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", &tlv(0x30, &[kdf, &cipher])]);
    tlv(0x30, &[&scheme, &tlv(4, &[&[9; 48]])])
}

fn pbkdf2(iterations: &[u8]) -> Vec<u8> {
    let prf = tlv(0x30, &[b"\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x09\x05\x00"]);
    let parameters = tlv(0x30, &[&tlv(4, &[&[1; 8]]), &tlv(2, &[iterations]), &prf]);
    tlv(0x30, &[b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c", &parameters])
}

fn scrypt(n: &[u8], r: &[u8], p: &[u8]) -> Vec<u8> {
    let parameters = tlv(0x30, &[&tlv(4, &[&[1; 8]]), &tlv(2, &[n]), &tlv(2, &[r]), &tlv(2, &[p])]);
    tlv(0x30, &[b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b", &parameters])
}

#[test]
fn hostile_key_derivation_is_refused_at_once() {
    let room = Sandbox::new();
    room.write("pass", "correct");
    let hostile = [
        ("2^31-1 iterations", pbkdf2(&[0x7f, 0xff, 0xff, 0xff])),
        ("2^63 iterations", pbkdf2(&[0, 0x80, 0, 0, 0, 0, 0, 0, 0])),
        ("10,000,001 iterations", pbkdf2(&[0, 0x98, 0x96, 0x81])),
        ("a negative number of iterations", pbkdf2(&[0xff])),
        ("no iterations", pbkdf2(&[0])),
        ("512 MiB", scrypt(&[0x08, 0, 0], &[8], &[1])),
        ("N = 2^62", scrypt(&[0x40, 0, 0, 0, 0, 0, 0, 0], &[8], &[1])),
        ("r = 2^30", scrypt(&[0x40, 0], &[0x40, 0, 0, 0], &[1])),
        ("p = 17", scrypt(&[0x40, 0], &[8], &[17])),
        ("N = 0", scrypt(&[0], &[8], &[1])),
        ("r = 0", scrypt(&[0x40, 0], &[0], &[1])),
    ];
    for (what, kdf) in hostile {
        room.write("key", encrypted(&kdf));
        let ran = room.run(&["keys", "show", "key", "--passphrase", "pass"]);
        // An executed key derivation would report a wrong passphrase.
        assert!(ran.code == 3 && !ran.stderr.contains("passphrase"), "{what}: {ran:?}");
    }
    // The structure is valid: with reasonable parameters only the passphrase is wrong.
    room.write("key", encrypted(&pbkdf2(&[0x10, 0])));
    let ran = room.run(&["keys", "show", "key", "--passphrase", "pass"]);
    assert!(ran.code == 3 && ran.stderr.contains("passphrase"), "{ran:?}");
}

#[test]
fn utf16_key_from_a_windows_shell_is_read() {
    let room = Sandbox::new();
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let pem = String::from_utf8(bytes("p256.spki.pem")).unwrap();
    let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, b64(SECRET));
    for little in [true, false] {
        room.write("pem", utf16(&pem, little));
        room.write("jwk", utf16(&jwk, little));
        room.write("token", utf16(&hs256(HS256, GOOD), little));
        let es = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
        // UTF-16 inputs are decoded; such a key is never taken for a secret.
        for (key, token) in [("pem", &es), ("jwk", &hs256(HS256, GOOD))] {
            let ran = room.run(&["verify", "-k", key, token]);
            assert!(ran.code == 0 || ran.code == 3, "{key}: {ran:?}");
            assert!(ran.stderr.contains("UTF-16"), "{key}: {ran:?}");
        }
        room.write("secret", SECRET);
        let ran = room.run(&["verify", "-k", "secret", "@token"]).ok();
        assert!(ran.stderr.contains("UTF-16"), "{ran:?}");
    }
}

#[test]
fn standard_input_named_twice_is_a_usage_error() {
    let room = Sandbox::new();
    let key = fixture(&room, "p256.authkit-encrypted.pem");
    for arguments in [
        &["verify", "-k", "-", "-"][..],
        &["verify", "-k", "-"],
        &["verify", "-k", "-", "-k", "-", "a.b.c"],
        &["issue", "-k", "-", "--claims", "-"],
    ] {
        let ran = room.run_with(arguments, bytes("p256.pkcs8.pem"));
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
    }
    assert_eq!(room.run_with(&["verify", "-k", &key, "--passphrase", "-"], "correct").code, 2);
}

#[test]
fn prompt_without_a_terminal_is_a_usage_error() {
    let room = Sandbox::new();
    for key in ["prompt:", "hex:prompt:", "base64:prompt:"] {
        let ran = room.run(&["verify", "-k", key, "--no-input", &hs256(HS256, GOOD)]);
        assert_eq!(ran.code, 2, "{key}: {ran:?}");
    }
}

#[test]
fn secrets_appear_in_no_error_message() {
    const MARK: &str = "do-not-repeat-this-secret-to-anybody";
    let room = Sandbox::new();
    let hex: String = MARK.bytes().map(|byte| format!("{byte:02x}")).collect();
    room.write("secret", MARK);
    room.write("jwk", format!(r#"{{"kty":"oct","k":"{}","alg":7}}"#, b64(MARK)));
    room.write("pem", format!("-----BEGIN PRIVATE KEY-----\n{MARK}\n-----END PRIVATE KEY-----\n"));
    let key = fixture(&room, "p256.authkit-encrypted.pem");
    let (text, hexed, base64, pass) =
        (format!("text:{MARK}"), format!("hex:{hex}zz"), format!("base64:{}!", b64(MARK)), format!("text:{MARK}"));
    let token = hs256(HS256, GOOD);
    for arguments in [
        vec!["verify", "-k", &text, &token],
        vec!["verify", "-k", "secret", &token],
        vec!["verify", "-k", &hexed, &token],
        vec!["verify", "-k", &base64, &token],
        vec!["verify", "-k", "jwk", &token],
        vec!["verify", "-k", "pem", &token],
        vec!["issue", "-k", &text],
        vec!["keys", "show", &text],
        vec!["keys", "show", "secret"],
        vec!["keys", "import", "secret"],
        vec!["keys", "list"],
        vec!["keys", "show"],
        vec!["keys", "show", &key, "--passphrase", &pass],
        vec!["verify", "-k", &text, "--bogus", &token],
        vec!["verify", "-k", &text, "--leeway", "soon", &token],
        vec!["verify", "-k", MARK, &token],
    ] {
        for more in [&[][..], &["-v"], &["--json"]] {
            if arguments.contains(&MARK) {
                continue; // the name of a missing file is printed
            }
            let ran = room.run(&[&arguments[..], more].concat());
            for form in [MARK, &hex, &b64(MARK)] {
                assert!(!ran.stdout.contains(form) && !ran.stderr.contains(form), "{arguments:?} {more:?}: {ran:?}");
            }
        }
    }
}

#[test]
fn existing_file_is_replaced_only_with_force() {
    let room = Sandbox::new();
    room.write("out", "precious");
    for arguments in [
        &["keys", "generate", "-o", "out"][..],
        &["issue", "-k", "text:0123456789012345678901234567890123456789", "-o", "out"],
    ] {
        assert_eq!(room.run(arguments).code, 4, "{arguments:?}");
        assert_eq!(room.read("out"), b"precious");
    }
    room.run(&["keys", "generate", "-o", "out", "--force"]).ok();
    assert!(room.read("out").starts_with(b"-----BEGIN"));
}

#[test]
fn missing_output_directory_is_not_created() {
    let room = Sandbox::new();
    for arguments in [
        &["keys", "generate", "-o", "gone/key.pem"][..],
        &["issue", "-k", "text:0123456789012345678901234567890123456789", "-o", "gone/token"],
    ] {
        assert_eq!(room.run(arguments).code, 4, "{arguments:?}");
        assert!(!room.path("gone").exists());
        assert_eq!(std::fs::read_dir(room.path("")).unwrap().count(), 0, "no temporary file remains");
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(room: &Sandbox, name: &str) -> u32 {
        std::fs::metadata(room.path(name)).unwrap().permissions().mode() & 0o777
    }

    fn chmod(room: &Sandbox, name: &str, mode: u32) {
        std::fs::set_permissions(room.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn key_file_accessible_to_others_is_reported() {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        fixture(&room, "p256.spki.pem");
        for open in [0o602, 0o606, 0o666] {
            chmod(&room, "secret", open);
            let ran = code(&room, "secret");
            assert_eq!(ran.code, 3, "{open:o}: {ran:?}");
        }
        for open in [0o604, 0o640] {
            chmod(&room, "secret", open);
            let ran = code(&room, "secret").ok();
            assert!(ran.stderr.contains("readable by other users"), "{open:o}: {ran:?}");
        }
        chmod(&room, "p256.spki.pem", 0o644);
        let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
        let ran = room.run(&["verify", "-k", "p256.spki.pem", &token]).ok();
        assert!(!ran.stderr.contains("others"), "a public key may be read: {ran:?}");
        chmod(&room, "p256.spki.pem", 0o646);
        assert_eq!(room.run(&["verify", "-k", "p256.spki.pem", &token]).code, 3, "but not written");
    }

    #[test]
    fn private_output_has_mode_0600() {
        let room = Sandbox::new();
        room.run(&["keys", "generate"]).ok();
        assert_eq!(mode(&room, "keys.json"), 0o600);
        room.run(&["keys", "generate", "-o", "key.pem"]).ok();
        room.run(&["issue", "-o", "token"]).ok();
        room.run(&["keys", "convert", "key.pem", "--encoding", "jwk", "-o", "key.jwk"]).ok();
        for name in ["key.pem", "token", "key.jwk"] {
            assert_eq!(mode(&room, name), 0o600, "{name}");
        }
        room.run(&["keys", "public", "-o", "jwks.json"]).ok();
        assert_eq!(mode(&room, "jwks.json") & !0o644, 0);
        assert_ne!(mode(&room, "jwks.json"), 0o600);
        // Also when it replaces a readable file.
        room.write("old", "x");
        chmod(&room, "old", 0o644);
        room.run(&["keys", "generate", "-o", "old", "--force"]).ok();
        assert_eq!(mode(&room, "old"), 0o600);
    }

    #[test]
    fn key_from_fifo_or_symbolic_link_is_read() {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        symlink(room.path("secret"), room.path("link")).unwrap();
        code(&room, "link").ok();
        symlink(room.path("gone"), room.path("dangling")).unwrap();
        assert_eq!(code(&room, "dangling").code, 4);
        let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(room.path("fifo")).status();
        if !made.is_ok_and(|status| status.success()) {
            return crate::harness::skip("mkfifo");
        }
        let fifo = room.path("fifo");
        let writer = std::thread::spawn(move || std::fs::write(fifo, SECRET));
        code(&room, "fifo").ok();
        writer.join().unwrap().unwrap();
    }

    #[test]
    fn output_that_is_a_symbolic_link_is_refused() {
        let room = Sandbox::new();
        room.write("target", "precious");
        symlink(room.path("target"), room.path("link")).unwrap();
        assert_eq!(room.run(&["keys", "generate", "-o", "link"]).code, 4);
        assert_eq!(room.read("target"), b"precious");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn full_disk_is_an_environment_error() {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        let token = hs256(HS256, GOOD);
        for arguments in [
            &["verify", "-k", "secret", &token][..],
            &["verify", "-k", "secret", "--json", &token],
            &["decode", &token],
            &["issue", "-k", "secret"],
            &["verify", "--help"],
        ] {
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let status = room.command(arguments).stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
            assert_eq!(status.code(), Some(4), "{arguments:?}");
        }
    }

    #[test]
    fn closed_pipe_does_not_change_the_verdict() {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        let (good, bad) = (hs256(HS256, GOOD), hs256_by(b"other", HS256, GOOD));
        for (arguments, code) in [
            (vec!["verify", "-k", "secret", &good], 0),
            (vec!["verify", "-k", "secret", &bad], 1),
            (vec!["verify", "-k", "secret", "--json", &bad], 1),
            (vec!["decode", &good], 0),
            (vec!["decode", "a.b.c", "--json"], 3),
        ] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let status = room.command(&arguments).stdout(writer).stderr(std::process::Stdio::null()).status().unwrap();
            assert_eq!(status.code(), Some(code), "{arguments:?}");
        }
    }

    #[test]
    fn unreadable_file_is_an_environment_error() {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        chmod(&room, "secret", 0);
        if std::fs::read(room.path("secret")).is_ok() {
            return; // root can read every file
        }
        assert_eq!(code(&room, "secret").code, 4);
    }
}

#[test]
fn environment_variable_holds_any_key_encoding() {
    let room = Sandbox::new();
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    let mut command = room.command(&["verify", "-k", "env:KEY", &token]);
    command.env("KEY", String::from_utf8(bytes("p256.cert.pem")).unwrap());
    run(command, b"").ok();
}
