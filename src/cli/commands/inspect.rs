//! `authkit inspect`
