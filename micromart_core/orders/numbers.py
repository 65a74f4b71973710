"""Order numbers that people can read aloud, and that do not tell how many orders there are."""

import re
import secrets

NUMBER_PREFIX = "MM-"
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O (read as 1 and 0) and no U."""
_LENGTH = 6
"""A billion numbers: with a million orders one draw in a thousand meets a taken one, and is drawn again."""
_READ_AS = str.maketrans("ILO", "110")
_NUMBER = re.compile(rf"(?:MM)?([{_SYMBOLS}]{{{_LENGTH}}})")


def new_number() -> str:
    """Return a number such as `MM-7Q2K4F`; the unique index finds one that is taken, and the order is run again."""
    return NUMBER_PREFIX + "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))


def number_in(text: str) -> str | None:
    """Return the number a person wrote or heard (`mm 7q2k4f`, O for 0, I for 1), None when it is none."""
    written = re.sub(r"[\s-]", "", text).upper().translate(_READ_AS)
    found = _NUMBER.fullmatch(written)
    return NUMBER_PREFIX + found[1] if found else None


def name_of(text: str) -> str:
    """Return what an order is found by: its number when the text reads as one, else the text as an id."""
    return number_in(text) or text.strip()
