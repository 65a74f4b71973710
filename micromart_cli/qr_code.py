"""A QR code for the terminal: two rows of squares a line, in its own black and white."""

import shutil
import sys

from micromart_cli.palette import wants_color

_QUIET_ZONE = 2
"""Squares of white around it; four are the norm, two are read as well and fit small windows."""
_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""The upper and the lower square, dark or not; white is drawn, since most terminals are dark."""
_WHITE_ON_BLACK, _RESET = "\x1b[97;40m", "\x1b[0m"


def qr_code(text: str, color: str) -> str | None:
    """Return the lines of a QR code for stderr, None where it cannot be shown or would be cut."""
    import segno

    rows = [[bool(square) for square in row] for row in segno.make_qr(text, error="l").matrix_iter(border=_QUIET_ZONE)]
    size = shutil.get_terminal_size()
    if not (sys.stderr.encoding or "").lower().startswith("utf") or len(rows) >= min(size.columns, 2 * size.lines):
        return None
    before, after = (_WHITE_ON_BLACK, _RESET) if wants_color(color, is_terminal=True) else ("", "")
    return "".join(f"{before}{line}{after}\n" for line in _lines(rows))


def _lines(rows: list[list[bool]]) -> list[str]:
    lower = [*rows[1::2], [False] * len(rows[0])]
    return ["".join(_BLOCKS[pair] for pair in zip(*both, strict=True)) for both in zip(rows[::2], lower, strict=False)]
