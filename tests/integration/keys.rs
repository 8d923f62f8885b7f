//! Tests of `authkit keys`: every key type, conversion between all encodings, private members never printed, and one
//! key family per key store.

use crate::harness::{NOW, RunOutput, Sandbox, root, run};
use crate::tokens::{SECRET, b64, fixture};
use serde_json::Value;

/// Types, the algorithm of each, and whether it is a secret. RSA keys come from fixtures where they can.
const TYPES: &[(&str, &str)] = &[
    ("hs256", "HS256"),
    ("hs384", "HS384"),
    ("hs512", "HS512"),
    ("p256", "ES256"),
    ("p384", "ES384"),
    ("p521", "ES512"),
    ("secp256k1", "ES256K"),
    ("ed25519", "EdDSA"),
    ("rsa:2048", "RS256"),
    ("ES384", "ES384"),
    ("PS256", "PS256"),
];

/// The thumbprint of the single key `spec`.
#[track_caller]
fn thumbprint(room: &Sandbox, spec: &str, flags: &[&str]) -> String {
    room.run(&[&["keys", "thumbprint", spec], flags].concat()).ok().stdout.trim().to_owned()
}

#[test]
fn generated_key_of_every_type_signs_and_verifies() {
    for (kind, alg) in TYPES {
        let room = Sandbox::new();
        let made = room.run(&["keys", "generate", "--type", kind, "--json"]).ok().json();
        assert_eq!(made["data"]["alg"], *alg, "{kind}");
        let token = room.run(&["issue", "--sub", "alice"]).ok().stdout;
        assert_eq!(room.run_with(&["decode", "--get", "header:kid"], &token).ok().stdout.trim(), made["data"]["kid"]);
        room.run_with(&["verify", "--alg", alg], &token).ok();
    }
}

#[test]
fn unsupported_key_type_is_refused() {
    let room = Sandbox::new();
    for flags in [
        &["--type", "rsa:1024"][..],
        &["--type", "rsa:9000"],
        &["--type", "none"],
        &["--type", "dsa"],
        &["--type", "p256", "--alg", "RS256"],
        &["--type", "rsa:2048", "--alg", "HS256"],
        &["--type", ""],
    ] {
        assert_eq!(room.run(&[&["keys", "generate"], flags].concat()).code, 2, "{flags:?}");
    }
    assert!(!room.path("keys.json").exists());
}

/// Converts each key from its first encoding through every other one and back; the thumbprint stays the same.
#[test]
fn conversion_between_all_encodings_keeps_the_thumbprint() {
    let room = Sandbox::new();
    for name in
        ["p256.pkcs8.pem", "p384.sec1.pem", "p521.pkcs8.pem", "k256.sec1.pem", "ed25519.pkcs8.pem", "rsa2048.pkcs1.pem"]
    {
        let key = fixture(&room, name);
        let print = thumbprint(&room, &key, &[]);
        for public in [&[][..], &["--public"]] {
            for from in ["jwk", "jwks", "pem", "der"] {
                room.run(&[&["keys", "convert", &key, "--encoding", from, "-o", "from", "--force"], public].concat())
                    .ok();
                for to in ["jwk", "jwks", "pem", "der"] {
                    room.run(&["keys", "convert", "from", "--encoding", to, "-o", "to", "--force"]).ok();
                    assert_eq!(thumbprint(&room, "to", &[]), print, "{name} {from} {to} {public:?}");
                    let private =
                        room.run(&["keys", "show", "to", "--json"]).ok().json()["data"]["keys"][0]["part"] == "private";
                    assert_eq!(private, public.is_empty(), "{name} {from} {to}");
                }
            }
        }
    }
}

#[test]
fn secret_converts_only_to_jwk_and_raw() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    room.run(&["keys", "convert", "secret", "--encoding", "jwk", "-o", "jwk"]).ok();
    room.run(&["keys", "convert", "jwk", "--encoding", "raw", "-o", "raw"]).ok();
    assert_eq!(room.read("raw"), SECRET);
    for encoding in ["pem", "der"] {
        let ran = room.run(&["keys", "convert", "secret", "--encoding", encoding]);
        assert!(ran.code == 2 || ran.code == 3, "{ran:?}");
    }
    for arguments in
        [&["keys", "public", "secret"][..], &["keys", "convert", "secret", "--public", "--encoding", "jwk"]]
    {
        let ran = room.run(arguments);
        assert!(ran.code == 2 || ran.code == 3, "a secret has no public half: {ran:?}");
        assert_eq!(ran.stdout, "");
    }
    let key = fixture(&room, "p256.pkcs8.pem");
    assert_ne!(room.run(&["keys", "convert", &key, "--encoding", "raw"]).code, 0);
}

#[test]
fn encrypted_key_decrypts_to_the_same_key() {
    let room = Sandbox::new();
    room.write("pass", "correct horse\n");
    room.write("other", "battery staple");
    for name in ["p256.pkcs8.pem", "ed25519.pkcs8.pem", "rsa2048.pkcs8.pem"] {
        let key = fixture(&room, name);
        let print = thumbprint(&room, &key, &[]);
        for encoding in ["pem", "der"] {
            room.run(&[
                "keys",
                "convert",
                &key,
                "--encoding",
                encoding,
                "--new-passphrase",
                "pass",
                "-o",
                "locked",
                "--force",
            ])
            .ok();
            assert_eq!(room.run(&["keys", "show", "locked", "--no-input"]).code, 2, "{name}");
            assert_eq!(room.run(&["keys", "show", "locked", "--passphrase", "other"]).code, 3, "{name}");
            assert_eq!(thumbprint(&room, "locked", &["--passphrase", "pass"]), print);
            let token = room.run(&["issue", "-k", "locked", "--passphrase", "pass"]).ok().stdout;
            room.run_with(&["verify", "-k", &key], token).ok();
        }
        room.run(&["keys", "convert", "locked", "--passphrase", "pass", "--encoding", "pem", "-o", "open", "--force"])
            .ok();
        assert_eq!(thumbprint(&room, "open", &[]), print);
    }
    let ran = room.run(&["keys", "convert", "open", "--encoding", "jwk", "--new-passphrase", "pass"]);
    assert!(ran.code == 2 || ran.code == 3, "a JWK is not encrypted: {ran:?}");
    assert_eq!(ran.stdout, "");
}

/// Private members of a JWK (RFC 7518 §6.2.2, §6.3.2, §6.4.1), as they would appear in output.
fn private_parts(room: &Sandbox, key: &str) -> Vec<String> {
    let jwk: Value =
        serde_json::from_str(&room.run(&["keys", "convert", key, "--encoding", "jwk"]).ok().stdout).unwrap();
    ["d", "p", "q", "dp", "dq", "qi", "k"].iter().filter_map(|name| jwk[name].as_str()).map(str::to_owned).collect()
}

#[test]
fn private_members_are_never_printed() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    for key in ["p256.pkcs8.pem", "ed25519.pkcs8.pem", "rsa2048.pkcs1.pem"]
        .map(|name| fixture(&room, name))
        .iter()
        .map(String::as_str)
        .chain(["secret"])
    {
        let parts = private_parts(&room, key);
        assert!(!parts.is_empty());
        for command in ["show", "thumbprint", "list", "public"] {
            for flags in [&[][..], &["--json"], &["-v"]] {
                let ran: RunOutput = room.run(&[&["keys", command, key], flags].concat());
                for part in &parts {
                    assert!(!ran.stdout.contains(part) && !ran.stderr.contains(part), "{command} {key}: {ran:?}");
                }
            }
        }
    }
}

#[test]
fn show_prints_type_curve_size_and_part() {
    let room = Sandbox::new();
    let of = |name: &str| {
        room.run(&["keys", "show", &fixture(&room, name), "--json"]).ok().json()["data"]["keys"][0].clone()
    };
    let ec = of("p256.spki.pem");
    assert_eq!(
        (&ec["kty"], &ec["curve"], &ec["bits"], &ec["part"]),
        (&"EC".into(), &"P-256".into(), &256.into(), &"public".into())
    );
    let rsa = of("rsa2048.pkcs8.pem");
    assert_eq!((&rsa["kty"], &rsa["bits"], &rsa["part"]), (&"RSA".into(), &2048.into(), &"private".into()));
    let certificate = of("p256.cert.pem");
    assert!(certificate.to_string().contains("subject"), "{certificate}");
}

#[test]
fn public_set_has_no_private_members_and_verifies() {
    let room = Sandbox::new();
    room.run(&["keys", "generate"]).ok();
    room.run(&["keys", "generate", "--type", "ed25519"]).ok();
    let set: Value = serde_json::from_str(&room.run(&["keys", "public", "-o", "-"]).ok().stdout).unwrap();
    for key in set["keys"].as_array().unwrap() {
        assert!(key.get("d").is_none() && key["kid"].is_string() && key["alg"].is_string(), "{key}");
    }
    room.run(&["keys", "public", "-o", "jwks.json"]).ok();
    let token = room.run(&["issue", "--alg", "ES256"]).ok().stdout;
    room.run_with(&["verify", "-k", "jwks.json"], token).ok();
    let algorithm = |arguments: &[&str]| {
        let token = room.run(&[&["issue"], arguments].concat()).ok().stdout;
        room.run_with(&["decode", "--get", "header:alg"], token).ok().stdout.trim().to_owned()
    };
    assert_eq!(algorithm(&[]), "ES256", "a key of another algorithm does not change what signs");
    assert_eq!(algorithm(&["--alg", "EdDSA"]), "EdDSA");
}

#[test]
fn key_store_refuses_to_mix_secrets_and_key_pairs() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    room.run(&["keys", "generate"]).ok();
    let before = room.read("keys.json");
    for arguments in [&["keys", "generate", "--type", "hs256"][..], &["keys", "import", "secret"]] {
        let ran = room.run(arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("--keystore"), "{ran:?}");
    }
    assert_eq!(room.read("keys.json"), before);
    room.run(&["keys", "generate", "--type", "hs256", "--keystore", "secrets.json"]).ok();
    assert_eq!(room.run(&["keys", "generate", "--keystore", "secrets.json"]).code, 2);
}

#[test]
fn import_assigns_a_kid_and_one_algorithm() {
    let room = Sandbox::new();
    let key = fixture(&room, "rsa2048.pkcs8.pem");
    let made = room.run(&["keys", "import", &key, "--alg", "PS256", "--json"]).ok().json();
    assert_eq!(made["data"]["keys"][0]["alg"], "PS256");
    assert_eq!(made["data"]["keys"][0]["kid"], thumbprint(&room, &key, &[]).as_str());
    let token = room.run(&["issue"]).ok().stdout;
    room.run_with(&["verify", "-k", &key, "--alg", "PS256"], token).ok();
    assert_ne!(room.run(&["keys", "import", &key]).code, 0, "it is there already");
    let public = fixture(&room, "p256.spki.pem");
    assert_eq!(room.run(&["keys", "import", &public]).code, 3, "a public key does not sign");
    room.write("short", "short");
    assert_eq!(room.run(&["keys", "import", "short", "--keystore", "other.json"]).code, 3);
}

#[test]
fn kid_prefix_selects_a_key_unless_ambiguous() {
    let room = Sandbox::new();
    for kid in ["2026-01-a", "2026-01-b", "other"] {
        room.run(&["keys", "generate", "--kid", kid]).ok();
    }
    let states: Vec<String> = room.run(&["keys", "list", "--json"]).ok().json()["data"]["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(states, ["active", "next", "next"]);
    let kid = |flags: &[&str]| {
        let token = room.run(&[&["issue"], flags].concat()).ok().stdout;
        room.run_with(&["decode", "--get", "header:kid"], token).ok().stdout.trim().to_owned()
    };
    assert_eq!(kid(&[]), "2026-01-a", "the active one");
    assert_eq!(kid(&["--kid", "2026-01-b"]), "2026-01-b");
    assert_eq!(kid(&["--kid", "other"]), "other");
    let ran = room.run(&["issue", "--kid", "2026-01"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("2026-01-a") && ran.stderr.contains("2026-01-b"), "ambiguity lists the kids: {ran:?}");
    assert_eq!(room.run(&["issue", "--kid", "othe"]).code, 3, "prefixes need at least six characters");
    assert_eq!(room.run(&["keys", "generate", "--kid", "other"]).code, 4, "a kid is there once");
}

#[test]
fn remove_without_force_is_refused() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first-key"]).ok();
    room.run(&["keys", "generate", "--kid", "second-key"]).ok();
    let token = room.run(&["issue"]).ok().stdout;
    assert_eq!(room.run(&["keys", "remove", "first-key"]).code, 2);
    assert_eq!(room.run(&["keys", "remove", "gone-key", "--force"]).code, 3);
    room.run(&["keys", "remove", "first-", "--force"]).ok();
    assert_eq!(room.run_with(&["verify", "--json"], &token).reasons(), ["kid-unknown"]);
    let token = room.run(&["issue"]).ok().stdout;
    assert_eq!(
        room.run_with(&["decode", "--get", "header:kid"], &token).ok().stdout,
        "second-key\n",
        "the next one is active now"
    );
}

/// Removal is permanent: neither a backup of the store nor an import restores the key.
#[test]
fn removed_key_is_not_restored_by_backup_or_import() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first-key"]).ok();
    room.run(&["keys", "generate", "--kid", "second-key"]).ok();
    let token = room.run(&["issue", "--kid", "first-key"]).ok().stdout;
    let backup = room.read("keys.json");
    room.run(&["keys", "remove", "first-key", "--force"]).ok();
    let dead = room.run(&["keys", "list", "--json"]).ok().json()["data"]["tombstones"][0].clone();
    assert_eq!((&dead["kid"], &dead["state"]), (&"first-key".into(), &"removed".into()));
    room.write("keys.json", &backup);
    assert_eq!(room.run(&["issue", "--kid", "first-key"]).code, 3);
    assert_eq!(room.run_with(&["verify", "--json"], &token).reasons(), ["kid-unknown"]);
    assert!(!room.run(&["keys", "public"]).ok().stdout.contains("first-key"));
    room.write("backup.json", &backup);
    let ran = room.run(&["keys", "import", "backup.json"]);
    assert!(ran.code == 3 && ran.stderr.contains("is removed in this key store"), "{ran:?}");
    room.run(&["keys", "generate", "--kid", "third-key"]).ok();
    let text = String::from_utf8(room.read("keys.json")).unwrap();
    assert_eq!(text.matches("\"first-key\"").count(), 1, "its tombstone alone");
}

#[test]
fn empty_key_store_prints_a_hint() {
    let room = Sandbox::new();
    let ran = room.run(&["issue"]);
    assert!(ran.code == 4 && ran.stderr.contains("authkit keys generate"), "{ran:?}");
}

/// The RFC 7638 thumbprint of a secret, which must never be printed: it confirms guesses.
fn oracle(secret: &[u8]) -> String {
    let text = format!(r#"{{"k":"{}","kty":"oct"}}"#, b64(secret));
    b64(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

#[test]
fn thumbprint_of_a_secret_is_never_printed_or_stored() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let made = room.run(&["keys", "import", "secret", "--json"]).ok();
    let kid = made.json()["data"]["keys"][0]["kid"].as_str().unwrap().to_owned();
    let again = room.run(&["keys", "import", "secret"]);
    assert!(again.code == 4 && again.stderr.contains(&kid), "the secret itself is known: {again:?}");
    let token = room.run(&["issue", "--json"]).ok();
    let text = token.json()["data"]["token"].as_str().unwrap().to_owned();
    let refused = room.run(&["keys", "thumbprint", "secret"]);
    assert!(refused.code == 3 && refused.stdout.is_empty() && refused.stderr.contains("7638"), "{refused:?}");
    let mut all = vec![made, again, token, refused];
    for arguments in [
        &["verify", "-k", "secret", "--json", &text][..],
        &["verify", "--json", &text],
        &["verify", "--signature-only", "--json", &text],
        &["keys", "show", "secret", "--json"],
        &["keys", "show"],
        &["keys", "list", "--json"],
        &["keys", "list", "--format", "csv"],
        &["inspect", "secret", "--json"],
        &["keys", "check", "secret", "--json"],
        &["keys", "thumbprint"],
        &["keys", "revoke", "--yes", &kid, "--reason", "compromised", "--json"],
        &["keys", "list", "--json"],
    ] {
        all.push(room.run(arguments));
    }
    let files = ["keys.json", "keys.json.ledger"].map(|name| String::from_utf8(room.read(name)).unwrap());
    let shown = all.iter().flat_map(|ran| [&ran.stdout, &ran.stderr]).chain(&files);
    for text in shown {
        assert!(!text.contains(&oracle(SECRET)), "{text}");
    }
    let other = room.run(&["keys", "generate", "--type", "hs256", "--json", "--keystore", "other.json"]).ok().json();
    assert!(other["data"].get("thumbprint").is_none(), "{other}");
    let file: Value = serde_json::from_slice(&room.read("other.json")).unwrap();
    let own = authkit::encoding::base64url::decode(file["keys"][0]["k"].as_str().unwrap().as_bytes()).unwrap();
    assert_ne!(other["data"]["kid"], oracle(&own).as_str());
}

#[test]
fn revoked_secret_cannot_be_imported_again() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--type", "hs256", "--kid", "first"]).ok();
    let (backup, token) = (room.read("keys.json"), room.run(&["issue"]).ok().stdout);
    room.run(&["keys", "revoke", "--yes", "first", "--reason", "compromised"]).ok();
    assert_eq!(room.run_with(&["verify"], &token).code, 1);
    room.write("keys.json", &backup);
    let ran = room.run_with(&["verify"], &token);
    assert_eq!(ran.code, 1, "the ledger remembers: {ran:?}");
    assert_ne!(room.run(&["issue", "--kid", "first"]).code, 0);
    room.write("backup.json", &backup);
    assert_eq!(room.run(&["keys", "import", "backup.json"]).code, 3);
}

/// Stores of earlier versions contain thumbprints of secrets as kids and in tombstones.
#[test]
fn key_store_with_secret_thumbprints_is_read() {
    let room = Sandbox::new();
    let (live, dead) = (oracle(SECRET), oracle(b"another secret of thirty-two bytes"));
    let tombstone = format!(
        r#"{{"kid":"{dead}","alg":"HS256","thumbprint":"{dead}","revoked":{{"revoked_at":1,"reason":"compromised"}}}}"#
    );
    let key = |kid: &str, k: &[u8]| format!(r#"{{"kty":"oct","alg":"HS256","kid":"{kid}","k":"{}"}}"#, b64(k));
    let store = |keys: &str| format!(r#"{{"keys":[{keys}],"authkit":{{"sequence":3,"tombstones":[{tombstone}]}}}}"#);
    room.write("keys.json", store(&key(&live, SECRET)));
    let token = room.run(&["issue"]).ok().stdout;
    room.run_with(&["verify"], &token).ok();
    assert_eq!(room.run_with(&["decode", "--get", "header:kid"], &token).ok().stdout.trim(), live);
    let list = room.run(&["keys", "list", "--json"]).ok().json();
    assert_eq!(
        (&list["data"]["tombstones"][0]["state"], list["data"]["tombstones"][0].get("thumbprint")),
        (&"revoked".into(), None)
    );
    // The revoked secret under a new kid is recognised by its digest.
    room.write("dead", b"another secret of thirty-two bytes");
    assert_eq!(room.run(&["keys", "import", "dead", "--kid", "new"]).code, 3);
}

/// Members of an untrusted key in the output files.
#[test]
fn invisible_characters_of_keys_are_escaped_in_output_files() {
    let room = Sandbox::new();
    let kid = "a\u{9b}31m\u{202e}##[add-mask]b\u{2028}::error::\u{fe0f}\u{e0100}\u{3164}c";
    let key: Value = serde_json::json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": kid, "use": "sig\u{200b}", "key_ops": ["verify", "\u{9b}"],
    });
    room.write("key", key.to_string());
    for arguments in [
        &["keys", "public", "key", "--encoding", "jwk"][..],
        &["keys", "public", "key"],
        &["keys", "convert", "key", "--encoding", "jwks"],
        &["keys", "public", "key", "--json"],
        &["keys", "show", "key"],
        &["keys", "list", "key"],
        &["keys", "list", "key", "--format", "csv"],
        &["keys", "list", "key", "--format", "markdown"],
        &["keys", "show", "key", "--format", "github"],
    ] {
        let ran = room.run(arguments);
        for text in [&ran.stdout, &ran.stderr] {
            for line in text.lines() {
                assert!(
                    !line.contains(|c: char| c != ' '
                        && (c.is_control() || "\u{202e}\u{2028}\u{fe0f}\u{e0100}\u{3164}\u{200b}".contains(c))),
                    "{arguments:?}: {line:?}"
                );
                assert!(!line.contains("##["), "{arguments:?}: {line:?}");
            }
        }
        if let Ok(written) = serde_json::from_str::<Value>(&ran.stdout) {
            assert!(written.to_string().contains(&serde_json::to_string(kid).unwrap()), "the same value: {written}");
        }
    }
    // The start of a row is never a workflow command.
    let command = serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "::error::x" });
    room.write("key", command.to_string());
    let table = room.run(&["keys", "list", "key", "--format", "csv"]).ok().stdout;
    assert!(!table.lines().any(|line| line.trim_start().starts_with("::")), "{table}");
}

/// A store with one RSA key and one EC key, whose kids are thumbprints of 43 characters.
fn store_of_thumbprints() -> Sandbox {
    let room = Sandbox::new();
    for name in ["p256.pkcs8.pem", "rsa2048.pkcs8.pem"] {
        let key = room.write(name, std::fs::read(root().join("tests/keys").join(name)).unwrap());
        room.run(&["keys", "import", &key]).ok();
    }
    room
}

#[test]
fn keys_list_says_in_its_first_line_how_many_keys_have_which_state() {
    let room = store_of_thumbprints();
    let store = room.path("keys.json").display().to_string();
    let listed = room.run(&["keys", "list"]).ok().stdout;
    assert_eq!(listed.lines().next(), Some(&*format!("2 active in {store}")));
    room.run(&["keys", "rotate", "--every", "90d", "--publish", "jwks.json"]).ok();
    let listed = room.run(&["keys", "list"]).ok().stdout;
    assert_eq!(listed.lines().next(), Some(&*format!("2 active, 2 next in {store}")));
}

#[test]
fn kid_is_whole_or_shortened_at_every_width() {
    let room = store_of_thumbprints();
    room.run(&["keys", "rotate", "--every", "90d", "--publish", "jwks.json"]).ok();
    let json = room.run(&["keys", "list", "--json"]).ok().json();
    let kids: Vec<&str> =
        json["data"]["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    for width in [40, 60, 80, 120] {
        for arguments in [&["keys", "list"][..], &["keys", "rotate", "--every", "90d"], &["keys", "show"]] {
            let mut command = room.command(arguments);
            command.env("COLUMNS", width.to_string());
            let text = run(command, b"").ok().stdout;
            for kid in &kids {
                let is_whole_or_short = |word: &str| {
                    !word.starts_with(&kid[..8]) || word == *kid || (word.ends_with('…') && word.chars().count() >= 13)
                };
                let words = || text.split(|c: char| c.is_whitespace() || c == ',' || c == ':');
                assert!(words().all(is_whole_or_short), "{width} {arguments:?} {kid}:\n{text}");
            }
        }
    }
}

#[test]
fn first_line_of_each_change_of_the_store_names_the_key() {
    let room = Sandbox::new();
    let first = |arguments: &[&str]| room.run(arguments).ok().stdout.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        first(&["keys", "generate", "--kid", "a-rather-long-kid"]),
        "generated: key a-rather-lon… (ES256), signs from now on"
    );
    let rotate = ["keys", "rotate", "--every", "90d", "--publish", "jwks.json", "--now"];
    let at = |days: i64| (NOW + 86_400 * days).to_string();
    let line = first(&[&rotate[..], &[&at(0)]].concat());
    assert!(line.starts_with("changed: key ") && line.ends_with(" is next, a-rather-lon… is adopted"), "{line}");
    let line = first(&[&rotate[..], &[&at(1)]].concat());
    assert!(line.starts_with("unchanged: next rotation in 89 d ("), "{line}");
    let line = first(&[&rotate[..], &[&at(90), "--dry-run"]].concat());
    assert!(line.starts_with("dry run: would sign with key "), "{line}");
    let line = first(&[&rotate[..], &[&at(90)]].concat());
    assert!(
        line.starts_with("rotated: key ") && line.contains(" signs now, a-rather-lon… is withdrawn in 1 h"),
        "{line}"
    );
    assert!(line.chars().count() <= 80, "{line}");
    let line = first(&["keys", "revoke", "--yes", "a-rather-long-kid", "--reason", "compromised", "--now", &at(90)]);
    assert!(line.starts_with("revoked: a-rather-lon… (compromised); accepted for up to "), "{line}");
    let line = first(&["keys", "revoke", "--yes", "a-rather-long-kid", "--now", &at(93)]);
    assert_eq!(line, "unchanged: a-rather-lon… was revoked 3 d ago");
}

#[test]
fn imported_key_signs_only_after_keys_use() {
    let room = Sandbox::new();
    let kid_of = |arguments: &[&str]| {
        let token = room.run(&[&["issue"], arguments].concat()).ok().stdout;
        room.run_with(&["decode", "--get", "header:kid"], token).ok().stdout.trim().to_owned()
    };
    let (ec, rsa) = (fixture(&room, "p256.pkcs8.pem"), fixture(&room, "rsa2048.pkcs8.pem"));
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    let ran = room.run(&["keys", "import", &ec, "--kid", "second"]).ok();
    assert!(ran.stdout.contains("next") && ran.stderr.contains("authkit keys use second"), "{ran:?}");
    room.run(&["keys", "import", &rsa, "--kid", "third-rsa"]).ok();
    assert_eq!(kid_of(&[]), "first", "an import changes nothing for issue");
    let before = room.read("keys.json");
    let ran = room.run(&["keys", "use", "second", "--dry-run"]).ok();
    assert!(ran.stdout.starts_with("would use: key second (ES256)") && room.read("keys.json") == before, "{ran:?}");
    let data = room.run(&["keys", "use", "second", "--json"]).ok().json()["data"].clone();
    assert_eq!((&data["promoted"], &data["retired"]), (&true.into(), &"first".into()), "{data}");
    assert_eq!(kid_of(&[]), "second");
    room.run(&["keys", "use", "third-"]).ok();
    assert_eq!((kid_of(&[]), kid_of(&["--alg", "ES256"])), ("third-rsa".to_owned(), "second".to_owned()));
    assert!(room.run(&["keys", "use", "third-rsa"]).ok().stdout.starts_with("unchanged"));
    assert_eq!(room.run(&["keys", "use", "nothing"]).code, 3);
    assert_eq!(
        room.run(&["keys", "use", "first", "--keystore", "none.json"]).code,
        room.run(&["keys", "show", "--keystore", "none.json"]).code
    );
}

#[test]
fn revocation_and_removal_are_confirmed() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    let before = room.read("keys.json");
    for arguments in
        [&["keys", "revoke", "first"][..], &["keys", "revoke", "--store-leaked"], &["keys", "remove", "first"]]
    {
        let ran = room.run(arguments);
        assert!(ran.code == 2 && ran.stderr.contains("--yes"), "{ran:?}");
    }
    let ran = room.run(&["keys", "revoke", "first", "--dry-run", "--json"]).ok().json()["data"].clone();
    assert_eq!((&ran["dry_run"], &ran["revoked"][0]["kid"]), (&true.into(), &"first".into()), "{ran}");
    assert_eq!(room.run(&["keys", "revoke", "first", "-n", "--detailed-exit-code"]).code, 5);
    assert_eq!(room.read("keys.json"), before, "nothing was changed");
    room.run(&["keys", "remove", "first", "--yes"]).ok();
}

#[test]
fn members_are_set_while_a_key_is_written() {
    let room = Sandbox::new();
    let pem = fixture(&room, "rsa2048.spki.pem");
    let key = |arguments: &[&str]| room.run(arguments).ok().json();
    let thumbprint = room.run(&["keys", "thumbprint", &pem]).ok().stdout.trim().to_owned();
    assert_eq!(key(&["keys", "public", &pem])["keys"][0]["kid"], *thumbprint, "a kid by default");
    let set = key(&["keys", "public", &pem, "--set-kid", "mine", "--set-alg", "PS256", "--use", "sig"]);
    let first = &set["keys"][0];
    assert_eq!((&first["kid"], &first["alg"], &first["use"]), (&"mine".into(), &"PS256".into(), &"sig".into()));
    assert_eq!(key(&["keys", "convert", &pem, "--set-kid", "thumbprint"])["kid"], *thumbprint);
    for wrong in
        [&["--set-alg", "ES256"][..], &["--to", "pem", "--set-kid", "a"], &["--use", "none"], &["--set-kid", ""]]
    {
        let ran = room.run(&[&["keys", "convert", &pem][..], wrong].concat());
        assert_eq!(ran.code, 2, "{wrong:?}: {ran:?}");
    }
}

#[test]
fn other_encoding_is_written_by_default() {
    let room = Sandbox::new();
    let pem = fixture(&room, "p256.pkcs8.pem");
    room.run(&["keys", "convert", &pem, "-o", "key.jwk"]).ok();
    let back = room.run(&["keys", "convert", "key.jwk"]).ok().stdout;
    assert!(back.starts_with("-----BEGIN PRIVATE KEY-----"), "{back}");
    room.write("secret", SECRET);
    assert!(room.run(&["keys", "convert", "secret"]).ok().json()["k"].is_string());
}
