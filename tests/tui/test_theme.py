"""Every look can be read: what its colours must contrast with."""

import pytest
from rich._palettes import STANDARD_PALETTE
from rich.color import Color as TerminalColor
from rich.color import ColorSystem
from textual.color import Color

from micromart_tui.theme import GLOWS, PALETTES, glow_of

TEXT = ("cream", "sand", "dust", "ember", "leaf", "honey", "rose")
READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: (lighter + 0.05) / (darker + 0.05)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture(params=sorted(PALETTES))
def palette(request):
    return PALETTES[request.param]


def test_text_can_be_read_on_the_ground_and_on_panels(palette):
    for name in TEXT:
        for ground in (palette.ink, palette.room):
            assert contrast(getattr(palette, name), ground) >= READABLE, (name, ground)


def test_lamplight_has_the_contrasts_it_was_drawn_with():
    lamplight = PALETTES["lamplight"]
    told = {
        "cream": 15.9,
        "sand": 8.3,
        "dust": 5.3,
        "ember": 7.8,
        "leaf": 10.2,
        "honey": 11.1,
        "rose": 6.7,
        "line": 1.5,
    }

    assert {name: round(contrast(getattr(lamplight, name), lamplight.ink), 1) for name in told} == told


def test_a_row_in_its_products_tint_can_be_read(palette):
    assert all(contrast(palette.ink, tint) >= READABLE for tint in palette.tints.values())


def test_what_stands_on_a_glow_can_be_read(palette):
    for tint in palette.tints.values():
        for share in GLOWS.values():
            ground = glow_of(palette, tint, share)
            assert contrast(palette.cream, ground) >= READABLE
            assert contrast(palette.sand, ground) >= READABLE


def test_a_letter_can_be_read(palette):
    assert contrast(palette.pen, palette.sheet) >= READABLE
    assert contrast(palette.stamp, palette.sheet) >= READABLE


def test_a_code_is_dark_on_light_in_every_look(palette):
    assert luminance(palette.sheet) > luminance(palette.pen)


def test_sixteen_colours_show_ansi_as_it_is():
    ansi = PALETTES["ansi"]
    names = [getattr(ansi, name) for name in (*TEXT, "ink", "room", "shelf", "line", "sheet", "pen", "stamp")]
    for colour in (*names, *ansi.tints.values()):
        shown = TerminalColor.parse(colour).downgrade(ColorSystem.STANDARD)
        assert STANDARD_PALETTE[shown.number].hex == colour
