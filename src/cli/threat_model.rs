//! Whom authkit defends against, how, and which test shows it. The man page is made from this.

/// Somebody who may want harm.
pub struct Actor {
    pub name: &'static str,
    pub threats: &'static [Threat],
}

/// One line: what they would do, what stands against it, and the test that tries it.
pub struct Threat {
    pub attack: &'static str,
    pub defence: &'static str,
    pub test: &'static str,
}

pub const SCOPE: &str = "What is protected: private keys and secrets, the verdict and the exit code, the published \
    JWKS. Each line names an attack, the defence, and the test that tries it.";

pub const NOT_DEFENDED: &str = "The superuser, swap, hardware faults and side channels of the machine. authkit wipes its \
    own buffers and promises no more than that. Where files have no owner and mode as on Unix, it sets no permissions and \
    says so.";

const fn threat(attack: &'static str, defence: &'static str, test: &'static str) -> Threat {
    Threat { attack, defence, test }
}

pub static ACTORS: &[Actor] = &[
    Actor {
        name: "AUTHOR OF THE TOKEN",
        threats: &[
            threat(
                "alg none, or another algorithm than the key's",
                "The algorithm comes from the key and the policy; the header only chooses among them.",
                "integration::verify",
            ),
            threat(
                "a public key used as HMAC secret",
                "Bytes that parse as a public key or certificate are never a secret, in any form.",
                "integration::confusion",
            ),
            threat(
                "jwk, jku, x5u, x5c, crit, b64, zip in the header",
                "Never a key source; what is critical and unknown is refused; nothing is fetched or inflated.",
                "integration::verify",
            ),
            threat(
                "duplicate members, odd base64, invalid UTF-8, deep JSON, huge tokens",
                "Strict parsing with caps: three segments, canonical base64url, 64 levels, 1 MiB.",
                "encoding::json, integration::verify",
            ),
            threat(
                "escape sequences and text that runs backwards in claims",
                "Hidden characters are escaped wherever text leaves the program.",
                "report::human",
            ),
            threat(
                "commands of a CI runner, markup, links and mentions in claims",
                "Escaped for the format that is written: no line begins with untrusted text, Markdown shows it as code.",
                "report::github, report::junit, report::markdown",
            ),
        ],
    },
    Actor {
        name: "AUTHOR OF A KEY FILE OR KEY SET",
        threats: &[
            threat(
                "KDF parameters that take hours or gigabytes",
                "Parsed first and refused above fixed limits.",
                "key::tests",
            ),
            threat(
                "points off their curve, tiny or huge RSA, ROCA, inconsistent private parts",
                "Refused when read; no flag lifts it.",
                "key::soundness",
            ),
            threat("a set that mixes secrets and public keys, or repeats a kid", "Refused as a whole.", "key::tests"),
        ],
    },
    Actor {
        name: "OTHER LOCAL USERS",
        threats: &[
            threat(
                "reading argv, the shell history, temporary files",
                "Secrets come from files, variables, prompts or standard input; text: warns; files are made 0600 in place.",
                "integration::files",
            ),
            threat(
                "replacing a key file or the key store",
                "A key file that others can write, that belongs to another user, or that stands in a directory in which \
                 others can replace it is refused; of the key store also one that its group can write. The superuser, who \
                 acts for the owner of a key, is warned.",
                "integration::files, integration::other_users::sources, integration::other_users::store",
            ),
            threat(
                "symbolic links, hard links, pipes and directories in the place of the lock, the key store or its ledger",
                "Opened without following a symbolic link and judged when open: regular files only, a lock with one name. \
                 Made with O_EXCL, below a directory that is held open.",
                "integration::other_users::store",
            ),
            threat(
                "having the superuser give a file away, who acts for the owner of a key store",
                "Nothing but a file that this run has made changes its owner. A symbolic link to a key store counts when it is \
                 the superuser's, or when its owner owns what it leads to.",
                "integration::other_users::store",
            ),
            threat(
                "a pipe where a key or a token is to be written or read",
                "Private keys and tokens go only to a pipe or a device of this user, to a character device of the \
                 superuser, or to what the program was given open; a key comes from no pipe of another user.",
                "integration::other_users::outputs, integration::other_users::sources",
            ),
            threat(
                "modes and owners that change when a file is replaced",
                "Secrets are always 0600. Other files keep their mode and group, and their owner where the superuser \
                 writes; set-uid bits go.",
                "integration::other_users::outputs",
            ),
            threat(
                "leftovers of killed processes and core files, which hold secrets",
                "The next write to the directory removes drafts that no process has locked. RLIMIT_CORE is 0, and on Linux the \
                 process is not dumpable.",
                "cli::whole_file, integration::other_users::leftovers",
            ),
            threat(
                "an output that names the key store, its ledger or its lock",
                "Refused by place and by inode, also with --force.",
                "integration::other_users::outputs",
            ),
            threat(
                "a crash in the middle of a write",
                "Written beside, synced, renamed; never over an existing file without --force.",
                "integration::files, integration::rotation::crash",
            ),
        ],
    },
    Actor {
        name: "READER OF LOGS",
        threats: &[threat(
            "secrets in messages, errors or panics",
            "Secrets have a type without Display and a redacted Debug; a panic prints its place and nothing else.",
            "secret, integration::files",
        )],
    },
    Actor {
        name: "THIEF OF THE KEY STORE OR A BACKUP",
        threats: &[
            threat(
                "signing with a key that was revoked",
                "Its private part is deleted, its thumbprint kept in the store and in the ledger beside it: a backup of \
                 the store brings it back neither for signing nor for publication. Where both are put back, it does.",
                "integration::rotation::revoke",
            ),
            threat(
                "private parts, secrets or dates in the published set",
                "It is made of a list of public members; a secret is refused.",
                "integration::rotation::steps",
            ),
        ],
    },
    Actor {
        name: "A WRONG CLOCK",
        threats: &[
            threat(
                "accepting the expired, refusing the valid",
                "Leeway is 0 unless given, at most 24 hours; a near miss gets a hint.",
                "token::requirements",
            ),
            threat(
                "withdrawing a key whose tokens still live",
                "A rotation is refused when the clock stands before the last write, and its waits hold two skews.",
                "rotation::tests, integration::rotation::steps",
            ),
        ],
    },
];

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests look at the files of the repository")]
mod tests {
    use super::*;
    use std::path::Path;

    /// A line whose test does not exist would be a promise that nobody keeps.
    #[test]
    fn every_line_names_a_test_that_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for threat in ACTORS.iter().flat_map(|actor| actor.threats) {
            for name in threat.test.split(", ") {
                let path = name.replace("::", "/");
                let file = match path.strip_prefix("integration/") {
                    Some(story) => root.join("tests/integration").join(format!("{story}.rs")),
                    None => root.join("src").join(format!("{path}.rs")),
                };
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                assert!(
                    text.contains("#[test]") || text.contains("mod tests;"),
                    "{name}: {} holds no test",
                    file.display()
                );
            }
        }
    }
}
