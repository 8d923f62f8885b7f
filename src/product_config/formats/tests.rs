//! The list of formats, and samples of each.

use super::*;
use std::collections::BTreeSet;

#[test]
fn format_list_is_consistent() {
    assert!(FORMATS.is_sorted_by(|a, b| a.name < b.name));
    for format in FORMATS {
        assert!(format.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        assert!(!format.syntaxes.is_empty() && !format.marks.is_empty() && !format.tables.is_empty());
        assert!(format.marks.iter().all(|mark| mark.len() > 3), "{}: a mark that is everywhere", format.name);
        for (place, fields) in format.tables {
            let paths: BTreeSet<_> = fields.iter().map(|field| (field.path, field.role)).collect();
            assert_eq!(paths.len(), fields.len(), "{}: {place}", format.name);
            assert!(fields.iter().all(|field| !field.source.is_empty()));
        }
    }
}

mod samples;
