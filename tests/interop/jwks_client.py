"""Runs PyJWT's PyJWKClient against a directory served over HTTP.

    jwks_client.py DIR SECONDS    tokens on stdin, one per line; one result per line on stdout

DIR contains jwks.json, which the client caches for SECONDS. The results are `ok`, `over` (the token has expired),
`looked` (its key was not in the cached JWKS, but is in a newer one) and `refused: WHY`.
"""

import functools
import http.server
import sys
import threading
import time

import jwt


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Client(jwt.PyJWKClient):
    """Records a refetch for an unknown key before the cache entry expires."""

    looked = False

    def get_jwk_set(self, refresh=False):
        self.looked = self.looked or refresh
        return super().get_jwk_set(refresh)


def answer(client, token):
    client.looked = False
    try:
        key = client.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=["ES256"], options={"require": ["exp"]})
        return "looked" if client.looked else "ok"
    except jwt.PyJWTError as error:
        ended = jwt.decode(token, options={"verify_signature": False})["exp"] <= time.time()
        return "over" if ended else f"refused: {type(error).__name__}: {error}"


def main(folder, seconds):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    client = Client(url, cache_jwk_set=True, lifespan=int(seconds))
    for line in sys.stdin:
        print(answer(client, line.strip()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
