"""Keeping the log of this run off the screen while the whole terminal is drawn on."""

import io
import logging
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

KEPT_LINES = 1000
"""How many of the last lines are shown afterwards: a shop may be open for days."""


class _LastLines(io.TextIOBase):
    """Takes what a handler writes, a record at a time."""

    def __init__(self) -> None:
        self.kept: deque[str] = deque(maxlen=KEPT_LINES)

    def write(self, text: str) -> int:
        self.kept.append(text)
        return len(text)


@contextmanager
def log_held_back() -> Iterator[None]:
    """Keep what would be logged to stderr (-v), and write the last of it there when the terminal is as it was."""
    lines = _LastLines()
    held = [each for each in _handlers() if isinstance(each, logging.StreamHandler) and each.stream is sys.stderr]
    last_resort, logging.lastResort = logging.lastResort, None  # it would write warnings across the page
    for each in held:
        each.setStream(lines)
    try:
        yield
    finally:
        logging.lastResort = last_resort
        for each in held:
            each.setStream(sys.stderr)
        sys.stderr.write("".join(lines.kept))


def _handlers() -> list[logging.Handler]:
    return [*logging.getLogger().handlers, *logging.getLogger("micromart").handlers]
