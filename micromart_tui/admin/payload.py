"""What a message carries, as rows that a person can read."""

import json
from collections.abc import Iterator, Sequence

from textual.content import Content

from micromart_tui.rows import fitted, prose, row

_LABEL, _LEAST = 20, 9
"""Cells for the names on wide and on slim pages."""
_DEEPEST = 6
"""Levels that are told apart; what lies deeper is shown as it was written."""
_MOST = 200
"""Rows that are told of one message; a shop's own has far fewer."""
Named = tuple[str, str]


def label_width(width: int) -> int:
    """Return how many cells the names take."""
    return max(_LEAST, min(_LABEL, width // 3))


def named_rows(pairs: Sequence[Named], width: int, tone: str = "$sand") -> list[Content]:
    """Put names at the left, and what they say, wrapped, at their right."""
    label, drawn = label_width(width), []
    for name, text in pairs:
        lines = prose(text, width - label - 1, tone) or [row()]
        names = [name, *[""] * (len(lines) - 1)]
        drawn += [row(fitted(row((each, "$dust")), label), " ", line) for each, line in zip(names, lines, strict=True)]
    return drawn


def payload_rows(body: object, width: int) -> list[Content]:
    """Draw what a message carries, one row for each thing it says."""
    told = list(_told(body, "", 0))
    rows = named_rows(told[:_MOST], width)
    return rows if len(told) <= _MOST else [*rows, row((f"and {len(told) - _MOST} more", "$dust"))]


def _told(said: object, name: str, depth: int) -> Iterator[Named]:
    if isinstance(said, dict) and said and depth < _DEEPEST:
        for key, each in said.items():
            yield from _told(each, f"{name} {_words(str(key))}".strip(), depth + 1)
    elif isinstance(said, list) and depth < _DEEPEST and any(isinstance(each, dict | list) for each in said):
        for number, each in enumerate(said, 1):
            within = [text for _, text in _told(each, "", depth + 1)] if isinstance(each, list) else None
            row_name = f"{name} {number}".strip()
            yield from [(row_name, ", ".join(within))] if within else _told(each, row_name, depth + 1)
    elif isinstance(said, list) and all(not isinstance(each, dict | list) for each in said):
        yield name, ", ".join(_scalar(each) for each in said) or "none"
    else:
        yield name, _scalar(said)


def _words(key: str) -> str:
    return key.replace("_", " ")


def _scalar(said: object) -> str:
    if said is None:
        return "none"
    if isinstance(said, bool):
        return "yes" if said else "no"
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
