"""A second implementation of the audit, as simple as it can be: everything in lists, exact.

    naive.py TOKENS COUNT NOW     writes COUNT random tokens to the file TOKENS; prints what an audit must say
"""

import base64
import hashlib
import hmac
import json
import math
import random
import sys
from collections import Counter


def segment(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make(rng, now):
    header = {"alg": rng.choice(["HS256", "HS384", "HS512"]), "typ": rng.choice(["JWT", "at+jwt", "logout+jwt"])}
    if rng.random() < 0.8:
        header["kid"] = f"key-{rng.randrange(30)}"
    iat = now - rng.randrange(0, 90_000)
    claims = {"iss": f"https://issuer-{rng.randrange(50)}.example", "sub": f"user-{rng.randrange(10**6)}"}
    if rng.random() < 0.95:
        claims["iat"] = iat
    if rng.random() < 0.97:
        claims["exp"] = iat + int(10 ** rng.uniform(1, 6))
    if rng.random() < 0.1:
        claims["nbf"] = iat + rng.randrange(-100, 100)
    if rng.random() < 0.7:
        claims["jti"] = f"{rng.randrange(60_000):x}" if rng.random() < 0.01 else f"{rng.getrandbits(96):x}"
    if rng.random() < 0.5:
        claims["aud"] = rng.sample(["api", "mail", "files", "admin"], rng.randrange(1, 4))
    if rng.random() < 0.3:
        claims["roles"] = [f"tenant-{n}:reader" for n in range(rng.randrange(0, 120))]
    if rng.random() < 0.2:
        claims["sid"] = f"{rng.getrandbits(64):x}"
    if rng.random() < 0.1:
        claims["ver"] = 3
    parts = [segment(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[header["alg"]]
    text = ".".join(parts)
    return header, claims, f"{text}.{segment(hmac.digest(b'0' * 64, text.encode(), digest))}"


def distribution(values):
    values = sorted(values)
    rank = lambda p: values[max(0, math.ceil(len(values) * p / 100) - 1)]
    return {"count": len(values), "min": values[0], "p50": rank(50), "p90": rank(90), "p99": rank(99), "max": values[-1]}


def main(path, count, now):
    rng = random.Random(20261124)
    lifetimes, sizes, jtis = [], [], {}
    totals, revocation = Counter(lines=count, tokens=count), Counter()
    claim_tokens, claim_bytes, by = Counter(), Counter(), {name: Counter() for name in ("issuer", "audience", "algorithm", "kid")}
    with open(path, "w") as file:
        for _ in range(count):
            header, claims, token = make(rng, now)
            file.write(token + "\n")
            sizes.append(len(token))
            exp, start = claims.get("exp"), claims.get("iat", claims.get("nbf"))
            totals["without_exp"] += exp is None
            totals["expired"] += exp is not None and now >= exp
            totals["not_yet_valid"] += claims.get("nbf", 0) > now
            if exp is not None and start is not None:
                lifetimes.append(max(0, exp - start))
            for name, value in claims.items():
                size = len(json.dumps(name)) - 2 + len(json.dumps(value, separators=(",", ":"))) + 4
                claim_tokens[name] += 1
                claim_bytes[name] += -(-size * 4 // 3)
            by["issuer"][claims["iss"]] += 1
            by["algorithm"][header["alg"]] += 1
            by["kid"].update([header["kid"]] if "kid" in header else [])
            by["audience"].update(claims.get("aud", []))
            for name in ("jti", "sid", "auth_time"):
                revocation[name] += name in claims
            revocation["version"] += "ver" in claims
            if "jti" in claims:
                jtis.setdefault((claims["iss"], claims["jti"]), set()).add(token)
    print(json.dumps({
        "totals": totals,
        "lifetime_seconds": distribution(lifetimes),
        "size_bytes": distribution(sizes),
        "claims": {name: [claim_tokens[name], claim_bytes[name]] for name in claim_tokens},
        "by": by,
        "revocation": {name: revocation[name] for name in ("jti", "sid", "auth_time", "version")},
        "jti_reused": sum(len(tokens) > 1 for tokens in jtis.values()),
    }))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
