"""Secrets a person types or a file keeps: mailed codes, and the hash that is all the database sees of any of them."""

import hashlib
import secrets

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs nobody mistakes for each other; twelve of them are 59 bits."""
_GROUPS, _GROUP = 3, 4


def new_code() -> str:
    """Return a new code such as RJ62-8KQM-WXYZ."""
    signs = [secrets.choice(CODE_SIGNS) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(signs[start : start + _GROUP]) for start in range(0, len(signs), _GROUP))


def hash_code(typed: str) -> str:
    """Return what the database knows of a code, however it was typed: small letters, blanks or no dashes."""
    return hash_secret("".join(sign for sign in typed.upper() if sign in CODE_SIGNS))


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret that is random enough to need no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
