//! Starts and stops the applications: waits until they respond, and stops them on every outcome of a test.

use crate::harness::{self, Sandbox, root};
use crate::server::Authority;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running application, stopped on drop.
pub struct App {
    pub port: u16,
    /// The certificate of the test CA, if the application is served over TLS.
    pub authority: Option<String>,
    _running: Vec<Running>,
    _room: Sandbox,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl App {
    /// Starts the application `name` of the table; `None`, with a note, if its framework is not installed.
    pub fn start(name: &str) -> Option<Self> {
        let room = Sandbox::new();
        let (kind, variant) = name.split_once('-').unwrap_or((name, ""));
        let serve = |start: &dyn Fn(u16) -> Option<Command>| listening(name, &room, start);
        let python = |script: &str, arguments: &[&str], port: u16| {
            let mut command = Command::new(installed("venv/bin/python")?);
            command.arg("-B").arg(file(script)).args(arguments).arg(port.to_string());
            Some(command)
        };
        let (port, running) = match kind {
            "django" => serve(&|port| python("django_app.py", &[variant], port))?,
            "flask" => serve(&|port| python("flask_app.py", &[], port))?,
            "starlette" => serve(&|port| python("starlette_app.py", &[], port))?,
            "express" => serve(&|port| {
                let packages = installed("node_modules")?;
                let mut command = Command::new(found("node")?);
                command.arg(file("express_app.mjs")).arg(packages).arg(variant).arg(port.to_string());
                Some(command)
            })?,
            "php" => serve(&|port| {
                let mut command = Command::new(found("php")?);
                let path = format!("session.save_path={}", room.path("").display());
                // The built-in defaults of PHP, not the php.ini of this machine.
                command.env("VARIANT", variant).args(["-n", "-d", &path, "-S", &format!("127.0.0.1:{port}")]);
                command.arg(file("php_app.php"));
                Some(command)
            })?,
            "nginx" => return Self::behind_nginx(name),
            _ => panic!("no start command for {name}"),
        };
        Some(Self { port, authority: None, _running: vec![running], _room: room })
    }

    /// Django behind nginx, which terminates TLS as `localhost`.
    fn behind_nginx(name: &str) -> Option<Self> {
        let room = Sandbox::new();
        let nginx = found("nginx").or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| path.is_file()));
        let Some(nginx) = nginx else {
            harness::skip("nginx");
            return None;
        };
        let (app_port, app) = listening(name, &room, &|port| {
            let mut command = Command::new(installed("venv/bin/python")?);
            command.arg("-B").arg(file("django_app.py")).arg("hardened").arg(port.to_string());
            Some(command)
        })?;
        let authority = Authority::new("the authority of a test");
        let (certificate, key) = authority.files(&["localhost"]);
        room.write("certificate.pem", certificate);
        room.write("key.pem", key);
        let text = std::fs::read_to_string(file("nginx.conf")).expect("its settings");
        let (port, proxy) = listening(name, &room, &|port| {
            let text = text.replace("@TLS_PORT@", &port.to_string()).replace("@APP_PORT@", &app_port.to_string());
            room.write("nginx.conf", text.replace("@PLAIN_PORT@", &free_port().to_string()));
            let mut command = Command::new(&nginx);
            command.args(["-e", "stderr", "-p"]).arg(room.path("")).arg("-c").arg(room.path("nginx.conf"));
            Some(command)
        })?;
        Some(Self { port, authority: Some(authority.pem), _running: vec![proxy, app], _room: room })
    }

    pub fn url(&self, path: &str) -> String {
        match self.authority {
            Some(_) => format!("https://localhost:{}{path}", self.port),
            None => format!("http://127.0.0.1:{}{path}", self.port),
        }
    }
}

/// Starts a program on a free port, in the test directory, and waits until it accepts connections. `None`, with a
/// note, if it is not installed.
fn listening(name: &str, room: &Sandbox, start: &dyn Fn(u16) -> Option<Command>) -> Option<(u16, Running)> {
    // Another process may bind the port first.
    for _ in 0..3 {
        let port = free_port();
        let Some(mut command) = start(port) else {
            harness::skip(&format!(
                "{name} (tests/frameworks/install.sh FOLDER, AUTHKIT_FRAMEWORKS=FOLDER; PHP and nginx)"
            ));
            return None;
        };
        let log = std::fs::File::create(room.path("log.txt")).expect("a log");
        command.current_dir(room.path("")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut running = Running(command.spawn().expect("a program"));
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(300) {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some((port, running));
            }
            if running.0.try_wait().expect("a state").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("{name} does not start: {}", String::from_utf8_lossy(&room.read("log.txt")));
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

fn file(name: &str) -> PathBuf {
    root().join("tests/frameworks").join(name)
}

/// A path installed by `install.sh`.
fn installed(path: &str) -> Option<PathBuf> {
    let directory = PathBuf::from(std::env::var_os("AUTHKIT_FRAMEWORKS")?);
    std::path::absolute(directory.join(path)).ok().filter(|path| path.exists())
}

/// A program on the PATH.
fn found(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|directory| Path::new(&directory).join(name)).find(|path| path.is_file())
}
