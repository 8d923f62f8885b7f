//! Resource limits of every untrusted input, as printed in the threat model. The numbers are the constants that the
//! readers enforce, so the man page cannot disagree with the program.

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

/// The limits of one untrusted input, and the test that measures or exercises them.
pub struct Budget {
    /// The input, as a noun phrase.
    pub input: &'static str,
    pub caps: &'static [Cap],
    /// The behaviour above a limit, as a clause without a full stop.
    pub beyond: &'static str,
    /// Path of the test.
    pub test: &'static str,
}

/// One limit.
pub struct Cap {
    most: u64,
    /// The unit; whole multiples of KiB and MiB are printed as such when it is `bytes`.
    unit: &'static str,
}

/// Introduction of the BUDGETS section of the man page.
pub const ABOUT: &str = "Work and memory grow linearly with the size of every untrusted input, up to these limits. \
    Each line names an input, its limits, the behaviour above them, and the test that measures or exercises them.";

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

/// The limits of all untrusted inputs.
pub static BUDGETS: &[Budget] = &[
    budget(
        "a token",
        &[cap(compact::MAX_BYTES, "bytes"), cap(jws_json::MAX_SIGNATURES, "signatures of JWS JSON")],
        "the token is rejected; --max-token-bytes sets the limit of verify",
        "budgets::work::claims_are_verified_in_linear_work",
    ),
    budget(
        "a TOKEN or INPUT argument, and the input of --headers",
        &[cap(input::MAX_INPUT_BYTES, "bytes")],
        "the input is refused",
        "budgets::work::a_dump_of_headers_is_checked_in_linear_work",
    ),
    budget(
        "tokens of verify --lines and audit, in lines and logs of any size",
        &[cap(compact::MAX_BYTES, "bytes of a line in memory"), cap(keyring::MAX_TRIES, "keys tried without a kid")],
        "the rest of the line is skipped",
        "budgets::work::tokens_are_audited_in_linear_work",
    ),
    budget(
        "a key file",
        &[
            cap(key::MAX_FILE_BYTES, "bytes"),
            cap(key::MAX_BLOCKS, "PEM blocks"),
            cap(key::MAX_CERTIFICATES, "certificates per key"),
            cap(key::MAX_INTEGER_BYTES, "bytes per integer"),
        ],
        "the file is refused",
        "budgets::work::a_pem_file_is_checked_in_linear_work",
    ),
    budget(
        "key derivation for an encrypted key file",
        &[cap64(key::MAX_FILE_ITERATIONS, "PBKDF2 iterations, or scrypt of equal cost")],
        "no key in the file is decrypted",
        "key::tests::passphrases::derivations_of_one_file_share_a_budget",
    ),
    budget(
        "a JWKS",
        &[cap(key::MAX_SET_BYTES, "bytes"), cap(key::MAX_MEMBERS, "members")],
        "the JWKS is refused",
        "budgets::work::a_jwks_of_equal_keys_is_checked_in_linear_work",
    ),
    budget(
        "RSA moduli in keys check",
        &[
            cap(key_check::MOST_COMPARED, "bytes compared"),
            cap64(key_check::MOST_TESTED, "1024-bit exponentiations for primality tests"),
        ],
        "the remaining moduli are neither compared nor tested, with a warning",
        "inspect::key_check::tests::primality_tests_are_limited",
    ),
    budget("a key store", &[cap(key_store::MAX_BYTES, "bytes")], "the file is refused", "integration::files"),
    budget("authkit.toml", &[cap(config_file::MAX_BYTES, "bytes")], "the file is refused", "integration::settings"),
    budget(
        "a configuration file",
        &[
            cap(syntax::MAX_BYTES, "bytes"),
            cap(syntax::MAX_VALUES, "values"),
            cap(syntax::MAX_HCL_TOKENS, "HCL tokens"),
        ],
        "the file is not checked, and is a finding or counted as too large",
        "budgets::memory::a_configuration_takes_memory_in_proportion",
    ),
    budget(
        "the ignore files of a directory and of its parents",
        &[cap64(sources::MAX_IGNORE_BYTES, "bytes")],
        "they are not applied, with a warning",
        "cli::sources::tests::oversized_ignore_files_are_not_applied_and_reported",
    ),
    budget(
        "gzip and zstd data",
        &[
            cap64(sources::DEFAULT_RATIO, "times the compressed size (--max-expansion)"),
            cap64(sources::FREE_BYTES, "bytes at any ratio"),
        ],
        "the rest is not read, with a warning, and the result is partial",
        "cli::sources::tests::a_compressed_source_beyond_the_ratio_is_cut_and_reported",
    ),
    budget(
        "a HAR file",
        &[
            cap(har::MAX_ENTRY, "bytes per entry"),
            cap(probe::MAX_ENTRIES, "entries probed"),
            cap(probe::MAX_HELD_BYTES, "bytes of responses in memory"),
            cap(exchange::MAX_BODY, "bytes per body"),
        ],
        "the rest is skipped, with a warning, and the result is partial",
        "budgets::work::a_har_is_probed_in_linear_work",
    ),
    budget(
        "a recording of probe",
        &[cap(recording::MAX_BYTES, "bytes")],
        "the recording is refused",
        "budgets::work::a_recording_is_replayed_in_linear_work",
    ),
    budget(
        "tokens under dictionary attack (audit --try-secrets)",
        &[
            cap(audit::hmac_candidates::MAX_HEADERS, "headers"),
            cap(audit::hmac_candidates::MAX_TOKEN_BYTES, "bytes per token"),
            cap(audit::hmac_candidates::MAX_TRIED_BYTES, "bytes in total"),
        ],
        "the longest tokens are not tried; they are counted, with a warning",
        "audit::hmac_candidates::long_tokens_are_left_out_and_counted",
    ),
    budget(
        "a word list",
        &[cap(crack::word_list::MAX_LIST_BYTES, "bytes"), cap(crack::word_list::MAX_WORD, "bytes per word")],
        "the list is refused; a longer word is skipped",
        "crack::word_list::long_lines_are_counted_and_skipped",
    ),
    budget(
        "a summary given to audit --merge",
        &[cap(audit::summary::MAX_BYTES, "bytes")],
        "the summary is refused",
        "budgets::work::summaries_are_merged_in_linear_work",
    ),
    budget("a baseline", &[cap(baseline::MAX_BYTES, "bytes")], "the file is refused", "integration::lint_in_ci"),
    budget("a simulate scenario", &[cap(scenario::MAX_BYTES, "bytes")], "the file is refused", "integration::simulate"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::threat_model::tests::assert_test_exists;

    #[test]
    fn every_budget_names_an_existing_test() {
        for budget in BUDGETS {
            assert!(!budget.caps.is_empty(), "{}", budget.input);
            assert_test_exists(budget.test);
        }
    }

    #[test]
    fn whole_mebibytes_and_kibibytes_are_printed_as_such() {
        assert_eq!(cap(16 << 20, "bytes").to_string(), "16 MiB");
        assert_eq!(cap(256 << 10, "bytes").to_string(), "256 KiB");
        assert_eq!(cap(1_000, "bytes").to_string(), "1000 bytes");
        assert_eq!(cap(1 << 20, "members").to_string(), "1048576 members");
    }
}
