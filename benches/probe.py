#!/usr/bin/env python3
"""probe against curl: 500 URLs, 50 at a time, on loopback; then with a server that takes 20 ms.

    cargo build --release && python3 benches/probe.py [ROUNDS]

The quick server is nginx where there is one: a slow one would be all that both wait for. The other is in Python.
Both ask in turn, round after round; every figure is a ratio of medians of one run. Nothing here passes or fails.
"""

import asyncio
import atexit
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

URLS, AT_ONCE = 500, 50
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nCache-Control: no-store\r\n"
    b"Set-Cookie: sid=d41d8cd98f00b204e9800998ecf8427e; Path=/; Secure; HttpOnly; SameSite=Lax\r\n\r\nok"
)


async def answer(reader, writer, delay):
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            if delay:
                await asyncio.sleep(delay)
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def serve(delay):
    """The port of a server on a thread of its own."""
    found = threading.Event()
    port = []

    async def run():
        server = await asyncio.start_server(lambda r, w: answer(r, w, delay), "127.0.0.1", 0, backlog=1024)
        port.append(server.sockets[0].getsockname()[1])
        found.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    found.wait()
    return port[0]


NGINX = """
daemon off; master_process off; pid %(folder)s/pid; error_log /dev/null;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000;
  client_body_temp_path %(folder)s/a; proxy_temp_path %(folder)s/b; fastcgi_temp_path %(folder)s/c;
  uwsgi_temp_path %(folder)s/d; scgi_temp_path %(folder)s/e;
  server {
    listen 127.0.0.1:%(port)d backlog=1024; default_type text/html;
    add_header Cache-Control no-store;
    add_header Set-Cookie "sid=d41d8cd98f00b204e9800998ecf8427e; Path=/; Secure; HttpOnly; SameSite=Lax";
    location / { return 200 ok; }
  }
}
"""


def serve_quickly(folder):
    """The port of nginx, which ends with this program; that of `serve` where there is no nginx."""
    nginx = shutil.which("nginx")
    if not nginx:
        return serve(0.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w") as file:
        file.write(NGINX % {"folder": folder, "port": port})
    server = subprocess.Popen([nginx, "-c", config, "-p", folder], stderr=subprocess.DEVNULL)
    atexit.register(server.kill)
    for _ in range(100):
        with socket.socket() as socket_:
            if socket_.connect_ex(("127.0.0.1", port)) == 0:
                return port
        time.sleep(0.05)
    sys.exit("nginx does not start")


def seconds(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert done.returncode == 0, (command[:3], done.returncode, done.stderr[-300:])
    return time.perf_counter() - start


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    authkit = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "release", "authkit")
    authkit = os.environ.get("AUTHKIT", authkit)
    with tempfile.TemporaryDirectory() as folder:
        for delay in (0.0, 0.02):
            port = serve(delay) if delay else serve_quickly(folder)
            urls = [f"http://127.0.0.1:{port}/{n}" for n in range(URLS)]
            listed, config = os.path.join(folder, "urls"), os.path.join(folder, "curl")
            with open(listed, "w") as file:
                file.write("\n".join(urls))
            with open(config, "w") as file:
                file.write("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
            probe = [authkit, "probe", "--urls", listed, "--passive", "--fail-on", "never", "--no-config"]
            probe += ["--concurrency", str(AT_ONCE), "--per-host", str(AT_ONCE)]
            curl = ["curl", "-s", "--parallel", "--parallel-max", str(AT_ONCE), "-D", "/dev/null", "-K", config]
            times = [(seconds(probe), seconds(curl)) for _ in range(rounds)]
            ours, theirs = (statistics.median(column) for column in zip(*times))
            ratio = statistics.median(a / b for a, b in times)
            print(f"server of {delay * 1000:.0f} ms: probe {ours * 1e3:.0f} ms, curl {theirs * 1e3:.0f} ms, ratio {ratio:.2f}", end="")
            if delay:
                ideal = delay * URLS / AT_ONCE
                print(f"; of the ideal {ideal * 1e3:.0f} ms: {ours / ideal:.2f} (wanted: at most 1.2)")
            else:
                print(" (wanted: at most 0.9)")


main()
