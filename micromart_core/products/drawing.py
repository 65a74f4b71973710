"""Pictures as data: a drawing of a few shapes in the product's tint, or a PNG file; one column holds either.

A drawing is JSON, `{"shapes": [{"kind": "box", "points": [[0.2, 0.1], [0.8, 0.9]], "tone": -0.1, "radius": 0.05}]}`.
Points lie in a square of 1 by 1, the origin at its upper left corner; shapes are painted in order, the later ones
over the earlier. A tone is how much lighter (up to 1) or darker (down to -1) than the tint a shape is. A box and an
oval have two corners; a polygon and a line have as many points as they like; `radius` rounds a box, `width` is that of
a line, `hole` cuts the shape out of what lies below. Whoever paints it adds the ground and the shadow.
"""

import zlib
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Struct

from micromart_core.products.model import UnusablePicture

PNG = "image/png"
DRAWING = "application/vnd.micromart.drawing+json"
LARGEST_PICTURE = 256 * 1024
LONGEST_EDGE = 1024
"""Pixels; a small file can unfold to a very large picture."""
MOST_SHAPES = 200
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_LENGTH = 13

_Coordinate = Annotated[float, msgspec.Meta(ge=-1, le=2)]
_Tone = Annotated[float, msgspec.Meta(ge=-1, le=1)]
_Size = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Points = Annotated[tuple[tuple[_Coordinate, _Coordinate], ...], msgspec.Meta(min_length=2, max_length=100)]


class ShapeKind(StrEnum):
    """What a shape's points are: two corners, or a path."""

    BOX = "box"
    OVAL = "oval"
    POLYGON = "polygon"
    LINE = "line"


class Shape(Struct, frozen=True):
    """One shape of a drawing."""

    kind: ShapeKind
    points: _Points
    tone: _Tone = 0.0
    radius: _Size = 0.0
    width: _Size = 0.0
    hole: bool = False


class Drawing(Struct, frozen=True):
    """What a product looks like, at any size and on any ground."""

    shapes: Annotated[tuple[Shape, ...], msgspec.Meta(min_length=1, max_length=MOST_SHAPES)]

    def to_json(self) -> bytes:
        """Write the drawing as a picture's content."""
        return msgspec.json.encode(self)


def read_drawing(content: bytes) -> Drawing:
    """Read a drawing; raise UnusablePicture when it is malformed."""
    try:
        return msgspec.json.decode(content, type=Drawing)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnusablePicture(f"as a drawing: {error}") from error


def media_type_of(content: bytes) -> str:
    """Return what a picture's content is, after checking that it can be shown; raise UnusablePicture."""
    if len(content) > LARGEST_PICTURE:
        raise UnusablePicture(f"it has {len(content)} bytes; at most {LARGEST_PICTURE} are allowed")
    if content.startswith(_SIGNATURE):
        _check_png(content)
        return PNG
    if content.lstrip().startswith(b"{"):
        read_drawing(content)
        return DRAWING
    raise UnusablePicture("it begins neither like a PNG file nor like a drawing")


def _check_png(content: bytes) -> None:
    """Walk the chunks: each whole and with its checksum, a header of a sane size first, an end last."""
    place, names = len(_SIGNATURE), list[bytes]()
    while place < len(content):
        length = int.from_bytes(content[place : place + 4])
        name, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        checksum = content[place + 8 + length : place + 12 + length]
        if len(checksum) < len(name) or int.from_bytes(checksum) != zlib.crc32(name + body):
            raise UnusablePicture("the PNG file is damaged")
        if not names:
            _check_header(name, body)
        names.append(name)
        place += 12 + length
    if b"IDAT" not in names or names[-1] != b"IEND":
        raise UnusablePicture("the PNG file is not complete")


def _check_header(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != _HEADER_LENGTH:
        raise UnusablePicture("the PNG file has no header")
    width, height = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
    if not (0 < width <= LONGEST_EDGE and 0 < height <= LONGEST_EDGE):
        raise UnusablePicture(f"it is {width} by {height} pixels; at most {LONGEST_EDGE} by {LONGEST_EDGE} are allowed")
