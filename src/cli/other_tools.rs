//! Names of commands and options that users know from other tools, and what does the same here. They are tips in usage
//! errors, not aliases: one thing has one name.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// Unknown commands: the group that they are typed in (`""`: the program), their names, and the tip.
const COMMANDS: &[(&str, &[&str], &str)] = &[
    ("", &["encode", "sign", "create", "new"], "authkit issue creates and signs a token"),
    ("", &["validate", "check"], "authkit verify verifies a token; authkit keys check checks keys"),
    ("", &["show", "parse", "view"], "authkit decode prints a token; authkit inspect explains it"),
    ("", &["generate", "gen", "keygen", "genkey"], "authkit keys generate generates a key"),
    ("keys", &["delete", "rm", "del"], "authkit keys remove removes a key"),
    ("keys", &["add", "load"], "authkit keys import adds a key to the key store"),
    ("keys", &["new", "create", "gen"], "authkit keys generate generates a key"),
    ("keys", &["ls"], "authkit keys list lists the keys"),
    ("keys", &["export"], "authkit keys public prints the public keys; authkit keys convert, a private one"),
    ("keys", &["validate", "verify"], "authkit keys check checks keys"),
];

const KEY_OPTIONS: &[&str] = &[
    "--secret",
    "--secret-key",
    "--key-file",
    "--keyfile",
    "--private-key",
    "--public-key",
    "--pem",
    "--jwk",
    "--jwks",
    "--jwks-url",
    "--jwks-uri",
    "-S",
    "-s",
];

/// Unknown options: the command (`""`: any), their names, and the tip.
const OPTIONS: &[(&str, &[&str], &str)] = &[
    ("issue", KEY_OPTIONS, "name the key with -k SPEC: a file, env:NAME or prompt:"),
    ("verify", KEY_OPTIONS, "name the key with -k SPEC: a file, env:NAME, a JWKS URL or oidc:ISSUER"),
    ("verify", &["--kid"], "the token names the kid; name the keys with -k SPEC"),
    ("decode", KEY_OPTIONS, "decode does not verify; use authkit verify -k SPEC"),
    ("decode", &["-k", "--key"], "decode does not verify; use authkit verify -k SPEC"),
    (
        "issue",
        &["--payload", "--data", "-P", "-p"],
        "set claims with --claim NAME=TEXT, --claim-json NAME=JSON or --claims FILE",
    ),
    (
        "issue",
        &["--expires-in", "--expiry", "-e"],
        "set the lifetime with --ttl DURATION, or the expiry with --exp TIME",
    ),
    ("keys convert", &["--form", "--type"], "set the encoding with --encoding"),
    ("keys generate", &["--bits", "--size"], "set the size with the type: --type rsa:3072"),
    ("keys generate", &["--curve", "--crv"], "set the curve with --type p256, p384, p521, secp256k1 or ed25519"),
    ("", &["-j"], "use --json"),
];

/// The error for `arguments`, with a tip instead of the most similar name where the name is one of another tool.
pub fn add_tip(mut error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let words: Vec<&str> = arguments.iter().skip(1).take(2).filter_map(|word| word.to_str()).collect();
    let is_called = |command: &str| command.is_empty() || words.join(" ").starts_with(command);
    let name = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => name.as_str(),
        _ => "",
    };
    let tip = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = name(ContextKind::InvalidSubcommand);
            let group = if words.first() == Some(&"keys") { "keys" } else { "" };
            COMMANDS.iter().find(|(within, names, _)| *within == group && names.contains(&name))
        }
        ErrorKind::UnknownArgument => {
            let name = name(ContextKind::InvalidArg);
            OPTIONS.iter().find(|(command, names, _)| is_called(command) && names.contains(&name))
        }
        _ => None,
    };
    if let Some((_, _, tip)) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::SuggestedArg);
        // The usage of the similar name would be another tip.
        error.remove(ContextKind::Usage);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(*tip)]));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::super::commands::ParsedCommand;
    use super::*;

    fn usage_error(line: &str) -> String {
        let words: Vec<OsString> = std::iter::once("authkit").chain(line.split(' ')).map(OsString::from).collect();
        ParsedCommand::read(&words).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn name_of_another_tool_gets_its_tip_alone() {
        for (line, tip) in [
            ("encode", "tip: authkit issue creates"),
            ("sign --alg HS256", "tip: authkit issue creates"),
            ("keys delete a", "tip: authkit keys remove removes"),
            ("keys new", "tip: authkit keys generate"),
            ("verify --secret x a.b.c", "tip: name the key with -k SPEC"),
            ("verify --kid x a.b.c", "tip: the token names the kid"),
            ("issue -S x", "tip: name the key with -k SPEC"),
            ("issue --payload {}", "tip: set claims with --claim"),
            ("decode -k x a.b.c", "tip: decode does not verify"),
            ("keys convert k.pem --form jwk", "tip: set the encoding with --encoding"),
            ("decode -j a.b.c", "tip: use --json"),
        ] {
            let text = usage_error(line);
            assert!(text.contains(tip) && text.matches("tip:").count() == 1, "{line}: {text}");
            assert!(!text.contains("similar"), "{line}: {text}");
        }
    }

    #[test]
    fn misspelt_name_keeps_its_similar_name() {
        for (line, name) in [("verfy", "'verify'"), ("verify --leewa 5s", "'--leeway'"), ("keys lst", "'list'")] {
            assert!(usage_error(line).contains(&format!("exists: {name}")), "{line}: {}", usage_error(line));
        }
    }

    #[test]
    fn help_and_version_are_commands_too() {
        for (line, start) in [
            ("help", "Issue, verify"),
            ("help verify", "Verify a token"),
            ("help keys show", "Describe"),
            ("keys help show", "Describe"),
            ("version", "authkit 0."),
        ] {
            let text = usage_error(line);
            assert!(text.starts_with(start), "{line}: {text}");
        }
        assert!(usage_error("help nonsense").contains("unrecognized subcommand 'nonsense'"));
        assert!(usage_error("version x").contains("unrecognized subcommand 'version'"));
    }

    #[test]
    fn tips_name_no_command_or_option_that_exists() {
        let mut parser = super::super::commands::parser();
        parser.build();
        let keys = parser.find_subcommand("keys").unwrap();
        for (group, names, _) in COMMANDS {
            let group = if *group == "keys" { keys } else { &parser };
            assert!(names.iter().all(|name| group.find_subcommand(name).is_none()), "{names:?}");
        }
        for (path, names, _) in OPTIONS.iter().filter(|(path, ..)| !path.is_empty()) {
            let command = path.split(' ').fold(&parser, |group, name| group.find_subcommand(name).unwrap());
            let exists = |name: &&&str| {
                let bare = name.trim_start_matches('-');
                command.get_arguments().any(|arg| {
                    arg.get_long() == Some(bare) || (bare.len() == 1 && arg.get_short() == bare.chars().next())
                })
            };
            assert_eq!(names.iter().find(exists), None, "{path}");
        }
    }
}
