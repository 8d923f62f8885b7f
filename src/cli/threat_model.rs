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
                "signatures that are right but for their padding, salt, range or encoding",
                "One encoding of each: exact PKCS#1 padding, salts as long as the hash, numbers below the order, no DER.",
                "alg::tests, alg::tests::forged",
            ),
            threat(
                "a token of one kind used as another: a logout token as ID token",
                "--kind demands the type and the claims of the kind, forbids events to all but logout tokens, and takes \
                 null for absent.",
                "integration::kinds",
            ),
            threat(
                "thousands of critical names, audiences or long values, for work and noise",
                "crit takes 16 names; reasons and findings quote a bounded part of a token.",
                "integration::hostile_tokens",
            ),
            threat(
                "duplicate members, odd base64, invalid UTF-8, deep JSON, huge tokens",
                "Strict parsing with caps: three segments, canonical base64url, 64 levels, 1 MiB.",
                "encoding::json, integration::verify",
            ),
            threat(
                "escape sequences and text that runs backwards in claims",
                "Hidden characters are escaped wherever text leaves the program, in key sets and usage errors too.",
                "report::human, encoding::escape, integration::keys, integration::formats",
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
                "Parsed first and refused above fixed limits, for each key and for all keys of a file together.",
                "key::tests::passphrases",
            ),
            threat(
                "a set or a file of very many keys, members or blocks",
                "Counted while it is read, with caps; work and memory grow with its size (BUDGETS below).",
                "budgets::work",
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
        name: "THE NETWORK AND THE HOST OF A KEY SET",
        threats: &[
            threat(
                "replacing keys on the way",
                "https with verified certificates; plain http only to a typed loopback address; a --cacert that other users \
                 can change is refused, and -v names the roots of trust.",
                "integration::network",
            ),
            threat(
                "a jwks_uri or a redirect that leads to an inner host or to the metadata service of a cloud",
                "Every address of a name is checked when it is used. Link-local and metadata addresses are never asked for \
                 keys; another host than the typed one is asked in an inner network only when all addresses of the typed \
                 host are in one.",
                "cli::fetch::address, cli::fetch::tests, integration::network",
            ),
            threat(
                "keys that speak for another issuer",
                "Redirects stay at their origin, the issuer must be equal byte for byte, and its keys verify its tokens only.",
                "integration::network",
            ),
            threat(
                "an answer without end: slow, huge, compressed, or in a circle",
                "Limits of time, bytes, headers and redirects; what is too much is an error.",
                "cli::fetch::tests, integration::network",
            ),
            threat(
                "a cache that keeps a withdrawn key",
                "At most 24 hours, whatever the host says; an entry of another user is not read.",
                "integration::network",
            ),
        ],
    },
    Actor {
        name: "AUTHOR OF THE REPOSITORY",
        threats: &[
            threat(
                "an authkit.toml that softens the verdict",
                "A discovered file counts for lint and audit alone, never for tokens, keys and endpoints, and names no key, \
                 URL or output.",
                "integration::settings, integration::hostile_settings",
            ),
            threat(
                "an authkit.toml, or a .git above, of another user of the machine",
                "What the user or root does not own, and what every user can write, is not read; a warning says so.",
                "integration::left_out",
            ),
            threat(
                "globs, numbers and tables that crash or exhaust",
                "Bounded in size, depth and number, and compiled by functions that return errors: exit code 2 with the place.",
                "settings::path_glob, integration::hostile_settings",
            ),
            threat(
                "ignore files, padding or template marks that take a file from the check",
                "What is left out is counted by cause; a padded configuration is a finding; templates alone are nothing \
                 checked.",
                "integration::left_out, config::marks",
            ),
            threat(
                "file names and values that are commands of a CI runner, markup or SARIF of their own",
                "Escaped for the format that is written; no excerpt shows a secret.",
                "integration::lint_in_ci, integration::lint_bad_input, report::sarif",
            ),
        ],
    },
    Actor {
        name: "THE PROBED SITE",
        threats: &[
            threat(
                "redirects that take credentials elsewhere, or into an inner network",
                "Another origin gets no header, cookie or body. From a public host no redirect leads to an inner address, and \
                 from nowhere to a link-local one: it is reported and not followed.",
                "cli::fetch::redirect, cli::fetch::tests, integration::probe::live",
            ),
            threat(
                "tokens and session ids that end in reports, logs and recordings",
                "Everything that is derived from a URL or a header is masked; recordings hold placeholders.",
                "integration::probe, cookie::address, probe::recording::mask",
            ),
            threat(
                "a login form that leads to another origin",
                "Form, login and protected page stay at one origin; otherwise nothing is sent.",
                "lifecycle::tests",
            ),
        ],
    },
    Actor {
        name: "DEPENDENCIES AND RELEASE CHANNEL",
        threats: &[
            threat(
                "a library that reaches for files, network, clock or environment",
                "They enter by single files of the program; the library names none of them.",
                "integration::laws",
            ),
            threat(
                "a bug of a dependency that panics on hostile bytes",
                "Exit code 70 and one answer with the place and no value; parsers are fuzzed.",
                "cli::exit",
            ),
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
                 acts for the owner of a key, is warned, and refuses what another user put into a shared directory.",
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
                "Nothing but a file that this run has made changes its owner. Every symbolic link on the \
                 way to a key store or a key must be the superuser's, or of the owner of what it leads to.",
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
                 writes; set-uid bits go. A file of a shared directory and a symbolic link hand on no owner, and bound the mode.",
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
        threats: &[
            threat(
                "secrets in messages, errors or panics",
                "Secrets have a type without Display and a redacted Debug; a panic prints its place and nothing else.",
                "secret, integration::files",
            ),
            threat(
                "guessing a secret offline by its thumbprint",
                "No thumbprint of a secret is printed or written, and its default kid is random (RFC 7638 §7). Kids of \
                 key stores of earlier versions may be thumbprints: rotate such secrets.",
                "integration::keys",
            ),
        ],
    },
    Actor {
        name: "THIEF OF THE KEY STORE OR A BACKUP",
        threats: &[
            threat(
                "signing with a key that was revoked",
                "Its private part is deleted, its thumbprint, or the kid of a secret, kept in the store and in the ledger \
                 beside it: a backup of the store brings it back neither for signing nor for publication. Where both \
                 are put back, it does; a store whose ledger is missing warns.",
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
                "judging a stream by the instant at which it began",
                "Each token is judged at the instant at which it was read, by the keys of that instant; a source of keys \
                 that is gone or broken ends the stream, and what was not judged is never a yes.",
                "integration::verify_stream, integration::network",
            ),
            threat(
                "an iat in the future that keeps a token young",
                "Refused where --max-age counts from it, a finding otherwise.",
                "integration::verify",
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
pub mod tests {
    use super::*;
    use std::path::Path;

    /// Whether `name` is a file of tests, or one test in such a file: `integration::verify`, `key::tests::jwks`,
    /// `budgets::work::a_har_is_probed_in_linear_work`.
    pub fn assert_test_exists(name: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = |name: &str| {
            let path = name.replace("::", "/");
            let folder =
                if ["integration/", "budgets/"].iter().any(|own| path.starts_with(own)) { "tests" } else { "src" };
            std::fs::read_to_string(root.join(folder).join(format!("{path}.rs"))).ok()
        };
        let is_file = text(name).is_some_and(|text| text.contains("#[test]") || text.contains("mod tests;"));
        let is_test = name.rsplit_once("::").is_some_and(|(file, test)| {
            text(file).is_some_and(|text| text.contains("#[test]") && text.contains(&format!("fn {test}(")))
        });
        assert!(is_file || is_test, "there is no test {name}");
    }

    /// A line whose test does not exist would be a promise that nobody keeps.
    #[test]
    fn every_line_names_a_test_that_exists() {
        for threat in ACTORS.iter().flat_map(|actor| actor.threats) {
            threat.test.split(", ").for_each(assert_test_exists);
        }
    }
}
