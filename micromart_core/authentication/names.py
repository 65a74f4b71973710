"""What a user may be called, what an e-mail address looks like, and when two of them are the same."""

import re
import unicodedata

from micromart_core.errors import InvalidValue
from micromart_core.text import clean_line

SHORTEST_NAME, LONGEST_NAME, LONGEST_EMAIL = 2, 32, 254
_RESERVED = {"guest", "micromart"}
"""Actors that are nobody's account; a user so named could be mistaken for them in the audit."""
_SIGNS = "._-"
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,31}")


class BadUsername(InvalidValue):
    """This cannot be a user name."""

    code = "user.bad_name"

    def __init__(self, why: str) -> None:
        super().__init__(
            "This cannot be a user name.",
            why=why,
            hint=f"{SHORTEST_NAME} to {LONGEST_NAME} letters, digits, dots, dashes and underscores",
        )


class BadEmail(InvalidValue):
    """This is no e-mail address the shop can write to."""

    code = "user.bad_email"

    def __init__(self) -> None:
        super().__init__(
            "This is no e-mail address.",
            why="an address looks like ann@example.com, in plain ASCII",
            hint="write a domain of other letters in its xn-- form",
        )


def name_key(name: str) -> str:
    """Return what two spellings of the same name share: NFKC, then case folded, then NFKC again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def is_of_the_shop(name: str) -> bool:
    """True for what the trail calls a guest, the shop itself, a script (client:) or an operator (operator:)."""
    key = name_key(name)
    return key in _RESERVED or ":" in key


def clean_username(name: str) -> str:
    """Return a user name as it is stored; raise InvalidValue for what cannot be one."""
    cleaned = clean_line("user name", name, longest=LONGEST_NAME)
    if len(cleaned) < SHORTEST_NAME:
        raise BadUsername("it is too short")
    if name_key(cleaned) in _RESERVED:
        raise BadUsername("the shop keeps this name for itself")
    if not cleaned[0].isalnum() or any(not _may_stand_in_a_name(sign) for sign in cleaned):
        raise BadUsername("it begins with a letter or digit, and has no blanks or other signs")
    return cleaned


def clean_email(email: str) -> str:
    """Return an e-mail address as it is stored; raise InvalidValue for what is none."""
    cleaned = clean_line("e-mail address", email, longest=LONGEST_EMAIL)
    if not _EMAIL.fullmatch(cleaned) or "=?" in cleaned:  # an encoded word of a letter's header (RFC 2047)
        raise BadEmail
    return cleaned


def clean_client_name(name: str) -> str:
    """Return the name of an automation client; raise InvalidValue unless it is a slug."""
    if not _SLUG.fullmatch(name):
        raise InvalidValue(
            "This cannot name an automation client.",
            why="a name is 2 to 32 small letters, digits and dashes, a letter first",
            hint="for example: nightly-stock",
        )
    return name


def _may_stand_in_a_name(sign: str) -> bool:
    return sign.isalnum() or sign in _SIGNS or unicodedata.category(sign).startswith("M")
