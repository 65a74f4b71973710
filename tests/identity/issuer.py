"""An issuer in memory that misbehaves on demand: real ES256 keys, spoken to over WSGI."""

import json
import time
from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from micromart_core.adapters.keycloak.wire import Wire

ISSUER = "https://id.example.org/realms/micromart"
REALM = "/realms/micromart"
ENDPOINT = f"{ISSUER}/protocol/openid-connect"
AUDIENCE, CLIENT = "micromart", "micromart-cli"
DESCRIPTION = {
    "issuer": ISSUER,
    "jwks_uri": f"{ENDPOINT}/certs",
    "token_endpoint": f"{ENDPOINT}/token",
    "device_authorization_endpoint": f"{ENDPOINT}/auth/device",
    "revocation_endpoint": f"{ENDPOINT}/revoke",
    "introspection_endpoint": f"{ENDPOINT}/token/introspect",
}


class SigningKey:
    """A key pair of an issuer."""

    def __init__(self, key_id: str, algorithm: str = "ES256", use: str = "sig") -> None:
        self.key_id, self.algorithm, self.use = key_id, algorithm, use
        is_rsa = algorithm.startswith("RS")
        self.private = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> dict:
        """The key as the issuer publishes it."""
        maker = RSAAlgorithm if self.algorithm.startswith("RS") else ECAlgorithm
        facts = maker.to_jwk(self.private.public_key(), as_dict=True)
        return facts | {"kid": self.key_id, "alg": self.algorithm, "use": self.use}

    def sign(self, claims: dict, **header) -> str:
        """Return a token of this key."""
        said = {"typ": "at+jwt", "kid": self.key_id} | header
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.api_jws.encode(json.dumps(claims).encode(), self.private, self.algorithm, kept)


class Issuer:
    """Answers each path as it was told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.keys = [SigningKey("first")]
        self.description: object = dict(DESCRIPTION)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, list] = {}
        """By the end of a path: what is answered next, each (status, body) or an exception to raise."""
        self.wire = Wire(httpx.WSGITransport(self, raise_app_exceptions=True))

    def claims(self, **other) -> dict:
        """Return the claims of a good token, some of them changed; None takes one out."""
        now = int(time.time())
        good = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "azp": CLIENT,
            "typ": "Bearer",
            "sub": "7c1d",
            "exp": now + 300,
            "iat": now,
            "preferred_username": "ann",
            "email": "ann@example.org",
            "email_verified": True,
            "resource_access": {AUDIENCE: {"roles": ["cart:own", "order:place", "world:rule"]}},
        }
        return {name: value for name, value in (good | other).items() if value is not None}

    def token(self, **other) -> str:
        """Return a token signed by the newest key."""
        return self.keys[-1].sign(self.claims(**other))

    def count(self, path: str) -> int:
        """Return how often a path with this end was asked."""
        return sum(asked.endswith(path) for asked, _ in self.asked)

    def __call__(self, environ, start_response):
        """Answer as a WSGI application."""
        path = environ["PATH_INFO"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append((path, dict(parse_qsl(body.decode()))))
        answer = self._answer_to(path)
        if isinstance(answer, Exception):
            raise answer
        status, said, *headers = answer
        start_response(f"{status} -", [("Content-Type", "application/json"), *headers])
        return said if not isinstance(said, dict | list) else [json.dumps(said).encode()]

    def _answer_to(self, path: str):
        for end, queued in self.answers.items():
            if path.endswith(end) and queued:
                return queued.pop(0)
        if path.endswith("/.well-known/openid-configuration"):
            return 200, self.description
        if path.endswith("/certs"):
            return 200, {"keys": [key.public for key in self.keys]}
        return 404, {"error": "unknown"}


def encoded(part: object) -> str:
    """Return one part of a token, of an object or of raw bytes."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
