"""The thoughts of the account page, drawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from micromart_core.carts.model import Cart
from micromart_core.users.model import Address, Profile
from micromart_tui.rows import pressing, row, things, thought
from micromart_tui.theme import PALETTES
from micromart_tui.when import day_words

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

_LABEL = 9


def whose(profile: Profile | None, lit: str, width: int) -> list[Content]:
    """Draw who sits here, and where letters go."""
    if profile is None:
        sign_in = row(("i", "bold $cream"), (" sign in", "$dust")).stylize(pressing("i"))
        told = [row(("a guest", "bold $cream")), row(("you can browse and fill a cart", "$dust")), sign_in]
        return [*thought("you", told), row()]
    since = f"here since {profile.created_at.astimezone():%B %Y}"
    name = [row((profile.name or profile.username, "bold $cream")), row((since, "$dust"))]
    email = profile.email or "no address that was verified"
    dot = row(("● ", "$leaf"), ("verified", "$dust")) if profile.email else row(("○ ", "$honey"), ("none", "$dust"))
    letters = [row((email, "$sand")).truncate(max(_LABEL, width - _LABEL - 2), ellipsis=True), dot]
    return [
        *thought("you", name, is_lit=lit == "name"),
        row(),
        *thought("letters", letters, is_lit=lit == "letters"),
        row(),
    ]


def where(addresses: Sequence[Address], lit: tuple[str, str], leaving: str) -> list[Content]:
    """Draw the addresses, the default one named so."""
    if not addresses:
        new = row(("no address yet   ", "$sand"), ("n", "bold $cream"), (" new address", "$dust"))
        return [*thought("where", [new.stylize(pressing("n"))]), row()]
    rows = []
    for number, each in enumerate(addresses):
        is_lit = lit == ("where", each.id)
        place = f"{each.line1}, {each.postcode} {each.city}"
        use = (
            ("   orders go here", "$leaf") if each.is_default else ("   ↵ send orders here" if is_lit else "", "$dust")
        )
        line = row((place, "bold $cream" if is_lit else "$sand"), use)
        if leaving == each.id:
            line = row((place, "bold $rose"), ("   x again removes it", "$rose"))
        rows += thought("where" if number == 0 else "", [line], is_lit=is_lit)
    return [*rows, row()]


def looks(used: str, lit: tuple[str, str], *, is_slim: bool) -> list[Content]:
    """Draw the looks with a swatch each."""
    rows = []
    for number, (name, palette) in enumerate(PALETTES.items()):
        colours = (palette.ink, palette.shelf, palette.cream, palette.ember)
        swatch = row(*(("▄" * (2 if is_slim else 3), colour) for colour in colours))
        use = ("  in use", "$dust") if name == used else ("", "$dust")
        named = (f"  {name}", "bold $cream" if name == used else "$sand")
        rows += thought("look" if number == 0 else "", [row(swatch, named, use)], is_lit=lit == ("look", name))
    return [*rows, row()]


def carts(mine: Sequence[Cart], mart: "MartApp", now: datetime) -> list[Content]:
    """Draw the carts that hold something or did."""
    rows = []
    for cart in mine:
        count = cart.item_count or sum(line.quantity for line in cart.restorable)
        if not count:
            continue
        until = f"   held until {day_words(cart.held_until, now)}" if cart.held_until and cart.lines else ""
        here = "this one" if mart.cart and cart.id == mart.cart.id else cart.status.value
        rows.append(row((f"{here:<9}", "$sand"), (f"  {things(count)}", "$dust"), (until, "$dust")))
    return thought("carts", rows or [row(("none", "$dust"))])
