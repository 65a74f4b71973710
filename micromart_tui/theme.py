"""The looks of the shop: Lamplight, a warm dark room with one lamp; paper, its day; ansi, sixteen colours."""

from dataclasses import dataclass
from typing import Final

from textual.color import Color
from textual.theme import Theme

from micromart_core.products.model import Tint

DEFAULT: Final = "lamplight"
GLOWS = {"ground": 0.13, "lit": 0.16, "dim": 0.07}
"""How much of a tint lies over ink: behind a picture, behind a lit row, behind a small picture."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a look by their use; ../SCREENS of the design tells the contrast each must keep."""

    ink: str
    """The ground."""
    room: str
    """Panels."""
    shelf: str
    """What is pressed or typed into."""
    line: str
    """Rules only, never text."""
    cream: str
    """Names and prices."""
    sand: str
    """Stories."""
    dust: str
    """Labels and hints."""
    ember: str
    """The brand and the one main action."""
    leaf: str
    """Fine."""
    honey: str
    """Soon."""
    rose: str
    """Gone."""
    sheet: str
    """A letter, or the ground of a QR code: the one light thing in the room."""
    pen: str
    """What is written on a sheet."""
    stamp: str
    """What stands out on a sheet."""
    tints: dict[Tint, str]
    """What products are tinted with."""


LAMPLIGHT = Palette(
    ink="#141210",
    room="#191614",
    shelf="#221e1b",
    line="#38312c",
    cream="#f4ecdf",
    sand="#b8ab9a",
    dust="#93877a",
    ember="#ff8552",
    leaf="#8fce9b",
    honey="#f3bf5f",
    rose="#f2727f",
    sheet="#efe6d6",
    pen="#2b2520",
    stamp="#a13c14",
    tints={
        Tint.EMBER: "#e8875b",
        Tint.SKY: "#7fb7d9",
        Tint.BONE: "#e9dcc3",
        Tint.ROSE: "#f2727f",
        Tint.IRIS: "#b79ce0",
        Tint.LEAF: "#8fce9b",
        Tint.HONEY: "#f3d45f",
        Tint.SEA: "#7fc7bd",
    },
)
PALETTES = {DEFAULT: LAMPLIGHT}


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
    names = {name: getattr(palette, name) for name in Palette.__slots__ if name != "tints"}
    for tint, colour in palette.tints.items():
        names[f"tint-{tint}"] = colour
        for glow, share in GLOWS.items():
            names[f"{glow}-{tint}"] = glow_of(palette, colour, share)
    return names | {"block-cursor-text-style": "bold", "input-selection-background": f"{palette.ember} 35%"}


def glow_of(palette: Palette, colour: str, share: float) -> str:
    """Return a colour that so much of another one gives over ink."""
    return Color.parse(palette.ink).blend(Color.parse(colour), share).hex
