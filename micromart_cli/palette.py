"""Lamplight for a scrolling terminal: what must be read keeps the terminal's own colour, so any ground will do."""

import os
import sys
from functools import partial
from typing import Literal

from rich.console import Console
from rich.theme import Theme

_WIDEST = 4096
"""A pipe has no width; nothing is cut there."""
THEME = Theme(
    {
        "name": "bold",
        "label": "#8d8175",
        "ember": "bold #e2672f",
        "leaf": "#4c9c5b",
        "honey": "#b5851b",
        "rose": "#d8555f",
        "story": "not bold",
    }
)
"""Each is at least 3:1 on Lamplight's ink and on white paper alike."""
STATES = {
    "leaf": ("published", "open", "placed", "paid", "delivered", "sent", "packed", "shipped", "ok"),
    "honey": ("draft", "queued", "unpaid", "parked", "expired", "low", "dry run"),
    "rose": ("archived", "cancelled", "refunded", "returned", "dead", "disabled", "failed"),
}
_console = partial(Console, theme=THEME, markup=False, emoji=False, highlight=False, legacy_windows=False)
_STYLE_OF = {word: style for style, words in STATES.items() for word in words}


def style_of(word: str) -> str:
    """Return the colour of a state; it is always said in words too."""
    return _STYLE_OF.get(word, "")


def console_on_stdout(color: str) -> Console:
    """Return a console that colours when --color, CLICOLOR_FORCE, NO_COLOR or the terminal say so, in this order."""
    is_terminal = sys.stdout.isatty()
    return _console(
        file=sys.stdout,
        color_system=_depth(is_terminal=is_terminal) if wants_color(color, is_terminal=is_terminal) else None,
        force_terminal=wants_color(color, is_terminal=is_terminal),
        no_color=False,
        width=None if is_terminal else _WIDEST,
        soft_wrap=False,
    )


def console_on_stderr(color: str) -> Console:
    """Return a console for what only somebody at a terminal wants to see, such as a bar that moves."""
    is_terminal = sys.stderr.isatty()
    coloured = wants_color(color, is_terminal=is_terminal)
    return _console(
        file=sys.stderr,
        color_system=_depth(is_terminal=is_terminal) if coloured else None,
        force_terminal=is_terminal,
        no_color=not coloured,
    )


def wants_color(color: str, *, is_terminal: bool) -> bool:
    """Decide whether to colour."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal and os.environ.get("TERM", "") not in ("dumb", "")


def _depth(*, is_terminal: bool) -> Literal["standard", "256", "truecolor"]:
    """Return how many colours there are: what the terminal says, 256 where there is none to ask."""
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "truecolor"
    return "256" if not is_terminal or "256" in os.environ.get("TERM", "") else "standard"
