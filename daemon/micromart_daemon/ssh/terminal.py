"""The terminal at the other end: how large it is, how many colours it has, which signs it can draw."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from micromart_daemon.screen_size import TALLEST, WIDEST

USUAL_WIDTH, USUAL_HEIGHT = 80, 24
HEARD = ("COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG")
"""The only variables that are taken from a client; they choose colours and signs, and reach no environment."""
LONGEST_VALUE = 64
_ALL_COLOURS = ("direct", "kitty", "ghostty", "alacritty", "wezterm", "truecolor")
_MANY_COLOURS = ("256color", "xterm", "tmux", "screen", "rxvt", "konsole", "gnome", "foot", "vte")
_CANNOT_DRAW = ("", "dumb", "unknown", "emacs")


class Terminal(Struct, frozen=True):
    """What a client says of its terminal; none of it is believed further than it can do harm."""

    kind: str
    """TERM."""
    width: int
    height: int
    told: Mapping[str, str]
    """Those of HEARD that the client sent."""

    def resized(self, width: int, height: int) -> "Terminal":
        """Return the terminal at another size."""
        return replace(self, width=_within(width, USUAL_WIDTH, WIDEST), height=_within(height, USUAL_HEIGHT, TALLEST))

    @property
    def can_draw(self) -> bool:
        """False where a page cannot be drawn over the last one."""
        return self.kind not in _CANNOT_DRAW

    @property
    def is_grey(self) -> bool:
        """True where shades are wanted and no colours."""
        return bool(self.told.get("NO_COLOR"))

    @property
    def colours(self) -> ColorSystem:
        """How many colours it has."""
        if self.told.get("COLORTERM") in ("truecolor", "24bit") or any(each in self.kind for each in _ALL_COLOURS):
            return ColorSystem.TRUECOLOR
        is_many = any(each in self.kind for each in _MANY_COLOURS)
        return ColorSystem.EIGHT_BIT if is_many else ColorSystem.STANDARD

    @property
    def is_ascii(self) -> bool:
        """True where the client's locale says that it draws no more than ASCII."""
        locale = next((self.told[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if self.told.get(name)), "utf-8")
        return "utf" not in locale.lower()


def terminal_of(kind: str, width: int, height: int, told: Mapping[str, str]) -> Terminal:
    """Return the terminal a client asks for, of a size that can be drawn."""
    return Terminal(kind[:LONGEST_VALUE].lower(), 0, 0, told).resized(width, height)


class ColourDepth(LineFilter):
    """Draws every row in the colours that this session's terminal has.

    Rich keeps the codes of a style as they were first drawn, for all sessions of the process; so a session with fewer
    colours draws with styles of its own.
    """

    def __init__(self, depth: ColorSystem) -> None:
        super().__init__()
        self._depth = depth

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's own
        """Replace the colours of a row."""
        return [
            Segment(text, _in_depth(style, self._depth) if style else style, control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=8192)
def _in_depth(style: Style, depth: ColorSystem) -> Style:
    colour, ground = style.color, style.bgcolor
    return style + Style.from_color(colour and colour.downgrade(depth), ground and ground.downgrade(depth))


def _within(told: int, usual: int, most: int) -> int:
    return min(told, most) if told > 0 else usual
