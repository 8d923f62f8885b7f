//! Build script that links the program as a static PIE where the system has the static archives. The dynamic loader then
//! maps no libraries and resolves no symbols, which takes a third of the start-up time; ASLR works as before.
//!
//! The standard library links `-lgcc_s -lm -lc` and a few more. Linker scripts with these names, first in the search
//! path, substitute the archives. If any archive is missing (some systems package glibc's separately), or with
//! `AUTHKIT_LINK=dynamic`, only the unwinder is linked statically, which every GCC ships as `libgcc_eh.a`. Without that
//! (another linker, a cross build without a linker, another operating system) nothing is changed.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a build script runs the compiler, writes a file and prints cargo directives"
)]

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Libraries that the standard library links on Linux with glibc, and the archives that contain them.
const LIBRARIES: [(&str, &[&str]); 7] = [
    ("gcc_s", &["libgcc_eh.a"]),
    ("util", &["libutil.a"]),
    ("rt", &["librt.a"]),
    ("pthread", &["libpthread.a"]),
    ("m", &["libm.a"]),
    ("dl", &["libdl.a"]),
    // The three depend on each other.
    ("c", &["libc.a", "libgcc_eh.a", "libgcc.a"]),
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo:rerun-if-env-changed=AUTHKIT_LINK");
    let (Some(linker), Some(directory)) = (linker(), env::var_os("OUT_DIR").map(PathBuf::from)) else { return };
    let is_dynamic = env::var("AUTHKIT_LINK").is_ok_and(|own| own == "dynamic");
    let all = directory.join("static");
    // rcrt1.o is the start file of a static PIE.
    if !is_dynamic && file(&linker, "rcrt1.o").is_some() && scripts(&linker, &all, &LIBRARIES).is_some() {
        // Only for the program: the start-up time of tests and benches does not matter.
        println!("cargo:rustc-link-arg-bin=authkit=-L{}", all.display());
        println!("cargo:rustc-link-arg-bin=authkit=-static-pie");
        if packs_relocations(&linker) {
            println!("cargo:rustc-link-arg-bin=authkit=-Wl,-z,pack-relative-relocs");
        }
    }
    let unwinder = directory.join("unwinder");
    if scripts(&linker, &unwinder, &LIBRARIES[..1]).is_some() {
        println!("cargo:rustc-link-search=native={}", unwinder.display());
    }
}

/// The linker driver, if it is one that supports `-print-file-name`.
fn linker() -> Option<OsString> {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|own| own == value);
    let wanted = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release");
    let is_static = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    match env::var_os("RUSTC_LINKER") {
        _ if !wanted || is_static => None,
        Some(linker) => Some(linker),
        None if env::var_os("HOST") == env::var_os("TARGET") => Some("cc".into()),
        None => None,
    }
}

/// Whether the start files of this glibc apply packed relocations (`DT_RELR`): since 2.36. The program relocates itself,
/// as nothing else is loaded, so the version that it is linked with decides, not the version of the system that runs it.
/// A bit for each of 20,000 pointers, instead of 24 bytes, is a tenth of the start-up time; a linker that cannot pack
/// them ignores the option with a warning.
fn packs_relocations(linker: &OsString) -> bool {
    let version = "__GLIBC__ __GLIBC_MINOR__";
    let Some(source) = env::var_os("OUT_DIR").map(|directory| Path::new(&directory).join("version.c")) else {
        return false;
    };
    if fs::write(&source, format!("#include <features.h>\n{version}\n")).is_err() {
        return false;
    }
    let Ok(output) = Command::new(linker).args(["-E", "-P"]).arg(&source).output() else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Option<Vec<u32>> = text.split_whitespace().map(|number| number.parse().ok()).collect();
    matches!(numbers.as_deref(), Some([major, minor]) if (*major, *minor) >= (2, 36))
}

/// Writes a linker script for each library into `directory`; `None` if an archive is missing.
fn scripts(linker: &OsString, directory: &Path, libraries: &[(&str, &[&str])]) -> Option<()> {
    fs::create_dir_all(directory).ok()?;
    for (library, archives) in libraries {
        let mut text = String::from("/* GNU ld script */\nGROUP (");
        for archive in *archives {
            write!(text, " {}", file(linker, archive)?.display()).ok()?;
        }
        text.push_str(" )\n");
        fs::write(directory.join(format!("lib{library}.so")), text).ok()?;
    }
    Some(())
}

/// The path of the compiler's file `name`.
fn file(linker: &OsString, name: &str) -> Option<PathBuf> {
    let output = Command::new(linker).arg(format!("-print-file-name={name}")).output().ok()?;
    // A compiler without such a file prints the name unchanged.
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    (path.is_absolute() && path.is_file()).then_some(path)
}
