//! The doorstep; the program is `cli`.
mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
