//! All integration tests as one binary: each file covers one topic, through the program or through the public
//! library interface.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests may do anything"
)]

mod audit;
mod bounds;
mod confusion;
mod decode;
mod differential;
mod examples;
mod exit_codes;
mod exploration;
mod files;
mod formats;
#[cfg(all(feature = "net", unix))]
mod frameworks;
mod harness;
mod hints;
mod hostile_settings;
mod hostile_tokens;
mod interop;
mod issue;
mod key_forms;
mod keys;
mod keys_check;
mod kinds;
mod laws;
mod left_out;
mod library_examples;
mod lint;
mod lint_bad_input;
mod lint_in_ci;
#[cfg(feature = "net")]
mod network;
#[cfg(unix)]
mod other_users;
mod peers;
mod probe;
mod properties;
mod recommend;
mod reported;
mod rotation;
mod secrets_in_errors;
#[cfg(feature = "net")]
mod server;
mod settings;
mod sightings;
mod simulate;
mod tokens;
mod transcripts;
mod vectors;
mod verify;
mod verify_keys;
mod verify_stream;
