"""The colours of each look."""

from msgspec import Struct

from micromart_core.products.model import Tint


class Palette(Struct, frozen=True):
    """The colours of a look by their use; text keeps 4.5:1 on ink."""

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
    glow: float = 1.0
    """How strong a tint lies over ink, of theme.GLOWS."""


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
PAPER = Palette(
    ink="#fbf6ec",
    room="#f3ecdf",
    shelf="#e9e0d0",
    line="#cfc3b0",
    cream="#2b2520",
    sand="#574c41",
    dust="#6b5f52",
    ember="#b0441a",
    leaf="#2c7039",
    honey="#7d5200",
    rose="#b3263a",
    sheet="#ffffff",
    pen="#2b2520",
    stamp="#a13c14",
    tints={
        Tint.EMBER: "#a8481f",
        Tint.SKY: "#1f6a94",
        Tint.BONE: "#6e5f3e",
        Tint.ROSE: "#b3263a",
        Tint.IRIS: "#6a47a8",
        Tint.LEAF: "#2c7039",
        Tint.HONEY: "#7d5a00",
        Tint.SEA: "#1d6d64",
    },
)
ANSI = Palette(  # each is one of the sixteen, so that a terminal with no more shows it as it is
    ink="#000000",
    room="#000000",
    shelf="#555555",
    line="#555555",
    cream="#ffffff",
    sand="#ffffff",
    dust="#aaaaaa",
    ember="#ff5555",
    leaf="#55ff55",
    honey="#ffff55",
    rose="#ff55ff",
    sheet="#ffffff",
    pen="#000000",
    stamp="#aa0000",
    tints={
        Tint.EMBER: "#ff5555",
        Tint.SKY: "#55ffff",
        Tint.BONE: "#ffffff",
        Tint.ROSE: "#ff55ff",
        Tint.IRIS: "#ff55ff",
        Tint.LEAF: "#55ff55",
        Tint.HONEY: "#ffff55",
        Tint.SEA: "#55ffff",
    },
    glow=0.0,
)
