"""The words of a letter on a sheet: what stands in columns there stays in columns on a narrower one."""

import re
import textwrap
from itertools import pairwise

from textual.content import Content

from micromart_core.text import terminal_text

_COLUMN = re.compile(r"( *)\S+ {2,}(?=\S)")
"""An amount, and the gap before what it is for."""
_NARROWEST = 10
_LETTER = 72
"""Cells of a line of prose in a letter; one that has no room for the next word was broken there."""


def letter_rows(text: str, width: int) -> list[Content]:
    """Wrap a letter; rows in columns give up their margin first, and go on below where their words began."""
    lines = _unbroken(terminal_text(text, newlines=True).split("\n"), width)
    margin = _margin_to_spare(lines, width)
    drawn = []
    for line in lines:
        amount = _COLUMN.match(line)
        kept = line[margin:] if amount else line
        indent = " " * (amount.end() - margin if amount else len(line) - len(line.lstrip()))
        drawn += textwrap.wrap(kept, max(width, len(indent) + _NARROWEST), subsequent_indent=indent) or [""]
    return [Content.styled(each, "$pen") for each in drawn]


def _unbroken(lines: list[str], width: int) -> list[str]:
    """Join prose that goes on in the next line where it must be broken anew: else a word would stand alone there."""
    joined = [lines[0]]
    for before, line in pairwise(lines):
        goes_on = before[:1].strip() and line[:1].strip() and len(before) + 1 + len(line.split()[0]) > _LETTER
        if goes_on and len(before) > width:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _margin_to_spare(lines: list[str], width: int) -> int:
    """Return how many cells all rows in columns can be moved to the left, when one of them is too long."""
    columns = [(line, len(found[1])) for line in lines if (found := _COLUMN.match(line))]
    too_long = max((len(line) - width for line, _ in columns), default=0)
    return max(0, min(too_long, *(margin for _, margin in columns))) if columns else 0
