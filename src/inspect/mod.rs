//! What one thing is and what each part of it means, as data. Nothing here verifies, decrypts, inflates
//! or fetches.

pub mod cookie;
pub mod key;
pub mod key_check;
mod meaning;
pub mod token;
