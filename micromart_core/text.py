"""Text that other people wrote: refused where it is written, made harmless where it is shown."""

import unicodedata

from micromart_core.errors import InvalidValue

MOST_MARKS = 4
"""Combining marks kept on one base; real scripts need no more, pranks do."""
_JOINERS = "\u200c\u200d"
"""Persian and emoji need them; they count as marks, so that they cannot pile up."""
_UNSEEN = {
    0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2028, 0x2029, 0x3164, 0xFFA0,
    *range(0xE0000, 0xE0080),
}  # fmt: skip
"""Drawn as nothing, or breaking lines; bidi controls and zero-width characters are all of category Cf."""
_DELETE, _FIRST_C1 = 0x7F, 0x80
_PICTURES = 0x2400
_LONE_MARK_STANDS_ON = "\N{DOTTED CIRCLE}"


class NotPlainText(InvalidValue):
    """A text holds a character that could drive or deceive a terminal."""

    code = "text.not_plain"

    def __init__(self, field: str, culprit: str) -> None:
        self.field, self.culprit = field, culprit
        super().__init__(
            f"The {field} holds a character that is not allowed.",
            why=f"{culprit} is not plain text",
            hint="remove it, or type the text anew",
        )


class WrongLength(InvalidValue):
    """A text is empty or too long."""

    code = "text.length"

    def __init__(self, field: str, length: int, longest: int) -> None:
        self.field, self.length, self.longest = field, length, longest
        super().__init__(
            f"The {field} is too long." if length else f"The {field} is empty.",
            why=f"it has {length} characters; 1 to {longest} are allowed",
            hint=f"shorten the {field}" if length else f"give a {field}",
        )


def terminal_text(text: str, *, newlines: bool = False) -> str:
    """Return the text with everything made harmless that could move, colour, reorder or hide what a terminal shows."""
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(_harmless(character, newlines=newlines) for character in text)
    return _with_few_marks(unicodedata.normalize("NFC", shown))


def storable(text: str, *, longest: int) -> str:
    """Return the text as any database takes it: NUL and lone surrogates written out, the rest beyond `longest` cut."""
    whole = text.replace("\0", r"\x00").encode("utf-8", "backslashreplace").decode()
    return whole if len(whole) <= longest else f"{whole[:longest]} .. ({len(whole):,} characters)"


def drives_terminal(character: str) -> bool:
    """True for a character that a terminal may obey instead of showing it."""
    return _harmless(character, newlines=False) != character


def clean_line(field: str, text: str, *, longest: int, required: bool = True) -> str:
    """Return one line in NFC without blanks around it; raise InvalidValue for control, bidi or unseen characters."""
    return _clean(field, text.strip(), longest=longest, required=required, newlines=False)


def clean_text(field: str, text: str, *, longest: int, required: bool = True) -> str:
    """Return text of several lines, checked like a line; tabs become blanks and line ends newlines."""
    lines = text.replace("\r\n", "\n").replace("\t", "    ").strip()
    return _clean(field, lines, longest=longest, required=required, newlines=True)


def _clean(field: str, text: str, *, longest: int, required: bool, newlines: bool) -> str:
    normal = unicodedata.normalize("NFC", text)
    if len(normal) > longest or (required and not normal):
        raise WrongLength(field, len(normal), longest)
    for character in normal:
        if _harmless(character, newlines=newlines) != character:
            raise NotPlainText(field, f"U+{ord(character):04X}")
    if _with_few_marks(normal) != normal:
        raise NotPlainText(field, f"a mark without a letter, or more than {MOST_MARKS} on one")
    return normal


def _harmless(character: str, *, newlines: bool) -> str:
    """Return what is shown for one character: itself, a picture of it, or nothing."""
    point = ord(character)
    category = unicodedata.category(character)
    if category == "Cc":
        return character if newlines and character == "\n" else _picture(point)
    if point in _UNSEEN or category == "Cs" or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _picture(point: int) -> str:
    if point == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    return chr(_PICTURES + point) if point < _FIRST_C1 else "\N{REPLACEMENT CHARACTER}"


def _with_few_marks(text: str) -> str:
    """Drop marks beyond the fourth on one base, and stand a mark without a base on a circle, not on our own text."""
    kept: list[str] = []
    marks = -1
    for character in text:
        if unicodedata.category(character).startswith("M") or character in _JOINERS:
            marks += 1
            if marks == 0:
                kept.append(_LONE_MARK_STANDS_ON)
                marks = 1
            if marks > MOST_MARKS:
                continue
        else:
            marks = -1 if character == "\n" else 0
        kept.append(character)
    return "".join(kept)
