"""How signing in with an account of the shop's own looks: its steps, its tabs, and the letter."""

from msgspec import Struct
from textual.content import Content

from micromart_core.authentication.model import CODE_LIVES, Purpose
from micromart_tui.rows import on_ground, pressing, prose, row

TABS = ("sign in", "new here", "forgot")
_WIDEST = 48


class Step(Struct, frozen=True):
    """What is asked for at once."""

    tab: str
    says: str
    fields: tuple[str, ...]
    act: str


STEPS = {
    "sign in": Step("sign in", "Welcome back.", ("name", "password"), "sign in"),
    "new here": Step("new here", "A name, a place for letters, a password.", ("name", "email", "password"), "new here"),
    "forgot": Step("forgot", "A letter brings a code for a new password.", ("email",), "send the letter"),
    "letter": Step("new here", "A letter with a code went to {email}.", ("code",), "that is me"),
    "reset": Step(
        "forgot",
        "If somebody has the address {email}, a letter with a code went there.",
        ("code", "password"),
        "set the password",
    ),
}


def draw_tabs(here: str, width: int) -> list[Content]:
    """Draw the three ways in over a rule that thickens under the one that is open."""
    line, mark = row(), (0, 0)
    for tab in TABS:
        start = line.cell_length
        line = row(line, (tab, "bold $cream" if tab == here else "$dust"))
        if tab == here:
            mark = (start, line.cell_length)
        line = row(line, "   ")
    start, end = mark
    rule = row(("─" * start, "$line"), ("━" * (end - start), "$ember"), ("─" * max(0, width - end), "$line"))
    return [line.stylize(pressing("ctrl+t")), rule, row()]


def draw_letter(shop: str, name: str, email: str, code: str, width: int) -> list[Content]:
    """Draw the letter that stayed here because the shop is offline."""
    wide = min(width, _WIDEST)
    inner, minutes = wide - 6, CODE_LIVES[Purpose.VERIFY].seconds // 60
    rows = [
        row(),
        row((shop, "bold $ink")),
        row((f"to {email}", "$line")),
        row(),
        row((f"Hello {name},", "$ink")),
        row(),
        *prose(f"here is your code. It works once, for {minutes} minutes.", inner, "$ink"),
        row(),
        row((code, "bold #9a3412")),
        row(),
        *prose("Not you? Throw this letter away.", inner, "$line"),
        row(),
    ]
    return [*prose("This shop is offline: here is your letter.", wide), row(), *on_ground(rows, wide, "$cream")]
