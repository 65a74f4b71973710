"""Product pictures painted for a terminal: any size, two pixels a cell, on any ground."""

import io
import threading

from PIL import Image, ImageChops, ImageDraw
from textual.cache import LRUCache
from textual.color import Color
from textual.content import Content
from textual.style import Style

from micromart_core.errors import InvalidValue
from micromart_core.products.drawing import DRAWING, Shape, ShapeKind, read_drawing
from micromart_core.products.model import Picture

_FINER = 12
"""How many times finer than its pixels a drawing is painted, before it is made smaller."""
_SHADOW = (0.14, 0.84, 0.86, 0.97), (0, 0, 0, 70)
_painted_before: LRUCache[tuple[Picture, str, str, int], tuple[Content, ...]] = LRUCache(256)
_looking = threading.Lock()
"""Held by who looks there or adds to it: pictures are painted beside the screens, in threads."""


def half_blocks(picture: Picture, tint: str, ground: str, size: int) -> tuple[Content, ...]:
    """Return a picture as `size / 2` rows of `size` cells: the upper and the lower pixel of each are its two colours.

    A picture that cannot be read is an empty ground.
    """
    key = picture, tint, ground, size
    with _looking:
        rows = _painted_before.get(key)
    if rows is None:
        pixels = _on_ground(_painted(picture, tint, size), ground, size)
        rows = tuple(_row_of(pixels, y, size) for y in range(0, size, 2))
        with _looking:
            _painted_before[key] = rows
    return rows


def is_painted(picture: Picture, tint: str, ground: str, size: int) -> bool:
    """Say whether `half_blocks` has the picture ready; otherwise it takes a screen some milliseconds."""
    with _looking:
        return (picture, tint, ground, size) in _painted_before


def _row_of(pixels: Image.Image, y: int, size: int) -> Content:
    cells = [(_colour(pixels, x, y), _colour(pixels, x, y + 1)) for x in range(size)]
    return Content.assemble(*(("▀", Style(foreground=upper, background=lower)) for upper, lower in cells))


def _colour(pixels: Image.Image, x: int, y: int) -> Color:
    value = pixels.getpixel((x, y))
    red, green, blue = value if isinstance(value, tuple) else (0, 0, 0)
    return Color(red, green, blue)


def _on_ground(painted: Image.Image, ground: str, size: int) -> Image.Image:
    below = Image.new("RGBA", (size, size), (*Color.parse(ground).rgb, 255))
    return Image.alpha_composite(below, painted).convert("RGB")


def _painted(picture: Picture, tint: str, size: int) -> Image.Image:
    try:
        if picture.media_type == DRAWING:
            return _drawn(read_drawing(picture.content).shapes, Color.parse(tint), size)
        with Image.open(io.BytesIO(picture.content), formats=["PNG"]) as png:
            return _fitted(png.convert("RGBA"), size)
    except (InvalidValue, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Image.new("RGBA", (size, size))


def _fitted(png: Image.Image, size: int) -> Image.Image:
    """Return a picture made to fit a square, in its middle."""
    png.thumbnail((size, size), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size))
    square.paste(png, ((size - png.width) // 2, (size - png.height) // 2))
    return square


def _drawn(shapes: tuple[Shape, ...], tint: Color, size: int) -> Image.Image:
    edge = size * _FINER
    canvas = Image.new("RGBA", (edge, edge))
    corners, shade = _SHADOW
    ImageDraw.Draw(canvas).ellipse([part * edge for part in corners], fill=shade)
    for shape in shapes:
        _paint(canvas, shape, tint)
    return canvas.resize((size, size), Image.Resampling.LANCZOS)


def _paint(canvas: Image.Image, shape: Shape, tint: Color) -> None:
    """Paint one shape over what is there; a hole takes away what is there."""
    if shape.hole:
        mask = Image.new("L", canvas.size)
        _draw(ImageDraw.Draw(mask), shape, canvas.width, 255)
        canvas.putalpha(ImageChops.subtract(canvas.getchannel("A"), mask))
        return
    tone = tint.lighten(shape.tone) if shape.tone >= 0 else tint.darken(-shape.tone)
    _draw(ImageDraw.Draw(canvas), shape, canvas.width, (*tone.rgb, 255))


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, edge: int, fill: int | tuple[int, ...]) -> None:
    points = [(x * edge, y * edge) for x, y in shape.points]
    if shape.kind is ShapeKind.LINE:
        pen.line(points, fill=fill, width=max(1, round(shape.width * edge)), joint="curve")
        return
    if shape.kind is ShapeKind.POLYGON:
        pen.polygon(points, fill=fill)
        return
    (left, right), (top, bottom) = (sorted(axis) for axis in zip(*points[:2], strict=True))
    if shape.kind is ShapeKind.OVAL:
        pen.ellipse((left, top, right, bottom), fill=fill)
    else:
        pen.rounded_rectangle((left, top, right, bottom), shape.radius * edge, fill=fill)
