#!/usr/bin/env python3
"""Makes browser.har: a headless Chromium visits a page on loopback that sends tokens every way there is.

Needs: chromium, node with `npm install chrome-har` (NODE_PATH names its node_modules), python `websockets`.
The tokens are signed with a key that exists for this file alone and is written below.

    NODE_PATH=/path/to/node_modules python3 tests/har/make.py > tests/har/browser.har
"""

import asyncio
import base64
import hashlib
import hmac
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import urllib.request

import websockets

KEY = b"a key for tests/har/browser.har alone, worth nothing"
PORT = 8765
HOST = f"http://127.0.0.1:{PORT}"


def token(name):
    """One HS256 token; `sub` says where in the page it travels, so that a test can name it."""

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    claims = {"iss": "https://issuer.example", "sub": name, "iat": 1769860800, "exp": 1769864400}
    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims, separators=(",", ":")).encode())
    return (text + b"." + part(hmac.new(KEY, text, hashlib.sha256).digest())).decode()


PAGE = f"""<!doctype html><title>fixture</title><script>
(async () => {{
  await fetch("/api/header", {{ headers: {{ Authorization: "Bearer {token('header')}" }} }});
  await fetch("/api/url?page=2&access_token={token('url')}&sort=asc");
  await fetch("/api/path/{token('path')}/confirm");
  await fetch("/api/form", {{ method: "POST", body: new URLSearchParams({{ client_assertion: "{token('form')}" }}) }});
  await fetch("/api/json", {{ method: "POST", headers: {{ "Content-Type": "application/json" }},
    body: JSON.stringify({{ id_token: "{token('json')}" }}) }});
  await fetch("/api/token");
  await fetch("/api/binary");
  await fetch("/api/redirect");
  await fetch("/api/plain");
  document.title = "done";
}})();
</script>"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body=b"{}", status=200, kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            cookie = ("Set-Cookie", f"session={token('cookie')}; Path=/api/header; HttpOnly; SameSite=Lax")
            self.answer(PAGE.encode(), kind="text/html; charset=utf-8", headers=[cookie])
        elif path == "/api/token":
            self.answer(json.dumps({"access_token": token("answer"), "token_type": "Bearer"}).encode())
        elif path == "/api/binary":
            self.answer(b"\0\1\2 " + token("binary").encode() + b"\0", kind="application/octet-stream")
        elif path == "/api/redirect":
            self.answer(b"", 302, headers=[("Location", f"/api/landed?id_token={token('redirect')}")])
        else:
            self.answer()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer()

    def log_message(self, *_):
        pass


class Browser:
    """Just enough of the Chrome DevTools Protocol: calls, and all events in the order of their arrival."""

    def __init__(self, socket):
        self.socket, self.events, self.waiting, self.last = socket, [], {}, 0

    async def listen(self):
        async for text in self.socket:
            message = json.loads(text)
            if "id" in message:
                self.waiting.pop(message["id"]).set_result(message.get("result", {}))
            else:
                self.events.append(message)

    async def call(self, method, **params):
        self.last += 1
        answer = self.waiting[self.last] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        return await answer


async def record(port):
    """The Page and Network events of one visit, with the bodies of the responses put in."""
    for _ in range(100):
        try:
            pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
            break
        except (OSError, StopIteration):
            await asyncio.sleep(0.1)
    async with websockets.connect(address, max_size=None) as socket:
        browser = Browser(socket)
        listener = asyncio.create_task(browser.listen())
        await browser.call("Page.enable")
        await browser.call("Network.enable")
        await browser.call("Page.navigate", url=HOST + "/")
        for _ in range(100):
            title = await browser.call("Runtime.evaluate", expression="document.title")
            if title["result"]["value"] == "done":
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        for event in list(browser.events):
            if event["method"] == "Network.responseReceived":
                body = await browser.call("Network.getResponseBody", requestId=event["params"]["requestId"])
                event["params"]["response"]["body"] = body.get("body")
                # chrome-har reads this name.
                event["params"]["response"]["encoding"] = "base64" if body.get("base64Encoded") else None
        listener.cancel()
        return browser.events


CONVERT = """
const { harFromMessages } = require('chrome-har');
const messages = JSON.parse(require('fs').readFileSync(0));
const har = harFromMessages(messages, { includeTextFromResponseBody: true });
console.log(JSON.stringify(har, null, 2));
"""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chromium = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=8766",
             "--disable-background-networking", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            events = asyncio.run(record(8766))
        finally:
            chromium.terminate()
            chromium.wait()
    server.shutdown()
    har = subprocess.run(["node", "-e", CONVERT], input=json.dumps(events), capture_output=True, text=True, check=True)
    sys.stdout.write(har.stdout)


if __name__ == "__main__":
    main()
