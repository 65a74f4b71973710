"""The forged tokens: each a name and how it is made, from the issuer's keys or an attacker's."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.identity.issuer import CLIENT, ISSUER, Issuer, SigningKey, encoded

ZEROS = bytes(64)
NOW = int(time.time())
"""When the tests began to be collected; the one that uses it may come many minutes later."""
DAY = 86_400


def unsigned(issuer: Issuer, algorithm: str, signature: str = "") -> str:
    header = {"alg": algorithm, "typ": "at+jwt", "kid": "first"}
    return f"{encoded(header)}.{encoded(issuer.claims())}.{signature}"


def by_secret(issuer: Issuer, secret: bytes) -> str:
    body = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'first'})}.{encoded(issuer.claims())}"
    return f"{body}.{encoded(hmac.digest(secret, body.encode(), hashlib.sha256))}"


def public_pem(issuer: Issuer) -> bytes:
    return issuer.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def with_part(token: str, place: int, part: str) -> str:
    parts = token.split(".")
    parts[place] = part
    return ".".join(parts)


def said(**claims) -> Callable[[Issuer], str]:
    return lambda issuer: issuer.token(**claims)


def headed(**header) -> Callable[[Issuer], str]:
    return lambda issuer: issuer.keys[0].sign(issuer.claims(), **header)


def attacked(**header) -> Callable[[Issuer], str]:
    """Sign by a key of the attacker's that calls itself the issuer's."""
    return lambda issuer: SigningKey("first").sign(issuer.claims(), **header)


def with_own_key_inside(issuer: Issuer) -> str:
    key = SigningKey("first")
    return key.sign(issuer.claims(), jwk=key.public)


def signed_raw(issuer: Issuer, payload: bytes) -> str:
    """Sign a payload that no JSON writer would write."""
    import jwt

    header = {"typ": "at+jwt", "kid": "first"}
    return jwt.api_jws.encode(payload, issuer.keys[0].private, "ES256", header)


def twice_for_somebody(issuer: Issuer) -> str:
    claims = json.dumps(issuer.claims(aud="another"))
    return signed_raw(issuer, (claims[:-1] + ', "aud": "micromart"}').encode())


def by_key_of_another_kind(issuer: Issuer) -> str:
    return issuer.keys[0].sign(issuer.claims(), kid="rsa")


FORGED: dict[str, Callable[[Issuer], str]] = {
    "alg none": lambda issuer: unsigned(issuer, "none"),
    "alg None": lambda issuer: unsigned(issuer, "None"),
    "alg NONE": lambda issuer: unsigned(issuer, "NONE"),
    "alg none, old signature": lambda issuer: unsigned(issuer, "none", issuer.token().split(".")[2]),
    "HS256 keyed by the public PEM": lambda issuer: by_secret(issuer, public_pem(issuer)),
    "HS256 keyed by the JWK": lambda issuer: by_secret(issuer, json.dumps(issuer.keys[0].public).encode()),
    "HS256 with an empty key": lambda issuer: by_secret(issuer, b""),
    "payload changed": lambda issuer: with_part(issuer.token(), 1, encoded(issuer.claims(sub="another"))),
    "signature stripped": lambda issuer: with_part(issuer.token(), 2, ""),
    "signature all zeros": lambda issuer: with_part(issuer.token(), 2, encoded(ZEROS)),
    "attacker's key, same kid": attacked(),
    "attacker's key in the header": with_own_key_inside,
    "jku header": attacked(jku="https://evil.example/keys"),
    "x5u header": attacked(x5u="https://evil.example/certificate"),
    "x5c header": attacked(x5c=["MIIB"]),
    "kid is a path": attacked(kid="../../dev/null"),
    "kid is SQL": attacked(kid="' UNION SELECT 'key"),
    "kid missing": headed(kid=None),
    "kid is a number": lambda issuer: with_part(
        issuer.token(), 0, encoded({"alg": "ES256", "typ": "at+jwt", "kid": 1})
    ),
    "kid of an encryption key": lambda issuer: issuer.keys[1].sign(issuer.claims()),
    "RS256 key of the realm, not allowed": lambda issuer: issuer.keys[2].sign(issuer.claims()),
    "ES256 header, kid of the RSA key": by_key_of_another_kind,
    "kid of a key that was never published": lambda issuer: SigningKey("ghost").sign(issuer.claims()),
    "expired": said(exp=NOW - 40),
    "expired long ago": said(exp=NOW - DAY),
    "no exp": said(exp=None),
    "exp as a string": said(exp=str(NOW + DAY)),
    "exp is true": said(exp=True),
    "iat as a string": said(iat=str(NOW)),
    "no iat": said(iat=None),
    "nbf in the future": said(nbf=NOW + DAY),
    "iat in the future": said(iat=NOW + DAY),
    "wrong issuer": said(iss="https://evil.example/realms/micromart"),
    "issuer with a slash": said(iss=ISSUER + "/"),
    "issuer of another realm": said(iss="https://id.example.org/realms/master"),
    "wrong audience": said(aud="account"),
    "audiences without this shop": said(aud=["account", "broker"]),
    "audience missing": said(aud=None),
    "audience said twice": twice_for_somebody,
    "wrong client": said(azp="another-client"),
    "client missing": said(azp=None),
    "id token": lambda issuer: issuer.keys[0].sign(issuer.claims(typ="ID", aud=CLIENT), typ="JWT"),
    "id token for this shop": said(typ="ID"),
    "refresh token": said(typ="Refresh"),
    "header of any JWT": headed(typ="JWT"),
    "header without a type": headed(typ=""),
    "subject missing": said(sub=None),
    "subject empty": said(sub=""),
    "subject longer than OpenID Connect allows": said(sub="7" * 256),
    "subject that drives a terminal": said(sub="7c1d\x1b]0;owned"),
    "subject of half a character": said(sub="\ud800"),
    "iat beyond any clock": said(iat=10**400),
    "nbf beyond any clock": said(nbf=10**400),
    "exp beyond any clock": said(exp=10**400),
    "subject a number": lambda issuer: signed_raw(issuer, json.dumps(issuer.claims(sub=7)).encode()),
    "crit header": headed(crit=["exp"]),
    "five parts": lambda issuer: f"{issuer.token()}.a.b",
    "a megabyte": said(padding="x" * 1_000_000),
    "empty": lambda issuer: "",
    "junk": lambda issuer: "\x00\xff\ud800",
    "JSON nested 5000 deep": lambda issuer: signed_raw(issuer, b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "payload is a list": lambda issuer: signed_raw(issuer, b"[]"),
    "permissions of another shape": said(resource_access={"micromart": ["order:place"]}),
}
