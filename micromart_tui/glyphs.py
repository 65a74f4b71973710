"""Signs that not every terminal has, and what stands for each in plain ASCII: the one place that knows."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.filter import LineFilter

HALF_BLOCK = "▀"
ASCII = str.maketrans(
    {
        **dict.fromkeys("─╌┄▁▔╶╴╼╾╺╸", "-"),
        **dict.fromkeys("━═▄▂▃", "="),
        **dict.fromkeys("│┃▌▏▎▍▐▕╷╵╎╹╻", "|"),
        **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╋┗┻┫┏┛┣╫┓┷╪", "+"),
        **dict.fromkeys("●■█▓▅▆▇◉", "*"),
        **dict.fromkeys("○□◌", "o"),
        **dict.fromkeys("·•", "."),
        **dict.fromkeys("◷◴◵◶⏱", "@"),
        **dict.fromkeys("✓✔", "v"),
        **dict.fromkeys("✗✕×", "x"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("‘’", "'"),  # noqa: RUF001  # these very signs are meant
        **dict.fromkeys("–—−‑", "-"),  # noqa: RUF001  # these very signs are meant
        "↑": "^",
        "↓": "v",
        "←": "<",
        "→": ">",
        "↵": "<",
        "›": ">",  # noqa: RUF001  # these very signs are meant
        "…": "~",
        "░": ".",
        "▒": ":",
        "\N{NO-BREAK SPACE}": " ",
    }
)
"""Each as wide as what it stands for, so that no row moves."""


def key_words(shown: str, *, is_ascii: bool) -> str:
    """Name a key as people read it: in ASCII the sign of enter would look like that of an arrow."""
    return shown.replace("↓↵", "↓ ↵").replace("↵", "enter") if is_ascii else shown


class AsciiFilter(LineFilter):
    """Draws every row of the screen in ASCII; a picture becomes cells of its own colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's own
        """Replace the signs of a row."""
        return [_plain(text, style) if not control else Segment(text, style) for text, style, control in segments]


def _plain(text: str, style: RichStyle | None) -> Segment:
    if HALF_BLOCK in text and style is not None and style.color and style.bgcolor:
        return Segment(text.replace(HALF_BLOCK, " ").translate(ASCII), _one_colour(style))
    return Segment(text.replace(HALF_BLOCK, "=").translate(ASCII), style)


@lru_cache(maxsize=4096)
def _one_colour(style: RichStyle) -> RichStyle:
    """Return the style of a cell whose upper and lower pixel are one."""
    upper, lower = style.color, style.bgcolor
    if upper is None or lower is None:
        return style
    mixed = Color.from_rich_color(lower).blend(Color.from_rich_color(upper), 0.5)
    return style + RichStyle(bgcolor=mixed.rich_color)
