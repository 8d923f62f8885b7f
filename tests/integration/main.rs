//! All integration tests, as one binary: each file tells one story of the program as a user runs it, or
//! of the library as a caller sees it.

mod harness;
mod laws;
