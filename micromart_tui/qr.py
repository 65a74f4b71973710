"""A link as a picture that a telephone reads: dark on a light ground, two rows of squares a line."""

from functools import lru_cache

import segno
from textual.content import Content

from micromart_tui.rows import row

_BLOCKS = {(False, False): " ", (False, True): "▄", (True, False): "▀", (True, True): "█"}
"""The upper and the lower square, dark or not."""


@lru_cache(maxsize=4)
def qr_rows(link: str, border: int) -> list[Content]:
    """Return the rows of the picture, with so many light squares around it; dark on light in every look of the shop."""
    squares = [[bool(each) for each in line] for line in segno.make_qr(link, error="l").matrix_iter(border=border)]
    lower = [*squares[1::2], [False] * len(squares[0])]
    pairs = zip(squares[::2], lower, strict=False)
    style = "$pen on $sheet"
    return [row(("".join(_BLOCKS[pair] for pair in zip(*both, strict=True)), style)) for both in pairs]
