//! Property tests: what is a secret by detection, and what never is.

use crate::key::KeyEncoding;
use crate::key::detect::{self, read, read_raw};
use proptest::prelude::*;

const PEM: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/p256.pkcs8.pem"));

proptest! {
    #![proptest_config(crate::exploration::cases(10_000))]

    /// Random secrets in the forms in which people write them are never mistaken for something else.
    #[test]
    fn random_secret_is_a_secret(bytes in prop::collection::vec(any::<u8>(), 16..=128), form in 0..6_usize) {
        use base64ct::Encoding as _;
        let text = match form {
            0 => base16ct::lower::encode_string(&bytes),
            1 => base64ct::Base64::encode_string(&bytes),
            2 => crate::encoding::base64url::encode(&bytes),
            3 => {
                let hex = base16ct::lower::encode_string(&bytes);
                format!("{}-{}-{}", &hex[..8], &hex[8..20], &hex[20..32])
            }
            4 => bytes.chunks(5).map(base16ct::lower::encode_string).collect::<Vec<_>>().join(" = "),
            // Printable text that does not begin like JSON or markup, and assigns nothing.
            _ => {
                let printable = |byte: &u8| char::from(b'!'.saturating_add(byte.checked_rem(94).unwrap_or(0)));
                format!("x{}", bytes.iter().map(printable).collect::<String>().replace('=', "e"))
            }
        };
        let set = read(text.as_bytes(), None).unwrap();
        prop_assert_eq!(set.form, KeyEncoding::Raw);
        prop_assert!(read_raw(&bytes).is_ok() && detect::read_decoded(text.as_bytes(), &bytes, None).is_ok());
    }

    /// Any change of a few characters in a key file gives an error or a key, never a secret.
    #[test]
    fn damaged_pem_is_never_a_secret(at in 0..240_usize, with in any::<char>()) {
        let text = String::from_utf8(PEM.to_vec()).unwrap();
        let damaged: String = text.chars().enumerate().map(|(index, c)| if index == at { with } else { c }).collect();
        prop_assert!(!read(damaged.as_bytes(), None).is_ok_and(|set| set.form == KeyEncoding::Raw));
    }
}
