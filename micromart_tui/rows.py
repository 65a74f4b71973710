"""The small words of the look: rows of styled text that pages are put together from."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from rich.cells import cell_len
from textual.content import Content, Span
from textual.style import Style

from micromart_core.text import terminal_text

_CLAUSE_ENDS = re.compile(r"[:;,.] | \(| in ")
Part = str | Content | tuple[str, str | Style]


def row(*parts: Part) -> Content:
    """Put parts beside each other; a tuple is a text and its style. No text drives a terminal, whoever wrote it."""
    texts, spans, at = [], list[Span](), 0
    for part in parts:
        if isinstance(part, Content):
            text = part.plain
            spans += [Span(start + at, end + at, style) for start, end, style in part.spans] if at else part.spans
        elif isinstance(part, str):
            text = terminal_text(part)
        else:
            text = terminal_text(part[0])
            if part[1]:
                spans.append(Span(at, at + len(text), part[1]))
        texts.append(text)
        at += len(text)
    return Content("".join(texts), spans, strip_control_codes=False)


def spread(left: Content, right: Content, width: int) -> Content:
    """Put one text at each end of a row; the left one gives way when both do not fit."""
    gap = 1 if right.cell_length else 0
    room = max(0, width - right.cell_length - gap)
    if left.cell_length > room:
        left = left.truncate(room, ellipsis=True)
    return row(left, " " * max(gap, width - left.cell_length - right.cell_length), right)


def at_ends(left: Content, right: Content, width: int) -> Content:
    """Do as `spread`, for a right one that is not empty, in as few pieces as can be.

    What is between them looks like the end of the left one.
    """
    room = width - right.cell_length
    left = left.truncate(max(0, room - 1), ellipsis=True)
    gap, length = max(0, room - left.cell_length), len(left.plain)
    begins = length + gap
    spans = [Span(start, begins if end == length else end, style) for start, end, style in left.spans]
    spans += [Span(start + begins, end + begins, style) for start, end, style in right.spans]
    cells = left.cell_length + gap + right.cell_length
    return Content(f"{left.plain}{' ' * gap}{right.plain}", spans, cells, strip_control_codes=False)


def prose(text: str, width: int, style: str = "$sand") -> list[Content]:
    """Wrap a text, ten cells a row at least."""
    paragraphs = terminal_text(text, newlines=True).split("\n")
    lines = (_wrapped(paragraph, max(10, width)) or [""] for paragraph in paragraphs)
    return [Content.styled(line, style) for line in chain.from_iterable(lines)]


def _wrapped(paragraph: str, width: int) -> list[str]:
    """Part a paragraph where words end; by its letters only where each of them has one cell, which is much faster."""
    if cell_len(paragraph) == len(paragraph):
        return textwrap.wrap(paragraph, width)
    return [line.plain.strip() for line in Content(paragraph).wrap(width)]


def clause(text: str, room: int) -> str:
    """Return the beginning of a text that has room and ends with a clause of it; nothing where none is so short."""
    text = terminal_text(text)
    ends = [len(text), *(found.start() for found in _CLAUSE_ENDS.finditer(text))]
    return next((text[:end] for end in sorted(ends, reverse=True) if cell_len(text[:end]) <= room), "")


def beside(left: Sequence[Content], right: Sequence[Content], width: int, gap: int = 3) -> list[Content]:
    """Put two columns beside each other, the left one `width` cells wide."""
    blank = Content("")
    pairs = zip_longest(left, right, fillvalue=blank)
    return [row(fitted(first, width), " " * gap, second) for first, second in pairs]


def fitted(text: Content, width: int) -> Content:
    """Cut or fill a text to exactly so many cells."""
    return text.truncate(width, ellipsis=True, pad=True)


def on_ground(rows: Iterable[Content], width: int, ground: str, margin: int = 3) -> list[Content]:
    """Lay rows on a colour, with a margin on both sides."""
    edge = (" " * margin, f"on {ground}")
    return [row(edge, fitted(each, width - 2 * margin).stylize_before(f"on {ground}"), edge) for each in rows]


def pressing(key: str) -> Style:
    """Return the style of a text that a click presses this key for."""
    return Style.from_meta({"press": key})


def button(words: str, key: str, width: int, ground: str = "$ember") -> Content:
    """Draw a button that says which key presses it; a click presses it too."""
    shown = "↵" if key == "enter" else key
    label = f"  {words}{shown.rjust(max(2, width - 4 - len(words)))}  "
    return Content(label).stylize(f"bold $ink on {ground}").stylize(pressing(key))


def thought(label: str, rows: Sequence[Content], *, is_lit: bool = False) -> list[Content]:
    """Draw a labelled block; its edge lights where the cursor is."""
    edge = ("▌ ", "$ember" if is_lit else "$ink")
    names = [label, *[""] * (len(rows) - 1)]
    tone = "$sand" if is_lit else "$dust"
    return [row(edge, (f"{name:<9}", tone), each) for name, each in zip(names, rows, strict=True)]


def thinning(share: float, width: int, tone: str) -> Content:
    """Draw the rule that thins as time goes."""
    full = round(max(0.0, min(1.0, share)) * width)
    return row(("━" * full, tone), ("─" * (width - full), "$line"))


def things(count: int) -> str:
    """Write how many things: 1 thing, 4 things."""
    return f"{count} thing{'' if count == 1 else 's'}"
