//! The threat model: attackers, attacks, defences, and the test of each defence. The man page authkit-threat-model is
//! generated from it, so every entry must name a test that exists.

/// An attacker, or another origin of threats.
pub struct Actor {
    /// Section heading in the man page.
    pub name: &'static str,
    pub threats: &'static [Threat],
}

/// One attack, the defence against it, and the tests that exercise the defence.
pub struct Threat {
    pub attack: &'static str,
    pub defence: &'static str,
    /// Paths of tests, separated by `, `.
    pub test: &'static str,
}

/// Introduction of the man page.
pub const SCOPE: &str = "Assets: private keys and secrets, the verdict and the exit code, the published JWKS. Each \
    line names an attack, the defence, and the test that exercises it.";

/// Threats out of scope.
pub const NOT_DEFENDED: &str = "The superuser, swap, hardware faults and side channels of the machine. authkit wipes \
    its own buffers and guarantees no more than that. On systems without Unix owners and modes, it sets no permissions \
    and prints a warning.";

const fn threat(attack: &'static str, defence: &'static str, test: &'static str) -> Threat {
    Threat { attack, defence, test }
}

/// All attackers with their attacks.
pub static ACTORS: &[Actor] = &[
    Actor {
        name: "AUTHOR OF THE TOKEN",
        threats: &[
            threat(
                "alg none, or an algorithm that is not the key's",
                "The key and the verification policy set the algorithms; the header only selects among them.",
                "integration::verify",
            ),
            threat(
                "a public key used as HMAC secret",
                "Bytes that parse as a public key or certificate are never used as a secret, in any encoding.",
                "integration::confusion",
            ),
            threat(
                "jwk, jku, x5u, x5c, crit, b64, zip in the header",
                "Never used as a key source; unknown critical parameters are rejected; nothing is fetched or inflated.",
                "integration::verify",
            ),
            threat(
                "signatures with non-canonical padding, salt length, range or encoding",
                "One encoding each: exact PKCS#1 padding, salt as long as the hash, integers below the order, no DER.",
                "alg::tests, alg::tests::forged",
            ),
            threat(
                "cross-JWT confusion: a logout token used as ID token",
                "--kind requires the type and the claims of the kind, rejects events in all but logout tokens, and \
                 treats null as absent.",
                "integration::kinds",
            ),
            threat(
                "thousands of critical names, audiences or long values, to waste work or flood logs",
                "crit may list 16 names; reasons and findings quote a bounded part of a token.",
                "integration::hostile_tokens",
            ),
            threat(
                "duplicate members, odd base64, invalid UTF-8, deep JSON, huge tokens",
                "Strict parsing with limits: three segments, canonical base64url, 64 levels, 1 MiB.",
                "encoding::json, integration::verify",
            ),
            threat(
                "terminal escape sequences and bidirectional overrides in claims",
                "Hidden characters are escaped in all output, including text from key sets and usage errors.",
                "report::human, encoding::escape, integration::keys, integration::formats",
            ),
            threat(
                "CI runner commands, markup, links and mentions in claims",
                "Escaped for the output format: no line begins with untrusted text, Markdown prints it as code.",
                "report::github, report::junit, report::markdown",
            ),
        ],
    },
    Actor {
        name: "AUTHOR OF A KEY FILE OR KEY SET",
        threats: &[
            threat(
                "KDF parameters that cost hours or gigabytes",
                "Parsed first and refused above fixed limits, per key and for all keys of a file together.",
                "key::tests::passphrases",
            ),
            threat(
                "a key set or file with very many keys, members or blocks",
                "Counted while reading, with limits; work and memory are linear in the size (BUDGETS below).",
                "budgets::work",
            ),
            threat(
                "points off the curve, tiny or huge RSA keys, ROCA, inconsistent private keys",
                "Refused on reading; no flag overrides it.",
                "key::validation",
            ),
            threat("a key set that mixes secrets and public keys, or repeats a kid", "Refused entirely.", "key::tests"),
        ],
    },
    Actor {
        name: "THE NETWORK AND THE HOST OF A JWKS",
        threats: &[
            threat(
                "replacing keys in transit",
                "HTTPS with verified certificates; plain HTTP only to a loopback URL given by the user; a --cacert \
                 file that other users can change is refused, and -v names the trust roots.",
                "integration::network",
            ),
            threat(
                "server-side request forgery: a jwks_uri or redirect to an internal host or a cloud metadata service",
                "Every address of a name is checked at connection time. Keys are never requested from link-local and \
                 metadata addresses; a host other than the one given is contacted at a private address only when all \
                 addresses of the given host are private.",
                "cli::fetch::address_guard, cli::fetch::tests, integration::network",
            ),
            threat(
                "keys that verify tokens of another issuer",
                "Redirects must keep the origin, the issuer must match byte for byte, and its keys verify its tokens \
                 only.",
                "integration::network",
            ),
            threat(
                "an endless response: slow, huge, compressed, or a redirect loop",
                "Limits on time, bytes, headers and redirects; exceeding one is an error.",
                "cli::fetch::tests, integration::network",
            ),
            threat(
                "a cache that retains a withdrawn key",
                "At most 24 hours, regardless of Cache-Control; entries owned by another user are not read.",
                "integration::network",
            ),
        ],
    },
    Actor {
        name: "AUTHOR OF THE REPOSITORY",
        threats: &[
            threat(
                "an authkit.toml that weakens the checks",
                "A discovered config file applies to lint and audit only, never to tokens, keys and endpoints, and \
                 sets no key, URL or output.",
                "integration::settings, integration::hostile_settings",
            ),
            threat(
                "an authkit.toml, or a .git in a parent directory, of another local user",
                "Files that neither the user nor root owns, or that are world-writable, are not read, with a warning.",
                "integration::left_out",
            ),
            threat(
                "globs, numbers and tables that crash the program or exhaust memory",
                "Bounded in size, depth and number, and compiled by fallible functions: exit code 2 with the location.",
                "settings::path_glob, integration::hostile_settings",
            ),
            threat(
                "ignore files, padding or template markers that hide a file from the checks",
                "Skipped files are counted by cause; a padded configuration file is a finding; a run that sees only \
                 templates has checked nothing.",
                "integration::left_out, product_config::marks",
            ),
            threat(
                "file names and values that inject CI runner commands, markup or SARIF",
                "Escaped for the output format; no excerpt contains a secret.",
                "integration::lint_in_ci, integration::lint_bad_input, report::sarif",
            ),
        ],
    },
    Actor {
        name: "THE PROBED SITE",
        threats: &[
            threat(
                "redirects that leak credentials, or lead to an internal network",
                "No header, cookie or body is sent to another origin. Redirects from a public host to a private \
                 address, and from any host to a link-local one, are reported and not followed.",
                "cli::fetch::redirect, cli::fetch::tests, integration::probe::live",
            ),
            threat(
                "tokens and session ids in reports, logs and recordings",
                "Values derived from a URL or a header are redacted; recordings contain placeholders.",
                "integration::probe, http::url, probe::recording::placeholders",
            ),
            threat(
                "a login form that submits to another origin",
                "Form, login and protected page must share one origin; otherwise nothing is sent.",
                "lifecycle::tests",
            ),
        ],
    },
    Actor {
        name: "DEPENDENCIES AND RELEASE CHANNEL",
        threats: &[
            threat(
                "a library that accesses files, network, clock or environment",
                "Each is accessed in one file of the binary only; the library crate uses none of them.",
                "integration::laws",
            ),
            threat(
                "a bug in a dependency that panics on hostile bytes",
                "Exit code 70 and one error report with the location and no value; parsers are fuzzed.",
                "cli::exit",
            ),
        ],
    },
    Actor {
        name: "OTHER LOCAL USERS",
        threats: &[
            threat(
                "reading argv, the shell history or temporary files",
                "Secrets come from files, variables, prompts or standard input; text: warns; files are created with \
                 0600.",
                "integration::files",
            ),
            threat(
                "replacing a key file or the key store",
                "A key file that is writable by other users, is owned by another user, or is in a directory where \
                 others can replace it is refused; a key store also when it is group-writable. The superuser, who acts \
                 for the owner of a key, gets a warning, and a file that another user put into a shared directory is \
                 refused.",
                "integration::files, integration::other_users::sources, integration::other_users::store",
            ),
            threat(
                "symbolic links, hard links, pipes and directories in place of the lock, the key store or its ledger",
                "Opened with O_NOFOLLOW and checked once open: regular files only, a lock with one hard link. Created \
                 with O_EXCL, relative to an open directory.",
                "integration::other_users::store",
            ),
            threat(
                "tricking the superuser, who acts for the owner of a key store, into changing the owner of a file",
                "Only files that this run created change their owner. Every symbolic link in the path to a key store \
                 or a key must belong to the superuser or to the owner of its target.",
                "integration::other_users::store",
            ),
            threat(
                "a named pipe in place of a key or token file",
                "Private keys and tokens are written only to a pipe or device of this user, a character device of the \
                 superuser, or an inherited descriptor; keys are not read from a pipe of another user.",
                "integration::other_users::outputs, integration::other_users::sources",
            ),
            threat(
                "modes and owners that change when a file is replaced",
                "Secrets are always 0600. Other files keep their mode and group, and their owner when the superuser \
                 writes; set-uid bits are cleared. A file in a shared directory or behind a symbolic link passes on no \
                 owner, and only limits the mode.",
                "integration::other_users::outputs",
            ),
            threat(
                "temporary files of killed processes and core files, which contain secrets",
                "The next write to the directory removes temporary files that no process has locked. RLIMIT_CORE is 0, \
                 and on Linux the process is not dumpable.",
                "cli::whole_file, integration::other_users::leftovers",
            ),
            threat(
                "an output path that is the key store, its ledger or its lock",
                "Refused by path and by inode, even with --force.",
                "integration::other_users::outputs",
            ),
            threat(
                "a crash during a write",
                "Written to a temporary file, synced, renamed; an existing file is replaced only with --force.",
                "integration::files, integration::rotation::crash",
            ),
        ],
    },
    Actor {
        name: "READER OF LOGS",
        threats: &[
            threat(
                "secrets in messages, errors or panics",
                "Secrets have a type without Display and with a redacted Debug; a panic prints only its location.",
                "secret, integration::files",
            ),
            threat(
                "an offline dictionary attack on the thumbprint of a secret",
                "No thumbprint of a secret is printed or written, and its default kid is random (RFC 7638 §7). Kids in \
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
                "Its private key is deleted; its thumbprint, or the kid of a secret, is kept in the store and in the \
                 ledger next to it: a restored backup of the store enables it neither for signing nor for publication. \
                 Restoring both does; a store without its ledger causes a warning.",
                "integration::rotation::revoke",
            ),
            threat(
                "private keys, secrets or dates in the published JWKS",
                "It is built from an allowlist of public members; a secret is refused.",
                "integration::rotation::steps",
            ),
        ],
    },
    Actor {
        name: "A WRONG CLOCK",
        threats: &[
            threat(
                "accepting expired tokens, rejecting valid ones",
                "Leeway is 0 unless set, at most 24 hours; a near miss gets a hint.",
                "token::requirements",
            ),
            threat(
                "verifying a stream as of its start",
                "Each token is verified as of the time it was read, with the keys of that time; a missing or broken \
                 key source ends the stream, and a token without a result is never accepted.",
                "integration::verify_stream, integration::network",
            ),
            threat(
                "an iat in the future that evades a maximum age",
                "Rejected when --max-age counts from it, a finding otherwise.",
                "integration::verify",
            ),
            threat(
                "withdrawing a key whose tokens are still valid",
                "A rotation is refused when the clock is behind the last write, and its waits include the clock skew \
                 twice.",
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

    /// Asserts that `name` is a file with tests, or one test in such a file: `integration::verify`, `key::tests::jwks`,
    /// `budgets::work::a_har_is_probed_in_linear_work`.
    pub fn assert_test_exists(name: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = |name: &str| {
            let path = name.replace("::", "/");
            let directory =
                if ["integration/", "budgets/"].iter().any(|own| path.starts_with(own)) { "tests" } else { "src" };
            std::fs::read_to_string(root.join(directory).join(format!("{path}.rs"))).ok()
        };
        let is_file = text(name).is_some_and(|text| text.contains("#[test]") || text.contains("mod tests;"));
        let is_test = name.rsplit_once("::").is_some_and(|(file, test)| {
            text(file).is_some_and(|text| text.contains("#[test]") && text.contains(&format!("fn {test}(")))
        });
        assert!(is_file || is_test, "no test {name}");
    }

    /// A defence without a test is only a claim.
    #[test]
    fn every_threat_names_existing_tests() {
        for threat in ACTORS.iter().flat_map(|actor| actor.threats) {
            threat.test.split(", ").for_each(assert_test_exists);
        }
    }
}
