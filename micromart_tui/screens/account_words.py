"""The thoughts of the account page, drawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content

from micromart_core.carts.model import Cart
from micromart_core.users.model import Address, Profile
from micromart_tui.rows import fitted, pressing, prose, row, things, thought
from micromart_tui.screens.help import keys_of
from micromart_tui.theme import PALETTES
from micromart_tui.when import day_words

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

_LABEL = 9
_KEY = 26


def whose(profile: Profile | None, lit: str, width: int, farewell: str) -> list[Content]:
    """Draw who sits here, what signing out would mean when that is asked for, and where letters go."""
    if profile is None:
        sign_in = row(("i", "bold $cream"), (" sign in", "$dust")).stylize(pressing("i"))
        may = prose("you can browse and fill a cart", width - _LABEL - 2, "$dust")
        told = [row(("a guest", "bold $cream")), *may, sign_in]
        return [*thought("you", told), row()]
    since = f"here since {profile.created_at.astimezone():%B %Y}"
    leaves = prose(farewell, width - _LABEL - 2, "$rose") if farewell else [row((since, "$dust"))]
    name = [row((profile.name or profile.username, "bold $cream")), *leaves]
    email = profile.email or "no address yet"
    dot = (
        row(("● ", "$leaf"), ("verified", "$dust"))
        if profile.email
        else row(("○ ", "$honey"), ("none was verified", "$dust"))
    )
    letters = [row((email, "$sand")).truncate(max(_LABEL, width - _LABEL - 2), ellipsis=True), dot]
    return [
        *thought("you", name, is_lit=lit == "name"),
        row(),
        *thought("letters", letters, is_lit=lit == "letters"),
        row(),
    ]


def where(addresses: Sequence[Address], lit: tuple[str, str], leaving: str, *, is_slim: bool) -> list[Content]:
    """Draw the addresses, the default one named so."""
    if not addresses:
        new = row(("no address yet   ", "$sand"), ("n", "bold $cream"), (" new address", "$dust"))
        return [*thought("where", [new.stylize(pressing("n"))]), row()]
    rows = []
    for number, each in enumerate(addresses):
        is_lit = lit == ("where", each.id)
        told = ("orders go here", "$leaf") if each.is_default else ("↵ send orders here" if is_lit else "", "$dust")
        told = ("x again removes it", "$rose") if leaving == each.id else told
        tone, city = "bold $cream" if is_lit else "$sand", each.town
        if is_slim:
            drawn = [row((each.line1, tone)), row((city, tone)), *([row(told)] if told[0] else [])]
        else:
            drawn = [row((f"{each.line1}, {city}", tone), "   ", told)]
        rows += thought("where" if number == 0 else "", drawn, is_lit=is_lit)
    return [*rows, row()]


def looks(used: str, lit: tuple[str, str], *, is_slim: bool) -> list[Content]:
    """Draw the looks with a swatch each."""
    rows, gap = [], " " if is_slim else "  "
    for number, (name, palette) in enumerate(PALETTES.items()):
        colours = (palette.ink, palette.shelf, palette.cream, palette.ember)
        swatch = row(*(("▄" * (2 if is_slim else 3), colour) for colour in colours))
        use = (f"{gap}in use", "$dust") if name == used else ("", "$dust")
        named = (f"{gap}{name}", "bold $cream" if name == used else "$sand")
        rows += thought("look" if number == 0 else "", [row(swatch, named, use)], is_lit=lit == ("look", name))
    return [*rows, row()]


def carts(mine: Sequence[Cart], mart: "MartApp", now: datetime, *, is_slim: bool) -> list[Content]:
    """Draw the carts that hold something or did."""
    rows = []
    for cart in mine:
        count = cart.item_count or sum(line.quantity for line in cart.restorable)
        if not count:
            continue
        until = f"held until {day_words(cart.held_until, now)}" if cart.held_until and cart.lines else ""
        here = "this one" if mart.cart and cart.id == mart.cart.id else cart.status.value
        line = row((f"{here:<9}", "$sand"), (f"  {things(count)}", "$dust"))
        held = row((until, "$dust"))
        rows += [line, held] if is_slim and until else [row(line, "   ", held)]
    return thought("carts", rows or [row(("none", "$dust"))])


def keys(mart: "MartApp", width: int) -> list[Content]:
    """Draw the keys that work on every page, beside each other as far as there is room."""
    room = width - _LABEL - 2
    wide, columns = min(_KEY, room), max(1, room // _KEY)
    cells = [
        fitted(row((shown, "bold $cream"), (f" {words}", "$dust")), wide).stylize(pressing(key))
        for words, (shown, key) in keys_of(each for each in mart.BINDINGS if isinstance(each, Binding)).items()
    ]
    return thought("keys", [row(*cells[at : at + columns]) for at in range(0, len(cells), columns)])
