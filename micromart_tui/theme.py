"""The looks of the shop: Lamplight, a warm dark room with one lamp; paper, its day; ansi, sixteen colours."""

from typing import Final

from textual.color import Color
from textual.theme import Theme

from micromart_tui.palette import ANSI, LAMPLIGHT, PAPER, Palette

DEFAULT: Final = "lamplight"
GLOWS = {"ground": 0.13, "lit": 0.16, "dim": 0.07}
"""How much of a tint lies over ink: behind a picture, behind a lit row, behind a small picture."""


PALETTES: Final = {DEFAULT: LAMPLIGHT, "paper": PAPER, "ansi": ANSI}


def themes() -> list[Theme]:
    """Return the looks as Textual knows them."""
    return [_theme(name, palette) for name, palette in PALETTES.items()]


def _theme(name: str, palette: Palette) -> Theme:
    return Theme(
        name=name,
        dark=Color.parse(palette.ink).brightness < Color.parse(palette.cream).brightness,
        background=palette.ink,
        surface=palette.room,
        panel=palette.shelf,
        foreground=palette.cream,
        primary=palette.ember,
        secondary=palette.honey,
        accent=palette.ember,
        success=palette.leaf,
        warning=palette.honey,
        error=palette.rose,
        variables=variables_of(palette),
    )


def variables_of(palette: Palette) -> dict[str, str]:
    """Return what styles name with a `$`: each colour by its use, each tint, and each tint's glow over ink."""
    names = {name: getattr(palette, name) for name in Palette.__struct_fields__ if name not in ("tints", "glow")}
    for tint, colour in palette.tints.items():
        names[f"tint-{tint}"] = colour
        for glow, share in GLOWS.items():
            names[f"{glow}-{tint}"] = glow_of(palette, colour, share)
    return names | {"block-cursor-text-style": "bold", "input-selection-background": f"{palette.ember} 35%"}


def glow_of(palette: Palette, colour: str, share: float) -> str:
    """Return a colour that so much of another one gives over ink; where there are sixteen colours only, ink."""
    return Color.parse(palette.ink).blend(Color.parse(colour), share * palette.glow).hex
