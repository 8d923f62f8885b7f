"""Driver for the Python peers of the interoperability tests.

    peer.py LIBRARY sign ALG KEYFILE      JSON claims on stdin, a token on stdout
    peer.py LIBRARY verify ALG KEYFILE    a token on stdin, its claims on stdout; exit 1 if rejected
    peer.py LIBRARY batch                 {"jobs": [...]} on stdin, {"peer", "answers": [...]} on stdout

LIBRARY is pyjwt, jwcrypto or joserfc. KEYFILE is PEM, a JWK, a JWK set, or a raw secret. A job is
{"op": "sign", "alg", "key": FILE, "claims"}, {"op": "verify", "alg", "key": FILE, "token"} or
{"op": "generate", "alg", "claims"}, which generates a key, writes it in every encoding, and signs. The passphrase of
encrypted keys is in the environment variable PASSPHRASE.
"""

import base64
import importlib.metadata
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")  # joserfc warns of the algorithms that it does not recommend

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}


def passphrase():
    return os.environ["PASSPHRASE"]


def is_json(data):
    return data.lstrip().startswith(b"{")


def is_encrypted(data):
    return b"BEGIN ENCRYPTED PRIVATE KEY" in data


def is_pem(data):
    return data.startswith(b"-----BEGIN")


def token_kid(token):
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")


class PyJwt:
    """PyJWT reads JWKs, and PEM through the cryptography package; it cannot generate keys."""

    package = "PyJWT"

    def key(self, data, alg, token=None):
        import jwt

        if is_json(data) and "keys" in json.loads(data):
            keys = jwt.PyJWKSet.from_dict(json.loads(data)).keys
            kid = token and token_kid(token)
            signing = [key for key in keys if key.public_key_use in ("sig", None)]  # as its PyJWKClient does
            return next(key for key in signing if kid is None or key.key_id == kid)
        if is_json(data):
            return jwt.PyJWK.from_dict(json.loads(data), algorithm=alg)
        if is_encrypted(data):
            from cryptography.hazmat.primitives.serialization import load_pem_private_key

            return load_pem_private_key(data, passphrase().encode())
        return data

    def sign(self, alg, data, claims):
        import jwt

        kid = json.loads(data).get("kid") if is_json(data) else None
        return jwt.encode(claims, self.key(data, alg), algorithm=alg, headers={"kid": kid} if kid else None)

    def verify(self, alg, data, token):
        import jwt

        options = {"require": ["exp"], "verify_aud": False}  # the others do not demand an audience either
        return jwt.decode(token, self.key(data, alg, token), algorithms=[alg], options=options)

    def generate(self, alg):
        import jwt
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

        algorithm = jwt.algorithms.get_default_algorithms()[alg]
        if alg.startswith("HS"):
            return {"jwk": json.loads(algorithm.to_jwk(os.urandom(int(alg[2:]) // 8)))}
        curves = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1}
        if alg in curves:
            key = ec.generate_private_key(curves[alg]())
        elif alg[:2] in ("RS", "PS"):
            key = rsa.generate_private_key(65537, 2048)
        else:
            key = ed25519.Ed25519PrivateKey.generate()

        def pem(encryption):
            return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, encryption).decode()

        public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
        return {
            "jwk": json.loads(algorithm.to_jwk(key)),
            "public_jwk": json.loads(algorithm.to_jwk(key.public_key())),
            "pem": pem(form.NoEncryption()),
            "public_pem": public.decode(),
            "encrypted_pem": pem(form.BestAvailableEncryption(passphrase().encode())),
        }


class JwCrypto:
    package = "jwcrypto"

    def key(self, data):
        from jwcrypto import jwk

        if is_json(data) and "keys" in json.loads(data):
            return jwk.JWKSet.from_json(data.decode())
        if is_json(data):
            return jwk.JWK.from_json(data.decode())
        if is_pem(data):
            return jwk.JWK.from_pem(data, passphrase().encode() if is_encrypted(data) else None)
        return jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(data).rstrip(b"=").decode())

    def sign(self, alg, data, claims):
        from jwcrypto import jwt

        key = self.key(data)
        header = {"alg": alg, "typ": "JWT"} | ({"kid": key["kid"]} if key.get("kid") else {})
        token = jwt.JWT(header=header, claims=claims, algs=[alg])
        token.make_signed_token(key)
        return token.serialize()

    def verify(self, alg, data, token):
        from jwcrypto import jwt

        return json.loads(jwt.JWT(jwt=token, key=self.key(data), algs=[alg], check_claims={"exp": None}).claims)

    def generate(self, alg):
        from jwcrypto import jwk

        if alg.startswith("HS"):
            return {"jwk": jwk.JWK.generate(kty="oct", size=int(alg[2:]), kid="peer", alg=alg).export(as_dict=True)}
        if alg in CURVES:
            key = jwk.JWK.generate(kty="EC", crv=CURVES[alg], kid="peer", use="sig")
        elif alg[:2] in ("RS", "PS"):
            key = jwk.JWK.generate(kty="RSA", size=2048, kid="peer", use="sig")
        else:
            key = jwk.JWK.generate(kty="OKP", crv="Ed25519", kid="peer", use="sig")
        return {
            "jwk": key.export(as_dict=True),
            "public_jwk": key.export_public(as_dict=True),
            "pem": key.export_to_pem(private_key=True, password=None).decode(),
            "public_pem": key.export_to_pem().decode(),
            "encrypted_pem": key.export_to_pem(private_key=True, password=passphrase().encode()).decode(),
        }


class JoseRfc:
    package = "joserfc"

    def kind(self, alg):
        from joserfc import jwk

        return {"HS": jwk.OctKey, "RS": jwk.RSAKey, "PS": jwk.RSAKey, "ES": jwk.ECKey, "Ed": jwk.OKPKey}[alg[:2]]

    def key(self, data, alg):
        from joserfc import jwk

        if is_json(data) and "keys" in json.loads(data):
            return jwk.KeySet.import_key_set(json.loads(data))
        if is_json(data):
            return self.kind(alg).import_key(json.loads(data))
        return self.kind(alg).import_key(data, password=passphrase() if is_encrypted(data) else None)

    def sign(self, alg, data, claims):
        from joserfc import jwt

        key = self.key(data, alg)
        header = {"alg": alg} | ({"kid": key.kid} if key.kid else {})
        return jwt.encode(header, claims, key, algorithms=[alg])

    def verify(self, alg, data, token):
        from joserfc import jwt

        claims = jwt.decode(token, self.key(data, alg), algorithms=[alg]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        return claims

    def generate(self, alg):
        parameters = {"kid": "peer", "use": "sig", "alg": alg}
        if alg.startswith("HS"):
            return {"jwk": self.kind(alg).generate_key(int(alg[2:]), parameters).as_dict(private=True)}
        size = CURVES.get(alg) or (2048 if alg[:2] in ("RS", "PS") else "Ed25519")
        key = self.kind(alg).generate_key(size, parameters)
        return {
            "jwk": key.as_dict(private=True),
            "public_jwk": key.as_dict(private=False),
            "pem": key.as_pem(private=True).decode(),
            "public_pem": key.as_pem(private=False).decode(),
            "encrypted_pem": key.as_pem(private=True, password=passphrase()).decode(),
        }


PEERS = {"pyjwt": PyJwt, "jwcrypto": JwCrypto, "joserfc": JoseRfc}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def work(peer, job):
    alg = job["alg"]
    if job["op"] == "sign":
        return {"token": peer.sign(alg, read(job["key"]), job["claims"])}
    if job["op"] == "verify":
        return {"claims": peer.verify(alg, read(job["key"]), job["token"])}
    made = peer.generate(alg)
    return made | {"token": peer.sign(alg, json.dumps(made["jwk"]).encode(), job["claims"])}


def answer(peer, job):
    try:
        return work(peer, job)
    except Exception as error:  # a peer refuses with exceptions of many families
        return {"error": f"{type(error).__name__}: {error}"}


def main(arguments):
    if len(arguments) not in (2, 4) or arguments[0] not in PEERS:
        sys.exit(__doc__)
    peer = PEERS[arguments[0]]()
    if arguments[1] == "batch":
        answers = [answer(peer, job) for job in json.load(sys.stdin)["jobs"]]
        title = f"{peer.package} {importlib.metadata.version(peer.package)}"
        json.dump({"peer": title, "answers": answers}, sys.stdout)
        return 0
    op, alg, key = arguments[1:]
    given = {"claims": json.load(sys.stdin)} if op == "sign" else {"token": sys.stdin.read().strip()}
    said = answer(peer, {"op": op, "alg": alg, "key": key} | given)
    if "error" in said:
        print(said["error"], file=sys.stderr)
        return 1
    print(said["token"] if op == "sign" else json.dumps(said["claims"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
