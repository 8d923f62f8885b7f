//! Fuzz target for HCL alone, which `config` reaches only with HCL formats: no panic, every location is in the text.
#![no_main]
use authkit::product_config::syntax::{Syntax, duplicates};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Syntax::Hcl.read(text) {
        Ok(roots) => {
            for root in &roots {
                assert!(text.get(root.bytes.clone()).is_some());
                duplicates(root).iter().for_each(|(_, place)| assert!(text.get(place.clone()).is_some()));
            }
        }
        Err(error) => assert!(error.bytes.start <= text.len() && !error.problem.contains('\n')),
    }
});
