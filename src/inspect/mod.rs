//! What one thing is and what each part of it means, as data. Nothing here verifies, decrypts, inflates
//! or fetches.

pub mod check;
pub mod cookie;
pub mod key;
mod meaning;
pub mod token;
