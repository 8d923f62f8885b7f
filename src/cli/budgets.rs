//! What authkit takes of each untrusted input at most: the numbers are the constants that the readers check, so that
//! the manual page cannot differ from the program.

use super::{baseline, config_file, input, key_store, sources};
use authkit::extract::har;
use authkit::http::exchange;
use authkit::inspect::key_check;
use authkit::probe;
use authkit::probe::recording;
use authkit::product_config::syntax;
use authkit::simulate::scenario;
use authkit::token::{compact, jws_json, keyring};
use authkit::{audit, crack, key};

/// One untrusted input, its caps, and the test that measures or tries them.
pub struct Budget {
    pub input: &'static str,
    pub caps: &'static [Cap],
    /// What happens beyond.
    pub beyond: &'static str,
    pub test: &'static str,
}

/// At most this much.
pub struct Cap {
    most: u64,
    /// What is counted; `bytes` are written in KiB and MiB where they are whole.
    unit: &'static str,
}

pub const ABOUT: &str = "Work and memory for every untrusted input grow with its size and end at these caps. Each line \
    names an input, what is taken of it at most, what happens beyond, and the test that measures or tries it.";

const fn cap(most: usize, unit: &'static str) -> Cap {
    Cap { most: most as u64, unit }
}

const fn cap64(most: u64, unit: &'static str) -> Cap {
    Cap { most, unit }
}

const fn budget(input: &'static str, caps: &'static [Cap], beyond: &'static str, test: &'static str) -> Budget {
    Budget { input, caps, beyond, test }
}

impl std::fmt::Display for Cap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const KIBIBYTE: u64 = 1024;
        const MEBIBYTE: u64 = 1024 * KIBIBYTE;
        let whole =
            |unit: u64| self.most.checked_div(unit).filter(|count| *count > 0 && self.most.is_multiple_of(unit));
        match (self.unit, whole(MEBIBYTE), whole(KIBIBYTE)) {
            ("bytes", Some(count), _) => write!(f, "{count} MiB"),
            ("bytes", None, Some(count)) => write!(f, "{count} KiB"),
            (unit, ..) => write!(f, "{} {unit}", self.most),
        }
    }
}

pub static BUDGETS: &[Budget] = &[
    budget(
        "a token",
        &[cap(compact::MAX_BYTES, "bytes"), cap(jws_json::MAX_SIGNATURES, "signatures of JWS JSON")],
        "it is rejected; --max-token-bytes changes the limit of verify",
        "budgets::work::claims_are_verified_in_linear_work",
    ),
    budget(
        "a TOKEN or INPUT argument, and what --headers reads",
        &[cap(input::MAX_INPUT_BYTES, "bytes")],
        "it is refused",
        "budgets::work::a_dump_of_headers_is_checked_in_linear_work",
    ),
    budget(
        "tokens of verify --lines and audit, a line or a log of any size",
        &[cap(compact::MAX_BYTES, "bytes held of a line"), cap(keyring::MAX_TRIES, "keys tried without a kid")],
        "the rest of a line is passed over",
        "budgets::work::tokens_are_audited_in_linear_work",
    ),
    budget(
        "a key file",
        &[
            cap(key::MAX_FILE_BYTES, "bytes"),
            cap(key::MAX_BLOCKS, "PEM blocks"),
            cap(key::MAX_CERTIFICATES, "certificates of one key"),
            cap(key::MAX_INTEGER_BYTES, "bytes of one integer"),
        ],
        "it is refused",
        "budgets::work::a_pem_file_is_checked_in_linear_work",
    ),
    budget(
        "the key derivations of an encrypted key file",
        &[cap64(key::MAX_FILE_ITERATIONS, "PBKDF2 iterations, or scrypt of the same cost")],
        "no key of the file is decrypted",
        "key::tests::passphrases::derivations_of_one_file_have_one_budget",
    ),
    budget(
        "a JWKS",
        &[cap(key::MAX_SET_BYTES, "bytes"), cap(key::MAX_MEMBERS, "members")],
        "it is refused",
        "budgets::work::a_jwks_of_equal_keys_is_checked_in_linear_work",
    ),
    budget(
        "RSA moduli of keys check",
        &[
            cap(key_check::MOST_COMPARED, "bytes compared"),
            cap64(key_check::MOST_TESTED, "exponentiations of 1024 bits, to find primes"),
        ],
        "the rest is not compared or tested, and a warning says so",
        "inspect::check::tests::testing_moduli_for_primes_has_its_limit",
    ),
    budget("a key store", &[cap(key_store::MAX_BYTES, "bytes")], "it is refused", "integration::files"),
    budget("authkit.toml", &[cap(config_file::MAX_BYTES, "bytes")], "it is refused", "integration::settings"),
    budget(
        "a configuration file",
        &[
            cap(syntax::MAX_BYTES, "bytes"),
            cap(syntax::MAX_VALUES, "values"),
            cap(syntax::MAX_HCL_TOKENS, "words and signs of HCL"),
        ],
        "it is not checked, which is a finding or counted as too large",
        "budgets::memory::a_configuration_takes_memory_in_proportion",
    ),
    budget(
        "the ignore files of a directory and of those above",
        &[cap64(sources::MAX_IGNORE_BYTES, "bytes")],
        "they are not applied, and a warning says so",
        "cli::sources::tests::oversized_ignore_files_are_not_applied_and_reported",
    ),
    budget(
        "gzip and zstd",
        &[
            cap64(sources::DEFAULT_RATIO, "times the compressed size (--max-expansion)"),
            cap64(sources::FREE_BYTES, "bytes in any case"),
        ],
        "the rest is not read, a warning says so, and the result is partial",
        "cli::sources::tests::a_compressed_source_beyond_the_ratio_is_cut_and_reported",
    ),
    budget(
        "a HAR",
        &[
            cap(har::MAX_ENTRY, "bytes of an entry"),
            cap(probe::MAX_ENTRIES, "entries probed"),
            cap(probe::MAX_HELD_BYTES, "bytes of responses held"),
            cap(exchange::MAX_BODY, "bytes of a body"),
        ],
        "a warning says so, and the result is partial",
        "budgets::work::a_har_is_probed_in_linear_work",
    ),
    budget(
        "a recording of probe",
        &[cap(recording::MAX_BYTES, "bytes")],
        "it is refused",
        "budgets::work::a_recording_is_replayed_in_linear_work",
    ),
    budget(
        "tokens whose secret is guessed (audit --try-secrets)",
        &[
            cap(audit::hmac_candidates::MAX_HEADERS, "headers"),
            cap(audit::hmac_candidates::MAX_TOKEN_BYTES, "bytes of a token"),
            cap(audit::hmac_candidates::MAX_TRIED_BYTES, "bytes of all"),
        ],
        "the longest are not tried, which is counted and warned about",
        "audit::weak::long_tokens_are_left_out_and_counted",
    ),
    budget(
        "a word list",
        &[cap(crack::word_list::MAX_LIST_BYTES, "bytes"), cap(crack::word_list::MAX_WORD, "bytes of a word")],
        "the list is refused, a longer word passed over",
        "guess::words::long_lines_are_counted_and_passed_over",
    ),
    budget(
        "a summary that audit --merge adds up",
        &[cap(audit::summary::MAX_BYTES, "bytes")],
        "it is refused",
        "budgets::work::summaries_are_merged_in_linear_work",
    ),
    budget("a baseline", &[cap(baseline::MAX_BYTES, "bytes")], "it is refused", "integration::lint_in_ci"),
    budget("a scenario of simulate", &[cap(scenario::MAX_BYTES, "bytes")], "it is refused", "integration::simulate"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::threat_model::tests::assert_test_exists;

    #[test]
    fn every_budget_names_a_test_that_exists() {
        for budget in BUDGETS {
            assert!(!budget.caps.is_empty(), "{}", budget.input);
            assert_test_exists(budget.test);
        }
    }

    #[test]
    fn caps_are_written_in_round_units() {
        assert_eq!(cap(16 << 20, "bytes").to_string(), "16 MiB");
        assert_eq!(cap(256 << 10, "bytes").to_string(), "256 KiB");
        assert_eq!(cap(1_000, "bytes").to_string(), "1000 bytes");
        assert_eq!(cap(1 << 20, "members").to_string(), "1048576 members");
    }
}
