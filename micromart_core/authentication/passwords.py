"""Which passwords are refused: too short, too long, too common, or the person's own name."""

import unicodedata
from functools import cache
from importlib.resources import files

from micromart_core.authentication.model import WeakPassword
from micromart_core.authentication.names import name_key

SHORTEST, LONGEST = 12, 128
_LEET = str.maketrans("@4301!$57", "aaeoiisst")
_FEWEST_SIGNS = 4
"""Fewer different signs than this are a pattern, whatever the length."""
_STRAIGHTS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm")


def normal_password(password: str) -> str:
    """Return the password as it is compared: NFC, so that é is é on every keyboard."""
    return unicodedata.normalize("NFC", password)


def refuse_weak(password: str, username: str, email: str) -> None:
    """Raise WeakPassword for a password that would be guessed; there is no rule about which signs it has."""
    length = len(normal_password(password))
    if length < SHORTEST:
        raise WeakPassword(f"it has {length} characters; {SHORTEST} are the fewest")
    if length > LONGEST:
        raise WeakPassword(f"it has {length} characters; {LONGEST} are the most")
    if any(unicodedata.category(sign) == "Cs" for sign in password):
        raise WeakPassword("part of it is no Unicode character")
    key = name_key(password)
    own = {name_key(username), name_key(email), name_key(email.partition("@")[0])}
    if own & {key, _core(key)} - {""}:
        raise WeakPassword("it is your own name or address")
    if _is_common(key) or _is_pattern(key):
        raise WeakPassword("it is among the first that are tried")


@cache
def common_passwords() -> frozenset[str]:
    """Return the shipped list of common passwords, in small letters."""
    text = files("micromart_core.authentication").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _is_common(key: str) -> bool:
    """True for a listed password, also with digits and signs around it, written twice, or in leet."""
    core = _core(key)
    tried = {key, core, key.translate(_LEET), core.translate(_LEET), _core(key.translate(_LEET))}
    return not common_passwords().isdisjoint(tried | {_once(text) for text in tried})


def _is_pattern(key: str) -> bool:
    """True for few different signs, and for straights of digits, letters or keys."""
    if len(set(_once(key))) < _FEWEST_SIGNS:
        return True
    return any(key in straight * 5 or key in straight[::-1] * 5 for straight in _STRAIGHTS)


def _core(key: str) -> str:
    """Return what is left without the digits and signs in front and behind."""
    letters = [place for place, sign in enumerate(key) if sign.isalpha()]
    return key[letters[0] : letters[-1] + 1] if letters else ""


def _once(text: str) -> str:
    """Return the shortest text that, repeated, is this one."""
    place = (text + text).find(text, 1)
    return text[:place] if text else text
