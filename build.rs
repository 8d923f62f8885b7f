//! Links the unwinder of GCC into the program instead of having the loader find `libgcc_s.so.1` at each start,
//! which costs more than a tenth of it.
//!
//! The standard library asks for `-lgcc_s`. A linker script of that name, found first, gives it the static
//! `libgcc_eh.a`, which every GCC brings. Where that is not so (another linker, a cross build without one, a static
//! build, another system) nothing is changed.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a build script asks the compiler, writes a file and talks to cargo"
)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
    if let Some(folder) = static_unwinder() {
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
}

/// The folder of the linker script, when it was written.
fn static_unwinder() -> Option<PathBuf> {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|own| own == value);
    let wanted = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release");
    let is_static = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    if !wanted || is_static {
        return None;
    }
    let linker = match env::var_os("RUSTC_LINKER") {
        Some(linker) => linker,
        None if env::var_os("HOST") == env::var_os("TARGET") => "cc".into(),
        None => return None,
    };
    let answer = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output().ok()?;
    // A compiler that has no such file repeats the name.
    let archive = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    if !archive.is_absolute() || !archive.is_file() {
        return None;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR")?);
    let script = format!("/* GNU ld script */\nINPUT ( {} )\n", archive.display());
    std::fs::write(Path::new(&folder).join("libgcc_s.so"), script).ok()?;
    Some(folder)
}
